"""Asynchronous iterators, generators, comprehensions and context managers."""

import asyncio
import contextlib


class Ticker:
    def __init__(self, count):
        self.count, self.n = count, 0

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.n >= self.count:
            raise StopAsyncIteration
        self.n += 1
        await asyncio.sleep(0)
        return self.n


async def countdown(n):
    try:
        while n:
            received = yield n
            if received:
                print("   received", received)
            n -= 1
            await asyncio.sleep(0)
    finally:
        await asyncio.sleep(0)
        print("   countdown closed")


async def chunks(source, size):
    batch = []
    async for item in source:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


@contextlib.asynccontextmanager
async def connection(name):
    print(f"   connect {name}")
    await asyncio.sleep(0)
    try:
        yield name.upper()
    except ZeroDivisionError as error:
        print("   swallowed", error)
    finally:
        print(f"   disconnect {name}")


class Transaction:
    async def __aenter__(self):
        await asyncio.sleep(0)
        return self

    async def __aexit__(self, kind, error, traceback):
        print("   rollback" if kind else "   commit")
        return False


async def double(x):
    await asyncio.sleep(0)
    return 2 * x


async def merge(*sources):
    queue, finished = asyncio.Queue(), object()

    async def drain(source):
        async for item in source:
            await queue.put(item)
        await queue.put(finished)

    async with asyncio.TaskGroup() as group:
        for source in sources:
            group.create_task(drain(source))
        left = len(sources)
        while left:
            item = await queue.get()
            if item is finished:
                left -= 1
            else:
                yield item


async def main():
    print(
        [n async for n in Ticker(4)],
        {n: n * n async for n in Ticker(3) if n != 2},
        sum([await double(n) for n in range(4)]),
    )
    print([c async for c in chunks(Ticker(7), 3)], sorted([n async for n in merge(Ticker(3), countdown(4))]))
    generator = countdown(5)
    print(await anext(generator), await generator.asend("hello"), await anext(generator))
    await generator.aclose()
    print(await anext(generator, "exhausted"))
    async for n in (early := countdown(10)):
        if n < 9:
            break
    await early.aclose()
    async with connection("db") as name, Transaction():
        print("   using", name)
    async with connection("bad"):
        1 / 0
    try:
        async with Transaction():
            raise KeyError("oops")
    except KeyError as error:
        print("raised", error)
    async with contextlib.AsyncExitStack() as stack:
        names = [await stack.enter_async_context(connection(n)) for n in ("one", "two")]
        stack.push_async_callback(asyncio.sleep, 0)
        stack.callback(print, "   plain callback", sep="")
        print(names)
    async with contextlib.aclosing(countdown(2)) as numbers:
        print([n async for n in numbers])
    expression = (n * 10 async for n in Ticker(3))
    print([n async for n in expression], type(expression).__name__)


if __name__ == "__main__":
    asyncio.run(main())
