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

    Tools = Mapping[str, Any] | Iterable["Callable[..., Any] | Tool"]


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
    reraise     an exception of the function ends the run, and `run()` raises it as it is, traceback and all. Always so
                with what is no Exception, such as SystemExit
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
        for what, text in (("name", name), ("signature", signature), ("doc", doc)):
            if text is not None and not isinstance(text, str):
                raise TypeError(f"the {what} of a tool must be str, not {type(text).__name__}")
        for what, flag in (("awaitable", awaitable), ("waits", waits), ("reraise", reraise)):
            if flag is not None and not isinstance(flag, bool):
                raise TypeError(f"{what} of a tool must be True or False, not {type(flag).__name__}")
        if reraise and (awaitable or timeout is not None) and not is_coroutine_function(function):
            raise InvalidArgumentError("reraise does not go with awaitable=True or a timeout: such a tool runs on another thread",
                                       "leave one of them out, or make it `async def`")
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


def named(tools: Tools) -> list[tuple[object, Tool]]:
    """Of a mapping from names, or of functions that have names (then None)."""
    if callable(tools) or isinstance(tools, (str, bytes)) or not hasattr(tools, "__iter__"):
        raise InvalidArgumentError("tools must be a dict or a list of functions", 'pass tools={"price": price}')
    items = tools.items() if hasattr(tools, "items") else ((None, tool) for tool in tools)
    return [(name, tool if isinstance(tool, Tool) else Tool(tool)) for name, tool in items]


class Prepared:
    """What bindings/python/src/tools.cc reads."""

    def __init__(self, tool: Tool, name: object) -> None:
        import inspect
        if name is None:
            name = tool.name
        if not isinstance(name, str):
            raise InvalidArgumentError(f"the name of a tool must be str, not {type(name).__name__}", 'use tools={"price": price}')
        if not name.isascii():
            raise InvalidArgumentError(f"the tool name {name!r} is no identifier in ASCII", 'use tools={"price": price}')
        self.name = name
        self.is_coroutine = is_async = is_coroutine_function(tool.function)
        self.function = tool.function
        self.is_async = is_async if tool.awaitable is None else tool.awaitable
        self.waits, self.reraises = tool.waits, tool.reraise
        self.max_calls = int(_checked(tool.max_calls, "max_calls", 1, 2**32 - 1))
        timeout = None if tool.timeout is None else _checked(tool.timeout, "timeout", 1e-6, 1e9)
        if is_async and not self.is_async:
            # Its timeout is asyncio's, so that it stays on the thread of the run, which knows the event loop.
            self.function, self.is_coroutine, timeout = _Blocking(tool.function, timeout), False, None
        self.timeout_ns = 0 if timeout is None else int(timeout * 1e9)
        doc = inspect.getdoc(tool.function) if tool.doc is None else tool.doc
        self.doc = (doc or "").encode("utf-8", "replace").decode()
        self.signature = tool.signature if tool.signature is not None else _signature_of(tool.function)
        self._read_signature(self.signature, _parameters_of(tool.function))

    def _read_signature(self, signature: str, parameters: list[inspect.Parameter]) -> None:
        """What a call may bring, by the signature that the guest sees; `parameters` are the function's own."""
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
        self.hidden = [p.name for p in parameters if p.name not in known]
        _refuse_gaps(known, parameters, None if shown.vararg else len(shown.posonlyargs))

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
    # What functools.partial has filled in is not the guest's to change.
    filled = getattr(function, "keywords", {}) if type(function).__name__ == "partial" else {}
    parameters = [p for p in signature.parameters.values()
                  if p.name not in filled and (p.default is p.empty or _literal(p.default) is not None)]
    text = "(" + ", ".join(_with_markers(parameters)) + ")"
    annotation = "" if signature.return_annotation is inspect.Signature.empty else _annotation(signature.return_annotation)
    return text + (f" -> {annotation}" if annotation else "")


def _refuse_gaps(shown: set[str], parameters: list[inspect.Parameter], most: int | None) -> None:
    """What goes by position, `most` of it, must not slip into the place of a parameter that is not shown."""
    by_position = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    for parameter in by_position[:most]:
        if parameter.name not in shown:
            raise InvalidArgumentError(f"the parameter {parameter.name!r} of a tool is not shown to the guest, and could be reached by "
                                       "position", "make it keyword-only")


def _parameters_of(function: Callable[..., Any]) -> list[inspect.Parameter]:
    import inspect
    try:
        return list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return []


def _parameter(parameter: inspect.Parameter) -> str:
    star = "*" if parameter.kind is parameter.VAR_POSITIONAL else "**" if parameter.kind is parameter.VAR_KEYWORD else ""
    annotation = "" if parameter.annotation is parameter.empty else _annotation(parameter.annotation)
    text = f"{star}{parameter.name}" + (f": {annotation}" if annotation else "")
    if parameter.default is parameter.empty:
        return text
    return f"{text}{' = ' if annotation else '='}{_literal(parameter.default)}"


def _checked(value: object, name: str, least: float, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{name} of a tool must be a number, not {type(value).__name__}")
    if not least <= value <= most:
        raise InvalidArgumentError(f"{name}={value!r} of a tool is out of range", f"use a number from {least:g} to {most:g}")
    return value


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


def is_coroutine_function(function: object) -> bool:
    """Whether it is `async def`, or its class's `__call__` is."""
    import inspect
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(getattr(function, "__call__", None))


# ---- functions that are `async def` ------------------------------------------------------------------------------

_lock = threading.Lock()
_background: asyncio.AbstractEventLoop | None = None
_under_way: set[asyncio.Task[None]] = set()  # an event loop holds its tasks weakly
_asked: dict[int, tuple[asyncio.AbstractEventLoop, _native.Answer]] = {}  # of loops of others, which may be closed
_watcher: threading.Thread | None = None


def _background_loop() -> asyncio.AbstractEventLoop:
    global _background
    import asyncio
    with _lock:
        if _background is None or _background.is_closed():
            _background = asyncio.new_event_loop()
            threading.Thread(target=_background.run_forever, name="belljar-tools", daemon=True).start()
        return _background


def _after_fork() -> None:
    global _lock, _background, _watcher
    _lock, _background, _watcher = threading.Lock(), None, None
    _under_way.clear()
    _asked.clear()


os.register_at_fork(after_in_child=_after_fork)


def start(loop: asyncio.AbstractEventLoop | None, function: Callable[..., Coroutine[Any, Any, Any]], positional: tuple[Any, ...],
          named: dict[str, Any], answer: _native.Answer) -> None:
    """Runs `function` on `loop`; None: on the background's. From any thread; returns at once."""
    if loop is not None:
        _asked[id(answer)] = loop, answer
        _watch()
    (loop or _background_loop()).call_soon_threadsafe(_spawn, function, positional, named, answer)


def _watch() -> None:
    """Nobody tells when a loop is closed, and its tasks then wait for ever."""
    global _watcher
    with _lock:
        if _watcher is None:
            _watcher = threading.Thread(target=_fail_closed, name="belljar-loops", daemon=True)
            _watcher.start()


def _fail_closed() -> None:
    global _watcher
    import time
    while True:
        time.sleep(0.05)
        for number, (loop, answer) in list(_asked.items()):
            if loop.is_closed() and number in _asked:
                del _asked[number]
                answer.error(RuntimeError("the event loop was closed before the tool answered"))
        with _lock:
            if not _asked:
                _watcher = None
                return


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
        task = asyncio.ensure_future(_outcome(function(*positional, **named)))
        try:
            # Nobody tells when the guest no longer waits.
            while not task.done():
                await asyncio.wait({task}, timeout=0.05)
                if answer.is_cancelled():
                    task.cancel()
        finally:
            task.cancel()
        result, error = task.result()
        answer.result(result) if error is None else answer.error(error)
    except asyncio.CancelledError:
        answer.error(RuntimeError("the call was cancelled"))
    except BaseException as error:
        answer.error(error)
    finally:
        if id(answer) in _asked:
            del _asked[id(answer)]


async def _outcome(coroutine: Coroutine[Any, Any, Any]) -> tuple[Any, BaseException | None]:
    """Its result or its exception: a SystemExit that a task raises ends the whole event loop."""
    import asyncio
    try:
        return await coroutine, None
    except asyncio.CancelledError:
        raise
    except BaseException as error:
        return None, error


class _Blocking:
    """An `async def` function that the guest calls like a plain one."""

    def __init__(self, function: Callable[..., Coroutine[Any, Any, Any]], timeout: float | None) -> None:
        self._function = function
        self._timeout = timeout

    def __call__(self, *positional: Any, **named: Any) -> Any:
        import asyncio
        from concurrent.futures import TimeoutError as NotYet
        loop = _native.current_loop() or _background_loop()
        outcome = _outcome(asyncio.wait_for(self._function(*positional, **named), self._timeout))
        try:
            future = asyncio.run_coroutine_threadsafe(outcome, loop)
        except RuntimeError:
            outcome.close()
            raise
        try:
            while True:
                try:
                    result, error = future.result(0.05)
                    break
                except NotYet:
                    if loop.is_closed():
                        raise RuntimeError("the event loop was closed before the tool answered") from None
                    if _native.is_stopping():
                        raise RuntimeError("the run is being stopped") from None
        finally:
            if not loop.is_closed():
                future.cancel()
        if error is not None:
            raise error
        return result
