"""Regular expressions: groups, lookarounds, substitution with functions, verbose patterns, scanning."""

import re

PHONE = re.compile(r"""
    (?P<country>\+\d{1,3}[\s.-]?)?     # optional country code
    \(?(?P<area>\d{3})\)?[\s.-]?       # area code
    (?P<number>\d{3}[\s.-]?\d{4})\b    # local number
""", re.VERBOSE)


def main():
    text = "Call +1 555-867-5309 or (212) 555.0100; not 12345. Fax: +44-555-123-4567"
    for m in PHONE.finditer(text):
        print(m.span(), m.groupdict())

    print(re.sub(r"(?<=\d)(?=(?:\d{3})+\b)", ",", "population 7888000000, area 510072000"))
    print(re.sub(r"_(\w)", lambda m: m[1].upper(), "snake_case_to_camel"))
    print(re.sub(r"(?<!^)(?=[A-Z])", "_", "CamelCaseToSnake").lower())
    print(re.subn(r"(\w+) (\w+)", r"\2 \g<1>", "hello world foo bar baz", count=1))
    print(re.split(r"([,;])\s*", "a, b;c,  d"), re.split(r"\b", "to be"), re.split(r"x*", "axbc"))
    print(re.findall(r"\b(\w)(\w*)\b", "one two"), re.findall(r"a|ab", "ab"), re.findall("", "ab"))
    print(re.findall(r"(?i)straSSe|\u00df", "Strasse STRASSE stra\u00dfe"))
    print(re.match(r"(a+)+$", "aaaaaaaaaaaa"), re.fullmatch(r"[\w.]+@\w+\.\w{2,}", "a.b@c.org") is not None)
    print(re.search(r"(?P<q>['\"]).*?(?P=q)", "say \"it's\" now").group())
    print(re.findall(r"(?m)^(\w+):\s*(.*)$", "a: 1\nb:2\n c: 3\nd:"))
    print(re.search(r"a.c", "a\nc"), re.search(r"a.c", "a\nc", re.S))
    print([m.group() for m in re.finditer(r"(?<![\w.])-?\d+(?:\.\d+)?(?!\w)", "3 -4.5 x7 8a 9.0.1 -10")])
    print(re.findall(r"\d++(?!\.)", "12.5 7"), re.findall(r"(?>a+)b", "aaab"))
    print(re.sub(r"(?P<year>\d{4})-(\d\d)-(\d\d)", r"\3.\2.\g<year>", "on 2025-11-03 and 1999-01-31"))
    print(re.escape("a.b*c?[d]"), bytes(re.sub(rb"\x00+", b"-", b"a\0\0b\0")))
    print(re.findall(r"(a)?(b)?(?(1)c|d)", "ac bd abc d"))

    scanner = re.Scanner([(r"\d+", lambda s, t: int(t)), (r"\w+", lambda s, t: t), (r"\s+", None)])
    print(scanner.scan("x1 42 y !rest"))
    for bad in ("(", "[a", "*a", "(?P<1>x)", "a{3,1}", r"\1", "(?<=a+)b", "(?z)"):
        try:
            re.compile(bad)
            print(bad, "compiled")
        except re.error as error:
            print(f"{bad!r}: {error.msg} at {error.pos}")
    print(re.compile("x", re.I | re.M), repr(re.match("(a)(?P<b>b)?", "a")), re.match("(a)(b)?", "a").groups("-"))


if __name__ == "__main__":
    main()
