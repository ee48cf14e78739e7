"""Asynchronous tests with unittest, mocks that are awaited, debug mode, a retrying client and a fake clock."""

import asyncio
import io
import re
import unittest
from contextlib import asynccontextmanager
from unittest.mock import AsyncMock, MagicMock, call, patch


class Client:
    def __init__(self, transport, attempts=3):
        self.transport, self.attempts = transport, attempts

    async def get(self, path):
        for attempt in range(self.attempts):
            async with self.transport.session() as session:
                try:
                    return await session.fetch(path)
                except ConnectionError:
                    await asyncio.sleep(2**attempt)
        raise TimeoutError(path)

    async def gather(self, *paths):
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self.get(p)) for p in paths]
        return [t.result() for t in tasks]


def transport_with(*results):
    transport, session = MagicMock(), MagicMock(fetch=AsyncMock(side_effect=results))

    @asynccontextmanager
    async def opened():
        transport.opened += 1
        try:
            yield session
        finally:
            transport.opened -= 1

    transport.opened, transport.session, transport.fetch = 0, opened, session.fetch
    return transport


class ClientTest(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.sleep = self.enterContext(patch("asyncio.sleep", AsyncMock()))
        self.addAsyncCleanup(self.note, "cleanup")

    async def note(self, text):
        self.noted = text

    async def test_success(self):
        transport = transport_with("page")
        self.assertEqual(await Client(transport).get("/"), "page")
        transport.fetch.assert_awaited_once_with("/")
        self.assertEqual(transport.opened, 0)

    async def test_retries(self):
        transport = transport_with(ConnectionError(), ConnectionResetError(), "late")
        self.assertEqual(await Client(transport).get("/x"), "late")
        self.assertEqual(self.sleep.await_args_list, [call(1), call(2)])

    async def test_gives_up(self):
        with self.assertRaisesRegex(TimeoutError, "/y"):
            await Client(transport_with(*[ConnectionError()] * 3)).get("/y")

    async def test_group(self):
        self.assertEqual(await Client(transport_with("a", "b")).gather("/1", "/2"), ["a", "b"])

    async def test_fails(self):
        self.assertEqual(await Client(transport_with("wrong")).get("/"), "right")

    async def test_cancelled(self):
        task = asyncio.create_task(asyncio.Event().wait())
        task.cancel()
        with self.assertRaises(asyncio.CancelledError):
            await task
        self.assertTrue(asyncio.get_running_loop().get_debug())


def main():
    stream = io.StringIO()
    result = unittest.TextTestRunner(stream, verbosity=2).run(
        unittest.defaultTestLoader.loadTestsFromTestCase(ClientTest)
    )
    for line in re.sub(r"in \d+\.\d+s", "in N s", stream.getvalue()).splitlines():
        if not line.startswith("  "):
            print(line)
    print(result.testsRun, len(result.failures), len(result.errors))
    mock = AsyncMock(return_value=3, **{"method.side_effect": [1, KeyError("k")]})

    async def use():
        print(await mock(1), await mock.method(), mock.await_count, mock.method.await_args)
        try:
            await mock.method(2)
        except KeyError as error:
            print("KeyError", error, mock.method.await_count)
        mock.__aenter__.return_value = "entered"
        async with mock as value:
            print(value)
        mock.__aiter__.return_value = [1, 2]
        print([n async for n in mock])
        try:
            mock.assert_not_awaited()
        except AssertionError as error:
            print(error)

    asyncio.run(use(), debug=True)


if __name__ == "__main__":
    main()
