"""What the tests of the docs share: the pages, their blocks, and the folders of the build."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from cli_support import ROOT

HOST_BUILD = Path(os.environ.get("BELLJAR_HOST_BUILD", ROOT / "build" / "host")).resolve()

# The pages that a user reads. Everything in them that can be run is run.
GUIDE = [ROOT / "README.md", *sorted((ROOT / "docs" / "guide").glob("*.md"))]


# Pages whose programs import belljar, or packages of others: tests/python/ runs them, where these are installed.
ELSEWHERE = {"agents.md", "charts.md", "dspy.md", "jupyter.md", "plugins.md", "smolagents.md"}


@dataclass
class Block:
    """A fenced block of a page. `name` is the file that the line above it tells the reader to save it as."""
    page: Path
    line: int
    language: str
    text: str
    name: str | None

    def __str__(self):
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page):
    lines = page.read_text(encoding="utf-8").split("\n")
    found, start, above = [], None, ""
    for number, line in enumerate(lines, 1):
        if start is None and line.startswith("```"):
            start, language = number, line[3:]
        elif start is not None and line == "```":
            name = re.search(r"`([\w-]+\.(?:py|cc|c|csv))`:$", above)
            found.append(Block(page, start, language, "\n".join(lines[start:number - 1]) + "\n", name and name[1]))
            start, above = None, ""
        elif start is None and line.strip():
            above = line
    assert start is None, f"{page}:{start}: this block has no end"
    return found


def outside_blocks(page):
    """The page's text without its blocks."""
    return re.sub(r"(?ms)^```.*?^```$", "", page.read_text(encoding="utf-8"))
