"""Database migrations: versions in PRAGMA user_version, up and down, a failing step that rolls back."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Migration:
    version: int
    name: str
    up: list[str | Callable[[sqlite3.Connection], None]]
    down: list[str]


def split_names(db):
    for row_id, name in db.execute("SELECT id, name FROM person").fetchall():
        first, _, last = name.partition(" ")
        db.execute("UPDATE person SET first = ?, last = ? WHERE id = ?", (first, last, row_id))


MIGRATIONS = [
    Migration(
        1,
        "create person",
        [
            "CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT)",
            "INSERT INTO person(name) VALUES ('Ada Lovelace'), ('Alan Turing'), ('Plato')",
        ],
        ["DROP TABLE person"],
    ),
    Migration(
        2,
        "split names",
        ["ALTER TABLE person ADD COLUMN first TEXT", "ALTER TABLE person ADD COLUMN last TEXT", split_names],
        ["ALTER TABLE person DROP COLUMN first", "ALTER TABLE person DROP COLUMN last"],
    ),
    Migration(
        3,
        "index and rename",
        ["ALTER TABLE person RENAME COLUMN name TO full_name", "CREATE UNIQUE INDEX person_name ON person(full_name)"],
        ["DROP INDEX person_name", "ALTER TABLE person RENAME COLUMN full_name TO name"],
    ),
    Migration(
        4, "broken", ["ALTER TABLE person ADD COLUMN age INTEGER", "INSERT INTO person(full_name) VALUES ('Plato')"], []
    ),
]


class Migrator:
    def __init__(self, db):
        self.db = db
        db.isolation_level = None

    @property
    def version(self) -> int:
        return self.db.execute("PRAGMA user_version").fetchone()[0]

    def _apply(self, steps, version):
        self.db.execute("BEGIN")
        try:
            for step in steps:
                step(self.db) if callable(step) else self.db.execute(step)
            self.db.execute(f"PRAGMA user_version = {version}")
            self.db.execute("COMMIT")
        except sqlite3.Error:
            self.db.execute("ROLLBACK")
            raise

    def migrate(self, target: int):
        while self.version < target:
            migration = MIGRATIONS[self.version]
            self._apply(migration.up, migration.version)
            print(f"up to {migration.version}: {migration.name}")
        while self.version > target:
            migration = MIGRATIONS[self.version - 1]
            self._apply(migration.down, migration.version - 1)
            print(f"down from {migration.version}: {migration.name}")

    def columns(self):
        return [row[1] for row in self.db.execute("PRAGMA table_info(person)")]


def main():
    migrator = Migrator(sqlite3.connect(":memory:"))
    migrator.migrate(2)
    print(
        migrator.version,
        migrator.columns(),
        migrator.db.execute("SELECT first, last FROM person ORDER BY id").fetchall(),
    )
    try:
        migrator.migrate(4)
    except sqlite3.IntegrityError as error:
        print("failed:", error)
    print(migrator.version, migrator.columns(), migrator.db.execute("SELECT count(*) FROM person").fetchone())
    migrator.migrate(1)
    print(
        migrator.version,
        migrator.columns(),
        [row[0] for row in migrator.db.execute("SELECT name FROM sqlite_master WHERE type = 'index'")],
    )
    plan = migrator.db.execute("EXPLAIN QUERY PLAN SELECT * FROM person WHERE id = 2").fetchall()
    print(plan[0][3])
    migrator.migrate(0)
    print(migrator.version, migrator.db.execute("SELECT count(*) FROM sqlite_master").fetchone())


if __name__ == "__main__":
    main()
