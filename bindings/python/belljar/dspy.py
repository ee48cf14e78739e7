"""belljar for DSPy: `BelljarInterpreter` in place of `dspy.PythonInterpreter`.

    import dspy
    from belljar.dspy import BelljarInterpreter

    dspy.configure(interpreter_factory=BelljarInterpreter)
"""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import json
import keyword
import os
import threading
import weakref
from typing import TYPE_CHECKING, Any

try:
    from dspy.primitives.code_interpreter import CodeExecutionError, CodeInterpreterError, FinalOutput
    from dspy.utils.callback import with_callbacks
except ImportError as error:
    raise ImportError("belljar.dspy needs dspy 3.4 or later: pip install 'dspy>=3.4.1'") from error

from . import _dspy_values as values
from ._errors import Error
from ._for_model import for_model
from ._policy import Policy
from ._session import Session
from ._tools import Prepared, Tool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ._result import RunResult

# Contexts and answers of language models are longer than what tools usually pass.
_ROOMY = {"tool_bytes": "16M", "value": "16M"}

# In the sandbox: all of DSPy's tools and SUBMIT are functions that end up in this one. What cannot cross as it is, a set
# say, goes as JSON would have it.
_PRELUDE = """
def _belljar_call(name, args, kwargs):
    try:
        answer = _belljar_host(name, args, kwargs)
    except TypeError as refused:
        import json
        try:
            args, kwargs = json.loads(json.dumps([args, kwargs], default=list))
        except (TypeError, ValueError):
            raise refused from None
        answer = _belljar_host(name, args, kwargs)
    if "error" in answer:
        raise RuntimeError(answer["error"])
    return answer["value"]
"""


class _Submission(BaseException):
    """Leaves the run when the code has called SUBMIT. Raised on the host: the code cannot catch it."""

    def __init__(self, output: dict[str, Any]) -> None:
        super().__init__()
        self.output = output


class BelljarInterpreter:
    """Runs the code of DSPy's modules (RLM, ProgramOfThought, CodeAct, Flex) in a belljar session of its own.

    tools          {"search": search}: functions of the host, `def` or `async def`, that the code may call; DSPy adds its own.
                   Their arguments are what the code chose: check them. What they raise is RuntimeError("Name: message") in
                   the code; the run's wall clock stands still while they work
    output_fields  [{"name": "answer", "type": "str"}]: the parameters of SUBMIT; None: SUBMIT(output)
    enable_read_paths, enable_write_paths   files or folders of the host, in the sandbox as /sandbox/NAME. What is written
                   there is written to the host's at once, or with `sync_files=False` nowhere
    enable_env_vars         names of environment variables that the code may see
    enable_network_access   hosts, "example.com" or "example.com:8080", that it may send HTTP requests to
    callbacks      dspy.BaseCallback objects of this interpreter
    grants         any argument of `belljar.Policy` but `tools`: memory, cpu, wall, mounts, allow_net, image, ...

    A session is opened at the first `execute()` and ends with `shutdown()`, for good. One thread at a time, any thread.
    InvalidArgumentError or TypeError names what of the arguments makes no sense.
    """

    execution_instructions = (
        "Python 3.14 with its standard library in a sandbox. State persists across executions. There are no threads, "
        "subprocesses or packages to install, and no network or files of the host unless they were granted. An execution that "
        "takes too much time or memory is stopped and says so; the session goes on."
    )

    def __init__(self, tools: dict[str, Callable[..., Any]] | None = None, output_fields: list[dict[str, Any]] | None = None, *,
                 enable_read_paths: Iterable[str | os.PathLike[str]] | None = None,
                 enable_write_paths: Iterable[str | os.PathLike[str]] | None = None,
                 enable_env_vars: Iterable[str] | None = None, enable_network_access: Iterable[str] | None = None,
                 sync_files: bool = True, callbacks: list[Any] | None = None, **grants: Any) -> None:
        if tools is not None and not hasattr(tools, "items"):
            raise TypeError(f'tools must be a dict such as {{"search": search}}, not {type(tools).__name__}')
        self.tools = dict(tools or {})
        self.output_fields = output_fields
        self.callbacks = list(callbacks or [])
        answer = weakref.WeakMethod(self._answer)  # the policy must not keep alive who has it
        self._grants = _granted(grants, enable_read_paths, enable_write_paths, enable_env_vars, enable_network_access, sync_files)
        self._policy = Policy(**self._grants,
                              tools=[Tool(lambda name, args, kwargs: answer()(name, args, kwargs), name="_belljar_host",
                                          doc="", waits=True, reraise=True)])
        self._session: Session | None = None
        self._installed: dict[str, str] = {}
        self._known: dict[str, Prepared] = {}
        self._ended = False
        self._in_use = threading.Lock()

    @classmethod
    def factory(cls, **options: Any) -> InterpreterFactory:
        """What `interpreter_factory=` wants where the interpreter takes arguments:
        `dspy.RLM(..., interpreter_factory=BelljarInterpreter.factory(memory="1G"))`. Their limits and grants are told to the
        model. Wrong arguments are refused here."""
        return InterpreterFactory(cls, options)

    # ---- DSPy's protocol -----------------------------------------------------------------------------------------

    @with_callbacks
    def start(self) -> None:
        """Opens the session, if it is not open yet. CodeInterpreterError after `shutdown()`, or when there is no room."""
        if self._ended:
            raise CodeInterpreterError("The interpreter's session has ended; create a new interpreter for a fresh session.")
        if self._session is None:
            try:
                self._session = Session(self._policy)
            except Error as error:
                raise CodeInterpreterError(str(error)) from error

    @with_callbacks
    def execute(self, code: str, variables: dict[str, Any] | None = None) -> Any:
        """Runs `code` after `variables` were set. FinalOutput when it called SUBMIT; else the value of its last expression,
        as JSON has it or else as its repr; when there is none what it printed, "" for nothing.

        SyntaxError; CodeExecutionError: it raised, exited or was stopped at a limit, and the session goes on.
        CodeInterpreterError: a variable that cannot cross, a use from one of its tools, no session. What a tool raises that
        is no Exception (KeyboardInterrupt) is raised as it is.
        """
        if not self._in_use.acquire(blocking=False):
            raise CodeInterpreterError("The interpreter cannot execute recursively from one of its tools, nor for two threads "
                                       "at the same time: use one interpreter for each.")
        try:
            if self._session is None:
                self.start()
            assert self._session is not None
            self._install(self._session)
            for name, value in (variables or {}).items():
                values.define(self._session, name, value)
            return _outcome(self._session.run(code))
        except _Submission as submission:
            return FinalOutput(submission.output)
        except Error as error:
            raise CodeInterpreterError(str(error)) from error
        finally:
            self._in_use.release()

    @with_callbacks
    def shutdown(self) -> None:
        """Ends the session. Again: nothing."""
        self._ended = True
        if self._session is not None:
            self._session.close()
            self._session = None

    def __call__(self, code: str, variables: dict[str, Any] | None = None) -> Any:
        return self.execute(code, variables)

    def __enter__(self) -> BelljarInterpreter:
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()

    # ---- tools and SUBMIT ----------------------------------------------------------------------------------------

    @with_callbacks
    def invoke_tool(self, tool_name: str, kwargs: dict[str, Any], args: Iterable[Any] = ()) -> Any:
        """Calls one of the tools, on the host. CodeInterpreterError when there is none of that name."""
        if tool_name not in self.tools:
            raise CodeInterpreterError(f"Unknown tool: {tool_name}")
        result = self.tools[tool_name](*args, **kwargs)
        return _awaited(result) if inspect.isawaitable(result) else result

    def _answer(self, name: object, args: object, kwargs: object) -> dict[str, Any]:
        """All that the code calls. It can do so past the functions that were made for it: nothing is taken for granted."""
        if not isinstance(name, str) or not isinstance(args, list) or not isinstance(kwargs, dict):
            return {"error": "TypeError: use the function that was given to you"}
        if name == "SUBMIT":
            names = self._submitted_names()
            if args or set(kwargs) != set(names):
                return {"error": f"TypeError: SUBMIT takes {', '.join(names)}"}
            raise _Submission(kwargs)
        try:
            if name in self.tools:
                self._prepared(name).check(len(args), kwargs)
            return {"value": values.answered(self.invoke_tool(name, kwargs, args))}
        except Exception as error:
            return {"error": f"{type(error).__name__}: {error}"}

    def _prepared(self, name: str) -> Prepared:
        known = self._known.get(name)
        if known is None or known.function is not self.tools[name]:
            known = self._known[name] = Prepared(Tool(self.tools[name]), name)
        return known

    def _submitted_names(self) -> list[str]:
        return [field["name"] for field in self.output_fields] if self.output_fields else ["output"]

    def _install(self, session: Session) -> None:
        """Makes the functions that the code calls, where they are new or other than they were."""
        for name in self.tools:
            _check_name(name, "tool")
        sources = {name: _function(self._prepared(name)) for name in self.tools}
        sources["SUBMIT"] = _submit(self.output_fields)
        if sources == self._installed:
            return
        changed = [source for name, source in sources.items() if self._installed.get(name) != source]
        gone = [f"globals().pop({name!r}, None)" for name in self._installed if name not in sources]
        session.run("\n".join([_PRELUDE, *changed, *gone]), filename="<belljar>").raise_for_status()
        self._installed = sources


class InterpreterFactory:
    """Makes interpreters with the same options (`BelljarInterpreter.factory`). Threads may share it."""

    def __init__(self, kind: type[BelljarInterpreter], options: dict[str, Any]) -> None:
        self._kind, self._options = kind, options
        made = kind(**options)  # says what makes no sense now, not in the middle of a program
        self.execution_instructions = "State persists across executions. " + Policy(**made._grants).explain_to_model()

    def __call__(self) -> BelljarInterpreter:
        return self._kind(**self._options)


def _granted(grants: dict[str, Any], read: Iterable[Any] | None, write: Iterable[Any] | None, env: Iterable[str] | None,
             hosts: Iterable[str] | None, sync_files: bool) -> dict[str, Any]:
    """The arguments of a Policy, with what dspy.PythonInterpreter calls otherwise put among them."""
    granted = {**_ROOMY, **grants}
    mounts = list(granted.pop("mounts", None) or [])
    for path in map(os.fspath, write or []):
        if not os.path.exists(path):
            open(path, "a").close()
        mounts.append(_mount(path, "rw" if sync_files else "cow"))
    written = {os.path.realpath(path) for path in write or []}
    mounts += [_mount(path, "ro") for path in map(os.fspath, read or []) if os.path.realpath(path) not in written]
    rules = list(granted.pop("allow_net", None) or [])
    rules += [f"* {scheme}://{host}/" for host in hosts or [] for scheme in ("https", "http")]
    variables = dict(granted.pop("env", None) or {})
    variables.update({name: os.environ[name] for name in env or [] if name in os.environ})
    for name, value in (("mounts", mounts), ("allow_net", rules), ("env", variables)):
        if value:
            granted[name] = value
    return granted


def _mount(path: str, mode: str) -> str:
    path = os.path.abspath(path)
    return f"{os.path.realpath(path)}:/sandbox/{os.path.basename(path)}:{mode}"


def _check_name(name: object, what: str) -> None:
    if not isinstance(name, str) or not name.isidentifier() or keyword.iskeyword(name):
        raise CodeInterpreterError(f"Invalid {what} name: {name!r}. Use a Python identifier.")


def _function(prepared: Prepared) -> str:
    """The source of the sandbox's function for a tool: same signature, same docstring."""
    name = prepared.name
    if name == "SUBMIT":
        raise CodeInterpreterError("SUBMIT is DSPy's own: give the tool another name.")
    if not prepared.signature:
        return _source(name, "(*args, **kwargs)", prepared.doc, "[*args], {**kwargs}")
    by_position, by_name = [], []
    for parameter in inspect.signature(prepared.function).parameters.values():
        if parameter.kind is parameter.VAR_POSITIONAL:
            by_position.append("*" + parameter.name)
        elif parameter.kind is parameter.VAR_KEYWORD:
            by_name.append("**" + parameter.name)
        elif parameter.name in prepared.visible and parameter.name not in prepared.leading:
            # DSPy calls tools by keyword, which is all that some of them take.
            by_name.append(f"{parameter.name!r}: {parameter.name}")
        elif parameter.name not in prepared.hidden:
            by_position.append(parameter.name)
    return _source(name, prepared.signature, prepared.doc, f"[{', '.join(by_position)}], {{{', '.join(by_name)}}}")


def _submit(fields: list[dict[str, Any]] | None) -> str:
    for field in fields or []:
        _check_name(field.get("name"), "output field")
    names = [field["name"] for field in fields or []] or ["output"]
    types = [field.get("type") for field in fields or []] or [None]
    signature = ", ".join(name + (f": {kind}" if isinstance(kind, str) and kind.isidentifier() else "")
                          for name, kind in zip(names, types))
    arguments = "[], {" + ", ".join(f"{name!r}: {name}" for name in names) + "}"
    return _source("SUBMIT", f"({signature})", "Ends the task with this output.", arguments)


def _source(name: str, signature: str, doc: str, arguments: str) -> str:
    return f"def {name}{signature}:\n    {doc!r}\n    return _belljar_call({name!r}, {arguments})\n"


def _outcome(result: RunResult) -> Any:
    if result.error is not None:
        if result.error.type in ("SyntaxError", "IndentationError", "TabError"):
            raise SyntaxError("Invalid Python syntax. " + for_model(result))
        raise CodeExecutionError(for_model(result))
    if result.display and result.value_dropped:
        raise CodeExecutionError(f"The value of the last expression is {result.value_dropped} bytes too large: print or SUBMIT "
                                 "a part of it.")
    if "application/json" in result.display:
        return json.loads(result.display["application/json"])
    if result.text is not None:
        return result.text
    if result.stdout_dropped:
        return f"{result.stdout}\n[{result.stdout_dropped} more bytes were printed and dropped: print less]\n"
    return result.stdout


def _awaited(awaitable: Any) -> Any:
    """The result of a tool that is `async def`, which the code waits for."""
    async def wait() -> Any:
        return await awaitable

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(wait())
    # The loop of this thread is busy with whoever called the module.
    outcome: list[Any] = []

    def run() -> None:
        try:
            outcome.extend((asyncio.run(wait()), None))
        except BaseException as error:
            outcome.extend((None, error))

    thread = threading.Thread(target=contextvars.copy_context().run, args=(run,), name="belljar-dspy-tool")
    thread.start()
    thread.join()
    result, error = outcome
    if error is not None:
        raise error
    return result
