"""What a notebook asks of the live session while somebody types.

The session answers, through the module that belljar's own prompt uses (guest/lib/_belljar_prompt.py). Whatever comes back
is the guest's: held against what can be shown, never believed, never evaluated. A query prints nothing and is over in time.
"""

from __future__ import annotations

import json
import re
import threading

from .. import Error, Session
from .._plain import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType

WHILE_TYPING = 0.25
WHEN_ASKED = 1.0
MOST_CANDIDATES = 1000
LONGEST_CANDIDATE = 200
LONGEST_ANSWER = 1 << 20
LONGEST_LINE = 10_000

_NAME_BEFORE = re.compile(r"[^\W\d][\w.]*$")
_REST_OF_NAME = re.compile(r"\w*")


class Deadline:
    """Around a run: interrupts it when it takes longer, and stops it when it goes on regardless. It has let go of the session
    when the block is left, so it never hits the next run."""

    def __init__(self, session: Session, seconds: float) -> None:
        self._session, self._seconds = session, seconds
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def _watch(self) -> None:
        for seconds in (self._seconds, 0.05):
            if self._ended.wait(seconds):
                return
            self._session.cancel()

    def __enter__(self) -> Deadline:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._ended.set()
        self._thread.join()


def _ask(session: Session, function: str, argument: str, seconds: float) -> list[str] | None:
    """None when there is no good answer."""
    try:
        with Deadline(session, seconds):
            # repr() of text is a literal of it, whatever is in it.
            result = session.run(f"__import__('_belljar_prompt').{function}({argument!r})", filename="<prompt>",
                                 on_output=_drop, on_display=_drop)
    except Error:
        return None
    encoded = result.display.get("application/json", "")
    if not result.ok or len(encoded) > LONGEST_ANSWER:
        return None
    try:
        answer = json.loads(encoded)
    except (ValueError, RecursionError):
        return None
    if not isinstance(answer, list) or not all(isinstance(item, str) for item in answer):
        return None
    return answer


def _drop(*_: object) -> None:
    pass


def complete(session: Session, before: str) -> tuple[str, list[str]]:
    """The end of the text before the cursor that would be replaced, and candidates for it."""
    line = before[before.rfind("\n") + 1:][-LONGEST_LINE:]
    answer = _ask(session, "complete", line, WHILE_TYPING)
    if not answer or not line.endswith(answer[0]):
        return "", []
    return answer[0], [candidate for candidate in answer[1:MOST_CANDIDATES + 1] if _is_presentable(candidate)]


def _is_presentable(candidate: str) -> bool:
    # It ends up in what is run next: one line, and nothing in it that does not show.
    return 0 < len(candidate) <= LONGEST_CANDIDATE and "\n" not in candidate and "\t" not in candidate and plain(candidate) == candidate


def describe(session: Session, name: str) -> str | None:
    """Signature, kind and docstring; None when nothing is known."""
    answer = _ask(session, "describe", name[:LONGEST_LINE], WHEN_ASKED)
    return plain(answer[0]) if answer is not None and len(answer) == 1 else None


def progress(session: Session, code: str) -> tuple[bool, str]:
    """Whether a cell is finished, and if not, how far the next line is indented. What cannot be told is finished: running
    it shows what is wrong."""
    answer = _ask(session, "state", code, WHEN_ASKED)
    if answer is None or len(answer) != 2 or answer[0] not in ("open", "block"):
        return True, ""
    indentation = answer[1]
    return False, indentation if len(indentation) <= LONGEST_CANDIDATE and not indentation.strip(" \t") else ""


def name_at(code: str, cursor: int) -> str:
    """The dotted name at the cursor, or else that of the call around it; "" when there is none."""
    start = max(code.rfind("\n", 0, cursor) + 1, cursor - LONGEST_LINE)
    before, after = code[start:cursor], code[cursor:cursor + LONGEST_LINE]
    rest = _REST_OF_NAME.match(after)
    here = _NAME_BEFORE.search(before + (rest[0] if rest else ""))
    if here:
        return here[0].rstrip(".")
    depth = 0
    for index in range(len(before) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(before[index], 0)
        if depth < 0:
            called = _NAME_BEFORE.search(before[:index])
            return called[0].rstrip(".") if called else ""
    return ""
