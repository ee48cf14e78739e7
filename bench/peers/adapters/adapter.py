"""What the adapters have in common: a peer behind one small interface, and the commands that peers.py gives it.

Each adapter is a program that runs in the peer's own environment, so that no two peers share a process:

    ADAPTER info                                      versions
    ADAPTER latency                                   fresh sandbox, cell, tool call, fork
    ADAPTER compute                                   a kernel on standard input, timed from the host
    ADAPTER hold N                                    N live sessions, kept until standard input is closed
    ADAPTER survive                                   does a session outlive an endless loop?
    ADAPTER run [--seconds S --memory MIB]            a program on standard input, in a fresh sandbox
                                                      without limits given: with the peer's own defaults
    ADAPTER print                                     print(1 + 1) in a fresh sandbox, to standard output

The answer is one JSON object in the file --result. It does not go to standard output, which code that got out of its
sandbox can write to. `run` makes a file beside it, with the suffix .begun, when all is loaded and the program is next.
pyodide.mjs beside this file speaks the same language.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TEXT_KEPT = 64 * 1024  # characters of a program's output that go into the answer
TOOL_CALLS = 500  # less than any peer's own limit on calls
COMPUTE_SECONDS = 30.0
# The same call everywhere. The sum proves that the calls were made.
TOOL_CELL = """total = 0
for i in range({n}):
    total = total + {call}['n']
print(total)
"""
LOOP_CELL = """total = 0
for i in range({n}):
    total = total + i
print(total)
"""


class Unsupported(Exception):
    """The peer has no such thing. The message is a word or two for the table."""


@dataclass(frozen=True)
class Limits:
    """What a run may use: seconds, by whatever clock the peer has, and MiB of memory."""

    seconds: float
    memory_mib: int


@dataclass(frozen=True)
class Outcome:
    """How a program ended, as the host's side of the peer tells it: "ok", "error" (an exception of Python's) or
    "stopped" (by a limit, or because what ran it broke). `seconds`: how long it took, where only the peer can tell."""

    status: str
    stdout: str = ""
    error: str = ""
    seconds: float | None = None


class Session:
    """A live sandbox: what a cell defines, the next one sees."""

    def run(self, code: str) -> Outcome:
        raise NotImplementedError

    def fork(self) -> Session:
        """A second session with the same state; this one goes on."""
        raise Unsupported("no")

    def close(self) -> None:
        pass


class Adapter:
    """One peer. Without `limits` a session has the peer's defaults; `tool` is a host function, `quote(symbol, n)` for
    the code inside, that returns {"symbol": symbol, "n": n}."""

    tool_call = "quote('ACME', i)"
    live = True  # whether a Session stays in memory between two cells

    def version(self) -> str:
        raise NotImplementedError

    def fresh(self) -> int:
        """What 1 + 1 is, in a sandbox that did not exist before."""
        raise NotImplementedError

    def open(self, limits: Limits | None = None, tool: Callable[..., Any] | None = None) -> Session:
        raise NotImplementedError

    def run(self, code: str, limits: Limits | None) -> Outcome:
        """A whole program in a fresh sandbox that has the tool."""
        return self.open(limits, quote).run(code)

    def cell_us(self) -> float:
        """One more small cell in a live session, in microseconds."""
        return cell_us(self)


def quote(symbol: str = "", n: int = 0) -> dict[str, Any]:
    return {"symbol": symbol, "n": n}


def microseconds(call: Callable[[], Any], budget: float = 0.6, batches: int = 5) -> float:
    """The least of the medians of several batches: what disturbs a machine only ever adds time."""
    for _ in range(3):
        call()
    medians = []
    for _ in range(batches):
        times: list[float] = []
        end = time.perf_counter() + budget / batches
        while len(times) < 3 or (time.perf_counter() < end and len(times) < 2000):
            start = time.perf_counter()
            call()
            times.append(time.perf_counter() - start)
        medians.append(statistics.median(times))
    return min(medians) * 1e6


def must(outcome: Outcome, stdout: str) -> None:
    if outcome.status != "ok" or outcome.stdout.strip() != stdout:
        raise RuntimeError(f"expected {stdout!r}, got {outcome.status} {outcome.stdout[:200]!r} {outcome.error[-300:]}")


def fresh_us(adapter: Adapter) -> float:
    def one() -> None:
        if (answer := adapter.fresh()) != 2:
            raise RuntimeError(f"1 + 1 was {answer!r}")

    return microseconds(one)


def cell_us(adapter: Adapter) -> float:
    session = adapter.open()
    must(session.run("x = 1\nprint(x)"), "1")
    cells = 0

    def one() -> None:
        nonlocal cells
        cells += 1
        session.run("x = x + 1")

    figure = microseconds(one)
    must(session.run("print(x)"), str(cells + 1))
    return figure


def tool_us(adapter: Adapter) -> float:
    """A cell with many calls less the same loop without them, by the host's clock."""
    session = adapter.open(None, quote)
    expected = str(sum(range(TOOL_CALLS)))
    with_calls = TOOL_CELL.format(n=TOOL_CALLS, call=adapter.tool_call)
    without = LOOP_CELL.format(n=TOOL_CALLS)
    calls = microseconds(lambda: must(session.run(with_calls), expected), batches=3)
    # A session may count the calls of its whole life, so the loop gets one of its own.
    plain = adapter.open()
    return (calls - microseconds(lambda: must(plain.run(without), expected), budget=0.3, batches=3)) / TOOL_CALLS


def fork_us(adapter: Adapter) -> float:
    parent = adapter.open()
    must(parent.run("x = 41\nprint(x)"), "41")

    def one() -> None:
        child = parent.fork()
        must(child.run("x = x + 1\nprint(x)"), "42")
        child.close()

    figure = microseconds(one)
    must(parent.run("print(x)"), "41")
    return figure


def latency(adapter: Adapter) -> dict[str, Any]:
    """Figures in microseconds; where there is none, the reason as text."""
    found: dict[str, Any] = {}
    figures = {"fresh_us": lambda: fresh_us(adapter), "cell_us": adapter.cell_us,
               "tool_us": lambda: tool_us(adapter), "fork_us": lambda: fork_us(adapter)}
    for name, measure in figures.items():
        try:
            found[name] = measure()
        except Unsupported as reason:
            found[name] = str(reason)
        except Exception as error:
            found[name] = f"failed: {type(error).__name__}: {str(error)[:200]}"
    return found


def compute(adapter: Adapter, kernel: str, repeat: int) -> dict[str, Any]:
    """The least time of run(LOOPS), from the host. The kernel's own checksum says whether it was computed rightly."""
    session = adapter.open(Limits(COMPUTE_SECONDS, 512))
    loaded = session.run(kernel)
    if loaded.status != "ok":
        return {"error": loaded.error[-300:]}
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        outcome = session.run("print(run(LOOPS) == CHECKSUM)")
        times.append(outcome.seconds or time.perf_counter() - start)
        if outcome.status != "ok" or outcome.stdout.strip() != "True":
            return {"error": outcome.error[-300:] or f"wrong checksum: {outcome.stdout[:80]!r}"}
    return {"best_s": min(times)}


def hold(adapter: Adapter, count: int) -> dict[str, Any]:
    if not adapter.live:
        return {"error": "not from the command line"}
    sessions = [adapter.open() for _ in range(count)]
    for session in sessions:
        must(session.run("x = 1\nprint(x)"), "1")
    print("holding", flush=True)
    sys.stdin.read()
    return {"held": len(sessions)}


def survive(adapter: Adapter) -> dict[str, Any]:
    session = adapter.open(Limits(1, 128))
    must(session.run("x = 41\nprint(x)"), "41")
    stopped = session.run("while True: pass")
    after = session.run("print(x + 1)")
    return {"stopped": stopped.status != "ok", "lives": after.status == "ok" and after.stdout.strip() == "42",
            "error": after.error[:300]}


def main(adapter: Adapter) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=("info", "latency", "compute", "hold", "survive", "run", "print"))
    parser.add_argument("count", type=int, nargs="?", default=1)
    parser.add_argument("--result", type=Path)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--memory", type=int, help="MiB")
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    if options.command == "print":
        print(adapter.open().run("print(1 + 1)").stdout, end="")
        return
    if options.command == "info":
        answer = {"version": adapter.version()}
    elif options.command == "latency":
        answer = latency(adapter)
    elif options.command == "compute":
        answer = compute(adapter, sys.stdin.read(), options.repeat)
    elif options.command == "hold":
        answer = hold(adapter, options.count)
    elif options.command == "survive":
        answer = survive(adapter)
    else:
        code = sys.stdin.read()
        limits = Limits(options.seconds, options.memory) if options.seconds is not None else None
        options.result.with_suffix(".begun").touch()
        outcome = adapter.run(code, limits)
        answer = {"status": outcome.status, "stdout": outcome.stdout[:TEXT_KEPT], "error": outcome.error[-TEXT_KEPT:]}
    temporary = options.result.with_suffix(".partial")
    temporary.write_text(json.dumps(answer), encoding="utf-8")
    os.replace(temporary, options.result)
