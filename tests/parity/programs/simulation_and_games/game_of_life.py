"""Conway's Game of Life on a set of cells: still lifes, oscillators, gliders, and detection of cycles."""

from collections import Counter

PATTERNS = {
    "block": "OO\nOO",
    "blinker": "OOO",
    "glider": ".O.\n..O\nOOO",
    "beehive": ".OO.\nO..O\n.OO.",
    "pulsar seed": "OOO.\nO..O\nOOOO",
    "r-pentomino": ".OO\nOO.\n.O.",
}


def parse(text: str) -> frozenset[tuple[int, int]]:
    return frozenset((r, c) for r, row in enumerate(text.splitlines()) for c, cell in enumerate(row) if cell == "O")


def step(cells):
    neighbours = Counter((r + dr, c + dc) for r, c in cells for dr in (-1, 0, 1) for dc in (-1, 0, 1) if dr or dc)
    return frozenset(cell for cell, n in neighbours.items() if n == 3 or (n == 2 and cell in cells))


def show(cells):
    if not cells:
        return "(empty)"
    top, left = min(r for r, _ in cells), min(c for _, c in cells)
    bottom, right = max(r for r, _ in cells), max(c for _, c in cells)
    return "\n".join(
        "".join("O" if (r, c) in cells else "." for c in range(left, right + 1)) for r in range(top, bottom + 1)
    )


def normalise(cells):
    top, left = min(r for r, _ in cells), min(c for _, c in cells)
    return frozenset((r - top, c - left) for r, c in cells), (top, left)


def classify(cells, limit=60):
    seen = {}
    for generation in range(limit):
        if not cells:
            return f"dies at {generation}"
        shape, origin = normalise(cells)
        if shape in seen:
            first, before = seen[shape]
            period, moved = generation - first, (origin[0] - before[0], origin[1] - before[1])
            kind = "spaceship" if moved != (0, 0) else "still life" if period == 1 else "oscillator"
            return f"{kind} of period {period} from generation {first}" + (f", moves by {moved}" if any(moved) else "")
        seen[shape] = generation, origin
        cells = step(cells)
    return f"still changing after {limit}, {len(cells)} cells"


def main():
    for name, text in PATTERNS.items():
        print(f"{name}: {classify(parse(text))}")
    cells = parse(PATTERNS["glider"])
    for generation in range(5):
        print(f"generation {generation}")
        print(show(cells))
        cells = step(cells)
    pentomino = parse(PATTERNS["r-pentomino"])
    sizes = []
    for _ in range(30):
        sizes.append(len(pentomino))
        pentomino = step(pentomino)
    print(sizes)


if __name__ == "__main__":
    main()
