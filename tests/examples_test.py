#!/usr/bin/env python3
"""The programs of examples/ print what their first comment says, and are short.

    BELLJAR_HOST_BUILD=build/host python3 tests/examples_test.py

The lines after "Prints:" are what they print; "..." stands for any text. (examples/*.py are run by docs_test.py.)
"""

import os
import re
import subprocess
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOST_BUILD = Path(os.environ.get("BELLJAR_HOST_BUILD", ROOT / "build" / "host")).resolve()
SOURCES = sorted([*(ROOT / "examples").glob("*.cc"), *(ROOT / "examples").glob("*.c")])
MAX_LINES = 60


def promised(source):
    """What the first comment says that the program prints."""
    lines = source.read_text().split("\n")
    start = next(number for number, line in enumerate(lines) if re.fullmatch(r"(//| \*) Prints:", line)) + 1
    found = []
    for line in lines[start:]:
        if not re.match(r"(//| \*)   .", line):
            break
        found.append(line[5:])
    return found


class Examples(unittest.TestCase):
    def test_print_what_they_promise(self):
        for source in SOURCES:
            with self.subTest(source=source.name):
                program = HOST_BUILD / "examples" / source.name.replace(".", "_")
                done = subprocess.run([program], capture_output=True, text=True, timeout=120)
                pattern = "".join(".*?".join(map(re.escape, line.split("..."))) + "\n" for line in promised(source))
                self.assertTrue(re.fullmatch(pattern, done.stdout, re.DOTALL), done.stdout + done.stderr)
                self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_are_short(self):
        self.assertGreater(len(SOURCES), 5)
        for source in SOURCES:
            self.assertLess(source.read_text().count("\n"), MAX_LINES, source.name)


if __name__ == "__main__":
    unittest.main(verbosity=1)
