#!/usr/bin/env python3
"""The executor of belljar.smolagents, step by step.

    pip install -r tests/python/requirements-smolagents.txt
    PYTHONPATH=bindings/python python3 tests/python/smolagents_test.py [Class[.test]]

What an executor must do is what smolagents' own tests ask of its executors, written anew. Whole runs of agents are in
smolagents_agents_test.py.
"""

from __future__ import annotations

import contextvars
import functools
import math
import os
import signal
import sys
import threading
import time
import unittest

from smolagents_support import Case, price, tools_of  # first: it says when smolagents is missing

import PIL.Image
import smolagents
from smolagents import FinalAnswerTool, Tool
from smolagents.agent_types import AgentAudio, AgentImage, AgentText
from smolagents.local_python_executor import CodeOutput, InterpreterError
from smolagents.utils import AgentError

import belljar
from belljar.smolagents import BelljarExecutor, ExecutionError

try:
    import pandas
except ImportError:
    pandas = None


class Steps(Case):
    """One step after the other: output, logs, state."""

    def test_output_and_logs(self):
        executor = self.executor()
        self.assertEqual(executor("x = 20\nprint('half')\nx * 2"), CodeOutput(40, "half\n", False))
        self.assertEqual(executor("x"), CodeOutput(20, "", False))
        self.assertEqual(executor("y = x"), CodeOutput(None, "", False))
        self.assertEqual(executor("{'a': [1, None, 'z']}").output, {"a": [1, None, "z"]})
        self.assertEqual(executor("'text'").output, "text")
        self.assertEqual(executor("{3}").output, "{3}")
        self.assertEqual(executor("b'ab'").output, "b'ab'")

    def test_what_a_step_defines_stays(self):
        executor = self.executor()
        executor("import math\ndef root(n):\n    return math.sqrt(n)\nclass P:\n    n = 16")
        executor("with open('f', 'w') as f: f.write('in a file')")
        self.assertEqual(executor("root(P.n), open('f').read()").output, [4.0, "in a file"])

    def test_both_streams_are_logs(self):
        logs = self.executor(imports=["sys"])("import sys\nprint('a', flush=True)\nprint('b', file=sys.stderr)").logs
        self.assertEqual(logs, "a\nb\n")

    def test_long_logs_are_shortened_as_smolagents_does(self):
        for length in (100, 101):
            executor = self.executor(max_print_outputs_length=length)
            logs = executor("print('begin' + 'x' * 5000 + 'end')").logs
            self.assertTrue(logs.startswith("begin") and logs.endswith("end\n"), logs)
            self.assertIn(f"truncated to stay below {length} characters", logs)
            self.assertLess(len(logs), length + 100)
        self.assertEqual(len(self.executor()("print('x' * 49_999)").logs), 50_000)
        with self.assertRaisesRegex(ValueError, "max_print_outputs_length=0"):
            BelljarExecutor(max_print_outputs_length=0)

    def test_output_that_was_dropped_is_counted(self):
        logs = self.executor(output="64K")("print('x' * 200_000)").logs
        self.assertRegex(logs, r"13\d{4} more bytes were printed and dropped")

    def test_control_characters_do_not_reach_a_terminal(self):
        executor = self.executor()
        logs = executor(r"print('\x1b[2J\x07\x9b1m' + '\u00e9\tok')").logs
        self.assertEqual(logs, r"\x1b[2J\x07\x9b1m" + "\u00e9\tok\n")
        self.assertNotIn("\x1b", str(self.fails(executor, r"raise ValueError('\x1b[2J')")))

    def test_variables(self):
        executor = BelljarExecutor()
        self.addCleanup(executor.cleanup)
        executor.send_variables({})
        executor.send_variables({"n": 1, "tags": ("a", "b"), "blob": b"\0", "deep": {"x": [1.5, None]}})
        self.assertEqual(executor("n, tags, deep").output, [1, ["a", "b"], {"x": [1.5, None]}])
        self.assertEqual(executor("blob == bytes(1)").output, True)
        executor.send_tools(tools_of(price))
        self.assertEqual(executor("n + 1").output, 2)
        with self.assertRaisesRegex(belljar.ConversionError, r"rows\[1\]\.when: set is not supported, use"):
            executor.send_variables({"rows": [0, {"when": {1}}]})
        with self.assertRaisesRegex(ValueError, "'two words' is not the name of a variable"):
            executor.send_variables({"two words": 1})

    def test_tools_may_change_and_the_state_stays(self):
        executor = self.executor(workspace={"data.txt": "first"}, env={"PLACE": "here"}, imports=["os"])
        executor("x = [1]\nopen('data.txt', 'a').write(', second')\nold = final_answer")
        session = executor.session
        executor.send_tools({**executor._tools})
        self.assertIs(executor.session, session, "the same tools need no other session")
        executor.send_tools(tools_of(price))
        self.assertTrue(session.closed)
        code = "import os\nx, open('data.txt').read(), os.environ['PLACE'], price('ACME')['price']"
        self.assertEqual(executor(code).output, [[1], "first, second", "here", 12.5])
        executor.send_tools({})
        self.fails(executor, "price('ACME')", "NameError")
        self.fails(executor, "final_answer(1)", "NameError")

    def test_tools_that_cannot_be_installed_leave_those_before(self):
        executor = self.executor(price)
        executor("x = 1")
        with self.assertRaises(belljar.InvalidArgumentError):
            executor.send_tools({"not a name": price})
        self.assertEqual(executor("x + price('ACME')['price']").output, 13.5)

    def test_cleanup(self):
        with self.executor(workspace={"f": "1"}) as executor:
            executor("x = 1")
            session = executor.session
        self.assertTrue(session.closed)
        self.fails(executor, "x", "NameError")
        self.assertEqual(executor("open('f').read()").output, "1")
        self.assertTrue(executor("final_answer(1)").is_final_answer)
        executor.delete()
        executor.cleanup()

    def test_arguments(self):
        for options in ({"tools": [price]}, {"modules": ["json"]}):
            with self.assertRaisesRegex(belljar.InvalidArgumentError, "additional_functions and additional_authorized"):
                BelljarExecutor(**options)
        with self.assertRaisesRegex(TypeError, "timeout_seconds"):
            BelljarExecutor(timeout_seconds=3)
        with self.assertRaisesRegex(ValueError, "memory"):
            BelljarExecutor(memory="many")


class Imports(Case):
    def test_the_base_list_and_more(self):
        executor = self.executor(imports=["json", "os.path", "xml.*"])
        executor("import math, statistics, collections.abc, json\nfrom os import path\nimport xml.dom")
        self.assertIn("json", executor.authorized_imports)
        self.assertIn("unicodedata", executor.authorized_imports)
        for code in ("import csv", "from csv import reader", "__import__('csv')", "exec('import csv')"):
            self.fails(executor, code, "Import of csv is not allowed", "allowed are: ", "json, math")
        self.assertEqual(executor("math.sqrt(4)").output, 2.0)

    def test_all(self):
        executor = self.executor(imports=["*"])
        self.assertEqual(executor("import csv, sys, os, sqlite3\n1").output, 1)
        self.fails(executor, "import numpy", "numpy is not in this sandbox", "standard library")

    def test_what_is_not_there_is_said_at_once(self):
        with self.assertRaisesRegex(ValueError, "no module nothere, numpy .*belljar image build"):
            BelljarExecutor(["numpy", "json", "nothere.sub"])
        for wrong in ("json", b"json", [1], [""]):
            with self.assertRaisesRegex(ValueError, "is no list of names"):
                BelljarExecutor(wrong)


class Errors(Case):
    """Each says what happened and what to do, and loses no logs."""

    def test_exceptions(self):
        executor = self.executor()
        error = self.fails(executor, "x = 1\nprint('so far')\n1 / 0", "ZeroDivisionError: division by zero", "line 3")
        self.assertIsInstance(error, InterpreterError)  # as of the local executor
        self.assertIsInstance(error, AgentError)  # as of the remote ones
        self.assertEqual((error.logs, executor.state["_print_outputs"]), ("so far\n", "so far\n"))
        self.assertEqual((error.result.status, error.dict()["message"]), ("exception", str(error)))
        self.assertEqual(executor("x"), CodeOutput(1, "", False))
        self.assertEqual(executor.state["_print_outputs"], "")

    def test_syntax(self):
        self.fails(self.executor(), "print('Missing", "SyntaxError", "unterminated string")
        self.fails(self.executor(), "!pip install numpy", "SyntaxError", "packages cannot be")

    def test_hints(self):
        executor = self.executor(imports=["*"])
        for code, texts in {
            "import sys; sys.exit(3)": ["SystemExit: 3", "call final_answer(...)"],
            "input('> ')": ["EOFError", "Nobody can answer input()"],
            "import subprocess; subprocess.run(['ls'])": ["no processes"],
            "import socket; socket.create_connection(('example.com', 80))": ["no network access"],
            "import threading; threading.Thread(target=print).start()": ["threads are not available"],
            "x = [0] * 10**9": ["MemoryError", "work on less data"],
            "mth = math.pi": ["NameError", "forget to import 'math'"],
        }.items():
            with self.subTest(code=code):
                self.fails(executor, code, *texts)

    def test_a_tool_whose_name_was_taken(self):
        executor = self.executor(price)
        executor("price = price('ACME')")
        self.fails(executor, "price('EMCA')", "not callable", "`del price` brings the tool back")
        self.assertEqual(executor("del price\nprice('EMCA')['price']").output, 0.25)

    def test_limits(self):
        executor = self.executor(cpu=0.3, imports=["os"])
        executor("kept = 1")
        error = self.fails(executor, "kept = 2\nprint('begun', flush=True)\nwhile True: pass",
                           "CPU time limit of 0.3 s", "has remained")
        self.assertEqual((error.result.status, error.logs), ("time_limit", "begun\n"))
        self.assertEqual(executor("kept").output, 2)
        self.fails(executor, "kept = 3\nsum(range(10**12))", "CPU time limit", "Nothing of this step has remained")
        self.assertEqual(executor("kept").output, 2)
        self.fails(self.executor(wall=0.2), "import time; time.sleep(9)", "wall time limit of 0.2 s")
        self.fails(executor, "kept = 4\nimport os; os.abort()", "crashed inside the sandbox", "Nothing of this step")
        self.assertEqual(executor("kept").output, 2)

    def test_interrupts(self):
        executor = self.executor(additional_functions={"sleep": time.sleep})
        for code in ("while True: pass", "sleep(9)"):
            with self.subTest(code=code):
                timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
                begin = time.monotonic()
                timer.start()
                with self.assertRaises(KeyboardInterrupt):
                    executor(f"print('begun', flush=True)\n{code}")
                self.assertLess(time.monotonic() - begin, 6)
                self.assertEqual(executor.state["_print_outputs"], "begun\n")
        self.assertEqual(executor("1").output, 1)

    def test_long_tracebacks_are_shortened(self):
        error = self.fails(self.executor(), "raise ValueError('x' * 100_000)", "ValueError", "truncated")
        self.assertLess(len(str(error)), 11_000)

    def test_code_that_cannot_be_run(self):
        executor = self.executor()
        for code in ("x = '\0'", "x = '\ud800'"):
            with self.assertRaises(ValueError):
                executor(code)
        self.assertEqual(executor("1").output, 1)


class FinalAnswers(Case):
    def test_values(self):
        for code, value in {
            'final_answer("""This is\na multiline\nfinal answer""")': "This is\na multiline\nfinal answer",
            "text = '''with\nfinal_answer(5)\n'''\nfinal_answer(text)": "with\nfinal_answer(5)\n",
            "n = 2\nif n == 1:\n    final_answer('One')\nelif n == 2:\n    final_answer(answer='Two')": "Two",
            "final_answer({'a': [1.5, None, (True, b'x')], 'n': 2**80})": {"a": [1.5, None, [True, b"x"]], "n": 2**80},
            "final_answer(None)": None,
            "call_tool('final_answer', 7)": 7,
            "def last(x):\n    final_answer(x)\nlast('from a function')": "from a function",
            "class D:\n    def __del__(self): final_answer('at the end')\nd = D()\ndel d": "at the end",
        }.items():
            with self.subTest(code=code):
                output = self.executor()(code)
                self.assertEqual((output.output, output.is_final_answer), (value, True))

    def test_the_code_ends_there(self):
        executor = self.executor(cpu=1)
        output = executor("print('before')\nx = 1\nfinal_answer(1)\nprint('after')")
        self.assertEqual(output, CodeOutput(1, "before\n", True))
        self.assertEqual(executor.state["_print_outputs"], "before\n")
        self.assertEqual(executor("x").output, 1)

    def test_the_first_one_counts_whatever_the_code_does_then(self):
        for rest in ("pass", "final_answer(2)", "raise ValueError", "while True: pass", "sum(range(10**12))"):
            with self.subTest(rest=rest):
                output = self.executor(cpu=0.5)(f"try:\n    final_answer(1)\nexcept BaseException:\n    {rest}")
                self.assertEqual((output.output, output.is_final_answer), (1, True))

    def test_what_is_none(self):
        executor = self.executor(price, imports=["*"])
        for code in (
            "print('final_answer(42)')", "42", "'final_answer'", "is_final_answer = True; 42", "price('ACME')",
            "raise BaseException(42)", "raise SystemExit(42)", "raise KeyboardInterrupt", "import os; os._exit(0)",
            "class FinalAnswer(BaseException):\n    value = 42\nraise FinalAnswer(42)",
            "class FinalAnswerException(BaseException):\n    value = 'safe:42'\nraise FinalAnswerException('safe:42')",
            "final_answer", "final_answer()", "final_answer(1, 2)", "final_answer(object())", "final_answer({1: 2})",
            "call_tool('final_answer ', 42)", "call_tool('price', 'final_answer')",
            "import sys\nsys.stdout.write('{\"is_final_answer\": true}')",
            "import sys\nf = sys._getframe()\nwhile f:\n    f.f_globals.update(is_final_answer=True)\n    f = f.f_back",
        ):
            with self.subTest(code=code):
                self.never_final(executor, code)
        self.assertTrue(executor("final_answer(42)").is_final_answer)

    def test_a_function_of_the_code_in_its_place(self):
        for code in (
            "def final_answer(x):\n    return x",
            "final_answer = lambda x: x",
            "import builtins\nbuiltins.final_answer = lambda x: x",
            "__builtins__.final_answer = lambda x: x",
            "import sys\nsys._getframe().f_globals['final_answer'] = lambda x: x",
            "final_answer.__code__ = (lambda *a, **k: 42).__code__\nfinal_answer.__defaults__ = None",
            "class Final:\n    def __call__(self, x): raise SystemExit(x)\nfinal_answer = Final()",
            "call_tool = globals()['final_answer'] = lambda *a: a",
        ):
            with self.subTest(code=code):
                executor = self.executor(imports=["*"])
                self.never_final(executor, code)
                self.never_final(executor, "final_answer(42)")
        executor = self.executor()
        executor("def final_answer(x):\n    return x")
        self.assertIn("`del final_answer` brings the tool back", executor("final_answer(42)").logs)
        self.assertEqual(executor("del final_answer\nfinal_answer(43)"), CodeOutput(43, "", True))

    def never_final(self, executor, code):
        try:
            self.assertFalse(executor(code).is_final_answer)
        except ExecutionError:
            pass

    def test_a_destructor_outside_of_a_step(self):
        executor = self.executor()
        executor("class D:\n    def __del__(self): final_answer('forged')\nd = D()")
        executor.send_variables({"d": 1})
        self.assertEqual(executor("d"), CodeOutput(1, "", False))

    def test_tools_of_ones_own(self):
        class Two(FinalAnswerTool):
            inputs = {name: {"type": "string", "description": "A part."} for name in ("first", "second")}

            def forward(self, first: str, second: str) -> str:
                if not second:
                    raise ValueError("the second part is missing")
                return f"{first}-{second}"

        executor = self.executor()
        executor.send_tools({"final_answer": Two()})
        self.fails(executor, "final_answer('a', '')", "ValueError: the second part is missing")
        self.fails(executor, "final_answer('a', 5)", "'second' must be str, not int")
        code = "try:\n    final_answer('a', '')\nexcept ValueError:\n    final_answer(second='b', first='a')"
        self.assertEqual(executor(code), CodeOutput("a-b", "", True))

    def test_a_tool_that_ends_the_program_does(self):
        class Stop(FinalAnswerTool):
            def forward(self, answer: object) -> object:
                raise KeyboardInterrupt

        executor = self.executor()
        executor.send_tools({"final_answer": Stop()})
        with self.assertRaises(KeyboardInterrupt):
            executor("print('x')\nfinal_answer(1)")
        self.assertEqual(executor.state["_print_outputs"], "x\n")


class Typed(Tool):
    name = "typed"
    description = "Says what came."
    inputs = {
        "text": {"type": "string", "description": "A text."},
        "count": {"type": "integer", "description": "A count.", "nullable": True},
        "ratio": {"type": "number", "description": "A number.", "nullable": True},
        "items": {"type": ["array", "object"], "description": "Several.", "nullable": True},
        "anything": {"type": "any", "description": "Whatever.", "nullable": True},
    }
    output_type = "string"

    def forward(self, text, count=None, ratio=1.5, items=None, anything=None) -> str:
        return repr((text, count, ratio, items, anything))


class Generic(Tool):
    """As smolagents makes of an MCP server's or LangChain's."""
    name = "generic"
    description = "Says what came."
    inputs = {"maybe": {"type": "string", "description": "May be left out.", "nullable": True},
              "must": {"type": "integer", "description": "Must not.", "enum": [1, 2]}}
    output_type = "object"
    skip_forward_signature_validation = True

    def forward(self, *args, **kwargs):
        return {"args": list(args), **kwargs}


class Tools(Case):
    def test_arguments_are_checked_on_the_host(self):
        executor = self.executor(Typed(), Generic())
        self.assertEqual(executor("typed('a')").output, "('a', None, 1.5, None, None)")
        code = "typed('a', 2, ratio=3, items=(1,), anything={'x': 1})"
        self.assertEqual(executor(code).output, "('a', 2, 3, [1], {'x': 1})")
        self.assertEqual(executor("typed('a', None, items={})").output, "('a', None, 1.5, {}, None)")
        for code, text in {
            "typed(1)": "'text' must be str, not int",
            "typed(None)": "'text' must be str, not NoneType",
            "typed('a', True)": "'count' must be int or None, not bool",
            "typed('a', 2.0)": "'count' must be int or None, not float",
            "typed('a', ratio='2')": "'ratio' must be float or None, not str",
            "typed('a', items='x')": "'items' must be list or dict or None, not str",
            "typed()": "missing 1 required positional argument: 'text'",
            "typed('a', other=1)": "unexpected keyword argument 'other'",
            "typed({1, 2})": "set, which cannot cross",
            "call_tool('typed', 5)": "'text' must be str",
            "generic()": "generic() needs the argument 'must'",
            "generic(must=3)": "must be one of [1, 2]",
        }.items():
            with self.subTest(code=code):
                self.fails(executor, code, text)
        self.assertEqual(executor("generic(must=1)").output, {"args": [], "must": 1})
        self.assertEqual(executor("generic('a', 2)").output, {"args": [], "maybe": "a", "must": 2})

    def test_the_guest_cannot_go_around_the_check(self):
        executor = self.executor(Typed(), imports=["*"])
        code = ("import sys\ntyped.__code__ = (lambda *a, **k: call_tool('typed', 5)).__code__\n"
                "typed.__signature__ = None\ntyped('a')")
        self.fails(executor, code)

    def test_the_guest_reads_the_signature(self):
        logs = self.executor(price)("help(price)").logs
        self.assertIn("price(symbol: str, currency: str | None = None) -> dict", logs)
        self.assertIn("Gives the last price of a share.", logs)
        self.assertIn("symbol: The symbol of the share.", logs)

    def test_exceptions_reach_the_guest(self):
        executor = self.executor(price)
        self.fails(executor, "price('NOPE')", "KeyError", "no share is called NOPE")
        output = executor("try:\n    price('NOPE')\nexcept KeyError as e:\n    print(e.args)")
        self.assertEqual(output.logs, "('no share is called NOPE',)\n")

    def test_functions(self):
        def twice(n: int) -> int:
            "Twice as much."
            return 2 * n

        executor = self.executor(price, additional_functions={"twice": twice, "root": math.sqrt})
        self.assertEqual(executor("twice(4), root(16), price('ACME')['price']").output, [8, 4.0, 12.5])
        executor.send_tools({"half": lambda n: n / 2})
        self.assertEqual(executor("twice(half(5))").output, 5.0)
        with self.executor(additional_functions={"twice": twice}) as alone:
            self.assertEqual(alone("twice(1)").output, 2)

    def test_the_time_of_a_tool_is_not_the_guests(self):
        def work(seconds: float) -> str:
            begin = time.thread_time()
            while time.thread_time() - begin < seconds:
                pass
            time.sleep(seconds)
            return "done"

        executor = self.executor(cpu=0.3, wall=0.5, additional_functions={"work": work})
        self.assertEqual(executor("work(0.7)").output, "done")

    def test_context_variables_reach_a_tool(self):
        variable = contextvars.ContextVar("variable", default="none")
        executor = self.executor(additional_functions={"ask": lambda: variable.get()})
        variable.set("of the caller")
        self.assertEqual(executor("ask()").output, "of the caller")

    def test_an_executor_is_for_one_agent(self):
        executor = self.executor(additional_functions={"again": lambda: executor("1").output})
        self.fails(executor, "again()", "is running code", "an executor of its own")
        self.assertEqual(executor("1").output, 1)

    def test_executors_run_beside_each_other(self):
        executors, outputs = [self.executor(price) for _ in range(4)], {}

        def work(number):
            for i in range(20):
                executors[number](f"x = {number * 1000 + i}")
            outputs[number] = executors[number]("x, price('ACME')['price']").output

        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(outputs, {number: [number * 1000 + 19, 12.5] for number in range(4)})


class Values(Case):
    """What is more than JSON: it is made so, or refused with its place."""

    def test_text(self):
        executor = self.executor(additional_functions={"say": lambda: [AgentText("hello")]})
        self.assertEqual(executor("say()[0].upper()").output, "HELLO")

    def test_images(self):
        red = PIL.Image.new("RGB", (3, 2), "red")
        seen = []

        class Look(Tool):
            name, description, output_type = "look", "Looks at an image.", "string"
            inputs = {"image": {"type": "image", "description": "An image."}}

            def forward(self, image) -> str:
                seen.append(image)
                return f"{image.width} x {image.height}"

        functions = {"draw": lambda: red, "draw_agents": lambda: {"it": AgentImage(red)}}
        executor = self.executor(Look(), additional_functions=functions)
        self.assertEqual(executor("draw()[:4] == bytes([0x89]) + b'PNG'").output, True)
        self.assertEqual(executor("picture = draw()\nlook(picture)").output, "3 x 2")
        self.assertEqual(executor("look(draw_agents()['it'])").output, "3 x 2")
        self.assertIs(seen[0], red)
        self.fails(executor, "look(picture + b'more')", "must be an image as a tool has returned it, unchanged")
        self.fails(executor, "look('red.png')", "'image' must be bytes, not str")
        executor.send_variables({"sent": red})
        self.assertEqual(executor("look(sent)").output, "3 x 2")
        self.assertIs(executor("final_answer(picture)").output, red)
        self.assertEqual(executor("final_answer(picture[:8])").output, b"\x89PNG\r\n\x1a\n")

    def test_few_images_are_kept(self):
        made = iter(range(1000))
        draw = lambda: PIL.Image.new("RGB", (1, 1), (next(made), 0, 0))  # noqa: E731
        executor = self.executor(additional_functions={"draw": draw})
        executor("first = draw()\nfor i in range(70): last = draw()")
        self.assertIsInstance(executor("final_answer(first)").output, bytes)
        self.assertEqual(executor("final_answer(last)").output.getpixel((0, 0)), (70, 0, 0))

    def test_what_is_refused(self):
        endless = []
        endless.append(endless)
        audio = AgentAudio.__new__(AgentAudio, "sound")  # made by itself it needs torch
        for value, text in {
            "audio": (audio, r"tools.give.return: audio is not supported, use the path"),
            "nested": ({"a": [1, {"b": audio}]}, r"tools.give.return.a[1].b: audio is not supported"),
            "object": ({"a": [1, {"b": object()}]}, r"tools.give.return.a[1].b: object is not supported, use"),
            "keys": ({1: 2}, "a dict with a key of type int is not supported"),
            "endless": (endless, "nested deeper than 100"),
        }.values():
            with self.subTest(text=text):
                executor = self.executor(additional_functions={"give": functools.partial(lambda it: it, value)})
                self.fails(executor, "give()", text)

    @unittest.skipUnless(pandas, "pandas is not installed")
    def test_arrays_and_tables(self):
        numpy = sys.modules["numpy"]
        table = pandas.DataFrame({"name": ["a", "b"], "n": [1, 2]})
        executor = self.executor(additional_functions={
            "table": lambda: table, "column": lambda: table["n"], "array": lambda: numpy.arange(4).reshape(2, 2),
            "number": lambda: {"n": numpy.int64(3), "x": numpy.float32(0.5), "yes": numpy.bool_(True)},
            "times": lambda: pandas.DataFrame({"t": [pandas.Timestamp(0)]}), "wide": lambda: numpy.longdouble(1)})
        self.assertEqual(executor("table()").output, [{"name": "a", "n": 1}, {"name": "b", "n": 2}])
        self.assertEqual(executor("column(), array(), number()").output,
                         [[1, 2], [[0, 1], [2, 3]], {"n": 3, "x": 0.5, "yes": True}])
        self.fails(executor, "times()", "tools.times.return[0].t: Timestamp is not supported, use isoformat")
        self.fails(executor, "wide()", "tools.wide.return: longdouble is not supported")
        executor.send_variables({"sales": table, "weights": numpy.ones(2)})
        self.assertEqual(executor("sum(row['n'] * w for row, w in zip(sales, weights))").output, 3.0)


if __name__ == "__main__":
    print(f"smolagents {smolagents.__version__}, Python {sys.version.split()[0]}")
    unittest.main()
