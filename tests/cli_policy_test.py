"""`--policy`, `belljar policy explain`, `--audit` and `belljar audit verify`. Run by cli_test.py."""

import hashlib
import json

from cli_support import USAGE_ERROR, CliTest, belljar


class Policies(CliTest):
    def setUp(self):
        self.place = self.folder / self.id().rpartition(".")[2]
        self.place.mkdir(exist_ok=True)

    def write(self, text, name="policy.toml"):
        path = self.place / name
        path.write_text(text)
        return str(path)

    def refused(self, *arguments, says):
        result = belljar(*arguments)
        self.assertEqual(result.returncode, USAGE_ERROR, result)
        self.assertEqual(result.stdout, b"")
        for part in says if isinstance(says, list) else [says]:
            self.assertIn(part, result.stderr.decode())

    def test_a_file_sets_limits_and_options_go_before_it(self):
        policy = self.write('arguments = ["one"]\n[limits]\nmemory = "64M"\noutput = 4\n[environment]\nMODE = "x"\n')
        code = "import os, sys; print(sys.argv[1:], os.environ['MODE'])"
        result = belljar("run", "--policy", policy, "-c", code)
        self.assertEqual((result.returncode, result.stdout), (0, b"['on"))
        result = belljar("run", "--policy", policy, "--output", "1K", "-c", code)
        self.assertEqual(result.stdout, b"['one'] x\n")
        result = belljar("run", "--policy", policy, "--output", "1K", "-c", code, "--", "two")
        self.assertEqual(result.stdout, b"['one', 'two'] x\n")
        result = belljar("run", "--policy", policy, "-c", "bytearray(100 << 20)")
        self.assertIn(b"MemoryError", result.stderr + b"MemoryError" * (result.returncode == 137))

    def test_what_is_wrong_is_named_with_its_line(self):
        self.refused("run", "--policy", self.write("[limits]\nmemroy = 1"), "-c", "1",
                     says=["policy.toml: line 2", "limits.memroy", "memory, output"])
        self.refused("run", "--policy", self.write("[limits]\nmemory = '1K'"), "-c", "1", says="memory limit")
        self.refused("run", "--policy", str(self.place / "none"), "-c", "1", says="cannot read the policy file")
        self.refused("run", "--policy", self.write("x" * (2 << 20)), "-c", "1", says="larger than")
        self.refused("policy", "explain", "--policy", self.write("= 1"), says="line 1")

    def test_explain_says_what_is_allowed(self):
        policy = self.write('modules = ["json"]\n[limits]\ncpu = 3\nmemory = "100M"\n')
        result = belljar("policy", "explain", "--policy", policy)
        self.assertEqual(result.returncode, 0)
        for part in ("100 MiB", "3 s of CPU time", "network   none", "only json"):
            self.assertIn(part, result.stdout.decode())
        result = belljar("policy", "explain", "--policy", policy, "--prompt", "--cpu", "2")
        for part in ("Your Python code runs in a sandbox", "2 s of CPU time", "Import only these modules: json."):
            self.assertIn(part, result.stdout.decode())

    def test_an_audit_log_is_written_and_verified(self):
        log = self.place / "log.jsonl"
        for code in ("print('hunter2')", "1/0"):
            belljar("run", "--audit", str(log), "-c", code)
        events = [json.loads(line) for line in log.read_text().splitlines()]
        self.assertEqual([event["event_name"] for event in events],
                         2 * ["belljar.audit.open", "belljar.session.open", "belljar.run.begin", "belljar.run.end"])
        self.assertNotIn("hunter2", log.read_text())
        self.assertEqual(events[-1]["attributes"]["belljar.run.status"], "exception")
        self.assertEqual(log.stat().st_mode & 0o777, 0o600)

        # As docs/formats/audit.md shows it.
        hash = "0" * 64
        for line in log.read_text().splitlines(keepends=True):
            body, _, rest = line.rpartition(',"hash":"')
            hash = hashlib.sha256((hash + body).encode()).hexdigest()
            self.assertEqual(rest, hash + '"}\n')

        result = belljar("audit", "verify", str(log))
        self.assertEqual(result.returncode, 0)
        self.assertIn(hash, result.stdout.decode())
        self.assertEqual(belljar("audit", "verify", str(log), "--expect", hash).returncode, 0)
        log.write_text(log.read_text()[:log.read_text().index("\n", 900) + 1])
        self.assertEqual(belljar("audit", "verify", str(log)).returncode, 0)
        self.assertEqual(belljar("audit", "verify", str(log), "--expect", hash).returncode, 1)

    def test_a_changed_log_is_found(self):
        log = self.place / "log.jsonl"
        belljar("run", "--audit", str(log), "-c", "1")
        log.write_text(log.read_text().replace('"belljar.source.size":1', '"belljar.source.size":2'))
        result = belljar("audit", "verify", str(log))
        self.assertEqual(result.returncode, 1)
        self.assertIn("line 3", result.stdout.decode())
        answer = json.loads(belljar("audit", "verify", str(log), "--json").stdout)
        self.assertFalse(answer["ok"])
        self.refused("audit", "verify", str(self.place / "none"), says="cannot open")

    def test_a_log_that_cannot_be_written_stops_the_run_unless_told(self):
        for path in ("/dev/full", str(self.place), str(self.place / "no" / "log")):
            self.refused("run", "--audit", path, "-c", "print(1)", says="audit log")
        policy = self.write('[audit]\nfile = "sub/log.jsonl"\n')
        self.refused("run", "--policy", policy, "-c", "print(1)", says="audit log")
        (self.place / "sub").mkdir()
        self.assertEqual(belljar("run", "--policy", policy, "-c", "print(1)").stdout, b"1\n")
        self.assertTrue((self.place / "sub" / "log.jsonl").exists())
