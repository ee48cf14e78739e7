"""`belljar repl`, driven through a real pseudo terminal and through pipes. Run by cli_test.py."""

import os
import pty
import re
import signal
import stat
import subprocess
import time

from cli_support import CANCELLED, DEADLINE, TIME_LIMIT, TRAP, CliTest, belljar
from cli_terminal import CTRL_C, CTRL_D, ENTER, HAS_READ, READS, TAB, UP, Terminal, without_colours

DIM, PLAIN = "\x1b[2m", "\x1b[0m"


class ReplTest(CliTest):
    def setUp(self):
        self.home = self.folder / self.id().rpartition(".")[2]
        self.home.mkdir(exist_ok=True)

    def terminal(self, *arguments, **options):
        terminal = Terminal(self, *arguments, home=self.home, **options)
        self.greeting = terminal.start()
        return terminal


class ReplCells(ReplTest):
    def test_greeting(self):
        self.terminal()
        self.assertRegex(self.greeting, r"\Abelljar \d+\.\d+\.\d+, Python 3\.14\.\d+ in a sandbox: 256 MiB, 10 s CPU per cell, "
                                        r"no network\. :help shows more\.\n\Z")
        self.terminal("--memory", "64M", "--cpu", "0.5")
        self.assertIn("64 MiB, 0.5 s CPU", self.greeting)

    def test_values_and_state(self):
        t = self.terminal()
        self.assertEqual(t.enter("1 + 1"), "2\n")
        self.assertEqual(t.enter("_ + 40"), "42\n")
        self.assertEqual(t.enter("x = 'a\\n'"), "")
        self.assertEqual(t.enter("x"), "'a\\n'\n")
        self.assertEqual(t.enter("print(_); None"), "a\n\n")
        self.assertEqual(t.enter("import asyncio"), "")
        self.assertEqual(t.enter("await asyncio.sleep(0, 'awaited')"), "'awaited'\n")
        self.assertEqual(t.enter("   "), "")

    def test_what_is_typed_ahead_is_not_lost(self):
        t = self.terminal()
        t.send("1 + 1\r2 + 2\r3 + 3")
        self.assertEqual(without_colours(t.answer()), "2\n")
        self.assertEqual(without_colours(t.answer()), "4\n")
        self.assertEqual(t.enter(""), "6\n")

    def test_errors_show_tracebacks_and_numbers_of_cells(self):
        t = self.terminal()
        self.assertEqual(t.enter("1 / 0"), 'Traceback (most recent call last):\n  File "<cell 1>", line 1, in <module>\n'
                                           "    1 / 0\n    ~~^~~\nZeroDivisionError: division by zero\n")
        self.assertRegex(t.enter("1 +"), r'\A  File "<cell 2>", line 1\n    1 \+\n +\^\nSyntaxError: invalid syntax\n\Z')
        self.assertEqual(t.enter("2 + 2"), "4\n")

    def test_unfinished_lines_of_output_do_not_eat_the_prompt(self):
        t = self.terminal()
        self.assertEqual(t.enter("print('no newline', end='')"), "no newline\n")
        self.assertRegex(t.enter("print('partly', end=''); 1 / 0"), r"\Apartly\nTraceback")

    def test_blocks_over_several_lines(self):
        t = self.terminal()
        t.send("def f(x):\r")
        t.send("if x:\r")       # each line begins indented
        t.send("return 'yes'\r")
        t.send("return 'no'\r")  # to the left again after a return
        t.send("\r")
        self.assertEqual(t.answer(), "")
        self.assertEqual(t.enter("f(1), f(0)"), "('yes', 'no')\n")
        t.send("y = [1,\r2,\r3]\r")
        self.assertEqual(t.answer(), "")
        self.assertEqual(t.enter("y"), "[1, 2, 3]\n")
        t.send("'''a\rb'''\r")
        self.assertEqual(without_colours(t.answer()), "'a\\nb'\n")

    def test_a_paste_is_one_cell(self):
        t = self.terminal()
        t.send("\x1b[200~a = 1\nb = a +\\\n  1\nprint('one', b)\nfor i in range(2):\n    print(i)\n\nprint('two')\x1b[201~")
        t.send(ENTER)
        self.assertEqual(without_colours(t.answer()), "one 2\n0\n1\ntwo\n")

    def test_a_large_paste_is_one_cell(self):
        t = self.terminal()
        lines = [f"v{n} = {n}" for n in range(499)] + ["sum([v0, v498])"]
        t.send("\x1b[200~" + "\r".join(lines) + "\x1b[201~")
        t.send(ENTER)
        self.assertEqual(without_colours(t.answer()), "498\n")
        self.assertIn("cells       1\n", t.enter(":usage"))

    def test_a_long_line_is_one_cell(self):
        t = self.terminal()
        t.send("\x1b[200~x = '" + "y" * 70_000 + "'\x1b[201~")
        t.send(ENTER)
        self.assertEqual(without_colours(t.answer()), "")
        self.assertEqual(t.enter("len(x)"), "70000\n")

    def test_keys_that_are_no_text_drop_the_line(self):
        t = self.terminal()
        t.enter("x = 1")
        t.send(b"'caf\xe9'")  # Latin-1
        t.wait_for(READS)
        t.send(CTRL_C)
        t.wait_for(READS)
        self.assertEqual(t.enter("x"), "1\n")

    def test_a_paste_cannot_steer_the_terminal(self):
        for environment in ({}, {"NO_COLOR": "1"}):
            t = self.terminal(**environment)
            t.send("\x1b[200~'a\x9b31m\x07\u202eb'\x1b[201~")
            t.send(ENTER)
            shown = t.wait_for(HAS_READ).decode()
            self.assertIn("'a31mb'", shown)
            for steering in ("\x9b", "\x07", "\u202e"):
                self.assertNotIn(steering, shown)
            self.assertEqual(without_colours(t.wait_for(READS).decode()), "\r\n'a\\x9b31m\\x07\\u202eb'\r\n" + READS.decode())

    def test_input_reads_the_terminal(self):
        t = self.terminal()
        t.send("name = input('who? ')\r")
        t.wait_for(HAS_READ)
        t.wait_for(b"who? ")
        t.send("you\r")
        t.wait_for(READS)
        self.assertEqual(t.enter("name"), "'you'\n")

    def test_exit(self):
        for text, code in (("exit()", 0), ("import sys; sys.exit(3)", 3), (":quit", 0), ("raise SystemExit('bye')", 1)):
            t = self.terminal()
            t.send(text + "\r")
            self.assertEqual(t.exit_code(), code, text)
        t = self.terminal()
        t.send(CTRL_D)
        self.assertEqual(t.exit_code(), 0)

    def test_ctrl_d_in_the_midst_of_a_cell_does_not_leave(self):
        t = self.terminal()
        t.send("def f():\r")
        t.send(CTRL_D)
        t.send("return 'whole'\r\r")
        self.assertEqual(t.answer(), "")
        self.assertEqual(t.enter("f()"), "'whole'\n")

    def test_the_terminal_hangs_up(self):
        for typed in ("", "def f():\r"):
            t = self.terminal()
            t.send(typed)
            t.hang_up()
            t.process.wait(timeout=DEADLINE)

    def test_starts_without_colours_when_asked(self):
        for environment in ({"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TERM": None}):
            t = Terminal(self, home=self.home, **environment)
            t.wait_for(b">>> ")
            t.send("print('shown'); 6 * 7\r")
            got = t.wait_for(re.compile(rb"42\r\n.*>>> ", re.S))
            self.assertNotRegex(got, rb"\x1b\[[0-9;]*m")

    def test_a_dumb_terminal_gets_the_same_cells(self):
        t = Terminal(self, home=self.home, TERM="dumb")
        t.wait_for(b">>> ")
        t.send("for i in range(2):\n")
        t.wait_for(b"... ")
        t.send("  print('line', i)\n")
        t.wait_for(b"... ")
        t.send("\n")
        t.wait_for(b"line 0\r\nline 1\r\n>>> ")
        t.send("for i in x:\n")
        t.wait_for(b"... ")
        t.send("dropped")
        t.send(CTRL_C)
        t.wait_for(b"\r\n>>> ")
        t.send("6 * 7\n")
        t.wait_for(b"42\r\n>>> ")
        t.send("import time; time.sleep(60)\n")
        time.sleep(0.5)
        t.send(CTRL_C)
        t.wait_for(b"interrupted\r\n>>> ")
        t.send(CTRL_D)
        self.assertEqual(t.exit_code(), 0)

    def test_resizing(self):
        t = self.terminal()
        t.send("x = 'some text that is typed'")
        for columns, lines in ((20, 5), (1, 1), (0, 0), (300, 100), (80, 24)):
            t.resize(columns, lines)
            t.send("  ")
        t.send(TAB)
        self.assertEqual(t.enter(""), "")
        self.assertEqual(t.enter("x"), "'some text that is typed'\n")
        t.send("import time; print('runs', flush=True); time.sleep(0.3)\r")
        t.wait_for(HAS_READ)
        t.wait_for(b"runs")
        t.resize(40, 10)
        t.wait_for(READS)
        self.assertEqual(t.enter("x"), "'some text that is typed'\n")


class ReplStops(ReplTest):
    def test_ctrl_c_clears_the_line(self):
        t = self.terminal()
        t.send("x = 1 / 0")
        t.send(CTRL_C)
        t.wait_for(READS)
        self.assertEqual(t.enter("'still here'"), "'still here'\n")
        t.send("def f():\r")
        t.send(CTRL_C)
        t.wait_for(READS)
        self.assertEqual(t.enter("1"), "1\n")

    def test_ctrl_c_interrupts_softly(self):
        t = self.terminal()
        t.enter("x = 0")
        t.send("exec('global x; x = 1; print(\"go\")') or [0 for _ in iter(int, 1)]\r")
        t.wait_for(b"go\r\n")
        t.send(CTRL_C)
        answer = without_colours(t.wait_for(READS).decode())
        self.assertRegex(answer, r"KeyboardInterrupt\r\ninterrupted\r\n")
        self.assertEqual(t.enter("x"), "1\n")

    def test_a_second_ctrl_c_stops(self):
        t = self.terminal()
        t.enter("x = 'before'")
        t.send("x = 'after'; print('go', flush=True); sum(range(10**12))\r")
        t.wait_for(b"go\r\n")
        time.sleep(0.3)  # the sum is under way, which looks for no interrupt
        t.send(CTRL_C)
        time.sleep(0.05)  # two signals, not one that is pending twice
        t.send(CTRL_C)
        answer = without_colours(t.wait_for(READS).decode())
        self.assertIn("stopped; the session is as it was before this cell\r\n", answer)
        self.assertEqual(t.enter("x"), "'before'\n")

    def test_limits_are_per_cell_and_said_in_words(self):
        t = self.terminal("--cpu", "0.2")
        self.assertRegex(t.enter("[0 for _ in iter(int, 1)]"),
                         r"KeyboardInterrupt\nthe CPU time limit of 0\.2 s was reached \([^\n]*--cpu\); "
                         r"the session keeps what the cell did\n\Z")
        self.assertRegex(t.enter("sum(range(10**12))"),
                         r"\Athe CPU time limit of 0\.2 s was reached \([^\n]*--cpu\); "
                         r"the session is as it was before this cell\n\Z")
        self.assertEqual(t.enter("1 + 1"), "2\n")

    def test_a_crash_is_said_in_words(self):
        t = self.terminal()
        t.enter("x = 5")
        self.assertRegex(t.enter("import os; os.abort()"),
                         r"\Athe interpreter crashed inside the sandbox[^\n]*; the session is as it was before this cell\n\Z")
        self.assertEqual(t.enter("x"), "5\n")

    def test_output_over_the_limit_is_counted(self):
        t = self.terminal("--output", "10")
        self.assertRegex(t.enter("print('x' * 99)"), r"\Ax{10}\n[^\n]*90 bytes of standard output[^\n]*--output[^\n]*\n\Z")

    def test_a_value_over_the_limit_is_cut(self):
        t = self.terminal()
        answer = t.enter("'x' * 2_000_000")
        self.assertTrue(answer.startswith("'xxx"))
        self.assertRegex(answer, r"x\nbelljar: the value is cut after 1 MiB\n\Z")
        self.assertRegex(t.enter("'x' * 600_000"), r"\A'x{600000}'\n\Z")


class ReplCommands(ReplTest):
    def test_help(self):
        answer = self.terminal().enter(":help")
        for word in (":time CODE", ":usage", ":limits", ":reset", ":quit", ":undo", ":fork", ":save FILE", ":load FILE", "?NAME", "Ctrl-C"):
            self.assertIn(word, answer)

    def test_time(self):
        t = self.terminal()
        self.assertRegex(t.enter(":time 6 * 7"), r"\A42\ntook [\d.]+ (us|ms), of which [\d.]+ (us|ms) computing\n\Z")
        self.assertEqual(t.enter("_"), "42\n")
        t.send(":time for i in range(2):\rprint(i)\r\r")
        self.assertRegex(without_colours(t.answer()), r"\A0\n1\ntook ")
        self.assertRegex(t.enter(":time"), r"\A[^\n]*:time [^\n]+\n\Z")

    def test_usage(self):
        t = self.terminal()
        self.assertEqual(t.enter(":usage"), "no cell has run yet\n")
        t.enter("print('x' * 99)")
        t.enter("1")
        self.assertRegex(t.enter(":usage"), r"\Alast cell   .*computing; memory [\d.]+ MiB; output 0 bytes\n"
                                            r"session     .*computing; memory [\d.]+ MiB; output 100 bytes\ncells       2\n"
                                            r"holds       [\d.]+ KiB of memory; files 0 bytes, 0 entries\n\Z")

    def test_limits(self):
        answer = self.terminal("--memory", "64M", "--files", "1M").enter(":limits")
        for line in ("memory      64 MiB", "CPU time    10 s", "wall time   30 s", "output      1 MiB", "files       1 MiB, 10000 entries"):
            self.assertIn(line, answer)

    def test_reset(self):
        t = self.terminal()
        t.enter("x = 1; open('file', 'w').close()")
        self.assertRegex(t.enter(":reset"), "fresh sandbox")
        self.assertIn("NameError", t.enter("x"))
        self.assertEqual(t.enter("import os; os.listdir()"), "[]\n")

    def test_undo(self):
        t = self.terminal()
        self.assertRegex(t.enter(":undo"), "nothing to undo")
        t.enter("x = [1]; open('f', 'w').write('one')")
        t.enter("x.append(2); open('f', 'w').write('two')")
        t.enter("import os; os.remove('f'); x.clear()")
        for x, f in (("[1, 2]", "two"), ("[1]", "one")):
            self.assertRegex(t.enter(":undo"), "as it was before the last cell")
            self.assertEqual(t.enter("x, open('f').read()"), f"({x}, '{f}')\n")
            self.assertRegex(t.enter(":undo"), "as it was")  # the look itself
        self.assertRegex(t.enter(":undo"), "as it was")
        self.assertIn("NameError", t.enter("x"))

    def test_fork(self):
        t = self.terminal()
        self.assertRegex(t.enter(":fork end"), "no session was put aside")
        t.enter("x = [1]")
        self.assertRegex(t.enter(":fork"), "this is a copy now.*1 put aside")
        t.enter("x.append(2)")
        self.assertRegex(t.enter(":fork"), "2 put aside")
        t.enter("x.append(3)")
        self.assertEqual(t.enter("x"), "[1, 2, 3]\n")
        t.enter(":fork end")
        self.assertEqual(t.enter("x"), "[1, 2]\n")
        t.enter(":fork end")
        self.assertEqual(t.enter("x"), "[1]\n")
        self.assertRegex(t.enter(":fork up"), ":fork end")

    def test_save_and_load(self):
        t = self.terminal()
        path = str(self.home / "saved.bj")
        t.enter("f = lambda: 'here'")
        self.assertRegex(t.enter(":save"), ":save session.bj")
        self.assertRegex(t.enter(f":save {path}"), "saved; ")
        t.enter("del f")
        self.assertRegex(t.enter(f":load {path}"), "going on from")
        self.assertEqual(t.enter("f()"), "'here'\n")
        self.assertRegex(self.terminal().enter(f":load {path}"), "going on from")
        self.assertRegex(t.enter(f":load {path}.none"), "there is no file")
        self.assertRegex(t.enter(":load"), ":load session.bj")
        self.assertEqual(t.enter("f()"), "'here'\n")
        self.assertRegex(t.enter(f":save {self.home}/none/s.bj"), "belljar: ")
        self.assertEqual(belljar("resume", path, "-c", "print(f())").stdout, b"here\n")

    def test_unknown_commands(self):
        t = self.terminal()
        for typed, nearest in ((":tiem 1", ":time"), (":hlep", ":help"), (":q", ":quit"), (":resset", ":reset")):
            self.assertRegex(t.enter(typed), rf"\A[^\n]*{typed.split()[0]}; the nearest is {nearest}\n\Z")

    def test_describing_names(self):
        t = self.terminal()
        for question in ("?len", "len?", "? len"):
            self.assertRegex(t.enter(question), r"\Alen\(obj, /\)\n[^\n]+\n\nReturn the number of items in a container\.\n\Z")
        t.enter("\x1b[200~def f(a, *, b=2):\n    'Adds.'\n    return a + b\n\x1b[201~")
        self.assertRegex(t.enter("f?"), r"\Af\(a, \*, b=2\)\nfunction\n\nAdds\.\n\Z")
        self.assertRegex(t.enter("?os.path.join"), r"nothing is known of 'os.path.join' here")
        t.enter("import os")
        self.assertRegex(t.enter("?os.path.join"), r"\Aos\.path\.join\(a, \*p\)\n")
        self.assertRegex(t.enter("?for"), "keyword")
        self.assertRegex(t.enter("?f()"), "nothing is known")
        self.assertRegex(t.enter("?"), r"\?len")

    def test_describing_is_hostile(self):
        t = self.terminal()
        t.enter("class A: pass\r")
        t.enter("A.__doc__ = 'x\\x1b[31m\\x9b' * 9")
        self.assertNotIn("\x1b[31m", t.enter("?A"))
        t.enter("\x1b[200~class M(type):\n  @property\n  def __doc__(self):\n    while True: pass\nclass C(metaclass=M): pass\n\x1b[201~")
        self.assertRegex(t.enter("?C"), r"nothing is known")
        self.assertEqual(t.enter("1"), "1\n")


class ReplCompletion(ReplTest):
    def complete(self, t, typed, completed):
        """Tab after `typed` makes it `completed`; the line is dropped again."""
        t.send(typed)
        t.send(TAB)
        t.send("#")  # is typed behind it once completing is over
        got = b""
        end = time.monotonic() + DEADLINE
        while f"{completed}#" not in (screen := self.last_line(got)):
            self.assertLess(time.monotonic(), end, f"{typed!r} should become {completed!r}, got {screen!r}")
            try:
                got += t.wait_for(re.compile(rb".", re.S), 2)
            except AssertionError:
                self.fail(f"{typed!r} should become {completed!r}, got {screen!r}")
        t.send(CTRL_C)
        t.wait_for(READS)
        return got

    @staticmethod
    def last_line(got):
        text = without_colours(got.decode("utf-8", "replace"))
        return re.sub("\x1b\\[[0-9;?]*[A-Za-z]", "", text).rpartition(">>> ")[2]

    def test_names(self):
        t = self.terminal()
        t.enter("alphabet = 1")
        self.complete(t, "alphab", "alphabet")
        self.complete(t, "print(alphab", "print(alphabet")
        self.complete(t, "isinst", "isinstance")
        self.complete(t, "contin", "continue")
        self.complete(t, "nothing_like_it", "nothing_like_it")
        self.complete(t, ":us", ":usage")
        self.complete(t, "?alphab", "?alphabet")

    def test_attributes(self):
        t = self.terminal()
        t.enter("import os")
        self.complete(t, "os.path.commonpre", "os.path.commonprefix")
        t.enter("s = 'text'")
        self.complete(t, "s.startsw", "s.startswith")
        self.complete(t, "f().startsw", "f().startsw")

    def test_candidates_are_listed(self):
        t = self.terminal()
        t.enter("pair_one = pair_two = 1")
        self.assertRegex(without_colours(self.complete(t, "pair", "pair_").decode()), r"pair_one +pair_two")

    def test_keys(self):
        t = self.terminal()
        t.enter("d = {'first key': 1, 2: 3, 'quo\"te': 4}")
        self.complete(t, "d['fi", "d['first key']")
        self.complete(t, 'd["fi', 'd["first key"]')
        self.complete(t, "d[", 'd["first key"]')

    def test_modules(self):
        t = self.terminal()
        self.complete(t, "import base6", "import base64")
        self.complete(t, "import xml.et", "import xml.etree")
        self.complete(t, "from concurrent.fut", "from concurrent.futures")
        self.complete(t, "from xml.etree import ElementT", "from xml.etree import ElementTree")
        self.complete(t, "from math import sq", "from math import sqrt")
        self.assertEqual(t.enter("import sys; 'xml.etree' in sys.modules"), "False\n")

    def test_tab_indents_at_the_start_of_a_line(self):
        t = self.terminal()
        self.complete(t, "", "    ")
        self.complete(t, "  ", "    ")

    def test_properties_are_not_run(self):
        t = self.terminal()
        t.enter("ran = []")
        t.enter("\x1b[200~class C:\n  @property\n  def p(self): ran.append('property'); return self\n"
                "  def __getattr__(self, n): ran.append(n); raise AttributeError(n)\n  item = 'text'\n\x1b[201~")
        t.enter("c = C()")
        t.enter("\x1b[200~class Liar:\n  @property\n  def __class__(self): ran.append('class'); return dict\nliar = Liar()\x1b[201~")
        self.complete(t, "liar['", "liar['")
        self.complete(t, "c.p.ite", "c.p.ite")
        self.complete(t, "c.nope.ite", "c.nope.ite")
        self.complete(t, "c.item.startsw", "c.item.startswith")
        self.assertEqual(t.enter("ran"), "[]\n")

    def test_completion_leaves_no_trace(self):
        t = self.terminal()
        t.enter("41 + 1")
        t.enter("\x1b[200~class Loud:\n  def __dir__(self): print('LOUD'); return ['quiet']\nloud = Loud()\x1b[201~")
        self.assertNotIn(b"LOUD\r\n", self.complete(t, "loud.qu", "loud.quiet"))
        self.assertEqual(t.enter("_"), "42\n")
        self.assertIn('"<cell 4>"', t.enter("1 / 0"))

    def test_hostile_dir(self):
        t = self.terminal()
        bodies = {
            "forever": "while True: pass",
            "uninterruptible": "sum(range(10**12))",
            "swallows": "\n    while True:\n      try:\n        while True: pass\n      except BaseException: pass",
            "exits": "raise SystemExit(3)",
            "aborts": "__import__('os').abort()",
            "leaves": "__import__('os')._exit(3)",
            "not_names": "return [1, None, b'x', 'has space', '\\x1b[31mred', 'two\\nlines', 'bidi\\u202e', 'fine']",
            "evil_strings": "\n    class S(str):\n      def startswith(self, *a): return True\n    return [S('\\x1b[2J'), 'fine']",
            "many": "return ['fine'] + ['_%d' % n for n in range(20_000)]",
            "long": "return ['fine', 'x' * 10**6]",
        }
        for name, body in bodies.items():
            t.enter(f"\x1b[200~class C:\n  def __dir__(self): {body}\n{name} = C()\x1b[201~")
        for name in bodies:
            with self.subTest(name=name):
                expected = f"{name}.f"
                if name in ("evil_strings", "many", "long"):
                    expected += "ine"
                got = self.complete(t, f"{name}.f", expected)
                for steering in (b"\x1b[31mred", b"\x1b[2J", "\u202e".encode()):
                    self.assertNotIn(steering, got)
        self.assertEqual(t.enter("1 + 1"), "2\n")

    def forge(self, t, function, body):
        """Puts a function of the program's in the place of the prompt's own."""
        t.enter("len?")  # it is imported when first used
        t.enter(f"import sys; sys.modules['_belljar_prompt'].{function} = lambda text: {body}")

    def test_hostile_answers_to_tab(self):
        t = self.terminal()
        for body in ("['f', 'a\\n:quit\\n', '\\x9b', '']", "['f', 1]", "['other', 'found']", "'f'", "[]", "{}", "None",
                     "['f' * 10**6]", "['f', 'x' * 201]", "sum(range(10**12))", "1 / 0"):
            self.forge(t, "complete", body)
            self.complete(t, "f", "f")
        self.forge(t, "complete", "['', 'ound']")
        self.complete(t, "f", "found")
        self.assertEqual(t.enter("1 + 1"), "2\n")

    def test_hostile_answers_to_enter(self):
        t = self.terminal()
        for body in ("['open', '\\x1b[2J']", "['block', 'x' * 10**6]", "['never', '']", "None", "[1, 2]",
                     "sum(range(10**12))", "1 / 0"):
            t.enter(":reset")
            self.forge(t, "state", body)
            self.assertEqual(t.enter("1 + 1"), "2\n", body)

    def test_hostile_names(self):
        t = self.terminal()
        t.enter("globals()['zz\\x1b]52;c;eA==\\x07'] = globals()['zz\\u202ename'] = 1")
        t.enter("d = {'zz\\x1b[2J': 1, 'zz\\u202e': 2, 'zzfine': 3}")
        self.assertNotIn(b"]52", self.complete(t, "zz", "zz"))
        self.complete(t, "d['zz", "d['zzfine']")

    def test_a_ruined_interpreter_still_reads_cells(self):
        t = self.terminal()
        t.enter("import builtins, sys; sys.modules.clear(); p = print; builtins.__dict__.clear()")
        self.complete(t, "pri", "pri")
        self.assertEqual(t.enter("p(6 * 7)"), "42\n")


class ReplHistory(ReplTest):
    def path(self):
        return self.home / ".local" / "state" / "belljar" / "history"

    def test_up_recalls(self):
        t = self.terminal()
        t.enter("print('first')")
        t.enter("print('second')")
        self.assertEqual(t.enter(UP + UP), "first\n")

    def test_the_next_prompt_recalls_too(self):
        t = self.terminal()
        t.enter("print('kept')")
        t.enter("\x1b[200~for i in range(2):\n    print('loop', i)\n\x1b[201~")
        t.send(CTRL_D)
        self.assertEqual(t.exit_code(), 0)
        self.assertEqual(stat.S_IMODE(self.path().stat().st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(self.path().parent.stat().st_mode), 0o700)
        t = self.terminal()
        t.send(UP)
        t.send(ENTER)
        t.send(ENTER)
        self.assertEqual(without_colours(t.answer()), "loop 0\nloop 1\n")

    def test_the_place_can_be_chosen(self):
        t = self.terminal(XDG_STATE_HOME=str(self.home / "state"))
        t.enter("1")
        self.assertTrue((self.home / "state" / "belljar" / "history").exists())
        self.assertFalse(self.path().exists())

    def test_none_when_asked(self):
        t = self.terminal("--no-history")
        t.enter("'secret'")
        self.assertEqual(t.enter(UP), "'secret'\n")
        self.assertFalse(self.path().exists())

    def test_goes_on_when_it_cannot_be_kept(self):
        t = self.terminal(XDG_STATE_HOME="/dev/null")
        self.assertIn("going on without it", without_colours(self.greeting))
        self.assertEqual(t.enter("1 + 1"), "2\n")
        t = self.terminal(HOME=None)
        self.assertEqual(t.enter("1 + 1"), "2\n")


class TerminalOutput(ReplTest):
    HOSTILE = r"print('a\x1b]52;c;eA==\x07b\x9b31m\u202eevil\rover\bx')"
    SHOWN = "a\\x1b]52;c;eA==\\x07b\\x9b31m\\u202eevil\\x0dover\\x08x\n"

    def test_the_prompt_neutralises(self):
        t = self.terminal()
        answer = t.enter(self.HOSTILE)
        self.assertTrue(answer.startswith(self.SHOWN), answer)
        self.assertRegex(answer[len(self.SHOWN):], r"\Abelljar: 6 characters [^\n]*--raw[^\n]*\n\Z")
        self.assertIn("\\x1b", t.enter("print('\\x1b[31m', file=__import__('sys').stderr)"))
        self.assertIn("\\x1b[31m", t.enter("raise ValueError('\\x1b[31m')"))
        t.enter("\x1b[200~class R:\n  def __repr__(self): return '\\x1b[2J'\n\x1b[201~")
        self.assertTrue(t.enter("R()").startswith("\\x1b[2J\n"))

    def test_escapes_are_dim(self):
        t = self.terminal()
        t.send("print('\\x07')\r")
        self.assertIn(f"{DIM}\\x07{PLAIN}", t.answer())

    def test_raw_when_asked(self):
        t = self.terminal("--raw")
        t.send("print('\\x1b[31mred')\r")
        self.assertIn("\x1b[31mred", t.answer())

    def run_on_terminal(self, *arguments):
        master, slave = pty.openpty()
        process = self.start("run", *arguments, stdin=slave, stdout=slave, stderr=slave,
                             env={"TERM": "xterm", "PATH": "/usr/bin"})
        os.close(slave)
        got = b""
        with os.fdopen(master, "rb", buffering=0) as terminal:
            try:
                while piece := terminal.read(65536):
                    got += piece
            except OSError:
                pass  # the other side is closed
        process.wait(timeout=DEADLINE)
        return without_colours(got.decode()).replace("\r\n", "\n")

    def test_run_neutralises_on_a_terminal_only(self):
        got = self.run_on_terminal("-c", self.HOSTILE)
        self.assertTrue(got.startswith(self.SHOWN), got)
        self.assertIn("--raw", got)
        self.assertIn("\\x1b[31m", self.run_on_terminal("-c", "raise ValueError('\\x1b[31m')"))
        self.assertEqual(self.run_on_terminal("--raw", "-c", "print('\\x07')"), "\x07\n")
        self.assert_runs(belljar("run", "-c", "print('\\x1b[31m\\x07')"), b"\x1b[31m\x07\n")


class ReplFromAPipe(CliTest):
    def repl(self, source, *arguments):
        return belljar("repl", *arguments, input=source if isinstance(source, bytes) else source.encode())

    def test_cells(self):
        self.assert_runs(self.repl("print(1)\n6 * 7\n_ + 1\nx = 5\nx"), b"1\n42\n43\n5\n")
        self.assert_runs(self.repl(""), b"")
        self.assert_runs(self.repl("\n\n  \n"), b"")

    def test_blocks(self):
        self.assert_runs(self.repl("def f(x):\n  if x:\n    return 1\n\n  return 2\nf(0), f(1)\n"), b"(2, 1)\n")
        self.assert_runs(self.repl("for i in range(2):\n  print(i)\nelse:\n  print('end')\nprint('next')\n"),
                         b"0\n1\nend\nnext\n")
        self.assert_runs(self.repl("try:\n  1/0\nexcept ZeroDivisionError:\n  print('caught')\nfinally:\n  print('done')"),
                         b"caught\ndone\n")
        self.assert_runs(self.repl("def f():\n  return '''\nnot indented\n'''\n# a comment\nf()\n"), b"'\\nnot indented\\n'\n")
        self.assert_runs(self.repl("x = [1,\n2,\n\n3]\nx\n"), b"[1, 2, 3]\n")
        self.assert_runs(self.repl("@staticmethod\ndef f(): return 1\nf()\r\n"), b"1\n")

    def test_a_block_that_the_input_ends(self):
        self.assert_runs(self.repl("for i in range(2):\n  print(i)"), b"0\n1\n")
        result = self.repl("def f(:\n")
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"SyntaxError", result.stderr)
        result = self.repl("x = [1,\n2")
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"SyntaxError", result.stderr)

    def test_a_large_block(self):
        body = "".join(f"  x{n} = {n}\n" for n in range(3000))
        self.assert_runs(self.repl(f"def f():\n{body}  return x2999\nf()\n"), b"2999\n")

    def test_exit_codes(self):
        result = self.repl("1/0\nprint('goes on')\n")
        self.assertEqual((result.returncode, result.stdout), (1, b"goes on\n"))
        self.assert_runs(self.repl("import sys\nsys.exit(7)\nprint('never')\n"), b"", code=7)
        self.assertEqual(self.repl("while True: pass\n", "--cpu", "0.2").returncode, TIME_LIMIT)
        self.assertEqual(self.repl("import os\nos.abort()\n").returncode, TRAP)

    def test_commands(self):
        result = self.repl("x = 1\n:reset\nx\n:limits\nlen?\n")
        self.assertIn(b"NameError", result.stderr)
        self.assertIn(b"memory      256 MiB", result.stdout)
        self.assertIn(b"len(obj, /)", result.stdout)

    def test_output_is_byte_exact(self):
        self.assert_runs(self.repl("import sys\n_ = sys.stdout.buffer.write(bytes(range(256)))\n"), bytes(range(256)))

    def test_programs_have_no_input(self):
        result = self.repl("input()\nprint('the next line is no input')\n")
        self.assertIn(b"EOFError", result.stderr)
        self.assertEqual(result.stdout, b"the next line is no input\n")

    def test_input_that_is_no_text(self):
        result = self.repl(b"print('\xff')\nprint(1)\nx = '\0'\nprint(2)\n")
        self.assertEqual((result.returncode, result.stdout), (2, b"1\n2\n"))
        self.assertIn(b"UTF-8", result.stderr)
        self.assertIn(b"NUL", result.stderr)

    def test_a_line_without_end(self):
        with open("/dev/zero", "rb") as endless:
            result = belljar("repl", stdin=endless)
        self.assert_refused(result, "16 MiB")

    def test_bad_options(self):
        self.assert_refused(belljar("repl", "--memory", "1"), "memory limit")
        self.assert_refused(belljar("repl", "--cpu", "x"), "--cpu")
        self.assert_refused(belljar("repl", "--env", "x"), "--env")
        self.assert_refused(belljar("repl", "file.py"), "file.py|expected")

    def test_environment(self):
        self.assert_runs(self.repl("import os; os.environ['LEVEL']", "--env", "LEVEL=3"), b"'3'\n")

    def test_interrupted(self):
        process = self.start("repl", stdin=subprocess.PIPE)
        process.stdin.write(b"print('go', flush=True)\nwhile True: pass\n\nx\nprint('never')\n")
        self.read_until(process.stdout, b"go\n")
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        process.stdin.close()
        self.assertEqual(process.wait(timeout=DEADLINE), CANCELLED)
