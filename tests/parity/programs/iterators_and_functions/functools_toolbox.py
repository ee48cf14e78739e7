"""functools: caches, partial, reduce, singledispatch, cmp_to_key, compose."""

import functools
import operator
from collections.abc import Mapping
from decimal import Decimal


@functools.lru_cache(maxsize=4)
def square(n):
    return n * n


@functools.cache
def partitions(n, largest=None):
    largest = n if largest is None else largest
    if n == 0:
        return 1
    return sum(partitions(n - k, k) for k in range(1, min(n, largest) + 1))


@functools.singledispatch
def describe(value):
    return f"something: {value!r}"


@describe.register
def _(value: int | float):
    return f"number {value}"


@describe.register(str)
def _(value):
    return f"text of {len(value)}"


@describe.register
def _(value: list):
    return "[" + "; ".join(map(describe, value)) + "]"


@describe.register
def _(value: Mapping):
    return "{" + "; ".join(f"{k} -> {describe(v)}" for k, v in value.items()) + "}"


class Negator:
    @functools.singledispatchmethod
    @classmethod
    def neg(cls, value):
        raise NotImplementedError(f"cannot negate {type(value).__name__}")

    @neg.register
    @classmethod
    def _(cls, value: int):
        return -value

    @neg.register
    @classmethod
    def _(cls, value: bool):
        return not value


def compose(*functions):
    return functools.reduce(lambda f, g: lambda x: f(g(x)), functions, lambda x: x)


def natural(a: str, b: str) -> int:
    """Numbers inside names compare as numbers."""

    def key(text):
        parts, digits = [], ""
        for c in text + "\0":
            if c.isdigit():
                digits += c
            else:
                if digits:
                    parts.append((0, int(digits), ""))
                    digits = ""
                parts.append((1, 0, c))
        return parts

    return (key(a) > key(b)) - (key(a) < key(b))


def main():
    print([square(n) for n in (1, 2, 3, 1, 4, 5, 2)], square.cache_info(), square.cache_parameters())
    square.cache_clear()
    print(square.cache_info(), partitions(60), partitions.cache_info().currsize)
    for value in (3, 2.5, True, "abc", [1, "a", [2]], {"k": 1}, Decimal(1), None):
        print(describe(value))
    print(describe.dispatch(bool) is describe.registry[int], sorted(k.__name__ for k in describe.registry))
    print(Negator.neg(5), Negator.neg(True))
    basetwo = functools.partial(int, base=2)
    print(
        basetwo("1011"),
        basetwo.func,
        basetwo.args,
        basetwo.keywords,
        functools.partial(pow, functools.Placeholder, 2)(9),
    )
    print(compose(str, abs, operator.neg, len)("hello"), functools.reduce(operator.or_, [{"a"}, {"b"}]) == {"a", "b"})
    files = ["img12.png", "img10.png", "img2.png", "IMG1.png", "img1.png"]
    print(sorted(files), sorted(files, key=functools.cmp_to_key(natural)))
    print(
        operator.itemgetter(2, 0)("abc"),
        operator.attrgetter("real", "imag")(3 + 4j),
        operator.methodcaller("replace", "a", "b")("banana"),
    )

    class Report:
        def show(self, text, width=10):
            return f"{text:>{width}}"

        narrow = functools.partialmethod(show, width=4)

    print(Report().narrow("x"), repr(functools.partial(print, 1, sep="")))
    for attempt in (
        lambda: square([1]),
        lambda: functools.reduce(operator.add, []),
        lambda: Negator.neg("x"),
        lambda: functools.cmp_to_key(natural)("a") < 3,
    ):
        try:
            attempt()
        except (TypeError, NotImplementedError, AttributeError) as error:
            print(type(error).__name__, error)


if __name__ == "__main__":
    main()
