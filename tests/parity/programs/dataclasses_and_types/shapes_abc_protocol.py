"""Shapes twice: with abstract base classes and with structural protocols."""

import math
from abc import ABC, abstractmethod
from typing import Protocol, runtime_checkable


class Shape(ABC):
    registry: dict[str, type["Shape"]] = {}

    def __init_subclass__(cls, *, kind: str | None = None, **kwargs):
        super().__init_subclass__(**kwargs)
        if kind:
            Shape.registry[kind] = cls

    @property
    @abstractmethod
    def area(self) -> float: ...

    @abstractmethod
    def scale(self, factor: float) -> "Shape": ...

    def describe(self) -> str:
        return f"{type(self).__name__.lower()} of area {self.area:.3f}"


class Circle(Shape, kind="circle"):
    def __init__(self, radius):
        self.radius = radius

    @property
    def area(self):
        return math.pi * self.radius**2

    def scale(self, factor):
        return Circle(self.radius * factor)


class Rectangle(Shape, kind="rectangle"):
    def __init__(self, width, height):
        self.width, self.height = width, height

    @property
    def area(self):
        return self.width * self.height

    def scale(self, factor):
        return type(self)(self.width * factor, self.height * factor)


class Square(Rectangle, kind="square"):
    def __init__(self, side, _same=None):
        super().__init__(side, side)

    def describe(self):
        return super().describe() + f" and side {self.width}"


class Unfinished(Shape):
    @property
    def area(self):
        return 0


@runtime_checkable
class HasArea(Protocol):
    @property
    def area(self) -> float: ...


class Lake:
    area = 536.0


def largest(items: list[HasArea]) -> HasArea:
    return max(items, key=lambda item: item.area)


def main():
    shapes = [Circle(1.5), Rectangle(2, 3.5), Square(2.5)]
    for shape in shapes:
        print(shape.describe(), "->", shape.scale(2).describe())
    print(sorted(Shape.registry), [c.__name__ for c in Square.__mro__])
    print(
        [isinstance(x, HasArea) for x in (shapes[0], Lake(), "text", Unfinished)],
        type(largest([*shapes, Lake()])).__name__,
    )
    print(sorted(Unfinished.__abstractmethods__), issubclass(Square, Shape), isinstance(Lake(), Shape))
    Shape.register(Lake)
    print("registered:", isinstance(Lake(), Shape), Shape in Lake.__mro__)
    for attempt in (
        Shape,
        Unfinished,
        HasArea,
        lambda: setattr(shapes[0], "area", 3),
        lambda: Square.__init_subclass__(nope=1),
    ):
        try:
            attempt()
        except (TypeError, AttributeError) as error:
            print(type(error).__name__, "-", error)


if __name__ == "__main__":
    main()
