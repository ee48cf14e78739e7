#!/usr/bin/env python3
"""The command line's contract (docs/guide/command-line.md), driven from outside.

    BELLJAR=build/belljar python3 tests/cli_test.py [Class[.test]]

Needs nothing but Python 3.11. Every process it starts has a deadline and is killed at the end. Runs the classes of
cli_json_test.py, cli_machine_test.py, cli_mounts_test.py, cli_policy_test.py, cli_repl_test.py and cli_snapshot_test.py too.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import unittest

from cli_json_test import Cells, Json, JsonTest  # noqa: F401
from cli_machine_test import Machine  # noqa: F401
from cli_repl_test import (ReplCells, ReplCommands, ReplCompletion, ReplFromAPipe, ReplHistory, ReplStops,  # noqa: F401
                           TerminalOutput)
from cli_policy_test import Policies  # noqa: F401
from cli_mounts_test import Mounts  # noqa: F401
from cli_snapshot_test import Snapshots  # noqa: F401
from cli_support import (BELLJAR, CANCELLED, CPU, DEADLINE, MEMORY_LIMIT, NEVER_POLLS, ROOT, TIME_LIMIT, TRAP,
                         USAGE_ERROR, CliTest, belljar, closed)


class Usage(CliTest):
    """Requests that make no sense."""

    def test_nothing_to_run(self):
        self.assert_refused(belljar())
        self.assert_refused(belljar("run"), "FILE")
        self.assert_refused(belljar("run", ""))
        self.assert_refused(belljar("run", "-c"))
        self.assert_refused(belljar("run", "--cell"))
        self.assert_refused(belljar("run", "--", "script.py"))

    def test_two_sources_at_once(self):
        script = self.write("two.py", "print(1)")
        for sources in (["-c", "1", "--cell", "2"], [script, "-c", "1"], ["-", "--cell", "1"], [script, script]):
            self.assert_refused(belljar("run", *sources))

    def test_unknown_words(self):
        self.assert_refused(belljar("jump"), "jump|subcommand|expected")
        self.assert_refused(belljar("run", "--hight", "-c", "1"), "--hight")
        self.assert_refused(belljar("run", "-c", "1", "-z"), "-z")
        self.assert_refused(belljar("doctor", "--all"), "--all")

    def test_later_features_say_so(self):
        for command in ("mcp", "serve"):
            self.assert_refused(belljar(command), f"{command}.*not built yet")
            self.assert_refused(belljar(command, "--json", "x"), f"{command}.*not built yet")

    def test_files_that_cannot_be_read(self):
        self.assert_refused(belljar("run", str(self.folder / "none.py")), "none.py.*No such file")
        self.assert_refused(belljar("run", str(self.folder)), "is a directory")
        self.assert_refused(belljar("run", self.write("file", "") + "/x.py"), "Not a directory")
        self.assert_refused(belljar("run", "x" * 5000), "too long")
        loop = self.folder / "loop.py"
        loop.symlink_to(loop)
        self.assert_refused(belljar("run", str(loop)), "symbolic links")

    @unittest.skipIf(os.geteuid() == 0 and not shutil.which("setpriv"), "root may read everything")
    def test_unreadable_file(self):
        path = self.write("secret.py", "print(1)")
        os.chmod(path, 0)
        os.chmod(self.folder, 0o755)
        # The build folder need not be open to other users: the copy is.
        copy = shutil.copy(BELLJAR, self.folder / "belljar-unreadable")
        as_nobody = ["setpriv", "--reuid=65534", "--clear-groups"] if os.geteuid() == 0 else []
        result = subprocess.run([*as_nobody, copy, "run", path], capture_output=True, timeout=DEADLINE,
                                stdin=subprocess.DEVNULL)
        self.assert_refused(result, "Permission denied")

    def test_source_that_is_no_text(self):
        for source, says in ((b"print('\xff')", "UTF-8"), (b"x = 1\xed\xa0\x80", "UTF-8"), (b"print(1)\0", "NUL"),
                             (b"\0", "NUL")):
            with self.subTest(source=source):
                self.assert_refused(belljar("run", self.write("bad.py", source)), says)
                self.assert_refused(belljar("run", "-", input=source), says)
        self.assert_refused(belljar("run", "-c", b"print('\xff')"), "UTF-8")
        self.assert_refused(belljar("run", "--cell", b"\xff"), "UTF-8")

    def test_source_too_large(self):
        path = self.write("large.py", b"#" * (17 << 20))
        self.assert_refused(belljar("run", path), "16 MiB")
        os.remove(path)
        self.assert_refused(belljar("run", "/dev/zero"), "16 MiB")

    def test_arguments_and_environment_that_are_no_text(self):
        self.assert_refused(belljar("run", "-c", "1", "--", b"\xff"), "UTF-8")
        self.assert_refused(belljar("run", "-c", "1", "--env", b"A=\xff"), "UTF-8")
        for entry in ("NAME", "=value", ""):
            self.assert_refused(belljar("run", "-c", "1", "--env", entry), "NAME=value")

    def test_standard_input_that_cannot_be_read(self):
        self.assert_refused(belljar("run", "-c", "1", "--stdin", str(self.folder / "none")), "No such file")
        self.assert_refused(belljar("run", "-c", "input()", "--stdin", str(self.folder)), "directory")


class Limits(CliTest):
    """Limits that make no sense, and what happens at those that do."""

    def test_sizes_that_are_none(self):
        for option in ("--memory", "--output", "--files"):
            for value in ("", "x", "M", "-1", "-1M", "1X", "1.2.3M", "0x10", "1e3", "1 M", "inf", "nan", "9999999999G",
                          "1" * 400):
                with self.subTest(option=option, value=value):
                    self.assert_refused(belljar("run", f"{option}={value}", "-c", "print(1)"), option)
                    self.assert_refused(belljar("run", option, value, "-c", "print(1)"), option)

    def test_durations_that_are_none(self):
        for option in ("--cpu", "--wall"):
            for value in ("", "x", "0", "-1", "0.0", "1e3", "1y", "inf", "nan", "0.0000000001", "99999999999", "1" * 400):
                with self.subTest(option=option, value=value):
                    self.assert_refused(belljar("run", f"{option}={value}", "-c", "print(1)"), option)
                    self.assert_refused(belljar("run", option, value, "-c", "print(1)"), option)

    def test_memory_that_cannot_be(self):
        for value in ("0", "1", "1M"):
            self.assert_refused(belljar("run", "--memory", value, "-c", "print(1)"), "memory limit.*give at least")
        self.assert_refused(belljar("run", "--memory", "5G", "-c", "print(1)"), "above 4 GiB")
        for option in ("--output", "--files"):
            self.assert_refused(belljar("run", option, "99T", "-c", "print(1)"), "above 64 GiB.*at most 64G")

    def test_sizes_and_durations_as_people_write_them(self):
        for memory in ("64M", "64m", "67108864", "65536K", "64MiB", "0.0625G", "4G"):
            self.assert_runs(belljar("run", "--memory", memory, "-c", "print(1)"), b"1\n")
        for duration in ("5", "5s", "5000ms", "0.5m", ".5"):
            self.assert_runs(belljar("run", "--cpu", duration, "--wall", duration, "-c", "print(1)"), b"1\n")

    def test_time(self):
        soft = belljar("run", "--cpu", CPU, "-c", "try:\n  while True: pass\nfinally: print('cleaned')")
        self.assertEqual((soft.returncode, soft.stdout), (TIME_LIMIT, b"cleaned\n"))
        self.assertRegex(soft.stderr, rb"KeyboardInterrupt\nbelljar: time_limit: [^\n]*CPU[^\n]*--cpu[^\n]*\n\Z")
        hard = belljar("run", "--cpu", CPU, "-c", NEVER_POLLS)
        self.assertEqual((hard.returncode, hard.stdout), (TIME_LIMIT, b""))
        self.assert_one_line(hard.stderr)
        asleep = belljar("run", "--wall", CPU, "-c", "import time; time.sleep(60)")
        self.assertEqual(asleep.returncode, TIME_LIMIT)
        self.assertRegex(asleep.stderr, rb"belljar: time_limit: [^\n]*wall")

    def test_wall_time_ends_a_run_that_nobody_reads(self):
        process = self.start("run", "--wall", "0.5", "-c", "print('x' * 900_000)\nprint('y' * 900_000)")
        process.wait(timeout=5)  # its output is left in the pipe
        self.assertIn(process.returncode, (TIME_LIMIT, USAGE_ERROR))

    def test_memory(self):
        program = "x = []\nwhile True: x.append(bytearray(1 << 20))"
        result = belljar("run", "--memory", "64M", "-c", program)
        self.assertEqual(result.returncode, 1)
        self.assertTrue(result.stderr.endswith(b"MemoryError\n"), result.stderr)

    def test_memory_so_short_that_nothing_goes_on(self):
        # Nothing left even for MemoryError: 137. Where Python copes, an exception will do; never a trap.
        program = ("x = []\nimport gc; gc.disable()\n"
                   "def f():\n  try: x.append(bytearray(1000)); f()\n  except BaseException: f()\nf()")
        result = belljar("run", "--memory", "24M", "--cpu", "2", "-c", program)
        self.assertIn(result.returncode, (1, MEMORY_LIMIT, TIME_LIMIT))

    def test_output(self):
        program = "import sys; print('hello'); print('oh', file=sys.stderr)"
        result = belljar("run", "--output", "3", "-c", program)
        self.assertEqual((result.returncode, result.stdout), (0, b"hel"))
        self.assertRegex(result.stderr, rb"\Aoh\nbelljar: 3 bytes of standard output [^\n]*--output[^\n]*\n\Z")
        result = belljar("run", "--output", "0", "-c", program)
        self.assertEqual((result.returncode, result.stdout), (0, b""))
        self.assertRegex(result.stderr, rb"\Abelljar: 6 bytes [^\n]*\nbelljar: 3 bytes of standard error[^\n]*\n\Z")
        result = belljar("run", "-c", "print('x' * 3_000_000)")
        self.assertEqual((result.returncode, len(result.stdout)), (0, 1 << 20))
        self.assertIn(b"1951425 bytes", result.stderr)

    def test_files(self):
        result = belljar("run", "--files", "1M", "-c", "open('x', 'wb').write(bytes(2 << 20))")
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stderr, rb"OSError: \[Errno 28\]")

    def test_a_trap_is_contained(self):
        result = belljar("run", "-c", "import os; print('before', flush=True); os.abort()")
        self.assertEqual((result.returncode, result.stdout), (TRAP, b"before\n"))
        self.assert_one_line(result.stderr)
        self.assertIn(b"trap", result.stderr)


class Streams(CliTest):
    """Standard input, output and error."""

    def test_output_is_byte_exact(self):
        program = ("import sys\nfor n in range(256): sys.stdout.buffer.write(bytes([n])); sys.stderr.buffer.write(bytes([255 - n]))\n"
                   "sys.stdout.write('no newline at the end')")
        result = belljar("run", "-c", program)
        self.assert_runs(result, bytes(range(256)) + b"no newline at the end", stderr=bytes(range(255, -1, -1)))

    def test_large_output(self):
        result = belljar("run", "--output", "8M", "-c", "import sys; sys.stdout.buffer.write(bytes(range(256)) * 20_000)")
        self.assert_runs(result, bytes(range(256)) * 20_000)

    def test_input_from_a_pipe(self):
        program = "import sys; data = sys.stdin.buffer.read(); sys.stdout.buffer.write(data[::-1])"
        data = os.urandom(300_000)
        self.assert_runs(belljar("run", "-c", program, input=data), data[::-1])
        self.assert_runs(belljar("run", self.write("reads.py", program), input=b"\0\xff"), b"\xff\0")

    def test_input_by_lines(self):
        self.assert_runs(belljar("run", "-c", "print(input(), input())", input=b"a\nb\n"), b"a b\n")

    def test_end_of_input(self):
        result = belljar("run", "-c", "input()")
        self.assertEqual(result.returncode, 1)
        self.assertTrue(result.stderr.endswith(b"EOFError: EOF when reading a line\n"), result.stderr)

    def test_input_from_a_file(self):
        path = self.write("data.txt", b"from the file\n")
        self.assert_runs(belljar("run", "-c", "print(input())", "--stdin", path, input=b"from the pipe\n"), b"from the file\n")
        self.assert_runs(belljar("run", "-", "--stdin", path, input=b"print(input())"), b"from the file\n")

    def test_program_from_standard_input(self):
        result = belljar("run", "-", input=b"import sys\nprint(sys.argv, __name__)\ntry: input()\nexcept EOFError: print('end')")
        self.assert_runs(result, b"['-'] __main__\nend\n")

    def test_output_arrives_while_the_program_runs(self):
        program = ("import sys\nprint('out', flush=True)\ninput()\nsys.stderr.write('err')\ninput()\n"
                   "print(input('? ').upper())")
        process = self.start("run", "-c", program, stdin=subprocess.PIPE)
        self.read_until(process.stdout, b"out\n")
        process.stdin.write(b"\n")
        self.read_until(process.stderr, b"err")
        process.stdin.write(b"\n")
        self.read_until(process.stdout, b"? ")
        self.assertIsNone(process.poll())
        process.stdin.write(b"answer\n")
        self.read_until(process.stdout, b"ANSWER\n")
        self.assertEqual(process.wait(timeout=DEADLINE), 0)

    def test_closed_output(self):
        for arguments in (["run", "-c", "print(1)"], ["run", "--json", "-c", "1"], ["doctor"], ["doctor", "--json"]):
            with self.subTest(arguments=arguments):
                self.assert_refused(belljar(*arguments, preexec_fn=closed(1)))
        self.assert_runs(belljar("run", "-c", "x = 1", preexec_fn=closed(1)), b"")

    def test_closed_error(self):
        for arguments, code in ((["run", "-c", "1/0"], {1, USAGE_ERROR}), (["run", "--nope"], {USAGE_ERROR}),
                                (["run", "-c", "import sys; print(1, file=sys.stderr)"], {USAGE_ERROR})):
            with self.subTest(arguments=arguments):
                result = belljar(*arguments, preexec_fn=closed(2))
                self.assertIn(result.returncode, code)
                self.assertEqual((result.stdout, result.stderr), (b"", b""))

    def test_closed_input_is_the_end_of_input(self):
        """Nothing that the process opened for itself may stand in for the missing standard input."""
        program = "import sys\ntry: print(sys.stdin.buffer.read(64))\nexcept OSError: print(b'')"
        for descriptors in ((0,), (0, 2)):
            with self.subTest(descriptors=descriptors):
                result = belljar("run", "-c", program, preexec_fn=closed(*descriptors))
                self.assert_runs(result, b"b''\n")

    def test_full_disk(self):
        for arguments in (["run", "-c", "print(1)"], ["run", "--json", "-c", "1"]):
            with self.subTest(arguments=arguments), open("/dev/full", "wb") as full:
                result = belljar(*arguments, stdout=full)
                self.assertEqual(result.returncode, USAGE_ERROR)
                self.assert_one_line(result.stderr)

    def test_reader_that_goes_away(self):
        for arguments in (["-c", "while True: print('y' * 1000)"], ["--json", "--cell", "print('y')", "--cell", "while True: pass"]):
            with self.subTest(arguments=arguments):
                process = self.start("run", *arguments, "--output", "1G", "--cpu", "3")
                self.read_until(process.stdout, b"y")
                process.stdout.close()
                self.assertEqual(process.wait(timeout=DEADLINE), USAGE_ERROR)
                self.assert_one_line(process.stderr.read())


class ExitCodes(CliTest):
    def test_of_programs(self):
        for program, code in (("pass", 0), ("", 0), ("1/0", 1), ("x = ", 1), ("import sys; sys.exit()", 0),
                              ("import sys; sys.exit(7)", 7), ("import sys; sys.exit(255)", 255),
                              ("import sys; sys.exit(300)", 44), ("import sys; sys.exit(-1)", 255),
                              ("import os; os._exit(9)", 9), ("raise SystemExit(3)", 3),
                              ("try:\n  raise SystemExit(3)\nfinally: raise SystemExit(4)", 4)):
            with self.subTest(program=program):
                result = belljar("run", "-c", program)
                self.assertEqual((result.returncode, result.stdout), (code, b""))
                self.assertEqual(result.stderr == b"", code != 1)

    def test_exit_with_a_message(self):
        self.assert_runs(belljar("run", "-c", "import sys; sys.exit('why')"), b"", code=1, stderr=b"why\n")

    def test_traceback_is_the_programs(self):
        path = self.write("fails.py", "def f():\n    return 1 / 0\n\nf()\n")
        result = belljar("run", path)
        self.assertEqual(result.returncode, 1)
        self.assertEqual(re.findall(rb'File "([^"]*)", line (\d+)', result.stderr),
                         [(b"/workspace/fails.py", b"4"), (b"/workspace/fails.py", b"2")])
        self.assertTrue(result.stderr.startswith(b"Traceback (most recent call last):\n"))
        self.assertTrue(result.stderr.endswith(b"ZeroDivisionError: division by zero\n"))

    def test_of_cells_is_the_first_failure(self):
        result = belljar("run", "--cell", "1", "--cell", "import sys; sys.exit(5)", "--cell", "1/0", "--cell", "print('on')")
        self.assertEqual((result.returncode, result.stdout), (5, b"on\n"))


class Interrupts(CliTest):
    """Ctrl-C: once softly, twice hard."""

    def interrupt(self, program, times, *, pause=0.0):
        """UP in the program says that it is where it is to be interrupted."""
        process = self.start("run", "-c", program.replace("UP", "print('up', flush=True)"))
        self.read_until(process.stdout, b"up\n")
        time.sleep(0.1)  # it has left print() by now, where an interrupt would be noticed
        began = time.monotonic()
        for _ in range(times):
            process.send_signal(signal.SIGINT)
            time.sleep(pause)
        out, err = process.communicate(timeout=DEADLINE)
        return process.returncode, out, err, time.monotonic() - began

    def test_once_is_soft(self):
        code, out, err, _ = self.interrupt("try:\n  UP\n  while True: pass\nfinally: print('cleaned')", 1)
        self.assertEqual((code, out), (CANCELLED, b"cleaned\n"))
        self.assertRegex(err, rb"KeyboardInterrupt\nbelljar: cancelled: [^\n]+\n\Z")

    def test_once_wakes_what_waits(self):
        for program in ("import time; UP; time.sleep(60)", "import asyncio; UP; asyncio.run(asyncio.sleep(60))"):
            code, _, err, seconds = self.interrupt(program, 1)
            self.assertEqual(code, CANCELLED)
            self.assertLess(seconds, 5)
            self.assertIn(b"cancelled", err)

    def test_once_wakes_what_waits_for_input(self):
        process = self.start("run", "-c", "print('up', flush=True); input()", stdin=subprocess.PIPE)
        self.read_until(process.stdout, b"up\n")
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(timeout=DEADLINE), CANCELLED)

    def test_once_ends_even_what_swallows_it(self):
        swallows = "while True:\n  try:\n    UP\n    while True: pass\n  except BaseException: pass"
        code, _, err, seconds = self.interrupt(swallows, 1)
        self.assertEqual(code, CANCELLED)
        self.assertLess(seconds, 5)
        self.assert_one_line(err)

    def test_twice_is_hard(self):
        code, out, err, seconds = self.interrupt("UP; " + NEVER_POLLS, 2, pause=0.05)
        self.assertEqual((code, out), (CANCELLED, b""))
        self.assertLess(seconds, 5)
        self.assert_one_line(err)

    def test_ends_a_run_of_cells(self):
        process = self.start("run", "--json", "--cell", "1", "--cell", "while True: pass", "--cell", "print('never')")
        self.read_until(process.stdout, b"\n")
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=DEADLINE)
        self.assertEqual((process.returncode, err), (CANCELLED, b""))
        self.assertEqual([json.loads(line)["status"] for line in out.splitlines()], ["cancelled"])

    def test_ends_a_run_that_nobody_reads(self):
        for times, arguments in ((1, ["-c", "print('x' * 900_000)"]), (2, ["-c", "print('x' * 900_000)"]),
                                 (2, ["--json", "-c", "print('x' * 900_000)"])):
            with self.subTest(times=times, arguments=arguments):
                process = self.start("run", "--wall", "60", *arguments)
                self.read_until(process.stdout, b"x")
                for _ in range(times):
                    time.sleep(0.1)
                    process.send_signal(signal.SIGINT)
                process.wait(timeout=3)  # the rest of the output is left in the pipe
                self.assertEqual(process.returncode, CANCELLED)


class World(CliTest):
    """What a program sees of the outside: only what it was given."""

    def test_arguments(self):
        program = "import sys; print(sys.argv)"
        self.assert_runs(belljar("run", "-c", program, "--", "a", "--json", "--", "-c", ""),
                         b"['-c', 'a', '--json', '--', '-c', '']\n")
        self.assert_runs(belljar("run", self.write("args.py", program), "--", "a b", "\u00e9"),
                         "['args.py', 'a b', '\u00e9']\n".encode())
        self.assert_runs(belljar("run", "-c", program), b"['-c']\n")
        self.assert_runs(belljar("run", "--cell", program, "--", "a"), b"['', 'a']\n")

    def test_environment(self):
        outside = {"SECRET_OF_THE_HOST": "1", "PYTHONPATH": "/tmp", "PYTHONSTARTUP": "/tmp/x", "HOME": "/root"}
        program = "import os; print(sorted(os.environ.items()))"
        result = belljar("run", "-c", program, "--env", "A=1", "--env", "B=x=y", "--env", "EMPTY=", "--env", "A=2", env=outside)
        self.assert_runs(result, b"[('A', '2'), ('B', 'x=y'), ('EMPTY', ''), ('HOME', '/workspace'), ('LANG', 'C.UTF-8'), "
                                 b"('PATH', '/usr/bin')]\n")

    def test_files(self):
        program = ("import os\nprint(os.getcwd(), os.listdir(), sorted(os.listdir('/')), os.path.exists('/etc/passwd'))\n"
                   "print(os.path.basename(__file__), open(__file__).readline())")
        (self.folder / "beside.txt").write_text("not for the guest")
        result = belljar("run", self.write("world.py", program), cwd=self.folder)
        self.assert_runs(result, b"/workspace ['world.py'] ['dev', 'tmp', 'usr', 'workspace'] False\nworld.py import os\n\n")

    def test_nothing_of_the_host_shows(self):
        program = ("import os, sys, platform, socket, sysconfig\n"
                   "print(sys.path, sys.flags, os.environ, platform.uname(), socket.gethostname(), os.getpid(), sys.version,"
                   " sysconfig.get_config_vars())")
        result = belljar("run", "-c", program, cwd=self.folder)
        self.assertEqual(result.returncode, 0)
        for secret in (os.uname().nodename, str(self.folder), str(ROOT), os.path.expanduser("~") + "/"):
            if len(secret) > 3:
                self.assertNotIn(secret.encode(), result.stdout)


class Doctor(CliTest):
    def test_in_words(self):
        result = belljar("doctor")
        self.assertEqual((result.returncode, result.stderr), (0, b""), result.stdout)
        for line in result.stdout.splitlines():
            self.assertRegex(line, rb"\A(ok|no) +\S")
        for name in (b"version", b"kernel", b"PAGEMAP_SCAN", b"userfaultfd", b"runs Python", b"stops a runaway program"):
            self.assertIn(name, result.stdout)

    def test_as_json(self):
        result = belljar("doctor", "--json", "--verify")
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        checks = json.loads(result.stdout)
        self.assertEqual(result.stdout.count(b"\n"), 1)
        for name, check in checks.items():
            self.assertEqual({key: type(value) for key, value in check.items()}, {"ok": bool, "detail": str}, name)
        self.assertIn("CPython 3.14", checks["version"]["detail"])
        self.assertTrue(checks["payload"]["ok"])
        self.assertTrue(checks["runs Python"]["ok"])

    def test_verify(self):
        result = belljar("doctor", "--verify")
        self.assertEqual(result.returncode, 0)
        self.assertRegex(result.stdout, rb"(?m)^ok +payload")


class Help(CliTest):
    OPTIONS = ("-c", "--cell", "--json", "--memory", "--cpu", "--wall", "--output", "--files", "--env", "--stdin")

    def text(self, *arguments):
        result = belljar(*arguments)
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        return result.stdout.decode()

    def test_of_run(self):
        text = self.text("run", "--help")
        for option in self.OPTIONS:
            self.assertRegex(text, rf"(?m)^  {re.escape(option)}\b")
        for word in ("FILE", "Examples", "Exit code", "124", "130", "134", "137", "-- "):
            self.assertIn(word, text)
        self.assertEqual(self.text("run", "-h"), text)

    def test_of_doctor(self):
        text = self.text("doctor", "--help")
        for option in ("--verify", "--json", "Exit code"):
            self.assertIn(option, text)

    def test_of_all(self):
        text = self.text("--help")
        for word in ("run", "doctor", "--version", "--help"):
            self.assertIn(word, text)
        self.assertRegex(self.text("--version"), r"\Abelljar \d+\.\d+\.\d+\n\Z")

    def test_guide_names_every_option(self):
        guide = (ROOT / "docs" / "guide" / "command-line.md").read_text(encoding="utf-8")
        for option in (*self.OPTIONS, "--verify", "--version", *JsonTest.FIELDS):
            self.assertIn(option, guide)


if __name__ == "__main__":
    if not os.access(BELLJAR, os.X_OK):
        sys.exit(f"{BELLJAR} is not there: run `make build`, or name another with BELLJAR=PATH")
    unittest.main(verbosity=1)
