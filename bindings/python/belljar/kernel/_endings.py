"""How a cell ended, in the words of a notebook."""

from __future__ import annotations

from .._plain import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple

    from .. import RunResult

    class Ending(NamedTuple):
        name: str
        message: str
        lines: list[str]
else:
    from collections import namedtuple

    Ending = namedtuple("Ending", "name message lines")

Ending.__doc__ = """The name of what ended it, its message, and the lines to show."""

LONGEST_TRACEBACK = 64 << 10
LONGEST_MESSAGE = 4 << 10
LONGEST_NAME = 200


def of(result: RunResult) -> Ending:
    """Of a result that is not "ok"."""
    error = result.error
    assert error is not None
    traceback = plain(_shortened(error.traceback)).rstrip("\n")
    lines = traceback.split("\n") if traceback else []
    name, message = plain(error.type[:LONGEST_NAME]), plain(_cut(error.message, LONGEST_MESSAGE))
    if result.status == "exception":
        return Ending(name, message, lines or [f"{name}: {message}"])
    if result.status == "exit":
        note = f"SystemExit: {message}\nbelljar: a cell cannot end the kernel; " + _state(result)
        return Ending(name, message, [*lines, *note.split("\n")])
    if result.status == "cancelled":
        name, message = "KeyboardInterrupt", "stopped" if result.rolled_back else "interrupted"
    return Ending(name, message, [*lines, f"belljar: {message}; {_state(result)}"])


def _state(result: RunResult) -> str:
    return "the session is as it was before this cell" if result.rolled_back else "the session keeps what the cell did"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most] + "..."


def _shortened(traceback: str) -> str:
    half = LONGEST_TRACEBACK // 2
    return traceback if len(traceback) <= LONGEST_TRACEBACK else f"{traceback[:half]}\n...\n{traceback[-half:]}"


def dropped(result: RunResult) -> list[str]:
    """What did not fit, each a line."""
    counts = {"standard output": result.stdout_dropped, "standard error": result.stderr_dropped, "values": result.value_dropped}
    return [f"{count} bytes of {what} over the limit were dropped" for what, count in counts.items() if count]
