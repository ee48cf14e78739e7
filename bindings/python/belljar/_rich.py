"""Rich output of a guest, made safe to show in a notebook.

A notebook runs scripts in what it shows, with all rights of the person who looks at it: markup from a guest would be a way
out of the sandbox. So HTML is put into a frame without rights, and a drawing into an image, where scripts do not run.
"""

from __future__ import annotations

import base64
import html

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._result import RunResult

_FRAME = ('<iframe sandbox="" referrerpolicy="no-referrer" style="width: 100%; height: {height}px; border: 0; resize: vertical" '
          'srcdoc="{document}"></iframe>')
# No scripts, and nothing is fetched: a picture's address could carry data out.
_HEAD = ('<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
         'style-src \'unsafe-inline\'; img-src data:">')


def frame(markup: str) -> str:
    """HTML that shows `markup` without letting it do anything."""
    rows = markup.count("<tr") + markup.count("<p") + markup.count("<li") + markup.count("<br") + markup.count("<h")
    return _FRAME.format(height=min(40 + 28 * max(rows, 2), 600), document=html.escape(_HEAD + markup, quote=True))


def image(svg: str) -> str:
    """HTML that shows a drawing as an image."""
    encoded = base64.b64encode(svg.encode()).decode()
    return f'<img alt="" src="data:image/svg+xml;base64,{encoded}">'


def of_bundle(bundle: dict[str, str]) -> dict[str, str]:
    """A guest's MIME bundle for a notebook."""
    shown = {"text/plain": bundle.get("text/plain", "")}
    if "image/png" in bundle:
        shown["image/png"] = bundle["image/png"]
    if "text/html" in bundle:
        shown["text/html"] = frame(bundle["text/html"])
    elif "image/svg+xml" in bundle:
        shown["text/html"] = image(bundle["image/svg+xml"])
    return shown


def of_result(result: RunResult) -> dict[str, str]:
    """A result for a notebook: its value, or else what it printed and how it ended."""
    if result.ok and result.display and not result.stdout and not result.stderr:
        return of_bundle(result.display)
    parts = [result.stdout, result.stderr, result.text or ""]
    if result.error is not None:
        parts.append(result.error.traceback or f"{result.error.type}: {result.error.message}")
    bundle = {"text/plain": "\n".join(part.rstrip("\n") for part in parts if part) or repr(result)}
    rich = of_bundle(result.display) if result.display else {}
    if "text/html" in rich or "image/png" in rich:
        png = f'<img alt="" src="data:image/png;base64,{html.escape(rich["image/png"])}">' if "image/png" in rich else ""
        printed = html.escape("".join(part for part in parts[:2] if part))
        bundle["text/html"] = f"<pre>{printed}</pre>" + (rich.get("text/html") or png)
    return bundle
