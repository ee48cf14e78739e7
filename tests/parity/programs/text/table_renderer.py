"""Draw tables with box characters, wrapped cells and mixed alignment."""

from collections.abc import Sequence
from itertools import zip_longest
from textwrap import wrap

STYLES = {
    "ascii": ("+++", "+++", "+++", "-", "|"),
    "single": ("\u250c\u252c\u2510", "\u251c\u253c\u2524", "\u2514\u2534\u2518", "\u2500", "\u2502"),
    "double": ("\u2554\u2566\u2557", "\u2560\u256c\u2563", "\u255a\u2569\u255d", "\u2550", "\u2551"),
}


class Table:
    def __init__(self, *headers: str, max_width: int = 24):
        self.headers, self.rows, self.max_width = headers, [], max_width

    def add(self, *row):
        if len(row) != len(self.headers):
            raise ValueError(f"{len(row)} cells for {len(self.headers)} columns")
        self.rows.append(row)
        return self

    def _text(self, value) -> list[str]:
        match value:
            case None:
                return [""]
            case bool():
                return ["yes" if value else "no"]
            case float():
                return [f"{value:,.2f}"]
            case int():
                return [f"{value:,}"]
        return wrap(str(value), self.max_width) or [""]

    def render(self, style: str = "ascii") -> str:
        top, middle, bottom, dash, bar = STYLES[style]
        cells = [[self._text(v) for v in row] for row in [self.headers, *self.rows]]
        widths = [max(len(line) for row in cells for line in row[i]) for i in range(len(self.headers))]
        numeric = [all(isinstance(r[i], (int, float, type(None))) for r in self.rows) for i in range(len(widths))]

        def rule(corners: str) -> str:
            left, cross, right = corners
            return left + cross.join(dash * (w + 2) for w in widths) + right

        def lines(row: Sequence[list[str]]):
            for pieces in zip_longest(*row, fillvalue=""):
                yield bar + bar.join(
                    f" {p:>{w}} " if n else f" {p:<{w}} " for p, w, n in zip(pieces, widths, numeric)) + bar

        output = [rule(top), *lines(cells[0]), rule(middle)]
        for row in cells[1:]:
            output += lines(row)
        return "\n".join([*output, rule(bottom)])


def main():
    table = Table("Planet", "Mass / Earth", "Moons", "Rings", "Remark", max_width=18)
    table.add("Mercury", 0.055, 0, False, None)
    table.add("Jupiter", 317.8, 95, True, "the largest one, with a storm older than telescopes")
    table.add("Saturn", 95.159, 146, True, "b\u00e9au")
    table.add("Pluto?", None, 5, None, "dwarf")
    for style in STYLES:
        print(table.render(style))
    try:
        table.add("Earth", 1.0)
    except ValueError as error:
        print(error)


if __name__ == "__main__":
    main()
