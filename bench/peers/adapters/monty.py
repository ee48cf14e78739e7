#!/usr/bin/env python3
"""monty through its Python package: a pool of worker processes."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from adapter import TOOL_CALLS, Adapter, Limits, Outcome, Session, main
from pydantic_monty import CollectString, Monty, MontyCrashedError, MontyError

SESSIONS = 64  # workers that may live at once: each session has one


class MontyLive(Session):
    def __init__(self, pool: Monty, limits: dict[str, Any], tool: Callable[..., Any] | None) -> None:
        self._pool, self._limits, self._tool = pool, limits, tool
        self._checkout = pool.checkout(limits=limits)
        self._session = self._checkout.__enter__()

    def run(self, code: str) -> Outcome:
        printed = CollectString()
        try:
            self._session.feed_run(code, print_callback=printed,
                                   external_lookup={"quote": self._tool} if self._tool else None)
        except MontyCrashedError as error:
            return Outcome("stopped", printed.output, str(error))
        except MontyError as error:
            return Outcome("error", printed.output, str(error))
        return Outcome("ok", printed.output)

    def fork(self) -> Session:
        child = MontyLive(self._pool, self._limits, self._tool)
        child._session.load_session(self._session.dump())
        return child

    def close(self) -> None:
        self._checkout.__exit__(None, None, None)


class MontyPeer(Adapter):
    def __init__(self) -> None:
        self._pool = Monty(max_processes=SESSIONS)
        self._pool.__enter__()

    def version(self) -> str:
        return f"pydantic-monty {version('pydantic-monty')}"

    def fresh(self) -> int:
        with self._pool.checkout() as session:
            return session.feed_run("1 + 1")

    def open(self, limits: Limits | None = None, tool: Callable[..., Any] | None = None) -> Session:
        chosen: dict[str, Any] = {}
        if limits:
            chosen = {"max_feed_duration_secs": limits.seconds, "max_memory": limits.memory_mib << 20}
        elif tool:
            chosen = {"max_suspensions": TOOL_CALLS * 10_000}  # counted over a session's life, 1000 by default
        return MontyLive(self._pool, chosen, tool)


if __name__ == "__main__":
    main(MontyPeer())
