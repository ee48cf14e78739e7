#!/usr/bin/env python3
"""--mount and --diff of the command line.

    BELLJAR=build/belljar python3 tests/cli_mounts_test.py [Class[.test]]
"""

import json
import os
import tempfile
import unittest
from pathlib import Path

from cli_support import USAGE_ERROR, belljar


class Mounts(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = Path(self.folder.name)
        self.data = self.root / "da:ta"
        self.data.mkdir()
        (self.data / "f").write_text("one\n")

    def run_with(self, mode, code, *options):
        return belljar("run", "--mount", f"{self.data}:/data{mode}", *options, "-c", code, text=True)

    def test_modes(self):
        write = "open('/data/f', 'a').write('two\\n')"
        self.assertIn("Read-only file system", self.run_with("", write).stderr)
        self.assertIn("Read-only file system", self.run_with(":ro", write).stderr)
        self.assertEqual(self.run_with(":cow", write).returncode, 0)
        self.assertEqual((self.data / "f").read_text(), "one\n")
        self.assertEqual(self.run_with(":rw", write).returncode, 0)
        self.assertEqual((self.data / "f").read_text(), "one\ntwo\n")

    def test_changes(self):
        write = "open('/data/f', 'w').write('two\\n'); open('/data/g', 'w').close()"
        shown = self.run_with(":cow", write, "--diff")
        self.assertEqual(shown.stdout, "")
        self.assertIn("-one\n+two\n", shown.stderr)
        result = json.loads(self.run_with(":cow", write, "--json").stdout)
        self.assertEqual(result["changes"], [
            {"path": "/data/f", "kind": "modified", "type": "file", "size": 4},
            {"path": "/data/g", "kind": "added", "type": "file", "size": 0}])
        self.assertNotIn("diff", result)
        self.assertIn("+two", json.loads(self.run_with(":cow", write, "--json", "--diff").stdout)["diff"])
        self.assertNotIn("changes", json.loads(self.run_with(":rw", write, "--json").stdout))

    def test_relative_and_working_folder(self):
        script = self.root / "main.py"
        script.write_text("import os; print(sorted(os.listdir()), open('f').read())")
        result = belljar("run", "--mount", "da:ta:/workspace:rw", str(script), cwd=self.root, text=True)
        self.assertEqual((result.stdout, result.stderr), ("['f'] one\n\n", ""))
        self.assertEqual(os.listdir(self.data), ["f"])

    def test_bad_input(self):
        data = str(self.data)
        os.mkfifo(self.root / "fifo")
        for mounts, message in (
            (["x"], "is no HOST:GUEST"), ([":/data"], "is no HOST:GUEST"), ([data + ":data"], "is no HOST:GUEST"),
            ([data + ":/data:wr"], "is no HOST:GUEST"), (["/:/data"], "all that this machine has"),
            ([str(self.root / "none") + ":/data"], "No such file"), ([str(self.root / "fifo") + ":/data"], "neither a folder"),
            ([data + ":/usr/lib"], "belongs to the guest"), ([data + ":/"], "whole tree"), ([data + ":/a/../b"], "'..'"),
            ([data + ":/data", data + ":/data"], "something else is mounted"), ([data + ":/data/"], "slash"),
        ):
            options = [part for mount in mounts for part in ("--mount", mount)]
            result = belljar("run", *options, "-c", "print(1)", text=True)
            self.assertEqual((result.returncode, result.stdout), (USAGE_ERROR, ""), mounts)
            self.assertIn(message, result.stderr)


if __name__ == "__main__":
    unittest.main()
