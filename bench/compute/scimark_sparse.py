"""A sparse matrix in compressed rows, multiplied by a vector again and again."""

from array import array

LOOPS = 150
CHECKSUM = "4967.613889 5.025000"

SIZE = 1000
FILLED = 5000


def matrix():
    """Values, columns, and where each row starts; evenly filled, columns spread out per row."""
    per_row = FILLED // SIZE
    values = array("d")
    columns = array("i")
    starts = array("i", [0])
    for row in range(SIZE):
        stride = max(1, row // per_row)
        for i in range(per_row):
            columns.append(i * stride)
            values.append(1.0 / (1 + (row * 7 + i * 3) % 10))
        starts.append(len(columns))
    return values, columns, starts


def multiply(values, columns, starts, x, y, times):
    for _ in range(times):
        for row in range(len(y)):
            total = 0.0
            for i in range(starts[row], starts[row + 1]):
                total += x[columns[i]] * values[i]
            y[row] = total


def run(n):
    values, columns, starts = matrix()
    x = array("d", [1.0 + (i % 13) * 0.5 for i in range(SIZE)])
    y = array("d", [0.0]) * SIZE
    multiply(values, columns, starts, x, y, n)
    return f"{sum(y):.6f} {y[SIZE // 2]:.6f}"
