"""A page of the guide, run as a reader would, where the packages that it needs are installed."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide"
SHOWN = "=> "


def blocks(page: str) -> list[tuple[str, str, str]]:
    """Language, text, and the name of the file that the line above tells the reader to save it as."""
    text = (GUIDE / page).read_text(encoding="utf-8")
    found = re.findall(r"(?ms)([^\n]*)\n```(\w+)\n(.*?)^```$", text)
    return [(language, body, (re.search(r"`([\w-]+\.py)`:$", above) or ["", ""])[1]) for above, language, body in found]


def cells(page: str) -> list[tuple[str, str]]:
    """The `text` blocks, each a cell and what is shown of it."""
    made = []
    for language, body, _ in blocks(page):
        if language == "text":
            lines = body.splitlines()
            made.append(("\n".join(line for line in lines if not line.startswith(SHOWN)),
                         "".join(f"{line.removeprefix(SHOWN)}\n" for line in lines if line.startswith(SHOWN))))
    return made


def matches(shown: str, printed: str) -> bool:
    """Whether it printed what is shown; "..." stands for any text."""
    return re.fullmatch(".*?".join(map(re.escape, shown.split("..."))), printed, re.DOTALL) is not None


def run(page: str, folder: Path, timeout: float) -> list[tuple[str, str, str]]:
    """Saves the page's files and types in its commands. Each command, what is shown of it, what it printed."""
    interpreter = folder / "bin" / "python3"
    interpreter.parent.mkdir()
    # Not a link: a virtual environment is found by the path that its Python is started from.
    interpreter.write_text(f"#!/bin/sh\nexec {shlex.quote(sys.executable)} \"$@\"\n")
    interpreter.chmod(0o755)
    environment = {**os.environ, "PATH": f"{interpreter.parent}:{os.environ.get('PATH', os.defpath)}", "HOME": str(folder)}
    if "PYTHONPATH" in environment:
        environment["PYTHONPATH"] = os.path.abspath(environment["PYTHONPATH"])
    done = []
    for language, body, name in blocks(page):
        if language == "python":
            (folder / name).write_text(body, encoding="utf-8")
        elif language == "console":
            for part in re.split(r"(?m)^\$ ", body)[1:]:
                command, _, shown = part.partition("\n")
                printed = subprocess.run(["sh", "-c", command], cwd=folder, env=environment, stdin=subprocess.DEVNULL, text=True,
                                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout).stdout
                done.append((command, shown, printed))
    return done
