"""Runs an adapter: one process per question, under a time-out and an eye on its memory."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

POLL_SECONDS = 0.02
START_SECONDS = 120.0  # for an adapter to load what it runs programs with
PAGE_KIB = os.sysconf("SC_PAGE_SIZE") // 1024


@dataclass(frozen=True)
class Answer:
    """What came of one adapter process. `result` is None when it gave none; `ended_by` is then why: "time", "memory",
    "signal N" or "exit code N". `text` is all that it wrote to its streams."""

    result: dict[str, Any] | None
    ended_by: str
    text: bytes
    seconds: float
    grown_mib: float


def ask(command: list[str], words: list[str], stdin: str = "", timeout: float = 60, memory_mib: float | None = None,
        environment: dict[str, str] | None = None) -> Answer:
    """Runs `command` with `words`. After `timeout` seconds, or when its anonymous memory has grown by more than
    `memory_mib` since it was least, it and its children are killed. Where the adapter says when it begins with the
    program, the seconds count from there: on a busy machine some take longer to start than to run."""
    with tempfile.TemporaryDirectory(prefix="belljar-peers-") as folder:
        result, streams = Path(folder, "result.json"), Path(folder, "streams")
        program = Path(folder, "stdin")
        program.write_text(stdin, encoding="utf-8")
        own = Path(folder, "cwd")
        own.mkdir()
        with open(streams, "wb") as out, open(program, "rb") as source:
            process = subprocess.Popen([*command, *words, "--result", str(result)], stdin=source, stdout=out,
                                       stderr=subprocess.STDOUT, cwd=own, start_new_session=True,
                                       env={**os.environ, **(environment or {})})
        begun = result.with_suffix(".begun") if words[0] == "run" else None
        ended_by, seconds, grown = watch(process, begun, timeout, memory_mib)
        with open(streams, "rb") as text:
            said = text.read(1 << 20)
        answer = json.loads(result.read_text(encoding="utf-8")) if result.exists() and not ended_by else None
        if answer is None and not ended_by:
            code = process.returncode
            ended_by = f"signal {-code}" if code < 0 else f"exit code {code}"
        return Answer(answer, ended_by, said, seconds, grown)


def watch(process: subprocess.Popen[bytes], begun: Path | None, timeout: float, memory_mib: float | None
          ) -> tuple[str, float, float]:
    """Waits. Returns why the process was killed ("" if it ended by itself), after how long, and by how many MiB it
    grew. With a file `begun`, both count from when it is there."""
    start, ended_by, least, most = time.monotonic(), "", float("inf"), 0.0
    deadline = START_SECONDS if begun else timeout
    while process.poll() is None:
        if begun and begun.exists():
            start, begun, deadline = time.monotonic(), None, timeout
            least, most = float("inf"), 0.0
        if memory_mib:
            used = anonymous_mib(process.pid)
            least, most = min(least, used or least), max(most, used)
            if most - least > memory_mib:
                ended_by = "memory"
        if time.monotonic() - start > deadline:
            ended_by = "time"
        if ended_by:
            break
        time.sleep(POLL_SECONDS)
    end_group(process)
    return ended_by, time.monotonic() - start, max(0.0, most - least)


def end_group(process: subprocess.Popen[bytes]) -> None:
    """Ends what the process started, and itself if it still runs: it leads a session of its own."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def family(pid: int) -> list[int]:
    """A process and all below it."""
    found = [pid]
    for member in found:
        for children in Path(f"/proc/{member}/task").glob("*/children"):
            try:
                found += map(int, children.read_text().split())
            except OSError:
                pass  # it has just ended
    return found


def anonymous_mib(pid: int) -> float:
    """Memory that a process and its children have written to, shared pages counted for each."""
    total = 0
    for member in family(pid):
        try:
            words = Path(f"/proc/{member}/statm").read_text().split()
        except OSError:
            continue
        total += (int(words[1]) - int(words[2])) * PAGE_KIB
    return total / 1024


def private_kib(pid: int) -> float:
    """Private memory of a process and its children, from smaps_rollup."""
    total = 0
    for member in family(pid):
        try:
            lines = Path(f"/proc/{member}/smaps_rollup").read_text().split("\n")
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Private_"))
    return total


def held_kib(command: list[str], count: int, timeout: float = 120) -> float:
    """Private memory of an adapter that holds `count` sessions. Raises RuntimeError when it does not get there."""
    with tempfile.TemporaryDirectory(prefix="belljar-peers-") as folder:
        process = subprocess.Popen([*command, "hold", str(count), "--result", str(Path(folder, "result.json"))],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                   start_new_session=True)
        assert process.stdin and process.stdout
        alarm = time.monotonic() + timeout
        os.set_blocking(process.stdout.fileno(), False)
        said = b""
        try:
            while b"holding" not in said and process.poll() is None and time.monotonic() < alarm:
                said += process.stdout.read() or b""
                time.sleep(POLL_SECONDS)
            if b"holding" not in said:
                answer = Path(folder, "result.json")
                raise RuntimeError(json.loads(answer.read_text())["error"] if answer.exists() else "failed")
            time.sleep(0.3)  # what is freed right after the start, is
            return private_kib(process.pid)
        finally:
            process.stdin.close()
            process.stdout.close()
            end_group(process)
