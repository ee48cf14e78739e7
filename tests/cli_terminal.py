"""belljar repl on a pseudo terminal, for its tests."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time

from cli_support import BELLJAR, DEADLINE

# rustyline switches bracketed paste on when it begins to read, and off when it has read: what lies between off and on
# is what the cell printed.
READS, HAS_READ = b"\x1b[?2004h", b"\x1b[?2004l"
CTRL_C, CTRL_D, UP, TAB, ENTER = b"\x03", b"\x04", b"\x1b[A", b"\t", b"\r"

def without_colours(text):
    return re.sub("\x1b\\[[0-9;]*m", "", text)


class Terminal:
    """belljar repl on a pseudo terminal. Every wait has a deadline."""

    def __init__(self, test, *arguments, home, columns=80, lines=24, **environment):
        self.test = test
        self.master, slave = pty.openpty()
        self.resize(columns, lines)
        everything = {"PATH": "/usr/bin:/bin", "TERM": "xterm", "HOME": str(home), **environment}
        self.process = subprocess.Popen(
            [BELLJAR, "repl", *arguments], stdin=slave, stdout=slave, stderr=slave, close_fds=True,
            env={name: value for name, value in everything.items() if value is not None},
            preexec_fn=lambda: (os.setsid(), fcntl.ioctl(0, termios.TIOCSCTTY, 0)))
        os.close(slave)
        self.seen = b""  # not yet waited for
        test.addCleanup(self.end)

    def end(self):
        self.process.kill()
        self.process.wait()
        if self.master is not None:
            os.close(self.master)
            self.master = None

    def hang_up(self):
        os.close(self.master)
        self.master = None

    def resize(self, columns, lines):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def send(self, keys):
        keys = keys if isinstance(keys, bytes) else keys.encode()
        end = time.monotonic() + DEADLINE
        while keys:
            # A terminal takes a few kilobytes at a time: what it has to say is read in between.
            ready, writable, _ = select.select([self.master], [self.master], [], max(0, end - time.monotonic()))
            self.test.assertTrue(ready or writable, f"the terminal takes no more; it said {self.seen[-500:]!r}")
            if ready:
                self._read()
            if writable:
                keys = keys[os.write(self.master, keys[:1024]):]

    def _read(self):
        try:
            piece = os.read(self.master, 65536)
        except OSError:  # how Linux says that the other side is closed
            piece = b""
        self.seen += piece
        return piece

    def wait_for(self, wanted, seconds=DEADLINE):
        """What has come up to and with `wanted`, bytes or a pattern. What follows stays for the next wait."""
        pattern = wanted if isinstance(wanted, re.Pattern) else re.compile(re.escape(wanted))
        end = time.monotonic() + seconds
        while not (found := pattern.search(self.seen)):
            ready, _, _ = select.select([self.master], [], [], max(0, end - time.monotonic()))
            self.test.assertTrue(ready, f"waited for {wanted!r}, got {self.seen[-3000:]!r}")
            self.test.assertTrue(self._read(), f"the end came before {wanted!r}: {self.seen[-3000:]!r}")
        got, self.seen = self.seen[:found.end()], self.seen[found.end():]
        return got

    def start(self):
        """The greeting, and the first prompt is there."""
        return self.wait_for(READS).decode().removesuffix(READS.decode()).replace("\r\n", "\n")

    def answer(self):
        """What the program and belljar said about the input that was just entered, up to the next prompt."""
        self.wait_for(HAS_READ)
        text = self.wait_for(READS)[:-len(READS)]
        return text.decode().replace("\r\n", "\n").removeprefix("\n")

    def enter(self, text):
        """Types a line, presses Enter, and returns what was answered, colours removed."""
        self.send(text)
        self.send(ENTER)
        return without_colours(self.answer())

    def exit_code(self):
        end = time.monotonic() + DEADLINE
        while self.process.poll() is None:
            self.test.assertLess(time.monotonic(), end, "it does not end")
            if select.select([self.master], [], [], 0.05)[0]:
                self._read()
        return self.process.returncode
