"""Translations with gettext made in memory, plural forms, locale-free number formats, string collation by hand."""

import gettext
import io
import locale
import struct
import unicodedata


def compile_catalogue(messages: dict) -> bytes:
    """A .mo file."""
    entries = []
    for key, value in messages.items():
        if isinstance(key, tuple):
            entries.append(("\0".join(key), "\0".join(value)))
        else:
            entries.append((key, value))
    entries.sort(key=lambda e: e[0].encode())
    keys = [k.encode() for k, _ in entries]
    values = [v.encode() for _, v in entries]
    table, offset = b"", 28 + 16 * len(entries)
    for group in (keys, values):
        for text in group:
            table += struct.pack("<II", len(text), offset)
            offset += len(text) + 1
    body = b"".join(text + b"\0" for text in keys + values)
    return struct.pack("<IIIIIII", 0x950412DE, 0, len(entries), 28, 28 + 8 * len(entries), 0, 0) + table + body


GERMAN = {
    "": "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\nLanguage: de\n",
    "Hello, {name}!": "Hallo, {name}!",
    ("{n} file", "{n} files"): ("{n} Datei", "{n} Dateien"),
    "menu\x04Open": "\u00d6ffnen",
    "state\x04Open": "Offen",
}
POLISH = {
    "": "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\n",
    ("{n} file", "{n} files"): ("{n} plik", "{n} pliki", "{n} plik\u00f3w"),
}


def sort_key(word):
    base = unicodedata.normalize("NFD", word)
    return "".join(c for c in base if not unicodedata.combining(c)).casefold(), word.swapcase(), base


def spell(n: int) -> str:
    ones = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
    tens = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()
    if n < 0:
        return "minus " + spell(-n)
    if n < 20:
        return ones[n]
    if n < 100:
        return tens[n // 10] + ("-" + ones[n % 10] if n % 10 else "")
    for size, name in ((10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if n >= size:
            rest = n % size
            return spell(n // size) + " " + name + ((" and " if rest < 100 else " ") + spell(rest) if rest else "")


def ordinal(n: int) -> str:
    return f"{n}{'th' if n % 100 in (11, 12, 13) else {1: 'st', 2: 'nd', 3: 'rd'}.get(n % 10, 'th')}"


def indian(n: int) -> str:
    text = str(n)
    head, tail = text[:-3], text[-3:]
    groups = []
    while head:
        groups.insert(0, head[-2:])
        head = head[:-2]
    return ",".join([*groups, tail])


def main():
    german, polish = (gettext.GNUTranslations(io.BytesIO(compile_catalogue(c))) for c in (GERMAN, POLISH))
    _ = german.gettext
    print(
        _("Hello, {name}!").format(name="Ann"),
        _("untranslated"),
        german.pgettext("menu", "Open"),
        german.pgettext("state", "Open"),
        german.pgettext("door", "Open"),
        german.info()["language"],
        german.charset(),
    )
    for translation in (german, polish, gettext.NullTranslations()):
        print([translation.ngettext("{n} file", "{n} files", n).format(n=n) for n in (0, 1, 2, 5, 12, 22, 101)])
    german.add_fallback(polish)
    print(
        gettext.c2py("n%10==1 && n%100!=11 ? 0 : 1")(21),
        gettext.find("nothing", "."),
        gettext.dngettext("d", "one", "many", 1),
    )
    words = [
        "z\u00fcrich",
        "Zebra",
        "\u00e4pfel",
        "apfel",
        "\u00c4pfel",
        "\u00f8re",
        "ore",
        "Zurich",
        "\u00e9t\u00e9",
        "ete",
    ]
    print(sorted(words), sorted(words, key=sort_key), sep="\n")
    print(
        [spell(n) for n in (0, 13, 21, 100, 342, 1001, 12_345, 1_000_000, -7)],
        [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 102, 111)],
        indian(123456789),
        indian(999),
    )
    print(
        locale.format_string("%.2f %d", (1234.5, 10**6), grouping=True),
        locale.atof("1.5"),
        locale.delocalize("1.5"),
        locale.localeconv()["decimal_point"],
        locale.str(0.1),
        locale.normalize("de_DE"),
        f"{1234567.891:,.1f}".translate(str.maketrans(",.", ".,")),
        f"{1234567:n}",
    )
    for bad in (
        b"junk",
        struct.pack("<I", 0x950412DE),
        compile_catalogue({"": "Plural-Forms: nplurals=2; plural=n +;\n"}),
    ):
        try:
            gettext.GNUTranslations(io.BytesIO(bad))
        except (OSError, struct.error, ValueError) as error:
            print(type(error).__name__, str(error)[:60])


if __name__ == "__main__":
    main()
