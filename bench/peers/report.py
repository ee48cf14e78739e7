"""The figures of peers.py as Markdown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

FIGURES = (
    ("cold process to output", ("cold_ms",), "ms"),
    ("fresh sandbox, `1 + 1`, p50", ("latency", "fresh_us"), "us"),
    ("one more cell, p50", ("latency", "cell_us"), "us"),
    ("host function called from inside", ("latency", "tool_us"), "us"),
    ("a copy of a session, and a cell in it", ("latency", "fork_us"), "us"),
    ("private memory of a session", ("session_kib",), "KiB"),
)


def number(value: float) -> str:
    if value >= 1000:
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:.1f}" if value < 100 else f"{value:.0f}"


def cell(value: Any, unit: str = "") -> str:
    if value is None:
        return "-"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{number(value)} {unit}".strip()
    return str(value).replace("|", "/").replace("\n", " ")[:60]


def dig(measured: dict[str, Any], path: tuple[str, ...]) -> Any:
    for key in path:
        if not isinstance(measured, dict):
            return None
        measured = measured.get(key)  # type: ignore[assignment]
    return measured


def table(head: list[str], rows: list[list[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *rows]] + [""]


def compute_cell(compute: dict[str, Any] | None) -> str:
    if not compute:
        return "-"
    if compute["geomean"] is None:
        return f"none of {len(compute['kernels'])} runs"
    return f"{compute['geomean']:.1f} x ({compute['ran']} of {len(compute['kernels'])})"


def limit_cell(limit: dict[str, Any] | None, what: str) -> str:
    if limit is None:
        return "-"
    if not limit["limit"]:
        return "none"
    return f"{limit['seconds']:g} s" if what == "time" else f"{limit['grown_mib']} MiB"


def figures(peers: dict[str, Any]) -> list[str]:
    names = list(peers)
    rows = [[title, *(cell(dig(peers[n], path), unit) for n in names)] for title, path, unit in FIGURES]
    rows.append(["compute against native Python", *(compute_cell(peers[n].get("compute")) for n in names)])
    rows.append(["a session lives on after a stopped loop", *(cell(peers[n].get("survives")) for n in names)])
    for what in ("time", "memory"):
        rows.append([f"limit of {what} that is on by default",
                     *(limit_cell(dig(peers[n], ("default_limits", what)), what) for n in names)])
    return table(["", *names], [row for row in rows if set(row[1:]) != {"-"}])


def probes(peers: dict[str, Any], part: str, show: Callable[[dict[str, Any]], str],
           total: Callable[[dict[str, Any]], bool]) -> list[str]:
    names = [n for n in peers if part in peers[n]]
    if not names:
        return []
    rows = [[probe, *(show(peers[n][part][probe]) for n in names)] for probe in peers[names[0]][part]]
    sums = [f"**{sum(map(total, peers[n][part].values()))} of {len(peers[n][part])}**" for n in names]
    rows.append(["**total**", *sums])
    return table(["", *names], rows)


def kernels(peers: dict[str, Any]) -> list[str]:
    names = [n for n in peers if "compute" in peers[n]]
    if not names:
        return []
    first = peers[names[0]]["compute"]["kernels"]

    def show(kernel: dict[str, Any]) -> str:
        return f"{kernel['ratio']:.1f} x" if "ratio" in kernel else "does not run"

    return table(["", *names], [[k, *(show(peers[n]["compute"]["kernels"][k]) for n in names)] for k in first])


def markdown(found: dict[str, Any]) -> str:
    """The whole report. `found` is what peers.py writes as JSON. Raises KeyError on anything else."""
    peers = {n: p for n, p in found["peers"].items() if "version" in p}
    lines = [f"# Peers, {found['date']}", "", found["machine"], "",
             "Least disturbed of several runs; a shared machine only ever adds time.", ""]
    lines += table(["peer", "what it is", "version"], [
        [n, p["what"], p.get("version") or f"not measured here: {p['not_measured']}"]
        for n, p in found["peers"].items()])
    sections = (
        ("Figures", figures(peers)),
        ("Compute, kernel by kernel", kernels(peers)),
        ("What of Python runs", probes(
            peers, "features", lambda f: "yes" if f["works"] else "no", lambda f: f["works"])),
        ("Escapes: contained?", probes(
            peers, "containment", lambda c: "contained" if c["verdict"] == "contained" else f"**{c['verdict']}**",
            lambda c: c["verdict"] == "contained")),
    )
    for title, body in sections:
        if body:
            lines += [f"## {title}", "", *body]
    return "\n".join(lines)
