"""The kernel: Jupyter's messages on one side, a session on the other. It never evaluates what a guest says."""
# mypy: disable-error-code="no-untyped-call"
# (most of ipykernel is not typed)

from __future__ import annotations

import asyncio
import signal

from ipykernel.iostream import OutStream
from ipykernel.kernelapp import IPKernelApp
from ipykernel.kernelbase import Kernel

from .. import Error, Policy, Tool, __version__, python_version
from .._plain import PlainStream, plain
from .._rich import of_bundle
from . import _commands, _endings, _queries
from ._branches import Branches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

    from .. import RunResult

MOST_DISPLAYS = 1000
MOST_EXPRESSIONS = 20
LONGEST_PROMPT = 1000


class BelljarKernel(Kernel):
    """Cells run on the main thread, where a signal interrupts them; the control channel has a thread of its own."""

    implementation = "belljar"
    implementation_version = __version__
    language_info = {
        "name": "python", "version": python_version, "mimetype": "text/x-python", "file_extension": ".py",
        "codemirror_mode": {"name": "ipython", "version": 3}, "pygments_lexer": "ipython3", "nbconvert_exporter": "python",
    }
    banner = f"belljar {__version__}: Python {python_version} in a sandbox. %help shows what this kernel adds."
    policy = Policy()  # launch() sets it

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        # In place of the built-in function: the session waits for it with its wall clock standing still.
        self.policy._add_tool(Tool(self._input, name="input", signature="(prompt: object = '', /)", waits=True,
                                   doc="Asks the person at the notebook for a line of text."))
        self._branches = Branches(self.policy)
        self._streams = {name: OutStream(self.session, self.iopub_thread, name, watchfd=False) for name in ("stdout", "stderr")}
        self._displays = 0
        self._can_ask = self._is_asking = self._was_interrupted = self._is_ending = False

    @property
    def kernel_info(self) -> dict[str, Any]:
        """Neither a debugger, which would debug the kernel itself, nor subshells, which would share the session."""
        return {**super().kernel_info, "supported_features": []}

    # ---- interrupts ----------------------------------------------------------------------------------------------

    def pre_handler_hook(self) -> None:
        """Before each request."""
        self._was_interrupted = False
        self._saved_handler = signal.signal(signal.SIGINT, self._on_interrupt)

    def post_handler_hook(self) -> None:
        """After it: between requests an interrupt is for nobody."""
        signal.signal(signal.SIGINT, self._saved_handler)

    def _on_interrupt(self, number: int, frame: FrameType | None) -> None:
        # The guest itself is interrupted by the session, also while no Python runs here.
        self._was_interrupted = True
        if self._is_asking:
            raise KeyboardInterrupt

    async def do_shutdown(self, restart: bool) -> dict[str, Any]:
        """On the control thread: a cell that runs is stopped."""
        self._is_ending = True
        for _ in range(2):
            self._branches.cancel()
            await asyncio.sleep(0.05)
        return {"status": "ok", "restart": restart}

    # ---- cells ---------------------------------------------------------------------------------------------------

    async def do_execute(self, code: str, silent: bool, store_history: bool = True,
                         user_expressions: dict[str, str] | None = None, allow_stdin: bool = False, *,
                         cell_meta: Any = None, cell_id: Any = None) -> dict[str, Any]:
        """Runs a cell."""
        self._can_ask = allow_stdin and not silent
        try:
            return self._execute(code, silent, user_expressions or {})
        except _commands.CommandError as error:
            return self._failed("UsageError", str(error), [], silent)
        except Error as error:
            return self._failed(type(error).__name__, plain(str(error)), [], silent)
        except Exception as error:  # without an answer the notebook would wait for ever
            self.log.exception("a cell was not carried out")
            return self._failed(type(error).__name__, plain(str(error)), ["belljar: this is a mistake of the kernel's"], silent)
        finally:
            self._can_ask = False

    def _execute(self, code: str, silent: bool, expressions: dict[str, str]) -> dict[str, Any]:
        commands, source = _commands.split(code)
        for command in commands:
            said = _commands.run(command, self._branches)
            if not silent:
                self._write("stdout", said + "\n")
        if source.strip():
            if self._was_interrupted or self._is_ending:
                return self._failed("KeyboardInterrupt", "interrupted before it began", [], silent)
            self._gave_up = False
            result = self._run(source, silent)
            if self._gave_up and result.status in ("ok", "exception"):
                return self._failed("KeyboardInterrupt", "interrupted while it asked", [], silent)
            if result.error is not None:
                ending = _endings.of(result)
                return self._failed(ending.name, ending.message, ending.lines, silent)
        self._flush()
        return {"status": "ok", "execution_count": self.execution_count, "payload": [],
                "user_expressions": self._evaluate(expressions)}

    def _run(self, source: str, silent: bool) -> RunResult:
        texts = {name: PlainStream() for name in self._streams}
        self._displays = 0

        def on_output(name: str, data: bytes) -> None:
            if not silent:
                self._write(name, texts[name].feed(data))

        def on_display(bundle: dict[str, str]) -> None:
            self._displays += 1
            if not silent and self._displays <= MOST_DISPLAYS:
                self._publish("display_data", {"data": of_bundle(bundle), "metadata": {}, "transient": {}})

        result = self._branches.run(source, f"<cell {self.execution_count}>", on_output, on_display)
        if not silent:
            for name, text in texts.items():
                self._write(name, text.feed(b"", True))
            self._write("stderr", "".join(f"belljar: {line}\n" for line in self._left_out(result)))
            if result.ok and result.display:
                self._publish("execute_result", {"data": of_bundle(result.display), "metadata": {},
                                                 "execution_count": self.execution_count})
        return result

    def _left_out(self, result: RunResult) -> list[str]:
        lines = _endings.dropped(result)
        if self._displays > MOST_DISPLAYS:
            lines.append(f"{self._displays - MOST_DISPLAYS} objects beyond {MOST_DISPLAYS} were not displayed")
        return lines

    def _evaluate(self, expressions: dict[str, str]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, expression in list(expressions.items())[:MOST_EXPRESSIONS]:
            with _queries.Deadline(self._branches.session, _queries.WHEN_ASKED):
                result = self._branches.session.run(expression, filename="<expression>")
            if result.ok:
                values[name] = {"status": "ok", "data": of_bundle(result.display), "metadata": {}}
            else:
                ending = _endings.of(result)
                values[name] = {"status": "error", "ename": ending.name, "evalue": ending.message, "traceback": ending.lines}
        return values

    def _failed(self, name: str, message: str, lines: list[str], silent: bool) -> dict[str, Any]:
        content = {"ename": name, "evalue": message, "traceback": lines or [f"{name}: {message}"]}
        if silent:
            self._flush()
        else:
            self._publish("error", content)
        return {"status": "error", "execution_count": self.execution_count, **content}

    # ---- what the notebook gets ----------------------------------------------------------------------------------

    def _write(self, name: str, text: str) -> None:
        # ipykernel's stream: it sends several times a second at most, however often the guest writes.
        stream = self._streams[name]
        if text:
            stream.set_parent(self.get_parent("shell"))
            stream.write(text)

    def _flush(self) -> None:
        for stream in self._streams.values():
            stream.flush()

    def _publish(self, kind: str, content: dict[str, Any]) -> None:
        self._flush()
        self.send_response(self.iopub_socket, kind, content, channel="shell")

    def _input(self, prompt: object = "") -> str:
        """The guest's input(), on the thread that runs it."""
        if not self._can_ask:
            raise EOFError("EOF when reading a line: this frontend does not ask for input")
        self._flush()
        self._is_asking = True
        try:
            if self._was_interrupted:
                raise KeyboardInterrupt
            return str(self._input_request(plain(str(prompt)[:LONGEST_PROMPT]), self._shell_parent_ident.get(),
                                           self.get_parent("shell")))
        except KeyboardInterrupt:
            # The interrupt reaches the guest by another way, and may come after its last line.
            self._gave_up = True
            raise EOFError("interrupted") from None
        finally:
            self._is_asking = False

    # ---- while somebody types ------------------------------------------------------------------------------------

    async def do_complete(self, code: str, cursor_pos: int | None) -> dict[str, Any]:
        """Names, attributes, keys and modules, from the live session; commands."""
        cursor = len(code) if cursor_pos is None else cursor_pos
        before = code[:cursor]
        line = before[before.rfind("\n") + 1:].lstrip()
        if line.startswith("%") and line == before.lstrip():
            replaced, candidates = line, _commands.starting(line)
        else:
            replaced, candidates = _queries.complete(self._branches.session, before)
        return {"status": "ok", "matches": candidates, "cursor_start": cursor - len(replaced), "cursor_end": cursor, "metadata": {}}

    async def do_inspect(self, code: str, cursor_pos: int | None, detail_level: int = 0, omit_sections: Any = ()) -> dict[str, Any]:
        """What the name at the cursor is."""
        name = _queries.name_at(code, len(code) if cursor_pos is None else cursor_pos)
        text = _queries.describe(self._branches.session, name) if name else None
        return {"status": "ok", "found": text is not None, "data": {} if text is None else {"text/plain": text}, "metadata": {}}

    async def do_is_complete(self, code: str) -> dict[str, Any]:
        """Asked of the session, whose Python may be newer than the kernel's."""
        commands, source = _commands.split(code)
        if commands and not source.strip():
            return {"status": "complete"}
        is_finished, indentation = _queries.progress(self._branches.session, source)
        return {"status": "complete"} if is_finished else {"status": "incomplete", "indent": indentation}


class _App(IPKernelApp):
    """ipykernel's, without what is for a kernel that runs code itself."""

    name = "belljar-kernel"
    kernel_class = BelljarKernel
    outstream_class = None  # type: ignore[assignment]  # what the kernel itself prints is for its log
    ignore_cwd = True  # nothing is imported from the notebook's folder


def launch(connection_file: str, policy: Policy) -> None:
    """Is a kernel until Jupyter ends it."""
    BelljarKernel.policy = policy
    _App.launch_instance(argv=[], connection_file=connection_file)
