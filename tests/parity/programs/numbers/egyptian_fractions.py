"""Exact arithmetic with Fraction: Egyptian fractions, continued fractions, Farey sequences, linear equations."""

from fractions import Fraction
from math import lcm, sqrt


def egyptian(fraction: Fraction) -> list[Fraction]:
    parts = []
    while fraction:
        unit = Fraction(1, -(-fraction.denominator // fraction.numerator))
        parts.append(unit)
        fraction -= unit
    return parts


def continued(fraction: Fraction) -> list[int]:
    digits = []
    while True:
        whole, fraction = divmod(fraction, 1)
        digits.append(int(whole))
        if not fraction:
            return digits
        fraction = 1 / fraction


def from_continued(digits: list[int]) -> Fraction:
    result = Fraction(digits[-1])
    for digit in reversed(digits[:-1]):
        result = digit + 1 / result
    return result


def farey(n: int):
    a, b, c, d = 0, 1, 1, n
    yield Fraction(a, b)
    while c <= n:
        k = (n + b) // d
        a, b, c, d = c, d, k * c - a, k * d - b
        yield Fraction(a, b)


def solve(matrix, right):
    rows = [[Fraction(v) for v in row] + [Fraction(r)] for row, r in zip(matrix, right)]
    n = len(rows)
    for i in range(n):
        pivot = next(r for r in range(i, n) if rows[r][i])
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [v / rows[i][i] for v in rows[i]]
        for r in range(n):
            if r != i:
                rows[r] = [a - rows[r][i] * b for a, b in zip(rows[r], rows[i])]
    return [row[-1] for row in rows]


def main():
    for fraction in (Fraction(4, 13), Fraction(5, 121), Fraction("0.8")):
        print(fraction, "=", " + ".join(map(str, egyptian(fraction))))
    print(continued(Fraction(415, 93)), from_continued([4, 2, 6, 7]), continued(Fraction(-7, 3)))
    convergents = [from_continued([1] + [2] * n) for n in range(8)]
    print([str(c) for c in convergents], f"{float(convergents[-1]) - sqrt(2):.2e}")
    print(" ".join(map(str, farey(6))))
    print(*solve([[2, 1, -1], [-3, -1, 2], [-2, 1, 2]], [8, -11, -3]), *solve([[1, Fraction(1, 2)], [3, 7]], [1, 1]))
    print(
        Fraction(0.1),
        Fraction(0.1).limit_denominator(1000),
        Fraction("3.14159").limit_denominator(100),
        Fraction("-7/21"),
        Fraction("1e-3"),
    )
    print(sum(Fraction(1, n) for n in range(1, 21)), lcm(*range(1, 21)))
    half = Fraction(1, 2)
    print(
        half**-3,
        half**0.5,
        round(Fraction(7, 2)),
        round(Fraction(22, 7), 3),
        Fraction(-7, 2) // 1,
        Fraction(7, 2) % 1,
        half == 0.5,
    )
    print(
        f"{Fraction(22, 7):.5f} {Fraction(-1234567, 100):,.1f} {half:%} {Fraction(3, 7):>8} {half.as_integer_ratio()} {half!r}"
    )
    for bad in (lambda: Fraction(1, 0), lambda: Fraction("1/0"), lambda: Fraction("x"), lambda: Fraction(1.5, 2)):
        try:
            bad()
        except (ZeroDivisionError, ValueError, TypeError) as error:
            print(type(error).__name__, error)


if __name__ == "__main__":
    main()
