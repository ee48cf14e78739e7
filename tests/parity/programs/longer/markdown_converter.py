"""Convert Markdown on standard input to HTML: blocks first, then what is inside a line."""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import takewhile

PUNCTUATION = re.escape("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


@dataclass
class Inline:
    """Replaces finished pieces by private marks, so that later rules leave them alone."""

    references: dict[str, tuple[str, str]]
    kept: list[str] = field(default_factory=list)

    def keep(self, text: str) -> str:
        self.kept.append(text)
        return f"\x02{len(self.kept) - 1}\x03"

    def link(self, text, url, title="", image=False):
        extra = f' title="{html.escape(title)}"' if title else ""
        if image:
            return self.keep(f'<img src="{html.escape(url)}" alt="{html.escape(text)}"{extra}>')
        return self.keep(f'<a href="{html.escape(url)}"{extra}>') + text + self.keep("</a>")

    def reference(self, match):
        label = (match[3] or match[2]).lower()
        if label not in self.references:
            return match[0]
        return self.link(match[2], *self.references[label], image=bool(match[1]))

    def convert(self, text: str) -> str:
        text = re.sub(rf"\\([{PUNCTUATION}])", lambda m: self.keep(html.escape(m[1], quote=False)), text)
        text = re.sub(
            r"(`+)(.+?)(?<!`)\1(?!`)",
            lambda m: self.keep(f"<code>{html.escape(m[2].strip(), quote=False)}</code>"),
            text,
        )
        text = re.sub(
            r"<((?:https?|mailto):[^>\s]+)>", lambda m: self.link(html.escape(m[1].removeprefix("mailto:")), m[1]), text
        )
        text = html.escape(text, quote=False)
        text = re.sub(
            r"(!?)\[([^\]]*)\]\(([^\s)]+)(?:\s+\"([^\"]*)\")?\)",
            lambda m: self.link(m[2], m[3].replace("&amp;", "&"), m[4] or "", bool(m[1])),
            text,
        )
        text = re.sub(r"(!?)\[([^\]]+)\](?:\[([^\]]*)\])?", self.reference, text)
        for pattern, tag in (
            (r"\*\*(?=\S)(.+?)(?<=\S)\*\*", "strong"),
            (r"__(?=\S)(.+?)(?<=\S)__", "strong"),
            (r"\*(?=\S)(.+?)(?<=\S)\*", "em"),
            (r"(?<!\w)_(?=\S)(.+?)(?<=\S)_(?!\w)", "em"),
            (r"~~(.+?)~~", "del"),
        ):
            text = re.sub(pattern, rf"<{tag}>\1</{tag}>", text)
        text = re.sub(r"(?: {2,}|\\)\n", "<br>\n", text)
        while "\x02" in text:
            text = re.sub("\x02(\\d+)\x03", lambda m: self.kept[int(m[1])], text)
        return text


class Converter:
    def __init__(self, text: str):
        self.references: dict[str, tuple[str, str]] = {}
        self.headings: list[tuple[int, str, str]] = []
        lines = []
        for line in text.expandtabs(4).splitlines():
            if match := re.fullmatch(r' {0,3}\[([^\]]+)\]:\s*(\S+)(?:\s+"([^"]*)")?\s*', line):
                self.references[match[1].lower()] = match[2], match[3] or ""
            else:
                lines.append(line)
        self.html = "\n".join(self.blocks(lines))

    def inline(self, text: str) -> str:
        return Inline(self.references).convert(text)

    def blocks(self, lines: list[str]) -> list[str]:
        output, at = [], 0
        rules: list[Callable] = [
            self.blank,
            self.fence,
            self.heading,
            self.rule,
            self.quote,
            self.listing,
            self.table,
            self.code,
            self.paragraph,
        ]
        while at < len(lines):
            for rule in rules:
                if (result := rule(lines[at:])) is not None:
                    used, made = result
                    output += made
                    at += used
                    break
        return output

    def blank(self, lines):
        return None if lines[0].strip() else (1, [])

    def fence(self, lines):
        if not (match := re.match(r"(```+|~~~+)\s*(\w*)", lines[0])):
            return None
        body = list(takewhile(lambda line: not line.startswith(match[1]), lines[1:]))
        language = f' class="language-{match[2]}"' if match[2] else ""
        return len(body) + 2, [f"<pre><code{language}>" + html.escape("\n".join(body), quote=False) + "</code></pre>"]

    def heading(self, lines):
        if match := re.match(r"(#{1,6})\s+(.*?)\s*#*$", lines[0]):
            level, text, used = len(match[1]), match[2], 1
        elif (
            len(lines) > 1
            and lines[0].strip()
            and re.fullmatch(r"=+|-{2,}", lines[1].strip())
            and not lines[0].startswith(("-", ">", "|"))
        ):
            level, text, used = (1 if lines[1].strip()[0] == "=" else 2), lines[0].strip(), 2
        else:
            return None
        anchor = re.sub(r"[^\w]+", "-", text.lower()).strip("-")
        while any(anchor == a for _, a, _ in self.headings):
            anchor += "-2"
        self.headings.append((level, anchor, text))
        return used, [f'<h{level} id="{anchor}">{self.inline(text)}</h{level}>']

    def rule(self, lines):
        return (1, ["<hr>"]) if re.fullmatch(r" {0,3}([-*_])( *\1){2,} *", lines[0]) else None

    def quote(self, lines):
        if not lines[0].lstrip().startswith(">"):
            return None
        inner = list(takewhile(str.strip, lines))
        return len(inner), [
            "<blockquote>",
            *self.blocks([re.sub(r"^\s*> ?", "", line) for line in inner]),
            "</blockquote>",
        ]

    ITEM = re.compile(r"( {0,3})([-*+]|(\d+)[.)])( +)(.*)")

    def listing(self, lines):
        if not (first := self.ITEM.fullmatch(lines[0])):
            return None
        ordered, items, loose, at = first[3] is not None, [], False, 0
        while at < len(lines):
            match = self.ITEM.fullmatch(lines[at])
            if not match or (match[3] is not None) != ordered:
                break
            indent = len(match[1]) + len(match[2]) + len(match[4])
            body, at = [match[5]], at + 1
            while at < len(lines) and (
                not lines[at].strip()
                or lines[at].startswith(" " * min(indent, 2))
                or (body[-1].strip() and not self.ITEM.fullmatch(lines[at]) and not self.rule([lines[at]]))
            ):
                if not lines[at].strip() and not (
                    at + 1 < len(lines)
                    and (lines[at + 1].startswith(" " * min(indent, 2)) or self.ITEM.fullmatch(lines[at + 1]))
                ):
                    break
                body.append(re.sub(rf"^ {{0,{indent}}}", "", lines[at]))
                at += 1
            if body[-1] == "" and at < len(lines):
                loose = True
            items.append(body)
        tag = "ol" if ordered else "ul"
        start = f' start="{first[3]}"' if ordered and first[3] != "1" else ""
        output = [f"<{tag}{start}>"]
        for body in items:
            box = ""
            if task := re.match(r"\[([ x])\] ", body[0]):
                box, body = f"<input type=checkbox{' checked' if task[1] == 'x' else ''}> ", [body[0][4:], *body[1:]]
            inner = self.blocks(body)
            if not loose:
                inner = [re.sub(r"^<p>(.*)</p>$", r"\1", piece, flags=re.S) for piece in inner]
            output.append("<li>" + box + "\n".join(inner) + "</li>")
        return at, [*output, f"</{tag}>"]

    def table(self, lines):
        if (
            len(lines) < 2
            or "|" not in lines[0]
            or not re.fullmatch(r"\|?( *:?-+:? *\|)+( *:?-+:? *)?", lines[1].strip())
        ):
            return None

        def cells(line):
            return [c.strip() for c in line.strip().strip("|").split("|")]

        aligns = [
            {"lr": "center", "r": "right", "l": "left"}.get("l" * c.startswith(":") + "r" * c.endswith(":"), "")
            for c in cells(lines[1])
        ]
        rows = list(takewhile(lambda line: "|" in line, lines[2:]))
        output = ["<table>"]
        for tag, row in [("th", lines[0]), *(("td", row) for row in rows)]:
            padded = (cells(row) + [""] * len(aligns))[: len(aligns)]
            output.append(
                "<tr>"
                + "".join(
                    f"<{tag}{f' align={a}' if a else ''}>{self.inline(c)}</{tag}>" for c, a in zip(padded, aligns)
                )
                + "</tr>"
            )
        return len(rows) + 2, [*output, "</table>"]

    def code(self, lines):
        body = list(takewhile(lambda line: line.startswith("    "), lines))
        return (
            (
                len(body),
                ["<pre><code>" + html.escape("\n".join(line[4:] for line in body), quote=False) + "</code></pre>"],
            )
            if body
            else None
        )

    def paragraph(self, lines):
        body = [lines[0]]
        for i, line in enumerate(lines[1:], 1):
            if not line.strip() or line.startswith(("#", ">", "```")) or self.rule([line]) or self.ITEM.fullmatch(line):
                break
            body.append(line)
        return len(body), [f"<p>{self.inline(chr(10).join(line.lstrip() for line in body).rstrip())}</p>"]


def main():
    converter = Converter(sys.stdin.read())
    print(converter.html)
    print("<!-- contents")
    for level, anchor, text in converter.headings:
        print("  " * level + f"{text} #{anchor}")
    print("-->")


if __name__ == "__main__":
    main()
