#!/usr/bin/env python3
"""Ordinary programs must print in belljar what they print in native CPython 3.14, byte for byte.

    programs.py [WORD ...]             run the programs whose path contains a word, or all, in belljar and compare
    programs.py --accept [WORD ...]    run them in native CPython instead, and write what they print as expected

programs/TOPIC/NAME.py may come with NAME.in, its standard input. NAME.out is the expected standard output, followed by
a line `exit code N` when that is not 0. BELLJAR names the binary to test, PYTHON_NATIVE the native interpreter.
"""

import argparse
import difflib
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from cli_support import BELLJAR, DEADLINE, ROOT, belljar

PROGRAMS = Path(__file__).resolve().parent / "programs"

# Programs that differ because of a defect of belljar, and which it is. NAME.out has what is wanted: when a program
# prints that, its line here must go.
DEFECTS = {}

NATIVE = os.path.abspath(os.environ.get("PYTHON_NATIVE", ROOT / "build" / "guest" / "python-native"))


def outcome(result):
    """What is compared, and kept in NAME.out."""
    return result.stdout + (b"exit code %d\n" % result.returncode if result.returncode else b"")


def standard_input(program):
    path = program.with_suffix(".in")
    return path.read_bytes() if path.exists() else b""


def run_native(program, hash_seed):
    """In an empty folder and without the environment, as in a sandbox."""
    with tempfile.TemporaryDirectory(prefix="belljar-parity-") as folder:
        shutil.copy(program, folder)
        environment = {"HOME": folder, "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin", "TZ": "UTC",
                       "PYTHONHASHSEED": hash_seed}
        return subprocess.run([NATIVE, "-B", "-s", program.name], cwd=folder, env=environment,
                              input=standard_input(program), capture_output=True, timeout=DEADLINE)


def accept(program):
    """Writes NAME.out. Returns what is wrong with the program, or ""."""
    results = [run_native(program, seed) for seed in ("1", "2")]
    if outcome(results[0]) != outcome(results[1]):
        return difference(outcome(results[0]), outcome(results[1]), "hash seed 1", "hash seed 2")
    program.with_suffix(".out").write_bytes(outcome(results[0]))
    return results[0].stderr.decode("utf-8", "backslashreplace") if results[0].returncode == 1 else ""  # not meant?


def compare(program):
    """Runs the program in belljar. Returns how the outcome differs, or ""."""
    expected = program.with_suffix(".out")
    if not expected.exists():
        return f"{expected.name} is missing: make it with --accept\n"
    try:
        result = belljar("run", str(program), input=standard_input(program))
    except subprocess.TimeoutExpired as late:
        return f"{late}\n"
    found = difference(expected.read_bytes(), outcome(result), "native", "belljar")
    if program.relative_to(PROGRAMS).as_posix() in DEFECTS:
        return "" if found else "its defect is gone: take it out of DEFECTS\n"
    return found and found + result.stderr.decode("utf-8", "backslashreplace")


def difference(wanted, got, wanted_name, got_name):
    if wanted == got:
        return ""
    lines = [text.decode("utf-8", "backslashreplace").splitlines() for text in (wanted, got)]
    text = "\n".join(difflib.unified_diff(*lines, wanted_name, got_name, lineterm=""))
    return (text or f"the ends of lines differ: {wanted!r}, {got!r}") + "\n"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--accept", action="store_true")
    parser.add_argument("words", nargs="*")
    options = parser.parse_args()
    needed = NATIVE if options.accept else BELLJAR
    if not os.access(needed, os.X_OK):
        sys.exit(f"{needed} is not there: run `make build`, or name another with BELLJAR or PYTHON_NATIVE")

    names = sorted(str(path.relative_to(PROGRAMS)) for path in PROGRAMS.glob("*/*.py"))
    chosen = [name for name in names if not options.words or any(word in name for word in options.words)]
    if not chosen:
        sys.exit("no program has such a name")
    with ThreadPoolExecutor(2) as pool:
        problems = list(pool.map(accept if options.accept else compare, (PROGRAMS / name for name in chosen)))
    for name, problem in zip(chosen, problems):
        if problem:
            print(f"== {name}\n{problem}")
    print(f"{len(chosen)} programs, {len(list(filter(None, problems)))} with a problem")
    return 1 if any(problems) else 0


if __name__ == "__main__":
    sys.exit(main())
