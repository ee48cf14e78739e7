#!/usr/bin/env python3
"""The Jupyter kernel, as a notebook sees it.

    PYTHONPATH=bindings/python python3 tests/python/kernel_test.py [Class[.test]]

Needs what requirements-jupyter.txt names; without it everything here is skipped.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from queue import Empty

import pages

try:
    import nbformat
    from jupyter_client.manager import KernelManager
    from jupyter_client.kernelspec import KernelSpecManager
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError
    import ipykernel  # noqa: F401
    MISSING = ""
except ImportError as error:
    MISSING = f"{error}: pip install -r tests/python/requirements-jupyter.txt"

DEADLINE = 60
LOG = None if os.environ.get("BELLJAR_KERNEL_LOG") else subprocess.DEVNULL  # what kernels write to standard error


def setUpModule() -> None:
    if MISSING:
        raise unittest.SkipTest(MISSING)


def install(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "belljar.kernel", "install", "--prefix", str(folder), *options],
                          capture_output=True, text=True, timeout=DEADLINE)


class Kernels(unittest.TestCase):
    """One kernel for all tests of a class, in a folder of its own."""

    OPTIONS: tuple[str, ...] = ()

    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = Path(tempfile.mkdtemp(prefix="belljar-kernel-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        (cls.folder / "notebooks").mkdir()
        (cls.folder / "data").mkdir()
        (cls.folder / "data" / "words.txt").write_text("bell jar\n")
        done = install(cls.folder, *(option.format(folder=cls.folder) for option in cls.OPTIONS))
        assert done.returncode == 0, done.stderr
        environment = {"JUPYTER_PATH": str(cls.folder / "share" / "jupyter"), "JUPYTER_RUNTIME_DIR": str(cls.folder / "runtime"),
                       "IPYTHONDIR": str(cls.folder / "ipython"), "JUPYTER_CONFIG_DIR": str(cls.folder / "config")}
        before = {name: os.environ.get(name) for name in environment}
        os.environ.update(environment)

        def restore() -> None:
            for name, value in before.items():
                os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)
        cls.addClassCleanup(restore)

    @classmethod
    def manager(cls) -> KernelManager:
        # A manager's own list of places is made when Jupyter is imported, before JUPYTER_PATH is set.
        specifications = KernelSpecManager(kernel_dirs=[str(cls.folder / "share" / "jupyter" / "kernels")])
        return KernelManager(kernel_name="belljar", kernel_spec_manager=specifications,
                             connection_file=str(cls.folder / f"connection-{time.monotonic_ns()}.json"))


class LiveKernel(Kernels):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.kernel = cls.manager()
        cls.kernel.start_kernel(cwd=str(cls.folder / "notebooks"), stderr=LOG)
        cls.addClassCleanup(cls.kernel.shutdown_kernel, now=True)
        cls.client = cls.kernel.blocking_client()
        cls.client.start_channels()
        cls.addClassCleanup(cls.client.stop_channels)
        cls.client.wait_for_ready(timeout=DEADLINE)

    def setUp(self) -> None:
        self.cell("%reset")

    def start(self, code: str, **options):
        return self.client.execute(code, **options)

    def messages(self, request: str) -> list[dict]:
        """What the kernel published for a request, until it is idle."""
        found = []
        while True:
            message = self.client.get_iopub_msg(timeout=DEADLINE)
            if message["parent_header"].get("msg_id") != request:
                continue
            if message["msg_type"] == "status":
                if message["content"]["execution_state"] == "idle":
                    return found
            elif message["msg_type"] != "execute_input":
                found.append(message)

    def finish(self, request: str) -> "Cell":
        return Cell(self.reply(request), self.messages(request))

    def reply(self, request: str) -> dict:
        while True:
            message = self.client.get_shell_msg(timeout=DEADLINE)
            if message["parent_header"].get("msg_id") == request:
                return message["content"]

    def cell(self, code: str, **options) -> "Cell":
        return self.finish(self.start(code, **options))

    def ask(self, method: str, *arguments) -> dict:
        return self.reply(getattr(self.client, method)(*arguments))

    def assert_alive(self) -> None:
        self.assertEqual(self.cell("6 * 7").value, "42")


class Cell:
    """What came of one."""

    def __init__(self, reply: dict, messages: list[dict]) -> None:
        self.reply = reply
        self.status = reply["status"]
        self.messages = messages

    def of(self, kind: str) -> list[dict]:
        return [message["content"] for message in self.messages if message["msg_type"] == kind]

    def text(self, stream: str) -> str:
        return "".join(content["text"] for content in self.of("stream") if content["name"] == stream)

    @property
    def stdout(self) -> str:
        return self.text("stdout")

    @property
    def value(self) -> str | None:
        results = self.of("execute_result")
        return results[0]["data"]["text/plain"] if results else None

    @property
    def error(self) -> str:
        errors = self.of("error")
        return "\n".join(errors[0]["traceback"]) if errors else ""


class CellsOfAKernel(LiveKernel):
    def test_output_value_and_state(self):
        first = self.cell("x = 41\nprint('out')\nimport sys; print('err', file=sys.stderr)\nx + 1")
        self.assertEqual((first.status, first.stdout, first.text("stderr"), first.value), ("ok", "out\n", "err\n", "42"))
        self.assertEqual(self.cell("x").value, "41")
        self.assertEqual(self.cell("None").messages, [])
        self.assertEqual(self.cell("_ + 1").value, "42")

    def test_it_is_the_sandbox(self):
        self.assertIn("FileNotFoundError", self.cell("open('/etc/passwd')").error)
        self.assertEqual(self.cell("import os; os.environ.get('JUPYTER_PATH')").messages, [])

    def test_output_comes_while_the_cell_runs(self):
        request = self.start("import time\nprint('early')\ntime.sleep(3)\nprint('late')")
        begin = time.monotonic()
        while True:
            message = self.client.get_iopub_msg(timeout=DEADLINE)
            if message["msg_type"] == "stream" and message["parent_header"]["msg_id"] == request:
                break
        self.assertEqual(message["content"]["text"], "early\n")
        self.assertLess(time.monotonic() - begin, 2.5)
        self.assertIn("late", self.finish(request).stdout)

    def test_many_small_writes_are_few_messages(self):
        cell = self.cell("import sys\nfor i in range(100_000): print(i); sys.stdout.flush()")
        self.assertTrue(cell.stdout.endswith("99999\n"))
        self.assertLess(len(cell.of("stream")), 1000)

    def test_output_beyond_the_limit_is_told(self):
        cell = self.cell("print('x' * 3_000_000)")
        self.assertLessEqual(len(cell.stdout), 1 << 20)
        self.assertIn("bytes of standard output over the limit were dropped", cell.text("stderr"))

    def test_terminal_escapes_do_not_come_through(self):
        cell = self.cell("print('\\x1b[2J\\x1b]0;title\\x07 \\u202e 50%\\r')\n'\\x9b1m'\nclass R:\n  def __repr__(self): return '\\x1b[31m'\nR()")
        self.assertEqual(cell.stdout, "\\x1b[2J\\x1b]0;title\\x07 \\u202e 50%\r\n")
        self.assertEqual(cell.value, "\\x1b[31m")
        cell = self.cell("class E(Exception): pass\nE.__name__ = 'A\\x1b[1m'\nraise E('\\x1b[2J')")
        self.assertEqual((cell.reply["ename"], cell.reply["evalue"]), ("A\\x1b[1m", "\\x1b[2J"))
        self.assertNotIn("\x1b", json.dumps(cell.messages, default=str).replace("\\u001b", "\x1b"))

    def test_rich_output_is_framed(self):
        cell = self.cell("class T:\n  def _repr_html_(self): return '<script>alert(1)</script><b>bold</b>'\n"
                         "class S:\n  def _repr_svg_(self): return '<svg onload=\"alert(1)\"/>'\n"
                         "display(T(), S())\nT()")
        table, drawing = cell.of("display_data")
        result = cell.of("execute_result")[0]
        for content in (table, drawing, result):
            self.assertEqual(set(content["data"]), {"text/plain", "text/html"})
            self.assertNotIn("<script", content["data"]["text/html"])
            self.assertNotIn("onload", content["data"]["text/html"])
        self.assertTrue(table["data"]["text/html"].startswith('<iframe sandbox=""'))
        self.assertTrue(drawing["data"]["text/html"].startswith("<img "))

    def test_too_many_displays_are_counted(self):
        cell = self.cell("for i in range(1500): display(i)")
        self.assertEqual(len(cell.of("display_data")), 1000)
        self.assertIn("500 objects beyond 1000 were not displayed", cell.text("stderr"))

    def test_exceptions(self):
        cell = self.cell("def f():\n    return 1 / 0\nf()")
        self.assertEqual((cell.status, cell.reply["ename"], cell.reply["evalue"]), ("error", "ZeroDivisionError", "division by zero"))
        self.assertRegex(cell.error, r'(?s)Traceback .*File "<cell \d+>", line 3, in <module>\n.*return 1 / 0')
        self.assertEqual(cell.of("error")[0]["traceback"], cell.reply["traceback"])
        self.assertIn("SyntaxError", self.cell("def").error)
        self.assertIn("belljar: a cell cannot end the kernel; the session keeps", self.cell("import sys; sys.exit(3)").error)
        self.assertIn("null", self.cell("a\0b").error.lower() + " null")
        self.assert_alive()

    def test_a_huge_traceback_is_cut(self):
        cell = self.cell("raise ValueError('x' * 500_000)")
        self.assertLess(len(cell.error), 100_000)
        self.assertLess(len(cell.reply["evalue"]), 5000)

    def test_crashes_cost_one_cell(self):
        self.cell("kept = 1")
        cell = self.cell("kept = 2\nimport os; os.abort()")
        self.assertIn("the session is as it was before this cell", cell.error)
        self.assertEqual(self.cell("kept").value, "1")

    def test_silent_and_expressions(self):
        cell = self.cell("y = 2; print('no'); y", silent=True)
        self.assertEqual((cell.status, cell.messages), ("ok", []))
        cell = self.cell("", user_expressions={"a": "y * 21", "b": "1/0"})
        self.assertEqual(cell.reply["user_expressions"]["a"]["data"]["text/plain"], "42")
        self.assertEqual(cell.reply["user_expressions"]["b"]["ename"], "ZeroDivisionError")

    def test_a_cell_of_an_error_stops_those_behind_it(self):
        first, second = self.start("1/0"), self.start("print('never')")
        self.assertEqual(self.finish(first).status, "error")
        self.assertEqual(self.finish(second).status, "aborted")
        self.assert_alive()


class Interrupts(LiveKernel):
    OPTIONS = ("--cpu", "2", "--wall", "20")

    def interrupt(self, request: str) -> "Cell":
        while True:  # until it runs
            message = self.client.get_iopub_msg(timeout=DEADLINE)
            if message["msg_type"] == "stream" and message["parent_header"]["msg_id"] == request:
                break
        self.kernel.interrupt_kernel()
        return self.finish(request)

    def test_a_signal(self):
        cell = self.interrupt(self.start("kept = 1\nimport time\nprint('.', flush=True)\nwhile True: time.sleep(0.01)"))
        self.assertEqual((cell.status, cell.reply["ename"], cell.reply["evalue"]), ("error", "KeyboardInterrupt", "interrupted"))
        self.assertIn("the session keeps what the cell did", cell.error)
        self.assertEqual(self.cell("kept").value, "1")

    def test_a_message(self):
        request = self.start("kept = 2\nimport time\nprint('.', flush=True)\nwhile True: time.sleep(0.01)")
        self.client.get_iopub_msg(timeout=DEADLINE)
        time.sleep(1)
        self.client.control_channel.send(self.client.session.msg("interrupt_request", {}))
        self.assertEqual(self.client.get_control_msg(timeout=DEADLINE)["content"]["status"], "ok")
        self.assertEqual(self.finish(request).reply["ename"], "KeyboardInterrupt")
        self.assertEqual(self.cell("kept").value, "2")

    def test_code_that_swallows_it_is_stopped(self):
        self.cell("kept = 3")
        cell = self.interrupt(self.start("kept = 4\nimport time\nprint('.', flush=True)\nwhile True:\n  try:\n"
                                         "    while True: time.sleep(0.01)\n  except BaseException: pass"))
        self.assertEqual(cell.reply["evalue"], "stopped")
        self.assertIn("the session is as it was before this cell", cell.error)
        self.assertEqual(self.cell("kept").value, "3")

    def test_an_interrupt_between_cells_is_for_nobody(self):
        self.kernel.interrupt_kernel()
        time.sleep(0.2)
        self.assert_alive()

    def test_time_limits(self):
        cell = self.cell("kept = 5\nwhile True: pass")
        self.assertEqual(cell.reply["ename"], "TimeLimit")
        self.assertRegex(cell.error, r"belljar: the CPU time limit of 2 s was reached .*; the session keeps what the cell did")
        cell = self.cell("kept = 6; sum(range(10**12))")
        self.assertIn("the session is as it was before this cell", cell.error)
        self.assertEqual(self.cell("kept").value, "5")

    def test_a_kernel_that_is_busy_ends_at_once(self):
        kernel = self.manager()
        kernel.start_kernel(cwd=str(self.folder), stderr=LOG)
        self.addCleanup(kernel.shutdown_kernel, now=True)
        client = kernel.blocking_client()
        client.start_channels()
        self.addCleanup(client.stop_channels)
        client.wait_for_ready(timeout=DEADLINE)
        client.execute("import time\nwhile True:\n  try: time.sleep(1)\n  except BaseException: pass")
        time.sleep(0.5)
        begin = time.monotonic()
        kernel.shutdown_kernel(now=False)
        self.assertLess(time.monotonic() - begin, 4)
        self.assertFalse(kernel.is_alive())

    def test_restart_begins_anew(self):
        self.cell("kept = 7")
        self.kernel.restart_kernel(stderr=LOG)
        self.client.wait_for_ready(timeout=DEADLINE)
        self.assertIn("NameError", self.cell("kept").error)


class Describing(LiveKernel):
    def test_kernel_info(self):
        content = self.ask("kernel_info")
        self.assertEqual((content["implementation"], content["supported_features"]), ("belljar", []))
        self.assertRegex(content["language_info"]["version"], r"^3\.14\.")


class Asking(LiveKernel):
    def answer(self, text: str) -> dict:
        question = self.client.get_stdin_msg(timeout=DEADLINE)
        self.client.input(text)
        return question["content"]

    def test_input(self):
        request = self.start("a = input('name? '); b = input(); (a, b)", allow_stdin=True)
        self.assertEqual(self.answer("bell")["prompt"], "name? ")
        self.assertEqual(self.answer("jar"), {"prompt": "", "password": False})
        self.assertEqual(self.finish(request).value, "('bell', 'jar')")

    def test_a_prompt_is_text(self):
        request = self.start("input('\\x1b[2J' + 'x' * 5000); input([1])", allow_stdin=True)
        prompt = self.answer("")["prompt"]
        self.assertTrue(prompt.startswith("\\x1b[2J"))
        self.assertLess(len(prompt), 1100)
        self.assertEqual(self.answer("ok")["prompt"], "[1]")
        self.assertEqual(self.finish(request).value, "'ok'")

    def test_interrupted_while_asking(self):
        request = self.start("kept = 1\ninput('?')", allow_stdin=True)
        self.client.get_stdin_msg(timeout=DEADLINE)
        self.kernel.interrupt_kernel()
        self.assertEqual(self.finish(request).reply["ename"], "KeyboardInterrupt")
        self.assertEqual(self.cell("kept").value, "1")

    def test_end_of_file_and_frontends_that_do_not_ask(self):
        request = self.start("input('?')", allow_stdin=True)
        self.answer("\x04")
        self.assertEqual(self.finish(request).reply["ename"], "EOFError")
        self.assertEqual(self.cell("input('?')", allow_stdin=False).reply["ename"], "EOFError")

    def test_nobody_asks_while_somebody_types(self):
        self.cell("class A:\n  def __dir__(self): return [input('password? ')]\na = A()")
        self.ask("complete", "a.", 2)
        with self.assertRaises(Empty):
            self.client.get_stdin_msg(timeout=0.3)


class WhileTyping(LiveKernel):
    def complete(self, code: str, cursor: int | None = None) -> tuple[list[str], str]:
        reply = self.ask("complete", code, cursor)
        return reply["matches"], code[reply["cursor_start"]:reply["cursor_end"]]

    def test_names_attributes_keys_and_modules(self):
        self.cell("import math\ntemperature = 1\ntable = {'first key': 1}")
        self.assertEqual(self.complete("print(temp"), (["temperature"], "temp"))
        self.assertIn("sqrt", self.complete("math.sq")[0])
        self.assertEqual(self.complete("table['fi")[0], ["first key']"])
        self.assertIn("itertools", self.complete("import itert")[0])
        self.assertEqual(self.complete("x = 1\ntemp + 1", 10), (["temperature"], "temp"))
        self.assertEqual(self.complete("# \U0001f514\ntemp"), (["temperature"], "temp"))

    def test_commands(self):
        self.assertEqual(self.complete("%un"), (["%undo"], "%un"))

    def test_hostile_answers_are_left_out(self):
        self.cell("import _belljar_prompt\n"
                  "def lie(before): return ['', 'fine', 'two\\nlines', '\\x1b[2J', 'x' * 5000, '\\u202e']\n"
                  "_belljar_prompt.complete = lie")
        self.assertEqual(self.complete("x")[0], ["fine"])
        for lie in ("[1, 2]", "'text'", "['another', 'text']", "[[]]", "None", "1/0", "['x'] * 10_000_000", "{'a': 1}", "[" * 90 + "]" * 90):
            self.cell(f"_belljar_prompt.complete = lambda before: {lie}\n_belljar_prompt.state = _belljar_prompt.complete\n"
                      "_belljar_prompt.describe = lambda name: ['\\x1b[2J']")
            self.assertEqual(self.complete("x")[0], [], lie)
            self.assertEqual(self.ask("is_complete", "x")["status"], "complete", lie)
        self.assertEqual(self.ask("inspect", "x", 1)["data"], {"text/plain": "\\x1b[2J"})

    def test_answers_that_never_come(self):
        self.cell("class A:\n  def __dir__(self):\n    while True: pass\na = A(); b = 1")
        begin = time.monotonic()
        self.assertEqual(self.complete("a.")[0], [])
        self.assertLess(time.monotonic() - begin, 2)
        self.assertEqual(self.cell("b").value, "1")

    def test_inspection(self):
        self.cell("def price(symbol: str) -> float:\n    'The last price.'\nclass A:\n    'A class.'\n    size = 3\na = A()")
        for code, cursor in (("price", 5), ("price", 2), ("x = price(", 10), ("price('ACME', (1, 2), ", 22)):
            reply = self.ask("inspect", code, cursor)
            self.assertTrue(reply["found"], code)
            self.assertIn("price(symbol: str) -> float", reply["data"]["text/plain"])
            self.assertIn("The last price.", reply["data"]["text/plain"])
        self.assertFalse(self.ask("inspect", "nothing", 3)["found"])
        self.assertFalse(self.ask("inspect", "", 0)["found"])
        self.assertIn("The last price.", self.cell("price?").stdout)
        self.assertIn("The last price.", self.cell("?price").stdout)
        self.assertIn("nothing is known of", self.cell("nobody?").error)

    def test_is_complete(self):
        for code, status in {"x = 1": "complete", "f(": "incomplete", "def f():": "incomplete", "def f():\n    return 1\n": "complete",
                             "'''": "incomplete", "f)": "complete", "%undo": "complete", "try: pass\nexcept A, B: pass\n": "complete",
                             "(" * 100_000: "complete"}.items():
            self.assertEqual(self.ask("is_complete", code)["status"], status, code[:50])
        self.assertEqual(self.ask("is_complete", "if x:")["indent"], "    ")
        self.assert_alive()


class Commands(LiveKernel):
    OPTIONS = ("--memory", "128M", "--mount", "{folder}/data:/data", "--allow-net", "GET https://api.example.com/v1/")

    def setUp(self) -> None:
        super().setUp()
        for line in self.cell("%fork").stdout.split("\n"):
            if line.startswith("  "):
                self.cell(f"%drop {line.strip()}")

    def error(self, code: str) -> str:
        cell = self.cell(code)
        self.assertEqual((cell.status, cell.reply.get("ename")), ("error", "UsageError"), code)
        return cell.error

    def test_undo(self):
        for n in range(3):
            self.cell(f"x = {n}")
        self.assertIn("as it was before the last cell", self.cell("%undo").stdout)
        self.assertEqual(self.cell("x").value, "1")
        self.cell("%undo")
        self.assertEqual(self.cell("%undo\nx").value, "0")
        self.cell("%undo")
        self.cell("%undo")
        self.assertIn("NameError", self.cell("x").error)
        self.cell("%reset")
        self.assertIn("nothing to undo", self.error("%undo"))

    def test_undo_forgets_what_is_long_ago(self):
        for n in range(25):
            self.cell(f"x = {n}")
        undone = 0
        while self.cell("%undo").status == "ok":
            undone += 1
        self.assertEqual(undone, 20)
        self.assertEqual(self.cell("x").value, "4")

    def test_large_sessions_are_not_kept(self):
        self.cell("import os; x = 1; large = os.urandom(70 << 20)")
        self.assertEqual(self.cell("%undo").status, "ok")
        self.assertIn("NameError", self.cell("x").error)
        self.cell("%reset\nimport os; x = 1; large = os.urandom(70 << 20)")
        self.cell("x = 2")
        self.assertIn("in sessions of up to 64 MiB", self.error("%undo"))
        self.assertEqual(self.cell("del large; x").value, "2")

    def test_what_was_rolled_back_is_no_step(self):
        self.cell("x = 1")
        self.cell("x = 2; import os; os.abort()")
        self.cell("%undo")
        self.assertIn("NameError", self.cell("x").error)

    def test_forks(self):
        self.cell("x = 1")
        self.cell("%fork plan")
        self.cell("x = 2")
        self.assertEqual(self.cell("%fork").stdout, "* main\n  plan\n")
        self.assertEqual(self.cell("%switch plan\nx").value, "1")
        self.cell("x = 3")
        self.assertEqual(self.cell("%undo\nx").value, "1")
        self.assertEqual(self.cell("%switch main\nx").value, "2")
        self.assertIn("no session is called b; there are: main, plan", self.error("%switch b"))
        self.assertIn("you are in", self.error("%drop main"))
        self.assertIn("you are in", self.error("%fork main"))
        self.assertIn("plan is gone", self.cell("%drop plan").stdout)
        self.assertIn("a name has letters", self.error("%fork ../x"))

    def test_forks_are_bounded(self):
        for n in range(49):
            self.assertEqual(self.cell(f"%fork f{n}").status, "ok")
        self.assertIn("%drop NAME", self.error("%fork one_more"))

    def test_save_and_load(self):
        self.cell("x = [1, 2]")
        self.assertIn("saved in work.bj", self.cell("%save work").stdout)
        self.assertTrue((self.folder / "notebooks" / "work.bj").is_file())
        self.cell("%reset")
        self.assertEqual(self.cell("%load work.bj\nx").value, "[1, 2]")
        self.assertIn("there is no file other.bj", self.error("%load other"))
        (self.folder / "notebooks" / "broken.bj").write_bytes(b"nothing good")
        self.assertEqual(self.cell("%load broken").reply["ename"], "CorruptError")
        self.assertEqual(self.cell("x").value, "[1, 2]")

    def test_commands_of_hostile_cells(self):
        """A cell decides what is written where only as far as NAME.bj in the notebook's folder."""
        target = self.folder / "target"
        target.write_text("mine")
        (self.folder / "notebooks" / "link.bj").symlink_to(target)
        for name in ("../target", "/tmp/x", "~/.bashrc", "a/b", ".hidden", "..", "", "x\\y", "a b", "$HOME", "n" * 101, "-x"):
            self.error(f"%save {name}")
            self.error(f"%load {name}")
        self.error("%save link")
        self.error("%load link")
        self.assertEqual(target.read_text(), "mine")
        self.cell("%save notes.ipynb")
        self.assertFalse((self.folder / "notebooks" / "notes.ipynb").exists())
        self.assertTrue((self.folder / "notebooks" / "notes.ipynb.bj").exists())

    def test_policy_and_options(self):
        text = self.cell("%policy").stdout
        self.assertIn("128 MiB", text)
        self.assertIn("GET https://api.example.com/v1/", text)
        self.assertIn("/data", text)
        self.assertEqual(self.cell("open('/data/words.txt').read()").value, "'bell jar\\n'")

    def test_unknown_commands(self):
        self.assertIn("the nearest is %undo", self.error("%udno"))
        self.assertIn("belljar image build", self.error("%pip install x"))
        self.assertIn("no shell", self.error("!ls"))
        self.assertIn("no cell commands", self.error("%%bash\nls"))
        self.assertIn("%help", self.error("%zzzzzz"))
        self.assertIn("%undo", self.cell("%help").stdout)

    def test_commands_and_code_in_one_cell(self):
        cell = self.cell("%fork a\n\n  %fork b\n1/0")
        self.assertRegex(cell.error, r'File "<cell \d+>", line 4')
        self.assertEqual(self.cell("7\\\n%4").value, "3")


class ANotebook(Kernels):
    OPTIONS = ("--cpu", "2")

    def run_notebook(self, *cells: str, **options):
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        notebook.metadata["kernelspec"] = {"name": "belljar", "display_name": "belljar", "language": "python"}
        kernel = self.manager()
        self.addCleanup(kernel.shutdown_kernel, now=True)
        client = NotebookClient(notebook, km=kernel, kernel_name="belljar", timeout=DEADLINE,
                                resources={"metadata": {"path": str(self.folder / "notebooks")}}, **options)
        # What it runs in must not be on the way of the kernel's imports: a guest may have written there.
        (self.folder / "notebooks" / "belljar.py").write_text("raise SystemExit('the notebook\\'s folder was imported from')")
        (self.folder / "notebooks" / "zmq.py").write_text("raise SystemExit('the notebook\\'s folder was imported from')")
        return client.execute()

    def test_a_whole_one(self):
        done = self.run_notebook("rows = [{'name': 'bell', 'n': 1}, {'name': 'jar', 'n': 2}]",
                                 "class Table:\n    def _repr_html_(self):\n        return '<table>' + ''.join(\n"
                                 "            f'<tr><td>{r[\"name\"]}<td>{r[\"n\"]}' for r in rows) + '</table>'\nTable()",
                                 "print(sum(r['n'] for r in rows))", "display(rows)")
        nbformat.validate(done)
        outputs = [cell.outputs for cell in done.cells]
        self.assertEqual(outputs[0], [])
        self.assertEqual(outputs[1][0].output_type, "execute_result")
        self.assertIn("srcdoc=", outputs[1][0].data["text/html"])
        self.assertEqual(outputs[2][0].text, "3\n")
        self.assertIn("'name': 'jar'", outputs[3][0].data["text/plain"])
        self.assertEqual([cell.execution_count for cell in done.cells], [1, 2, 3, 4])
        self.assertEqual(done.metadata.language_info.name, "python")

    def test_an_error_ends_it(self):
        with self.assertRaises(CellExecutionError) as caught:
            self.run_notebook("1 + 1", "1 / 0", "print('never')")
        self.assertIn("ZeroDivisionError", str(caught.exception))

    def test_one_that_goes_on(self):
        done = self.run_notebook("x = 1", "while True: pass", "print(x)", allow_errors=True)
        self.assertEqual(done.cells[1].outputs[0].ename, "TimeLimit")
        self.assertEqual(done.cells[2].outputs[0].text, "1\n")

    def test_cells_of_the_guide(self):
        cells = pages.cells("jupyter.md")
        self.assertGreater(len(cells), 5)
        done = self.run_notebook(*(code for code, _ in cells), allow_errors=True)
        for cell, (code, shown) in zip(done.cells, cells):
            printed = "".join(map(text_of, cell.outputs))
            self.assertTrue(re.fullmatch(pages.pattern(shown.splitlines()), printed), f"{code}\n--- shown:\n{shown}\n--- printed:\n{printed}")


def text_of(output: dict) -> str:
    if output.output_type == "stream":
        return output.text
    if output.output_type == "error":
        return "\n".join(output.traceback) + "\n"
    return output.data["text/plain"] + "\n"


class Guide(unittest.TestCase):
    def test_programs(self):
        pages.check(self, "jupyter.md")


class Installing(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="belljar-kernel-test-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def test_the_specification(self):
        (self.folder / "data").mkdir()
        (self.folder / "policy.toml").write_text('[limits]\nmemory = "64M"\n')
        paths = {name: os.path.abspath(os.environ[name]) for name in ("PYTHONPATH",) if name in os.environ}
        done = subprocess.run([sys.executable, "-m", "belljar.kernel", "install", "--prefix", str(self.folder), "--name", "tight",
                               "--display-name", "Tight", "--policy", "policy.toml", "--mount", "data:/data:cow", "--wall", "5"],
                              cwd=self.folder, env={**os.environ, **paths},
                              capture_output=True, text=True, timeout=DEADLINE)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        specification = json.loads((self.folder / "share/jupyter/kernels/tight/kernel.json").read_text())
        self.assertEqual(specification["display_name"], "Tight")
        folder = os.path.realpath(self.folder)
        self.assertEqual(specification["argv"][-3:], [f"--policy={folder}/policy.toml", "--wall=5", f"--mount={folder}/data:/data:cow"])

    def test_what_makes_no_sense_is_told_when_installing(self):
        for options, says in ((["--memory", "lots"], "is no size"), (["--mount", "nowhere-at-all:/data"], "nowhere-at-all"),
                              (["--mount", "x"], "HOST:GUEST"), (["--allow-net", "example"], "example"), (["--policy", "/none.toml"], "none.toml"),
                              (["--image", "/none.bjimg"], "none.bjimg"), (["--name", "a b/c"], "a b/c")):
            done = install(self.folder, *options)
            self.assertIn(done.returncode, (1, 2), options)
            self.assertIn(says, done.stderr)
            self.assertNotIn("Traceback", done.stderr)
            self.assertFalse((self.folder / "share").exists(), options)

    def test_without_ipykernel(self):
        (self.folder / "ipykernel.py").write_text("raise ImportError('No module named ipykernel', name='ipykernel')")
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(self.folder), os.environ.get("PYTHONPATH", "")])}
        done = subprocess.run([sys.executable, "-m", "belljar.kernel", "install", "--prefix", str(self.folder)], env=environment,
                              capture_output=True, text=True, timeout=DEADLINE)
        self.assertEqual(done.returncode, 1)
        self.assertIn("pip install 'belljar[jupyter]'", done.stderr)

    def test_importing_belljar_imports_no_jupyter(self):
        code = "import sys, belljar; print([m for m in sys.modules if m.split('.')[0] in ('ipykernel', 'jupyter_client', 'zmq', 'IPython')])"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=DEADLINE)
        self.assertEqual(done.stdout, "[]\n")


if __name__ == "__main__":
    unittest.main(verbosity=1)
