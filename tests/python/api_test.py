"""The package's own interface: runs, sessions, values, states, policies."""

import gc
import json
import os
import pickle
import tempfile
import threading
import unittest
from pathlib import Path

import belljar


class Runs(unittest.TestCase):
    def test_a_fresh_run(self):
        r = belljar.run("print(1+1)\n6*7")
        self.assertEqual((r.status, r.ok, r.stdout, r.stderr, r.value, r.error), ("ok", True, "2\n", "", 42, None))
        self.assertEqual(r.display["text/plain"], "42")
        self.assertIs(r.raise_for_status(), r)
        self.assertGreater(r.usage.wall_ms, 0)
        self.assertGreater(r.usage.memory_peak_bytes, 1 << 20)
        self.assertEqual(r.usage.output_bytes, 2)

    def test_runs_share_nothing(self):
        belljar.run("import builtins; builtins.x = 1; open('f', 'w').close()")
        self.assertEqual(belljar.run("import os; (hasattr(__builtins__, 'x'), os.listdir('.'))").value, [False, []])

    def test_values(self):
        for source, value in (("None", None), ("'a'", "a"), ("[1, (2,), {'k': 1.5}]", [1, [2], {"k": 1.5}]), ("2**70", 2**70)):
            self.assertEqual(belljar.run(source).value, value)
        r = belljar.run("{1}")
        self.assertEqual((r.value, r.text), (None, "{1}"))
        self.assertEqual(belljar.run("x = 1").display, {})

    def test_every_status(self):
        cases = {
            "1/0": ("exception", belljar.ExceptionError), "import sys; sys.exit(3)": ("exit", belljar.ExitError),
            "while True: pass": ("time_limit", belljar.TimeLimitError), "import os; os.abort()": ("trap", belljar.TrapError),
        }
        for code, (status, error) in cases.items():
            with self.subTest(code):
                r = belljar.run(code, cpu=0.2)
                self.assertEqual(r.status, status)
                self.assertFalse(r.ok)
                with self.assertRaises(error) as raised:
                    r.raise_for_status()
                self.assertIs(raised.exception.result, r)
                self.assertIsInstance(raised.exception, belljar.RunError)
        self.assertEqual(belljar.run("import sys; sys.exit(3)").exit_code, 3)
        self.assertIsNone(belljar.run("1").exit_code)
        error = belljar.run("int('x')").error
        self.assertEqual(error.type, "ValueError")
        self.assertIn("invalid literal", error.message)
        self.assertIn("Traceback", error.traceback)

    def test_limits(self):
        r = belljar.run("print('x' * 5000)", output="1K")
        self.assertEqual((len(r.stdout), r.stdout_dropped), (1024, 3977))
        self.assertEqual(belljar.run("bytearray(10**9)", memory="64M").error.type, "MemoryError")
        self.assertEqual(belljar.run("while True: pass", cpu="100ms").status, "time_limit")

    def test_stdin_and_arguments(self):
        self.assertEqual(belljar.run("input() + input()", stdin="a\nb\n").value, "ab")
        self.assertEqual(belljar.run("import sys; sys.stdin.buffer.read().hex()", stdin=b"\xff\x00").value, "ff00")
        self.assertEqual(belljar.run("import sys, os; (sys.argv, os.environ['K'])", args=["p", "-x"], env={"K": "v"}).value,
                         [["p", "-x"], "v"])
        self.assertEqual(belljar.run("open('data.csv').read() + open('raw', 'rb').read().hex()",
                                     workspace={"data.csv": "a,b", "raw": b"\xff"}).value, "a,bff")

    def test_output_as_it_comes(self):
        lines, errors, chunks, shown = [], [], [], []
        r = belljar.run("import sys\nprint('one\\ntwo')\nprint('three', end='')\nsys.stderr.write('bad\\n')\ndisplay([1])",
                        on_stdout=lines.append, on_stderr=errors.append, on_display=shown.append,
                        on_output=lambda stream, data: chunks.append((stream, data)))
        self.assertEqual((lines, errors), (["one", "two", "three"], ["bad"]))
        self.assertEqual(b"".join(d for s, d in chunks if s == "stdout"), b"one\ntwo\nthree")
        self.assertEqual((r.stdout, r.stderr, r.displays), ("one\ntwo\nthree", "bad\n", shown))
        self.assertEqual(json.loads(shown[0]["application/json"]), [1])

    def test_lines_across_chunks_and_characters(self):
        lines = []
        code = "import sys\nfor b in 'gr\\u00fc\\u00df\\n\\u20ac'.encode(): sys.stdout.buffer.write(bytes([b])); sys.stdout.flush()"
        belljar.run(code, on_stdout=lines.append)
        self.assertEqual(lines, ["gr\u00fc\u00df", "\u20ac"])

    def test_what_a_callback_raises_comes_out(self):
        def fail(line):
            raise LookupError("enough")
        with self.assertRaisesRegex(LookupError, "enough"):
            belljar.run("print(1)\nwhile True: pass", on_stdout=fail)
        with belljar.Session() as s:
            with self.assertRaises(LookupError):
                s.run("x = 1\nprint(x)", on_stdout=fail)
            self.assertEqual(s.run("1").value, 1)

    def test_a_callback_that_fails_leaves_finally_its_time(self):
        def fail(line):
            raise LookupError("enough")
        with belljar.Session() as s:
            with self.assertRaises(LookupError):
                s.run("x = 1\ntry:\n  print(1)\n  while True: pass\nfinally:\n  x = 2\n  print(2)", on_stdout=fail)
            self.assertEqual(s["x"], 2)

    def test_a_long_line(self):
        lines = []
        code = "import os\nfor _ in range(100_000): os.write(1, b'x')"
        self.assertTrue(belljar.run(code, on_stdout=lines.append).ok)
        self.assertEqual(lines, ["x" * 100_000])

    def error_of(self, code):
        with self.assertRaises(belljar.RunError) as raised:
            belljar.run(code).raise_for_status()
        return raised.exception

    def test_a_result_can_be_kept(self):
        r = belljar.run("print(1); [1, 2]")
        again = pickle.loads(pickle.dumps(r))
        self.assertEqual((again, again.value), (r, [1, 2]))
        self.assertIn("status='ok'", repr(r))
        self.assertEqual(json.loads(json.dumps(r.to_dict()))["value"], [1, 2])
        self.assertEqual(belljar.run("1"), belljar.run("1"))
        self.assertNotIn("\x1b", str(self.error_of("raise ValueError('\\x1b[2J')")))
        self.assertLess(len(repr(belljar.run("print('x' * 100_000)"))), 500)
        error = pickle.loads(pickle.dumps(belljar.run("1/0").error))
        self.assertEqual(error.type, "ZeroDivisionError")
        try:
            belljar.run("1/0").raise_for_status()
        except belljar.RunError as e:
            self.assertEqual(pickle.loads(pickle.dumps(e)).result.status, "exception")


class Sessions(unittest.TestCase):
    def test_cells_share_state(self):
        with belljar.Session() as s:
            s.run("x = 1")
            self.assertEqual(s.run("x + 1").value, 2)
            s["y"] = {"a": [1, 2.5, None, "t", b"\xff", 2**80, -(2**80), True]}
            self.assertEqual(s["y"], {"a": [1, 2.5, None, "t", b"\xff", 2**80, -(2**80), True]})
            self.assertEqual(s.run("y['a'][-2] + y['a'][-3]").value, 0)
            self.assertEqual(s.get("nope", 7), 7)
            self.assertEqual(s.run("41; _ if '_' in globals() else None", bind_value=True).value, None)
            s.run("41", bind_value=True)
            self.assertEqual(s.run("_ + 1").value, 42)

    def test_names(self):
        with belljar.Session() as s:
            s.run("x = 1; f = lambda: 0")
            self.assertEqual(("x" in s, "f" in s, "y" in s, 5 in s, "a b" in s), (True, True, False, False, False))
            del s["x"]
            self.assertNotIn("x", s)
            with self.assertRaises(KeyError):
                del s["x"]
            with self.assertRaises(TypeError):
                iter(s)

    def test_fork(self):
        with belljar.Session() as s:
            s.run("x = [1]")
            child, kids = s.fork(), s.fork(3)
            child.run("x.append(2)")
            for i, kid in enumerate(kids):
                kid["x"] = i
            self.assertEqual(([kid["x"] for kid in kids], child["x"], s["x"]), ([0, 1, 2], [1, 2], [1]))
            self.assertEqual(s.fork(0), [])
        self.assertEqual(child["x"], [1, 2])  # it lives by itself

    def test_snapshot_and_rollback(self):
        with belljar.Session() as s:
            s.run("x = 1; open('f', 'w').write('old')")
            snap = s.snapshot()
            s.run("x = 2; open('f', 'w').write('new')")
            s.rollback(snap)
            self.assertEqual((s["x"], s.read_file("f")), (1, b"old"))
            again = belljar.Session.resume(snap, memory="64M")
            self.assertEqual(again["x"], 1)
            self.assertGreater(snap.size, 0)
            copied = pickle.loads(pickle.dumps(snap))
            self.assertEqual(belljar.Session.resume(copied)["x"], 1)

    def test_save_and_load(self):
        with tempfile.TemporaryDirectory() as folder, belljar.Session() as s:
            path, key = Path(folder) / "state.bj", os.urandom(32)
            s.run("x = {'deep': [1]}")
            s.save(path)
            self.assertEqual(belljar.Session.load(path, cpu=1)["x"], {"deep": [1]})
            s.save(path, key)
            self.assertEqual(belljar.Session.load(path, key=key)["x"], {"deep": [1]})
            with self.assertRaises(belljar.CorruptError):
                belljar.Session.load(path, key=os.urandom(32))
            with self.assertRaises(belljar.CorruptError):
                belljar.Session.load(path)
            with self.assertRaises(belljar.InvalidArgumentError):
                s.save(path, b"short")
            with self.assertRaises((belljar.NotFoundError, belljar.IoError)):
                belljar.Session.load(Path(folder) / "none.bj")
            data = s.snapshot().to_bytes()
            with self.assertRaises(belljar.CorruptError):
                belljar.Snapshot.from_bytes(data[:-1] + bytes([data[-1] ^ 1]))

    def test_usage_and_parking(self):
        with belljar.Session() as s:
            s.run("x = 1")
            s.park()
            self.assertTrue(s.usage().is_parked)
            self.assertEqual((s["x"], s.usage().runs), (1, 1))
            self.assertGreaterEqual(belljar.metrics()["sessions"], 1)

    def test_files(self):
        with tempfile.TemporaryDirectory() as folder, belljar.Session() as s:
            s.write_file("a.txt", "text")
            self.assertEqual(s.run("open('a.txt').read()").value, "text")
            self.assertEqual(s.read_file("/workspace/a.txt"), b"text")
            with self.assertRaises(belljar.NotFoundError):
                s.read_file("none")
            with self.assertRaises(belljar.ExhaustedError):
                s.read_file("a.txt", max_bytes=2)
            s.run("import os; os.makedirs('d/e'); open('d/e/f', 'w').write('x')")
            s.download("d", Path(folder) / "out")
            self.assertEqual((Path(folder) / "out/e/f").read_text(), "x")
            s.upload(Path(folder) / "out", "/workspace/back")
            self.assertEqual(s.run("open('back/e/f').read()").value, "x")

    def test_a_slot_is_free_again_without_close(self):
        before = belljar.metrics()["sessions"]
        for _ in range(20):
            belljar.Session().run("x = 1")
        gc.collect()
        self.assertEqual(belljar.metrics()["sessions"], before)

    def test_threads_run_in_parallel_and_the_gil_is_free(self):
        count, done = [0], threading.Event()

        def tick():
            while not done.wait(0.005):
                count[0] += 1
        ticker = threading.Thread(target=tick)
        ticker.start()
        try:
            r = belljar.run("while True: pass", cpu=0.5)
        finally:
            done.set()
            ticker.join()
        self.assertEqual(r.status, "time_limit")
        self.assertGreater(count[0], 5)

    def test_cancel_from_another_thread(self):
        with belljar.Session() as s:
            s.run("x = 1")
            timer = threading.Timer(0.2, s.cancel)
            timer.start()
            r = s.run("while True: pass")
            timer.join()
            self.assertEqual((r.status, s["x"]), ("cancelled", 1))


class Policies(unittest.TestCase):
    def test_one_for_many(self):
        policy = belljar.Policy(memory="64M", env={"A": "b"}, tools=[len])
        for _ in range(3):
            self.assertEqual(belljar.run("import os; os.environ['A']", policy=policy).value, "b")
        self.assertIn("64 MiB", policy.explain())
        self.assertIsInstance(policy.explain_to_model(), str)

    def test_mounts(self):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "a.txt").write_text("host")
            self.assertEqual(belljar.run("open('/data/a.txt').read()", mounts=[f"{folder}:/data:ro"]).value, "host")
            r = belljar.run("open('/data/a.txt', 'w')", mounts=[f"{folder}:/data"])
            self.assertEqual(r.error.type, "OSError", r.error)
            with belljar.Session(mounts=[f"{folder}:/data:cow"]) as s:
                s.run("open('/data/a.txt', 'w').write('guest')")
                self.assertEqual([c[:3] for c in s.changes()], [("/data/a.txt", "modified", "file")])
                self.assertIn("+guest", s.diff())
                self.assertEqual((Path(folder) / "a.txt").read_text(), "host")
                s.export_changes(folder)
            self.assertEqual((Path(folder) / "a.txt").read_text(), "guest")

    def test_http_handler_and_secrets(self):
        seen = []

        def answer(request):
            seen.append((request.method, request.url, dict(request.headers).get("Authorization"), request.body))
            return belljar.HttpResponse('{"ok": true}', headers={"Content-Type": "application/json"})
        code = ("import json, os, urllib.request as u\n"
                "r = u.Request('https://api.example.com/v1/x', headers={'Authorization': 'Bearer ' + os.environ.get('KEY', '')})\n"
                "json.load(u.urlopen(r))")
        r = belljar.run(code, http=answer, allow_net=["GET https://api.example.com/v1/"])
        self.assertEqual(r.value, {"ok": True}, r.error)
        self.assertEqual(seen[0][:2], ("GET", "https://api.example.com/v1/x"))
        r = belljar.run(code.replace("/v1/", "/v2/"), http=answer, allow_net=["GET https://api.example.com/v1/"])
        self.assertEqual(r.status, "exception")
        r = belljar.run(code, http=lambda request: 1 / 0, allow_net=["GET https://api.example.com/v1/"])
        self.assertIn("ZeroDivisionError", r.error.message)
        r = belljar.run(code, http=lambda request: {"no": 1})
        self.assertIn("HttpResponse", r.error.message)

    def test_no_network_by_default(self):
        self.assertEqual(belljar.run("import urllib.request as u; u.urlopen('http://127.0.0.1:9/')").status, "exception")

    def test_modules(self):
        self.assertEqual(belljar.run("import math; math.pi > 3", modules=["math"]).value, True)
        self.assertEqual(belljar.run("import json", modules=["math"]).status, "exception")

    def test_text(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "policy.toml"
            path.write_text('[limits]\nmemory = "64M"\n')
            self.assertIn("64 MiB", belljar.Policy.load(path).explain())
            path.write_text("[limits]\nmemroy = 1\n")
            with self.assertRaisesRegex(belljar.InvalidArgumentError, "memroy"):
                belljar.Policy.load(path)

    def test_audit(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "audit.jsonl")
            policy = belljar.Policy(audit=path)
            belljar.run("1", policy=policy)
            belljar.run("2", audit=path)  # the same file, open already
            self.assertGreaterEqual(belljar.AuditLog.verify(path)[0], 4)


if __name__ == "__main__":
    unittest.main()
