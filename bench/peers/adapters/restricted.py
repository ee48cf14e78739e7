#!/usr/bin/env python3
"""RestrictedPython with the guards that come with it, put together as its documentation does.

It restricts the language; the rest is the embedder's. Here that is: builtins that only compute, and the modules that
smolagents allows, a list that somebody thought about. A limit on time or memory does not come with it.
"""

from __future__ import annotations

import importlib
import io
import operator
import traceback
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from adapter import Adapter, Limits, Outcome, Session, main
from RestrictedPython import compile_restricted, limited_builtins, safe_builtins, utility_builtins
from RestrictedPython.Eval import default_guarded_getitem, default_guarded_getiter
from RestrictedPython.Guards import (
    full_write_guard,
    guarded_iter_unpack_sequence,
    guarded_unpack_sequence,
    safer_getattr,
)

COMPUTING = (all, any, dict, enumerate, filter, iter, list, map, max, min, next, object, range, reversed, sorted, sum,
             tuple, zip)
MODULES = {"collections", "datetime", "itertools", "math", "queue", "random", "re", "stat", "statistics", "time",
           "unicodedata"}
IN_PLACE = {"+=": operator.iadd, "-=": operator.isub, "*=": operator.imul, "/=": operator.itruediv,
            "//=": operator.ifloordiv, "%=": operator.imod, "**=": operator.ipow, "|=": operator.ior,
            "&=": operator.iand, "^=": operator.ixor, "<<=": operator.ilshift, ">>=": operator.irshift}


def allowed_import(name: str, _globals: Any = None, _locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:
    if name not in MODULES or level:
        raise ImportError(f"{name} is not allowed")
    return importlib.import_module(name)


def world(out: io.StringIO, tool: Callable[..., Any] | None) -> dict[str, Any]:
    class Printer:
        """print() inside: the package's own collector keeps what a function prints in that function."""

        def __init__(self, _getattr_: object = None) -> None:
            pass

        def _call_print(self, *objects: object, sep: str = " ", end: str = "\n") -> None:
            out.write(sep.join(map(str, objects)) + end)

    builtins = {**safe_builtins, **limited_builtins, **utility_builtins, **{f.__name__: f for f in COMPUTING},
                "__import__": allowed_import}
    return {"__builtins__": builtins, "__name__": "restricted",
            "__metaclass__": type, "_print_": Printer, "_getattr_": safer_getattr, "_getitem_": default_guarded_getitem,
            "_getiter_": default_guarded_getiter, "_iter_unpack_sequence_": guarded_iter_unpack_sequence,
            "_unpack_sequence_": guarded_unpack_sequence, "_write_": full_write_guard,
            "_inplacevar_": lambda op, x, y: IN_PLACE[op](x, y), "_apply_": lambda f, *a, **k: f(*a, **k),
            **({"quote": tool} if tool else {})}


class RestrictedLive(Session):
    def __init__(self, tool: Callable[..., Any] | None) -> None:
        self._out = io.StringIO()
        self._world = world(self._out, tool)

    def run(self, code: str) -> Outcome:
        self._out.seek(0)
        self._out.truncate()
        try:
            exec(compile_restricted(code, "<cell>", "exec"), self._world)
        except Exception:
            return Outcome("error", self._out.getvalue(), traceback.format_exc())
        return Outcome("ok", self._out.getvalue())


class Restricted(Adapter):
    def version(self) -> str:
        return f"RestrictedPython {version('RestrictedPython')}"

    def fresh(self) -> int:
        return eval(compile_restricted("1 + 1", "<cell>", "eval"), world(io.StringIO(), None))

    def open(self, limits: Limits | None = None, tool: Callable[..., Any] | None = None) -> Session:
        return RestrictedLive(tool)


if __name__ == "__main__":
    main(Restricted())
