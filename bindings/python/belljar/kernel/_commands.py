"""The kernel's own commands: lines with a % at the beginning of a cell, and questions.

A cell may be written by somebody who is not trusted, and these run on the host: none of them reaches more than the
sessions, and files whose names end with .bj in the folder that the kernel runs in.
"""

from __future__ import annotations

import difflib
import os
import re

from .._plain import plain
from . import _queries
from ._branches import MOST_BRANCHES, Branches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
_QUESTION = re.compile(r"\?{1,2}\s*([\w.]{1,1000})|([\w.]{1,1000})\s*\?{1,2}")
_NOT_HERE = {
    "pip": "packages come in images: see `belljar image build`, and `python -m belljar.kernel install --image`",
    "conda": "packages come in images: see `belljar image build`, and `python -m belljar.kernel install --image`",
    "matplotlib": "charts are drawn by packages in pure Python: see docs/guide/charts.md",
    "run": "put the file into a mounted folder and import it",
}


class CommandError(Exception):
    """What is wrong with a command, and what to do."""


def split(cell: str) -> tuple[list[str], str]:
    """The commands that a cell begins with, and the code after them, on the lines where it was."""
    lines = cell.split("\n")
    commands: list[str] = []
    for number, line in enumerate(lines):
        text = line.strip()
        if text and not is_command(text):
            return commands, "\n" * number + "\n".join(lines[number:])
        if text:
            commands.append(text)
    return commands, ""


def is_command(text: str) -> bool:
    """Whether a line is none of Python's."""
    return text.startswith(("%", "!")) or _QUESTION.fullmatch(text) is not None


def run(line: str, branches: Branches) -> str:
    """What it has to say. CommandError; Error."""
    question = _QUESTION.fullmatch(line)
    if question:
        return _describe(question[1] or question[2], branches)
    name, _, argument = line.removeprefix("%").partition(" ")
    if line.startswith("%") and name in _COMMANDS:
        return _COMMANDS[name][2](argument.strip(), branches)
    raise CommandError(_no_such(line, name))


def starting(text: str) -> list[str]:
    """The commands that begin so."""
    return [f"%{name}" for name in _COMMANDS if f"%{name}".startswith(text)]


def _no_such(line: str, name: str) -> str:
    if line.startswith("!"):
        return "there is no shell here: a cell reaches nothing but its sandbox. %help lists what there is"
    if name.startswith("%"):
        return "there are no cell commands (%%) here. %help lists what there is"
    near = difflib.get_close_matches(name[:100], _COMMANDS, 1)
    hint = _NOT_HERE.get(name) or (f"the nearest is %{near[0]}" if near else "%help lists what there is")
    return f"there is no command %{plain(name[:100])}; {hint}"


def _describe(name: str, branches: Branches) -> str:
    text = _queries.describe(branches.session, name)
    if text is None:
        raise CommandError(f"nothing is known of {plain(name)} here")
    return text


def _named(argument: str, example: str) -> str:
    if not _NAME.fullmatch(argument):
        raise CommandError(f"write {example}; a name has letters, digits, '_', '-' and '.'")
    return argument


def _nothing(argument: str, command: str) -> None:
    if argument:
        raise CommandError(f"{command} takes nothing after it")


def _fork(argument: str, branches: Branches) -> str:
    if not argument:
        return "\n".join(("* " if name == branches.current else "  ") + name for name in branches.names)
    name = _named(argument, "%fork NAME")
    if name == branches.current:
        raise CommandError(f"{name} is the session that you are in; take another name")
    if not branches.fork(name):
        raise CommandError(f"there are {MOST_BRANCHES} sessions already; %drop NAME ends one")
    return f"kept as {name}; `%switch {name}` goes on there, and {branches.current} goes on here"


def _switch(argument: str, branches: Branches) -> str:
    name = _known(argument, "%switch NAME", branches)
    branches.current = name
    return f"in {name}"


def _drop(argument: str, branches: Branches) -> str:
    name = _known(argument, "%drop NAME", branches)
    if name == branches.current:
        raise CommandError(f"{name} is the session that you are in; %switch to another one first, or %reset")
    branches.drop(name)
    return f"{name} is gone"


def _known(argument: str, example: str, branches: Branches) -> str:
    name = _named(argument, example)
    if name not in branches.names:
        raise CommandError(f"no session is called {name}; there are: {', '.join(branches.names)}")
    return name


def _undo(argument: str, branches: Branches) -> str:
    _nothing(argument, "%undo")
    if not branches.undo():
        raise CommandError("there is nothing to undo, or no longer: the last 20 cells can be undone, in sessions of up to 64 MiB")
    return "the session is as it was before the last cell"


def _file(argument: str, example: str) -> str:
    return _named(argument.removesuffix(".bj"), example) + ".bj"


def _save(argument: str, branches: Branches) -> str:
    path = _file(argument, "%save NAME")
    if os.path.lexists(path) and (os.path.islink(path) or not os.path.isfile(path)):
        raise CommandError(f"{path} is there and is no file; take another name")
    branches.session.save(path)
    return f"saved in {path}; `%load {path}` goes on from it"


def _load(argument: str, branches: Branches) -> str:
    path = _file(argument, "%load NAME")
    if os.path.islink(path) or not os.path.isfile(path):
        raise CommandError(f"there is no file {path} in the folder of this notebook")
    branches.load(path)
    return f"going on from {path}"


def _reset(argument: str, branches: Branches) -> str:
    _nothing(argument, "%reset")
    branches.reset()
    return "a fresh sandbox; everything before is gone"


def _policy(argument: str, branches: Branches) -> str:
    _nothing(argument, "%policy")
    return plain(branches.policy.explain()).rstrip("\n")


def _help(argument: str, branches: Branches) -> str:
    lines = [(f"%{name} {argument}".rstrip(), what) for name, (argument, what, _) in _COMMANDS.items()]
    lines += [("NAME?, ?NAME", "signature and documentation of a name")]
    return "\n".join(f"{left:15} {what}" for left, what in lines)


_COMMANDS: dict[str, tuple[str, str, Callable[[str, Branches], str]]] = {
    "fork": ("[NAME]", "keep the session's state under a name; without one: the sessions there are", _fork),
    "switch": ("NAME", "go on in the session of that name; this one stays", _switch),
    "drop": ("NAME", "end that session", _drop),
    "undo": ("", "back to before the last cell; again, further back", _undo),
    "save": ("NAME", "write the session to NAME.bj, beside the notebook", _save),
    "load": ("NAME", "go on from NAME.bj", _load),
    "reset": ("", "a new sandbox in place of this session", _reset),
    "policy": ("", "what a cell may use", _policy),
    "help": ("", "this list", _help),
}
