#!/usr/bin/env python3
"""belljar through its Python package."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import belljar
from adapter import Adapter, Limits, Outcome, Session, main


def outcome(result: belljar.RunResult) -> Outcome:
    status = {"ok": "ok", "exception": "error", "exit": "ok"}.get(str(result.status), "stopped")
    error = result.error.traceback or result.error.message if result.error else ""
    return Outcome(status, result.stdout, result.stderr + error)


class BelljarLive(Session):
    def __init__(self, session: belljar.Session) -> None:
        self._session = session

    def run(self, code: str) -> Outcome:
        return outcome(self._session.run(code))

    def fork(self) -> Session:
        return BelljarLive(self._session.fork())

    def close(self) -> None:
        self._session.close()


class BelljarPython(Adapter):
    def version(self) -> str:
        return f"belljar {belljar.__version__}"

    def fresh(self) -> int:
        return belljar.run("1 + 1").value

    def open(self, limits: Limits | None = None, tool: Callable[..., Any] | None = None) -> Session:
        chosen: dict[str, Any] = {"tools": {"quote": tool}} if tool else {}
        if limits:
            chosen |= {"cpu": limits.seconds, "wall": limits.seconds, "memory": f"{limits.memory_mib}M"}
        return BelljarLive(belljar.Session(**chosen))


if __name__ == "__main__":
    main(BelljarPython())
