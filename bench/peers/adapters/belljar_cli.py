#!/usr/bin/env python3
"""belljar through its command line: `belljar_cli.py BELLJAR ADAPTER-ARGUMENTS`.

One process is one session and gets all of its cells at once, so what takes microseconds in the library is measured as
a difference: a process with many cells less one with few.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import Any

from adapter import Adapter, Limits, Outcome, Session, Unsupported, main

CELLS = 500


class BelljarCells(Session):
    """Cells are kept and given to one process when an answer is wanted: all of them again, in a new session."""

    def __init__(self, peer: BelljarCli, limits: Limits | None) -> None:
        self._peer, self._limits = peer, limits
        self._cells: list[str] = []

    def run(self, code: str) -> Outcome:
        self._cells.append(code)
        return self._peer.cells(self._cells, self._limits)[-1]

    def fork(self) -> Session:
        raise Unsupported("not from the command line")


class BelljarCli(Adapter):
    live = False

    def __init__(self, belljar: str) -> None:
        self._belljar = belljar

    def version(self) -> str:
        done = subprocess.run([self._belljar, "--version"], capture_output=True, check=True, encoding="utf-8")
        return done.stdout.split("\n")[0]

    def fresh(self) -> int:
        command = [self._belljar, "run", "-c", "print(1 + 1)"]
        return int(subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=True).stdout)

    def open(self, limits: Limits | None = None, tool: object = None) -> Session:
        if tool is not None:
            raise Unsupported("not from the command line")
        return BelljarCells(self, limits)

    def run(self, code: str, limits: Limits | None) -> Outcome:
        return self._outcome(self._results(["-"], limits, code)[0])

    def cells(self, cells: list[str], limits: Limits | None) -> list[Outcome]:
        return [self._outcome(result) for result in self._results([w for c in cells for w in ("--cell", c)], limits)]

    def cell_us(self) -> float:
        """What one more cell adds to a process."""
        def process(count: int) -> float:
            start = time.perf_counter()
            self._results(["--cell", "x = 1", *["--cell", "x = x + 1"] * count], None)
            return time.perf_counter() - start

        return (min(process(CELLS) for _ in range(7)) - min(process(0) for _ in range(7))) / CELLS * 1e6

    def _results(self, words: list[str], limits: Limits | None, stdin: str = "") -> list[dict[str, Any]]:
        command = [self._belljar, "run", "--json"]
        if limits:
            seconds = str(limits.seconds)
            command += ["--cpu", seconds, "--wall", seconds, "--memory", f"{limits.memory_mib}M"]
        done = subprocess.run([*command, *words], input=stdin, capture_output=True, encoding="utf-8", check=True)
        return [json.loads(line) for line in done.stdout.split("\n")[:-1]]

    @staticmethod
    def _outcome(result: dict[str, Any]) -> Outcome:
        status = {"ok": "ok", "exception": "error", "exit": "ok"}.get(result["status"], "stopped")
        error = result["error"] or {}
        text = error.get("traceback") or error.get("message", "")
        return Outcome(status, result["stdout"], result["stderr"] + text, result["usage"]["wall_ms"] / 1e3)


if __name__ == "__main__":
    main(BelljarCli(sys.argv.pop(1)))
