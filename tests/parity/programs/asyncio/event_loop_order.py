"""In which order things run: tasks, callbacks, eager tasks, context variables, awaitables written by hand."""

import asyncio
import contextvars
import inspect

request_id = contextvars.ContextVar("request_id", default="none")
log = []


class Later:
    """An awaitable without async def."""

    def __init__(self, value):
        self.value = value

    def __await__(self):
        yield
        return self.value


async def step(name, times):
    for n in range(times):
        log.append(f"{name}{n}")
        await asyncio.sleep(0)
    return name


async def handler(number):
    request_id.set(f"req-{number}")
    await asyncio.sleep(0)
    return await inner()


async def inner():
    await asyncio.sleep(0)
    return request_id.get()


async def eager(loop):
    loop.set_task_factory(asyncio.eager_task_factory)
    task = asyncio.create_task(step("eager", 1))
    log.append("after create")
    await task
    loop.set_task_factory(None)
    task = asyncio.create_task(step("lazy", 1))
    log.append("after create")
    await task


async def main():
    loop = asyncio.get_running_loop()
    results = await asyncio.gather(step("a", 3), step("b", 2), step("c", 1))
    print(results, " ".join(log))
    log.clear()
    await eager(loop)
    print(log)
    print(await asyncio.gather(*(handler(n) for n in range(3))), request_id.get(), await Later("by hand"))
    with_context = contextvars.copy_context()
    with_context.run(request_id.set, "copied")
    print(await asyncio.create_task(inner(), context=with_context), request_id.get())
    errors = []
    loop.set_exception_handler(
        lambda loop, context: errors.append((context["message"], repr(context.get("exception"))))
    )
    loop.call_soon(lambda: 1 / 0)
    await asyncio.sleep(0.001)
    loop.set_exception_handler(None)
    print([e for _, e in errors])
    print(await asyncio.to_thread(sum, [1, 2, 3]), await loop.run_in_executor(None, pow, 2, 10))
    coroutine = step("x", 1)
    print(inspect.iscoroutine(coroutine), inspect.getcoroutinestate(coroutine), inspect.isawaitable(Later(1)))
    coroutine.close()
    print(inspect.getcoroutinestate(coroutine), asyncio.iscoroutine(coroutine), inspect.iscoroutinefunction(step))
    try:
        await 3
    except TypeError as error:
        print(error)
    return "result of main"


if __name__ == "__main__":
    print(asyncio.run(main()))
    with asyncio.Runner() as runner:
        print(runner.run(inner()), runner.run(step("r", 1)))
    try:
        asyncio.get_running_loop()
    except RuntimeError as error:
        print(error)

    async def nested():
        other = inner()
        try:
            asyncio.run(other)
        finally:
            other.close()

    try:
        asyncio.run(nested())
    except RuntimeError as error:
        print(error)
