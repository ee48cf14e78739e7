"""Convert between CSV, JSON lines, INI and plist files on disk."""

import configparser
import csv
import json
import plistlib
from datetime import datetime
from pathlib import Path

ROWS = [
    {"id": 1, "name": "Bolt", "price": 0.25, "tags": ["metal", "small"], "stock": True},
    {"id": 2, "name": "Nut, hex", "price": 0.1, "tags": [], "stock": False},
    {"id": 3, "name": 'Quote "x"', "price": 12.0, "tags": ["a;b"], "stock": True},
]
TYPES = {
    "id": int,
    "name": str,
    "price": float,
    "tags": lambda t: t.split("|") if t else [],
    "stock": lambda t: t == "True",
}


def write_csv(path, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows({**row, "tags": "|".join(row["tags"])} for row in rows)


def read_csv(path):
    with path.open(newline="", encoding="utf-8") as file:
        return [{key: TYPES[key](value) for key, value in row.items()} for row in csv.DictReader(file)]


def main():
    folder = Path("data")
    folder.mkdir()
    write_csv(folder / "items.csv", ROWS)
    print((folder / "items.csv").read_bytes().decode())
    assert read_csv(folder / "items.csv") == ROWS

    with (folder / "items.jsonl").open("w") as file:
        for row in ROWS:
            print(json.dumps(row), file=file)
    with (folder / "items.jsonl").open() as file:
        print(sum(row["price"] for row in map(json.loads, file)))

    config = configparser.ConfigParser()
    for row in ROWS:
        config[f"item {row['id']}"] = {k: str(v).replace("%", "%%") for k, v in row.items() if k != "id"}
    with (folder / "items.ini").open("w") as file:
        config.write(file)
    again = configparser.ConfigParser()
    print(
        again.read([folder / "items.ini", folder / "missing.ini"]) == ["data/items.ini"] or again.sections(),
        again.getfloat("item 3", "price"),
    )

    document = {"made": datetime(2025, 1, 2, 3, 4, 5), "items": ROWS, "blob": b"\x00\x01", "big": 2**60, "none": -1.5}
    for kind in (plistlib.FMT_XML, plistlib.FMT_BINARY):
        blob = plistlib.dumps(document, fmt=kind, sort_keys=True)
        (folder / "items.plist").write_bytes(blob)
        with (folder / "items.plist").open("rb") as file:
            print(kind.name, blob[:8], plistlib.load(file) == document)
    print(plistlib.dumps({"a": [True, "x&y"]}).decode().splitlines()[3:7])
    print(
        json.dumps({"d": document["made"], 1: None, True: 2, None: 3.0}, default=str, indent=None),
        json.dumps([float("inf"), float("nan"), -0.0, 1e100]),
    )
    print(json.loads('{"a": 1, "a": 2, "b": 1.10, "c": 12345678901234567890}', object_pairs_hook=list, parse_float=str))
    for attempt in (
        lambda: json.dumps({(1, 2): 3}),
        lambda: json.dumps(float("nan"), allow_nan=False),
        lambda: json.dumps({1, 2}),
        lambda: plistlib.dumps({"x": None}),
        lambda: plistlib.loads(b"junk"),
        lambda: json.loads("[" * 5 + "]" * 4),
    ):
        try:
            attempt()
        except (TypeError, ValueError, plistlib.InvalidFileException) as error:
            print(type(error).__name__, error)
    circular = []
    circular.append(circular)
    try:
        json.dumps(circular)
    except ValueError as error:
        print(error)
    print(sorted(p.name for p in folder.iterdir()))


if __name__ == "__main__":
    main()
