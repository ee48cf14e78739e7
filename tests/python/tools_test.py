"""Python's functions as tools: signatures, values, exceptions, async ones."""

import asyncio
import datetime
import decimal
import functools
import gc
import threading
import time
import unittest
import weakref

import belljar


def price(symbol: str, currency: str = "EUR") -> dict:
    """The last price of a share."""
    return {"symbol": symbol, "price": 12.5, "currency": currency}


class Signatures(unittest.TestCase):
    def shown(self, function, **options):
        with belljar.Session(tools={"f": belljar.Tool(function, **options)}) as s:
            return s.run("import inspect; inspect.signature(f).format(quote_annotation_strings=False)").raise_for_status().value

    def test_help(self):
        r = belljar.run("help(price)", tools=[price])
        self.assertIn("price(symbol: str, currency: str = 'EUR') -> dict", r.stdout)
        self.assertIn("The last price of a share.", r.stdout)

    def test_every_kind_of_parameter(self):
        def f(a, b: "list[int]", /, c: "Optional[str]" = None, *rest: int, d, e=(1, [2.5, b"x"], {"k": True}), **more: str): ...
        self.assertEqual(self.shown(f), "(a, b: list[int], /, c: Optional[str] = None, *rest: int, d, "
                                        "e=(1, [2.5, b'x'], {'k': True}), **more: str)")
        self.assertEqual(self.shown(lambda: 0), "()")
        self.assertEqual(self.shown(lambda *, a: 0), "(*, a)")
        self.assertEqual(self.shown(lambda a, /: 0), "(a, /)")
        self.assertEqual(self.shown(lambda x=float("inf"): 0), "(x=inf)")

    def test_what_only_the_host_knows_is_not_the_guests(self):
        database = object()

        def f(a, conn=database, *, client=database):
            return [a, conn is database, client is database]

        def more(a, *, client=database, **rest):
            return [a, client is database, rest]
        self.assertEqual(self.shown(f), "(a)")
        self.assertEqual(belljar.run("[f(1), more(2, x=3)]", tools=[f, more]).value, [[1, True, True], [2, True, {"x": 3}]])
        # A guest that has been taken over passes what it likes, whatever the signature in the guest says.
        forge = "import sys\nC = type({}.__code__)\n{}.__code__ = (lambda a=1, **k: __belljar_call__()).__code__.replace(co_name={!r})\n{}(5, {}='mine')"
        for name, argument in (("f", "conn"), ("f", "client"), ("f", "other"), ("more", "client")):
            r = belljar.run(forge.format(name, name, name, name, argument), tools=[f, more])
            self.assertIn("unexpected keyword argument", r.error.message, (name, argument, r))
        positional = "f.__code__ = (lambda *a: __belljar_call__()).__code__.replace(co_name='f')\nf(1, 'mine')"
        self.assertIn("too many arguments", belljar.run(positional, tools=[f]).error.message)
        with self.assertRaisesRegex(belljar.InvalidArgumentError, "keyword-only"):
            belljar.run("1", tools={"g": lambda a, conn=database, *rest: 1})
        with self.assertRaisesRegex(belljar.InvalidArgumentError, "keyword-only"):
            belljar.run("1", tools=[belljar.Tool(lambda a, conn=database, *rest: 1, name="g", signature="(a, *rest)")])
        filled = functools.partial(lambda path, root="/": root, root="/data/")
        self.assertIn("unexpected keyword", belljar.run("read('x', root='/etc/')", tools={"read": filled}).error.message)
        self.assertEqual(belljar.run("read('x')", tools={"read": filled}).value, "/data/")
        hidden = belljar.Tool(lambda q, admin=False, **k: admin, name="search", signature="(q, **more)")
        self.assertIn("unexpected keyword", belljar.run("search(1, admin=True)", tools=[hidden]).error.message)

    def test_annotations_that_are_no_source(self):
        class Weird:
            pass

        def f(a: Weird(), b: "not ) valid" = 1) -> "also \n bad (": ...
        self.assertEqual(self.shown(f), "(a, b=1)")

    def test_arguments_arrive_as_they_were_given(self):
        def f(a, b=2, *rest, c=3, **more):
            return [a, b, list(rest), c, more]

        def g(a, /, b, *, c):
            return [a, b, c]
        r = belljar.run("[f(1), f(1, 5, 6, 7, c=8, d=9), f(b=1, a=0), g(1, 2, c=3), g(1, b=2, c=3)]", tools=[f, g])
        self.assertEqual(r.value, [[1, 2, [], 3, {}], [1, 5, [6, 7], 8, {"d": 9}], [0, 1, [], 3, {}], [1, 2, 3], [1, 2, 3]], r.error)
        self.assertEqual(belljar.run("f()", tools=[f]).error.type, "TypeError")

    def test_other_callables(self):
        class Counter:
            def __init__(self):
                self.n = 0

            def __call__(self, by: int = 1) -> int:
                self.n += by
                return self.n

            def double(self, x):
                return 2 * x
        counter = Counter()
        tools = {"count": counter, "double": counter.double, "partial": functools.partial(price, currency="USD"), "maximum": max}
        r = belljar.run("[count(), count(by=4), double(2), partial('A')['currency'], maximum(1, 5, 3)]", tools=tools)
        self.assertEqual(r.value, [1, 5, 4, "USD", 5], r.error)

    def test_signature_and_doc_can_be_given(self):
        tool = belljar.Tool(lambda q, n: {"q": q, "n": n}, name="search", signature="(q: str, n: int = 3)", doc="Finds things.")
        with belljar.Session(tools=[tool]) as s:
            self.assertEqual(s.run("search('x')").value, {"q": "x", "n": 3})
            self.assertEqual(s.run("search.__doc__").value, "Finds things.")
        with self.assertRaisesRegex(belljar.Error, "signature"):
            belljar.run("1", tools=[belljar.Tool(price, signature="(a): os.system('x')")])
        with self.assertRaises(belljar.InvalidArgumentError):
            belljar.run("1", tools={"not a name": price})
        with self.assertRaises(belljar.InvalidArgumentError):
            belljar.run("1", tools=[lambda: 1])  # <lambda> is no name


class Values(unittest.TestCase):
    def result_of(self, value):
        return belljar.run("f()", tools={"f": lambda: value})

    def test_what_crosses(self):
        for value in (None, True, 1, -2**63, 2**200, 1.5, "\u20ac", b"\x00\xff", [1, [2]], {"a": {"b": [None]}}):
            with belljar.Session(tools={"f": lambda x: x}) as s:
                s["v"] = value
                s.run("w = f(v)").raise_for_status()
                self.assertEqual(s["w"], value)

    def test_an_error_names_the_path(self):
        row = {"when": datetime.datetime(2026, 1, 1)}
        r = belljar.run("price()", tools={"price": lambda: [1, 2, 3, row]})
        self.assertEqual(r.error.type, "TypeError")
        self.assertEqual(r.error.message, "tools.price.return[3].when: datetime is not supported, use isoformat")
        for value, hint in ((decimal.Decimal(1), "Decimal is not supported, use str() or float()"), ({1}, "use sorted()"),
                            (object(), "object is not supported"), (1j, "complex"), (iter([]), "list_iterator")):
            self.assertIn(hint, self.result_of({"a": value}).error.message)
        self.assertIn("a dict with a key of type int", self.result_of({"a": {1: 2}}).error.message)
        self.assertIn("f.return.a: a dict", self.result_of({"a": {1: 2}}).error.message)
        self.assertIn("return['not a name']:", self.result_of({"not a name": {1}}).error.message)

    def test_recursive_and_huge(self):
        loop = []
        loop.append(loop)
        self.assertIn("nested deeper than 100, or contains itself", self.result_of(loop).error.message)
        ring = {}
        ring["x"] = [ring]
        with belljar.Session() as s, self.assertRaisesRegex(belljar.ConversionError, "contains itself"):
            s["x"] = ring
        twice = "x"
        for _ in range(60):
            twice = [twice, twice]
        self.assertIn("more than 4 million values", self.result_of(twice).error.message)
        self.assertIn("above the limit of 1048576 bytes", self.result_of("x" * (1 << 21)).error.message)
        self.assertEqual(belljar.run("len(f())", tools={"f": lambda: "x" * (1 << 21)}, tool_bytes="4M").value, 1 << 21)
        with belljar.Session() as s:
            s["big"] = list(range(200_000))
            self.assertEqual(s.run("sum(big)").value, sum(range(200_000)))

    def test_surrogates(self):
        with belljar.Session() as s, self.assertRaisesRegex(belljar.ConversionError, r"x\[0\]: the text has lone surrogates"):
            s["x"] = ["\udc80"]

    def test_overrides_of_subclasses_are_not_called(self):
        called = []

        class Text(str):
            def __str__(self):
                called.append(1)
                return "other"

        class Number(int):
            def __abs__(self):
                called.append(1)
                return 0
        self.assertEqual(self.result_of([Text("a"), Number(-2**70)]).value, ["a", -2**70])
        self.assertEqual(called, [])


class Exceptions(unittest.TestCase):
    def raised(self, error):
        def f():
            raise error
        return belljar.run("f()", tools=[f]).error

    def test_they_become_the_guests(self):
        self.assertEqual(self.raised(ValueError("no such share"))[:2], ("ValueError", "no such share"))
        self.assertEqual(self.raised(KeyError("k"))[:2], ("KeyError", "'k'"))
        self.assertEqual(self.raised(FileNotFoundError(2, "gone"))[0], "FileNotFoundError")

        class Quota(PermissionError):
            pass

        class Other(Exception):
            pass
        self.assertEqual(self.raised(Quota("too many"))[:2], ("PermissionError", "Quota: too many"))
        self.assertEqual(self.raised(Other("x"))[:2], ("RuntimeError", "Other: x"))
        r = belljar.run("try:\n  f()\nexcept LookupError as e:\n  got = str(e)\ngot",
                        tools={"f": lambda: [][1]})
        self.assertEqual(r.value, "list index out of range")

    def test_what_cannot_be_shown(self):
        class Bad(Exception):
            def __str__(self):
                raise RuntimeError("no")
        self.assertEqual(self.raised(Bad())[0], "RuntimeError")
        self.assertEqual(self.raised(ValueError("a\udc80"))[:2], ("ValueError", "a?"))
        self.assertEqual(self.raised(Bad())[1], "Bad: (an exception that cannot be shown)")

    def test_reraise(self):
        class Mine(Exception):
            pass
        error = Mine("as it is")

        def f():
            raise error
        with belljar.Session(tools=[belljar.Tool(f, reraise=True)]) as s:
            s.run("x = 1")
            with self.assertRaises(Mine) as raised:
                s.run("x = 2\ntry:\n  f()\nexcept BaseException:\n  while True: pass")
            self.assertIs(raised.exception, error)
            self.assertIn(s["x"], (1, 2))

    def test_base_exceptions_end_the_run(self):
        for kind in (SystemExit, KeyboardInterrupt, GeneratorExit):
            def f():
                raise kind("out")
            with belljar.Session(tools=[f]) as s:
                with self.assertRaises(kind):
                    s.run("try:\n  f()\nexcept BaseException:\n  pass")
                self.assertEqual(s.run("1").value, 1)

    def test_base_exceptions_of_asynchronous_tools(self):
        async def leave():
            raise SystemExit("out")

        async def fine():
            return 1
        with self.assertRaisesRegex(SystemExit, "out"):
            belljar.run("try:\n  await leave()\nexcept BaseException:\n  pass", tools=[leave])
        self.assertEqual(belljar.run("await fine()", tools=[fine], wall=5).value, 1)

        async def mine():
            raise LookupError("as it is")
        for awaitable in (None, False):
            with self.assertRaisesRegex(LookupError, "as it is"):
                belljar.run("try:\n  " + ("await mine()" if awaitable is None else "mine()") + "\nexcept Exception:\n  pass",
                            tools=[belljar.Tool(mine, reraise=True, awaitable=awaitable)])

    def test_objects_with_sessions_of_their_own_tools_are_collected(self):
        class Agent:
            def __init__(self):
                self.session = belljar.Session(tools=[self.price], http=self.answer, on_stdout=self.price)

            def price(self, symbol="A"):
                return 1

            def answer(self, request):
                return ""
        gc.collect()
        before, agents = belljar.metrics()["sessions"], weakref.WeakSet()
        for _ in range(20):
            agent = Agent()
            agents.add(agent)
            self.assertEqual(agent.session.run("price()").value, 1)
        del agent
        gc.collect()
        self.assertEqual((len(agents), belljar.metrics()["sessions"]), (0, before))

    def test_a_tool_must_not_use_its_session(self):
        with belljar.Session(tools={"f": lambda: s.run("1")}) as s:
            self.assertIn("BusyError", str(s.run("f()").error))
            self.assertEqual(s.run("1 + 1").value, 2)

    def test_a_tool_may_use_others(self):
        self.assertEqual(belljar.run("f()", tools={"f": lambda: belljar.run("6*7").value}).value, 42)

    def test_limits(self):
        r = belljar.run("[f() for _ in range(5)]", tools=[belljar.Tool(lambda: 1, name="f", max_calls=3)])
        self.assertEqual(r.error.type, "RuntimeError")
        r = belljar.run("f()", tools=[belljar.Tool(lambda: time.sleep(1), name="f", timeout=0.05)])
        self.assertEqual(r.error.type, "TimeoutError")
        r = belljar.run("f(); 1", wall=0.2, tools=[belljar.Tool(lambda: time.sleep(0.5), name="f", waits=True)])
        self.assertEqual(r.value, 1)


class Asynchronous(unittest.TestCase):
    def setUp(self):
        async def fetch(n: int) -> int:
            await asyncio.sleep(0.05)
            return n * 2
        self.fetch = fetch

    def test_in_a_plain_run(self):
        r = belljar.run("import asyncio\nawait asyncio.gather(*(fetch(i) for i in range(20)))", tools={"fetch": self.fetch})
        self.assertEqual(r.value, [2 * i for i in range(20)], r.error)
        self.assertLess(r.usage.wall_ms, 900)

    def test_on_the_callers_loop(self):
        threads = set()

        async def where():
            threads.add(threading.get_ident())
            await asyncio.sleep(0)
            return 1

        async def main():
            with belljar.Session(tools=[where]) as s:
                return (await s.arun("await where()")).value, await s.arun("1/0")
        value, failed = asyncio.run(main())
        self.assertEqual((value, failed.status, threads), (1, "exception", {threading.get_ident()}))

    def test_plain_calls_of_asynchronous_tools(self):
        tool = belljar.Tool(self.fetch, name="fetch", awaitable=False)
        self.assertEqual(belljar.run("fetch(4)", tools=[tool]).value, 8)

        async def main():
            return (await belljar.arun("fetch(4)", tools=[tool])).value
        self.assertEqual(asyncio.run(main()), 8)

    def test_awaiting_plain_tools(self):
        def slow(n):
            time.sleep(0.05)
            return n
        tool = belljar.Tool(slow, awaitable=True)
        r = belljar.run("import asyncio\nawait asyncio.gather(*(slow(i) for i in range(8)))", tools=[tool])
        self.assertEqual(r.value, list(range(8)))

    def test_the_loop_goes_on(self):
        async def main():
            with belljar.Session() as s:
                ticks, running = 0, asyncio.create_task(s.arun("import time; time.sleep(0.3)"))
                while not running.done():
                    await asyncio.sleep(0.01)
                    ticks += 1
                return ticks
        self.assertGreater(asyncio.run(main()), 5)

    def test_cancelling_the_task_stops_the_guest(self):
        async def main():
            with belljar.Session() as s:
                s.run("x = 1")
                task = asyncio.create_task(s.arun("while True: pass"))
                await asyncio.sleep(0.2)
                task.cancel()
                with self.assertRaises(asyncio.CancelledError):
                    await task
                return s["x"]  # and the session is free again
        start = time.monotonic()
        self.assertEqual(asyncio.run(main()), 1)
        self.assertLess(time.monotonic() - start, 5)

    def test_cancelled_in_the_guest_is_cancelled_here(self):
        cancelled = threading.Event()

        async def forever():
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                cancelled.set()
                raise
        r = belljar.run("import asyncio\ntry:\n  await asyncio.wait_for(forever(), 0.05)\nexcept TimeoutError:\n  print('late')",
                        tools=[forever])
        self.assertEqual(r.stdout, "late\n", r.error)
        self.assertTrue(cancelled.wait(2))

    def test_a_loop_that_is_closed_mid_run(self):
        async def never():
            await asyncio.sleep(60)
        loop = asyncio.new_event_loop()
        s = belljar.Session(tools=[never], wall=5)
        task = loop.create_task(s.arun("await never()"))
        loop.run_until_complete(asyncio.sleep(0.2))
        loop.close()
        task._log_destroy_pending = False  # that is what this is about
        del task
        deadline = time.monotonic() + 10
        while True:
            try:
                self.assertEqual(s.run("1").value, 1)
                break
            except belljar.BusyError:
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.05)

    def test_a_loop_that_is_closed_under_a_plain_call(self):
        async def never():
            await asyncio.sleep(60)
        for options in ({"awaitable": False}, {"waits": True}):
            code = "never()" if "awaitable" in options else "await never()"
            loop = asyncio.new_event_loop()
            s = belljar.Session(tools=[belljar.Tool(never, **options)], wall=20)
            task = loop.create_task(s.arun(code))
            loop.run_until_complete(asyncio.sleep(0.2))
            loop.close()
            task._log_destroy_pending = False
            start = time.monotonic()
            while time.monotonic() - start < 10:
                try:
                    self.assertEqual(s.run("1").value, 1)
                    break
                except belljar.BusyError:
                    time.sleep(0.05)
            self.assertLess(time.monotonic() - start, 8, options)

    def test_runs_that_wait_for_runs(self):
        async def inner():
            return (await belljar.arun("1")).value

        async def main():
            return await asyncio.gather(*(belljar.arun("await inner()", tools=[inner]) for _ in range(80)))
        self.assertEqual({r.value for r in asyncio.run(main())}, {1})

    def test_a_timeout_of_a_plain_call(self):
        async def slow():
            await asyncio.sleep(30)
        tool = belljar.Tool(slow, awaitable=False, timeout=0.1)
        self.assertEqual(belljar.run("slow()", tools=[tool]).error.type, "TimeoutError")

    def test_what_a_callback_raises_comes_out_of_arun(self):
        def fail(line):
            raise LookupError("enough")

        async def main():
            await belljar.arun("print(1)\nwhile True: pass", on_stdout=fail)
        start = time.monotonic()
        with self.assertRaisesRegex(LookupError, "enough"):
            asyncio.run(main())
        self.assertLess(time.monotonic() - start, 5)

    def test_cancelled_after_it_was_closed(self):
        async def main():
            s = belljar.Session()
            task = asyncio.create_task(s.arun("while True: pass"))
            await asyncio.sleep(0.2)
            s.close()
            task.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await task
        start = time.monotonic()
        asyncio.run(main())
        self.assertLess(time.monotonic() - start, 5)

    def test_output_comes_on_the_loop(self):
        async def main():
            threads, lines = set(), []

            def on_line(line):
                threads.add(threading.get_ident())
                lines.append(line)
            r = await belljar.arun("print('a'); print('b')", on_stdout=on_line)
            return threads, lines, r.stdout
        threads, lines, stdout = asyncio.run(main())
        self.assertEqual((threads, lines, stdout), ({threading.get_ident()}, ["a", "b"], "a\nb\n"))

    def test_many_at_once(self):
        async def main():
            results = await asyncio.gather(*(belljar.arun(f"{i} * 2") for i in range(100)))
            return [r.value for r in results]
        self.assertEqual(asyncio.run(main()), [2 * i for i in range(100)])

    def test_exceptions(self):
        async def bad():
            raise ValueError("async")
        self.assertEqual(belljar.run("await bad()", tools=[bad]).error[:2], ("ValueError", "async"))


if __name__ == "__main__":
    unittest.main()
