"""Timeouts in several forms, and retries with growing delays."""

import asyncio
from collections.abc import Awaitable, Callable


class Flaky:
    def __init__(self, failures: int):
        self.failures, self.calls = failures, 0

    async def __call__(self) -> str:
        self.calls += 1
        await asyncio.sleep(0.001)
        if self.calls <= self.failures:
            raise ConnectionError(f"call {self.calls} failed")
        return f"answer after {self.calls}"


async def retry(action: Callable[[], Awaitable[str]], attempts: int, delay: float = 0.001) -> str:
    for attempt in range(1, attempts + 1):
        try:
            return await action()
        except ConnectionError as error:
            print(f"   {error}, waiting {delay * 1000:g} ms")
            if attempt == attempts:
                raise
            await asyncio.sleep(delay)
            delay *= 2
    raise AssertionError("unreachable")


async def main():
    print(await retry(Flaky(2), 4))
    try:
        await retry(Flaky(9), 3)
    except ConnectionError as error:
        print("gave up:", error)

    try:
        await asyncio.wait_for(asyncio.sleep(10), timeout=0.01)
    except TimeoutError as error:
        print("wait_for:", repr(error))
    try:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(10)
    except TimeoutError as error:
        print("timeout:", type(error).__name__, type(error.__cause__).__name__)
    async with asyncio.timeout(None) as scope:
        scope.reschedule(asyncio.get_running_loop().time() + 10)
        await asyncio.sleep(0.001)
    print("expired:", scope.expired())
    try:
        async with asyncio.timeout(0.01):
            try:
                async with asyncio.timeout(10):
                    await asyncio.Event().wait()
            except TimeoutError:
                print("inner, wrong")
    except TimeoutError:
        print("outer expired")
    print(await asyncio.wait_for(asyncio.sleep(0.001, "in time"), 5))

    loop = asyncio.get_running_loop()
    order = []
    loop.call_later(0.02, order.append, "later")
    loop.call_soon(order.append, "soon")
    handle = loop.call_later(0.01, order.append, "never")
    loop.call_at(loop.time() + 0.01, order.append, "at")
    handle.cancel()
    await asyncio.sleep(0.05)
    print(order, handle.cancelled())
    before = loop.time()
    await asyncio.gather(*(asyncio.sleep(0.2) for _ in range(50)))
    print("50 sleeps ran together:", loop.time() - before < 5)
    future = loop.create_future()
    future.add_done_callback(lambda f: print("callback saw", f.result()))
    loop.call_soon(future.set_result, 42)
    print(await future, future.done())
    try:
        future.set_result(1)
    except asyncio.InvalidStateError as error:
        print("invalid:", error)


if __name__ == "__main__":
    asyncio.run(main())
