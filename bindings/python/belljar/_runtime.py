"""The Runtime of this process: made when it is first needed, and anew in the child of a fork."""

from __future__ import annotations

import atexit
import os
import threading

from . import _native
from ._errors import InvalidArgumentError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_lock = threading.Lock()
_runtime: _native.Runtime | None = None
_of_parents: list[_native.Runtime] = []  # their sessions may still be held; they answer ForkedError
_options: dict[str, Any] = {"max_sessions": 100_000, "max_live": 0, "park_after": 0.0, "idle_slots": 64}


def get() -> _native.Runtime:
    """The process's Runtime."""
    return _runtime or _make()


def _make() -> _native.Runtime:
    global _runtime
    with _lock:
        if _runtime is None:
            _runtime = _native.Runtime.create(_options["max_sessions"], _options["max_live"], _options["park_after"],
                                              _options["idle_slots"])
        return _runtime


def configure(*, max_sessions: int | None = None, max_live: int | None = None, park_after: float | None = None,
              idle_slots: int | None = None) -> None:
    """Sets the ceilings of this process, before its first sandbox.

    max_sessions  sessions at the same time, parked ones included (100 000)
    max_live      of them, those that hold 4 GiB of address space (0: as many as the system allows, at most 8192); beyond
                  it the one idle longest is parked
    park_after    seconds after which an idle session is parked, which costs less memory and more time (0: never)
    idle_slots    slots kept ready after their session has ended, up to 2 MiB each (64)

    InvalidArgumentError once there has been a sandbox.
    """
    given = {"max_sessions": max_sessions, "max_live": max_live, "park_after": park_after, "idle_slots": idle_slots}
    with _lock:
        if _runtime is not None:
            raise InvalidArgumentError("belljar is in use already", "call belljar.configure() before the first sandbox")
        for name, value in given.items():
            if value is None:
                continue
            if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 <= value < 2**31:
                raise InvalidArgumentError(f"{name}={value!r} is no number from 0 to 2**31 - 1", "see belljar.configure")
            _options[name] = float(value) if name == "park_after" else int(value)


def metrics() -> dict[str, Any]:
    """Counts of this process since its first sandbox: sessions now and ever, forks, snapshots, runs by status."""
    return get().metrics()


def _after_fork() -> None:
    global _runtime, _lock
    _lock = threading.Lock()
    _native.after_fork()
    if _runtime is not None:
        _of_parents.append(_runtime)
        _runtime = None


_native.set_main_thread(threading.main_thread().ident or 0)
os.register_at_fork(after_in_child=_after_fork)
# While threads still may have the GIL: what the guest calls later would find no interpreter.
atexit.register(_native.stop_all_runs)
