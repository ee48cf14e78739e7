"""pprint, reprlib, textwrap-free dumps: widths, depth, compact, sorted keys, recursion, dataclasses."""

import pprint
import reprlib
from collections import Counter, OrderedDict, defaultdict, deque
from dataclasses import dataclass, field
from types import MappingProxyType, SimpleNamespace

DATA = {
    "name": "belljar",
    "versions": [f"3.{n}.{m}" for n in range(10, 15) for m in range(3)],
    "nested": {"deep": {"deeper": {"deepest": [1, (2, [3, {"four": 4}])]}}},
    "text": "a long sentence that does not fit on one line and has to be cut somewhere between its many words",
    "bytes": bytes(range(60)),
    "set": {3, 1, 2},
    "empty": [{}, [], (), set()],
    10: "int key",
    "one": (1,),
}


@dataclass
class Item:
    name: str
    price: float
    tags: list[str] = field(default_factory=list)
    secret: str = field(default="x", repr=False)


class Custom:
    def __repr__(self):
        return "<custom>"


class Short(reprlib.Repr):
    def repr_Custom(self, obj, level):
        return f"<C level {level}>"


def main():
    pprint.pprint(DATA, width=72)
    pprint.pprint(DATA, compact=True, width=100, depth=2, sort_dicts=False, indent=2)
    pprint.pp([Item("a very long name for an item", 1.5, ["x" * 30, "y" * 30]), Item("b", 2)], width=60)
    pprint.pprint(
        [
            OrderedDict(b=1, a=2),
            defaultdict(list, k=[1]),
            deque([1, 2], 5),
            Counter("hello"),
            SimpleNamespace(x=1, y="z"),
            MappingProxyType({"k": 1}),
        ],
        width=40,
    )
    print(
        pprint.pformat(10**12, underscore_numbers=True),
        pprint.pformat({"b": 1, "a": {2: 3, 1: 4}}),
        pprint.pformat("short"),
        pprint.pformat([[["x"] * 3] * 2] * 2, width=20),
    )
    loop = [1]
    loop.append(loop)
    print(
        loop,
        pprint.isrecursive(loop),
        pprint.isreadable(loop),
        pprint.saferepr({"k": loop}).rpartition(" with id=")[0],
        pprint.isreadable([1, "a"]),
    )
    small = reprlib.Repr(maxlist=3, maxstring=12, maxdict=2, maxlevel=2)
    print(
        small.repr(list(range(100))),
        small.repr("abcdefghijklmnopqrstuvwxyz"),
        small.repr({n: n for n in range(9)}),
        small.repr([[[[1]]]]),
        small.repr({1, 2, 3, 4, 5, 6, 7, 8}),
        reprlib.repr(10**60),
    )
    print(Short().repr([Custom(), [Custom()]]), reprlib.repr(deque(range(20))), reprlib.repr(frozenset({1})))

    class Tree:
        def __init__(self, *children):
            self.children = list(children)

        @reprlib.recursive_repr(fillvalue="(itself)")
        def __repr__(self):
            return f"Tree({', '.join(map(repr, self.children))})"

    tree = Tree(1, Tree())
    tree.children.append(tree)
    print(tree)
    print(
        ascii("\u00e9\u20ac\U0001f600\n\x7f"),
        repr('it\'s "quoted" \\ \t \x00 \u200b \ud800'),
        repr(b"\x00'\xff"),
        repr("\xa0\xad\u2028"),
    )
    pprint.pprint(["item %d" % n for n in range(12)], width=50, compact=True)


if __name__ == "__main__":
    main()
