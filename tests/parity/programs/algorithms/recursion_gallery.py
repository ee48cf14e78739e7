"""Recursion: Hanoi, permutations, Ackermann, flood fill, mutual recursion, fractal text, deep chains and their limits."""

import sys
from functools import lru_cache


def hanoi(n, source="A", spare="B", target="C"):
    if n:
        yield from hanoi(n - 1, source, target, spare)
        yield f"{source}{target}"
        yield from hanoi(n - 1, spare, source, target)


def permutations(items):
    if not items:
        yield []
    for i, item in enumerate(items):
        for rest in permutations(items[:i] + items[i + 1 :]):
            yield [item, *rest]


@lru_cache(None)
def ackermann(m, n):
    if m == 0:
        return n + 1
    return ackermann(m - 1, 1) if n == 0 else ackermann(m - 1, ackermann(m, n - 1))


def even(n):
    return True if n == 0 else odd(n - 1)


def odd(n):
    return False if n == 0 else even(n - 1)


def sierpinski(n):
    if n == 0:
        return ["*"]
    smaller = sierpinski(n - 1)
    space = " " * 2 ** (n - 1)
    return [space + line + space for line in smaller] + [line + " " + line for line in smaller]


def flood(grid, r, c, colour):
    old = grid[r][c]
    if old == colour:
        return 0

    def fill(r, c):
        if not (0 <= r < len(grid) and 0 <= c < len(grid[0])) or grid[r][c] != old:
            return 0
        grid[r][c] = colour
        return 1 + fill(r + 1, c) + fill(r - 1, c) + fill(r, c + 1) + fill(r, c - 1)

    return fill(r, c)


def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)


def endless(n):
    return endless(n + 1)


class Endless:
    def __getattr__(self, name):
        return getattr(self, name + "x")


def flatten(value):
    return [x for v in value for x in flatten(v)] if isinstance(value, list) else [value]


def partitions(n, largest):
    if n == 0:
        yield []
    for k in range(min(n, largest), 0, -1):
        for rest in partitions(n - k, k):
            yield [k, *rest]


def main():
    moves = list(hanoi(5))
    print(len(moves), " ".join(moves[:10]), len(list(permutations([1, 2, 3, 4]))), next(permutations("cab")))
    print(ackermann(2, 9), ackermann(3, 4), even(300), odd(7), "\n".join(sierpinski(3)), sep="\n")
    grid = [list(row) for row in ("..#..", ".##..", "#...#", "..#..")]
    print(flood(grid, 0, 0, "o"), flood(grid, 0, 4, "x"), ["".join(row) for row in grid])
    print(depth(900), ["+".join(map(str, p)) for p in partitions(6, 4)], flatten([1, [2, [3, [4, [5]]]], []]))
    for attempt in (lambda: endless(0), lambda: Endless().a, lambda: depth(5000)):
        try:
            attempt()
        except RecursionError as error:
            print("RecursionError:", str(error).partition(" while")[0])
    sys.setrecursionlimit(6000)
    print(depth(5000), sys.getrecursionlimit())
    deep = []
    for _ in range(300):
        deep = [deep]
    print(len(repr(deep)), flatten(deep) == [], deep == [deep[0]])
    nested = eval("[" * 80 + "]" * 80)
    print(str(nested).count("["), (lambda f: f(f, 10))(lambda f, n: n * f(f, n - 1) if n > 1 else 1))
    try:
        sys.setrecursionlimit(0)
    except ValueError as error:
        print(error)


if __name__ == "__main__":
    main()
