#!/usr/bin/env python3
"""`make bench`: measures belljar beside what it is compared with, prints a table, writes build/bench.json.

Every figure is the least disturbed of several runs. Shared machines are noisy: they only ever add time, so minima and
best batches are compared with minima and best batches of the same run.
"""

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from compute.driver import kernels, run_kernel  # noqa: E402

# name -> (bar, higher is better); what must be reached, from the project's own promise in SPECIFICATION.md.
BARS = {
    "cold_process_ms": (2.0, False),
    "cold_process_vs_python3_isolated": (0.4, False),
    "fresh_print_us_p50": (60, False),
    "fresh_print_us_p99": (200, False),
    "fresh_per_s_1thread": (13_000, True),
    "fresh_2threads_vs_2processes": (0.9, True),
    "cell_us_p50": (12, False),
    "cell_checkpointed_us_p50": (45, False),
    "cell_checkpointed_100mb_us_p50": (120, False),
    "tool_call_us_p50": (3, False),
    "http_get_added_us": (150, False),
    "fs_open_read_us": (12, False),
    "mount_read_mb_s": (400, True),
    "private_kib_per_idle_session": (450, False),
    "compute_geomean_vs_native": (1.60, False),
    "soft_stop_ms_p99": (5, False),
    "hard_stop_ms_p99": (5, False),
    "hard_stop_200mb_ms_p99": (10, False),
    "fork_us_p50": (120, False),
    "fork_per_s": (8_000, True),
    "fork_100_ms": (40, False),
    "snapshot_100k_ms": (4, False),
    "fork_100k_us": (350, False),
    "rollback_us_p50": (40, False),
    "suspend_small_kib": (150, False),
    "suspend_small_ms": (3, False),
    "resume_small_ms": (1, False),
    "live_sessions_1000_private_kib": (450, False),
    "parked_10000_kib": (120, False),
    "unpark_us_p50": (300, False),
    "mixed_2threads_vs_2processes": (0.9, True),
    "fresh_image_packages_vs_base": (1.5, False),
    "py_run_fresh_us_p50": (80, False),
    "py_session_run_us_p50": (15, False),
    "py_tool_call_us_p50": (8, False),
    "py_fork_us_p50": (140, False),
    "py_import_and_first_run_ms": (25, False),
    "py_2threads_vs_2processes": (0.9, True),
    "wheel_mb": (20, False),
    "binary_mb": (40, False),
}


def best_times(commands, rounds):
    """The shortest wall time of each command in ms; interleaved, so that a slow moment hits all alike."""
    best = [math.inf] * len(commands)
    for _ in range(rounds):
        for i, command in enumerate(commands):
            start = time.perf_counter()
            subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
            best[i] = min(best[i], (time.perf_counter() - start) * 1e3)
    return best


def cold(belljar):
    python = ["/usr/bin/python3", "-I", "-S", "-c", "print(1+1)"]
    rounds = 150
    ours, isolated, plain, nothing = best_times(
        [[belljar, "run", "-c", "print(1+1)"], python, ["/usr/bin/python3", "-c", "print(1+1)"], ["/bin/true"]], rounds)
    note = "whole process, from fork to exit, least of all rounds"
    yield "cold_process_ms", ours, "ms", rounds, note
    yield "python3_isolated_cold_ms", isolated, "ms", rounds, "the same for python3 -I -S"
    yield "python3_cold_ms", plain, "ms", rounds, "the same for python3"
    yield "true_cold_ms", nothing, "ms", rounds, "the same for /bin/true: what starting any process costs here"
    yield "cold_process_vs_python3_isolated", ours / isolated, "x", rounds, ""


def micro(program):
    figures = json.loads(subprocess.run([program], check=True, capture_output=True, text=True).stdout)
    for name, f in figures.items():
        yield name, f["value"], f["unit"], f["n"], ""
    ratio = figures["fresh_per_s_2threads"]["value"] / figures["fresh_per_s_2processes"]["value"]
    yield "fresh_2threads_vs_2processes", ratio, "x", 3, ""


def images(belljar, program):
    """A fresh sandbox on an image with packages imported, against the base image's. Needs packages: from the tests' cache,
    else from an index."""
    os.environ["BELLJAR"] = belljar
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
    from packages_support import build, real_packages
    found = real_packages()
    if not found:
        print("images: skipped, there is no index of packages here and none are in the build cache", flush=True)
        return
    with tempfile.TemporaryDirectory() as folder:
        image = Path(folder) / "packages.bjimg"
        built = build("--wheels", found[0], "--output", image, "requests", "jinja2", "sympy")
        if built.returncode != 0:
            sys.exit(f"bench: {built.stderr}")
        figures = json.loads(subprocess.run([program, "--image", image], check=True, capture_output=True, text=True).stdout)
    for name, f in figures.items():
        yield name, f["value"], f["unit"], f["n"], "requests, jinja2 and sympy imported" if "packages" in name else ""
    ratio = figures["fresh_image_packages_us_p50"]["value"] / figures["fresh_image_base_us_p50"]["value"]
    yield "fresh_image_packages_vs_base", ratio, "x", 1, ""


def python_package(python, wheels):
    """From Python: in the environment of the package's tests (tests/python/venv.py)."""
    if not python.exists():
        print("python: skipped, run `make python` first", flush=True)
        return
    script = Path(__file__).resolve().parent / "python_package.py"
    figures = json.loads(subprocess.run([python, script], check=True, capture_output=True, text=True).stdout)
    notes = {"py_session_run_us_p50": "state saved before each cell", "py_session_run_manual_us_p50": "checkpoints=False",
             "py_fork_us_p50": "and closed again", "py_fork_and_run_us_p50": "with its first cell, without that cell's time",
             "py_import_ms": "what it adds to python3 -I", "py_import_and_first_run_ms": "the same, with all that is mapped then"}
    for name, f in figures.items():
        yield name, f["value"], f["unit"], 1, notes.get(name, "")
    for wheel in wheels.glob("*.whl"):
        yield "wheel_mb", wheel.stat().st_size / 1e6, "MB", 1, wheel.name


def compute(belljar, native, rounds):
    """Each kernel: the sandbox's best time over native's, interleaved."""
    commands = {"belljar": [belljar, "run", "--cpu", "300", "--wall", "300", "-"], "native": [native, "-I", "-"],
                "system": ["/usr/bin/python3", "-I", "-"]}
    ratios, system = [], []
    for name in kernels():
        best = dict.fromkeys(commands, math.inf)
        for _ in range(rounds):
            for who, command in commands.items():
                best[who] = min(best[who], run_kernel(command, name, repeat=3)["best_s"])
        ratios.append(best["belljar"] / best["native"])
        system.append(best["belljar"] / best["system"])
        note = f"{best['belljar'] * 1e3:.1f} ms; native {best['native'] * 1e3:.1f} ms; system python3 {best['system'] * 1e3:.1f} ms"
        yield f"compute_{name}_vs_native", ratios[-1], "x", rounds * 3, note
    yield "compute_geomean_vs_native", statistics.geometric_mean(ratios), "x", len(ratios), "CPython 3.14.7, gcc -O3, built here"
    yield "compute_geomean_vs_system_python3", statistics.geometric_mean(system), "x", len(system), "for the record"


def verdict(name, value):
    if name not in BARS:
        return ""
    bar, higher = BARS[name]
    met = value >= bar if higher else value <= bar
    return f"{'ok' if met else 'MISSED'} (bar {'>=' if higher else '<='} {bar:g})"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--belljar", required=True)
    parser.add_argument("--micro", required=True, help="the bench_micro program")
    parser.add_argument("--native", required=True, help="CPython 3.14.7 for this machine")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=3, help="of each compute kernel")
    parser.add_argument("--only", choices=("cold", "micro", "images", "python", "compute"))
    options = parser.parse_args()
    parts = {
        "cold": lambda: cold(options.belljar),
        "micro": lambda: micro(options.micro),
        "images": lambda: images(options.belljar, options.micro),
        "python": lambda: python_package(options.out.absolute().parent / "python/venv/bin/python", options.out.absolute().parent / "wheel"),
        "compute": lambda: compute(options.belljar, options.native, options.rounds),
    }
    results = {}
    print(f"{'figure':<40} {'value':>12}  {'unit':<4} against the bar; notes", flush=True)
    for part, measure in parts.items():
        if options.only not in (None, part):
            continue
        for name, value, unit, n, note in measure():
            results[name] = {"value": round(value, 4), "unit": unit, "n": n, "note": note}
            print(f"{name:<40} {value:>12.3f}  {unit:<4} {verdict(name, value)} {note}", flush=True)
    size = Path(options.belljar).stat().st_size / 1e6
    results["binary_mb"] = {"value": round(size, 2), "unit": "MB", "n": 1, "note": ""}
    print(f"{'binary_mb':<40} {size:>12.3f}  MB   {verdict('binary_mb', size)}")
    options.out.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
