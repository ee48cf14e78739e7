"""Analyse a web server's access log given on standard input."""

import re
import sys
from collections import Counter, defaultdict
from datetime import datetime
from ipaddress import ip_address
from statistics import median

LINE = re.compile(
    r'(?P<host>\S+) \S+ (?P<user>\S+) \[(?P<time>[^\]]+)\] '
    r'"(?P<method>[A-Z]+) (?P<path>\S+) (?P<protocol>[^"]+)" (?P<status>\d{3}) (?P<size>\d+|-)(?: (?P<ms>\d+)ms)?'
)


def parse(lines):
    for number, line in enumerate(lines, 1):
        match = LINE.fullmatch(line.rstrip("\n"))
        if not match:
            print(f"line {number} not understood: {line.rstrip()[:40]!r}")
            continue
        entry = match.groupdict()
        entry["host"] = ip_address(entry["host"])
        entry["time"] = datetime.strptime(entry["time"], "%d/%b/%Y:%H:%M:%S %z")
        entry["size"] = 0 if entry["size"] == "-" else int(entry["size"])
        entry["status"] = int(entry["status"])
        entry["ms"] = int(entry["ms"] or 0)
        yield entry


def main():
    entries = list(parse(sys.stdin))
    print(len(entries), "requests,", sum(e["size"] for e in entries), "bytes")
    print("by status class:", dict(sorted(Counter(f"{e['status'] // 100}xx" for e in entries).items())))
    print("by host:", [(str(host), n) for host, n in
                       sorted(Counter(e["host"] for e in entries).items(), key=lambda hn: (-hn[1], str(hn[0])))])
    print("private:", sorted({str(e["host"]) for e in entries if e["host"].is_private}))
    slow = defaultdict(list)
    for entry in entries:
        slow[entry["path"].partition("?")[0]].append(entry["ms"])
    for path, times in sorted(slow.items()):
        print(f"   {path:<16} n={len(times)} median={median(times)}ms max={max(times)}ms")
    times = [e["time"] for e in entries]
    print("from", min(times).isoformat(), "to", max(times).isoformat(), "=", max(times) - min(times))
    per_minute = Counter(e["time"].strftime("%H:%M") for e in entries)
    for minute, n in sorted(per_minute.items()):
        print(minute, "#" * n)
    print("errors:", [f"{e['method']} {e['path']} {e['status']}" for e in entries if e["status"] >= 400])


if __name__ == "__main__":
    main()
