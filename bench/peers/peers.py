#!/usr/bin/env python3
"""`make peers`: belljar beside what people use to run code they do not trust.

    peers.py [--only NAME,NAME] [--parts PART,PART] [--out FILE]

Installs each peer at a pinned version into an environment of its own (the first time needs an index of packages), runs
the same programs in all of them, and prints tables in Markdown; the figures and the reasons go to FILE as JSON. What
is not on this machine gets a line that says so.

Speed is measured one peer at a time. Whether a program works, and whether a known way out works, is found by running
it, each time in a process of its own under a time-out.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import measures
from catalogue import Peer, chosen
from environments import NotHere
from report import markdown

ROOT = Path(__file__).resolve().parent.parent.parent
PARTS = ("speed", "compute", "features", "containment", "defaults")


def measure(peer: Peer, belljar: Path, parts: list[str], rounds: int) -> Iterator[dict[str, Any]]:
    """What is known of a peer after each part, so that an interrupted run leaves what it has."""
    found: dict[str, Any] = {"what": peer.what}
    try:
        ready = peer.prepare(belljar)
        version = measures.version(ready)
    except (NotHere, RuntimeError, OSError) as reason:
        yield found | {"not_measured": str(reason)}
        return
    found["version"] = version
    steps = {
        "speed": lambda: {"cold_ms": measures.cold_ms(ready), "latency": measures.latency(ready),
                          "session_kib": measures.session_kib(peer, ready)},
        "compute": lambda: {"compute": measures.compute(ready, rounds)},
        "features": lambda: {"features": measures.features(ready)},
        "containment": lambda: {"containment": measures.containment(ready), "survives": measures.survives(ready)},
        "defaults": lambda: {"default_limits": measures.default_limits(ready)},
    }
    for part in (p for p in PARTS if p in parts):
        start = time.monotonic()
        found |= steps[part]()
        print(f"peers: {peer.name}: {part} took {time.monotonic() - start:.1f} s", file=sys.stderr, flush=True)
        yield found


def machine() -> str:
    return (f"{os.cpu_count()} cores, {platform.system()} {'.'.join(platform.release().split('.')[:2])}, "
            f"{platform.machine()}; native Python is CPython {platform.python_version()}.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", metavar="NAMES", help="peers, with commas between them (default: all)")
    parser.add_argument("--parts", default="speed,features,containment",
                        help=f"of {', '.join(PARTS)}; \"all\" for these (default: those that take seconds)")
    parser.add_argument("--belljar", type=Path, default=ROOT / "build" / "belljar", help="the program (build/belljar)")
    parser.add_argument("--out", type=Path, help="JSON file (default: none)")
    parser.add_argument("--rounds", type=int, default=1, help="of each compute kernel (1)")
    options = parser.parse_args()
    parts = list(PARTS) if options.parts == "all" else options.parts.split(",")
    if not set(parts) <= set(PARTS) or options.rounds < 1:
        parser.error(f"parts are {', '.join(PARTS)}, and --rounds is at least 1")
    found: dict[str, Any] = {"date": datetime.date.today().isoformat(), "machine": machine(), "peers": {}}
    for peer in chosen(options.only):
        for known in measure(peer, options.belljar.absolute(), parts, options.rounds):
            found["peers"][peer.name] = known
            if options.out:
                options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(markdown(found))


if __name__ == "__main__":
    main()
