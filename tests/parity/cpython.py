#!/usr/bin/env python3
"""CPython's own test suite, in the sandbox: `make parity`.

Each module runs in a sandbox of its own, two at a time. What has been run with the same belljar is not run again, so
that an interrupted run goes on where it stopped (--again runs everything). The result is compared with
cpython_tests.toml: a test that fails and is not listed there, or a listed one that passes, fails the run.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import re
import subprocess
import sys
import tarfile
import time
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
EXPECTED = HERE / "cpython_tests.toml"
MARK = "\nparity-result: "
LIMITS = ["--memory", "1G", "--files", "512M", "--output", "16M", "--cpu", "120", "--wall", "240"]

# Of Lib, left out of belljar's library (guest/build/stdlib_excluded.txt), and used by tests.
PURE_PYTHON = ("_pydecimal.py", "_pydatetime.py")

# Packages whose modules libregrtest counts one by one, too.
SPLIT = {"test_asyncio", "test_concurrent_futures", "test_doctest", "test_future_stmt", "test_gdb", "test_inspect",
         "test_pydoc", "test_multiprocessing_fork", "test_multiprocessing_forkserver", "test_multiprocessing_spawn"}


def modules(tests):
    """All names, as libregrtest lists them."""
    names = []
    for path in sorted(tests.glob("test_*")):
        if path.name in SPLIT:
            names += [f"{path.name}.{p.stem}" for p in sorted(path.glob("test_*.py"))]
        elif path.suffix == ".py" or (path.is_dir() and (path / "__init__.py").exists()):
            names.append(path.stem)
    return names


class Package:
    """Lib/test, and what of it a module needs."""

    def __init__(self, tests):
        self.tests = tests.resolve()  # a link: what is beside it counts
        self.parts = {p.name: p for p in self.tests.iterdir() if p.name != "__pycache__"}
        self.words = {}
        # What support imports is needed always. It also names every data file, so it is not searched for those.
        imported = re.findall(r"from test\.(test_\w+)", self._read("support"))
        self.always = ["__init__.py", "support", *(part for part in imported if part in self.parts)]

    def _read(self, part):
        path = self.parts[part]
        files = path.rglob("*.py") if path.is_dir() else [path] if path.suffix == ".py" else []
        return " ".join(f.read_text("latin-1") for f in files)

    def _words(self, part):
        if part not in self.words:
            dotted = re.findall(r"\w[\w.-]*", self._read(part))
            self.words[part] = {piece for word in dotted for piece in (word, *word.split("."))}
        return self.words[part]

    def needed(self, module):
        """Whatever a file names that is already needed: as a module or a data file."""
        need, todo = set(), [*self.always, self._part(module)]
        while todo:
            part = todo.pop()
            if part in need:
                continue
            need.add(part)
            words = set() if part == "support" else self._words(part)
            todo += [p for p in self.parts if p in words or p.removesuffix(".py") in words]
        return need

    def _part(self, module):
        top = module.split(".")[0]
        return top if top in self.parts else top + ".py"

    def archive(self, module, path):
        with tarfile.open(path, "w") as tar:
            for part in sorted(self.needed(module)):
                tar.add(self.parts[part], f"test/{part}", filter=lambda m: None if "__pycache__" in m.name else m)
            for name in PURE_PYTHON:
                tar.add(self.tests.parent / name, name)


def run(belljar, package, module, left_out, folder):
    archive = folder / f"{module}.tar"
    package.archive(module, archive)
    started = time.monotonic()
    command = [belljar, "run", *LIMITS, "--json", "--stdin", archive, HERE / "in_guest.py", "--", module, *left_out]
    done = subprocess.run(command, capture_output=True, text=True)
    archive.unlink()
    if done.returncode != 0:
        raise SystemExit(f"parity: {done.stderr}")
    result = json.loads(done.stdout)
    outcome = {"seconds": round(time.monotonic() - started, 1)}
    _, mark, text = result["stdout"].rpartition(MARK)
    if mark:
        return outcome | json.loads(text)
    last = result["stderr"].rstrip().rsplit("\n", 1)[-1][:200]
    error = result["error"] or {}
    return outcome | {"crashed": result["status"], "last_test": last, "message": (error.get("traceback") or error.get("message") or "")[-1500:]}


class Expected:
    def __init__(self):
        with open(EXPECTED, "rb") as file:
            table = tomllib.load(file)
        self.skipped = {name: reason for reason, names in table["skipped"].items() for name in names}
        self.known = {test: reason for reason, tests in table["known"].items() for test in tests}
        self.left_out = {test: reason for reason, tests in table["left_out"].items() for test in tests}
        self.passed = table["passed"]
        self.short = set(table["short"])

    def left_out_of(self, module):
        return [t for t in self.left_out if t.startswith(f"test.{module}.")]

    def judge(self, module, outcome):
        """What is not as listed, in words."""
        if "crashed" in outcome:
            return [f"{outcome['crashed']} in {outcome['last_test']}: {outcome['message']}"]
        if "skipped_module" in outcome:
            return [f"skipped itself: {outcome['skipped_module']}"]
        wrong = [f"{test} fails:\n{text}" for test, text in outcome["failed"].items() if test not in self.known]
        mine = [t for t in self.known if t.startswith(f"test.{module}.")]
        wrong += [f"{test} passes now: take it off the list" for test in mine if test not in outcome["failed"]]
        if outcome["passed"] < self.passed.get(module, 0):
            wrong.append(f"{outcome['passed']} tests passed, {self.passed[module]} did before")
        return wrong


class Cache:
    """Outcomes by belljar and module."""

    def __init__(self, folder, belljar):
        with open(belljar, "rb") as file:
            self.key = hashlib.file_digest(file, "sha256").hexdigest()
        self.path = folder / "outcomes.json"
        saved = json.loads(self.path.read_text()) if self.path.exists() else {}
        self.outcomes = saved["outcomes"] if saved.get("key") == self.key else {}

    def put(self, module, outcome):
        self.outcomes[module] = outcome
        partial = self.path.with_suffix(".partial")
        partial.write_text(json.dumps({"key": self.key, "outcomes": self.outcomes}, indent=1))
        partial.replace(self.path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*", help="names such as test_json; all when none is given")
    parser.add_argument("--belljar", type=Path, default=ROOT / "build/belljar")
    parser.add_argument("--tests", type=Path, default=ROOT / "build/guest/cpython-tests", help="Lib/test")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--short", action="store_true", help="the part that `make test` runs")
    parser.add_argument("--again", action="store_true", help="run also what has been run with this belljar")
    arguments = parser.parse_args()

    folder = ROOT / "build/parity"
    folder.mkdir(parents=True, exist_ok=True)
    expected, package = Expected(), Package(arguments.tests)
    cache = Cache(folder, arguments.belljar)
    names = arguments.modules or [m for m in modules(arguments.tests) if m not in expected.skipped]
    if arguments.short:
        names = [m for m in names if m in expected.short]
    todo = [m for m in names if arguments.again or m not in cache.outcomes]
    wrong = []

    def one(module):
        return module, run(arguments.belljar, package, module, expected.left_out_of(module), folder)

    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for count, future in enumerate(concurrent.futures.as_completed([pool.submit(one, m) for m in todo]), 1):
            module, outcome = future.result()
            cache.put(module, outcome)
            word = "ok" if not expected.judge(module, outcome) else "WRONG"
            print(f"[{count}/{len(todo)}] {module}: {word}, {outcome.get('run', 0)} tests, {outcome['seconds']} s", flush=True)
    for module in names:
        wrong += [f"{module}: {line}" for line in expected.judge(module, cache.outcomes[module])]
    tests = sum(cache.outcomes[m].get("passed", 0) for m in names)
    print(*wrong, sep="\n")
    print(f"{len(names)} modules, {tests} tests passed, {len(wrong)} not as listed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
