"""A lending library in sqlite3: schema, foreign keys, joins, aggregates, views."""

import sqlite3

SCHEMA = """
PRAGMA foreign_keys = ON;
CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE book (
    id INTEGER PRIMARY KEY, title TEXT NOT NULL, author_id INTEGER NOT NULL REFERENCES author(id) ON DELETE CASCADE,
    year INTEGER CHECK (year > 1400), price REAL DEFAULT 9.99
);
CREATE TABLE loan (
    book_id INTEGER REFERENCES book(id) ON DELETE CASCADE, member TEXT, since TEXT, returned TEXT,
    PRIMARY KEY (book_id, member, since)
) WITHOUT ROWID;
CREATE INDEX book_by_year ON book(year);
CREATE VIEW open_loans AS SELECT b.title, l.member, l.since FROM loan l JOIN book b ON b.id = l.book_id WHERE l.returned IS NULL;
"""
BOOKS = [
    ("Emma", "Austen", 1815),
    ("Persuasion", "Austen", 1817),
    ("Dracula", "Stoker", 1897),
    ("Ulysses", "Joyce", 1922),
    ("Dubliners", "Joyce", 1914),
]
LOANS = [
    (1, "ann", "2025-01-03", "2025-01-20"),
    (1, "bob", "2025-02-01", None),
    (3, "ann", "2025-02-11", None),
    (4, "cid", "2025-01-01", "2025-03-01"),
    (1, "ann", "2025-04-01", None),
]


def main():
    db = sqlite3.connect(":memory:")
    db.executescript(SCHEMA)
    with db:
        for title, author, year in BOOKS:
            db.execute("INSERT OR IGNORE INTO author(name) VALUES (?)", (author,))
            db.execute(
                "INSERT INTO book(title, author_id, year) SELECT :t, id, :y FROM author WHERE name = :a",
                {"t": title, "a": author, "y": year},
            )
        db.executemany("INSERT INTO loan VALUES (?, ?, ?, ?)", LOANS)
    db.row_factory = sqlite3.Row
    for row in db.execute(
        "SELECT a.name, count(b.id) AS books, min(b.year) AS first FROM author a LEFT JOIN book b ON b.author_id = a.id GROUP BY a.id ORDER BY books DESC, a.name"
    ):
        print(dict(row), row["name"], row[1], row.keys())
    print([tuple(r) for r in db.execute("SELECT * FROM open_loans ORDER BY since")])
    print(
        [
            tuple(r)
            for r in db.execute("SELECT title FROM book WHERE id NOT IN (SELECT book_id FROM loan) ORDER BY title")
        ]
    )
    print(
        [
            tuple(r)
            for r in db.execute(
                "SELECT b.title, l.member, julianday(coalesce(returned, '2025-05-01')) - julianday(since) AS days FROM loan l JOIN book b ON b.id = l.book_id ORDER BY days DESC LIMIT 3"
            )
        ]
    )
    print(
        [
            tuple(r)
            for r in db.execute(
                "SELECT member, group_concat(title, ', ') FROM (SELECT member, title FROM loan JOIN book ON id = book_id ORDER BY member, since) GROUP BY member"
            )
        ]
    )
    cursor = db.execute("UPDATE book SET price = round(price * 1.1, 2) WHERE year < ?", (1900,))
    print(
        cursor.rowcount, db.execute("SELECT sum(price) FROM book").fetchone()[0], db.total_changes, cursor.description
    )
    db.execute("DELETE FROM author WHERE name = 'Austen'")
    print(
        db.execute("SELECT count(*) FROM book").fetchone()[0],
        db.execute("SELECT count(*) FROM loan").fetchone()[0],
        db.in_transaction,
    )
    db.rollback()
    print(db.execute("SELECT count(*) FROM book").fetchone()[0])
    for statement, values in (
        ("INSERT INTO book(title, author_id) VALUES ('x', 99)", ()),
        ("INSERT INTO author(name) VALUES ('Joyce')", ()),
        ("INSERT INTO book(title, author_id, year) VALUES ('y', 1, 100)", ()),
        ("INSERT INTO author(name) VALUES (NULL)", ()),
        ("SELEC 1", ()),
        ("SELECT * FROM nowhere", ()),
        ("SELECT ?", ()),
        ("SELECT nope FROM book", ()),
        ("SELECT :a", {"b": 1}),
        ("SELECT 1; SELECT 2", ()),
    ):
        try:
            db.execute(statement, values)
        except (sqlite3.Error, sqlite3.Warning) as error:
            print(type(error).__name__, "-", error, getattr(error, "sqlite_errorname", ""))
    print(
        [r["name"] for r in db.execute("SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite%' ORDER BY name")],
        [tuple(r)[1:3] for r in db.execute("PRAGMA table_info(author)")],
    )
    db.close()
    try:
        db.execute("SELECT 1")
    except sqlite3.ProgrammingError as error:
        print(error)


if __name__ == "__main__":
    main()
