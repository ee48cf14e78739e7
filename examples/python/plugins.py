"""A plug-in host: scripts of users, kept in a database, run on a timer in sandboxes.

    python3 examples/python/plugins.py

A script may ask one API and write to one table; the database has what became of each run. The scripts at the end are of all
kinds: none of them harms the others, the tables or this process.
"""

from __future__ import annotations

import http.server
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import belljar

SCHEMA = """
CREATE TABLE IF NOT EXISTS plugins (name TEXT PRIMARY KEY, source TEXT NOT NULL, every REAL NOT NULL, may_write TEXT NOT NULL,
                                    due REAL NOT NULL DEFAULT 0, failures INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS runs (plugin TEXT NOT NULL, started REAL NOT NULL, status TEXT NOT NULL, output TEXT NOT NULL,
                                 error TEXT NOT NULL, rows INTEGER NOT NULL, cpu_ms REAL NOT NULL);
"""
MOST_FAILURES = 3  # in a row; then a plug-in rests until somebody sets `failures` to 0
LIMITS = {"cpu": 1, "wall": 30, "memory": "128M", "output": "64K", "tool_bytes": "64K",
          "net": {"requests": 20, "response_bytes": "1M"}}


class Table:
    """The tool of one run: takes rows for one table. They are written when the run has ended well, all or none."""

    def __init__(self, name: str, columns: set[str]) -> None:
        self.name, self.columns = name, columns
        self.rows: list[dict[str, Any]] = []

    def insert(self, table: str, row: dict) -> int:
        """Adds a row to a table, which is written at the end of the run; returns how many there are."""
        # All of it is what a stranger's code has chosen.
        if table != self.name:
            raise PermissionError(f"this plug-in may write to {self.name!r}, not to {table!r}")
        if not isinstance(row, dict) or not row or not row.keys() <= self.columns:
            raise ValueError(f"a row is a dict with keys of {sorted(self.columns)}")
        for column, value in row.items():
            if value is not None and type(value) not in (int, float, str) or type(value) is int and not -2**63 <= value < 2**63:
                raise TypeError(f"{column}: use None, text, a float or an int of 64 bits")
        self.rows.append(row)
        return len(self.rows)


class PluginHost:
    """Runs the plug-ins of a database that may call one API. Its methods are for one thread, that of the database."""

    def __init__(self, database: sqlite3.Connection, api: str, at_once: int = 4) -> None:
        self._database = database
        self._api = api
        self._threads = ThreadPoolExecutor(at_once)
        database.executescript(SCHEMA)

    def add(self, name: str, source: str, every: float, may_write: str) -> None:
        """Stores a script, to be run every so many seconds."""
        if may_write in ("plugins", "runs") or not self._columns(may_write):
            raise ValueError(f"{may_write!r} is no table for plug-ins")
        with self._database:
            self._database.execute("INSERT OR REPLACE INTO plugins (name, source, every, may_write) VALUES (?, ?, ?, ?)",
                                   (name, source, every, may_write))

    def run_due(self, now: float) -> int:
        """Runs all that are due, several at once, and writes down what became of them; returns how many there were."""
        due = self._database.execute("SELECT name, source, may_write FROM plugins WHERE due <= ? AND failures < ? ORDER BY name",
                                     (now, MOST_FAILURES)).fetchall()
        under_way = []
        for name, source, may_write in due:
            table = Table(may_write, self._columns(may_write))
            under_way.append((name, table, self._threads.submit(self._run, name, source, table)))
        for name, table, run in under_way:
            self._write(now, name, table, *run.result())
        return len(due)

    def close(self) -> None:
        """Waits for what is under way."""
        self._threads.shutdown()

    def _columns(self, table: str) -> set[str]:
        return {column for column, in self._database.execute("SELECT name FROM pragma_table_info(?)", (table,))}

    def _run(self, name: str, source: str, table: Table) -> tuple[str, str, str, float]:
        try:
            result = belljar.run(source, filename=name, tools=[belljar.Tool(table.insert, max_calls=1000)],
                                 allow_net=[f"GET {self._api}"], env={"API": self._api}, **LIMITS)
        except belljar.Error as error:  # it cannot be run at all, with a NUL in it say
            return "refused", "", str(error), 0.0
        error = "" if result.error is None else f"{result.error.type}: {result.error.message}"
        return result.status, result.stdout, error[:1000], result.usage.cpu_ms

    def _write(self, now: float, name: str, table: Table, status: str, output: str, error: str, cpu_ms: float) -> None:
        rows = table.rows if status == "ok" else []
        try:
            with self._database:
                for row in rows:
                    columns, marks = ", ".join(f'"{column}"' for column in row), ", ".join("?" * len(row))
                    self._database.execute(f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})', list(row.values()))
        except sqlite3.Error as refused:  # by a CHECK or NOT NULL of the table
            status, error, rows = "refused", f"{type(refused).__name__}: {refused}", []
        with self._database:
            self._database.execute("INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?)",
                                   (name, now, status, output, error, len(rows), cpu_ms))
            self._database.execute("UPDATE plugins SET due = ? + every, failures = CASE WHEN ? THEN 0 ELSE failures + 1 END "
                                   "WHERE name = ?", (now, status == "ok", name))


# ---- a round of it, with an API on this machine ----------------------------------------------------------------------

SCRIPTS = {
    "weather": ("import json, os, urllib.request\n"
                "for city in ('bern', 'oslo'):\n"
                "    answer = json.load(urllib.request.urlopen(os.environ['API'] + city))\n"
                "    insert('readings', {'city': city, 'degrees': answer['degrees']})\n"
                "print('two cities')"),
    "endless": "insert('readings', {'city': 'never', 'degrees': 0})\nwhile True: pass",
    "greedy": "everything = [bytes(1 << 20) for _ in range(10**6)]",
    "nosy": "insert('plugins', {'name': 'weather', 'source': ''})",
    "elsewhere": "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:1/')",
    "crash": "import os\nos.abort()",
    "injection": "insert('readings', {'degrees) VALUES (1); --': 1})",
    "too_cold": "insert('readings', {'city': 'moon', 'degrees': 20})\ninsert('readings', {'city': 'void', 'degrees': -300})",
}


class Weather(http.server.BaseHTTPRequestHandler):
    """The API that the plug-ins may ask."""

    def do_GET(self) -> None:
        body = b'{"degrees": %d}' % {"/v1/bern": 12, "/v1/oslo": 4}.get(self.path, 0)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def main() -> None:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Weather)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE readings (city TEXT NOT NULL, degrees REAL CHECK (degrees > -273.15))")
    host = PluginHost(database, f"http://127.0.0.1:{server.server_port}/v1/")
    for name, source in SCRIPTS.items():
        host.add(name, source, every=2, may_write="readings")
    rounds = 0
    while rounds < 2:  # a service goes on for ever
        if host.run_due(time.time()):
            rounds += 1
        time.sleep(0.1)
    for name, status, error, count in database.execute(
            "SELECT plugin, status, error, count(*) FROM runs GROUP BY plugin, status, error ORDER BY plugin"):
        print(f"{name:<10} {status:<10} {count} x  {error}".rstrip())
    print(database.execute("SELECT city, degrees, count(*) FROM readings GROUP BY city").fetchall())
    host.close()
    server.shutdown()


if __name__ == "__main__":
    main()
