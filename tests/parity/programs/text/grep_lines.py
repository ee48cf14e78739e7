"""A small grep: numbers the lines of standard input that match, whatever bytes they hold."""

import re
import sys

PATTERNS = {"errors": r"(?i)\berror\b", "prices": r"\d+[.,]\d\d", "not ASCII": r"[^\x00-\x7f]"}


def matches(lines, pattern):
    for number, line in enumerate(lines, 1):
        if match := re.search(pattern, line):
            yield number, line[:match.start()] + "[" + match[0] + "]" + line[match.end():]


def main():
    lines = sys.stdin.read().splitlines()
    for name, pattern in PATTERNS.items():
        found = list(matches(lines, pattern))
        print(f"{name}: {len(found)} of {len(lines)}")
        for number, line in found:
            print(f"{number:>4}: {line}")


if __name__ == "__main__":
    main()
