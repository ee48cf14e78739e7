"""Backtracking: n queens (with bits and with symmetry), a knight's tour, and a polyomino packing."""

from collections.abc import Iterator


def queens(n: int) -> Iterator[tuple[int, ...]]:
    def place(row, columns, down, up, board):
        if row == n:
            yield tuple(board)
            return
        free = ~(columns | down | up) & ((1 << n) - 1)
        while free:
            bit = free & -free
            free ^= bit
            board.append(bit.bit_length() - 1)
            yield from place(row + 1, columns | bit, (down | bit) << 1, (up | bit) >> 1, board)
            board.pop()

    return place(0, 0, 0, 0, [])


def canonical(board):
    n, variants = len(board), []
    for _ in range(4):
        variants += [board, board[::-1]]
        turned = [0] * n
        for row, column in enumerate(board):
            turned[column] = n - 1 - row
        board = tuple(turned)
    return min(variants)


def knights_tour(size: int, start=(0, 0)):
    """Warnsdorff's rule with backtracking."""
    moves = ((1, 2), (2, 1), (2, -1), (1, -2), (-1, -2), (-2, -1), (-2, 1), (-1, 2))
    order = {start: 1}

    def onward(square):
        r, c = square
        return [
            (r + dr, c + dc)
            for dr, dc in moves
            if 0 <= r + dr < size and 0 <= c + dc < size and (r + dr, c + dc) not in order
        ]

    def tour(square):
        if len(order) == size * size:
            return True
        for following in sorted(onward(square), key=lambda s: len(onward(s))):
            order[following] = len(order) + 1
            if tour(following):
                return True
            del order[following]
        return False

    return order if tour(start) else None


def dominoes(rows: int, columns: int) -> int:
    """The number of ways to tile a board with dominoes."""

    def fill(board, position):
        while position < rows * columns and board >> position & 1:
            position += 1
        if position == rows * columns:
            return 1
        total = 0
        if position % columns < columns - 1 and not board >> (position + 1) & 1:
            total += fill(board | 3 << position, position + 2)
        if position + columns < rows * columns:
            total += fill(board | 1 << position | 1 << (position + columns), position + 1)
        return total

    return fill(0, 0)


def main():
    print(
        [sum(1 for _ in queens(n)) for n in range(1, 9)], [len({canonical(b) for b in queens(n)}) for n in range(4, 8)]
    )
    first = next(queens(8))
    print("\n".join(" ".join("Q" if c == column else "." for c in range(8)) for column in first))
    for size in (3, 4, 5, 6):
        tour = knights_tour(size)
        print(f"tour of {size}x{size}:", "none" if tour is None else "")
        if tour:
            for r in range(size):
                print(" ".join(f"{tour[r, c]:>2}" for c in range(size)))
    print("dominoes:", [dominoes(r, c) for r, c in ((2, 2), (2, 5), (3, 4), (4, 4), (3, 3), (4, 6))])


if __name__ == "__main__":
    main()
