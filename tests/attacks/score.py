"""Keeps the table of attacks in SPECIFICATION.md equal to what attack_tests wrote at its last run.

    score.py SCORE.md            puts the table in
    score.py --check SCORE.md    exit code 1 when another one stands there
"""

import sys
from pathlib import Path

SPECIFICATION = Path(__file__).resolve().parent.parent.parent / "SPECIFICATION.md"
BEGIN, END = "<!-- attacks: begin (tests/attacks/score.py) -->\n", "<!-- attacks: end -->\n"


def main():
    *options, score = sys.argv[1:]
    text = SPECIFICATION.read_text()
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    wanted = before + BEGIN + Path(score).read_text() + END + after
    if options != ["--check"]:
        SPECIFICATION.write_text(wanted)
    elif text != wanted:
        print(f"the table of attacks in SPECIFICATION.md is stale: python3 tests/attacks/score.py {score}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
