"""The spectral norm of an infinite matrix, cut off: calls of a small function, generator expressions, zip."""

from math import sqrt

LOOPS = 9
CHECKSUM = "1.274206094"

SIZE = 60
ROUNDS = 5


def entry(i, j):
    diagonal = i + j
    return 1.0 / (diagonal * (diagonal + 1) // 2 + i + 1)


def times(vector):
    return [sum(entry(i, j) * x for j, x in enumerate(vector)) for i in range(len(vector))]


def times_transposed(vector):
    return [sum(entry(j, i) * x for j, x in enumerate(vector)) for i in range(len(vector))]


def both(vector):
    return times_transposed(times(vector))


def norm():
    u = [1.0] * SIZE
    v = u
    for _ in range(ROUNDS):
        v = both(u)
        u = both(v)
    along = sum(a * b for a, b in zip(u, v))
    square = sum(b * b for b in v)
    return sqrt(along / square)


def run(n):
    result = 0.0
    for _ in range(n):
        result = norm()
    return f"{result:.9f}"
