"""Tic-tac-toe against an opponent that never loses; moves come from standard input."""

import sys
from functools import cache

LINES = [(0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6)]


def winner(board: str) -> str | None:
    for a, b, c in LINES:
        if board[a] != "." and board[a] == board[b] == board[c]:
            return board[a]
    return None if "." in board else "draw"


def play(board: str, square: int, player: str) -> str:
    return board[:square] + player + board[square + 1:]


@cache
def value(board: str, player: str) -> int:
    """1 when `player`, who moves next, wins; -1 when they lose."""
    match winner(board):
        case "draw":
            return 0
        case None:
            other = "XO"[player == "X"]
            return max(-value(play(board, s, player), other) for s in range(9) if board[s] == ".")
        case who:
            return 1 if who == player else -1


def best(board: str, player: str) -> int:
    other = "XO"[player == "X"]
    return max((s for s in range(9) if board[s] == "."), key=lambda s: (-value(play(board, s, player), other), -s))


def show(board: str) -> None:
    for row in range(0, 9, 3):
        print(" ", " ".join(board[row:row + 3]))


def game(moves) -> str:
    board, player = "." * 9, "X"
    while (result := winner(board)) is None:
        if player == "X":
            while True:
                line = next(moves, None)
                if line is None:
                    return "abandoned"
                try:
                    square = int(line) - 1
                    if not 0 <= square < 9 or board[square] != ".":
                        raise ValueError("taken or outside")
                    break
                except ValueError as error:
                    print(f"  cannot play {line.strip()!r}: {error}")
        else:
            square = best(board, player)
        board = play(board, square, player)
        print(f"{player} plays {square + 1}")
        player = "XO"[player == "X"]
    show(board)
    return result


def main():
    moves = iter(sys.stdin.readline, "")
    results = []
    while True:
        result = game(moves)
        print("result:", result)
        results.append(result)
        if result == "abandoned":
            break
    print(results, value.cache_info().currsize, "positions")


if __name__ == "__main__":
    main()
