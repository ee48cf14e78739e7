"""What belljar's interactive prompt asks of the live session: whether a cell is finished, what completes a name, what a
name stands for. Every answer is a list of strings.

It runs beside the program's own code and may meet anything there. It looks attributes up without running properties
and calls nothing of the program's but `__dir__`; the host stops what takes too long and believes none of it.
"""

import __main__
import ast
import builtins
import inspect
import keyword
import re
import sys
import types
import warnings

_GLOBALS = __main__.__dict__
_BUILTINS = builtins.__dict__
_IncompleteInput = builtins._IncompleteInputError
_PARSE = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | 0x4000  # PyCF_ALLOW_INCOMPLETE_INPUT

_COMPOUND = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try,
             ast.TryStar, ast.With, ast.AsyncWith, ast.Match)
_INDENT = "    "
_MOST_NAMES = 1000
_MOST_TEXT = 32 << 10

_NAME = r"[^\W\d]\w*"
_DOTTED = re.compile(rf"(?<![\w.\"')\]}}])((?:{_NAME}\.)*)({_NAME})?$")
_KEY = re.compile(rf"(?<![\w.\"')\]}}])((?:{_NAME}\.)*{_NAME})\[\s*(?:([\"'])([^\"'\\]*))?$")
_WHOLE = re.compile(rf"{_NAME}(?:\.{_NAME})*")

# Descriptors written in C that only read a field: what `object.attribute` would run anyway.
_FIELDS = (types.MemberDescriptorType, types.GetSetDescriptorType)
_CALLABLES = (types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.MethodDescriptorType,
              types.WrapperDescriptorType, types.ClassMethodDescriptorType, types.MethodWrapperType)


# ---- whether a cell is finished ------------------------------------------------------------------------------------

def state(source):
    """[state, indentation of the next line]. The state is "finished"; "open": inside brackets, a string or a statement;
    or "block": an empty line, or one at the left edge, would end it. What does not parse is finished: running it shows
    the error."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = compile(source + "\n", "<prompt>", "exec", _PARSE, True).body
    except _IncompleteInput:
        return ["open", _next_indentation(source)]
    except Exception:
        return ["finished", ""]
    last_line = source[source.rfind("\n") + 1:]
    if body and last_line.strip() and isinstance(body[-1], _COMPOUND):
        return ["block", _next_indentation(source)]
    return ["finished", ""]


def _next_indentation(source):
    line = source[source.rfind("\n") + 1:]
    words = line.split("#")[0].rstrip()
    indentation = line[:len(line) - len(line.lstrip())]
    if words.endswith((":", "(", "[", "{")):
        return indentation + _INDENT
    if re.match(r"\s*(return|pass|break|continue|raise)\b", words):
        return indentation.removesuffix(_INDENT)
    return indentation


# ---- what completes a name -----------------------------------------------------------------------------------------

def complete(before):
    """[the text that is replaced, candidates for it], given what is left of the cursor."""
    line = before[before.rfind("\n") + 1:]
    if re.match(r"\s*(import|from)\s", line):
        return _complete_import(line)
    if key := _KEY.search(line):
        return _complete_key(*key.groups())
    if name := _DOTTED.search(line):
        owner, partial = name[1], name[2] or ""
        if owner:
            names = _attributes(_look_up(owner[:-1]))
        elif partial:
            names = [*_GLOBALS, *_BUILTINS, *keyword.kwlist, *keyword.softkwlist]
        else:
            names = []
        return [partial, *_starting(names, partial)]
    return [""]


def _starting(names, partial):
    hides = not partial.startswith("_")
    names = (name for name in names if type(name) is str and name.startswith(partial) and name.isidentifier())
    return sorted({name for name in names if not (hides and name[0] == "_")})[:_MOST_NAMES]


def _complete_import(line):
    from _pyrepl._module_completer import ImportParser, ModuleCompleter

    wanted = ImportParser(line).parse()
    if not wanted:
        return [""]
    package, partial = wanted
    names = ModuleCompleter().complete(package, partial)
    if package is not None and partial is not None:
        # Only of modules that are there already: completing must import nothing.
        names = {*names, *_starting(_attributes(sys.modules.get(package)), partial)}
    return [package if partial is None else partial, *sorted(names)[:_MOST_NAMES]]


def _complete_key(owner, quote, partial):
    owner = _look_up(owner)
    if not _is(owner, dict):
        return [""]
    plain = (key for key in dict.__iter__(owner) if type(key) is str and key.isprintable())
    keys = (key for key in plain if not set(key) & set("\"'\\"))
    opening = "" if quote else '"'
    found = (f'{opening}{key}{quote or opening}]' for key in keys if key.startswith(partial or ""))
    return [partial or "", *sorted(found)[:_MOST_NAMES]]


def _attributes(owner):
    return () if owner is None else dir(owner)


# ---- what a name stands for ----------------------------------------------------------------------------------------

def describe(name):
    """[text], or [] when there is nothing of that name."""
    if keyword.iskeyword(name):
        return [f"{name}\n\nA keyword of Python."]
    if not _WHOLE.fullmatch(name):
        return []
    try:
        found = _find(name)
    except LookupError:
        return []
    parts = [name + _signature(_function(found)), _kind(found)]
    doc = inspect.getdoc(found)
    if type(doc) is str and doc.strip():
        parts += ["", doc.rstrip()]
    return ["\n".join(parts)[:_MOST_TEXT]]


def _signature(found):
    try:
        return str(inspect.signature(found)) if callable(found) else ""
    except Exception:
        return "(...)"


def _kind(found):
    if isinstance(found, type):
        return "class" if found.__module__ == "__main__" else f"class of {found.__module__}"
    if isinstance(found, types.ModuleType):
        return "module"
    return type(found).__name__


# ---- looking a dotted name up --------------------------------------------------------------------------------------

def _is(value, types):
    """isinstance() by the real type: isinstance() itself would run a property named `__class__`."""
    return issubclass(type(value), types)


def _look_up(name):
    """The object, or None: a value to list attributes of, for which nothing of the program's has run."""
    try:
        return _value(_find(name))
    except LookupError:
        return None


def _find(name):
    """The object; the last attribute as it is stored, so that a property is itself and not its value. LookupError
    when there is none."""
    first, *rest = name.split(".")
    if first in _GLOBALS:
        found = _GLOBALS[first]
    elif first in _BUILTINS:
        found = _BUILTINS[first]
    elif name in sys.modules:
        return sys.modules[name]
    else:
        raise LookupError(name)
    for attribute in rest:
        owner = _value(found)
        try:
            found = inspect.getattr_static(owner, attribute)
        except AttributeError:
            raise LookupError(name) from None
        if _is(found, _FIELDS) and not _is(owner, type):
            try:
                found = type(found).__get__(found, owner, type(owner))
            except AttributeError:
                raise LookupError(name) from None
    return found


def _function(stored):
    """What a static or class method wraps; anything else as it is."""
    return stored.__func__ if type(stored) in (staticmethod, classmethod) else stored


def _value(stored):
    """What is stored as an attribute, as a value; LookupError for what only running it would tell."""
    stored = _function(stored)
    if _is(stored, (*_CALLABLES, type)):
        return stored
    for base in type.__dict__["__mro__"].__get__(type(stored)):
        if "__get__" in type.__dict__["__dict__"].__get__(base):
            raise LookupError("a property")
    return stored
