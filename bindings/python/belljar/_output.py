"""What a guest writes and shows, to the functions that want it while it runs."""

from __future__ import annotations

import codecs

from ._errors import InvalidArgumentError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable
    from typing import Any

    from ._result import RunResult

_NAMES = {1: "stdout", 2: "stderr"}


class _Stream:
    """One stream: its bytes so far, and the line that is not at its end yet."""

    def __init__(self, on_line: Callable[[str], object] | None) -> None:
        self.chunks: list[bytes] = []
        self._on_line = on_line
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""

    def write(self, data: bytes) -> None:
        self.chunks.append(data)
        if self._on_line is None:
            return
        *lines, self._rest = (self._rest + self._decoder.decode(data)).split("\n")
        for line in lines:
            self._on_line(line)

    def end(self) -> None:
        if self._on_line is None:
            return
        rest, self._rest = self._rest + self._decoder.decode(b"", True), ""
        if rest:
            self._on_line(rest)

    def text(self) -> str:
        return b"".join(self.chunks).decode("utf-8", "replace")


class Output:
    """Collects what a run writes and shows, and passes it on."""

    @classmethod
    def of(cls, on_stdout: Any, on_stderr: Any, on_output: Any, on_display: Any, *,
           loop: asyncio.AbstractEventLoop | None = None) -> Output | None:
        """None when nobody wants to be told. The functions are called on `loop`, if there is one."""
        functions = {"on_stdout": on_stdout, "on_stderr": on_stderr, "on_output": on_output, "on_display": on_display}
        for name, function in functions.items():
            if function is not None and not callable(function):
                raise InvalidArgumentError(f"{name} must be a function, not {type(function).__name__}", "such as print")
        if on_stdout is on_stderr is on_output is on_display is None:
            return None
        return cls(*(function if function is None or loop is None else _On(loop, function) for function in functions.values()))

    def __init__(self, on_stdout: Any, on_stderr: Any, on_output: Any, on_display: Any) -> None:
        self._streams = {1: _Stream(on_stdout), 2: _Stream(on_stderr)}
        self._on_output = on_output
        self._on_display = on_display
        self._displays: list[dict[str, str]] = []

    def write(self, stream: int, data: bytes) -> None:
        self._streams[stream].write(data)
        if self._on_output is not None:
            self._on_output(_NAMES[stream], data)

    def display(self, bundle: dict[str, str]) -> None:
        self._displays.append(bundle)
        if self._on_display is not None:
            self._on_display(bundle)

    def complete(self, result: RunResult) -> RunResult:
        """Puts what was collected into the result, as if nobody had asked for it meanwhile."""
        for stream in self._streams.values():
            stream.end()
        result.stdout, result.stderr = self._streams[1].text(), self._streams[2].text()
        result.displays = self._displays
        return result


class _On:
    """A function to be called on an event loop. The loop also learns of the run's end through its queue, so all calls come
    before that."""

    def __init__(self, loop: asyncio.AbstractEventLoop, function: Callable[..., object]) -> None:
        self._loop = loop
        self._function = function

    def __call__(self, *arguments: object) -> None:
        self._loop.call_soon_threadsafe(self._function, *arguments)
