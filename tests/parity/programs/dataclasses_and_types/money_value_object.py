"""A value object with the full set of operators: arithmetic, comparison, hashing, formatting, iteration protocols."""

from functools import total_ordering
from numbers import Number


class CurrencyMismatch(TypeError):
    pass


@total_ordering
class Money:
    __slots__ = ("_cents", "_currency")

    def __init__(self, amount, currency="EUR"):
        object.__setattr__(self, "_cents", round(amount * 100))
        object.__setattr__(self, "_currency", currency)

    def __setattr__(self, name, value):
        raise AttributeError(f"{type(self).__name__} is immutable")

    @classmethod
    def parse(cls, text):
        currency, _, amount = text.strip().partition(" ")
        return cls(float(amount.replace(",", "")), currency)

    @property
    def amount(self):
        return self._cents / 100

    def _same(self, other):
        if not isinstance(other, Money):
            return NotImplemented
        if other._currency != self._currency:
            raise CurrencyMismatch(f"{self._currency} and {other._currency}")
        return other

    def __add__(self, other):
        if other == 0:
            return self
        other = self._same(other)
        return other if other is NotImplemented else Money((self._cents + other._cents) / 100, self._currency)

    __radd__ = __add__

    def __sub__(self, other):
        return self + -other

    def __neg__(self):
        return Money(-self.amount, self._currency)

    def __abs__(self):
        return Money(abs(self.amount), self._currency)

    def __mul__(self, factor):
        if not isinstance(factor, Number):
            return NotImplemented
        return Money(self.amount * factor, self._currency)

    __rmul__ = __mul__

    def __truediv__(self, other):
        if isinstance(other, Money):
            return self._cents / self._same(other)._cents
        return Money(self.amount / other, self._currency)

    def __divmod__(self, parts):
        share, rest = divmod(self._cents, parts)
        return Money(share / 100, self._currency), Money(rest / 100, self._currency)

    def __eq__(self, other):
        return (
            (self._cents, self._currency) == (other._cents, other._currency)
            if isinstance(other, Money)
            else NotImplemented
        )

    def __lt__(self, other):
        other = self._same(other)
        return other if other is NotImplemented else self._cents < other._cents

    def __hash__(self):
        return hash((self._cents, self._currency))

    def __bool__(self):
        return self._cents != 0

    def __float__(self):
        return self.amount

    def __int__(self):
        return self._cents // 100

    def __index__(self):
        return self._cents

    def __round__(self, digits=None):
        return Money(round(self.amount, digits or 0), self._currency)

    def __format__(self, spec):
        return f"{self.amount:{spec or ',.2f'}} {self._currency}"

    def __str__(self):
        return format(self)

    def __repr__(self):
        return f"Money({self.amount!r}, {self._currency!r})"

    def split(self, parts):
        share, rest = divmod(self, parts)
        return [share + Money(0.01, self._currency) if i < rest._cents else share for i in range(parts)]


if __name__ == "__main__":
    a, b = Money(1234.56), Money.parse("EUR 99.44")
    print(a, b, a + b, a - b, -a, abs(-a), a * 2, 0.5 * a, a / 4, a / b, repr(a / 3))
    print(
        sum([a, b, b]),
        max(a, b),
        sorted([a, b, -b]),
        a > b,
        a >= a,
        a == Money(1234.56),
        a != "x",
        len({a, Money(1234.56), b}),
    )
    print(bool(Money(0)), float(b), int(b), hex(b), round(a), round(a, 1), f"{a:>12.1f}", [1, 2, 3][Money(0.01)])
    print(Money(100).split(3), sum(Money(100).split(3)) == Money(100))
    for attempt in (
        lambda: a + Money(1, "USD"),
        lambda: a + 3,
        lambda: a < 3,
        lambda: a * a,
        lambda: setattr(a, "amount", 1),
        lambda: a.__dict__,
        lambda: Money.parse("EUR x"),
    ):
        try:
            print(attempt())
        except (TypeError, AttributeError, ValueError) as error:
            print(type(error).__name__, "-", error)
