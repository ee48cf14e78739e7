"""A result as text for the language model that wrote the code."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._result import RunResult

_FRAMES = 12  # lines of a traceback's end; the rest is the model's own recursion
# Frames of belljar's own code in the sandbox: the line with the file, and what is indented further below it.
_OUR_FRAMES = r'^  File "<(?:belljar|tools)>", .*\n(?:    .*\n)*'
_HINT_FOR_THE_HOST = r" \(raise it with [^()]*\)$"


def for_model(result: RunResult, limit: int = 10_000) -> str:
    """What a run printed, its value and how it ended, as text to hand to the model that wrote the code.

    At most `limit` characters; long texts lose their middle, and it says how much. All of it is the guest's words but the
    notes in brackets, which the guest can print as well: look at `result.status` to decide anything.
    """
    parts = [_cut(result.stdout.rstrip("\n"), limit // 2)]
    if result.stdout_dropped:
        parts.append(f"[{result.stdout_dropped} more bytes were printed and dropped: print less]")
    if result.stderr.strip():
        parts.append("[stderr]\n" + _cut(result.stderr.rstrip("\n"), limit // 8))
    parts += [_cut(bundle.get("text/plain", ""), limit // 8) for bundle in result.displays]
    if result.text is not None:
        parts.append("[value] " + _cut(result.text, limit // 4))
    if result.value_dropped:
        parts.append(f"[{result.value_dropped} bytes of what was shown were dropped: show less]")
    if result.error is not None:
        parts.append(_cut(_ending(result), limit // 4))
        if result.rolled_back:
            parts.append("[nothing that this code did was kept: variables and files are as they were before it]")
        elif result.status in ("time_limit", "cancelled"):
            parts.append("[what it did until then was kept]")
    return _cut("\n".join(part for part in parts if part), limit) or "[no output: print() what you want to see]"


def _ending(result: RunResult) -> str:
    import re
    error = result.error
    assert error is not None
    if result.status in ("exception", "exit"):
        return _trimmed(error.traceback) or f"{error.type}: {error.message}"
    # How to raise a limit is for whoever set it.
    return f"[{result.status}] {re.sub(_HINT_FOR_THE_HOST, '', error.message)}"


def _trimmed(traceback: str) -> str:
    import re
    head, *rest = re.sub(_OUR_FRAMES, "", traceback, flags=re.MULTILINE).rstrip("\n").split("\n")
    if len(rest) <= _FRAMES:
        return "\n".join([head, *rest])
    return "\n".join([head, f"  [{len(rest) - _FRAMES} lines left out]", *rest[-_FRAMES:]])


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    note = f"\n[{len(text) - most} characters left out]\n"
    kept = max(most - len(note), 0)
    return (text[:kept - kept // 2] + note + text[len(text) - kept // 2:])[:max(most, 0)]
