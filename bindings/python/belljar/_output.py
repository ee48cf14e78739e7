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

_COROUTINE = 0x80  # inspect.CO_COROUTINE
_NAMES = {1: "stdout", 2: "stderr"}


class _Stream:
    """One stream: its bytes so far, and the line that is not at its end yet."""

    def __init__(self, on_line: Callable[[str], object] | None) -> None:
        self.chunks: list[bytes] = []
        self.on_line = on_line
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest: list[str] = []

    def write(self, data: bytes) -> None:
        self.chunks.append(data)
        if self.on_line is None:
            return
        first, *lines = self._decoder.decode(data).split("\n")
        self._rest.append(first)  # joined only when its end has come
        for line in lines:
            whole, self._rest = "".join(self._rest), [line]
            self.on_line(whole)

    def end(self) -> None:
        if self.on_line is None:
            return
        rest = "".join(self._rest) + self._decoder.decode(b"", True)
        self._rest = []
        if rest:
            self.on_line(rest)

    def text(self) -> str:
        return b"".join(self.chunks).decode("utf-8", "replace")


class Output:
    """Collects what a run writes and shows, and passes it on."""

    @classmethod
    def of(cls, on_stdout: Any, on_stderr: Any, on_output: Any, on_display: Any, *,
           loop: asyncio.AbstractEventLoop | None = None, cancel: Callable[[], object] | None = None) -> Output | None:
        """None when nobody wants to be told. The functions are called on `loop`, if there is one; when one raises there,
        `cancel` is called, and `error` has it."""
        functions = {"on_stdout": on_stdout, "on_stderr": on_stderr, "on_output": on_output, "on_display": on_display}
        for name, function in functions.items():
            if function is not None and not callable(function):
                raise InvalidArgumentError(f"{name} must be a function, not {type(function).__name__}", "such as print")
            if function is not None and getattr(getattr(function, "__code__", None), "co_flags", 0) & _COROUTINE:
                raise InvalidArgumentError(f"{name} must be a plain function", "nobody would await an `async def` one")
        if on_stdout is on_stderr is on_output is on_display is None:
            return None
        made = cls(on_stdout, on_stderr, on_output, on_display)
        if loop is not None:
            made._move_to(loop, cancel)
        return made

    def __init__(self, on_stdout: Any, on_stderr: Any, on_output: Any, on_display: Any) -> None:
        self._streams = {1: _Stream(on_stdout), 2: _Stream(on_stderr)}
        self._on_output = on_output
        self._on_display = on_display
        self._displays: list[dict[str, str]] = []
        self.error: BaseException | None = None

    def _move_to(self, loop: asyncio.AbstractEventLoop, cancel: Callable[[], object] | None) -> None:
        def there(function: Any) -> Any:
            return None if function is None else lambda *arguments: loop.call_soon_threadsafe(call, function, *arguments)

        # The loop also learns of the run's end through its queue, so all calls come before that.
        def call(function: Any, *arguments: Any) -> None:
            if self.error is not None:
                return
            try:
                function(*arguments)
            except BaseException as error:
                self.error = error
                if cancel is not None:
                    cancel()

        for stream in self._streams.values():
            stream.on_line = there(stream.on_line)
        self._on_output, self._on_display = there(self._on_output), there(self._on_display)

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
