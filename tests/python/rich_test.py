#!/usr/bin/env python3
"""What a notebook gets of a hostile guest's rich output.

    PYTHONPATH=bindings/python python3 tests/python/rich_test.py [Class[.test]]

Each bundle is read as a browser would read it: the page around may hold nothing of the guest's but a frame without rights,
images that are data, and text.
"""

from __future__ import annotations

import base64
import html
import re
import struct
import unittest
import zlib
from html.parser import HTMLParser

import belljar
from belljar import _plain, _rich

DATA = re.compile(r"data:image/(svg\+xml|png);base64,[A-Za-z0-9+/]*={0,2}")
FRAME = {"sandbox", "referrerpolicy", "style", "srcdoc"}
POLICY = ('<!doctype html><meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'; '
          'img-src data:; base-uri \'none\'; form-action \'none\'">')

ATTACKS = {
    "script": "<script>alert(1)</script>",
    "handler": "<img src=x onerror=alert(1)><body onload=alert(1)><svg onload=alert(1)>",
    "closing the attribute": "\"><script>alert(1)</script>",
    "closing it with the other quote": "'><script>alert(1)</script>",
    "closing the frame": "\"></iframe><script>alert(1)</script>",
    "closing it by its text": "</iframe></textarea></title></style></pre><script>alert(1)</script>",
    "more rights for the frame": "\" sandbox=\"allow-scripts allow-same-origin",
    "entities that close it": "&quot;&gt;&lt;/iframe&gt;&lt;script&gt;alert(1)&lt;/script&gt;&#34;&#x22;&#62;",
    "half an entity": "&quot", "an ampersand at the end": "<b>&", "a quote at the end": "<b title=\"",
    "a frame in it": "<iframe srcdoc=\"&lt;a href=//example.com&gt;\"></iframe><iframe src=\"javascript:alert(1)\"></iframe>",
    "frames with names": "<FrameSet><frame src=//example.com></frameset><OBJECT data=//example.com><embed src=x>",
    "refresh": "<meta http-equiv=refresh content='0;url=https://example.com/'><META/http-equiv=refresh>",
    "another policy": "<meta http-equiv=Content-Security-Policy content=\"default-src *\">",
    "base": "<base href=https://example.com/><base target=_top>",
    "links": "<a href=javascript:alert(1)>x</a><A\nhref=//example.com ping=//example.com>x</A><area href=x><svg><a href=x>",
    "names looked up": "<link rel=dns-prefetch href=//secret.example.com><LINK/rel=preconnect href=//x><link\x0crel=prerender href=x>",
    "mathematics": "<math href='javascript:alert(1)'><mtext></mtext></math>",
    "a foreign object": "<svg><foreignObject><iframe src=//example.com></iframe><script>alert(1)</script></foreignObject></svg>",
    "a comment that does not end": "<!-- <script>alert(1)</script>",
    "plaintext": "<plaintext><script>alert(1)</script>",
    "a declared shadow": "<template shadowrootmode=open><a href=//example.com>x</a></template>",
    "NUL": "<scr\0ipt>alert(1)</script>\0\"\0>",
    "separators": "\u2028\u2029\x85\x0b\x0c\r\"\r\n>",
    "placeholders": "{document}{0}{instead}%s",
    "a data address": "<img src='data:text/html,<script>alert(1)</script>'><a href='data:text/html;base64,PHNjcmlwdD4='>x</a>",
    "a head of its own": "<html><head><base href=//x></head><body onload=alert(1)>",
}


class Page(HTMLParser):
    """Reads a page and notes what is wrong with it; `frames` are the documents of its frames, `images` what images show."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []
        self.frames: list[str] = []
        self.images: list[str] = []
        self.text = ""
        self._open = 0
        self.feed(markup)
        self.close()
        if self._open:
            self.wrong.append("an element is open at the end")

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = dict(attributes)
        if len(values) != len(attributes):
            self.wrong.append(f"an attribute twice: {attributes}")
        if tag == "iframe":
            if set(values) != FRAME or values["sandbox"] != "":
                self.wrong.append(f"a frame with {sorted(values)}")
            self.frames.append(values.get("srcdoc") or "")
            self._open += 1
        elif tag == "img":
            if set(values) != {"alt", "style", "src"} or not DATA.fullmatch(values["src"] or ""):
                self.wrong.append(f"an image with {values}")
            self.images.append(values.get("src") or "")
        elif tag == "pre" and not values:
            self._open += 1
        else:
            self.wrong.append(f"<{tag} {values}>")

    def handle_endtag(self, tag: str) -> None:
        self._open -= 1
        if tag not in ("iframe", "pre") or self._open < 0:
            self.wrong.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.wrong.append("a comment")

    def handle_decl(self, data: str) -> None:
        self.wrong.append("a declaration")

    handle_pi = unknown_decl = handle_decl


class Frame(HTMLParser):
    """The elements of a frame's document."""

    def __init__(self, document: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.feed(document)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


class Bundles(unittest.TestCase):
    def assert_safe(self, shown: dict[str, str]) -> Page:
        self.assertLessEqual(set(shown), {"text/plain", "text/html", "image/png"})
        self.assertEqual(_plain.plain(shown["text/plain"]), shown["text/plain"])
        if "image/png" in shown:
            self.assertTrue(DATA.fullmatch("data:image/png;base64," + shown["image/png"]))
        page = Page(shown.get("text/html", ""))
        self.assertEqual(page.wrong, [])
        return page

    def test_html(self):
        for name, attack in ATTACKS.items():
            with self.subTest(attack=name):
                shown = _rich.of_bundle({"text/plain": attack, "text/html": attack})
                page = self.assert_safe(shown)
                [document] = page.frames
                self.assertTrue(document.startswith(POLICY))
                # Whatever the guest wrote stands in the attribute, and nowhere else but as text.
                outside = re.sub(r'srcdoc="[^"]*"', "", shown["text/html"])
                self.assertEqual(re.findall(r"<[a-z/!?]+", outside, re.IGNORECASE), ["<iframe", "</iframe"])

    def test_what_a_frame_still_does_is_taken_out(self):
        inert = {"a", "area", "base", "embed", "frame", "frameset", "iframe", "link", "math", "meta", "object"}
        for name, attack in ATTACKS.items():
            [document] = Page(_rich.frame(attack)).frames
            with self.subTest(attack=name):
                self.assertEqual(Frame(document).tags[:1], ["meta"])  # ours
                self.assertEqual(inert & set(Frame(document[len(POLICY):]).tags), set())

    def test_ordinary_markup_stays_as_it_is(self):
        table = "<style>td { color: red }</style><table><thead><tr><th>a<td>b</table><article><abbr title=\"x\">&lt;y&gt;</abbr>\u00fc"
        [document] = Page(_rich.frame(table)).frames
        self.assertEqual(document, POLICY + table)

    def test_frames_have_text_for_where_they_are_left_out(self):
        shown = _rich.of_bundle({"text/plain": "</iframe><b>|\x1b[1m", "text/html": "<b>"})
        # A parser takes what is in an iframe for text; a cleaner of markup that drops the element keeps that.
        self.assertIn(">&lt;/iframe&gt;&lt;b&gt;|\\x1b[1m</iframe>", shown["text/html"])

    def test_svg(self):
        for name, attack in ATTACKS.items():
            with self.subTest(attack=name):
                page = self.assert_safe(_rich.of_bundle({"text/plain": "", "image/svg+xml": f"<svg>{attack}</svg>"}))
                [address] = page.images
                self.assertEqual(base64.b64decode(address.partition(",")[2]).decode(), f"<svg>{attack}</svg>")

    def test_png(self):
        good = png(4, 3)
        shown = _rich.of_bundle({"text/plain": "p", "image/png": base64.b64encode(good).decode()})
        self.assertEqual(base64.b64decode(shown["image/png"]), good)
        bad = {
            "markup": "\"><script>alert(1)</script>",
            "base64 with markup behind it": base64.b64encode(good).decode() + "\"><script>",
            "spaces": base64.b64encode(good).decode()[:8] + "\n" + base64.b64encode(good).decode()[8:],
            "another alphabet": base64.urlsafe_b64encode(good + b"\xff\xfe\xfb").decode(),
            "not ASCII": "\u00e4" * 8, "padding": "====", "nothing": "",
            "HTML": base64.b64encode(b"<html><script>alert(1)</script>").decode(),
            "SVG": base64.b64encode(b"<svg onload='alert(1)'/>").decode(),
            "a picture cut short": base64.b64encode(good[:20]).decode(),
            "one that fills the memory": base64.b64encode(png(60_000, 60_000)).decode(),
            "one without size": base64.b64encode(png(0, 5)).decode(),
        }
        for name, data in bad.items():
            with self.subTest(attack=name):
                shown = _rich.of_bundle({"text/plain": "p", "image/png": data})
                self.assertNotIn("image/png", shown)
                self.assertIn("no PNG, or too large", shown["text/plain"])

    def test_other_forms_are_not_shown(self):
        types = ["application/javascript", "text/markdown", "text/latex", "application/json", "application/vnd.vega.v5+json",
                 "application/vnd.jupyter.widget-view+json", "image/svg+xml;x", "TEXT/HTML", "application/pdf", "image/jpeg"]
        self.assertEqual(_rich.of_bundle({"text/plain": "p", **{kind: "<script>alert(1)</script>" for kind in types}}), {"text/plain": "p"})
        self.assertEqual(_rich.of_bundle({}), {"text/plain": ""})

    def test_huge_markup(self):
        for kind in ("text/html", "image/svg+xml"):
            shown = _rich.of_bundle({"text/plain": "p", kind: "<b>" * 2_000_000})
            self.assertEqual(set(shown), {"text/plain"})
            self.assertIn(f"the {kind} that goes with it is too large to show: 6000000 characters", shown["text/plain"])

    def test_text(self):
        shown = _rich.of_bundle({"text/plain": "a\x1b[2J\x07\x9b\u202e\u2028\ud800\r\n\tb\u200d\U000e0041"})
        self.assertEqual(shown["text/plain"], "a\\x1b[2J\\x07\\x9b\\u202e\\u2028\\ud800\n\tb\u200d\\U000e0041")


class Results(unittest.TestCase):
    """Of real runs, as a notebook shows a RunResult."""

    def shown(self, code: str) -> dict[str, str]:
        result = belljar.run(code)
        shown = result._repr_mimebundle_()
        page = Page(shown.get("text/html", ""))
        self.assertEqual(page.wrong, [])
        self.assertLessEqual(set(shown), {"text/plain", "text/html", "image/png"})
        self.assertNotIn("\x1b", shown["text/plain"])
        return shown

    def rich(self, kind: str, returned: str) -> str:
        return f"class R:\n    def _repr_{kind}_(self): return {returned}\n    def __repr__(self): return 'an R'\n"

    def test_a_value(self):
        self.assertEqual(self.shown("6 * 7"), {"text/plain": "42"})
        shown = self.shown(self.rich("html", "'<b onclick=alert(1)>bold</b>'") + "R()")
        self.assertEqual(shown["text/plain"], "an R")
        self.assertTrue(shown["text/html"].startswith('<iframe sandbox="" '))
        self.assertIn("<img ", self.shown(self.rich("svg", "'<svg/>'") + "R()")["text/html"])
        data = png(2, 2)
        self.assertEqual(base64.b64decode(self.shown(self.rich("png", repr(data)) + "R()")["image/png"]), data)
        self.assertNotIn("image/png", self.shown(self.rich("png", "b'<script>'") + "R()"))

    def test_text_beside_it_is_escaped(self):
        shown = self.shown(self.rich("html", "'<b>'") + "print('<script>alert(1)</script></pre>\\x1b[2J')\nR()")
        self.assertIn(html.escape("<script>alert(1)</script></pre>\\x1b[2J"), shown["text/html"])
        self.assertNotIn("<script", shown["text/html"])
        self.assertEqual(shown["text/plain"], "<script>alert(1)</script></pre>\\x1b[2J\nan R")

    def test_what_was_displayed(self):
        shown = self.shown(self.rich("svg", "'<svg/>'") + "display(R(), 'a <b> text')\nprint('out')\n1 / 0")
        self.assertIn("data:image/svg+xml;base64,", shown["text/html"])
        self.assertIn("a &lt;b&gt; text", shown["text/html"])
        self.assertIn("ZeroDivisionError", shown["text/html"])
        self.assertRegex(shown["text/plain"], r"(?s)out\nan R\n'a <b> text'\nTraceback.*ZeroDivisionError")
        self.assertEqual(set(self.shown("display(1)\ndisplay(2)")), {"text/plain"})
        self.assertEqual(self.shown("display(1)"), {"text/plain": "1"})

    def test_a_picture_beside_text(self):
        shown = self.shown(self.rich("png", repr(png(2, 2))) + "print('out')\nR()")
        self.assertIn('src="data:image/png;base64,', shown["text/html"])

    def test_nothing_and_failures(self):
        self.assertIn("RunResult", self.shown("x = 1")["text/plain"])
        self.assertIn("ValueError: \\x1b[2J", self.shown("raise ValueError('\\x1b[2J')")["text/plain"])
        self.assertIn("TimeLimit", belljar.run("sum(range(10**12))", cpu=0.2)._repr_mimebundle_()["text/plain"])


class Streams(unittest.TestCase):
    def test_a_character_in_pieces(self):
        stream = _plain.PlainStream()
        self.assertEqual([stream.feed(b"a\xe2\x82"), stream.feed(b"\xac\xff\r\n\r\x1b"), stream.feed(b"\xe2", True)],
                         ["a", "\u20ac\ufffd\r\n\r\\x1b", "\ufffd"])

    def test_every_control_character_shows(self):
        for code in [*range(0x20), *range(0x7F, 0xA0)]:
            text = _plain.plain(chr(code))
            self.assertEqual(text, chr(code) if code in (9, 10) else f"\\x{code:02x}")


if __name__ == "__main__":
    unittest.main(verbosity=1)
