#!/usr/bin/env python3
"""Links objects and archives into one relocatable object that shows only what a shared library shows, in an archive.

    static_library.py --out libbelljar.a --names-of libbelljar.so OBJECT... ARCHIVE...

An archive of archives would bring zstd, libsodium and the runtimes of C++ templates and Rust under names that a user's
program may have as well, in another version.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{command[0]}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def exported(library):
    """The names that the library defines, without those of symbol versions."""
    symbols = (line.split() for line in run("nm", "--dynamic", "--defined-only", "--format=posix", library).splitlines())
    return sorted({symbol[0].split("@")[0] for symbol in symbols if symbol[1] != "A"})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--names-of", required=True)
    parser.add_argument("inputs", nargs="+")
    options = parser.parse_args()

    with tempfile.TemporaryDirectory(dir=options.out.parent) as folder:
        whole, names, archive = Path(folder, "belljar.o"), Path(folder, "names"), Path(folder, options.out.name)
        names.write_text("".join(name + "\n" for name in exported(options.names_of)))
        # Groups (one copy of each inline function) are dissolved: with local names they would still be taken for those
        # of the same name in the user's program.
        run("ld", "-r", "--force-group-allocation", "--strip-debug", "-o", whole, *options.inputs)
        # The LLVM plugin of ar falls over Rust's bitcode.
        run("objcopy", f"--keep-global-symbols={names}", "--strip-unneeded", "--remove-section=.llvmbc",
            "--remove-section=.llvmcmd", whole)
        run("ar", "qcsD", archive, whole)
        archive.replace(options.out)


if __name__ == "__main__":
    main()
