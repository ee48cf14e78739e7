#!/usr/bin/env python3
"""Renews the profile that steers the release build: profile/python.profdata.xz.

The profile is taken from a native build by the same compiler. It is a 32-bit one (-m32): CPython differs by pointer
size in its hottest lines (reference counts), and a function whose shape differs loses its profile. Training is
CPython's own task for this, and profile/train.py.

Needs, beside the compiler, a C library for -m32: apt-get install libc6-dev-i386 lib32gcc-12-dev
The result is committed, so that builds can be repeated; this takes about 8 minutes and its counts differ a little
from run to run.

    profile.py             train, and write the profile
    profile.py --report    how much of the profile the last release build could use, from its log
"""

import argparse
import lzma
import re
import sys

import toolchain  # noqa: I001  (first: it makes scripts/ importable)
import build
import cpython
import sources
from artifact import Artifact, BuildError, build_all, job_count

TRAINING = toolchain.HERE / "profile" / "train.py"
TRAIN_ROUNDS = 30

# Tests of modules whose libraries a bare -m32 system lacks.
LEFT_OUT = ["test_bz2", "test_lzma", "test_sqlite3", "test_ssl"]


def instrumented_python(source):
    def recipe(folder, log):
        (folder / "src").symlink_to(source.path / "src")
        build = folder / "build"
        build.mkdir()
        # The guest's compiler turns computed gotos into a switch: train with a switch, too.
        log.run(["../src/configure", "-q", "--without-computed-gotos", "--with-pymalloc", "--disable-test-modules",
                 "--without-ensurepip", "OPT=-O2 -DNDEBUG", "LDFLAGS=-fprofile-instr-generate",
                 "CFLAGS=-fprofile-instr-generate -Wno-everything"],
                cwd=build, env={"CC": f"{toolchain.CLANG} -m32 -msse2 -mfpmath=sse", "AR": toolchain.AR,
                                "PKG_CONFIG": "/bin/false", "LLVM_PROFILE_FILE": "/dev/null"})
        log.run(["make", "-s", f"-j{job_count()}"], cwd=build, env={"LLVM_PROFILE_FILE": "/dev/null"})

    return Artifact("instrumented-python", recipe, text=[toolchain.compiler_version(), "1"], depends=[source],
                    doing="building CPython with counters", why="about 2 min")


def trained_profile(source, python):
    def recipe(folder, log):
        executable = python.path / "build/python"
        # %m: the interpreter and each extension module count apart.
        environment = {"LLVM_PROFILE_FILE": str(folder / "raw-%m.profraw"), "PYTHONDONTWRITEBYTECODE": "1"}
        try:
            log.run([executable, "-m", "test", "--pgo", "--timeout=1200", "-x", *LEFT_OUT], cwd=folder, env=environment)
        except BuildError:
            # A few tests of floats may fail on a 32-bit build. They are here to be run, not to be passed.
            log.note("some training tests failed")
        log.run([executable, TRAINING, TRAIN_ROUNDS], cwd=folder, env=environment)
        # Sparse: a function that training never called has no entry and is compiled as any other, where a zero would
        # have it optimised for size. Programs run more of CPython than its training does.
        log.run([toolchain.PROFDATA, "merge", "--sparse", "-o", folder / "python.profdata", *folder.glob("*.profraw")])
        for raw in folder.glob("*.profraw"):
            raw.unlink()

    return Artifact("trained-profile", recipe, inputs=[TRAINING], text=[TRAIN_ROUNDS, *LEFT_OUT, "1"], depends=[python],
                    doing="training", why="about 3 min: CPython's test programs, run with counters")


def renew():
    source = sources.cpython_source()
    profile = trained_profile(source, instrumented_python(source))
    build_all("profile", [profile])
    packed = lzma.compress((profile.path / "python.profdata").read_bytes(), preset=9 | lzma.PRESET_EXTREME)
    cpython.PROFILE.write_bytes(packed)
    print(f"{cpython.PROFILE}: {len(packed)} bytes. Build a release, run bench, then commit it.")


def report():
    log = build.plan(toolchain.CONFIGS["release"])["libpython"].log_path
    if not log.exists():
        raise BuildError("no release build with this profile yet")
    found = re.findall(r"of (\d+) functions?, (\d+) ha\w+ mismatched", log.read_text(errors="replace"))
    lost = sum(int(bad) for _, bad in found)
    print(f"{lost} functions whose shape differs from the trained one, in {len(found)} files")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--report", action="store_true", help="how much of the profile the last release build used")
    args = parser.parse_args()
    try:
        report() if args.report else renew()
    except BuildError as error:
        sys.exit(f"profile: {error}")


if __name__ == "__main__":
    main()
