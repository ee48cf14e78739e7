"""Minesweeper: board from a seed, flood reveal, flags, and a solver that only makes safe moves."""

import random


class Board:
    def __init__(self, rows, columns, mines, seed):
        self.rows, self.columns = rows, columns
        cells = [(r, c) for r in range(rows) for c in range(columns)]
        self.mines = set(random.Random(seed).sample(cells, mines))
        self.shown: dict[tuple[int, int], int] = {}
        self.flags: set[tuple[int, int]] = set()
        self.lost = False

    def around(self, cell):
        r, c = cell
        return [
            (y, x)
            for y in range(max(0, r - 1), min(self.rows, r + 2))
            for x in range(max(0, c - 1), min(self.columns, c + 2))
            if (y, x) != cell
        ]

    def number(self, cell):
        return sum(n in self.mines for n in self.around(cell))

    def reveal(self, cell):
        if cell in self.mines:
            self.lost = True
            return 0
        stack, count = [cell], 0
        while stack:
            here = stack.pop()
            if here in self.shown or here in self.flags:
                continue
            self.shown[here] = self.number(here)
            count += 1
            if self.shown[here] == 0:
                stack += self.around(here)
        return count

    @property
    def won(self):
        return len(self.shown) == self.rows * self.columns - len(self.mines)

    def __str__(self):
        def symbol(cell):
            if self.lost and cell in self.mines:
                return "*"
            if cell in self.flags:
                return "F"
            return str(self.shown[cell]).replace("0", " ") if cell in self.shown else "."

        return "\n".join(" ".join(symbol((r, c)) for c in range(self.columns)).rstrip() for r in range(self.rows))


def solve(board):
    """Counting around single numbers, then comparing pairs of them."""
    steps = 0
    while True:
        safe, mines = set(), set()
        constraints = []
        for cell, number in sorted(board.shown.items()):
            unknown = frozenset(n for n in board.around(cell) if n not in board.shown and n not in board.flags)
            left = number - sum(n in board.flags for n in board.around(cell))
            if not unknown:
                continue
            constraints.append((unknown, left))
            if left == 0:
                safe |= unknown
            elif left == len(unknown):
                mines |= unknown
        for a, n in constraints:
            for b, m in constraints:
                if a < b:
                    if m - n == len(b - a):
                        mines |= b - a
                    elif m == n:
                        safe |= b - a
        if not safe and not mines:
            return steps
        steps += 1
        board.flags |= mines
        for cell in sorted(safe):
            board.reveal(cell)


def main():
    for seed in (1, 2, 5):
        board = Board(8, 12, 12, seed)
        start = next(
            (r, c) for r in range(8) for c in range(12) if (r, c) not in board.mines and board.number((r, c)) == 0
        )
        opened = board.reveal(start)
        steps = solve(board)
        print(
            f"seed {seed}: first click {start} opened {opened}, {steps} steps, {'won' if board.won else 'stuck'}, {len(board.flags)} flags right: {board.flags <= board.mines}"
        )
        print(board)
    board = Board(2, 3, 1, 0)
    board.reveal(next(iter(board.mines)))
    print(board, board.lost, sep="\n")


if __name__ == "__main__":
    main()
