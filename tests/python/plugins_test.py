"""examples/python/plugins.py: plug-ins of all kinds, and what they must not do."""

import http.server
import sqlite3
import sys
import threading
import unittest
from pathlib import Path

import pages

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "examples" / "python"))

import plugins  # noqa: E402


class Api(http.server.BaseHTTPRequestHandler):
    asked: list = []

    def do_GET(self):
        Api.asked.append(self.path)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass


class Case(unittest.TestCase):
    def setUp(self):
        Api.asked = []
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Api)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.database = sqlite3.connect(":memory:")
        self.addCleanup(self.database.close)
        self.database.executescript("CREATE TABLE readings (city TEXT NOT NULL, degrees REAL CHECK (degrees > -273.15));"
                                    "CREATE TABLE others (secret TEXT); INSERT INTO others VALUES ('kept')")
        self.host = plugins.PluginHost(self.database, f"http://127.0.0.1:{server.server_port}/v1/")
        self.addCleanup(self.host.close)

    def readings(self):
        return self.database.execute("SELECT city, degrees FROM readings ORDER BY city").fetchall()

    def run_once(self, source, now=0.0):
        """Status, output, error and rows of one run of `source`."""
        self.host.add("p", source, 60, "readings")
        self.assertEqual(self.host.run_due(now), 1)
        return self.database.execute("SELECT status, output, error, rows FROM runs ORDER BY rowid DESC").fetchone()


class Runs(Case):
    def test_rows_and_output(self):
        row = self.run_once("print('hello')\nfor n in range(3): count = insert('readings', {'city': str(n), 'degrees': n / 2})\nprint(count)")
        self.assertEqual(row, ("ok", "hello\n3\n", "", 3))
        self.assertEqual(self.readings(), [("0", 0.0), ("1", 0.5), ("2", 1.0)])

    def test_the_api_and_nothing_else(self):
        get = "import os, urllib.request as u\nprint(u.urlopen({}).read())"
        self.assertEqual(self.run_once(get.format("os.environ['API'] + 'x'"))[:2], ("ok", "b'ok'\n"))
        for url in ("os.environ['API'].replace('/v1', '/admin')", "os.environ['API'] + '../admin'", "'http://localhost:1/'",
                    "u.Request(os.environ['API'], data=b'x')", "'file:///etc/passwd'"):
            with self.subTest(url=url):
                self.assertEqual(self.run_once(get.format(url))[0], "exception")
        self.assertEqual(Api.asked, ["/v1/x"])

    def test_the_table_and_nothing_else(self):
        for call in ("'others', {'secret': 'x'}", "'plugins', {'name': 'x'}", "'readings; DROP TABLE others', {'city': 'x'}",
                     "'readings', {'city) VALUES (1); DROP TABLE others; --': 1}", "'readings', {}", "'readings', []", "'readings', None",
                     "'readings', {'city': [1]}", "'readings', {'city': b'x'}", "'readings', {'city': 2**64}", "None, {'city': 'x'}",
                     "'readings', {'rowid': 1}", "'READINGS', {'city': 'x'}", "'readings', {'city': {1}}"):
            with self.subTest(call=call):
                status, _, error, rows = self.run_once(f"insert('readings', {{'city': 'before'}})\ninsert({call})")
                self.assertEqual((status, rows), ("exception", 0), error)
        self.assertEqual(self.readings(), [])
        self.assertEqual(self.database.execute("SELECT * FROM others").fetchall(), [("kept",)])
        status, _, error, rows = self.run_once("insert('readings', {'city': \"'); DROP TABLE others; --\"})")
        self.assertEqual((status, rows, self.readings()), ("ok", 1, [("'); DROP TABLE others; --", None)]))

    def test_all_rows_or_none(self):
        insert = "insert('readings', {'city': 'a', 'degrees': 1})\n"
        for then, expected in (("1 / 0", "exception"), ("while True: pass", "time_limit"), ("import os; os.abort()", "trap"),
                               ("import sys; sys.exit(1)", "exit"), ("insert('readings', {'degrees': 1})", "refused"),
                               ("insert('readings', {'city': 'b', 'degrees': -300})", "refused"),
                               ("for n in range(1001): insert('readings', {'city': 'b'})", "exception")):
            with self.subTest(then=then):
                status, _, error, rows = self.run_once(insert + then)
                self.assertEqual((status, rows), (expected, 0), error)
                self.assertTrue(error)
        self.assertEqual(self.readings(), [])

    def test_limits(self):
        self.addCleanup(plugins.LIMITS.update, wall=plugins.LIMITS["wall"])
        plugins.LIMITS["wall"] = 3
        for source, expected in (("sum(range(10**12))", "time_limit"), ("x = [bytes(1 << 20) for _ in range(10**6)]", "exception"),
                                 ("import time; time.sleep(100)", "time_limit"), ("\x00", "refused"), ("(" * 100_000, "exception"),
                                 ("while True:\n  try:\n    while True: pass\n  except BaseException: pass", "time_limit")):
            with self.subTest(source=source[:50]):
                self.assertEqual(self.run_once(source)[0], expected)
        status, output, _, _ = self.run_once("print('x' * 10**6)")
        self.assertEqual((status, len(output)), ("ok", 64 << 10))

    def test_runs_share_nothing(self):
        self.run_once("import builtins, os\nbuiltins.left = 1\nopen('/tmp/left', 'w').close()")
        self.assertEqual(self.run_once("import os\nprint('left' in dir(__builtins__), os.listdir('/tmp'))")[1], "False []\n")


class Timer(Case):
    def test_when_they_run(self):
        self.host.add("often", "print(1)", 10, "readings")
        self.host.add("seldom", "print(1)", 100, "readings")
        self.assertEqual([self.host.run_due(now) for now in (0, 5, 10, 19, 20, 100)], [2, 0, 1, 0, 1, 2])

    def test_a_failing_one_rests(self):
        self.host.add("bad", "1 / 0", 1, "readings")
        self.host.add("good", "insert('readings', {'city': 'x'})", 1, "readings")
        self.assertEqual([self.host.run_due(now) for now in range(5)], [2, 2, 2, 1, 1])
        self.assertEqual(len(self.readings()), 5)
        self.database.execute("UPDATE plugins SET failures = 0")
        self.assertEqual(self.host.run_due(9), 2)

    def test_one_that_never_ends_leaves_the_others_alone(self):
        self.host.add("endless", "while True: pass", 1, "readings")
        for n in range(6):
            self.host.add(f"good{n}", f"insert('readings', {{'city': '{n}'}})", 1, "readings")
        self.assertEqual(self.host.run_due(0), 7)
        self.assertEqual(self.readings(), [(str(n), None) for n in range(6)])

    def test_tables_that_are_not_for_plugins(self):
        for table in ("plugins", "runs", "no_such_table", "readings; --"):
            self.assertRaises(ValueError, self.host.add, "x", "1", 1, table)


class Page(unittest.TestCase):
    def test_the_guide(self):
        pages.check(self, "plugins.md")


if __name__ == "__main__":
    unittest.main()
