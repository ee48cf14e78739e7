#!/usr/bin/env python3
"""A Python process, alone or behind a command that walls it in: `process.py "COMMAND..." ADAPTER-ARGUMENTS`.

A session is a child that executes what it is sent; nothing in it is a wall. A container's wall is the command's.
"""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import threading

from adapter import Adapter, Limits, Outcome, Session, Unsupported, main

CHILD = """
import contextlib, io, json, sys, traceback
requests, answers, space = sys.stdin, sys.stdout, {"__name__": "__main__"}
for line in requests:
    out, error = io.StringIO(), ""
    with contextlib.redirect_stdout(out):
        try:
            exec(compile(json.loads(line), "<cell>", "exec"), space)
        except BaseException:
            error = traceback.format_exc()
    answers.write(json.dumps([out.getvalue(), error]) + "\\n")
    answers.flush()
"""


class Child(Session):
    def __init__(self, python: list[str], limits: Limits | None) -> None:
        self._seconds = limits.seconds if limits else None
        self._process = subprocess.Popen([*python, "-c", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                         encoding="utf-8")

    def run(self, code: str) -> Outcome:
        assert self._process.stdin and self._process.stdout
        if self._process.poll() is not None:
            return Outcome("stopped", error="the process is gone")
        watchdog = threading.Timer(self._seconds, self._process.kill) if self._seconds else None
        if watchdog:
            watchdog.start()
        try:
            self._process.stdin.write(json.dumps(code) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        finally:
            if watchdog:
                watchdog.cancel()
        if not line:
            self._process.wait()
            return Outcome("stopped", error="the process was ended")
        stdout, error = json.loads(line)
        return Outcome("error" if error else "ok", stdout, error)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()


class Process(Adapter):
    def __init__(self, python: list[str]) -> None:
        self._python = [*python, "-I", "-S"]

    def version(self) -> str:
        return self._output("import platform; print('CPython', platform.python_version())")

    def fresh(self) -> int:
        return int(self._output("print(1 + 1)"))

    def open(self, limits: Limits | None = None, tool: object = None) -> Session:
        if tool is not None:
            raise Unsupported("none")
        return Child(self._python, limits)

    def run(self, code: str, limits: Limits | None) -> Outcome:
        try:
            done = subprocess.run([*self._python, "-"], input=code, capture_output=True, encoding="utf-8",
                                  errors="replace", timeout=limits.seconds if limits else None)
        except subprocess.TimeoutExpired:
            return Outcome("stopped", error="the time is over")
        if done.returncode < 0:
            return Outcome("stopped", done.stdout, f"the process was ended by signal {-done.returncode}")
        return Outcome("error" if done.returncode else "ok", done.stdout, done.stderr)

    def _output(self, code: str) -> str:
        return subprocess.run([*self._python, "-c", code], stdin=subprocess.DEVNULL, capture_output=True, check=True,
                              encoding="utf-8").stdout.strip()


if __name__ == "__main__":
    python = shlex.split(sys.argv.pop(1))
    main(Process(python))
