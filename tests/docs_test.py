#!/usr/bin/env python3
"""The docs, held to what they say.

    BELLJAR=build/belljar python3 tests/docs_test.py [Class[.test]]

README.md and docs/guide/*.md are run as a reader would who types in what they show. A fenced block is one of

    console     commands after "$ " (a line that begins with "> " goes on with the one before), and what they print,
                both streams in order. "..." stands for any text, on a line of its own for any lines
    python, cpp, c  a file. The line above ends with its name: "Save this as `first.cc`:"; a later command uses it
    text, sh    only shown: pictures, and commands that take minutes or need another machine

Every page has a folder of its own, which looks like a clone after `make build`. Also runs examples/ and the classes of
docs_promises_test.py and docs_manual_test.py.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from cli_support import BELLJAR, ROOT, belljar
from docs_manual_test import Completions, Manual  # noqa: F401
from docs_promises_test import Promises  # noqa: F401
from docs_support import ELSEWHERE, GUIDE, HOST_BUILD, blocks, outside_blocks

DEADLINE = 60  # seconds for one block; most take milliseconds, compiling a few seconds
FILES, SHOWN = ("python", "cpp", "c"), ("text", "sh")
END_OF_OUTPUT = "--- end of the output of one command ---"


def commands(block):
    """The commands of a console block, each with the output that it shows."""
    found = []
    for line in block.text.split("\n")[:-1]:
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif line.startswith("> ") and found and not found[-1][1]:
            found[-1] = (found[-1][0] + "\n" + line[2:], [])
        else:
            found[-1][1].append(line)
    return found


def pattern(shown):
    any_lines, any_text = r"(?:.*\n)*?", ".*?"
    return "".join(any_lines if line == "..." else any_text.join(map(re.escape, line.split("..."))) + "\n"
                   for line in shown)


class Pages(unittest.TestCase):
    """What the pages show is what happens."""

    def folder(self):
        folder = Path(tempfile.mkdtemp(prefix="belljar-docs-test-"))
        self.addCleanup(shutil.rmtree, folder)
        (folder / "build").mkdir()
        for name, place in {"build/belljar": BELLJAR, "build/host": HOST_BUILD,
                            "include": ROOT / "include", "examples": ROOT / "examples"}.items():
            (folder / name).symlink_to(place)
        return folder

    def console(self, block, folder):
        script = "exec 2>&1\n" + "".join(f"{command}\n(status=$?; echo '{END_OF_OUTPUT}'; exit $status)\n"
                                         for command, _ in commands(block))
        # `python3` is one that has the package.
        path = f"{folder}/build:{HOST_BUILD.parent}/python/venv/bin:{os.environ.get('PATH', os.defpath)}"
        environment = {"PATH": path, "HOME": str(folder), "LANG": "C.UTF-8"}
        done = subprocess.run(["sh", "-c", script], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, timeout=DEADLINE)
        outputs = done.stdout.decode("utf-8").split(END_OF_OUTPUT + "\n")[:-1]
        self.assertEqual(len(outputs), len(commands(block)), f"{block}: the shell ended early")
        for (command, shown), output in zip(commands(block), outputs):
            if output and not output.endswith("\n"):
                output += "\n"
            self.assertTrue(re.fullmatch(pattern(shown), output),
                            f"{block}: $ {command}\n--- shown:\n{chr(10).join(shown)}\n--- printed:\n{output}")

    def test_blocks_do_what_they_show(self):
        for page in GUIDE:
            if page.name in ELSEWHERE:
                continue
            with self.subTest(page=page.name):
                folder = self.folder()
                for block in blocks(page):
                    if block.language in FILES:
                        self.assertTrue(block.name, f"{block}: the line above must end with the file's name")
                        (folder / block.name).write_text(block.text)
                    elif block.language == "console":
                        self.console(block, folder)

    def test_every_block_says_what_it_is(self):
        for page in GUIDE:
            for block in blocks(page):
                self.assertIn(block.language, ("console", *FILES, *SHOWN), str(block))
                if block.language == "console":
                    self.assertTrue(block.text.startswith("$ "), str(block))

    def test_every_file_is_used(self):
        for page in GUIDE:
            unused = set()
            for block in blocks(page):
                if block.language in FILES:
                    unused.add(block.name)
                elif block.language == "console":
                    unused -= {name for name in unused for command, _ in commands(block) if name in command}
            self.assertEqual(unused, set(), page.name)


class Examples(unittest.TestCase):
    def test_run(self):
        for example in sorted((ROOT / "examples").glob("*.py")):
            with self.subTest(example=example.name):
                result = belljar("run", str(example))
                self.assertEqual((result.returncode, result.stderr), (0, b""))
                self.assertNotEqual(result.stdout, b"")


class Links(unittest.TestCase):
    """Links between the docs lead somewhere."""

    def pages(self):
        listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"], cwd=ROOT,
                                check=True, capture_output=True, text=True).stdout
        return [ROOT / name for name in listed.split("\n") if name and (ROOT / name).is_file()]

    def anchors(self, page):
        headings = re.findall(r"(?m)^#+ (.+)$", outside_blocks(page))
        return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}

    def test_lead_somewhere(self):
        for page in self.pages():
            for target in re.findall(r"\]\(([^)\s]+)\)", outside_blocks(page)):
                if target.startswith(("http:", "https:")):
                    continue
                path, _, anchor = target.partition("#")
                place = (page.parent / path).resolve() if path else page
                self.assertTrue(place.exists(), f"{page.relative_to(ROOT)}: {target}")
                if anchor:
                    self.assertIn(anchor, self.anchors(place), f"{page.relative_to(ROOT)}: {target}")

    def test_the_readme_leads_to_every_page(self):
        targets = re.findall(r"\]\(([^)\s]+)\)", outside_blocks(ROOT / "README.md"))
        for page in GUIDE[1:]:
            self.assertIn(str(page.relative_to(ROOT)), targets)


if __name__ == "__main__":
    if not os.access(BELLJAR, os.X_OK):
        sys.exit(f"{BELLJAR} is not there: run `make build`, or name another with BELLJAR=PATH")
    unittest.main(verbosity=1)
