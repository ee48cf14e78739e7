"""`python -m belljar` is the command line, whole. tests/cli_test.py holds for both; here is what only the package adds."""

import json
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path


def belljar(*arguments, **options):
    return subprocess.run([sys.executable, "-m", "belljar", *map(str, arguments)], capture_output=True, timeout=60, **options)


class CommandLine(unittest.TestCase):
    def test_run(self):
        done = belljar("run", "-c", "import sys; print(sys.argv, input()); sys.exit(3)", "--", "-x", input=b"in\n")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (3, b"['-c', '-x'] in\n", b""))
        results = [json.loads(line) for line in belljar("run", "--json", "--cell", "x = 6", "--cell", "x * 7").stdout.splitlines()]
        self.assertEqual(results[1]["value"]["application/json"], 42)
        self.assertEqual(belljar("run", "--cpu", "0.2", "-c", "while True: pass").returncode, 124)

    def test_help_and_mistakes(self):
        self.assertIn(b"doctor", belljar("--help").stdout)
        done = belljar("run", "--nonsense")
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertIn(b"--nonsense", done.stderr)
        self.assertEqual(belljar("run", "-c", b"print('\xff')".decode(errors="surrogateescape")).returncode, 2)

    def test_everything_is_in_it(self):
        self.assertEqual(belljar("doctor").returncode, 0)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "s.bj"
            self.assertEqual(belljar("snapshot", "-c", "x = 1", "--output", path).returncode, 0)
            self.assertEqual(belljar("resume", path, "-c", "print(x + 1)").stdout, b"2\n")

    def test_ctrl_c(self):
        child = subprocess.Popen([sys.executable, "-m", "belljar", "run", "-c", "print('ready', flush=True)\nwhile True: pass"],
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            self.assertEqual(child.stdout.readline(), b"ready\n")
            time.sleep(0.1)
            child.send_signal(signal.SIGINT)
            child.communicate(timeout=20)
            self.assertEqual(child.returncode, 130)
        finally:
            child.kill()
            child.wait()

    def test_output_to_a_closed_pipe(self):
        done = subprocess.run(f"{sys.executable} -m belljar run -c 'for i in range(10**6): print(i)' | head -1", shell=True,
                              capture_output=True, timeout=60)
        self.assertEqual((done.returncode, done.stdout), (0, b"0\n"))
        self.assertNotIn(b"Traceback", done.stderr)


if __name__ == "__main__":
    unittest.main()
