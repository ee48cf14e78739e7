"""Inner, left and full joins of lists of dicts by hand, as in SQL."""

from collections import defaultdict

CUSTOMERS = [
    {"id": 1, "name": "Acme", "city": "Berlin"},
    {"id": 2, "name": "Globex", "city": "Oslo"},
    {"id": 3, "name": "Initech", "city": None},
]
ORDERS = [
    {"order": 10, "customer": 1, "total": 250.0},
    {"order": 11, "customer": 3, "total": 75.5},
    {"order": 12, "customer": 1, "total": 19.9},
    {"order": 13, "customer": 9, "total": 1.0},
]


def index(rows, key):
    result = defaultdict(list)
    for row in rows:
        result[row[key]].append(row)
    return result


def join(left, right, left_key, right_key, how="inner"):
    right_index, used = index(right, right_key), set()
    blank_left = dict.fromkeys(left[0]) if left else {}
    blank_right = dict.fromkeys(right[0]) if right else {}
    for row in left:
        matches = right_index.get(row[left_key], [])
        used.add(row[left_key])
        for match in matches:
            yield row | match
        if not matches and how in ("left", "full"):
            yield row | blank_right
    if how == "full":
        for row in right:
            if row[right_key] not in used:
                yield blank_left | row


def table(rows):
    rows = list(rows)
    headers = list(rows[0])
    cells = [["-" if row[h] is None else str(row[h]) for h in headers] for row in rows]
    widths = [max(map(len, column)) for column in zip(headers, *cells)]
    line = "+".join("-" * (width + 2) for width in widths)
    render = lambda values: "|".join(f" {value:<{width}} " for value, width in zip(values, widths)).rstrip()
    return "\n".join([render(headers), line, *map(render, cells)])


if __name__ == "__main__":
    for how in ("inner", "left", "full"):
        print(f"{how} join")
        print(table(join(CUSTOMERS, ORDERS, "id", "customer", how)))
        print()
    totals = defaultdict(float)
    for row in join(CUSTOMERS, ORDERS, "id", "customer"):
        totals[row["name"]] += row["total"]
    print(dict(totals))
