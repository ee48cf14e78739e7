"""A to-do list kept in sqlite3, driven by commands on standard input."""

import shlex
import sqlite3
import sys


class Todo:
    def __init__(self, db):
        self.db = db
        db.row_factory = sqlite3.Row
        db.execute(
            "CREATE TABLE IF NOT EXISTS task (id INTEGER PRIMARY KEY, text TEXT NOT NULL, due TEXT, priority INTEGER DEFAULT 2, done INTEGER DEFAULT 0)"
        )
        db.execute("CREATE TABLE IF NOT EXISTS tag (task INTEGER, name TEXT, UNIQUE (task, name) ON CONFLICT IGNORE)")

    def do_add(self, text, *options):
        values = dict(option.split("=", 1) for option in options)
        cursor = self.db.execute(
            "INSERT INTO task(text, due, priority) VALUES (?, ?, ?)",
            (text, values.get("due"), int(values.get("priority", 2))),
        )
        self.db.executemany(
            "INSERT INTO tag VALUES (?, ?)", [(cursor.lastrowid, t) for t in values.get("tags", "").split(",") if t]
        )
        return f"added {cursor.lastrowid}"

    def do_done(self, *numbers):
        marks = ", ".join("?" * len(numbers))
        count = self.db.execute(f"UPDATE task SET done = 1 WHERE id IN ({marks}) AND NOT done", numbers).rowcount
        return f"{count} done"

    def do_list(self, tag=None):
        query = "SELECT t.*, group_concat(g.name, ' ') AS tags FROM task t LEFT JOIN tag g ON g.task = t.id {} GROUP BY t.id ORDER BY done, priority, due IS NULL, due, t.id"
        rows = self.db.execute(
            query.format("WHERE t.id IN (SELECT task FROM tag WHERE name = ?)" if tag else ""), (tag,) if tag else ()
        )
        lines = [
            f"[{'x' if r['done'] else ' '}] {r['id']:>2} {'!' * (3 - r['priority']):<2} {r['text']} {('due ' + r['due']) if r['due'] else ''} {'#' + ' #'.join(sorted(r['tags'].split())) if r['tags'] else ''}".rstrip()
            for r in rows
        ]
        return "\n".join(lines) or "(nothing)"

    def do_find(self, word):
        return [
            tuple(r)
            for r in self.db.execute(
                "SELECT id, text FROM task WHERE text LIKE '%' || ? || '%' ESCAPE '\\' ORDER BY id", (word,)
            )
        ]

    def do_remove(self, number):
        found = self.db.execute("DELETE FROM task WHERE id = ? RETURNING text", (number,)).fetchone()
        return f"removed {found['text']!r}" if found else "no such task"

    def do_stats(self):
        return dict(
            self.db.execute(
                "SELECT count(*) AS n, sum(done) AS done, min(due) AS next, (SELECT count(DISTINCT name) FROM tag) AS tags FROM task"
            ).fetchone()
        )


def main():
    todo = Todo(sqlite3.connect(":memory:"))
    for line in sys.stdin:
        line = line.rstrip("\n")
        print(">", line)
        try:
            name, *arguments = shlex.split(line, comments=True) or ["list"]
            method = getattr(todo, f"do_{name}", None)
            if name == "quit":
                break
            print(method(*arguments) if method else f"unknown command {name}")
        except (ValueError, TypeError, sqlite3.Error) as error:
            print(f"error: {error}".replace("Todo.", ""))
    print(todo.db.total_changes, "changes")


if __name__ == "__main__":
    main()
