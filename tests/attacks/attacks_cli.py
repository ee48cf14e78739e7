"""Runs the attack tables (README.md) through `belljar run --json --cell ...`, a process for each case.

    attacks_cli.py [--case ID] TABLE.toml...

Prints one line for each case that was not contained, then a table; exit code 1 when anything was not contained.
"""

import argparse
import json
import os
import re
import secrets
import subprocess
import sys
import tempfile
import threading
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from cli_support import BELLJAR

PROCESSES = 2
PRELUDES = Path(__file__).resolve().parent / "preludes"
DEADLINE = 60  # seconds; the slowest cases take a few

# What each session runs before the attack and after it; attacks_test.cc has the same.
FIRST = "kept = 'kept'"
NEXT = "print(kept, sum(i * i for i in range(10)))"
NEXT_PRINTS = "kept 285\n"

# As in attacks_test.cc: what a session may take beyond its limits, and why the limits count twice.
CONSTANT_BYTES = 128 << 20
DEFAULTS = {"memory": "256M", "files": "64M", "output": "1M"}

FIELDS = ["status", "state", "stdout", "stderr", "stdout_dropped", "stderr_dropped", "value", "value_dropped", "displays", "error",
          "exit_code", "usage"]


class NotContained(Exception):
    pass


def check(condition, message):
    if not condition:
        raise NotContained(message)


def in_bytes(size):
    return int(float(size[:-1]) * {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}[size[-1]]) if size[-1].isalpha() else int(size)


def most_host_memory(case):
    memory, files, output = (in_bytes(case.get(name, default)) for name, default in DEFAULTS.items())
    value = 1 << 20
    return 2 * memory + 2 * files + 2 * output + value + CONSTANT_BYTES


class Canaries:
    """Secrets where an escape would find them: the environment, a file, and the path of the working directory."""

    def __init__(self, folder):
        self.secrets = {place: "canary-" + secrets.token_hex(32) for place in ("environment", "file", "path")}
        self.folder = Path(folder, self.secrets["path"])
        self.folder.mkdir()
        file = self.folder / "secret.txt"
        file.write_text(self.secrets["file"])
        self.environment = {**os.environ, "BELLJAR_CANARY": self.secrets["environment"], "BELLJAR_CANARY_FILE": str(file)}

    def check(self, output):
        for place, secret in self.secrets.items():
            check(secret.encode() not in output, f"the secret of the host's {place} came out")


def run(arguments, canaries, folder):
    """(exit code, standard output, standard error, peak of resident memory in bytes) of the command."""
    with tempfile.TemporaryFile(dir=folder) as out, tempfile.TemporaryFile(dir=folder) as err:
        process = subprocess.Popen([BELLJAR, "run", *arguments], stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                   cwd=canaries.folder, env=canaries.environment)
        timer = threading.Timer(DEADLINE, process.kill)
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        return process.returncode, out.read(), err.read(), usage.ru_maxrss << 10


def options(case, folder):
    result = [f"--{name}={case[name]}" for name in ("memory", "cpu", "wall", "output", "files") if name in case]
    result += [f"--env={name}={value}" for name, value in case.get("env", {}).items()]
    result += [f"--allow-net={rule}" for rule in case.get("allow_net", [])]
    if "stdin" in case:
        path = Path(folder, case["id"] + ".stdin")
        path.write_text(case["stdin"])
        result.append(f"--stdin={path}")
    return result


def strict(line):
    def refuse(constant):
        raise ValueError(f"{constant} is no JSON")

    report = json.loads(line.decode("utf-8"), parse_constant=refuse)
    json.dumps(report, ensure_ascii=False).encode("utf-8")  # fails on lone surrogates
    return report


def reports_of(output, count):
    lines = output.split(b"\n")
    check(lines.pop() == b"", "the output does not end with a line")
    check(len(lines) == count, f"{len(lines)} lines of JSON for {count} cells")
    reports = []
    for line in lines:
        try:
            report = strict(line)
        except ValueError as error:
            raise NotContained(f"not strict JSON: {error}") from None
        check(list(report) == FIELDS, f"other fields: {list(report)}")
        check(not re.search('["<]', (report["value"] or {}).get("image/png", "")), "a picture is no base64")
        reports.append(report)
    return reports


def describe(report):
    error = report["error"]
    return report["status"] + (f" {error['type']}: {error['message'][:200]}" if error else "")


def check_last(case, report):
    check(report["status"] in case["status"], f"ended as {describe(report)}")
    error_type = report["error"]["type"] if report["error"] else ""
    if "error" in case:
        check(re.fullmatch(case["error"], error_type), f"another error: {describe(report)}")
    if "exit_code" in case:
        check(report["exit_code"] == case["exit_code"], f"exit code {report['exit_code']}")
    if "stdout" in case:
        check(re.search(case["stdout"], report["stdout"], re.MULTILINE), f"another output: {report['stdout'][:500]} ({describe(report)})")
    if "value" in case:
        value = report["value"]["text/plain"] if report["value"] else ""
        check(re.search(case["value"], value, re.MULTILINE), f"another value: {value[:500]}")


def check_next(case, report):
    works = report["status"] == "ok" and report["stdout"] == NEXT_PRINTS
    check(case.get("next") == "any" or works == ("next" not in case), f"the next cell printed {report['stdout'][:200]!r} ({describe(report)})")


def attack(case, canaries, folder):
    preludes = [(PRELUDES / (name + ".py")).read_text() for name in case.get("prelude", [])]
    cells = [FIRST, *preludes, *case["cells"], NEXT]
    code, out, err, peak = run(["--json", *options(case, folder), *(f"--cell={cell}" for cell in cells)], canaries, folder)
    canaries.check(out + err)
    check(code == 0, f"exit code {code}, {err[-500:]!r}")
    check(err == b"", f"on standard error: {err[-500:]!r}")
    reports = reports_of(out, len(cells))
    for report in reports[:1 + len(preludes)]:
        check(report["status"] == "ok", f"before the attack: {describe(report)}")
    check_last(case, reports[-2])
    check_next(case, reports[-1])
    check(peak <= most_host_memory(case), f"the process took {peak >> 20} MiB")


def outcome(case, canaries, folder):
    """None when the case was contained, else why not."""
    try:
        attack(case, canaries, folder)
    except NotContained as reason:
        return str(reason)
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--case")
    parser.add_argument("tables", nargs="+", type=Path)
    arguments = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory(prefix="belljar-attacks-") as folder, ThreadPoolExecutor(PROCESSES) as pool:
        canaries = Canaries(folder)
        for path in arguments.tables:
            table = tomllib.loads(path.read_text())
            cases = [case for case in table["case"] if arguments.case in (None, case["id"])]
            reasons = list(pool.map(lambda case: outcome(case, canaries, folder), cases))
            for case, reason in zip(cases, reasons):
                if reason:
                    print(f"{case['id']}: {reason}", flush=True)
            contained = reasons.count(None)
            print(f"{table['family']}: {len(cases)} tried, {contained} contained", flush=True)
            failed += len(cases) - contained
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
