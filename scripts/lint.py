#!/usr/bin/env python3
"""Rules of the tree that a compiler does not check: layers, third-party headers, size and spelling of files.

Run by `make lint` and as a test.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# What each folder of src/ may include from the others; docs/architecture.md has the picture.
LAYERS = {
    "base": set(),
    "image": {"base"},
    "fs": {"base"},
    "engine": {"base", "image"},
    "audit": {"base"},
    "policy": {"base"},
    "wire": {"base"},
    "tools": {"base", "wire"},
    "net": {"base"},
    "snapshot": {"base", "image", "fs", "wire"},
    "session": {"base", "image", "fs", "engine", "audit", "wire", "tools", "net", "snapshot"},
    "packages": {"base", "fs", "snapshot", "session"},
    "c_api": {"base"},
    "bindings": {"base"},
    "mkimage": {"base", "image", "fs", "engine", "session"},
}

# Third-party headers, and the only places they may be included.
THIRD_PARTY = {
    r"wasm(time)?\.h|belljar_wasmtime\.h": ("src/engine/",),
    r"CLI/": ("cli/",),
    r"belljar_line_editor\.h": ("cli/line_editor.cc",),
    r"nlohmann/": ("src/base/json.cc", "src/base/value_json.cc"),
    r"sodium": ("src/base/sha256.h", "src/snapshot/", "src/net/"),
    r"curl/|ares": ("src/net/", "bench/network.cc"),
    r"zstd": ("src/fs/", "src/snapshot/"),
    r"toml\+\+/": ("tests/attacks/", "src/policy/policy_file.cc"),
    r"nanobind/": ("bindings/python/src/",),
    r"gtest/": ("_test.cc", "tests/", "src/session/wasi_fake.h", "src/fs/pack_builder.h", "src/audit/testing.h"),
}

MAX_LINES = 700


def sources():
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True,
                            capture_output=True, text=True).stdout.split("\n")
    return [Path(f) for f in listed if f and (ROOT / f).is_file()]


def check_includes(path, text):
    layer = path.parts[1] if path.parts[0] == "src" and len(path.parts) > 2 else path.parts[0]
    for number, line in enumerate(text.split("\n"), 1):
        include = re.match(r'\s*#\s*include\s*[<"]([^>"]+)[>"]', line)
        if not include:
            continue
        header = include[1]
        folder = header.split("/")[0]
        if layer in LAYERS and folder in LAYERS and folder != layer and folder not in LAYERS[layer]:
            yield f"{path}:{number}: {layer}/ may not include {folder}/"
        if path.parts[:2] == ("include", "belljar") and "/" in header and not header.startswith("belljar/"):
            yield f"{path}:{number}: public headers include only the standard library and their own kind"
        for pattern, places in THIRD_PARTY.items():
            if re.match(pattern, header) and not any(place in str(path) for place in places):
                yield f"{path}:{number}: {header} belongs in {', '.join(places)} only"


def check(path):
    text = (ROOT / path).read_bytes()
    if path.suffix in (".cc", ".h", ".c", ".py", ".rs"):
        if any(byte > 127 for byte in text):
            yield f"{path}: not ASCII (write \\u escapes)"
        if text.count(b"\n") > MAX_LINES:
            yield f"{path}: more than {MAX_LINES} lines: which concept is missing?"
        if b"\r" in text or re.search(rb"[ \t]\n", text):
            yield f"{path}: white space at the end of a line"
    if path.suffix in (".cc", ".h"):
        yield from check_includes(path, text.decode("utf-8", "replace"))


def main():
    problems = [problem for path in sources() for problem in check(path)]
    print("\n".join(problems) or "lint: nothing to complain about")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
