"""What the tests of the command line share: starting it with deadlines, and the shapes of its answers."""

import ctypes
import os
import resource
import select
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BELLJAR = os.path.abspath(os.environ.get("BELLJAR", ROOT / "build" / "belljar"))

DEADLINE = 20  # seconds; nothing here takes more than two
CPU = "0.3"  # limit for programs that are meant to run into it

# A program that no soft interrupt ends: it never looks for signals.
NEVER_POLLS = "sum(range(10**12))"

USAGE_ERROR, TIME_LIMIT, CANCELLED, TRAP, MEMORY_LIMIT = 2, 124, 130, 134, 137


def start(*arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options):
    return subprocess.Popen([BELLJAR, *arguments], stdin=stdin, stdout=stdout, stderr=stderr, bufsize=0, **options)


def belljar(*arguments, input=None, binary=BELLJAR, **options):
    """Runs the command to its end. Without `input`, standard input is empty."""
    if input is not None:
        options["input"] = input
    else:
        options.setdefault("stdin", subprocess.DEVNULL)
    options.setdefault("stdout", subprocess.PIPE)
    options.setdefault("stderr", subprocess.PIPE)
    return subprocess.run([binary, *arguments], timeout=DEADLINE, **options)


def limited(what, value):
    return lambda: resource.setrlimit(what, (value, value))


def closed(*descriptors):
    """For preexec_fn: as `<&-`, `>&-` and `2>&-` of a shell."""
    def close():
        for descriptor in descriptors:
            os.close(descriptor)
    return close


def refused_by_the_kernel(path, prepare=None):
    """Whether execve itself fails, so that no instruction of the program runs. None when this cannot be told here.

    A shell shows it as a crash when the kernel notices too late to return an error: traced, the program never stops
    with SIGTRAP at its first instruction.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    child = os.fork()
    if child == 0:
        try:
            if prepare:
                prepare()
            if libc.ptrace(0, 0, 0, 0) != 0:  # PTRACE_TRACEME
                os._exit(98)
            os.execve(path, [path, "--version"], {})
        except OSError:
            pass
        os._exit(99)
    _, status = os.waitpid(child, 0)
    if os.WIFSTOPPED(status):
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return os.WSTOPSIG(status) != signal.SIGTRAP
    return None if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 98 else True


class CliTest(unittest.TestCase):
    maxDiff = 2000

    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp(prefix="belljar-cli-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)

    def write(self, name, content):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    def start(self, *arguments, **options):
        process = start(*arguments, **options)

        def end():
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream:
                    stream.close()
        self.addCleanup(end)
        return process

    def read_until(self, stream, wanted):
        """Reads `stream` until `wanted` has come, and not beyond what there is then."""
        got, end = b"", time.monotonic() + DEADLINE
        while wanted not in got:
            ready, _, _ = select.select([stream], [], [], max(0, end - time.monotonic()))
            self.assertTrue(ready, f"waited for {wanted!r}, got {got!r}")
            piece = os.read(stream.fileno(), 65536)
            self.assertTrue(piece, f"the end came before {wanted!r}: {got!r}")
            got += piece
        return got

    def assert_one_line(self, text):
        self.assertRegex(text, rb"\Abelljar: [^\n]+\n\Z")

    def assert_refused(self, result, says=None, code=USAGE_ERROR):
        """A request that was not carried out: one line that says so, and nothing else."""
        self.assertEqual((result.returncode, result.stdout), (code, b""), result.stderr)
        self.assert_one_line(result.stderr)
        if says:
            self.assertRegex(result.stderr.decode("utf-8", "replace"), says)

    def assert_runs(self, result, stdout, code=0, stderr=b""):
        self.assertEqual((result.returncode, result.stdout, result.stderr), (code, stdout, stderr))
