"""The host's tools as functions. The C kernel keeps its own references to install(), abandon() and `pending`. Nothing
here is trusted by the host: a guest that changes it changes what its own calls do."""

import builtins
import sys

import _belljar_host
from _asyncio import get_running_loop as _get_running_loop

_compile, _exec = compile, exec
_launch, _wait, _cancel = _belljar_host.launch, _belljar_host.wait, _belljar_host.cancel
_builtins, _modules = builtins.__dict__, sys.modules

_tools = {}     # name -> function
_shadowed = {}  # what the built-in names were that tools have taken
pending = {}    # number of an asynchronous call -> the future of whoever waits for it

_HEAD = "from __future__ import annotations\n"


def _define(tool):
    """The source of a tool's function. It passes nothing on: call() and start() look at its frame."""
    name, signature, _doc, is_async = tool
    signature = signature or "(*args, **kwargs)"
    if is_async:
        return f"async def {name}{signature}: return await __belljar_result__(__belljar_start__())\n"
    return f"def {name}{signature}: return __belljar_call__()\n"


def _make(tools):
    names = {"__builtins__": _builtins, "__name__": "builtins", "__belljar_call__": _belljar_host.call,
             "__belljar_start__": _belljar_host.start, "__belljar_result__": _result}
    _exec(_compile(_HEAD + "".join(map(_define, tools)), "<tools>", "exec", dont_inherit=True), names)
    functions = {}
    for name, _signature, doc, _is_async in tools:
        function = functions[name] = names[name]
        function.__doc__ = doc or None
    return functions


def _make_one_by_one(tools):
    functions = {}
    for tool in tools:
        try:
            functions.update(_make([tool]))
        except Exception as error:
            message = error.msg if isinstance(error, SyntaxError) else f"{type(error).__name__}: {error}"
            raise ValueError(f"the signature of the tool '{tool[0]}' is not one: {message}") from None
    return functions


def _allow_modules(lists):
    if lists or "_belljar_modules" in _modules:
        import _belljar_modules
        _belljar_modules.allow(lists[0][1].split() if lists else None)


def install(tools):
    """Puts these tools into builtins, in place of those that are there. One without a name is the list of the modules
    that may be imported."""
    _allow_modules([tool for tool in tools if not tool[0]])
    tools = [tool for tool in tools if tool[0]]
    try:
        functions = _make(tools)
    except Exception:
        functions = _make_one_by_one(tools)
    for name, function in _tools.items():
        if _builtins.get(name) is function:
            del _builtins[name]
        if name in _shadowed:
            _builtins.setdefault(name, _shadowed.pop(name))
    _tools.clear()
    for name, function in functions.items():
        if name in _builtins:
            _shadowed[name] = _builtins[name]
        _builtins[name] = _tools[name] = function


def call_tool(name, data, /):
    """Call the host's tool of that name with one argument."""
    function = _tools.get(name)
    if function is None:
        known = "the tools are " + ", ".join(sorted(_tools)) if _tools else "this sandbox has no tools"
        raise LookupError(f"no tool is named {name!r}: {known}")
    return function(data)


async def _result(number):
    """Waits for a call that has been started."""
    try:
        future = _get_running_loop().create_future()
    except BaseException:
        _cancel(number)
        raise
    pending[number] = future
    try:
        return await future
    finally:
        if pending.pop(number, None) is not None:
            _cancel(number)


def request_async(service, *arguments):
    """An awaitable for the answer of one of the host's services (_belljar_host.request waits for it)."""
    return _result(_launch(service, *arguments))


def _finish(future, error, result):
    if future is None or future.done():
        return
    try:
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)
    except RuntimeError:
        pass  # its loop is closed


def deliver(timeout):
    """Waits until a call is done, or until the timeout (None: as long as one is under way), and passes on all that are."""
    done = _wait(timeout)
    if done is None and timeout is None:
        abandon()  # the host knows of none of them
    while done is not None:
        number, error, result = done
        future = pending.pop(number, None)
        _finish(future, error, result)
        done = _wait(0)


def abandon():
    """The host has ended all calls that were under way, as it does at the end of a cell."""
    futures = list(pending.values())
    pending.clear()
    for future in futures:
        _finish(future, RuntimeError("the cell that called this tool has ended"), None)


def install_builtins():
    builtins.call_tool = call_tool
    builtins.display = _belljar_host.display
