#!/usr/bin/env python3
"""Builds the guest: CPython for WebAssembly with our kernel, from pinned sources.

    build.py release --out build/guest     what ships: link-time optimisation and the committed profile
    build.py fast --out build/guest-fast   links in a second; for work on the kernel

What --out then holds:
    guest.wasm          the module, with function names: what belljar-compile reads
    stdlib              the library tree, /usr/lib/python3.14 in the guest
    python-native       CPython of the same version for this machine
    build.json          versions, sizes and keys
Everything is kept in the cache (scripts/artifact.py): only what changed is built again.
"""

import argparse
import filecmp
import json
import shutil
import signal
import sys
from pathlib import Path

import toolchain  # noqa: I001  (first: it makes scripts/ importable)
import cpython
import libraries
import link
import sources
import stdlib
from artifact import BuildError, build_all
from fetch import sha256_of


def plan(config):
    """All artifacts of one configuration."""
    source = sources.cpython_source()
    sysroot = sources.sysroot()
    native = cpython.native_python()
    c_libraries = libraries.c_libraries(sysroot)
    configured = cpython.configured(source, native, c_libraries, sysroot)
    libpython = cpython.libpython(config, configured, source)
    return {
        "source": source,
        "native": native,
        "sysroot": sysroot,
        "libraries": c_libraries,
        "libpython": libpython,
        "stdlib": stdlib.stdlib(source, native, configured),
        "guest": link.guest(config, libpython, c_libraries, sysroot),
    }


def build(config, out):
    steps = plan(config)
    build_all("guest", [steps["stdlib"], steps["guest"]])
    out.mkdir(parents=True, exist_ok=True)
    _copy_if_changed(steps["guest"].path / "guest.wasm", out / "guest.wasm")
    _link(steps["stdlib"].path / "stdlib", out / "stdlib")
    _link(cpython.native_executable(steps["native"]), out / "python-native")
    _write_if_changed(out / "build.json", json.dumps(_describe(config, steps), indent=1) + "\n")


def _describe(config, steps):
    guest = steps["guest"].path
    return {
        "config": config.name,
        "cpython": sources.version("cpython"),
        "wasi_libc": sources.version("wasi-libc"),
        "compiler": toolchain.compiler_version().splitlines()[0],
        "profile_sha256": sha256_of(cpython.PROFILE) if config.profile else None,
        "guest_wasm_bytes": (guest / "guest.wasm").stat().st_size,
        "keys": {name: step.path.name for name, step in steps.items()},
    }


def _copy_if_changed(source, target):
    """Leaves the time of an unchanged file alone, so that make and ninja see no change either."""
    if not target.exists() or not filecmp.cmp(source, target, shallow=False):
        shutil.copyfile(source, target)


def _write_if_changed(target, text):
    if not target.exists() or target.read_text() != text:
        target.write_text(text)


def _link(source, target):
    if target.is_symlink() and target.resolve() == source.resolve():
        return
    if target.is_symlink() or target.exists():
        target.unlink()
    target.symlink_to(source)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", choices=sorted(toolchain.CONFIGS))
    parser.add_argument("--out", type=Path, help="where the results go; without it they are only built")
    parser.add_argument("--only", choices=("native", "sysroot", "libraries", "libpython", "stdlib", "guest"),
                        help="build this step and what it needs, and print its folder")
    parser.add_argument("--commands", action="store_true", help="print how the kernel is compiled and linked")
    args = parser.parse_args()
    config = toolchain.CONFIGS[args.config]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("guest: terminated; what was finished is kept"))
    try:
        if args.commands:
            steps = plan(config)
            link.show_commands(config, steps["libpython"], steps["libraries"], steps["sysroot"])
        elif args.only:
            step = plan(config)[args.only]
            build_all("guest", [step])
            print(step.path)
        else:
            build(config, args.out or toolchain.ROOT / "build" / f"guest-{config.name}")
    except BuildError as error:
        sys.exit(f"guest: {error}")
    except KeyboardInterrupt:
        sys.exit("guest: interrupted; what was finished is kept")


if __name__ == "__main__":
    main()
