"""asyncio without threads or sockets: tasks, a queue, a timeout. `belljar run examples/async_tasks.py`"""

import asyncio
import time


async def cook(name, orders, served):
    while True:
        dish, seconds = await orders.get()
        try:
            async with asyncio.timeout(0.15):
                await asyncio.sleep(seconds)
            served.append(f"{dish} by {name}")
        except TimeoutError:
            served.append(f"{dish} burnt by {name}")
        orders.task_done()


async def main():
    orders, served = asyncio.Queue(), []
    for order in [("soup", 0.05), ("bread", 0.10), ("roast", 1.00), ("salad", 0.01), ("cake", 0.08)]:
        orders.put_nowait(order)
    async with asyncio.TaskGroup() as kitchen:
        cooks = [kitchen.create_task(cook(name, orders, served)) for name in ("Ann", "Bob")]
        await orders.join()
        for task in cooks:
            task.cancel()
    print("\n".join(served))


start = time.monotonic()
asyncio.run(main())
print(f"Two cooks, {time.monotonic() - start:.2f} s")
