"""smolagents' agents that run their code in a sandbox of belljar's.

    >>> from belljar.smolagents import BelljarExecutor
    >>> agent = CodeAgent(tools=[...], model=model, executor=BelljarExecutor())

The guide: docs/guide/smolagents.md.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

try:
    from smolagents.local_python_executor import DEFAULT_MAX_LEN_OUTPUT, CodeOutput, InterpreterError, PythonExecutor
    from smolagents.utils import BASE_BUILTIN_MODULES, AgentExecutionError, truncate_content
except ImportError as error:
    raise ImportError("belljar.smolagents needs smolagents 1.26 or later: pip install 'smolagents>=1.26'") from error

from . import _smolagents_tools
from ._errors import BusyError, Error, InvalidArgumentError, NotFoundError
from ._plain import plain
from ._policy import Policy
from ._session import Session

if TYPE_CHECKING:
    from ._result import RunResult

__all__ = ["BelljarExecutor", "ExecutionError"]

_MOST_ERROR = 10_000  # characters of a traceback that the model gets


class ExecutionError(InterpreterError, AgentExecutionError):
    """The code of a step failed, or was stopped. The message is for the model: what the guest's traceback says, and
    what to do about it. Both what smolagents' local executor raises and what its remote ones do.

    logs    what the code had printed, shortened as in `CodeOutput`
    result  the whole `belljar.RunResult`
    """

    def __init__(self, message: str, logs: str, result: RunResult) -> None:
        super().__init__(message)
        self.message = message
        self.logs = logs
        self.result = result


class BelljarExecutor(PythonExecutor):
    """Runs the code of a `smolagents.CodeAgent` in one belljar session: `CodeAgent(..., executor=BelljarExecutor())`.

    additional_authorized_imports   modules that the code may import beside smolagents' own list; ["*"]: any. Of "a.b"
                and "a.*" the first name counts. Give the agent the same list: it tells the model. InvalidArgumentError
                when the sandbox has no such module
    max_print_outputs_length    characters of print outputs that the model gets of one step (50 000)
    additional_functions        {"name": function}: more tools, which the agent need not know
    grants      arguments of `belljar.Policy`: cpu=5, memory="512M", mounts=[...], allow_net=[...], image=...; its
                limits are for one step. Tools and modules come as above

    Tools and managed agents run on the host, each call on a thread of its own; the wall clock of the step stands still
    meanwhile. One agent, one executor: BusyError when a managed agent has that of its manager. `with`, or the agent's
    own, ends the session; so does `cleanup()`. One thread at a time.
    """

    def __init__(self, additional_authorized_imports: Iterable[str] = (), *,
                 max_print_outputs_length: int | None = None,
                 additional_functions: Mapping[str, Callable[..., Any]] | None = None, **grants: Any) -> None:
        if "tools" in grants or "modules" in grants:
            raise InvalidArgumentError("tools and modules are not arguments of BelljarExecutor",
                                       "use additional_functions and additional_authorized_imports")
        if max_print_outputs_length is None:
            max_print_outputs_length = DEFAULT_MAX_LEN_OUTPUT
        if not isinstance(max_print_outputs_length, int) or max_print_outputs_length < 1:
            raise InvalidArgumentError(f"max_print_outputs_length={max_print_outputs_length!r} is no number above 0",
                                       f"the default is {DEFAULT_MAX_LEN_OUTPUT}")
        additional = _module_names(additional_authorized_imports)
        self.max_print_outputs_length: int = max_print_outputs_length
        self.authorized_imports: list[str] = sorted({*BASE_BUILTIN_MODULES, *additional})
        self.state: dict[str, Any] = {"_print_outputs": ""}
        """What the agent reads after an error: `_print_outputs`, the logs of the last step. The guest's variables are
        in `session`."""
        self._grants = grants
        self._functions = dict(additional_functions or {})
        self._tools: dict[str, Callable[..., Any]] = dict(self._functions)
        self._crossing = _smolagents_tools.Crossing()
        self._session: Session | None = None
        self._is_running = False
        self._policy()  # says what in the arguments makes no sense
        _check_installed(additional, grants.get("image"))

    @property
    def session(self) -> Session:
        """The live session, for its variables and files: `executor.session.read_file("chart.svg")`. Opened when first
        needed; another one after `send_tools` with other tools, and after `cleanup`."""
        if self._session is None:
            self._session = Session(self._policy())
        return self._session

    # ---- what smolagents calls ---------------------------------------------------------------------------------------

    def send_tools(self, tools: Mapping[str, Callable[..., Any]]) -> None:
        """Gives the code these tools, and no others, from now on. Variables and files stay."""
        self._refuse_while_running()
        wanted = {**tools, **self._functions}
        if wanted.keys() == self._tools.keys() and all(wanted[name] is self._tools[name] for name in wanted):
            return
        before, self._tools = self._tools, wanted
        try:
            if self._session is None:
                self._policy()
                return
            # The tools of a session are fixed: so the state goes on in another one.
            old = self._session
            self._session = Session.resume(old.snapshot(), self._policy(is_resumed=True))
            old.close()
        except BaseException:
            self._tools = before
            raise

    def send_variables(self, variables: Mapping[str, Any]) -> None:
        """Sets global variables to copies of these. ConversionError names what cannot cross, such as `rows[3].when`."""
        self._refuse_while_running()
        for name, value in variables.items():
            self.session[name] = self._crossing.to_guest(value, str(name))

    def __call__(self, code_action: str) -> CodeOutput:
        """Runs the code of one step. Its output is the value of the last expression, where that is JSON-shaped, else
        its `repr()`; or the final answer, when the code has called the tool `final_answer`. ExecutionError."""
        self._refuse_while_running()
        session, printed = self.session, _Printed()
        self._is_running = True
        try:
            result = session.run(code_action, on_output=printed.write)
        except _smolagents_tools.FinalAnswer as answer:
            return CodeOutput(output=answer.value, logs=self._logs(printed), is_final_answer=True)
        finally:
            self._is_running = False
            self.state["_print_outputs"] = self._logs(printed)
        shadowed = self._shadowed(code_action, result)
        dropped = result.stdout_dropped + result.stderr_dropped
        if dropped:
            printed.note(f"..._{dropped} more bytes were printed and dropped_...")
        if result.ok and "final_answer" in shadowed:
            printed.note("Note: this was no final answer. " + _hint_of_shadowed(["final_answer"]))
        logs = self.state["_print_outputs"] = self._logs(printed)
        if not result.ok:
            raise ExecutionError(_explain(result, shadowed), logs, result)
        output = result.value if "application/json" in result.display else result.text
        return CodeOutput(output=output, logs=logs, is_final_answer=False)

    def cleanup(self) -> None:
        """Ends the session. The executor can be used again and begins with a fresh one."""
        if self._session is not None:
            self._session.close()
        self._session = None
        self._crossing = _smolagents_tools.Crossing()

    delete = cleanup

    def __enter__(self) -> BelljarExecutor:
        return self

    def __exit__(self, *_: object) -> None:
        self.cleanup()

    # ---- inside ------------------------------------------------------------------------------------------------------

    def _policy(self, is_resumed: bool = False) -> Policy:
        grants = dict(self._grants)
        if is_resumed:
            grants.pop("workspace", None)  # the files of the state, not those of the beginning
        if "*" not in self.authorized_imports:
            grants["modules"] = sorted({name.partition(".")[0] for name in self.authorized_imports})
        tools = [_smolagents_tools.for_guest(name, tool, self._crossing) for name, tool in self._tools.items()]
        return Policy(tools=tools, **grants)

    def _refuse_while_running(self) -> None:
        if self._is_running:
            raise BusyError("this BelljarExecutor is running code",
                            "give each agent, managed ones too, an executor of its own")

    def _logs(self, printed: _Printed) -> str:
        return truncate_content(printed.text(), self.max_print_outputs_length)

    def _shadowed(self, code: str, result: RunResult) -> list[str]:
        """The tools named in the code in whose place it has put something else."""
        if result.ok and "final_answer" not in code:
            return []
        return [name for name in self._tools if re.search(rf"\b{re.escape(name)}\b", code) and self._has_variable(name)]

    def _has_variable(self, name: str) -> bool:
        try:
            self.session[name]
        except NotFoundError:
            return False
        except Error:
            pass  # it is there, and cannot cross
        return True


class _Printed:
    """Both streams in the order in which they were written. Control characters come out as text: an agent shows its
    logs on a terminal."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._decoders: dict[str, codecs.IncrementalDecoder] = {}

    def write(self, stream: str, data: bytes) -> None:
        if stream not in self._decoders:
            self._decoders[stream] = codecs.getincrementaldecoder("utf-8")("replace")
        self._parts.append(self._decoders[stream].decode(data))

    def note(self, text: str) -> None:
        self._parts.append(("" if self.text()[-1:] in ("", "\n") else "\n") + text + "\n")

    def text(self) -> str:
        return plain("".join(self._parts))


def _module_names(names: Iterable[str]) -> list[str]:
    listed = [names] if isinstance(names, bytes) else list(names or ())
    if isinstance(names, str) or not all(isinstance(name, str) and name for name in listed):
        raise InvalidArgumentError(f"additional_authorized_imports={names!r} is no list of names",
                                   'write ["json", "os.path"]')
    return listed


def _check_installed(names: list[str], image: Any) -> None:
    wanted = sorted({name.partition(".")[0] for name in names} - {"*"})
    if not wanted:
        return
    with Session(image=image) as session:
        session["wanted"] = wanted
        looked = session.run("from importlib.util import find_spec\n[name for name in wanted if not find_spec(name)]")
    missing = looked.raise_for_status().value
    if missing:
        raise InvalidArgumentError(f"the sandbox has no module {', '.join(missing)}",
                                   "packages come in an image: `belljar image build NAME --output tools.bjimg`, then "
                                   "BelljarExecutor(..., image='tools.bjimg'); compiled code cannot be in one")


# ---- what the model is told ------------------------------------------------------------------------------------------

_HINTS = {
    "exit": "Do not leave with sys.exit(): let the code end, or call final_answer(...).",
    "time_limit": "Do less in one step, or use a faster way.",
    "memory_limit": "There was not enough memory: work on less data at a time.",
    "MemoryError": "There was not enough memory: work on less data at a time.",
    "EOFError": "Nobody can answer input() here: use the variables and tools that you have.",
}
# The text is the guest's, and decides about nothing but what the model reads.
_NOT_ALLOWED = re.compile(r"the module '([\w.]+)' is not allowed here")
_NOT_FOUND = re.compile(r"No module named '([\w.]+)'")


def _explain(result: RunResult, shadowed: list[str]) -> str:
    error = result.error
    assert error is not None
    what, hints = f"{error.type}: {error.message}", []
    if result.status == "exception":
        if found := _NOT_ALLOWED.match(error.message):
            # smolagents looks for these words, to tell the user about `additional_authorized_imports`.
            hints.append(f"Import of {found[1]} is not allowed. Use the modules that are, or a tool.")
        else:
            what = error.traceback or what
        if found := _NOT_FOUND.match(error.message):
            hints.append(f"{found[1]} is not in this sandbox, and nothing can be installed: use the standard library, "
                         "or a tool.")
    if result.rolled_back:
        hints.append("Nothing of this step has remained: variables and files are as they were before it.")
    elif result.status == "time_limit":
        hints.append("What the step did until then has remained.")
    hints += [_HINTS[kind] for kind in (result.status, error.type) if kind in _HINTS]
    if shadowed:
        hints.append(_hint_of_shadowed(shadowed))
    return "\n".join(["Code execution failed:", truncate_content(plain(what).rstrip("\n"), _MOST_ERROR), *hints])


def _hint_of_shadowed(names: list[str]) -> str:
    name = ", ".join(names)
    return f"Your code has put something of its own in the place of the tool {name}: `del {name}` brings the tool back."
