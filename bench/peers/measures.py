"""What is measured of one peer. Each function returns what peers.py writes to its JSON file."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from catalogue import ADAPTERS, Peer, Ready
from contain import HOST_MIB, attempt
from probes import DEFAULT_LIMITS, ESCAPES, FEATURES
from runner import ask, held_kib

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from compute.driver import HERE as KERNELS  # noqa: E402

# Some that need nothing of the library, some of classes, generators and C code.
KERNEL_NAMES = ("fannkuch", "float", "json_dumps", "nbody", "nqueens", "richards", "sort", "spectral_norm")
KERNEL_TIMEOUT = 45.0
NATIVE = [sys.executable, str(ADAPTERS / "process.py"), sys.executable]  # what compute is compared with
DEFAULT_LIMIT_SECONDS = 45.0  # a run with nobody's limit that is still going on then has none


def version(ready: Ready) -> str:
    answer = ask(ready.adapter, ["info"], timeout=60)
    if answer.result is None:
        raise RuntimeError(f"its adapter does not start ({answer.ended_by}): {last_words(answer.text)}")
    return answer.result["version"]


def last_words(text: bytes) -> str:
    return text.decode("utf-8", "replace").strip().split("\n")[-1][:300]


def cold_ms(ready: Ready, seconds: float = 1.5) -> float | str:
    """From nothing to the printed 2, least of as many as fit, at least three."""
    best, end, count = float("inf"), time.monotonic() + seconds, 0
    while count < 3 or (time.monotonic() < end and count < 100):
        start = time.perf_counter()
        done = subprocess.run(ready.cold, stdin=subprocess.DEVNULL, capture_output=True)
        best, count = min(best, time.perf_counter() - start), count + 1
        if done.stdout.strip() != b"2":
            return f"failed: {last_words(done.stderr or done.stdout)}"
    return best * 1e3


def latency(ready: Ready) -> dict[str, Any]:
    answer = ask(ready.adapter, ["latency"], timeout=300)
    return answer.result or {"failed": f"{answer.ended_by}: {last_words(answer.text)}"}


def session_kib(peer: Peer, ready: Ready) -> float | str:
    try:
        one = held_kib(ready.adapter, 1)
        return (held_kib(ready.adapter, peer.held) - one) / (peer.held - 1)
    except RuntimeError as error:
        return str(error)


def survives(ready: Ready) -> str:
    """What became of a session in which an endless loop was stopped."""
    answer = ask(ready.adapter, ["survive"], timeout=30)
    if answer.result is None:
        return f"not stopped ({answer.ended_by})"
    if not answer.result["stopped"]:
        return "not stopped"
    return "yes" if answer.result["lives"] else "no"


def compute(ready: Ready, rounds: int) -> dict[str, Any]:
    """Each kernel against native Python, interleaved; a kernel that does not run says why."""
    kernels: dict[str, Any] = {}
    for name in KERNEL_NAMES:
        source = (KERNELS / f"{name}.py").read_text(encoding="utf-8")
        best = native = float("inf")
        for _ in range(rounds):
            answer = ask(ready.adapter, ["compute", "--repeat", "2"], source, KERNEL_TIMEOUT)
            result = answer.result or {"error": answer.ended_by}
            if "error" in result:
                kernels[name] = {"error": result["error"].strip().split("\n")[-1][:200]}
                break
            best = min(best, result["best_s"])
            beside = ask(NATIVE, ["compute", "--repeat", "2"], source, KERNEL_TIMEOUT)
            if not beside.result or "error" in beside.result:
                raise RuntimeError(f"native Python does not run {name}: {beside.result or beside.ended_by}")
            native = min(native, beside.result["best_s"])
        else:
            kernels[name] = {"ms": best * 1e3, "native_ms": native * 1e3, "ratio": best / native}
    ratios = [kernel["ratio"] for kernel in kernels.values() if "ratio" in kernel]
    return {"kernels": kernels, "ran": len(ratios), "geomean": statistics.geometric_mean(ratios) if ratios else None}


def features(ready: Ready) -> dict[str, Any]:
    def one(name: str) -> dict[str, Any]:
        program, expected = FEATURES[name]
        answer = ask(ready.adapter, ["run", "--seconds", "10", "--memory", "256"], program, 40)
        result = answer.result or {"status": "stopped", "stdout": "", "error": answer.ended_by}
        works = result["status"] == "ok" and result["stdout"].strip() == expected
        why = "" if works else last_words(result["error"].encode()) or f"printed {result['stdout'][:80]!r}"
        return {"works": works, "why": why[:200]}

    return beside_each_other(list(FEATURES), one)


def containment(ready: Ready) -> dict[str, Any]:
    def one(name: str) -> dict[str, Any]:
        verdict = attempt(ready.adapter, name)
        return {"verdict": verdict.verdict, "detail": verdict.detail, "seconds": round(verdict.seconds, 1)}

    return beside_each_other(list(ESCAPES), one)


def default_limits(ready: Ready) -> dict[str, Any]:
    """Whether a run ends, and stays below HOST_MIB, when nobody asked for a limit."""
    def one(name: str) -> dict[str, Any]:
        answer = ask(ready.adapter, ["run"], ESCAPES[DEFAULT_LIMITS[name]], DEFAULT_LIMIT_SECONDS, HOST_MIB)
        ended = answer.ended_by not in ("time", "memory")
        return {"limit": ended, "seconds": round(answer.seconds, 1), "grown_mib": round(answer.grown_mib)}

    return beside_each_other(list(DEFAULT_LIMITS), one)


def beside_each_other(names: list[str], one: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
    """What is not timed runs at once: much of it waits for a limit."""
    with ThreadPoolExecutor(2 * (os.cpu_count() or 1)) as pool:
        return dict(zip(names, pool.map(one, names)))
