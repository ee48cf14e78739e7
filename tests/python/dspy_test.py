"""belljar.dspy: what DSPy's protocol and its own tests of its interpreter ask for, and DSPy's modules with scripted models.

The package dspy-interpreters, which has conformance checks, is not on the index: these are written anew.
"""

import asyncio
import collections
import dataclasses
import datetime
import gc
import logging
import os
import tempfile
import threading
import unittest
import warnings
import weakref
import zlib
from pathlib import Path

try:
    import dspy
except ImportError:
    print("skipped: dspy is not installed: pip install -r tests/python/requirements-dspy.txt")
    raise SystemExit(0) from None

from dspy.primitives.code_interpreter import CodeExecutionError, CodeInterpreter, CodeInterpreterError, FinalOutput
from dspy.utils.callback import BaseCallback
from dspy.utils.dummies import DummyLM
from pydantic import BaseModel

import pages
from belljar import InvalidArgumentError
from belljar.dspy import BelljarInterpreter

warnings.simplefilter("ignore")  # two of the modules are deprecated in dspy
logging.disable(logging.ERROR)  # what it logs of errors is what is tested


class Case(unittest.TestCase):
    def interpreter(self, **options):
        made = BelljarInterpreter(**options)
        self.addCleanup(made.shutdown)
        return made

    def error_of(self, interpreter, code, kind=CodeExecutionError):
        with self.assertRaises(kind) as caught:
            interpreter.execute(code)
        self.assertIs(type(caught.exception), kind)
        return str(caught.exception)


class Execution(Case):
    def test_it_is_an_interpreter_of_dspy(self):
        self.assertIsInstance(BelljarInterpreter(), CodeInterpreter)

    def test_results(self):
        run = self.interpreter().execute
        self.assertEqual(run("print('Hello, World!')"), "Hello, World!\n")
        self.assertEqual(run("import math\nmath.isqrt(17)"), 4)
        self.assertEqual(run("print('shown')\n[1, (2,), {'k': None}]"), [1, [2], {"k": None}])
        self.assertEqual((run("'text'"), run("0"), run("False")), ("text", 0, False))
        self.assertEqual((run("x = 1"), run("None")), ("", ""))
        self.assertEqual((run("{1}"), run("float('nan')")), ("{1}", "nan"))

    def test_state_persists(self):
        interpreter = self.interpreter()
        interpreter.execute("def double(n): return 2 * n\nx = 4")
        self.assertEqual(interpreter("double(x)"), 8)

    def test_errors_leave_the_session_alive(self):
        interpreter = self.interpreter(cpu=0.3)
        self.assertIn("Invalid Python syntax", self.error_of(interpreter, "+++", SyntaxError))
        self.assertIn("line 2", self.error_of(interpreter, "if True:\nx", SyntaxError))
        for code, expected in (("1 + 0 / 0", "ZeroDivisionError: division by zero"), ("raise ValueError(17)", "ValueError: 17"),
                               ("import sys; sys.exit(0)", "SystemExit"), ("raise KeyboardInterrupt('stop')", "KeyboardInterrupt"),
                               ("class Leave(SystemExit): pass\nraise Leave(0)", "Leave"),
                               ("class Odd(BaseException): pass\nraise Odd()", "Odd"),
                               ("class CodeInterpreterError(Exception): pass\nraise CodeInterpreterError('made up')", "made up"),
                               ("while True: pass", "time_limit"), ("sum(range(10**12))", "time_limit"),
                               ("x = 'y' * 10**9", "MemoryError"), ("import os; os.abort()", "trap")):
            with self.subTest(code=code):
                self.assertIn(expected, self.error_of(interpreter, code))
                self.assertEqual(interpreter.execute("print('still alive')"), "still alive\n")

    def test_an_error_comes_with_what_was_printed_and_a_traceback(self):
        text = self.error_of(self.interpreter(), "print('so far')\n1 / 0")
        self.assertTrue(text.startswith("so far\nTraceback"), text)
        self.assertIn("line 2", text)

    def test_too_much(self):
        interpreter = self.interpreter(value="1K", output="1K")
        self.assertIn("too large", self.error_of(interpreter, "'x' * 5000"))
        self.assertIn("3976 more bytes", interpreter.execute("print('x' * 4999)"))

    def test_the_end(self):
        interpreter = BelljarInterpreter()
        interpreter.start()
        interpreter.start()
        interpreter.shutdown()
        interpreter.shutdown()
        for use in (interpreter.start, lambda: interpreter.execute("1")):
            with self.assertRaisesRegex(CodeInterpreterError, "has ended") as caught:
                use()
            self.assertIs(type(caught.exception), CodeInterpreterError)
        with BelljarInterpreter() as interpreter:
            self.assertEqual(interpreter("1"), 1)
        self.assertRaises(CodeInterpreterError, interpreter.execute, "1")

    def test_threads_take_turns(self):
        interpreter = self.interpreter(tools={"hold": lambda: (held.set(), go_on.wait(10)) and None})
        held, go_on, results = threading.Event(), threading.Event(), []
        thread = threading.Thread(target=lambda: results.append(interpreter.execute("hold()\nx = 5")))
        thread.start()
        try:
            self.assertTrue(held.wait(10))
            self.error_of(interpreter, "1", CodeInterpreterError)
        finally:
            go_on.set()
            thread.join()
        self.assertEqual((results, interpreter.execute("x")), ([""], 5))

    def test_nothing_keeps_it_alive(self):
        interpreter = BelljarInterpreter(tools={"f": int})
        interpreter.execute("f()")
        gone = weakref.ref(interpreter)
        del interpreter
        gc.collect()
        self.assertIsNone(gone())


class Variables(Case):
    def test_values(self):
        class Person(BaseModel):
            name: str
            born: datetime.date

        class Point(collections.namedtuple("Point", "x y")):
            pass

        interpreter = self.interpreter()
        for value, arrived in (((1, 2), [1, 2]), ({3, 1, 2}, [1, 2, 3]), ("\u00e9\x00'\"", "\u00e9\x00'\""),
                               (Person(name="A", born="2020-01-02"), {"name": "A", "born": "2020-01-02"}),
                               ([{"p": Person(name="A", born="2020-01-02")}], [{"p": {"name": "A", "born": "2020-01-02"}}]),
                               (Point(1, 2), {"x": 1, "y": 2}), (datetime.date(2020, 1, 2), "2020-01-02"), (2**80, 2**80)):
            with self.subTest(value=value):
                self.assertEqual(interpreter.execute("v", {"v": value}), arrived)
        self.assertEqual(interpreter.execute("repr([a, b, c, d, e, f])", {
            "f": None, "a": {1: "x", None: (2,)}, "b": float("inf"), "c": "\ud800", "d": b"\xff", "e": float("nan")}),
            "[{1: 'x', None: [2]}, inf, '\\ud800', b'\\xff', nan, None]")
        self.assertEqual(set(interpreter.execute("v", {"v": {1, "a"}})), {1, "a"})

    def test_large_values(self):
        interpreter = self.interpreter(memory="512M")
        text = "0123456789" * 2_000_000
        self.assertEqual(interpreter.execute("len(text), text[-1], n", {"text": text, "n": 1}), [20_000_000, "9", 1])
        self.assertEqual(interpreter.execute("len(v), v[-1]", {"v": list(range(1_500_000))}), [1_500_000, 1_499_999])

    def test_what_cannot_cross(self):
        loop = []
        loop.append(loop)
        interpreter = self.interpreter()
        for value, expected in ((object(), "object"), ([{"f": len}], "builtin_function"), (loop, "contains itself")):
            with self.assertRaisesRegex(CodeInterpreterError, expected):
                interpreter.execute("1", {"v": value})
        for name in ("not a name", "class", "x=1;y", ""):
            with self.assertRaisesRegex(CodeInterpreterError, "Invalid variable name"):
                interpreter.execute("1", {name: 1})
        # Python there has no room for a second one; there is no room for one at all.
        for variables in ({"v": "x" * (20 << 20), "w": "x" * (20 << 20)}, {"w": "x" * (100 << 20)}):
            small = self.interpreter(memory="64M")
            with self.assertRaisesRegex(CodeInterpreterError, r"'w' could not be set: \w.*memory="):
                small.execute("1", variables)
            self.assertEqual(small.execute("1"), 1)
        self.assertEqual(interpreter.execute("1"), 1)


class Tools(Case):
    def test_arguments(self):
        def search(query: str, limit: int = 10, key=len, items: list = [None]) -> list:  # noqa: B006
            """Finds things."""
            return [query, limit, key is len, items]

        interpreter = self.interpreter(tools={"search": search, "only": lambda a, /, *, b=2: [a, b], "all": lambda *a, **k: [a, k]})
        for code, result in (("search('a')", ["a", 10, True, [None]]), ("search('a', 5)", ["a", 5, True, [None]]),
                             ("search(limit=1, query='b')", ["b", 1, True, [None]]), ("only(1)", [1, 2]),
                             ("only(1, b=3)", [1, 3]), ("all(1, 2, z=3)", [[1, 2], {"z": 3}]),
                             ("search({1}, {1: 2})", [[1], {"1": 2}, True, [None]])):
            with self.subTest(code=code):
                self.assertEqual(interpreter.execute(code), result)
        self.assertIn("search(query: str, limit: int = 10", interpreter.execute("help(search)"))
        self.assertIn("Finds things.", interpreter.execute("help(search)"))
        self.assertIn("missing 1 required positional argument: 'query'", self.error_of(interpreter, "search()"))
        self.assertIn("object", self.error_of(interpreter, "search(object())"))
        # What the signature does not show is the host's, also for code that goes past the function.
        self.assertIn("unexpected keyword argument", self.error_of(interpreter, "search('b', key=3)"))
        self.assertIn("unexpected keyword argument", interpreter.execute("_belljar_host('search', [], {'query': 'b', 'key': 3})['error']"))
        self.assertIn("too many arguments", self.error_of(interpreter, "_belljar_call('search', ['b', 1, 3], {})"))

    def test_results(self):
        @dataclasses.dataclass
        class Item:
            name: str
            tags: set

        class Custom:
            def __str__(self):
                return "custom-object"

        returned = [5, 0.5, True, None, "t", b"b", [1, (2,)], {"a": {1: 2, True: 3}}, Item("a", {2, 1}), [Custom()],
                    datetime.date(2020, 1, 2)]
        arrived = [5, 0.5, True, None, "t", b"b", [1, [2]], {"a": {"1": 3}}, {"name": "a", "tags": [1, 2]}, ["custom-object"],
                   "2020-01-02"]
        interpreter = self.interpreter(tools={"get": lambda n: returned[n]})
        for n, value in enumerate(arrived):
            self.assertEqual(interpreter.execute(f"repr(get({n}))"), repr(value))

    def test_errors(self):
        def fail(x: int):
            raise ValueError(f"bad value: {x}")

        async def fail_later(x: int):
            await asyncio.sleep(0)
            raise KeyError("gone")

        interpreter = self.interpreter(tools={"fail": fail, "fail_later": fail_later})
        caught = "try:\n    {}\nexcept RuntimeError as e:\n    out = str(e)\nout"
        self.assertEqual(interpreter.execute(caught.format("fail(42)")), "ValueError: bad value: 42")
        self.assertEqual(interpreter.execute(caught.format("fail_later(1)")), "KeyError: 'gone'")
        self.assertTrue(self.error_of(interpreter, "fail(1)").endswith("RuntimeError: ValueError: bad value: 1"))
        self.assertNotIn("<belljar>", self.error_of(interpreter, "fail(1)"))

    def test_an_interrupt_comes_out(self):
        def stop():
            raise KeyboardInterrupt("by hand")

        interpreter = self.interpreter(tools={"stop": stop})
        with self.assertRaisesRegex(KeyboardInterrupt, "by hand"):
            interpreter.execute("x = 3\nwhile True:\n    try:\n        stop()\n    except BaseException:\n        pass")
        self.assertEqual(interpreter.execute("1 + 1"), 2)

    def test_async_tools_also_below_a_running_loop(self):
        async def slow(query: str) -> str:
            await asyncio.sleep(0.01)
            return "answer:" + query

        interpreter = self.interpreter(tools={"slow": slow})

        async def main():
            return interpreter.execute("slow(query='there')")

        self.assertEqual(interpreter.execute("slow('here')"), "answer:here")
        self.assertEqual(asyncio.run(main()), "answer:there")

    def test_they_see_the_context_of_the_caller(self):
        interpreter = self.interpreter(tools={"lm": lambda: dspy.settings.lm.model})
        with dspy.context(lm=DummyLM([])):
            self.assertEqual(interpreter.execute("lm()"), "dummy")

    def test_they_may_change(self):
        given = {"f": lambda: 1}
        interpreter = self.interpreter(tools=given)
        given["g"] = lambda: 2
        self.assertNotIn("g", interpreter.tools)
        self.assertEqual(interpreter.execute("f()"), 1)
        interpreter.tools.update(f=lambda: 3, __dspy_x__=lambda a: a)
        self.assertEqual(interpreter.execute("f(), globals()['__dspy_x__'](a=4)"), [3, 4])
        del interpreter.tools["f"]
        self.assertIn("NameError", self.error_of(interpreter, "f()"))
        for name in ("SUBMIT", "class", "a b", "x(): pass\nimport os\ndef y"):
            interpreter.tools = {name: int}
            self.error_of(interpreter, "1", CodeInterpreterError)

    def test_no_reentry(self):
        interpreter = self.interpreter(tools={"again": lambda: interpreter.execute("1")})
        self.assertIn("cannot execute recursively", self.error_of(interpreter, "again()"))
        self.assertEqual(interpreter.execute("40 + 2"), 42)

    def test_time_in_a_tool_does_not_count(self):
        interpreter = self.interpreter(tools={"wait": lambda: threading.Event().wait(0.6)}, wall=0.3)
        self.assertIs(interpreter.execute("wait()"), False)


class Submit(Case):
    FIELDS = [{"name": "answer", "type": "str"}, {"name": "score", "type": "int"}, {"name": "rest"}]

    def test_without_fields(self):
        interpreter = self.interpreter()
        self.assertEqual(interpreter.execute("x = 1\nSUBMIT(['a', (2,), {3: {4}}])\nx = 2"),
                         FinalOutput({"output": ["a", [2], {"3": [4]}]}))
        self.assertEqual(interpreter.execute("x"), 1)

    def test_with_fields(self):
        interpreter = self.interpreter(output_fields=self.FIELDS)
        expected = FinalOutput({"answer": "a", "score": 1, "rest": None})
        self.assertEqual(interpreter.execute("SUBMIT('a', 1, None)"), expected)
        self.assertEqual(interpreter.execute("SUBMIT(rest=None, score=1, answer='a')"), expected)
        for code in ("SUBMIT('a')", "SUBMIT('a', 1, 2, 3)", "SUBMIT(answer='a', score=1, other=2)", "SUBMIT('a', 1, object())"):
            self.assertIn("TypeError", self.error_of(interpreter, code))
        interpreter.output_fields = [{"name": "FinalOutput", "type": "NoneType"}]
        self.assertEqual(interpreter.execute("SUBMIT(FinalOutput=None)"), FinalOutput({"FinalOutput": None}))

    def test_it_ends_the_run_whatever_the_code_catches(self):
        interpreter = self.interpreter(output_fields=self.FIELDS[:1])
        for code in ("try:\n    SUBMIT('first')\nexcept BaseException:\n    SUBMIT('second')",
                     "while True:\n    try:\n        SUBMIT('first')\n    except BaseException:\n        pass",
                     "try:\n    SUBMIT('first')\nfinally:\n    SUBMIT('second')"):
            self.assertEqual(interpreter.execute(code), FinalOutput({"answer": "first"}))
            self.assertEqual(interpreter.execute("1 + 1"), 2)

    def test_it_cannot_be_forged(self):
        interpreter = self.interpreter(output_fields=self.FIELDS[:1])
        for code in ("print(\"FinalOutput({'answer': 'x'})\")", "{'final': {'answer': 'x'}}", "SUBMIT = print\nSUBMIT('x')",
                     "print('{\"jsonrpc\": \"2.0\", \"result\": {\"final\": {\"answer\": \"x\"}}}')",
                     "class FinalOutput:\n    output = {'answer': 'x'}\nFinalOutput()"):
            self.assertNotIsInstance(interpreter.execute(code), FinalOutput)
        for code in ("class _Submission(BaseException):\n    output = {'answer': 'x'}\nraise _Submission()",
                     "class _DSPyFinalOutput(BaseException): pass\nraise _DSPyFinalOutput({'answer': 'x'})"):
            self.error_of(interpreter, code)
        # Past the function that was made for it: the host holds the names against the fields.
        for call in ("'SUBMIT', [], {'other': 1}", "'SUBMIT', [], {}", "'SUBMIT', [1], {'answer': 1}", "'SUBMIT', 1, 2", "{}, [], {}",
                     "'__class__', [], {}", "'nothing', [], {}"):
            self.assertIn("error", interpreter.execute(f"_belljar_host({call})"))


class Callbacks(Case):
    def test_they_are_told(self):
        told = []

        class Listener(BaseCallback):
            def __getattribute__(self, name):
                return (lambda **_: told.append(name)) if name.startswith("on_interpreter") else super().__getattribute__(name)

        with BelljarInterpreter(tools={"f": int}, callbacks=[Listener()]) as interpreter:
            interpreter.execute("f()")
        self.assertEqual([name.removeprefix("on_interpreter_") for name in told],
                         ["execute_start", "startup_start", "startup_end", "tool_call_start", "tool_call_end", "execute_end",
                          "shutdown_start", "shutdown_end"])


class Grants(Case):
    def test_nothing_by_default(self):
        interpreter = self.interpreter()
        os.environ["BELLJAR_DSPY_TEST"] = "seen"
        self.addCleanup(os.environ.pop, "BELLJAR_DSPY_TEST")
        self.assertIsNone(interpreter.execute("import os\nos.environ.get('BELLJAR_DSPY_TEST')") or None)
        self.assertIn("FileNotFoundError", self.error_of(interpreter, f"open({__file__!r})"))
        self.assertIn("PermissionError", self.error_of(interpreter, "import socket\nsocket.create_connection(('127.0.0.1', 1))"))
        allowed = self.interpreter(enable_env_vars=["BELLJAR_DSPY_TEST", "BELLJAR_DSPY_NOT_SET"], env={"OWN": "1"})
        self.assertEqual(allowed.execute("import os\n[os.environ[n] for n in ('BELLJAR_DSPY_TEST', 'OWN')]"), ["seen", "1"])

    def test_files(self):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "in.txt").write_text("hello")
            (folder / "link.txt").symlink_to(folder / "in.txt")
            interpreter = self.interpreter(enable_read_paths=[folder / "in.txt", folder / "link.txt"],
                                           enable_write_paths=[folder / "out.txt"])
            self.assertEqual(interpreter.execute("open('/sandbox/in.txt').read() + open('/sandbox/link.txt').read()"), "hellohello")
            interpreter.execute("open('/sandbox/out.txt', 'w').write('made')")
            self.assertEqual((folder / "out.txt").read_text(), "made")
            self.assertIn("OSError", self.error_of(interpreter, "open('/sandbox/in.txt', 'w')").replace("PermissionError", "OSError"))
            dry = self.interpreter(enable_write_paths=[folder / "out.txt"], sync_files=False)
            dry.execute("open('/sandbox/out.txt', 'w').write('lost')")
            self.assertEqual((folder / "out.txt").read_text(), "made")

    def test_wrong_arguments(self):
        self.assertRaises(TypeError, BelljarInterpreter, no_such_grant=1)
        self.assertRaises(TypeError, BelljarInterpreter, tools=[len])
        self.assertRaises(InvalidArgumentError, BelljarInterpreter, memory="lots")
        self.assertRaises(InvalidArgumentError, BelljarInterpreter.factory, memory="lots")

    def test_the_factory_tells_the_model(self):
        factory = BelljarInterpreter.factory(memory="300M", enable_network_access=["api.example.com"], tools={"f": int})
        for expected in ("300 MiB", "api.example.com", "State persists"):
            self.assertIn(expected, factory.execution_instructions)
        self.assertNotIn("_belljar", factory.execution_instructions)
        first, second = factory(), factory()
        self.addCleanup(first.shutdown)
        self.addCleanup(second.shutdown)
        first.execute("x = 1")
        self.assertIn("NameError", self.error_of(second, "x"))


class Modules(Case):
    """DSPy's own modules, whole programs, with a model that is a script."""

    def program(self, make, answers, **inputs):
        with dspy.context(lm=DummyLM(answers), interpreter_factory=BelljarInterpreter):
            return make()(**inputs)

    def test_rlm(self):
        def upper(text: str) -> str:
            """In capitals."""
            return text.upper()

        code = ["print(len(context), upper(query))", "llm_query('who?')", "1 / 0", "SUBMIT(answer=[1])",
                "import dspy\nprint(dspy.Predict('question -> answer')(question='x').answer)",
                "SUBMIT(answer='the end', n='not a number')", "SUBMIT(answer=found, n=len(context))", "found = 'it'",
                "SUBMIT(answer=found, n=len(context))"]
        answers = [{"reasoning": "", "code": f"```python\n{c}\n```"} for c in code]
        answers.insert(2, {"text": "me"})          # of llm_query
        answers.insert(6, {"answer": "sub-agent"})  # of dspy.Predict
        result = self.program(lambda: dspy.RLM("context, query -> answer, n: int", tools=[upper], max_iters=12), answers,
                              context="abc" * 1000, query="hi")
        outputs = [step["output"] for step in result.trajectory]
        self.assertEqual((result.answer, result.n), ("it", 3000))
        self.assertEqual(outputs[0], "3000 HI\n")
        self.assertIn("me", outputs[1])
        self.assertIn("ZeroDivisionError", outputs[2])
        self.assertIn("missing 1 required positional argument: 'n'", outputs[3])
        self.assertEqual(outputs[4], "sub-agent\n")
        self.assertIn("[Type Error] n:", outputs[5])
        self.assertIn("NameError", outputs[6])

    def test_rlm_with_a_type_that_packs_itself(self):
        class Packed(dspy.SandboxSerializable):
            def sandbox_setup(self):
                return "import zlib"

            def to_sandbox(self):
                return zlib.compress(b"packed text")

            def sandbox_assignment(self, var_name, data_expr):
                return f"{var_name} = zlib.decompress({data_expr}).decode()"

            def rlm_preview(self, max_chars=500):
                return "some text"

        class Count(dspy.Signature):
            data: Packed = dspy.InputField()
            n: int = dspy.OutputField()

        answers = [{"reasoning": "", "code": "print(data)"}, {"reasoning": "", "code": "SUBMIT(n=len(data))"}]
        result = self.program(lambda: dspy.RLM(Count), answers, data=Packed())
        self.assertEqual((result.trajectory[0]["output"], result.n), ("packed text\n", 11))

    def test_rlm_within_rlm(self):
        answers = [{"reasoning": "", "code": "import dspy\nr = dspy.RLM('context -> answer')(context='inner')\nprint(r.answer)"},
                   {"reasoning": "", "code": "SUBMIT(answer=context + '!')"},
                   {"reasoning": "", "code": "SUBMIT(answer=r.answer + context)"}]
        self.assertEqual(self.program(lambda: dspy.RLM("context -> answer"), answers, context="outer").answer, "inner!outer")

    def test_rlm_in_asyncio_and_in_threads(self):
        def answers(n):
            return [{"reasoning": "", "code": f"print({n})"}, {"reasoning": "", "code": f"SUBMIT(answer=x * {n})"}]

        async def main():
            with dspy.context(lm=DummyLM(answers(3)), interpreter_factory=BelljarInterpreter):
                return (await dspy.RLM("x: int -> answer: int").acall(x=5)).answer

        self.assertEqual(asyncio.run(main()), 15)
        results = {}

        def work(n):
            results[n] = self.program(lambda: dspy.RLM("x: int -> answer: int"), answers(n), x=7).answer

        threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(results, {n: 7 * n for n in range(4)})

    def test_program_of_thought(self):
        answers = [{"reasoning": "", "generated_code": "```python\nresult = 1 + \n```"},
                   {"reasoning": "", "generated_code": "```python\nresult = 6 * 7\nSUBMIT({'answer': result})\n```"},
                   {"reasoning": "", "answer": "42"}]
        with dspy.context(lm=DummyLM(answers), interpreter_factory=BelljarInterpreter):
            module = dspy.ProgramOfThought("question -> answer")
            self.assertEqual(module(question="6 * 7?").answer, "42")
            prompts = str(dspy.settings.lm.history)
        self.assertIn("Invalid Python syntax", prompts)
        self.assertIn('{"output": {"answer": 42}}', prompts.replace('\\"', '"'))

    def test_program_of_thought_with_an_interpreter_of_the_caller(self):
        with BelljarInterpreter() as interpreter:
            interpreter.execute("kept = 5")
            with dspy.context(lm=DummyLM([{"reasoning": "", "generated_code": "```python\nkept + 1\n```"},
                                          {"reasoning": "", "answer": "6"}])):
                self.assertEqual(dspy.ProgramOfThought("question -> answer")(interpreter, question="?").answer, "6")
            self.assertEqual(interpreter.execute("kept"), 5)

    def test_code_act(self):
        answers = [{"generated_code": "```python\nnope\n```", "finished": False},
                   {"generated_code": "```python\nprint(triple(14))\n```", "finished": True}, {"reasoning": "", "answer": "42"}]
        result = self.program(lambda: dspy.CodeAct("question -> answer", tools=[triple]), answers, question="3 * 14?")
        self.assertEqual(result.answer, "42")
        self.assertIn("NameError", result.trajectory["observation_0"])
        self.assertEqual(result.trajectory["code_output_1"], '"42\\n"')

    def test_flex(self):
        flex = self.program(lambda: lambda **inputs: dspy.Flex("question -> answer")(**inputs), [{"answer": "bridged"}], question="?")
        self.assertEqual(flex.answer, "bridged")


def triple(n: int) -> int:
    """Three times n. CodeAct sends the source of this function into the sandbox."""
    return 3 * n


class Page(unittest.TestCase):
    def test_the_guide(self):
        pages.check(self, "dspy.md")


if __name__ == "__main__":
    unittest.main()
