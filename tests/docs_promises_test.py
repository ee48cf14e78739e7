"""SPECIFICATION.md: each promise has its number and a test that exists, or says that none does yet.

A test is named `where: Suite.Test`, with `*` for any text. `where` is the source file without its ending; `_test` may
be left out. It holds for the names that follow in the same promise. `ctest: name` is a test that CTest runs whole.
"""

import ast
import fnmatch
import importlib.util
import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from cli_support import ROOT
from docs_support import HOST_BUILD

TEST = re.compile(r"(?:(\w+): )?([A-Z]\w*(?:/\w+)?\.[\w*]+)|(ctest): (\w+)")


def where(path):
    return Path(path).stem.removesuffix("_test")


def ctest_names():
    """(where, Suite.Test) of everything in the test programs, without the number of a parameter; ("ctest", name)."""
    shown = subprocess.run(["ctest", "--show-only=json-v1"], cwd=HOST_BUILD, check=True, capture_output=True, timeout=60)
    names, programs = set(), set()
    for test in json.loads(shown.stdout)["tests"]:
        if any(argument.startswith("--gtest_filter=") for argument in test["command"]):
            programs.add(test["command"][0])
        else:
            names.add(("ctest", test["name"]))
    for program in programs:
        with tempfile.NamedTemporaryFile(suffix=".json") as listing:
            subprocess.run([program, "--gtest_list_tests", f"--gtest_output=json:{listing.name}"], check=True,
                           stdout=subprocess.DEVNULL, timeout=60)
            suites = json.load(listing)["testsuites"]
        for suite in suites:
            for test in suite["testsuite"]:
                names.add((where(test["file"]), f"{suite['name']}.{test['name'].split('/')[0]}"))
    return names


def unittest_names():
    """(where, Class.test) of every Python test; a file that imports classes of others has them too."""
    names = set()
    for path in (ROOT / "tests").rglob("*_test.py"):
        if path.parent.name == "python":  # they import the package, which this Python has not
            names.update((where(path), f"{node.name}.{test.name}") for node in ast.parse(path.read_text()).body
                         if isinstance(node, ast.ClassDef) for test in node.body if getattr(test, "name", "").startswith("test_"))
            continue
        sys.path.insert(0, str(path.parent))
        spec = importlib.util.spec_from_file_location(f"listed_{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for name, value in vars(module).items():
            if isinstance(value, type) and issubclass(value, unittest.TestCase):
                names.update((where(path), f"{name}.{test}") for test in unittest.TestLoader().getTestCaseNames(value))
    return names


class Promises(unittest.TestCase):
    def setUp(self):
        self.promises = re.findall(r"(?m)^(\d+)\. (.+)$", (ROOT / "SPECIFICATION.md").read_text(encoding="utf-8"))

    def test_are_numbered_in_order(self):
        self.assertEqual([int(number) for number, _ in self.promises], list(range(1, len(self.promises) + 1)))

    def test_each_names_what_enforces_it(self):
        for number, text in self.promises:
            self.assertRegex(text, r"`\w+: [A-Z]\w*(/\w+)?\.|`ctest: |\*\[test pending|`cargo test |`make bench: ", number)

    def test_named_tests_exist(self):
        known = ctest_names() | unittest_names()
        missing = []
        for number, text in self.promises:
            place = ""
            for span in re.findall(r"`([^`]+)`", text):
                test = TEST.fullmatch(span)
                if not test:
                    continue
                place = where(test[1] or test[3] or place)
                if not any(place == at and fnmatch.fnmatchcase(name, test[2] or test[4]) for at, name in known):
                    missing.append(f"promise {number}: there is no test {span} in {place}")
        self.assertEqual(missing, [])

    def test_named_figures_are_measured(self):
        measured = (ROOT / "bench" / "bench.py").read_text(encoding="utf-8")
        for number, text in self.promises:
            for names in re.findall(r"`make bench: ([^`]+)`", text):
                for name in names.split(", "):
                    self.assertTrue(f'"{name}"' in measured, f"promise {number}: bench.py measures no {name}")
