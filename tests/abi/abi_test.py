#!/usr/bin/env python3
"""The binary interface is what tests/abi/belljar.abi says: symbols, prototypes, numbers and layouts.

    BELLJAR_HOST_BUILD=build/host python3 tests/abi/abi_test.py             compares
    BELLJAR_HOST_BUILD=build/host python3 tests/abi/abi_test.py --accept    writes it anew, after a change that is meant

From 1.0 on lines may be added, but none changed or removed. The symbols come from the library, all else from clang's
view of belljar/c/belljar.h.
"""

import json
import os
import re
import subprocess
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
HOST_BUILD = Path(os.environ.get("BELLJAR_HOST_BUILD", ROOT / "build" / "host")).resolve()
HEADER = ROOT / "include" / "belljar" / "c" / "belljar.h"
ACCEPTED = HERE / "belljar.abi"
CLANG = ["clang-22", "-x", "c", "-std=c11", "-fsyntax-only"]


def run(*command):
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True, timeout=60).stdout


def symbols(*options):
    """The names that a library defines for its users, with their versions."""
    lines = run("nm", "--defined-only", "--extern-only", "--format=posix", *options).splitlines()
    return sorted(line.split()[0] for line in lines if " " in line and line.split()[1] not in ("A",))


def demangled():
    """The shared library's symbols as people write them, each with its version."""
    names = [name.split("@@") for name in symbols("--dynamic", HOST_BUILD / "libbelljar.so")]
    plain = run("c++filt", *(name for name, _ in names)).splitlines()
    return [f"{name} {version}" for name, (_, version) in zip(plain, names)]


def declarations():
    """What the header declares, as clang's tree."""
    tree = json.loads(run(*CLANG, "-Xclang", "-ast-dump=json", HEADER))
    return [node for node in tree["inner"] if re.match("(?i)belljar_", node.get("name", ""))]


def functions():
    """Name and type of each function."""
    return {node["name"]: node["type"]["qualType"] for node in declarations() if node["kind"] == "FunctionDecl"}


def enumerators():
    lines = []
    for node in declarations():
        if node["kind"] == "EnumDecl":
            value = -1
            for constant in (inner for inner in node["inner"] if inner["kind"] == "EnumConstantDecl"):
                given = next((inner["value"] for inner in constant.get("inner", []) if "value" in inner), None)
                value = int(given) if given is not None else value + 1
                lines.append(f"{node['name']} {constant['name']} = {value}")
    return lines


def layouts():
    """Offset, type and name of each member of each struct, and the struct's size."""
    text = run(*CLANG, "-Xclang", "-fdump-record-layouts-complete", HEADER)
    blocks = [block for block in text.split("*** Dumping AST Record Layout\n") if "struct belljar_" in block]
    return sorted(re.sub(r" +\|", " |", block.split("\n\n")[0]).rstrip() for block in blocks)


def description():
    parts = {
        "symbols of libbelljar.so": sorted(set(demangled())),
        "functions": [f"{name}: {type_}" for name, type_ in sorted(functions().items())],
        "enumerators": enumerators(),
        "structs": layouts(),
    }
    return "\n\n".join(f"# {title}\n" + "\n".join(lines) for title, lines in parts.items()) + "\n"


class Abi(unittest.TestCase):
    maxDiff = None

    def test_is_what_was_accepted(self):
        self.assertMultiLineEqual(ACCEPTED.read_text(), description(), "if it is meant: abi_test.py --accept")

    def test_the_library_has_every_function_and_no_other(self):
        shown = {name.split("@")[0] for name in symbols("--dynamic", HOST_BUILD / "libbelljar.so")}
        self.assertEqual({name for name in shown if not name.startswith("_Z")}, set(functions()))

    def test_every_other_symbol_is_of_the_public_classes(self):
        for name in demangled():
            self.assertRegex(name, r"^(belljar_\w+|belljar::\w+.*) BELLJAR_0\.1$")

    def test_the_static_library_shows_the_same(self):
        shared = {name.split("@")[0] for name in symbols("--dynamic", HOST_BUILD / "libbelljar.so")}
        self.assertEqual(set(symbols(HOST_BUILD / "libbelljar.a")), shared)

    def test_every_function_is_tested(self):
        tests = "".join(path.read_text() for path in sorted(HERE.parent.glob("c_api*.[ch]")))
        missing = [name for name in functions() if not re.search(rf"\b{name}\(", tests)]
        self.assertEqual(missing, [])


if __name__ == "__main__":
    if sys.argv[1:] == ["--accept"]:
        ACCEPTED.write_text(description())
    else:
        unittest.main(verbosity=1)
