"""Python inside SQL: scalar functions, aggregates, window aggregates, collations, adapters, authorizers, blobs."""

import json
import math
import sqlite3
from dataclasses import dataclass
from datetime import date


class Median:
    def __init__(self):
        self.values = []

    def step(self, value):
        if value is not None:
            self.values.append(value)

    def finalize(self):
        ordered, n = sorted(self.values), len(self.values)
        return None if not n else (ordered[(n - 1) // 2] + ordered[n // 2]) / 2


class WindowSum:
    def __init__(self):
        self.total = 0

    def step(self, value):
        self.total += value

    def inverse(self, value):
        self.total -= value

    def value(self):
        return self.total

    finalize = value


@dataclass
class Point:
    x: float
    y: float

    def __conform__(self, protocol):
        if protocol is sqlite3.PrepareProtocol:
            return f"{self.x};{self.y}"


def main():
    sqlite3.register_adapter(date, date.isoformat)
    sqlite3.register_adapter(dict, lambda d: json.dumps(d, sort_keys=True))
    sqlite3.register_converter("point", lambda raw: Point(*map(float, raw.split(b";"))))
    sqlite3.register_converter("json", json.loads)
    sqlite3.register_converter("day", lambda raw: date.fromisoformat(raw.decode()))
    db = sqlite3.connect(":memory:", detect_types=sqlite3.PARSE_DECLTYPES | sqlite3.PARSE_COLNAMES)
    db.create_function("distance", 4, lambda *p: math.dist(p[:2], p[2:]), deterministic=True)
    db.create_function("fail", 0, lambda: 1 / 0)
    db.create_function("py_type", 1, lambda v: type(v).__name__)
    db.create_aggregate("median", 1, Median)
    db.create_window_function("wsum", 1, WindowSum)
    db.create_collation("by_length", lambda a, b: (len(a) > len(b)) - (len(a) < len(b)))
    print(
        db.execute(
            "SELECT distance(0, 0, 3, 4), py_type(1), py_type(1.5), py_type('x'), py_type(x'00'), py_type(NULL)"
        ).fetchone()
    )
    db.execute("CREATE TABLE item (name TEXT, at point, extra json, day day, blob BLOB)")
    db.execute(
        "INSERT INTO item VALUES (?, ?, ?, ?, ?)",
        ("first", Point(1, 2.5), {"b": 2, "a": [1]}, date(2025, 2, 3), bytes(10)),
    )
    db.execute("INSERT INTO item VALUES (?, ?, ?, ?, zeroblob(4))", ("ab", Point(-1, 0), {}, date(1999, 12, 31)))
    for row in db.execute("SELECT * FROM item ORDER BY name COLLATE by_length"):
        print(row)
    print(db.execute("SELECT day AS 'd [day]' FROM item WHERE name = 'ab'").fetchone())
    db.executescript("CREATE TABLE n (v); INSERT INTO n VALUES (4), (1), (7), (NULL), (2)")
    print(
        db.execute("SELECT median(v), count(*), count(v), avg(v), total(v) FROM n").fetchone(),
        db.execute("SELECT median(v) FROM n WHERE v > 99").fetchone(),
    )
    print(
        db.execute(
            "SELECT v, wsum(v) OVER (ORDER BY v ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) FROM n WHERE v NOT NULL ORDER BY v"
        ).fetchall()
    )
    with db.blobopen("item", "blob", 1) as blob:
        blob.write(b"hello")
        blob.seek(-2, 2)
        blob[0] = ord("J")
        print(len(blob), blob.tell(), blob[0:5])
    db.row_factory = lambda cursor, row: {c[0]: v for c, v in zip(cursor.description, row)}
    print(db.execute("SELECT count(*) AS c, max(v) FROM n").fetchone())
    db.row_factory = None
    db.text_factory = bytes
    print(db.execute("SELECT name FROM item").fetchall())
    db.text_factory = str

    log = []
    db.set_authorizer(
        lambda action, a, b, *rest: (
            sqlite3.SQLITE_DENY if (action, a) == (sqlite3.SQLITE_DELETE, "n") else sqlite3.SQLITE_OK
        )
    )
    db.set_trace_callback(log.append)
    for statement in ("DELETE FROM n", "SELECT fail()", "SELECT distance(1)", "SELECT 'x' COLLATE nowhere"):
        try:
            db.execute(statement)
        except sqlite3.Error as error:
            print(type(error).__name__, error)
    db.set_authorizer(None)
    db.set_trace_callback(None)
    print(log)
    db.set_progress_handler(lambda: 1, 100)
    try:
        db.execute("WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT max(n) FROM c").fetchone()
    except sqlite3.OperationalError as error:
        print(error)
    db.set_progress_handler(None, 0)
    print(
        db.getlimit(sqlite3.SQLITE_LIMIT_LENGTH) > 0,
        sqlite3.complete_statement("SELECT 1;"),
        sqlite3.complete_statement("SELECT"),
        sqlite3.paramstyle,
        sqlite3.apilevel,
    )
    for value in (object(), 2**63, "\ud800", [1]):
        try:
            db.execute("SELECT ?", (value,))
        except (sqlite3.Error, OverflowError, UnicodeError) as error:
            print(type(error).__name__, str(error).replace("'object'", "object"))
    print(db.execute("SELECT ?, ?, ?, ?", (2**63 - 1, 0.1, b"\0", "nul\0inside")).fetchone())


if __name__ == "__main__":
    main()
