"""Sudoku by constraint propagation and search, for puzzles on standard input."""

import sys
from collections import defaultdict

DIGITS = "123456789"
SQUARES = [r + c for r in "ABCDEFGHI" for c in DIGITS]
UNITS = (
    [[r + c for c in DIGITS] for r in "ABCDEFGHI"]
    + [[r + c for r in "ABCDEFGHI"] for c in DIGITS]
    + [[r + c for r in rows for c in columns] for rows in ("ABC", "DEF", "GHI") for columns in ("123", "456", "789")]
)
UNITS_OF = {s: [u for u in UNITS if s in u] for s in SQUARES}
PEERS = {s: sorted({p for u in UNITS_OF[s] for p in u} - {s}) for s in SQUARES}


class Statistics(defaultdict):
    def __init__(self):
        super().__init__(int)


def eliminate(values, square, digit):
    if digit not in values[square]:
        return True
    values[square] = values[square].replace(digit, "")
    if not values[square]:
        return False
    if len(values[square]) == 1 and not all(eliminate(values, p, values[square]) for p in PEERS[square]):
        return False
    for unit in UNITS_OF[square]:
        places = [s for s in unit if digit in values[s]]
        if not places or (len(places) == 1 and not assign(values, places[0], digit)):
            return False
    return True


def assign(values, square, digit):
    return all(eliminate(values, square, other) for other in values[square].replace(digit, ""))


def search(values, statistics):
    open_squares = [s for s in SQUARES if len(values[s]) > 1]
    if not open_squares:
        return values
    square = min(open_squares, key=lambda s: (len(values[s]), s))
    for digit in values[square]:
        statistics["guesses"] += 1
        attempt = values.copy()
        if assign(attempt, square, digit) and (solved := search(attempt, statistics)):
            return solved
        statistics["wrong"] += 1
    return None


def solve(grid: str):
    statistics = Statistics()
    values = dict.fromkeys(SQUARES, DIGITS)
    for square, digit in zip(SQUARES, grid):
        if digit in DIGITS and not assign(values, square, digit):
            return None, statistics
    return search(values, statistics), statistics


def show(values):
    for i, row in enumerate("ABCDEFGHI"):
        if i in (3, 6):
            print("------+-------+------")
        print(" | ".join(" ".join(values[row + c] for c in columns) for columns in ("123", "456", "789")))


def main():
    for number, line in enumerate(sys.stdin, 1):
        grid = "".join(c for c in line if c in DIGITS + "0.")
        if len(grid) != 81:
            print(f"puzzle {number}: {len(grid)} squares")
            continue
        solution, statistics = solve(grid)
        print(f"puzzle {number}: {sum(c in DIGITS for c in grid)} given, {dict(statistics)}")
        if solution:
            show(solution)
        else:
            print("no solution")


if __name__ == "__main__":
    main()
