"""What a run came to."""

from __future__ import annotations

from collections import namedtuple

from . import _errors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal, NamedTuple

    Status = Literal["ok", "exception", "exit", "time_limit", "memory_limit", "trap", "cancelled"]

    class Usage(NamedTuple):
        wall_ms: float
        cpu_ms: float
        memory_peak_bytes: int
        output_bytes: int
        tool_calls: int
        tool_bytes: int

    class GuestException(NamedTuple):
        type: str
        message: str
        traceback: str
else:
    Usage = namedtuple("Usage", "wall_ms cpu_ms memory_peak_bytes output_bytes tool_calls tool_bytes")
    GuestException = namedtuple("GuestException", "type message traceback")

Usage.__doc__ = """What a run used: milliseconds of wall and CPU time; the largest size of the linear memory, Python's own
20 MiB included; bytes written to both streams, dropped ones included; calls of tools, and the bytes of their arguments and
results."""
GuestException.__doc__ = """The exception that ended a run, or the limit or trap in its place ("TimeLimit", "MemoryLimit",
"Trap", "Cancelled"): class name, message, and the traceback as Python prints it. Text of the guest's: show it as you would
any stranger's."""


class RunResult:
    """What a run came to. All text in it is the guest's: bounded, valid, and not to be trusted.

    status      "ok", "exception", "exit", "time_limit", "memory_limit", "trap" or "cancelled"
    rolled_back whether the session is in the state before this run; else it has the new state
    stdout, stderr      what was written, up to the limit; bytes that are not UTF-8 are U+FFFD
    stdout_dropped, stderr_dropped      bytes beyond the limit
    display     the last expression's value as a MIME bundle: "text/plain" (its repr), "application/json", "text/html",
                "image/svg+xml", "image/png" (base64); empty when there is none, or it is None
    displays    a bundle for each `display(object)` of the guest's
    value_dropped       bytes of bundles beyond the limit
    error       a `GuestException`; None when the status is "ok"
    exit_code   of `sys.exit(n)`; None when the status is not "exit"
    usage       a `Usage`
    """

    __slots__ = ("status", "rolled_back", "stdout", "stderr", "stdout_dropped", "stderr_dropped", "display", "displays",
                 "value_dropped", "error", "exit_code", "usage")

    status: Status
    rolled_back: bool
    stdout: str
    stderr: str
    stdout_dropped: int
    stderr_dropped: int
    display: dict[str, str]
    displays: list[dict[str, str]]
    value_dropped: int
    error: GuestException | None
    exit_code: int | None
    usage: Usage

    def __init__(self, status: Any, rolled_back: bool, stdout: str, stderr: str, stdout_dropped: int, stderr_dropped: int,
                 display: dict[str, str], displays: list[dict[str, str]], value_dropped: int,
                 error: tuple[str, str, str] | None, exit_code: int | None, usage: tuple[Any, ...]) -> None:
        self.status = status
        self.rolled_back = rolled_back
        self.stdout = stdout
        self.stderr = stderr
        self.stdout_dropped = stdout_dropped
        self.stderr_dropped = stderr_dropped
        self.display = display
        self.displays = displays
        self.value_dropped = value_dropped
        self.error = None if error is None else GuestException(*error)
        self.exit_code = exit_code
        self.usage = Usage(*usage)

    @property
    def ok(self) -> bool:
        """Whether the status is "ok"."""
        return self.status == "ok"

    @property
    def value(self) -> Any:
        """The last expression's value, decoded. None when there is none, or it is not JSON-shaped (bytes, NaN, a set, keys
        that are no str): see `text`, or assign it to a name and ask `session[name]`."""
        encoded = self.display.get("application/json")
        if encoded is None:
            return None
        import json
        return json.loads(encoded)

    @property
    def text(self) -> str | None:
        """`repr()` of the last expression's value; None when there is none."""
        return self.display.get("text/plain")

    def raise_for_status(self) -> RunResult:
        """Itself when the status is "ok"; else raises the `RunError` of that status."""
        if self.error is None:
            return self
        from ._plain import plain
        detail = plain(f"{self.error.type}: {self.error.message}" if self.error.message else self.error.type)
        raise _errors.RUN_ERRORS[self.status](detail, result=self)

    def _fields(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in self.__slots__)

    def __reduce__(self) -> tuple[Any, ...]:
        return RunResult, self._fields()

    def __eq__(self, other: object) -> bool:
        """Of all but `usage`."""
        return self._fields()[:-1] == other._fields()[:-1] if isinstance(other, RunResult) else NotImplemented

    def to_dict(self) -> dict[str, Any]:
        """All of it as JSON would have it: the fields, with `value` decoded."""
        made = dict(zip(self.__slots__, self._fields()))
        return {**made, "value": self.value, "error": self.error and self.error._asdict(), "usage": self.usage._asdict()}

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        shown = [f"status={self.status!r}"]
        if self.rolled_back:
            shown.append("rolled_back=True")
        for name in ("stdout", "stderr", "text", "error", "exit_code"):
            value = getattr(self, name)
            if value not in (None, ""):
                text = repr(value)
                shown.append(f"{name}={text if len(text) <= 200 else text[:197] + '...'}")
        return f"RunResult({', '.join(shown)})"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        from . import _rich
        return _rich.of_result(self)
