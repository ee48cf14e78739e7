"""Polynomial arithmetic with operator overloading: add, multiply, divide, derive, compose, print."""

from __future__ import annotations

from fractions import Fraction
from functools import total_ordering
from itertools import zip_longest
from math import comb


@total_ordering
class Polynomial:
    """Coefficients from the lowest power up."""

    def __init__(self, *coefficients):
        values = [Fraction(c) for c in coefficients]
        while values and not values[-1]:
            values.pop()
        self.coefficients = tuple(values)

    @property
    def degree(self) -> int:
        return len(self.coefficients) - 1

    def __eq__(self, other):
        return isinstance(other, Polynomial) and self.coefficients == other.coefficients

    def __hash__(self):
        return hash(self.coefficients)

    def __lt__(self, other):
        return (self.degree, self.coefficients[::-1]) < (other.degree, other.coefficients[::-1])

    def __add__(self, other: Polynomial) -> Polynomial:
        return Polynomial(*(a + b for a, b in zip_longest(self.coefficients, other.coefficients, fillvalue=0)))

    def __neg__(self):
        return Polynomial(*(-c for c in self.coefficients))

    def __sub__(self, other):
        return self + -other

    def __mul__(self, other):
        if not isinstance(other, Polynomial):
            return Polynomial(*(c * other for c in self.coefficients))
        result = [Fraction(0)] * (self.degree + other.degree + 1)
        for i, a in enumerate(self.coefficients):
            for j, b in enumerate(other.coefficients):
                result[i + j] += a * b
        return Polynomial(*result)

    __rmul__ = __mul__

    def __pow__(self, n: int):
        result = Polynomial(1)
        for _ in range(n):
            result *= self
        return result

    def __divmod__(self, other):
        quotient, rest = Polynomial(), self
        while rest.degree >= other.degree:
            term = Polynomial(*[0] * (rest.degree - other.degree), rest.coefficients[-1] / other.coefficients[-1])
            quotient, rest = quotient + term, rest - term * other
        return quotient, rest

    def __call__(self, x):
        result = Polynomial() if isinstance(x, Polynomial) else 0
        for c in reversed(self.coefficients):
            result = result * x + (Polynomial(c) if isinstance(x, Polynomial) else c)
        return result

    def derivative(self):
        return Polynomial(*[i * c for i, c in enumerate(self.coefficients)][1:])

    def __str__(self):
        terms = []
        for power in range(self.degree, -1, -1):
            c = self.coefficients[power]
            if c:
                size = "" if abs(c) == 1 and power else str(abs(c))
                terms.append(
                    (" - " if c < 0 else " + ") + size + ("x" if power else "") + (f"^{power}" if power > 1 else "")
                )
        text = "".join(terms) or " + 0"
        return text[3:] if text[1] == "+" else "-" + text[3:]

    def __repr__(self):
        return f"Polynomial({', '.join(map(str, self.coefficients))})"


def gcd(a, b):
    while b.coefficients:
        a, b = b, divmod(a, b)[1]
    return a * (1 / a.coefficients[-1])


if __name__ == "__main__":
    p, q = Polynomial(-1, 0, 1), Polynomial(1, 1)
    print(p, "|", q, "|", p + q, "|", p * q, "|", p - p, "|", repr(p * Fraction(1, 2)))
    print([str(part) for part in divmod(Polynomial(-4, 0, -2, 1), Polynomial(-3, 1))], gcd(p, q * q))
    print(q**5, [comb(5, k) for k in range(6)], (q**5).derivative())
    print(
        p(3),
        p(Fraction(1, 2)),
        p(q),
        3 * q,
        sorted([p, q, Polynomial(7), q**3])[0],
        p >= q,
        len({p, Polynomial(-1, 0, 1)}),
    )
    chebyshev = [Polynomial(1), Polynomial(0, 1)]
    while len(chebyshev) < 7:
        chebyshev.append(2 * Polynomial(0, 1) * chebyshev[-1] - chebyshev[-2])
    for n, t in enumerate(chebyshev):
        print(f"T{n} = {t}")
    try:
        divmod(p, Polynomial(0))
    except IndexError as error:
        print("division by the zero polynomial:", error)
