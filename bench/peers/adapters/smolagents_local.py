#!/usr/bin/env python3
"""The executor that smolagents uses unless told otherwise: LocalPythonExecutor, with its own list of modules."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from adapter import Adapter, Limits, Outcome, Session, main
from smolagents.local_python_executor import LocalPythonExecutor


class SmolLive(Session):
    def __init__(self, limits: Limits | None, tool: Callable[..., Any] | None) -> None:
        # The package's time limit takes whole seconds; a limit on memory it has none.
        chosen = {"timeout_seconds": max(1, round(limits.seconds))} if limits else {}
        self._executor = LocalPythonExecutor([], **chosen)
        self._executor.send_tools({"quote": tool} if tool else {})

    def run(self, code: str) -> Outcome:
        try:
            done = self._executor(code)
        except Exception as error:
            printed = self._executor.state.get("_print_outputs", "")
            timed_out = type(error).__name__ == "ExecutionTimeoutError"
            return Outcome("stopped" if timed_out else "error", str(printed), str(error))
        return Outcome("ok", done.logs)

    def value(self, code: str) -> Any:
        return self._executor(code).output


class Smolagents(Adapter):
    def version(self) -> str:
        return f"smolagents {version('smolagents')}"

    def fresh(self) -> int:
        return SmolLive(None, None).value("1 + 1")

    def open(self, limits: Limits | None = None, tool: Callable[..., Any] | None = None) -> Session:
        return SmolLive(limits, tool)


if __name__ == "__main__":
    main(Smolagents())
