"""Every corner of format specifications: alignment, grouping, signs, bases, floats, custom __format__."""

from dataclasses import dataclass
from datetime import date


@dataclass
class Money:
    cents: int

    def __format__(self, spec: str) -> str:
        euros = f"{self.cents / 100:,.2f}"
        match spec:
            case "" | "plain":
                return euros
            case "de":
                return euros.translate(str.maketrans(",.", ".,")) + " EUR"
            case _:
                return format(euros, spec)


def main():
    for spec in (
        "",
        "d",
        "5",
        "<5",
        "^5",
        "+",
        " ",
        "05",
        "x",
        "#x",
        "#010x",
        "X",
        "o",
        "#b",
        "b",
        ",",
        "_",
        "c",
        "e",
        ".1%",
        "n",
    ):
        print(f"{spec!r:>8}: [{format(42, spec)}] [{format(-1234567, spec) if spec != 'c' else '-'}]")
    for spec in (
        "",
        "f",
        ".2f",
        "10.3f",
        "<10.3f",
        "+.0f",
        "#.0f",
        "e",
        ".3e",
        "E",
        "g",
        ".3g",
        "#.3g",
        "G",
        "%",
        "_.1f",
        ",.2f",
        "012.2f",
        "z.1f",
        ".0%",
    ):
        print(f"{spec!r:>8}: " + " ".join(f"[{format(v, spec)}]" for v in (1234.5678, -0.04, 1e-7, float("inf"))))
    for value in (0.1 + 0.2, 1e16, 1e15, 123456789012345678.0, 5e-324, 1.7976931348623157e308, 2.5, -0.0, 1 / 3):
        print(repr(value), str(value), f"{value:.17g}", value.hex())
    print(f"{'text':*^10}|{'text':>10.2}|{'tab':<6}|{True!s:>6}|{None!r:^8}|{3 + 4j:.1f}|{Money(123456789):de}")
    print(f"{Money(99):>8}|{Money(5)}|{date(2025, 3, 9):%d.%m.%y %j %A}|{[1, 'a']!r:>12}")
    width, precision = 12, 4
    print(f"{3.14159265:{width}.{precision}f}|{'nested':{'-'}^{width}}|{12 = }|{width=!r:>4}|{{}}")
    print("%05d|%-6s|%+.2f|%x|%o|%%|%e|%r|%5.1f%%" % (42, "ab", 2.345, 255, 8, 12345.678, "q", 99.95))
    print(
        "%(name)s is %(age)03d" % {"name": "Ann", "age": 7},
        "{0[1]} {1.year} {x!r:>5}".format([1, 2], date(2025, 1, 1), x="k"),
    )
    print(
        [round(x, 1) for x in (0.05, 0.15, 0.25, 0.35, 2.675)],
        [round(x) for x in (0.5, 1.5, 2.5, -0.5)],
        round(12345, -2),
    )
    print(f"{10**30:,} {2**100:_x} {-255:#b} {1_000_000:>+15,}")
    for value, spec in ((1.5, "d"), ("x", "d"), (3, ".2"), ("x", "+"), (1, "q"), (1, ",_"), ([], "5")):
        try:
            print(format(value, spec))
        except (ValueError, TypeError) as error:
            print(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
