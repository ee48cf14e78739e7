"""Parse Markdown tables from text and print them aligned, as CSV and as HTML."""

import csv
import re
import sys
from html import escape

TEXT = r"""
Intro text | with a bar but no table.

| Name    | Qty | Price |
|:--------|----:|:-----:|
| Apple   | 3   | 0.50  |
| Pear \| Co | 12 | 1.25 |
| Kiwi | | `a|b` |

Other text.

a | b
--|--
1 | 2
3
"""

SEPARATOR = re.compile(r"^\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?$")


def cells(line: str) -> list[str]:
    line = line.strip().removeprefix("|")
    line = re.sub(r"(?<!\\)\|$", "", line)
    return [c.strip().replace(r"\|", "|") for c in re.split(r"(?<!\\)\|(?=(?:[^`]*`[^`]*`)*[^`]*$)", line)]


def alignment(cell: str) -> str:
    return {(True, True): "^", (False, True): ">"}.get((cell.startswith(":"), cell.endswith(":")), "<")


def tables(text: str):
    lines = text.split("\n")
    i = 0
    while i < len(lines) - 1:
        if "|" in lines[i] and SEPARATOR.match(lines[i + 1].strip()) and "|" in lines[i + 1]:
            header, aligns = cells(lines[i]), [alignment(c) for c in cells(lines[i + 1])]
            i += 2
            rows = []
            while i < len(lines) and lines[i].strip():
                row = cells(lines[i])
                rows.append((row + [""] * len(header))[:len(header)])
                i += 1
            yield header, aligns, rows
        i += 1


def main():
    for header, aligns, rows in tables(TEXT):
        widths = [max(map(len, column)) for column in zip(header, *rows)]
        for row in [header, *rows]:
            print("[" + "] [".join(f"{c:{a}{w}}" for c, a, w in zip(row, aligns, widths)) + "]")
        csv.writer(sys.stdout, lineterminator="\n").writerows([header, *rows])
        for row in rows:
            print("<tr>" + "".join(f"<td>{escape(c)}</td>" for c in row) + "</tr>")
        print()


if __name__ == "__main__":
    main()
