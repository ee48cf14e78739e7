"""Successive over-relaxation on a square grid, which is one flat array behind a class with subscripts."""

from array import array

LOOPS = 34
CHECKSUM = "587.461260 0.480840"

SIZE = 64


class Grid:
    def __init__(self, width, height):
        self.width = width
        self.height = height
        self.cells = array("d", [0.0]) * (width * height)

    def __getitem__(self, place):
        column, row = place
        return self.cells[row * self.width + column]

    def __setitem__(self, place, value):
        column, row = place
        self.cells[row * self.width + column] = value


def relax(grid, omega, sweeps):
    quarter = omega * 0.25
    rest = 1.0 - omega
    for _ in range(sweeps):
        for y in range(1, grid.height - 1):
            for x in range(1, grid.width - 1):
                around = grid[x, y - 1] + grid[x, y + 1] + grid[x - 1, y] + grid[x + 1, y]
                grid[x, y] = quarter * around + rest * grid[x, y]


def run(n):
    grid = Grid(SIZE, SIZE)
    for i in range(SIZE):
        grid[i, 0] = 1.0
        grid[0, i] = i / SIZE
    relax(grid, 1.25, n)
    return f"{sum(grid.cells):.6f} {grid[3, 3]:.6f}"
