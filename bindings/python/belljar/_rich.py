"""Rich output of a guest, made safe to show in a notebook.

A notebook runs scripts in what it shows, with all rights of the person who looks at it: markup from a guest would be a way
out of the sandbox. So HTML is put into a frame without rights, a drawing into an image, where scripts do not run, and a
picture is shown when it is one. No other form goes through: Markdown, LaTeX and JavaScript are never asked for.
"""

from __future__ import annotations

import base64
import binascii
import html
import re

from ._plain import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._result import RunResult

MOST_MARKUP = 4 << 20
"""Characters of HTML or SVG that are shown; what is longer would only stop the browser."""
MOST_PIXELS = 64_000_000

# What stands inside the frame is for a notebook that does not trust its outputs: it leaves out the frame and keeps the text.
_FRAME = ('<iframe sandbox="" referrerpolicy="no-referrer" style="width: 100%; height: {height}px; border: 0; resize: vertical; '
          'background: white" srcdoc="{document}">{instead}</iframe>')
# No scripts, and nothing is fetched: a picture's address could carry data out.
_HEAD = ('<!doctype html><meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'; '
         'img-src data:; base-uri \'none\'; form-action \'none\'">')
# What neither the frame's sandbox nor its policy stops: a link that the person clicks, a name that is looked up before
# anybody clicks, a second document hidden in an attribute. These elements become unknown ones, which do nothing.
_ACTIVE = re.compile(r"<(/?)(a|area|base|embed|fencedframe|frame|frameset|iframe|link|math|meta|object|portal)(?=[\s/>])",
                     re.IGNORECASE)


def frame(markup: str, instead: str = "") -> str:
    """HTML that shows `markup` without letting it do anything. `instead` is text for where frames are left out."""
    rows = sum(markup.count(tag) for tag in ("<tr", "<p", "<li", "<br", "<h", "<div"))
    document = html.escape(_HEAD + _ACTIVE.sub(r"<\1x-\2", markup), quote=True)
    return _FRAME.format(height=min(40 + 28 * max(rows, 2), 600), document=document, instead=html.escape(plain(instead)))


def image(svg: str) -> str:
    """HTML that shows a drawing as an image."""
    encoded = base64.b64encode(svg.encode("utf-8", "replace")).decode()
    return f'<img alt="" style="max-width: 100%" src="data:image/svg+xml;base64,{encoded}">'


def picture(encoded: str) -> str | None:
    """A PNG in base64, encoded anew: some frontends paste what they get into markup. None when it is none, or one that
    would take a browser's memory."""
    try:
        data = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return None
    if data[:8] != b"\x89PNG\r\n\x1a\n" or data[12:16] != b"IHDR" or len(data) < 24:
        return None
    width, height = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    if not 0 < width * height <= MOST_PIXELS:
        return None
    return base64.b64encode(data).decode()


def of_bundle(bundle: dict[str, str]) -> dict[str, str]:
    """A guest's MIME bundle for a notebook: text/plain, and text/html or image/png where there is something to show."""
    shown = {"text/plain": plain(bundle.get("text/plain", ""))}
    markup, svg = bundle.get("text/html"), bundle.get("image/svg+xml")
    if "image/png" in bundle:
        png = picture(bundle["image/png"])
        if png is None:
            _note(shown, "the image/png that goes with it is no PNG, or too large")
        else:
            shown["image/png"] = png
    for kind, text in (("text/html", markup), ("image/svg+xml", svg)):
        if text is not None and len(text) > MOST_MARKUP:
            _note(shown, f"the {kind} that goes with it is too large to show: {len(text)} characters")
    if markup is not None and len(markup) <= MOST_MARKUP:
        shown["text/html"] = frame(markup, shown["text/plain"])
    elif svg is not None and len(svg) <= MOST_MARKUP:
        shown["text/html"] = image(svg)
    return shown


def _note(shown: dict[str, str], note: str) -> None:
    shown["text/plain"] = f"{shown['text/plain']}\n(belljar: {note})"


def of_result(result: RunResult) -> dict[str, str]:
    """A result for a notebook: its value; or, when there is more, what it printed and showed, its value and how it ended."""
    printed = plain(result.stdout + result.stderr)
    bundles = [of_bundle(bundle) for bundle in [*result.displays, result.display] if bundle]
    ending = ""
    if result.error is not None:
        ending = plain(result.error.traceback or f"{result.error.type}: {result.error.message}")
    if len(bundles) == 1 and not printed and not ending:
        return bundles[0]
    texts = [printed, *(bundle["text/plain"] for bundle in bundles), ending]
    shown = {"text/plain": "\n".join(text.rstrip("\n") for text in texts if text) or repr(result)}
    if any(len(bundle) > 1 for bundle in bundles):
        shown["text/html"] = "".join([_pre(printed), *map(_as_html, bundles), _pre(ending)])
    return shown


def _pre(text: str) -> str:
    return f"<pre>{html.escape(text)}</pre>" if text else ""


def _as_html(shown: dict[str, str]) -> str:
    if "text/html" in shown:
        return shown["text/html"]
    if "image/png" in shown:
        return f'<img alt="" style="max-width: 100%" src="data:image/png;base64,{shown["image/png"]}">'
    return _pre(shown["text/plain"])
