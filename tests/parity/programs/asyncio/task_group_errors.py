"""What happens when tasks fail: TaskGroup, except*, gather, cancellation and cleanup."""

import asyncio


async def work(name, delay, fail=None):
    try:
        await asyncio.sleep(delay)
        if fail:
            raise fail
        return f"{name} done"
    except asyncio.CancelledError:
        print(f"   {name} was cancelled")
        raise
    finally:
        print(f"   {name} cleans up")


async def group_success():
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(work(f"t{i}", 0.01 * (3 - i)), name=f"task-{i}") for i in range(3)]
    print([t.result() for t in tasks], [t.get_name() for t in tasks])


async def group_failure():
    try:
        async with asyncio.TaskGroup() as group:
            slow = group.create_task(work("slow", 5))
            group.create_task(work("bad", 0, ValueError("broken")))
            group.create_task(work("worse", 0, KeyError("lost")))
    except* ValueError as errors:
        print("values:", [str(e) for e in errors.exceptions])
    except* KeyError as errors:
        print("keys:", errors.exceptions)
    print("slow cancelled:", slow.cancelled())


async def gathering():
    results = await asyncio.gather(work("a", 0.01), work("b", 0.02, OSError("no")), return_exceptions=True)
    print(results)
    try:
        await asyncio.gather(work("c", 0.01, RuntimeError("first")), work("d", 0.02))
    except RuntimeError as error:
        print("gather raised", error)
    await asyncio.sleep(0.03)


async def cancelling():
    task = asyncio.create_task(work("victim", 10))
    await asyncio.sleep(0)
    print(task.cancel("reason"), task.cancelling(), task.done())
    try:
        await task
    except asyncio.CancelledError as error:
        print("cancelled with", error.args)
    shielded = asyncio.create_task(work("inner", 0.02))
    outer = asyncio.ensure_future(asyncio.shield(shielded))
    await asyncio.sleep(0)
    outer.cancel()
    print(await shielded, outer.cancelled())


async def waiting():
    tasks = {asyncio.create_task(work(n, d), name=n) for n, d in (("x", 0.01), ("y", 0.3), ("z", 0.4))}
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    print(sorted(t.get_name() for t in done), sorted(t.get_name() for t in pending))
    for next_done in asyncio.as_completed(pending):
        print(await next_done)


async def main():
    for step in (group_success, group_failure, gathering, cancelling, waiting):
        print(step.__name__)
        await step()
    print(len(asyncio.all_tasks()), asyncio.current_task().get_coro().__name__)


if __name__ == "__main__":
    asyncio.run(main())
