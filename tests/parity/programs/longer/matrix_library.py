"""A matrix library with exact and floating entries: LU, determinant, inverse, rank, eigenvalues, least squares, printing."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from functools import reduce
from itertools import combinations, product
from operator import mul
from typing import overload


class ShapeError(ValueError):
    pass


class Singular(ArithmeticError):
    pass


class Matrix[T]:
    __slots__ = ("rows",)

    def __init__(self, rows: Iterable[Iterable[T]]):
        self.rows = [list(row) for row in rows]
        if not self.rows or any(len(row) != len(self.rows[0]) for row in self.rows):
            raise ShapeError("rows of different length")

    @classmethod
    def build(cls, height: int, width: int, function: Callable[[int, int], T]) -> Matrix[T]:
        return cls([[function(r, c) for c in range(width)] for r in range(height)])

    @classmethod
    def identity(cls, n: int, one=1) -> Matrix:
        return cls.build(n, n, lambda r, c: one if r == c else one - one)

    @classmethod
    def exact(cls, text: str) -> Matrix[Fraction]:
        return cls([[Fraction(v) for v in row.split()] for row in text.split(";")])

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.rows), len(self.rows[0])

    @property
    def T(self) -> Matrix[T]:
        return Matrix(zip(*self.rows))

    @overload
    def __getitem__(self, key: tuple[int, int]) -> T: ...
    @overload
    def __getitem__(self, key: tuple[slice | int, slice | int]) -> Matrix[T]: ...

    def __getitem__(self, key):
        r, c = key
        if isinstance(r, int) and isinstance(c, int):
            return self.rows[r][c]
        rows = self.rows[r] if isinstance(r, slice) else [self.rows[r]]
        return Matrix([row[c] if isinstance(c, slice) else [row[c]] for row in rows])

    def __setitem__(self, key, value):
        r, c = key
        self.rows[r][c] = value

    def __iter__(self) -> Iterator[T]:
        return (v for row in self.rows for v in row)

    def __eq__(self, other):
        return isinstance(other, Matrix) and self.rows == other.rows

    def _same_shape(self, other):
        if self.shape != other.shape:
            raise ShapeError(f"{self.shape} and {other.shape}")

    def __add__(self, other):
        self._same_shape(other)
        return Matrix([[a + b for a, b in zip(x, y)] for x, y in zip(self.rows, other.rows)])

    def __sub__(self, other):
        return self + other * -1

    def __mul__(self, factor):
        return Matrix([[v * factor for v in row] for row in self.rows])

    __rmul__ = __mul__

    def __matmul__(self, other: Matrix) -> Matrix:
        if self.shape[1] != other.shape[0]:
            raise ShapeError(f"{self.shape} times {other.shape}")
        columns = other.T.rows
        return Matrix([[sum(map(mul, row, column)) for column in columns] for row in self.rows])

    def __pow__(self, n: int) -> Matrix:
        if n < 0:
            return self.inverse() ** -n
        result, base = Matrix.identity(len(self.rows)), self
        while n:
            if n & 1:
                result = result @ base
            base, n = base @ base, n >> 1
        return result

    def __or__(self, other) -> Matrix:
        """Side by side."""
        return Matrix([a + b for a, b in zip(self.rows, other.rows)])

    def map(self, function) -> Matrix:
        return Matrix([[function(v) for v in row] for row in self.rows])

    def __str__(self):
        texts = [[f"{v:.4g}" if isinstance(v, float) else str(v) for v in row] for row in self.rows]
        widths = [max(map(len, column)) for column in zip(*texts)]
        return "\n".join("[" + "  ".join(t.rjust(w) for t, w in zip(row, widths)) + "]" for row in texts)

    def __repr__(self):
        return f"Matrix({self.rows!r})"

    def _square(self) -> int:
        if self.shape[0] != self.shape[1]:
            raise ShapeError(f"{self.shape} is not square")
        return self.shape[0]

    def echelon(self) -> tuple[Matrix, list[int]]:
        """Reduced row echelon form and the pivot columns."""
        rows, pivots = [row[:] for row in self.rows], []
        height, width = self.shape
        for c in range(width):
            r = len(pivots)
            best = max(range(r, height), key=lambda i: abs(rows[i][c]), default=None)
            if best is None or abs(rows[best][c]) < 1e-12:
                continue
            rows[r], rows[best] = rows[best], rows[r]
            rows[r] = [v / rows[r][c] for v in rows[r]]
            for i in range(height):
                if i != r and rows[i][c]:
                    rows[i] = [a - rows[i][c] * b for a, b in zip(rows[i], rows[r])]
            pivots.append(c)
        return Matrix(rows), pivots

    def rank(self) -> int:
        return len(self.echelon()[1])

    def inverse(self) -> Matrix:
        n = self._square()
        reduced, pivots = (self | Matrix.identity(n)).echelon()
        if pivots != list(range(n)):
            raise Singular(f"rank {sum(p < n for p in pivots)} of {n}")
        return reduced[:, n:]

    def lu(self) -> tuple[Matrix, Matrix, list[int]]:
        n = self._square()
        upper, lower, order = Matrix(self.rows), Matrix.identity(n), list(range(n))
        for k in range(n):
            pivot = max(range(k, n), key=lambda i: abs(upper[i, k]))
            upper.rows[k], upper.rows[pivot] = upper.rows[pivot], upper.rows[k]
            order[k], order[pivot] = order[pivot], order[k]
            lower.rows[k][:k], lower.rows[pivot][:k] = lower.rows[pivot][:k], lower.rows[k][:k]
            if not upper[k, k]:
                continue
            for i in range(k + 1, n):
                factor = lower[i, k] = upper[i, k] / upper[k, k]
                upper.rows[i] = [a - factor * b for a, b in zip(upper.rows[i], upper.rows[k])]
        return lower, upper, order

    def determinant(self) -> T:
        _, upper, order = self.lu()
        inversions = sum(a > b for a, b in combinations(order, 2))
        return reduce(mul, (upper[i, i] for i in range(len(order))), 1) * (-1) ** inversions

    def solve(self, right: Sequence[T]) -> list[T]:
        reduced, pivots = (self | Matrix([[v] for v in right])).echelon()
        if self.shape[1] in pivots:
            raise Singular("no solution")
        if len(pivots) < self.shape[1]:
            raise Singular(f"{self.shape[1] - len(pivots)} free variable(s)")
        return [reduced[i, self.shape[1]] for i in range(self.shape[1])]

    def null_space(self) -> list[list[T]]:
        reduced, pivots = self.echelon()
        vectors = []
        for free in sorted(set(range(self.shape[1])) - set(pivots)):
            vector = [0] * self.shape[1]
            vector[free] = 1
            for row, pivot in enumerate(pivots):
                vector[pivot] = -reduced[row, free]
            vectors.append(vector)
        return vectors

    def characteristic(self) -> list[T]:
        """Coefficients of det(xI - A), highest power first, by Faddeev and LeVerrier."""
        n = self._square()
        m, coefficients = Matrix.identity(n) * 0, [1]
        for k in range(1, n + 1):
            m = self @ m + Matrix.identity(n) * coefficients[-1]
            coefficients.append(-sum((self @ m)[i, i] for i in range(n)) / k)
        return coefficients

    def eigenvalues(self, rounds: int = 200) -> list[float]:
        """QR iteration, for symmetric matrices."""
        a = self.map(float)
        for _ in range(rounds):
            q, r = a.qr()
            a = r @ q
        return sorted((a[i, i] for i in range(self._square())), reverse=True)

    def qr(self) -> tuple[Matrix, Matrix]:
        columns, basis = self.map(float).T.rows, []
        for column in columns:
            v = column[:]
            for b in basis:
                dot = math.sumprod(b, v)
                v = [x - dot * y for x, y in zip(v, b)]
            norm = math.hypot(*v)
            basis.append([x / norm for x in v])
        q = Matrix(basis).T
        return q, Matrix(basis) @ self.map(float)


def least_squares(points: list[tuple[float, float]], degree: int) -> list[Fraction]:
    a = Matrix([[Fraction(x) ** k for k in range(degree + 1)] for x, _ in points])
    y = Matrix([[Fraction(v)] for _, v in points])
    return (a.T @ a).solve(list(a.T @ y))


def main():
    a = Matrix.exact("2 -1 0; -1 2 -1; 0 -1 2")
    print(a, a.shape, a.determinant(), a.rank(), a.T == a)
    print(a.inverse(), a @ a.inverse() == Matrix.identity(3), a**3, a**-1 == a.inverse(), sep="\n")
    lower, upper, order = Matrix.exact("0 2 1; 1 1 0; 4 1 1/2").lu()
    print(lower, upper, order, sep="\n")
    print(
        [str(v) for v in a.solve([1, 0, Fraction(1, 2)])],
        [str(c) for c in a.characteristic()],
        [f"{v:.6f}" for v in a.eigenvalues()],
    )
    singular = Matrix.exact("1 2 3; 4 5 6; 7 8 9")
    print(
        singular.determinant(),
        singular.rank(),
        [list(map(str, v)) for v in singular.null_space()],
        singular.echelon()[0],
        sep="\n",
    )
    fibonacci = Matrix([[1, 1], [1, 0]]) ** 90
    print(
        fibonacci[0, 1],
        (Matrix([[1, 1], [1, 0]]) ** 0).rows,
        Matrix([[1, 2, 3], [4, 5, 6]])[:, 1:].rows,
        Matrix([[1, 2], [3, 4]])[1, :].rows,
    )
    hilbert = Matrix.build(5, 5, lambda r, c: Fraction(1, r + c + 1))
    print(
        hilbert.determinant(),
        sum(hilbert.inverse()),
        (hilbert.map(float) @ hilbert.map(float).inverse()).map(lambda v: round(v, 6) + 0.0) == Matrix.identity(5),
    )
    print(
        [str(c) for c in least_squares([(0, 1), (1, 3), (2, 7), (3, 13)], 2)],
        [f"{float(c):.4f}" for c in least_squares([(0, 1), (1, 2), (2, 2.5), (3, 4.5)], 1)],
    )
    q, r = Matrix([[1.0, 2.0], [3.0, 4.0]]).qr()
    print((q @ r).map(lambda v: round(v, 9)), (q.T @ q).map(lambda v: round(v, 9) + 0.0).rows, [f"{v:+.4f}" for v in r])
    latin = sum(
        1 for p in product(range(2), repeat=9) if Matrix([p[:3], p[3:6], p[6:]]).map(Fraction).determinant() == 0
    )
    print("singular 3x3 matrices of 0 and 1:", latin)
    for attempt in (
        singular.inverse,
        lambda: a @ Matrix([[1, 2]]),
        lambda: Matrix([[1], [2, 3]]),
        lambda: Matrix([[1, 2]]).determinant(),
        lambda: singular.solve([1, 2, 4]),
        lambda: singular.solve([1, 2, 3]),
        lambda: a + fibonacci,
        lambda: a[5, 5],
    ):
        try:
            print(attempt())
        except (ShapeError, Singular, IndexError) as error:
            print(type(error).__name__, error)


if __name__ == "__main__":
    main()
