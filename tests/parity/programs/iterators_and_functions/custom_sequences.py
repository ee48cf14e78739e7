"""Containers that behave like the built-in ones: slices, views, reverse iteration, missing keys, ABC mix-ins."""

from collections import UserDict, UserList
from collections.abc import Iterator, Mapping, MutableSequence, MutableSet, Sequence


class Deck(Sequence):
    def __init__(self, cards=None):
        self._cards = list(cards if cards is not None else (r + s for s in "CDHS" for r in "23456789TJQKA"))

    def __len__(self):
        return len(self._cards)

    def __getitem__(self, index):
        if isinstance(index, slice):
            return Deck(self._cards[index])
        return self._cards[index]

    def __repr__(self):
        return f"Deck({' '.join(self._cards[:4])}{' ...' if len(self) > 4 else ''})"


class Vector(MutableSequence):
    def __init__(self, *values):
        self.values = list(values)

    def __getitem__(self, i):
        return self.values[i]

    def __setitem__(self, i, value):
        self.values[i] = value

    def __delitem__(self, i):
        del self.values[i]

    def __len__(self):
        return len(self.values)

    def insert(self, i, value):
        print(f"   insert {value!r} at {i}")
        self.values.insert(i, value)


class OrderedSet(MutableSet):
    def __init__(self, items=()):
        self._items = dict.fromkeys(items)

    def __contains__(self, item):
        return item in self._items

    def __iter__(self):
        return iter(self._items)

    def __len__(self):
        return len(self._items)

    def add(self, item):
        self._items[item] = None

    def discard(self, item):
        self._items.pop(item, None)

    def __repr__(self):
        return f"{{{', '.join(map(repr, self))}}}"


class CaseInsensitive(UserDict):
    def __setitem__(self, key, value):
        super().__setitem__(key.lower(), value)

    def __getitem__(self, key):
        return super().__getitem__(key.lower())

    def __contains__(self, key):
        return key.lower() in self.data


class Squares(Mapping):
    def __init__(self, n):
        self.n = n

    def __getitem__(self, key):
        if not isinstance(key, int) or not 0 <= key < self.n:
            raise KeyError(key)
        return key * key

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.n))

    def __len__(self):
        return self.n


class OldProtocol:
    def __getitem__(self, i):
        if i >= 3:
            raise IndexError(i)
        return i * 11


class Countdown:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        while self.n:
            self.n -= 1
            yield self.n

    def __length_hint__(self):
        return self.n

    def __reversed__(self):
        return iter(["reversed"])


class Zeros(dict):
    def __missing__(self, key):
        return f"<{key}>"


def main():
    deck = Deck()
    print(
        len(deck),
        deck[0],
        deck[-1],
        deck[12::13],
        "QH" in deck,
        deck.index("AS"),
        list(reversed(deck))[:2],
        deck[:5].count("2C"),
    )
    vector = Vector(1, 2)
    vector.append(3)
    vector.extend([4, 5])
    vector += [6]
    vector.reverse()
    print(vector.values, vector.pop(), vector.pop(0), vector.remove(4), vector.values, isinstance(vector, Sequence))
    a, b = OrderedSet("abcab"), OrderedSet("xbz")
    print(a | b, a & b, a - b, a ^ b, a <= OrderedSet("abcd"), a == {"a", "b", "c"}, a.isdisjoint("q"), a.pop())
    headers = CaseInsensitive({"Content-Type": "text"}, HOST="x")
    print(headers, headers["content-TYPE"], "Host" in headers, headers.get("none", 0), headers | {"A": 1})
    squares = Squares(5)
    print(
        dict(squares),
        squares.get(9),
        list(squares.items())[-1],
        4 in squares,
        squares == {n: n * n for n in range(5)},
        squares.keys() & {1, 7},
    )
    print(
        list(OldProtocol()),
        22 in OldProtocol(),
        list(Countdown(3)),
        list(reversed(Countdown(3))),
        "{a}{b}".format_map(Zeros(a=1)),
    )
    head, *middle, tail = Deck("123456")
    print(head, middle, tail, [*OldProtocol(), *"ab"], {**squares, 9: 0}, max(Countdown(4), default=None))
    names = UserList(["b", "a"])
    names.sort()
    print(names + ["c"], names * 2, slice(None, None, -1).indices(5), slice(1, 3) == slice(1, 3))
    for attempt in (
        lambda: deck[99],
        lambda: squares["x"],
        lambda: hash(vector),
        lambda: Sequence(),
        lambda: deck.append("x"),
        lambda: iter(3),
        lambda: [1, 2][1.0],
    ):
        try:
            attempt()
        except (LookupError, TypeError, AttributeError) as error:
            print(type(error).__name__, error)


if __name__ == "__main__":
    main()
