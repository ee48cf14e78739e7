"""Which modules the guest's own code may import, where its policy names them. It tells a program what it should not use;
the wall is elsewhere, and a program that wants to gets around this."""

import builtins
import importlib
import sys

_import, _import_module = builtins.__import__, importlib.import_module
_allowed = frozenset()
_ALWAYS = frozenset(("__future__", "__main__", "builtins", "_belljar_prompt"))  # the last one: the prompt's questions


def _check(name, module_globals):
    top = name.partition(".")[0]
    if top in _allowed or top in _ALWAYS:
        return
    file = module_globals.get("__file__")
    if isinstance(file, str) and file.startswith("/usr/lib/"):
        return  # a module of the library imports what it likes
    raise ImportError(f"the module {top!r} is not allowed here; allowed are: {', '.join(sorted(_allowed)) or 'none'}", name=top)


def __import__(name, globals=None, locals=None, fromlist=(), level=0):
    # A list comes from C code, such as datetime.strptime's, in the name of whoever called it.
    if level == 0 and isinstance(name, str) and not isinstance(fromlist, list):
        _check(name, globals if isinstance(globals, dict) else sys._getframe(1).f_globals)
    return _import(name, globals, locals, fromlist, level)


def import_module(name, package=None):
    """Import a module."""
    if isinstance(name, str) and not name.startswith("."):
        _check(name, sys._getframe(1).f_globals)
    return _import_module(name, package)


def allow(names):
    """Only these, and what they import; None: all."""
    global _allowed
    _allowed = frozenset(names or ())
    builtins.__import__ = _import if names is None else __import__
    importlib.import_module = _import_module if names is None else import_module
