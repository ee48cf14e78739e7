"""Convert units read from standard input, with dimension checks."""

import sys
from fractions import Fraction

UNITS = {
    "m": ("length", 1),
    "km": ("length", 1000),
    "cm": ("length", Fraction(1, 100)),
    "in": ("length", Fraction(254, 10000)),
    "ft": ("length", Fraction(3048, 10000)),
    "mi": ("length", Fraction(1609344, 1000)),
    "g": ("mass", 1),
    "kg": ("mass", 1000),
    "lb": ("mass", Fraction(45359237, 100000)),
    "oz": ("mass", Fraction(45359237, 1600000)),
    "s": ("time", 1),
    "min": ("time", 60),
    "h": ("time", 3600),
    "d": ("time", 86400),
}
OFFSETS = {
    "C": (Fraction(1), Fraction(27315, 100)),
    "F": (Fraction(5, 9), Fraction(45967, 180)),
    "K": (Fraction(1), Fraction(0)),
}


class UnitError(Exception):
    pass


def convert(value: Fraction, source: str, target: str) -> Fraction:
    if source in OFFSETS and target in OFFSETS:
        scale, offset = OFFSETS[source]
        kelvin = value * scale + offset
        if kelvin < 0:
            raise UnitError("below absolute zero")
        scale, offset = OFFSETS[target]
        return (kelvin - offset) / scale
    try:
        (from_kind, from_factor), (to_kind, to_factor) = UNITS[source], UNITS[target]
    except KeyError as error:
        raise UnitError(f"unknown unit {error}") from None
    if from_kind != to_kind:
        raise UnitError(f"{from_kind} is not {to_kind}")
    return value * from_factor / to_factor


def main():
    failures = 0
    for number, line in enumerate(sys.stdin, 1):
        line = line.split("#")[0].strip()
        if not line:
            continue
        try:
            amount, source, to, target = line.split()
            result = convert(Fraction(amount), source, target)
        except ValueError as error:
            failures += 1
            print(f"{number}: {line!r}: {error}")
        except UnitError as error:
            failures += 1
            print(f"{number}: {error}")
        else:
            exact = f" = {result}" if result.denominator < 1000 else ""
            print(f"{number}: {amount} {source} = {float(result):.6g} {target}{exact}")
    return min(failures, 3)


if __name__ == "__main__":
    sys.exit(main())
