"""The generics of 3.12 and later: type parameters, type aliases, bounds, defaults, variadics."""

from collections.abc import Callable, Iterable, Iterator
from typing import Generic, NamedTuple, TypeVar, get_args, get_origin, get_type_hints

type Pair[T] = tuple[T, T]
type Tree[T] = T | list[Tree[T]]
type Handler[**P, R = None] = Callable[P, R]


class Stack[T]:
    def __init__(self, items: Iterable[T] = ()) -> None:
        self._items = list(items)

    def push(self, item: T) -> None:
        self._items.append(item)

    def pop(self) -> T:
        return self._items.pop()

    def map[U](self, function: Callable[[T], U]) -> "Stack[U]":
        return Stack(map(function, self._items))

    def __iter__(self) -> Iterator[T]:
        return reversed(self._items)

    def __len__(self) -> int:
        return len(self._items)


class Sorted[K: (int, str), V = bytes](dict[K, V]):
    def first(self) -> tuple[K, V]:
        return min(self.items())


class Row[*Columns](tuple[*Columns]):
    pass


class Cell[T](NamedTuple):
    label: str
    content: T


def flatten[T](tree: Tree[T]) -> Iterator[T]:
    if isinstance(tree, list):
        for branch in tree:
            yield from flatten(branch)
    else:
        yield tree


def swap[A, B](pair: tuple[A, B]) -> tuple[B, A]:
    return pair[1], pair[0]


def largest[T: (int, float)](*values: T) -> T:
    return max(values)


OldStyle = TypeVar("OldStyle", bound=int, covariant=True)


class Legacy(Generic[OldStyle]):
    pass


def main():
    stack = Stack[int]([1, 2, 3])
    stack.push(4)
    print(list(stack), stack.pop(), list(stack.map(lambda n: "*" * n)), len(stack), stack.__orig_class__)
    print(list(flatten([1, [2, [3, 4], []], 5])), swap((1, "a")), largest(3, 2.5))
    print(Sorted({"b": b"2", "a": b"1"}).first(), Cell("x", 3), Cell[int].__origin__.__name__, Row((1, "a")))
    print(Pair, Pair.__value__, Pair[int], get_args(Pair[int]), Pair.__type_params__, Tree.__value__)
    print(
        Stack.__type_params__,
        Sorted.__type_params__[0].__constraints__,
        Sorted.__type_params__[1].__default__,
        Row.__parameters__,
    )
    print(largest.__type_params__, largest.__annotations__, Handler.__type_params__)
    print(
        get_type_hints(swap),
        get_origin(list[int]),
        get_args(dict[str, list[int]]),
        get_args(Callable[[int, str], bool]),
    )
    print(
        Stack[str],
        Legacy[bool],
        OldStyle,
        OldStyle.__bound__,
        Stack.__orig_bases__,
        list[int] | None,
        int | str == str | int,
    )
    print(isinstance(3, int | str), isinstance("x", (int | None, str)), Stack[int] == Stack[int], list[int]((1, 2)))
    for attempt in (
        lambda: Stack[int, str],
        lambda: isinstance([], list[int]),
        lambda: Legacy[int, int],
        lambda: Pair[int, int][0],
        lambda: int[str],
    ):
        try:
            print(attempt())
        except TypeError as error:
            print("TypeError:", error)


if __name__ == "__main__":
    main()
