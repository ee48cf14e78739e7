"""Decimal: rounding modes, signals, special values, exponents, pi to many digits."""

import decimal
from decimal import Context, Decimal, localcontext


def pi() -> Decimal:
    """The recipe of the library's documentation."""
    with localcontext() as context:
        context.prec += 2
        three = Decimal(3)
        last, t, s, n, na, d, da = 0, three, 3, 1, 0, 0, 24
        while s != last:
            last = s
            n, na = n + na, na + 8
            d, da = d + da, da + 32
            t = (t * n) / d
            s += t
    return +s


def main():
    modes = [m for m in dir(decimal) if m.startswith("ROUND_")]
    for mode in modes:
        values = [
            Decimal(v).quantize(Decimal("1"), rounding=mode) for v in ("2.5", "-2.5", "2.4", "-2.6", "0.5", "1.05")
        ]
        print(f"{mode:<17}", *values)
    with localcontext(prec=60):
        print(pi())
        print(Decimal(2).ln(), Decimal(10).exp(), sep="\n")
    print(Decimal("0.1") + Decimal("0.2"), Decimal(0.1), Decimal("1E+3").normalize(), Decimal("1200").normalize())
    print(Decimal("123.4500").as_tuple(), Decimal("-0"), Decimal("1e-7"), Decimal(10**20) * Decimal("1e10"))
    print(Decimal("NaN") == Decimal("NaN"), Decimal("Infinity") > 10**100, Decimal("sNaN").is_snan(), -Decimal("Inf"))
    print(
        Decimal(7).remainder_near(4),
        Decimal(-7) % 4,
        Decimal(-7) // 4,
        divmod(Decimal("7.5"), 2),
        pow(Decimal(3), 20, 7),
    )
    print(
        Decimal("1.10").compare_total(Decimal("1.1")),
        Decimal("1.10") == Decimal("1.1"),
        hash(Decimal("1.10")) == hash(Decimal("1.1")),
    )
    print(f"{Decimal('1234567.891'):,.2f} {Decimal('0.000001234'):.3e} {Decimal('5'):+010.2f} {Decimal('0.25'):.0%}")
    print(Decimal("3.14").as_integer_ratio(), Decimal.from_float(0.5), Decimal("1234").scaleb(-2), Decimal(99).logb())
    small = Context(prec=4, Emax=9, Emin=-9, traps=[])
    for a, b in (("1", "3"), ("9999e6", "1000"), ("1e-9", "1e-5"), ("1", "0"), ("0", "0")):
        small.clear_flags()
        result = small.divide(Decimal(a), Decimal(b)) if b != "1000" else small.multiply(Decimal(a), Decimal(b))
        print(a, b, "->", result, sorted(flag.__name__ for flag, raised in small.flags.items() if raised))
    for operation in (
        lambda: Decimal("abc"),
        lambda: Decimal(1) / 0,
        lambda: Decimal(-1).sqrt(),
        lambda: Decimal("1") + 1.5,
        lambda: Decimal("1e999999") * Decimal("1e999999"),
        lambda: Decimal("12.345").quantize(Decimal("1e-40")),
    ):
        try:
            print(operation())
        except (decimal.DecimalException, TypeError) as error:
            print(type(error).__name__, error)


if __name__ == "__main__":
    main()
