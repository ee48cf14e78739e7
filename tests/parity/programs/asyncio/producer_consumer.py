"""Producers and consumers around an asyncio queue, with a clean end."""

import asyncio


async def producer(name, queue, items):
    for item in items:
        await queue.put((name, item))
        await asyncio.sleep(0)
    print(f"{name} is done")


async def consumer(name, queue, results):
    while True:
        source, item = await queue.get()
        try:
            if item < 0:
                raise ValueError(f"{source} sent {item}")
            results.setdefault(name, []).append(item * item)
        except ValueError as error:
            print("rejected:", error)
        finally:
            queue.task_done()
        await asyncio.sleep(0)


async def main():
    queue = asyncio.Queue(maxsize=3)
    results = {}
    consumers = [asyncio.create_task(consumer(f"c{i}", queue, results)) for i in range(2)]
    async with asyncio.TaskGroup() as group:
        group.create_task(producer("p1", queue, [1, 2, -3, 4]))
        group.create_task(producer("p2", queue, range(10, 14)))
    await queue.join()
    for task in consumers:
        task.cancel()
    outcomes = await asyncio.gather(*consumers, return_exceptions=True)
    print([type(o).__name__ for o in outcomes])
    print("squares:", sorted(n for numbers in results.values() for n in numbers))

    priority = asyncio.PriorityQueue()
    for item in [(3, "low"), (1, "high"), (2, "middle")]:
        priority.put_nowait(item)
    print([priority.get_nowait()[1] for _ in range(priority.qsize())], priority.empty())
    stack = asyncio.LifoQueue()
    for n in range(3):
        await stack.put(n)
    print([await stack.get() for _ in range(3)])
    try:
        stack.get_nowait()
    except asyncio.QueueEmpty as error:
        print("empty:", repr(error))
    full = asyncio.Queue(1)
    full.put_nowait(1)
    try:
        full.put_nowait(2)
    except asyncio.QueueFull:
        print("full:", full.full())
    full.shutdown()
    print(await full.get())
    try:
        await full.get()
    except asyncio.QueueShutDown as error:
        print("shut down", type(error).__mro__[1].__name__)


if __name__ == "__main__":
    asyncio.run(main())
