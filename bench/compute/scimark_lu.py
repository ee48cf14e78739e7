"""LU factorization of a dense matrix with partial pivoting, checked by solving one system."""

import random

LOOPS = 50
CHECKSUM = "-3.183779 1887 True"

SIZE = 50


def factor(matrix, pivots):
    """In place: L below the diagonal (its own diagonal is 1), U on and above it."""
    size = len(matrix)
    for k in range(size):
        best = k
        most = abs(matrix[k][k])
        for i in range(k + 1, size):
            value = abs(matrix[i][k])
            if value > most:
                best, most = i, value
        pivots[k] = best
        if most == 0.0:
            raise ZeroDivisionError("the matrix is singular")
        if best != k:
            matrix[k], matrix[best] = matrix[best], matrix[k]
        top = matrix[k]
        inverse = 1.0 / top[k]
        for i in range(k + 1, size):
            row = matrix[i]
            share = row[k] * inverse
            row[k] = share
            for j in range(k + 1, size):
                row[j] -= share * top[j]


def solve(lu, pivots, right):
    size = len(lu)
    x = right[:]
    for k in range(size):
        x[k], x[pivots[k]] = x[pivots[k]], x[k]
    for i in range(size):
        x[i] -= sum(lu[i][j] * x[j] for j in range(i))
    for i in range(size - 1, -1, -1):
        x[i] = (x[i] - sum(lu[i][j] * x[j] for j in range(i + 1, size))) / lu[i][i]
    return x


def run(n):
    rng = random.Random(11)
    matrix = [[rng.random() for _ in range(SIZE)] for _ in range(SIZE)]
    right = [sum(row) for row in matrix]  # so that the answer is all ones
    pivots = [0] * SIZE
    for _ in range(n):
        lu = [row[:] for row in matrix]
        factor(lu, pivots)
    answer = solve(lu, pivots, right)
    trace = sum(lu[i][i] for i in range(SIZE))
    return f"{trace:.6f} {sum(pivots)} {all(abs(x - 1.0) < 1e-8 for x in answer)}"
