"""Structural pattern matching over commands, JSON-like events and expression trees."""

from dataclasses import dataclass


@dataclass
class Num:
    value: float


@dataclass
class Var:
    name: str


@dataclass
class BinOp:
    op: str
    left: object
    right: object


def simplify(node):
    match node:
        case BinOp(op, left, right) if (new := BinOp(op, simplify(left), simplify(right))) != node:
            return simplify(new)
        case BinOp("+", Num(0), x) | BinOp("+", x, Num(0)) | BinOp("*", Num(1), x) | BinOp("*", x, Num(1)):
            return x
        case BinOp("*", Num(0), _) | BinOp("*", _, Num(0)):
            return Num(0)
        case BinOp("+", Num(a), Num(b)):
            return Num(a + b)
        case BinOp("*", Num(a), Num(b)):
            return Num(a * b)
        case BinOp("-", Var(a), Var(b)) if a == b:
            return Num(0)
        case other:
            return other


def show(node):
    match node:
        case Num(value):
            return f"{value:g}"
        case Var(name):
            return name
        case BinOp(op, left, right):
            return f"({show(left)} {op} {show(right)})"


def command(line: str) -> str:
    match line.split():
        case []:
            return "nothing"
        case ["quit" | "exit" | "q"]:
            return "bye"
        case ["go", ("north" | "south" | "east" | "west") as direction]:
            return f"going {direction}"
        case ["go", other]:
            return f"no way {other}"
        case ["take", *things, "and", last]:
            return f"taking {', '.join(things)} plus {last}"
        case ["take", thing]:
            return f"taking {thing}"
        case [verb, *rest]:
            return f"cannot {verb} ({len(rest)} words)"


def event(data) -> str:
    match data:
        case {"type": "click", "at": [int(x), int(y)], **rest} if x >= 0 and y >= 0:
            return f"click {x},{y} {sorted(rest)}"
        case {"type": "key", "code": str(code) | {"name": code}}:
            return f"key {code}"
        case {"type": "batch", "events": [first, *_, last]}:
            return f"batch {event(first)} .. {event(last)}"
        case {"type": unknown}:
            return f"unknown {unknown!r}"
        case [] | {} | "" | None:
            return f"empty {type(data).__name__}"
        case bool(flag):
            return f"flag {flag}"
        case -1 | 0.0 | 1 + 2j:
            return "special number"
        case int() | float() as number:
            return f"number {number}"
        case (a, b) | {"pair": (a, b)}:
            return f"pair {a} {b}"
        case str():
            return "text"
        case _:
            return "other"


def main():
    for line in ("", "q", "go west", "go up", "take lamp", "take a b and c", "dance all night"):
        print(f"{line!r:<20} {command(line)}")
    for data in (
        {"type": "click", "at": (3, 4), "button": 1},
        {"type": "click", "at": [-1, 2]},
        {"type": "key", "code": {"name": "esc"}},
        {"type": "batch", "events": [{"type": "key", "code": "a"}, 0, {"type": "x"}]},
        [],
        {},
        None,
        True,
        -1,
        0,
        1 + 2j,
        2.5,
        (1, 2),
        {"pair": [5, 6]},
        "ab",
        b"ab",
        [1, 2, 3],
    ):
        print(f"{data!r:<82} {event(data)}")
    x, zero, one = Var("x"), Num(0), Num(1)
    for tree in (
        BinOp("+", BinOp("*", x, one), zero),
        BinOp("*", BinOp("+", Num(2), Num(3)), BinOp("-", x, x)),
        BinOp("+", BinOp("*", Num(2), Num(3)), BinOp("*", one, BinOp("+", x, zero))),
    ):
        print(show(tree), "=>", show(simplify(tree)))


if __name__ == "__main__":
    main()
