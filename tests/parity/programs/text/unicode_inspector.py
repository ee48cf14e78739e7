"""Names, categories, normal forms, case folding and grapheme-like splitting of Unicode text."""

import sys
import unicodedata
from collections import Counter

SAMPLES = {
    "accent": "cafe\u0301 caf\u00e9",
    "german": "Stra\u00dfe \u1e9e",
    "turkish": "\u0130stanbul \u0131",
    "greek": "\u039f\u03b4\u03c5\u03c3\u03c3\u03b5\u03cd\u03c2",
    "ligature": "\ufb01ne \u2460 \u00bd \u2167",
    "cjk": "\u6f22\u5b57 \uff21\uff22",
    "emoji": "\U0001f469\u200d\U0001f4bb \U0001f1e9\U0001f1ea",
    "arabic": "\u0663\u0664",
    "hangul": "\ud55c\u1112\u1161\u11ab",
}


def clusters(text):
    """Letters with their combining marks and joiners; enough for these samples."""
    current = ""
    for c in text:
        if current and (unicodedata.combining(c) or c == "\u200d" or current[-1] == "\u200d"):
            current += c
        else:
            if current:
                yield current
            current = c
    if current:
        yield current


def display_width(text):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def main():
    for name, text in SAMPLES.items():
        print(
            f"{name}: {text} {len(text)} code points, {len(text.encode())} bytes, "
            f"{len(text.encode('utf-16-le')) // 2} UTF-16 units, {len(list(clusters(text)))} clusters, "
            f"width {display_width(text)}"
        )
        print(
            "   forms:",
            [len(unicodedata.normalize(f, text)) for f in ("NFC", "NFD", "NFKC", "NFKD")],
            ascii(unicodedata.normalize("NFKC", text)),
        )
        print("   case:", ascii(text.upper()), ascii(text.casefold()), ascii(text.title()))
        print("   categories:", dict(sorted(Counter(map(unicodedata.category, text)).items())))
    for c in "A\u00e9\u03a9\u20ac\u4e2d\U0001f600\u0000\uac00":
        print(f"U+{ord(c):04X} {unicodedata.name(c, '<no name>')} {unicodedata.bidirectional(c)!r}")
    print(
        unicodedata.lookup("SNOWMAN"),
        "\N{GREEK SMALL LETTER PI}",
        unicodedata.numeric("\u00bd"),
        unicodedata.digit("\u0664"),
        int("\u0663\u0664"),
        unicodedata.decimal("7"),
    )
    print(
        "a\u0301" == "\u00e1",
        unicodedata.normalize("NFC", "a\u0301") == "\u00e1",
        unicodedata.is_normalized("NFC", "a\u0301"),
    )
    print(
        [
            "\u00b2".isdigit(),
            "\u00b2".isdecimal(),
            "\u00bd".isnumeric(),
            "\u2167".isnumeric(),
            "_a\u00e9".isidentifier(),
        ]
    )
    words = ["zebra", "\u00c4pfel", "apple", "\u00e9clair", "Zoo"]
    print(sorted(words), sorted(words, key=lambda w: unicodedata.normalize("NFD", w).casefold()))
    print(unicodedata.unidata_version, hex(sys.maxunicode), "\u212b".lower(), "\u01c5".swapcase())
    for data in (b"\xff", b"\xc3", b"\xed\xa0\x80", b"ok"):
        try:
            print(data.decode())
        except UnicodeDecodeError as error:
            print(
                error,
                data.decode(errors="replace"),
                data.decode(errors="surrogateescape").encode(errors="surrogateescape") == data,
            )


if __name__ == "__main__":
    main()
