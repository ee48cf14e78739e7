"""Keeps the table of attacks in SPECIFICATION.md equal to what attack_tests wrote at its last runs.

    score.py FOLDER            puts the table in
    score.py --check FOLDER    exit code 1 when another one stands there

FOLDER has a file with the row of each family.
"""

import sys
from pathlib import Path

ATTACKS = Path(__file__).resolve().parent
SPECIFICATION = ATTACKS.parent.parent / "SPECIFICATION.md"
BEGIN, END = "<!-- attacks: begin (tests/attacks/score.py) -->\n", "<!-- attacks: end -->\n"


def score(folder):
    rows = "".join(Path(folder, table.stem + ".md").read_text() for table in sorted(ATTACKS.glob("*.toml")))
    counts = [[int(n) for n in row.split("|")[3:5]] for row in rows.splitlines()]
    tried, contained = (sum(column) for column in zip(*counts))
    return f"| family | what it tries | tried | contained |\n|---|---|---|---|\n{rows}| all | | {tried} | {contained} |\n"


def main():
    *options, folder = sys.argv[1:]
    text = SPECIFICATION.read_text()
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    wanted = before + BEGIN + score(folder) + END + after
    if options != ["--check"]:
        SPECIFICATION.write_text(wanted)
    elif text != wanted:
        print(f"the table of attacks in SPECIFICATION.md is stale: python3 tests/attacks/score.py {folder}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
