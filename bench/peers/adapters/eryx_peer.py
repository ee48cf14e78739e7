#!/usr/bin/env python3
"""eryx through its Python package."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import eryx
from adapter import Adapter, Limits, Outcome, Session, main, quote


def execute(sandbox: eryx.Sandbox | eryx.Session, code: str) -> Outcome:
    try:
        done = sandbox.execute(code)
    except eryx.ExecutionError as error:
        return Outcome("error", error=str(error))
    except (eryx.EryxError, eryx.TimeoutError) as error:
        return Outcome("stopped", error=str(error))
    return Outcome("ok", done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))


def callbacks(tool: Callable[..., Any] | None) -> list[dict[str, Any]]:
    return [{"name": "quote", "fn": tool, "description": "A price."}] if tool else []


class EryxLive(Session):
    def __init__(self, limits: Limits | None, tool: Callable[..., Any] | None) -> None:
        self._session = eryx.Session(execution_timeout_ms=int(limits.seconds * 1000) if limits else None,
                                     callbacks=callbacks(tool))

    def run(self, code: str) -> Outcome:
        return execute(self._session, code)

    def fork(self) -> Session:
        child = EryxLive(None, None)
        child._session.restore_state(self._session.snapshot_state())
        return child


class EryxPeer(Adapter):
    tool_call = "(await quote(symbol='ACME', n=i))"

    def version(self) -> str:
        return f"pyeryx {eryx.__version__}"

    def fresh(self) -> int:
        return eryx.Sandbox().execute("result = 1 + 1").result

    def open(self, limits: Limits | None = None, tool: Callable[..., Any] | None = None) -> Session:
        return EryxLive(limits, tool)

    def run(self, code: str, limits: Limits | None) -> Outcome:
        """In a Sandbox, because a Session of this version takes no limit on memory."""
        chosen = eryx.ResourceLimits(execution_timeout_ms=int(limits.seconds * 1000),
                                     max_memory_bytes=limits.memory_mib << 20) if limits else None
        return execute(eryx.Sandbox(resource_limits=chosen, callbacks=callbacks(quote)), code)


if __name__ == "__main__":
    main(EryxPeer())
