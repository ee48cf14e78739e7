"""Synchronisation of tasks: lock, event, condition, barrier, and a bounded buffer made with a condition."""

import asyncio


class Account:
    def __init__(self):
        self.balance, self.lock = 100, asyncio.Lock()

    async def withdraw_badly(self, amount):
        if self.balance >= amount:
            await asyncio.sleep(0)
            self.balance -= amount

    async def withdraw(self, amount):
        async with self.lock:
            if self.balance >= amount:
                await asyncio.sleep(0)
                self.balance -= amount


class Buffer:
    def __init__(self, size):
        self.items, self.size, self.condition = [], size, asyncio.Condition()
        self.log = []

    async def put(self, item):
        async with self.condition:
            await self.condition.wait_for(lambda: len(self.items) < self.size)
            self.items.append(item)
            self.log.append(f"+{item}")
            self.condition.notify_all()

    async def get(self):
        async with self.condition:
            await self.condition.wait_for(lambda: self.items)
            item = self.items.pop(0)
            self.log.append(f"-{item}")
            self.condition.notify_all()
            return item


async def runner(name, gate, log):
    log.append(f"{name} waits")
    await gate.wait()
    log.append(f"{name} runs")


async def phase(name, barrier, log):
    for step in range(2):
        log.append(f"{name}{step}")
        position = await barrier.wait()
        if position == 0:
            log.append("|")
        await barrier.wait()


async def philosopher(name, first, second, log):
    async with first:
        await asyncio.sleep(0)
        async with second:
            log.append(name)
            await asyncio.sleep(0)


async def main():
    for method in ("withdraw_badly", "withdraw"):
        account = Account()
        await asyncio.gather(*(getattr(account, method)(80) for _ in range(3)))
        print(method, account.balance)
    gate, log = asyncio.Event(), []
    tasks = [asyncio.create_task(runner(n, gate, log)) for n in "ABC"]
    await asyncio.sleep(0)
    log.append("open")
    gate.set()
    await asyncio.gather(*tasks)
    print(log, gate.is_set())

    buffer = Buffer(2)

    async def produce():
        for n in range(5):
            await buffer.put(n)

    async def consume():
        return [await buffer.get() for _ in range(5)]
    _, received = await asyncio.gather(produce(), consume())
    print(received, " ".join(buffer.log))

    barrier, log = asyncio.Barrier(3), []
    await asyncio.gather(*(phase(n, barrier, log) for n in "xyz"))
    print(" ".join(log), barrier.parties, barrier.n_waiting)

    forks, log = [asyncio.Lock() for _ in range(5)], []
    pairs = [(min(i, (i + 1) % 5), max(i, (i + 1) % 5)) for i in range(5)]
    await asyncio.gather(*(philosopher(f"P{i}", forks[a], forks[b], log) for i, (a, b) in enumerate(pairs)))
    print(sorted(log))
    lock = asyncio.Lock()
    try:
        lock.release()
    except RuntimeError as error:
        print(error)


if __name__ == "__main__":
    asyncio.run(main())
