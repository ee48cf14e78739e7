"""`belljar snapshot`, `belljar resume` and `--image`: sessions in files. Run by cli_test.py."""

import json
import os
import signal
import stat
import time
from pathlib import Path

from cli_support import CPU, DEADLINE, NEVER_POLLS, TIME_LIMIT, USAGE_ERROR, CliTest, belljar, start


class Snapshots(CliTest):
    def setUp(self):
        self.place = self.folder / self.id().rpartition(".")[2]
        self.place.mkdir(exist_ok=True)
        self.file = str(self.place / "state.bj")

    def snapshot(self, code, *options, output=None):
        result = belljar("snapshot", "--output", output or self.file, *options, "-c", code)
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        return result

    def resume(self, code, *options, snapshot=None):
        result = belljar("resume", snapshot or self.file, *options, "-c", code)
        self.assertEqual(result.stderr, b"")
        self.assertEqual(result.returncode, 0)
        return result.stdout.decode()

    def test_state_comes_back(self):
        result = self.snapshot("import io, decimal\n"
                               "def numbers():\n    yield from range(10)\n"
                               "live = numbers(); next(live); x = [1, 2]; memory = io.StringIO('ab'); memory.read(1)\n"
                               "open('f', 'w').write('file'); handle = open('f'); handle.read(2); print('saved')")
        self.assertEqual(result.stdout, b"saved\n")
        look = "print(next(live), x, memory.read(), handle.read(), open('f').read(), decimal.Decimal(1))"
        for _ in range(2):  # the file stays as it is
            self.assertEqual(self.resume(look + "; x.append(3)"), "1 [1, 2] b le file 1\n")

    def test_every_way_to_name_the_program(self):
        self.snapshot("x = 20")
        script = self.write("program.py", "import sys\nprint(x + 1, sys.argv, __file__)")
        result = belljar("resume", self.file, script, "--", "-a", "b")
        self.assertEqual(result.stdout.decode(), "21 ['program.py', '-a', 'b'] /workspace/program.py\n")
        result = belljar("resume", self.file, "--cell", "x += 1", "--cell", "x", "--json")
        self.assertEqual([json.loads(line)["value"] for line in result.stdout.splitlines()],
                         [None, {"text/plain": "21", "application/json": 21}])
        self.assertEqual(belljar("resume", self.file, "-", input=b"print(x)").stdout, b"20\n")
        self.assertEqual(belljar("run", "--image", self.file, "-c", "print(x)").stdout, b"20\n")
        script = self.write("made.py", "made = __name__")
        self.assertEqual(belljar("snapshot", script, "--output", self.file).returncode, 0)
        self.assertEqual(self.resume("print(made)"), "__main__\n")

    def test_snapshots_of_snapshots(self):
        self.snapshot("x = 0")
        for n in range(1, 5):
            self.snapshot("x += 1", "--image", self.file)
            self.assertEqual(self.resume("print(x)"), f"{n}\n")

    def test_rights_come_from_whoever_resumes(self):
        self.snapshot("import os\nheld = bytearray(40_000_000)\nopen('f', 'wb').write(bytes(500_000))", "--env", "A=1",
                      "--cpu", "20")
        self.assertEqual(self.resume("print(os.environ['A'], os.environ['B'])", "--env", "B=2"), "1 2\n")
        self.assert_refused(belljar("resume", self.file, "--memory", "32M", "-c", "1"), "above the limit.*--memory")
        self.assertEqual(self.resume("try: open('g', 'wb').write(bytes(10_000))\nexcept OSError as e: print(e.strerror)",
                                     "--files", "100K"), "No space left on device\n")
        self.assertEqual(belljar("resume", self.file, "--cpu", CPU, "-c", "while True: pass").returncode, TIME_LIMIT)
        self.assertEqual(belljar("resume", self.file, "--output", "3", "-c", "print('abcdef')").stdout, b"abc")

    def test_random_numbers_differ(self):
        self.snapshot("import random, uuid, secrets; random.random()")
        draw = "print(random.random(), uuid.uuid4(), secrets.token_hex())"
        self.assertEqual(len({self.resume(draw) for _ in range(5)}), 5)

    def test_only_what_ended_well_is_written(self):
        for code in ("1/0", "import sys; sys.exit(3)", NEVER_POLLS):
            result = belljar("snapshot", "--output", self.file, "--cpu", CPU, "-c", code)
            self.assertNotEqual(result.returncode, 0)
            self.assertIn(b"was not written", result.stderr)
            self.assertEqual(os.listdir(self.place), [])
        self.assertEqual(belljar("snapshot", "--output", self.file, "-c", "x = 1; import sys; sys.exit()").returncode, 0)
        self.assertEqual(self.resume("print(x)"), "1\n")

    def test_json(self):
        result = belljar("snapshot", "--output", self.file, "--json", "-c", "x = 6\nx * 7")
        self.assertEqual(json.loads(result.stdout)["value"]["application/json"], 42)
        self.assertEqual(self.resume("print(x)"), "6\n")

    def test_limit_on_output_has_another_name(self):
        self.assertEqual(self.snapshot("print('abcdef')", "--output-limit", "1M").stdout, b"abcdef\n")
        result = belljar("snapshot", "--output", self.file, "--output-limit", "3", "-c", "print('abcdef')")
        self.assertEqual(result.stdout, b"abc")

    def test_mode_and_place(self):
        os.umask(old := os.umask(0))
        self.snapshot("x = 1")
        self.assertEqual(stat.S_IMODE(os.stat(self.file).st_mode), 0o600)
        self.assertEqual(os.listdir(self.place), ["state.bj"])
        self.assert_refused(belljar("snapshot", "--output", str(self.place / "none" / "s.bj"), "-c", "1"), "none")
        self.assert_refused(belljar("snapshot", "--output", str(self.place), "-c", "1"))
        self.assertEqual(os.umask(old), old)

    def test_small_ones_are_small(self):
        self.snapshot("x = 1")
        self.assertLess(os.stat(self.file).st_size, 150 << 10)

    def test_keys(self):
        one, two, bad = self.place / "one", self.place / "two", self.place / "bad"
        one.write_bytes(os.urandom(32))
        two.write_text(os.urandom(32).hex() + "\n")
        bad.write_text("secret")
        for key in (one, two):
            self.snapshot("x = 'found me'", "--key-file", str(key))
            self.assertNotIn(b"found me", Path(self.file).read_bytes())
            self.assertEqual(self.resume("print(x)", "--key-file", str(key)), "found me\n")
            other = two if key is one else one
            self.assert_refused(belljar("resume", self.file, "--key-file", str(other), "-c", "1"), "not saved with this key")
            self.assert_refused(belljar("resume", self.file, "-c", "1"), "encrypted")
        self.assert_refused(belljar("resume", self.file, "--key-file", str(bad), "-c", "1"), "holds no key")
        self.assert_refused(belljar("resume", self.file, "--key-file", str(self.place / "none"), "-c", "1"), "none")

    def test_damage(self):
        self.snapshot("x = 1")
        whole = Path(self.file).read_bytes()
        damaged = str(self.place / "damaged.bj")
        for change in (b"", whole[:10], whole[:-1], whole + b"x", bytes([whole[0] ^ 1]) + whole[1:],
                       whole[:500] + bytes([whole[500] ^ 4]) + whole[501:], b"not a snapshot" * 100):
            with open(damaged, "wb") as file:
                file.write(change)
            for command in (["resume", damaged], ["run", "--image", damaged]):
                result = belljar(*command, "-c", "print('ran')")
                self.assert_refused(result, "snapshot")
                self.assertNotIn(b"ran", result.stdout)

    def test_nonsense(self):
        self.assert_refused(belljar("resume"), "SNAPSHOT")
        self.assert_refused(belljar("resume", str(self.place / "none.bj"), "-c", "1"), "none.bj")
        self.assert_refused(belljar("resume", str(self.place), "-c", "1"))
        self.assert_refused(belljar("resume", "/dev/zero", "-c", "1"))
        self.assert_refused(belljar("run", "--image", "numpy", "-c", "1"), "numpy")
        self.assert_refused(belljar("snapshot", "-c", "1"), "--output")
        self.assert_refused(belljar("snapshot", "--output", self.file), "what to run")
        self.snapshot("1")
        self.assert_refused(belljar("resume", self.file), "what to run")
        self.assertEqual(belljar("resume", self.file, "--mount", "/:/x", "-c", "1").returncode, USAGE_ERROR)

    def test_killed_while_saving_leaves_the_old_or_the_new(self):
        self.snapshot("x = 'old'; pad = [str(i) * 10 for i in range(50_000)]")
        for pause in (0.05, 0.06, 0.07, 0.08, 0.1, 0.12, 0.15):
            saving = start("snapshot", "--image", self.file, "--output", self.file, "-c", "x = 'new'")
            time.sleep(pause)
            saving.send_signal(signal.SIGKILL)
            saving.communicate(timeout=DEADLINE)
            self.assertIn(self.resume("print(x)"), ("old\n", "new\n"))
