"""An inventory with dataclasses: defaults, ordering, frozen records, post-init checks, asdict and replace."""

from __future__ import annotations

import dataclasses
from dataclasses import KW_ONLY, InitVar, asdict, astuple, dataclass, field, fields, replace


@dataclass(frozen=True, order=True)
class Product:
    sku: str
    name: str = field(compare=False)
    price_cents: int = field(compare=False, default=0)

    def __post_init__(self):
        if self.price_cents < 0:
            raise ValueError(f"{self.sku}: negative price")


@dataclass
class Line:
    product: Product
    _: KW_ONLY
    quantity: int = 1
    tags: list[str] = field(default_factory=list, repr=False)
    discount: InitVar[int] = 0
    total: int = field(init=False)

    def __post_init__(self, discount):
        self.total = self.product.price_cents * self.quantity * (100 - discount) // 100


@dataclass(slots=True)
class Shelf:
    name: str
    lines: dict[str, Line] = field(default_factory=dict)

    def add(self, line: Line) -> None:
        self.lines[line.product.sku] = line

    def __len__(self):
        return sum(line.quantity for line in self.lines.values())


def main():
    pen, ink = Product("B-2", "pen", 199), Product("A-9", "ink", 550)
    print(sorted([pen, ink]), pen == Product("B-2", "other"), hash(pen) == hash(Product("B-2", "pen", 1)))
    shelf = Shelf("left")
    shelf.add(Line(pen, quantity=10, discount=15))
    shelf.add(Line(ink, tags=["blue"]))
    print(shelf, len(shelf))
    print(asdict(shelf))
    print(astuple(shelf.lines["A-9"]))
    print(replace(pen, price_cents=250), [(f.name, f.type, f.init) for f in fields(Line)])
    print(
        dataclasses.is_dataclass(Shelf),
        Shelf.__slots__,
        Product.__match_args__,
        hasattr(Line, "quantity"),
        hasattr(Line, "tags"),
    )
    Point = dataclasses.make_dataclass(
        "Point", [("x", int), ("y", int, 0)], namespace={"norm": lambda self: abs(self.x) + abs(self.y)}
    )
    print(Point(3, -4), Point(3, -4).norm(), Point(1) == Point(1, 0))
    for attempt in (
        lambda: Product("x", "y", -1),
        lambda: setattr(pen, "name", "z"),
        lambda: Line(pen, 3),
        lambda: setattr(shelf, "colour", 1),
        lambda: pen < 3,
        lambda: hash(shelf),
        lambda: Point(),
        lambda: replace(shelf.lines["B-2"], total=3),
    ):
        try:
            attempt()
        except (ValueError, TypeError, AttributeError) as error:
            print(f"{type(error).__name__}: {error}")
    try:

        @dataclass
        class Broken:
            items: list = []
    except ValueError as error:
        print(error)
    try:

        @dataclass
        class Order:
            a: int = 1
            b: int
    except TypeError as error:
        print(error)


if __name__ == "__main__":
    main()
