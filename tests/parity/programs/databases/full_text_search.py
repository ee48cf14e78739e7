"""Full-text search with FTS5 and a spatial index with R*Tree."""

import sqlite3

DOCUMENTS = [
    ("Python sandbox", "Run untrusted Python code in a sandbox inside your own process."),
    ("Garden notes", "The snake in the garden was a python, not a cobra."),
    ("Running", "A runner runs; running is healthy. Code of conduct for runners."),
    ("Caf\u00e9 guide", "Where to drink a good caf\u00e9 cr\u00e8me near the process server."),
]
CITIES = [
    ("Oslo", 59.91, 10.75),
    ("Rome", 41.89, 12.48),
    ("Lima", -12.05, -77.04),
    ("Nice", 43.70, 7.27),
    ("Turin", 45.07, 7.69),
]


def main():
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE doc USING fts5(title, body, tokenize = 'porter unicode61 remove_diacritics 2')")
    db.executemany("INSERT INTO doc VALUES (?, ?)", DOCUMENTS)
    for query in (
        "python",
        "run",
        "code AND process",
        "python NOT snake",
        '"own process"',
        "cafe",
        "title:python",
        "san*",
        "NEAR(code sandbox, 5)",
        "garden OR healthy",
        "nothing",
    ):
        titles = [title for (title,) in db.execute("SELECT title FROM doc WHERE doc MATCH ? ORDER BY title", (query,))]
        print(f"{query:<24} {titles}")
    print(db.execute("SELECT highlight(doc, 1, '[', ']') FROM doc WHERE doc MATCH 'python' ORDER BY rowid").fetchall())
    print(db.execute("SELECT snippet(doc, -1, '<', '>', '...', 5) FROM doc WHERE doc MATCH 'healthy'").fetchone())
    best = db.execute(
        "SELECT title, bm25(doc, 10.0, 1.0) < -0.1 FROM doc WHERE doc MATCH 'python' ORDER BY rank"
    ).fetchall()
    print(best[0], len(best))
    db.execute("DELETE FROM doc WHERE title = 'Running'")
    db.execute("UPDATE doc SET body = 'empty' WHERE title LIKE 'Garden%'")
    print(db.execute("SELECT count(*) FROM doc WHERE doc MATCH 'run OR snake'").fetchone())
    db.execute("CREATE VIRTUAL TABLE words USING fts5vocab(doc, row)")
    print(db.execute("SELECT term, doc, cnt FROM words WHERE cnt > 1 ORDER BY term").fetchall())
    try:
        db.execute("SELECT * FROM doc WHERE doc MATCH 'AND'").fetchall()
    except sqlite3.OperationalError as error:
        print(error)

    db.execute("CREATE VIRTUAL TABLE place USING rtree(id, min_lat, max_lat, min_lon, max_lon, +name TEXT)")
    db.executemany(
        "INSERT INTO place VALUES (?, ?, ?, ?, ?, ?)",
        [(i, lat, lat, lon, lon, name) for i, (name, lat, lon) in enumerate(CITIES)],
    )
    box = (40, 46, 5, 13)
    print(
        db.execute(
            "SELECT name FROM place WHERE min_lat >= ? AND max_lat <= ? AND min_lon >= ? AND max_lon <= ? ORDER BY name",
            box,
        ).fetchall()
    )
    print([round(v, 3) for v in db.execute("SELECT min_lat, min_lon FROM place WHERE name = 'Lima'").fetchone()])
    print(
        db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'place%' ORDER BY name"
        ).fetchall()
    )


if __name__ == "__main__":
    main()
