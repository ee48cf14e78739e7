"""Text of a guest for a terminal or a notebook: what would steer it, hide or reorder shows as Python would write it."""

from __future__ import annotations

import codecs
import re

# Control characters but tab and newline, invisible format characters, those that change the direction of text, separators
# of lines and paragraphs, fillers that show nothing, variation selectors beyond the usual sixteen. The joiners U+200C and
# U+200D stay: without them some scripts and emoji come out wrong.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]")
_HIDDEN_BUT_RETURN = re.compile(_HIDDEN.pattern.replace("\x0b-\x1f", "\x0b\x0c\x0e-\x1f"))


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def plain(text: str) -> str:
    """`text` with everything that does not show itself as an escape: "\\x1b", "\\u202e". CR LF is a newline."""
    return _HIDDEN.sub(_escaped, text.replace("\r\n", "\n"))


class PlainStream:
    """The same for one stream of bytes, fed piece by piece. Carriage returns pass: progress bars use them."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def feed(self, data: bytes, final: bool = False) -> str:
        """What can be shown so far; a part of a character is kept back until the rest comes, or the end."""
        return _HIDDEN_BUT_RETURN.sub(_escaped, self._decoder.decode(data, final))
