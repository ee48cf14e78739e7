"""Long to wide and back again, without pandas."""

from itertools import product

LONG = [
    ("2023", "wheat", 7.1), ("2023", "maize", 9.4), ("2023", "rye", 5.0),
    ("2024", "wheat", 6.8), ("2024", "maize", 10.2),
    ("2025", "wheat", 7.7), ("2025", "rye", 5.3), ("2025", "barley", 6.05),
]


def to_wide(records):
    columns = list(dict.fromkeys(column for _, column, _ in records))
    rows = {}
    for row, column, value in records:
        rows.setdefault(row, dict.fromkeys(columns))[column] = value
    return columns, rows


def to_long(columns, rows):
    return [(row, column, rows[row][column]) for row, column in product(rows, columns)
            if rows[row][column] is not None]


def transpose(columns, rows):
    return list(rows), {column: {row: rows[row][column] for row in rows} for column in columns}


def render(columns, rows, missing="."):
    width = max(len(str(c)) for c in [*columns, *rows]) + 2
    lines = [" " * width + "".join(f"{c:>{width}}" for c in columns)]
    for name, cells in rows.items():
        texts = (missing if cells[c] is None else f"{cells[c]:g}" for c in columns)
        lines.append(f"{name:<{width}}" + "".join(f"{t:>{width}}" for t in texts))
    return "\n".join(lines)


def share_of_row(columns, rows):
    for name, cells in rows.items():
        total = sum(v for v in cells.values() if v is not None)
        yield name, {c: f"{v / total:.1%}" for c, v in cells.items() if v is not None}


if __name__ == "__main__":
    columns, rows = to_wide(LONG)
    print(render(columns, rows))
    print(render(*transpose(columns, rows), missing="n/a"))
    print("back again:", sorted(to_long(columns, rows)) == sorted(LONG))
    for name, shares in share_of_row(columns, rows):
        print(name, shares)
    matrix = [[1, 2, 3], [4, 5, 6]]
    print(list(zip(*matrix)), [list(r) for r in zip(*matrix[::-1])])
    try:
        list(zip([1, 2], [3], strict=True))
    except ValueError as error:
        print("ValueError:", error)
