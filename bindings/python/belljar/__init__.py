"""belljar: run Python that nobody trusts, in a sandbox inside this process.

    >>> import belljar
    >>> belljar.run("print(1+1)\\n6*7").value
    42

`run()` for a program in a fresh sandbox, `Session` for a live one, `Policy` for what it may use. The guide:
docs/guide/python.md.
"""

from __future__ import annotations

from . import _native
from ._errors import (
    BusyError,
    CancelledError,
    ClosedError,
    ConversionError,
    CorruptError,
    Error,
    ExceptionError,
    ExhaustedError,
    ExitError,
    ForkedError,
    GuestError,
    InternalError,
    InvalidArgumentError,
    IoError,
    MemoryLimitError,
    NotFoundError,
    RunError,
    TimeLimitError,
    TrapError,
    UnsupportedError,
)
from ._for_model import for_model
from ._policy import AuditLog, HttpRequest, HttpResponse, Policy, Secret
from ._result import GuestException, RunResult, Usage
from ._runtime import configure, metrics
from ._session import FileChange, Session, SessionUsage, Snapshot, arun, run
from ._tools import Tool

__version__ = _native.version
python_version: str = _native.python_version
"""Version of the Python inside."""

__all__ = [
    "AuditLog", "BusyError", "CancelledError", "ClosedError", "ConversionError", "CorruptError", "Error", "ExceptionError",
    "ExhaustedError", "ExitError", "FileChange", "ForkedError", "GuestError", "GuestException", "HttpRequest", "HttpResponse",
    "InternalError", "InvalidArgumentError", "IoError", "MemoryLimitError", "NotFoundError", "Policy", "RunError", "RunResult",
    "Secret", "Session", "SessionUsage", "Snapshot", "TimeLimitError", "Tool", "TrapError", "UnsupportedError", "Usage",
    "arun", "configure", "for_model", "metrics", "python_version", "run",
]
