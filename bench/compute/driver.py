#!/usr/bin/env python3
"""Runs the compute kernels of this directory, natively or in a sandbox, and checks that they computed what they should.

    driver.py --python PATH [NAME ...]                     with a Python of this machine
    driver.py --command 'build/belljar run -' [NAME ...]   with anything that reads a program from its standard input

A kernel is one file with run(n), LOOPS and CHECKSUM. It is run as one program text, the kernel followed by measure(),
so that a sandbox needs no files. bench/bench.py uses kernels(), program_text() and run_kernel().
"""

import argparse
import inspect
import json
import shlex
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def measure(name, run, loops, checksum, repeat):
    """Part of every program text: times run(loops) and prints one line of JSON. A wrong result ends the program."""
    import gc
    import json
    import time

    times = []
    for _ in range(repeat):
        gc.collect()
        start = time.perf_counter()
        result = run(loops)
        times.append(time.perf_counter() - start)
        if result != checksum:
            raise SystemExit(f"{name}: run({loops}) returned {result!r}, expected {checksum!r}")
    print(json.dumps({"name": name, "best_s": min(times), "times": times}), flush=True)


def kernels():
    """The names of all kernels, in alphabetical order."""
    return sorted(path.stem for path in HERE.glob("*.py") if path != Path(__file__).resolve())


def program_text(name, repeat=5):
    """One self-contained program that runs a kernel `repeat` times and prints the times."""
    kernel = (HERE / f"{name}.py").read_text(encoding="utf-8")
    call = f"measure({name!r}, run, LOOPS, CHECKSUM, {repeat})"
    return f"{kernel}\n\n{inspect.getsource(measure)}\n\n{call}\n"


def run_kernel(command, name, repeat=5, timeout=300):
    """Gives the program to `command` (a list) on its standard input. Returns {"name", "best_s", "times"}.

    Raises RuntimeError, with the program's own words, if it failed or its checksum was wrong.
    """
    try:
        done = subprocess.run(command, input=program_text(name, repeat), capture_output=True, encoding="utf-8",
                              timeout=timeout)
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"{name}: not finished after {timeout} s") from None
    if done.returncode != 0:
        words = done.stderr.strip().splitlines()[-1:] or ["no message"]
        raise RuntimeError(f"{name}: exit code {done.returncode}: {words[0]}")
    return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description="Times the compute kernels and verifies their checksums.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="kernels to run (default: all)")
    parser.add_argument("--python", default=sys.executable, help="a Python 3 of this machine (default: this one)")
    parser.add_argument("--command", type=shlex.split, help="run this instead; it reads the program from its input")
    parser.add_argument("--repeat", type=int, default=5, help="runs per kernel (default: 5)")
    options = parser.parse_args()
    unknown = set(options.names) - set(kernels())
    if unknown:
        parser.error(f"no such kernel: {', '.join(sorted(unknown))} (there are: {', '.join(kernels())})")
    if options.repeat < 1:
        parser.error("--repeat must be at least 1")

    command = options.command or [options.python, "-I", "-"]
    failed = 0
    print(f"{'kernel':<16} {'best ms':>8} {'worst ms':>9}  checksum")
    for name in options.names or kernels():
        try:
            result = run_kernel(command, name, options.repeat)
        except (RuntimeError, OSError) as error:
            failed += 1
            print(f"{name:<16} {'-':>8} {'-':>9}  FAILED: {error}", flush=True)
        else:
            print(f"{name:<16} {result['best_s'] * 1e3:8.1f} {max(result['times']) * 1e3:9.1f}  ok", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
