#!/usr/bin/env python3
"""Everything the C++ build takes as files, in an out folder (build/ for the product):

    engine/lib, engine/include      Wasmtime's runtime as a static library
    line_editor/lib                 rustyline, the prompt's line editor, as another
    host_libraries/lib, include     zstd, and for HTTP curl, nghttp2, Mbed TLS and c-ares
    guest/code.cwasm, boot.mem      the guest's machine code, and its memory before it has booted
    guest/library.pack              the standard library
    guest/python-native             the same CPython for this machine, to compare with
    guest/cpython-tests             CPython's test suite
    hostile/code.cwasm, boot.mem    the adversarial guest of tests/hostile

Each step is kept by the hash of its inputs (scripts/artifact.py) and skipped when nothing changed.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "guest" / "build")]

import build as guest_build  # noqa: E402
import toolchain  # noqa: E402
from artifact import Artifact, BuildError, build_all, cache_folder  # noqa: E402
from host_libraries import host_libraries  # noqa: E402

ENGINE = ROOT / "src" / "engine" / "wasmtime"
WORKSPACE = [ENGINE / "*.toml", ENGINE / "*.rs", ENGINE / "Cargo.lock"]
LINE_EDITOR = ROOT / "cli" / "line_editor"
LEVEL = "x86-64-v2"  # docs/decisions/003-code-baseline.md


def cargo(log, workspace, package, profile, environment):
    """One target folder for all crates, in the cache: what they share is compiled once."""
    target = cache_folder() / "cargo-target"
    rust = {k: v for k, v in os.environ.items() if not k.startswith("CARGO_PROFILE")}
    log.run(["cargo", "build", "--locked", "--profile", profile, "-p", package], cwd=workspace,
            env={**rust, **environment, "CARGO_TARGET_DIR": str(target)})
    return target / profile


def engine_runtime():
    def recipe(folder, log):
        built = cargo(log, ENGINE, "belljar-wasmtime", "runtime", {"BELLJAR_WASMTIME_INCLUDE": str(folder / "include")})
        (folder / "lib").mkdir()
        shutil.copy(built / "libbelljar_wasmtime.a", folder / "lib")

    return Artifact("engine-runtime", recipe, inputs=[*WORKSPACE, ENGINE / "runtime"], text=[rust_version()],
                    doing="building Wasmtime, the engine", why="about 2 min: optimised as a whole")


def engine_compiler():
    def recipe(folder, log):
        built = cargo(log, ENGINE, "belljar-compile", "release", {})
        shutil.copy(built / "belljar-compile", folder)

    return Artifact("engine-compiler", recipe, inputs=[*WORKSPACE, ENGINE / "compiler"], text=[rust_version()],
                    doing="building the WebAssembly compiler", why="about 3 min: it is a compiler")


def line_editor():
    """A library of its own, so that the engine's has nothing in it that edits lines.

    Two static libraries from Rust carry Rust's standard library twice, under the same names. This one is linked into
    one object that shows only its own functions; DW.ref is the compiler's, the same in both, and merged by the linker.
    """
    header = LINE_EDITOR / "belljar_line_editor.h"

    def recipe(folder, log):
        built = cargo(log, LINE_EDITOR, "belljar-line-editor", "release", {})
        functions = sorted(set(re.findall(r"belljar_line_editor_\w+(?=\()", header.read_text())))
        whole = folder / "line_editor.o"
        log.run(["ld", "-r", "-o", whole, *(f"--undefined={name}" for name in functions),
                 built / "libbelljar_line_editor.a"])
        log.run(["objcopy", "--wildcard", "--keep-global-symbol=belljar_line_editor_*",
                 "--keep-global-symbol=DW.ref.*", whole])
        (folder / "lib").mkdir()
        log.run(["ar", "rcsD", folder / "lib" / "libbelljar_line_editor.a", whole])
        whole.unlink()

    return Artifact("line-editor", recipe, text=[rust_version()],
                    inputs=[LINE_EDITOR / "Cargo.toml", LINE_EDITOR / "Cargo.lock", LINE_EDITOR / "src", header],
                    doing="building rustyline, the line editor", why="some 20 s")


def rust_version():
    return subprocess.run(["rustc", "--version"], check=True, capture_output=True, text=True, cwd=ENGINE).stdout


def machine_code(guest, compiler):
    imports = ROOT / "guest" / "build" / "imports.txt"

    def recipe(folder, log):
        log.run([compiler.path / "belljar-compile", guest.path / "guest.wasm", "--code", folder / "code.cwasm",
                 "--memory", folder / "boot.mem", "--target", LEVEL, "--report", folder / "report.txt",
                 "--imports", imports])

    return Artifact("guest-code", recipe, inputs=[imports], text=[LEVEL], depends=[guest, compiler],
                    doing="compiling the guest to machine code", why="some 10 s")


def hostile_guest(compiler):
    sources = ROOT / "tests" / "hostile"

    def recipe(folder, log):
        wasm, imports = folder / "guest.wasm", folder / "imports.txt"
        declared = re.findall(r"^IMPORT(?:_VOID)?\((\w+), (\w+)", (sources / "imports.inc").read_text(), re.MULTILINE)
        imports.write_text("".join(f"{module} {name}\n" for module, name in declared))
        log.run([toolchain.CLANG, "--target=wasm32-unknown-unknown", "-std=c23", "-O2", "-Wall", "-Wextra",
                 *toolchain.MACHINE_FLAGS, "-ffreestanding", "-nostdlib", "-Wl,--no-entry", "-Wl,-z,stack-size=65536",
                 "-Wl,--stack-first", "-Wl,--export=__stack_pointer", "-o", wasm, sources / "guest.c"])
        log.run([compiler.path / "belljar-compile", wasm, "--code", folder / "code.cwasm", "--memory",
                 folder / "boot.mem", "--target", LEVEL, "--imports", imports])

    return Artifact("hostile-guest", recipe, inputs=[sources / "guest.c", sources / "imports.inc", __file__],
                    text=[LEVEL, toolchain.compiler_version()], depends=[compiler],
                    doing="compiling the adversarial guest")


def library_pack(tree):
    packer = ROOT / "guest" / "build" / "pack.py"

    def recipe(folder, log):
        log.run([sys.executable, packer, tree.path / "stdlib", folder / "library.pack"])

    return Artifact("library-pack", recipe, inputs=[packer], depends=[tree], doing="packing the standard library",
                    why="about a minute: compressed as tightly as it gets")


def link(source, target):
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_symlink() and target.readlink() == source:
        return
    if target.is_symlink() or target.exists():
        target.unlink()
    target.symlink_to(source)


def prepare(config, out):
    steps = guest_build.plan(toolchain.CONFIGS[config])
    runtime, compiler, editor, libraries = engine_runtime(), engine_compiler(), line_editor(), host_libraries()
    code = machine_code(steps["guest"], compiler)
    pack = library_pack(steps["stdlib"])
    hostile = hostile_guest(compiler)
    build_all("belljar", [runtime, compiler, editor, libraries, pack, code, hostile])
    for name in ("lib", "include"):
        link(runtime.path / name, out / "engine" / name)
        link(libraries.path / name, out / "host_libraries" / name)
    link(editor.path / "lib", out / "line_editor" / "lib")
    for name in ("code.cwasm", "boot.mem", "report.txt"):
        link(code.path / name, out / "guest" / name)
    link(pack.path / "library.pack", out / "guest" / "library.pack")
    for name in ("code.cwasm", "boot.mem"):
        link(hostile.path / name, out / "hostile" / name)
    link(steps["guest"].path / "guest.wasm", out / "guest" / "guest.wasm")
    link(guest_build.cpython.native_executable(steps["native"]), out / "guest" / "python-native")
    link(steps["source"].path / "src" / "Lib" / "test", out / "guest" / "cpython-tests")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--guest", choices=sorted(toolchain.CONFIGS), default="release",
                        help="fast: links in a second and runs at half the speed, for work on the kernel")
    parser.add_argument("--out", type=Path, default=ROOT / "build")
    arguments = parser.parse_args()
    try:
        prepare(arguments.guest, arguments.out.absolute())
    except BuildError as error:
        sys.exit(f"belljar: {error}")
    except KeyboardInterrupt:
        sys.exit("belljar: interrupted; what was finished is kept")


if __name__ == "__main__":
    main()
