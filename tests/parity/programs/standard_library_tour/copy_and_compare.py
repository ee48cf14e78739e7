"""copy and deepcopy in all their corners, identity, interning, operator, sorting stability, comparison chains."""

import copy
import operator
import sys
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType, SimpleNamespace


class Node:
    def __init__(self, name):
        self.name, self.links = name, []

    def __deepcopy__(self, memo):
        clone = Node(self.name + "'")
        memo[id(self)] = clone
        clone.links = copy.deepcopy(self.links, memo)
        return clone


class Slotted:
    __slots__ = ("a", "b")

    def __init__(self, a, b):
        self.a, self.b = a, b

    def __eq__(self, other):
        return (self.a, self.b) == (other.a, other.b)

    def __repr__(self):
        return f"Slotted({self.a}, {self.b})"


@dataclass(frozen=True)
class Config:
    host: str
    ports: tuple[int, ...] = (80,)


class Version:
    def __init__(self, text):
        self.parts = tuple(map(int, text.split(".")))

    def __lt__(self, other):
        return self.parts < other.parts

    def __repr__(self):
        return "v" + ".".join(map(str, self.parts))


class Weird:
    def __eq__(self, other):
        return [True, "not a bool"]

    def __ne__(self, other):
        return 0

    def __contains__(self, item):
        return "yes"

    def __bool__(self):
        return False

    def __len__(self):
        return 7


def main():
    original = [[1, 2], {"k": [3]}, (4, [5])]
    shallow, deep = copy.copy(original), copy.deepcopy(original)
    original[0].append(99)
    original[1]["k"].append(98)
    print(shallow, deep, shallow[0] is original[0], deep[2] is original[2], copy.copy(original[2]) is original[2])
    a, b = Node("a"), Node("b")
    a.links, b.links = [b], [a, b]
    clone = copy.deepcopy(a)
    print(clone.name, clone.links[0].name, clone.links[0].links[0] is clone, clone.links[0].links[1] is clone.links[0])
    loop = {}
    loop["self"] = [loop]
    twin = copy.deepcopy(loop)
    print(
        twin["self"][0] is twin,
        twin is loop,
        copy.copy(Slotted(1, [2])),
        copy.deepcopy(Slotted(1, [2])) == Slotted(1, [2]),
    )
    print(
        copy.replace(Config("h"), ports=(1, 2)),
        copy.copy(Config("x")) == Config("x"),
        copy.replace(SimpleNamespace(a=1, b=2), a=3),
        copy.deepcopy(partial(pow, 2))(5),
        copy.copy({1, 2}),
        copy.copy(range(3)),
        copy.copy(bytearray(b"x")),
    )
    print(
        256 is int("256"),
        sys.intern("a b") is sys.intern("a" + " b"),
        () is tuple([]),
        "" is str(),
        [] == [],
        [[]] * 2 == [[], []],
        1 == 1.0 == True,
        "1" == 1,
        None == 0,
        (1, 2) < (1, 2, 0),
        [3] > [2, 9],
        "Z" < "a",
        {1} < {1, 2},
    )
    print(
        sorted([Version("1.10"), Version("1.9"), Version("1.2.3")]),
        max(map(Version, ["2.0", "10.0"])),
        sorted("banana"),
        sorted([3, True, 2.5, False]),
        sorted([("b", 1), ("a", 2), ("b", 0)], key=operator.itemgetter(0)),
    )
    data = [(name, i) for i, name in enumerate(["bob", "al", "bo", "cy", "amy"])]
    print(sorted(data, key=lambda d: len(d[0])), sorted(data, key=lambda d: len(d[0]), reverse=True))
    print(
        1 < 2 < 3,
        1 < 3 > 2,
        (1 < 2) == True,
        3 > 2 > 2,
        1 in [1] == True,
        not 1 == 2,
        5 & 3 == 1,
        -(2**2),
        2**-1,
        not True or True,
    )
    weird = Weird()
    print(weird == 1, weird != 1, 5 in weird, bool(weird), len(weird), [weird] == [3], weird is not None)
    print(
        operator.concat([1], [2]),
        operator.countOf("banana", "a"),
        operator.indexOf("abc", "c"),
        operator.truth([]),
        operator.index(True),
        operator.matmul.__name__,
        operator.is_not(1, None),
        operator.is_none(None),
        operator.iadd([1], [2]),
    )
    for attempt in (
        lambda: sorted([1, "a"]),
        lambda: copy.replace([1], a=1),
        lambda: copy.deepcopy(sys),
        lambda: copy.replace(Config("h"), nope=1),
        lambda: max([]),
        lambda: MappingProxyType({})["x"],
        lambda: sorted([1j, 2j]),
        lambda: {} < {},
        lambda: min(1),
        lambda: copy.copy(open("/dev/null")),
    ):
        try:
            attempt()
        except (TypeError, ValueError, KeyError) as error:
            print(type(error).__name__, error)


if __name__ == "__main__":
    main()
