"""Crawl a made-up site with a semaphore, collecting pages in a fixed order."""

import asyncio

SITE = {
    "/": ["/about", "/blog", "/missing"],
    "/about": ["/", "/team"],
    "/blog": ["/blog/1", "/blog/2", "/"],
    "/blog/1": ["/blog/2"],
    "/blog/2": ["/blog/1", "/slow"],
    "/team": [],
    "/slow": [],
}


class Crawler:
    def __init__(self, limit: int):
        self.semaphore = asyncio.Semaphore(limit)
        self.seen: dict[str, str] = {}
        self.active = self.most_active = 0

    async def fetch(self, path: str) -> list[str]:
        async with self.semaphore:
            self.active += 1
            self.most_active = max(self.most_active, self.active)
            try:
                await asyncio.sleep(0.002)
                if path == "/slow":
                    await asyncio.sleep(10)
                return SITE[path]
            finally:
                self.active -= 1

    async def visit(self, path: str, group: asyncio.TaskGroup) -> None:
        try:
            links = await asyncio.wait_for(self.fetch(path), 0.5)
        except KeyError:
            self.seen[path] = "404"
        except TimeoutError:
            self.seen[path] = "timeout"
        else:
            self.seen[path] = f"{len(links)} links"
            for link in links:
                if link not in self.seen:
                    self.seen[link] = "queued"
                    group.create_task(self.visit(link, group))


async def main():
    for limit in (1, 3):
        crawler = Crawler(limit)
        crawler.seen["/"] = "queued"
        async with asyncio.TaskGroup() as group:
            group.create_task(crawler.visit("/", group))
        print(f"limit {limit}: at most {crawler.most_active} at once")
        for path, state in sorted(crawler.seen.items()):
            print(f"   {path:<10}{state}")

    bounded = asyncio.BoundedSemaphore(1)
    async with bounded:
        print(bounded.locked())
    try:
        bounded.release()
    except ValueError as error:
        print(error)


if __name__ == "__main__":
    asyncio.run(main())
