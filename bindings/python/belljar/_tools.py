"""Python's functions as tools of a guest."""

from __future__ import annotations

import os
import threading

from . import _native
from ._errors import InvalidArgumentError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import asyncio
    import inspect
    from collections.abc import Callable, Coroutine, Iterable, Mapping
    from typing import Any

    Tools = Mapping[str, "Callable[..., Any] | Tool"] | Iterable["Callable[..., Any] | Tool"]


class Tool:
    """A function of the host's that a guest may call, where the function alone does not say enough.

    function    `def` or `async def`. Its arguments are what hostile code chose: check them. They arrive as copies, and so
                does the result: None, bool, int, float, str, bytes, list, dict with str keys (docs/guide/python.md). An
                exception becomes one of Python's built-in exceptions in the guest, with its message
    name        in the guest; default: the function's
    signature   such as "(symbol: str, currency: str = 'EUR') -> float"; default: the function's
    doc         default: the function's docstring
    awaitable   whether the guest awaits it. Default: when the function is `async def`. False with `async def`: the guest
                calls it plainly and waits. True with `def`: it runs on a thread, several at the same time
    waits       it may take long (a person's approval, a slow service): the run's wall clock stands still meanwhile
    reraise     an exception of the function ends the run, and `run()` raises it as it is, traceback and all
    max_calls   in one run; beyond them the guest gets RuntimeError
    timeout     seconds after which the guest gets TimeoutError; None: never

    It is called on the thread that runs the guest; `async def` runs on the event loop of `arun()`, or with `run()` on one
    in the background. It must not use the session that calls it (BusyError).
    """

    def __init__(self, function: Callable[..., Any], *, name: str | None = None, signature: str | None = None,
                 doc: str | None = None, awaitable: bool | None = None, waits: bool = False, reraise: bool = False,
                 max_calls: int = 10_000, timeout: float | None = None) -> None:
        if not callable(function):
            raise InvalidArgumentError(f"a tool must be callable, and {type(function).__name__} is not", "pass a function")
        self.function = function
        self.name = name if name is not None else getattr(function, "__name__", type(function).__name__)
        self.signature = signature
        self.doc = doc
        self.awaitable = awaitable
        self.waits = waits
        self.reraise = reraise
        self.max_calls = max_calls
        self.timeout = timeout

    def __repr__(self) -> str:
        return f"Tool({self.name})"


def all_of(tools: Tools) -> list[Prepared]:
    """Of a mapping from names, or of functions that have names."""
    if callable(tools) or isinstance(tools, (str, bytes)):
        raise InvalidArgumentError("tools must be a dict or a list of functions", 'pass tools={"price": price}')
    named = tools.items() if hasattr(tools, "items") else ((None, tool) for tool in tools)
    return [Prepared(tool if isinstance(tool, Tool) else Tool(tool), name) for name, tool in named]


class Prepared:
    """What bindings/python/src/tools.cc reads."""

    def __init__(self, tool: Tool, name: object) -> None:
        import inspect
        if name is None:
            name = tool.name
        if not isinstance(name, str):
            raise InvalidArgumentError(f"the name of a tool must be str, not {type(name).__name__}", 'use tools={"price": price}')
        self.name = name
        self.is_coroutine = is_async = _is_coroutine_function(tool.function)
        self.function = tool.function
        self.is_async = is_async if tool.awaitable is None else bool(tool.awaitable)
        if is_async and not self.is_async:
            self.function, self.is_coroutine = _Blocking(tool.function), False
        self.waits, self.reraises = bool(tool.waits), bool(tool.reraise)
        self.max_calls = _checked(tool.max_calls, "max_calls", 2**32 - 1)
        self.timeout_ns = 0 if tool.timeout is None else _checked(tool.timeout * 1_000_000_000, "timeout", 2**62)
        doc = inspect.getdoc(tool.function) if tool.doc is None else tool.doc
        self.doc = doc or ""
        self.signature = tool.signature if tool.signature is not None else _signature_of(tool.function)
        self._read_signature(self.signature)

    def _read_signature(self, signature: str) -> None:
        """What a call may bring, by the signature that the guest sees."""
        self.visible: list[str] = []
        self.hidden: list[str] = []
        self.leading: list[str] = []
        self.max_positional, self.takes_more_names = 2**32, True
        if not signature:
            return
        import ast
        try:
            module = ast.parse(f"def f{signature}: pass")
        except (SyntaxError, ValueError) as error:
            raise InvalidArgumentError(f"the signature of the tool {self.name!r} is not one: {error}",
                                       "write it as in a def: \"(symbol: str, currency: str = 'EUR') -> float\"") from None
        shown = module.body[0].args  # type: ignore[attr-defined]
        by_name = [p.arg for p in shown.args]
        self.visible = by_name + [p.arg for p in shown.kwonlyargs]
        if shown.vararg is None:
            self.max_positional = len(shown.posonlyargs)
        else:
            self.leading = by_name
        self.takes_more_names = shown.kwarg is not None
        known = {*self.visible, *(p.arg for p in shown.posonlyargs)}
        self.hidden = [name for name in _names_of(self.function) if name not in known]

    def check(self, positional: int, named: Iterable[str]) -> None:
        """TypeError when a call brings what the signature does not show: what tools.cc checks for the others."""
        if positional > self.max_positional:
            raise TypeError(f"{self.name}() got too many arguments")
        for name in named:
            if name not in self.visible and (not self.takes_more_names or name in self.hidden):
                raise TypeError(f"{self.name}() got an unexpected keyword argument '{name}'")


def _signature_of(function: Callable[..., Any]) -> str:
    """As the guest sees it. What has a default that only the host knows (an object, a connection) is not shown: the host's
    default holds."""
    import inspect
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return ""  # built-in functions need not have one: any arguments go
    parameters = [p for p in signature.parameters.values() if p.default is p.empty or _literal(p.default) is not None]
    _refuse_gaps(parameters, list(signature.parameters.values()))
    text = "(" + ", ".join(_with_markers(parameters)) + ")"
    annotation = "" if signature.return_annotation is inspect.Signature.empty else _annotation(signature.return_annotation)
    return text + (f" -> {annotation}" if annotation else "")


def _refuse_gaps(shown: list[inspect.Parameter], parameters: list[inspect.Parameter]) -> None:
    """What goes by position must not slip into the place of a parameter that is not shown."""
    by_position = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    gets_positions = any(p.kind is p.VAR_POSITIONAL for p in parameters)
    last = len(by_position) if gets_positions else sum(p.kind is p.POSITIONAL_ONLY for p in by_position)
    for parameter in by_position[:last]:
        if parameter not in shown:
            raise InvalidArgumentError(f"the parameter {parameter.name!r} of a tool has a default that cannot be shown to the guest",
                                       "make it keyword-only")


def _names_of(function: Callable[..., Any]) -> list[str]:
    import inspect
    try:
        return list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return []


def _parameter(parameter: inspect.Parameter) -> str:
    star = "*" if parameter.kind is parameter.VAR_POSITIONAL else "**" if parameter.kind is parameter.VAR_KEYWORD else ""
    annotation = "" if parameter.annotation is parameter.empty else _annotation(parameter.annotation)
    text = f"{star}{parameter.name}" + (f": {annotation}" if annotation else "")
    if parameter.default is parameter.empty:
        return text
    return f"{text}{' = ' if annotation else '='}{_literal(parameter.default)}"


def _checked(value: object, name: str, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= most:
        raise InvalidArgumentError(f"{name} of a tool must be a number above 0", "see belljar.Tool")
    return int(value)


def _with_markers(parameters: list[inspect.Parameter]) -> list[str]:
    """With `/` after the positional-only ones, and `*` before those that go by keyword only."""
    made = [_parameter(p) for p in parameters if p.kind is p.POSITIONAL_ONLY]
    if made:
        made.append("/")
    has_star = any(p.kind is p.VAR_POSITIONAL for p in parameters)
    for parameter in parameters:
        if parameter.kind is parameter.POSITIONAL_ONLY:
            continue
        if parameter.kind is parameter.KEYWORD_ONLY and not has_star:
            made.append("*")
            has_star = True
        made.append(_parameter(parameter))
    return made


def _annotation(annotation: object) -> str:
    """An annotation as an expression on one line; "" when it cannot be written as one."""
    import ast
    import inspect
    text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    try:
        return ast.unparse(ast.parse(text.strip(), mode="eval")).replace("\n", " ")
    except (SyntaxError, ValueError, RecursionError):
        return ""


def _literal(value: object, depth: int = 0) -> str | None:
    """`value` as source; None when it is nothing that a guest could be told."""
    if value is None or type(value) in (bool, int, str, bytes):
        return repr(value)
    if type(value) is float:
        return repr(value) if value - value == 0 else f"float({str(value)!r})"
    if type(value) not in (list, tuple, dict) or depth > 10:
        return None
    if isinstance(value, dict):
        keys = [_literal(key, depth + 1) for key in value]
        items = [_literal(item, depth + 1) for item in value.values()]
        return None if None in keys or None in items else "{" + ", ".join(f"{k}: {v}" for k, v in zip(keys, items)) + "}"
    items = [_literal(item, depth + 1) for item in value]  # type: ignore[attr-defined]
    if None in items:
        return None
    inside = ", ".join(items)  # type: ignore[arg-type]
    return f"[{inside}]" if isinstance(value, list) else f"({inside}{',' if len(items) == 1 else ''})"


def _is_coroutine_function(function: object) -> bool:
    import inspect
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(getattr(function, "__call__", None))


# ---- functions that are `async def` ------------------------------------------------------------------------------

_lock = threading.Lock()
_background: asyncio.AbstractEventLoop | None = None
_under_way: set[asyncio.Task[None]] = set()  # an event loop holds its tasks weakly


def _background_loop() -> asyncio.AbstractEventLoop:
    global _background
    import asyncio
    with _lock:
        if _background is None or _background.is_closed():
            _background = asyncio.new_event_loop()
            threading.Thread(target=_background.run_forever, name="belljar-tools", daemon=True).start()
        return _background


def _after_fork() -> None:
    global _lock, _background
    _lock = threading.Lock()
    _background = None
    _under_way.clear()


os.register_at_fork(after_in_child=_after_fork)


def start(loop: asyncio.AbstractEventLoop | None, function: Callable[..., Coroutine[Any, Any, Any]], positional: tuple[Any, ...],
          named: dict[str, Any], answer: _native.Answer) -> None:
    """Runs `function` on `loop`; None: on the background's. From any thread; returns at once."""
    (loop or _background_loop()).call_soon_threadsafe(_spawn, function, positional, named, answer)


def _spawn(function: Callable[..., Coroutine[Any, Any, Any]], positional: tuple[Any, ...], named: dict[str, Any],
           answer: _native.Answer) -> None:
    import asyncio
    task = asyncio.get_running_loop().create_task(_answer(function, positional, named, answer))
    _under_way.add(task)
    task.add_done_callback(_under_way.discard)


async def _answer(function: Callable[..., Coroutine[Any, Any, Any]], positional: tuple[Any, ...], named: dict[str, Any],
                  answer: _native.Answer) -> None:
    import asyncio
    try:
        task = asyncio.ensure_future(function(*positional, **named))
        try:
            # Nobody tells when the guest no longer waits.
            while not task.done():
                await asyncio.wait({task}, timeout=0.05)
                if answer.is_cancelled():
                    task.cancel()
        finally:
            task.cancel()
        answer.result(task.result())
    except asyncio.CancelledError:
        answer.error(RuntimeError("the call was cancelled"))
    except Exception as error:
        answer.error(error)
    except BaseException as error:
        answer.error(error)
        raise


class _Blocking:
    """An `async def` function that the guest calls like a plain one."""

    def __init__(self, function: Callable[..., Coroutine[Any, Any, Any]]) -> None:
        self._function = function

    def __call__(self, *positional: Any, **named: Any) -> Any:
        import asyncio
        loop = _native.current_loop() or _background_loop()
        coroutine = self._function(*positional, **named)
        try:
            return asyncio.run_coroutine_threadsafe(coroutine, loop).result()
        except RuntimeError:
            coroutine.close()
            raise
