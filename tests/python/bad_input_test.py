"""What makes no sense: clear errors, nothing half done."""

import asyncio
import threading
import unittest

import belljar


class BadInput(unittest.TestCase):
    def refused(self, pattern, function, *errors):
        with self.assertRaisesRegex(errors or (TypeError, ValueError), pattern) as raised:
            function()
        return raised.exception

    def test_code(self):
        for code in (None, 1, b"1", ["1"]):
            self.refused("code must be str, not ", lambda: belljar.run(code))
        self.refused("NUL", lambda: belljar.run("1\0"), belljar.InvalidArgumentError)
        self.refused("code has lone surrogates", lambda: belljar.run("'\udc80'"), belljar.InvalidArgumentError)
        self.refused("16 MiB", lambda: belljar.run("#" * (17 << 20)), belljar.InvalidArgumentError)
        self.assertEqual(belljar.run("").status, "ok")
        self.assertEqual(belljar.run("1 +").error.type, "SyntaxError")
        with self.assertRaises(TypeError):
            belljar.run()

    def test_sizes_and_times(self):
        for name, value, pattern in (
                ("memory", "25Q", "memory='25Q' is no size"), ("memory", -1, "memory=-1 is out of range"), ("memory", 1.5, "memory must be"),
                ("memory", None, None), ("memory", True, "memory must be"), ("memory", "1K", "memory|MiB"), ("memory", "1000G", "memory|GiB"),
                ("cpu", "soon", "cpu='soon' is no duration"), ("cpu", 0, "cpu|time"), ("cpu", -1, "cpu=-1 is out of range"),
                ("cpu", float("nan"), "cpu=nan is out of range"), ("cpu", float("inf"), "cpu=inf is out of range"),
                ("wall", [], "wall must be seconds"), ("output", "many", "output='many' is no size"), ("file_entries", 2**40, "too large"),
                ("file_entries", "3", "file_entries='3' is no number"), ("tool_calls", 1.5, "tool_calls must be")):
            with self.subTest(name=name, value=value):
                if pattern is None:
                    self.assertTrue(belljar.run("1", **{name: value}).ok)
                else:
                    self.refused(pattern, lambda: belljar.run("1", **{name: value}))

    def test_grants(self):
        for grants, pattern in (
                ({"mounts": "data:/data"}, "mounts must be a list"), ({"mounts": ["data"]}, "HOST:GUEST"), ({"mounts": [1]}, r"mounts\[0\] must be str"),
                ({"mounts": ["/none/at/all:/data"]}, "/none/at/all|mount"), ({"mounts": ["/tmp:/data:xx"]}, "HOST:GUEST"),
                ({"allow_net": "GET https://a.example/"}, "allow_net must be a list"), ({"allow_net": ["nonsense"]}, "nonsense"),
                ({"secrets": {"K": "value"}}, "must be a belljar.Secret"), ({"secrets": ["K"]}, "secrets must be a dict"),
                ({"net": {"speed": 1}}, "net has no limit 'speed'"), ({"http": 5}, "http must be a function"),
                ({"env": {"A": 1}}, r"env\['A'\] must be str"), ({"env": ["A=b"]}, "env must be a dict"), ({"env": {"A=B": "x"}}, "A=B|environment"),
                ({"args": "x"}, "args must be a list"), ({"workspace": {"a/b": "x"}}, "a/b"), ({"workspace": {"a": 1}}, "must be str or bytes"),
                ({"modules": "math"}, "modules must be a list"), ({"tools": price}, "tools must be a dict or a list"), ({"tools": [1]}, "must be callable"),
                ({"tools": {"price": 1}}, "must be callable"), ({"tools": {1: price}}, "name of a tool must be str"), ({"tools": 5}, "tools must be a dict or a list"), ({"args": 5}, "args must be a list of str, not int"), ({"timeout": 1}, "cpu= and wall="), ({"checkpoints": "no"}, "checkpoints must be True or False"), ({"workspace": {"a": "\udc80"}}, "lone surrogates"), ({"audit": 5}, "must be a path"), ({"http": asyncio.sleep}, "plain function"),
                ({"image": "/none/image"}, "image"), ({"image": 5}, "image"), ({"audit": "/none/at/all/log"}, "log"), ({"colour": "red"}, "colour"),
                ({"policy": 5}, "policy must be"), ({"policy": belljar.Policy(), "memory": "64M"}, "not both")):
            with self.subTest(grants=grants):
                self.refused(pattern, lambda: belljar.run("1", **grants), TypeError, ValueError, belljar.Error)
                self.refused(pattern, lambda: belljar.Session(**grants), TypeError, ValueError, belljar.Error)

    def test_tools(self):
        for options, pattern in (({"max_calls": 0}, "max_calls=0 of a tool is out of range"), ({"max_calls": "3"}, "must be a number, not str"),
                                 ({"timeout": -1}, "out of range"), ({"timeout": "5s"}, "must be a number, not str"),
                                 ({"doc": 5}, "the doc of a tool must be str"), ({"name": "a\udc80"}, "no identifier"),
                                 ({"awaitable": "no"}, "awaitable of a tool must be True or False"),
                                 ({"reraise": True, "timeout": 1}, "reraise does not go with"), ({"reraise": True, "awaitable": True}, "reraise does not")):
            self.refused(pattern, lambda: belljar.run("1", tools=[belljar.Tool(price, **options)]), belljar.Error, TypeError)
        self.refused("must be callable", lambda: belljar.Tool("x"))
        self.refused("price|same name|twice", lambda: belljar.run("1", tools=[price, price]))

    def test_callbacks(self):
        for name in ("on_stdout", "on_stderr", "on_output", "on_display"):
            self.refused(f"{name} must be a function", lambda: belljar.run("1", **{name: 5}))
            self.refused(f"{name} must be a function", lambda: belljar.Session(**{name: 5}))
        self.refused("stdin, if it is not bytes, must be str", lambda: belljar.run("1", stdin=5))
        self.refused("filename must be str", lambda: belljar.run("1", filename=5))

    def test_files(self):
        with belljar.Session() as s:
            for use, pattern in ((lambda: s.write_file("a", 5), "content must be str or bytes"), (lambda: s.write_file("a", [1]), "content must be"),
                                 (lambda: s.read_file(5), "a path of the guest's must be str"), (lambda: s.read_file("a", max_bytes=-1), "max_bytes=-1"),
                                 (lambda: s.upload(5, "a"), "host_path must be a path"), (lambda: s.export_changes("/tmp", None), "mount must be str"),
                                 (lambda: belljar.HttpResponse(5), "body of an HttpResponse"), (lambda: belljar.Snapshot.from_bytes(5), "data must be bytes")):
                self.refused(pattern, use)
            with self.assertRaises(FileNotFoundError):
                s.read_file("none")

    def test_names_of_variables(self):
        with belljar.Session() as s:
            for name in ("", "a b", "1a", "class", "a.b", "\0"):
                self.refused("", lambda: s.__setitem__(name, 1), belljar.Error)
            self.refused("must be str", lambda: s.__setitem__(1, 1))
            self.refused("must be str", lambda: s[1])
            error = self.refused("nope", lambda: s["nope"], KeyError)
            self.assertIsInstance(error, belljar.NotFoundError)
            s.run("f = lambda: 0; d = {1: 2}; deep = []\nfor _ in range(200): deep = [deep]")
            for name in ("f", "d", "deep"):
                self.refused("", lambda: s[name], belljar.ConversionError)

    def test_what_the_guest_has_no_room_for(self):
        with belljar.Session(memory="96M") as s:
            s["x"] = "x" * 25_000_000
            error = self.refused("memory|MemoryError", lambda: s.__setitem__("y", "x" * 40_000_000), belljar.GuestError)
            self.assertIn("memory", str(error))
            self.assertEqual(s.run("len(x)").value, 25_000_000)

    def test_wrong_objects(self):
        with belljar.Session() as s:
            self.refused("must be a belljar.Snapshot", lambda: s.rollback("x"))
            self.refused("must be a belljar.Snapshot", lambda: belljar.Session.resume(s))
            for n in (-1, 1.5, "3", True, 10**9):
                self.refused(r"fork\(", lambda: s.fork(n))
            self.refused("damaged|snapshot", lambda: belljar.Snapshot.from_bytes(b"nonsense"), belljar.CorruptError)
            with self.assertRaises(TypeError):
                belljar.Snapshot.from_bytes("text")

    def test_closed(self):
        s = belljar.Session()
        s.close()
        s.close()
        self.assertTrue(s.closed)
        self.assertIn("closed", repr(s))
        for use in (lambda: s.run("1"), lambda: s["x"], lambda: s.__setitem__("x", 1), s.fork, s.snapshot, s.usage, s.park,
                    lambda: s.read_file("x"), s.diff, s.changes, lambda: asyncio.run(s.arun("1"))):
            self.refused("the session is closed", use, belljar.ClosedError)

    def test_two_threads(self):
        with belljar.Session() as s:
            started = threading.Event()
            worker = threading.Thread(target=lambda: s.run("print('go')\nimport time; time.sleep(0.5)", on_stdout=lambda _: started.set()))
            worker.start()
            started.wait(5)
            for use in (lambda: s.run("1"), lambda: s["x"], s.fork, s.snapshot):
                self.refused("running another cell", use, belljar.BusyError)
            worker.join()
            self.assertEqual(s.run("1").value, 1)

    def test_closed_while_it_runs(self):
        s = belljar.Session()
        started, results = threading.Event(), []
        worker = threading.Thread(target=lambda: results.append(s.run("print('go')\nimport time; time.sleep(0.3); 5", on_stdout=lambda _: started.set())))
        worker.start()
        started.wait(5)
        s.close()
        self.refused("closed", lambda: s.run("1"), belljar.ClosedError)
        worker.join()
        self.assertEqual(results[0].value, 5)

    def test_configure_is_too_late(self):
        belljar.run("1")
        self.refused("already", lambda: belljar.configure(max_live=3), belljar.InvalidArgumentError)

    def test_errors_say_what_to_do(self):
        try:
            belljar.run("1", memory="25Q")
        except belljar.Error as error:
            self.assertEqual((error.code, bool(error.message), bool(error.hint)), ("invalid_argument", True, True))
            self.assertEqual(str(error), f"{error.message} ({error.hint})")

    def test_what_cannot_be_pickled_says_so(self):
        import pickle
        for thing in (belljar.Session(), belljar.Policy()):
            self.refused("cannot be pickled", lambda: pickle.dumps(thing), TypeError)


def price():
    return 1


if __name__ == "__main__":
    unittest.main()
