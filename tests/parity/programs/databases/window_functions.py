"""Window functions, common table expressions, recursion, upserts, JSON functions and generated columns."""

import sqlite3

SALES = [
    ("north", "2025-01", 120),
    ("north", "2025-02", 90),
    ("north", "2025-03", 150),
    ("south", "2025-01", 80),
    ("south", "2025-02", 130),
    ("south", "2025-03", 130),
    ("east", "2025-02", 60),
]


def show(db, title, query, *values):
    cursor = db.execute(query, values)
    print(f"{title}: {', '.join(c[0] for c in cursor.description)}")
    for row in cursor:
        print("  ", row)


def main():
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE sale (region TEXT, month TEXT, amount INTEGER, PRIMARY KEY (region, month))")
    db.executemany("INSERT INTO sale VALUES (?, ?, ?)", SALES)
    show(
        db,
        "running",
        "SELECT region, month, amount, sum(amount) OVER (PARTITION BY region ORDER BY month) AS total FROM sale ORDER BY region, month",
    )
    show(
        db,
        "rank",
        "SELECT region, amount, rank() OVER w AS r, dense_rank() OVER w AS d, row_number() OVER (ORDER BY amount DESC, region, month) AS n FROM sale WINDOW w AS (ORDER BY amount DESC) ORDER BY n",
    )
    show(
        db,
        "change",
        "SELECT region, month, amount - lag(amount, 1, 0) OVER (PARTITION BY region ORDER BY month) AS change, first_value(month) OVER (PARTITION BY region ORDER BY amount DESC, month) AS best FROM sale ORDER BY 1, 2",
    )
    show(
        db,
        "share",
        "SELECT region, round(100.0 * sum(amount) / sum(sum(amount)) OVER (), 2) AS share FROM sale GROUP BY region ORDER BY share DESC",
    )
    show(
        db,
        "pivot",
        "SELECT region, sum(amount) FILTER (WHERE month = '2025-01') AS jan, sum(CASE month WHEN '2025-02' THEN amount END) AS feb FROM sale GROUP BY region HAVING count(*) > ? ORDER BY region",
        1,
    )
    show(
        db,
        "moving",
        "SELECT month, avg(a) OVER (ORDER BY month ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM (SELECT month, sum(amount) AS a FROM sale GROUP BY month)",
    )
    show(
        db,
        "recursive",
        "WITH RECURSIVE f(n, a, b) AS (SELECT 1, 0, 1 UNION ALL SELECT n + 1, b, a + b FROM f WHERE n < 12) SELECT group_concat(a, ' ') AS fibonacci FROM f",
    )
    db.executescript(
        "CREATE TABLE part (id INTEGER PRIMARY KEY, parent INTEGER, name TEXT); INSERT INTO part VALUES (1, NULL, 'car'), (2, 1, 'engine'), (3, 2, 'piston'), (4, 1, 'door'), (5, 4, 'window')"
    )
    show(
        db,
        "tree",
        "WITH RECURSIVE t(id, path, depth) AS (SELECT id, name, 0 FROM part WHERE parent IS NULL UNION ALL SELECT p.id, t.path || '/' || p.name, depth + 1 FROM part p JOIN t ON p.parent = t.id) SELECT path, depth FROM t ORDER BY path",
    )
    for _ in range(2):
        show(
            db,
            "upsert",
            "INSERT INTO sale VALUES ('west', '2025-01', 5) ON CONFLICT(region, month) DO UPDATE SET amount = amount + excluded.amount RETURNING region, amount",
        )
    db.execute("CREATE TABLE doc (body TEXT, title TEXT GENERATED ALWAYS AS (json_extract(body, '$.title')) VIRTUAL)")
    db.executemany(
        "INSERT INTO doc(body) VALUES (?)",
        [('{"title": "A", "tags": ["x", "y"], "n": {"deep": [1, 2.5]}}',), ('{"title": "B", "tags": []}',)],
    )
    show(
        db,
        "json",
        "SELECT title, json_array_length(body, '$.tags') AS tags, body ->> '$.n.deep[1]' AS deep, json_type(body, '$.tags') FROM doc ORDER BY title",
    )
    show(db, "each", "SELECT title, value FROM doc, json_each(body, '$.tags') ORDER BY value")
    show(
        db,
        "build",
        "SELECT json_group_array(json_object('t', title, 'big', title > 'A')) AS j, json_set('{}', '$.a', json('[1]')) AS s FROM doc",
    )
    show(
        db,
        "text",
        "SELECT printf('%05.1f|%-4s|%x', 3.14159, 'ab', 255) AS p, substr('sqlite', 2, 3), instr('abc', 'c'), upper('x'), trim('  y '), replace('aXa', 'X', '-'), hex(x'01ff'), quote('it''s'), coalesce(NULL, 1), typeof(1.0)",
    )
    show(
        db,
        "numbers",
        "SELECT 7 / 2, 7 % 3, 7 / 2.0, -7 / 2, 1 << 10, 9223372036854775807 + 1, round(2.5), abs(-3), max(1, 2), 'a' || 1, CAST('12abc' AS INTEGER), 1 = 1.0, NULL = NULL, NULL IS NULL",
    )
    show(
        db,
        "dates",
        "SELECT date('2025-01-31', '+1 month'), strftime('%Y-%j %w', '2025-12-31'), datetime(0, 'unixepoch'), date('2025-03-15', 'start of month', '-1 day'), CAST(julianday('2000-01-01') AS TEXT)",
    )
    show(
        db,
        "sets",
        "SELECT region FROM sale EXCEPT SELECT 'north' INTERSECT SELECT region FROM sale ORDER BY region DESC",
    )
    show(
        db,
        "math",
        "SELECT round(sqrt(2), 6), pow(2, 10), floor(-1.5), ceil(1.2), mod(7, 3), round(log(100), 3), sign(-4)",
    )


if __name__ == "__main__":
    main()
