"""Runs what a page of the guide shows, as tests/docs_test.py does, for pages whose programs import packages."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from docs_support import GUIDE, blocks  # noqa: E402
from docs_test import DEADLINE, FILES, commands, pattern  # noqa: E402

import belljar  # noqa: E402


def check(test, name, files=()):
    """Fails `test` where a command on the page `name` prints other than is shown. With this Python and its belljar, in a
    folder that has `files`. Gives back what the commands have written there: name -> bytes."""
    page = next(page for page in GUIDE if page.name == name)
    environment = {"PATH": f"{Path(sys.executable).parent}:{os.defpath}", "LANG": "C.UTF-8",
                   "PYTHONPATH": str(Path(belljar.__file__).parent.parent)}
    ran = 0
    with tempfile.TemporaryDirectory(prefix="belljar-page-test-") as folder:
        (Path(folder) / "examples").symlink_to(page.parent.parent.parent / "examples")
        for file in files:
            (Path(folder) / file.name).symlink_to(file)
        for block in blocks(page):
            if block.language in FILES:
                (Path(folder) / block.name).write_text(block.text)
            elif block.language == "console":
                for command, shown in commands(block):
                    done = subprocess.run(["sh", "-c", command], cwd=folder, env={**environment, "HOME": folder}, timeout=DEADLINE,
                                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
                    printed = done.stdout.decode("utf-8")
                    test.assertTrue(re.fullmatch(pattern(shown), printed),
                                    f"{block}: $ {command}\n--- shown:\n{chr(10).join(shown)}\n--- printed:\n{printed}")
                    ran += 1
        written = {path.name: path.read_bytes() for path in Path(folder).iterdir() if path.is_file() and not path.is_symlink()}
    test.assertGreater(ran, 0, f"{page}: nothing was run")
    return written


def cells(name):
    """The `text` blocks, which are cells of a notebook, each with what is shown of it: the lines after "=> "."""
    made = []
    for block in blocks(next(page for page in GUIDE if page.name == name)):
        if block.language != "text":
            continue
        lines = block.text.splitlines()
        made.append(("\n".join(line for line in lines if not line.startswith("=> ")),
                     "".join(f"{line.removeprefix('=> ')}\n" for line in lines if line.startswith("=> "))))
    return made
