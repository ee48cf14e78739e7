"""What can go wrong, as exceptions. What happened to the guest's code is none of it: that is a `RunResult`."""

from __future__ import annotations

import builtins

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._result import RunResult


class Error(Exception):
    """Base of all that belljar raises.

    `code` is stable and lower case ("busy"), `message` one sentence, `hint` what to do next, which may be "".
    """

    code = "error"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class InvalidArgumentError(Error, ValueError):
    """Something that was passed is malformed or out of range. Nothing was done."""

    code = "invalid_argument"


class ConversionError(Error, TypeError):
    """A value cannot cross into the sandbox; the message names the place in it."""

    code = "conversion"


class ClosedError(Error):
    """The session is closed."""

    code = "closed"

    def __init__(self, message: str = "the session is closed", hint: str = "open another one") -> None:
        super().__init__(message, hint)


class UnsupportedError(Error):
    """This kernel, processor or build cannot do it."""

    code = "unsupported"


class ExhaustedError(Error):
    """A ceiling of the process is reached: sessions, mappings, descriptors or memory."""

    code = "exhausted"


class CorruptError(Error):
    """A snapshot, image or log is damaged, of another build, or not of this key."""

    code = "corrupt"


class BusyError(Error):
    """The session is in use by another thread, or by the tool that calls it."""

    code = "busy"


class ForkedError(Error):
    """The session belongs to the parent of this process."""

    code = "forked"


class IoError(Error, OSError):
    """The operating system refused something."""

    code = "io"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.errno = self.strerror = None  # OSError takes them from two arguments


class InternalError(Error):
    """A mistake of belljar's. The session is unusable, the process goes on."""

    code = "internal"


class NotFoundError(Error, KeyError, FileNotFoundError):
    """No such variable, file or mount."""

    code = "not_found"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.errno = self.strerror = None


class GuestError(Error):
    """The guest could not do what was asked of it outside of a run; the message is its exception."""

    code = "guest"


class RunError(Error):
    """A run did not end with status "ok" (`RunResult.raise_for_status`). `result` is the whole of it."""

    code = "run"

    def __init__(self, message: str, hint: str = "", *, result: RunResult) -> None:
        super().__init__(message, hint)
        self.result = result

    def __reduce__(self) -> tuple[object, ...]:
        return _remake_run_error, (type(self), self.message, self.hint, self.result)


def _remake_run_error(kind: type[RunError], message: str, hint: str, result: RunResult) -> RunError:
    return kind(message, hint, result=result)


class ExceptionError(RunError):
    """The guest's code raised: `result.error` has the type, message and traceback."""

    code = "exception"


class ExitError(RunError):
    """The guest's code left with `sys.exit()`."""

    code = "exit"


class TimeLimitError(RunError, TimeoutError):
    """CPU or wall time was up."""

    code = "time_limit"

    def __init__(self, message: str, hint: str = "", *, result: RunResult) -> None:
        super().__init__(message, hint, result=result)
        self.errno = self.strerror = None


class MemoryLimitError(RunError):
    """No memory was left."""

    code = "memory_limit"


class TrapError(RunError):
    """The interpreter crashed inside the sandbox."""

    code = "trap"


class CancelledError(RunError):
    """Somebody cancelled the run."""

    code = "cancelled"


_BY_CODE = {kind.code: kind for kind in (
    InvalidArgumentError, UnsupportedError, ExhaustedError, CorruptError, BusyError, ForkedError, IoError, InternalError,
    NotFoundError, GuestError)}

RUN_ERRORS = {kind.code: kind for kind in (
    ExceptionError, ExitError, TimeLimitError, MemoryLimitError, TrapError, CancelledError)}


def from_code(code: str, message: str, hint: str) -> Error:
    """The exception for an error of the core."""
    if code == "busy":
        hint = "wait for it, or use another session"
    elif code == "forked":
        hint = "open a new session in this process, and a log of its own: belljar makes itself anew after a fork"
    elif code == "guest":
        from ._plain import plain
        message = plain(message)
    return _BY_CODE.get(code, Error)(message, hint)


# What to write in place of an object of these types, by the name of the type. Of a class and those it derives from the
# first that is here counts.
_INSTEAD = {
    "datetime": "isoformat", "date": "isoformat", "time": "isoformat", "timedelta": "total_seconds()",
    "set": "sorted() or list()", "frozenset": "sorted() or list()", "range": "list()", "dict_keys": "list()",
    "dict_values": "list()", "dict_items": "list()", "generator": "list()", "map": "list()", "filter": "list()",
    "zip": "list()", "deque": "list()", "Decimal": "str() or float()", "Fraction": "str() or float()", "complex": "[z.real, z.imag]",
    "UUID": "str()", "PurePath": "str()", "Enum": ".value", "ndarray": ".tolist()", "generic": ".item()",
    "DataFrame": ".to_dict('records')", "Series": ".tolist()", "BaseModel": ".model_dump()", "array": ".tolist()",
    "mappingproxy": "dict()", "Pattern": ".pattern", "coroutine": "await: the function is asynchronous",
}


def _instead_of(value: object) -> str:
    if "__dataclass_fields__" in dir(type(value)):
        return "dataclasses.asdict()"
    for kind in type(value).__mro__:
        if kind.__name__ in _INSTEAD:
            return _INSTEAD[kind.__name__]
    return "None, bool, int, float, str, bytes, list, tuple, or dict with str keys"


def cannot_cross(path: str, value: object, is_too_much: bool) -> ConversionError:
    """Why `value`, which stands at `path`, cannot be copied into the sandbox."""
    if is_too_much:
        return ConversionError(f"{path}: more than 4 million values", "pass a file: write_file(), upload() or a mount")
    if isinstance(value, str):
        return ConversionError(f"{path}: the text has lone surrogates", "use text that UTF-8 can hold")
    if path.endswith(" (a key)"):
        return ConversionError(f"{path.removesuffix(' (a key)')}: a dict with a key of type {type(value).__name__} is not "
                               "supported, use str keys")
    if isinstance(value, (list, tuple, dict)):
        return ConversionError(f"{path}: nested deeper than 100, or contains itself", "flatten it")
    return ConversionError(f"{path}: {type(value).__name__} is not supported, use {_instead_of(value)}")


def describe_exception(error: BaseException) -> tuple[str, str]:
    """What the guest gets of a tool's exception: the name of one of Python's built-in ones, and a message."""
    kind = type(error)
    try:
        message = error.args[0] if len(error.args) == 1 and isinstance(error.args[0], str) else str(error)
    except Exception:
        message = "(an exception that cannot be shown)"
    message = message.encode("utf-8", "replace").decode()
    if isinstance(error, ConversionError):
        return "TypeError", message
    for base in kind.__mro__:
        if base is not Exception and getattr(builtins, base.__name__, None) is base and issubclass(base, Exception):
            return base.__name__, message if base is kind else f"{kind.__name__}: {message}"
    # Also an interrupt of the host's: the guest is being stopped, and must not take it for one of its own.
    return "RuntimeError", message if kind is Exception else f"{kind.__name__}: {message}"
