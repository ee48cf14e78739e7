"""A spreadsheet: formulas with ranges and functions, dependencies, recalculation order, cycles, CSV in and out."""

from __future__ import annotations

import csv
import io
import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from statistics import fmean

TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<string>\"[^\"]*\")|(?P<range>[A-Z]+\d+:[A-Z]+\d+)|(?P<cell>[A-Z]+\d+)|(?P<name>[A-Z]+)|(?P<op><=|>=|<>|[-+*/^&(),=<>%]))"
)

SHEET = """\
item,price,count,total,share
apple,0.5,12,=B2*C2,=D2/D6
bread,2.75,2,=B3*C3,=D3/D6
"cheese, old",8.2,1,=B4*C4,=D4/D6
discount,-10%,,=SUM(D2:D4)*B5,
sum,,=SUM(C2:C4),=SUM(D2:D5),=SUM(E2:E4)
mean,=AVG(B2:B4),=MAX(C2:C4),"=IF(D6>15,""much"",""little"")","=A2&""-""&UPPER(A3)"
broken,=B99+1,=1/0,=F1,=NOPE(1)
cycle,=C9,=D9+1,=B9,=B2+
"""


class CellError(Exception):
    pass


def column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def expand(area: str) -> Iterator[str]:
    (c1, r1), (c2, r2) = (re.fullmatch(r"([A-Z]+)(\d+)", end).groups() for end in area.split(":"))
    for row in range(int(r1), int(r2) + 1):
        for column in range(column_number(c1), column_number(c2) + 1):
            yield f"{column_letters(column)}{row}"


def numbers(values):
    return [v for v in values if isinstance(v, (int, float)) and not isinstance(v, bool)]


FUNCTIONS: dict[str, Callable] = {
    "SUM": lambda *v: math.fsum(numbers(v)),
    "AVG": lambda *v: fmean(numbers(v)),
    "MAX": lambda *v: max(numbers(v)),
    "MIN": lambda *v: min(numbers(v)),
    "COUNT": lambda *v: len(numbers(v)),
    "ROUND": lambda v, n=0: round(v, int(n)),
    "UPPER": lambda v: str(v).upper(),
    "LEN": lambda v: len(str(v)),
    "ABS": abs,
}


class Formula:
    """Parsed once; evaluated with a function that gives the value of a cell."""

    def __init__(self, text: str):
        self.tokens, position = [], 0
        while position < len(text.rstrip()):
            match = TOKEN.match(text, position)
            if not match:
                raise CellError("#SYNTAX")
            self.tokens.append((match.lastgroup, match[match.lastgroup]))
            position = match.end()
        self.references = [
            cell
            for kind, value in self.tokens
            for cell in ([value] if kind == "cell" else expand(value) if kind == "range" else [])
        ]
        self.at = 0
        self.tree = self.comparison()
        if self.at < len(self.tokens):
            raise CellError("#SYNTAX")

    def accept(self, *symbols):
        if self.at < len(self.tokens) and self.tokens[self.at][0] == "op" and self.tokens[self.at][1] in symbols:
            self.at += 1
            return self.tokens[self.at - 1][1]

    def binary(self, symbols, lower):
        left = lower()
        while symbol := self.accept(*symbols):
            left = (symbol, left, lower())
        return left

    def comparison(self):
        return self.binary(("=", "<>", "<", ">", "<=", ">="), self.joining)

    def joining(self):
        return self.binary(("&",), self.sum)

    def sum(self):
        return self.binary(("+", "-"), self.product)

    def product(self):
        return self.binary(("*", "/"), self.power)

    def power(self):
        return self.binary(("^",), self.atom)

    def atom(self):
        if self.accept("-"):
            return ("-", 0, self.atom())
        if self.accept("("):
            inner = self.comparison()
            if not self.accept(")"):
                raise CellError("#SYNTAX")
            return inner
        if self.at >= len(self.tokens):
            raise CellError("#SYNTAX")
        kind, value = self.tokens[self.at]
        self.at += 1
        match kind:
            case "number":
                return ("percent", float(value)) if self.accept("%") else float(value)
            case "string":
                return ("text", value[1:-1])
            case "cell":
                return ("cell", value)
            case "range":
                return ("range", value)
            case "name" if self.accept("("):
                arguments = []
                while not self.accept(")"):
                    arguments.append(self.comparison())
                    if not self.accept(",") and self.tokens[self.at : self.at + 1] != [("op", ")")]:
                        raise CellError("#SYNTAX")
                return ("call", value, arguments)
        raise CellError("#SYNTAX")

    def evaluate(self, get):
        return self._value(self.tree, get)

    def _value(self, node, get):
        match node:
            case float() | int():
                return node
            case ("percent", number):
                return number / 100
            case ("text", text):
                return text
            case ("cell", name):
                value = get(name)
                return 0 if value is None else value
            case ("call", "IF", [condition, yes, *no]):
                return self._value(yes if self._value(condition, get) else no[0] if no else False, get)
            case ("call", name, arguments):
                if name not in FUNCTIONS:
                    raise CellError("#NAME")
                values = []
                for argument in arguments:
                    if isinstance(argument, tuple) and argument[0] == "range":
                        values += [get(cell) for cell in expand(argument[1])]
                    else:
                        values.append(self._value(argument, get))
                return FUNCTIONS[name](*values)
            case ("&", left, right):
                return "".join(
                    f"{v:g}" if isinstance(v, float) else str(v)
                    for v in (self._value(left, get), self._value(right, get))
                )
            case (symbol, left, right):
                a, b = self._value(left, get), self._value(right, get)
                operations = {
                    "+": lambda: a + b,
                    "-": lambda: a - b,
                    "*": lambda: a * b,
                    "/": lambda: a / b,
                    "^": lambda: a**b,
                    "=": lambda: a == b,
                    "<>": lambda: a != b,
                    "<": lambda: a < b,
                    ">": lambda: a > b,
                    "<=": lambda: a <= b,
                    ">=": lambda: a >= b,
                }
                return operations[symbol]()
        raise CellError("#VALUE")


class Sheet:
    def __init__(self):
        self.raw: dict[str, str] = {}
        self.formulas: dict[str, Formula | CellError] = {}
        self.users: defaultdict[str, set[str]] = defaultdict(set)
        self.values: dict[str, object] = {}
        self.evaluations = 0

    def set(self, name: str, text: str) -> list[str]:
        """Set a cell; returns the cells that were computed again, in order."""
        for reference in getattr(self.formulas.pop(name, None), "references", []):
            self.users[reference].discard(name)
        self.raw[name] = text
        if text.startswith("="):
            try:
                self.formulas[name] = Formula(text[1:])
            except CellError as error:
                self.formulas[name] = error
            for reference in getattr(self.formulas[name], "references", []):
                self.users[reference].add(name)
        dirty, stack = {}, [name]
        while stack:
            cell = stack.pop()
            if cell not in dirty:
                dirty[cell] = True
                self.values.pop(cell, None)
                stack += sorted(self.users[cell], reverse=True)
        for cell in dirty:
            self.get(cell)
        return list(dirty)

    def get(self, name: str, path: tuple[str, ...] = ()):
        if name not in self.values:
            self.values[name] = self._compute(name, path)
        value = self.values[name]
        if isinstance(value, CellError) and path:
            raise value
        return value

    def _compute(self, name, path):
        if name in path:
            return CellError("#CYCLE")
        formula = self.formulas.get(name)
        if formula is None:
            text = self.raw.get(name, "")
            if re.fullmatch(r"-?\d+(\.\d+)?%", text):
                return float(text[:-1]) / 100
            try:
                return float(text) if text else None
            except ValueError:
                return text
        if isinstance(formula, CellError):
            return formula
        self.evaluations += 1
        try:
            return formula.evaluate(lambda cell: self.get(cell, (*path, name)))
        except CellError as error:
            return error
        except ZeroDivisionError:
            return CellError("#DIV/0")
        except TypeError, ValueError:
            return CellError("#VALUE")

    def load(self, text: str):
        for r, row in enumerate(csv.reader(io.StringIO(text)), 1):
            for c, cell in enumerate(row, 1):
                if cell:
                    self.set(f"{column_letters(c)}{r}", cell)

    def shown(self, name):
        match self.values.get(name):
            case None:
                return ""
            case bool(flag):
                return str(flag).upper()
            case float() | int() as number:
                return f"{number:.4g}"
            case other:
                return str(other)

    def grid(self):
        columns = max(column_number(re.match("[A-Z]+", name)[0]) for name in self.raw)
        rows = max(int(re.search(r"\d+", name)[0]) for name in self.raw)
        return [[self.shown(f"{column_letters(c)}{r}") for c in range(1, columns + 1)] for r in range(1, rows + 1)]

    def show(self):
        grid = self.grid()
        widths = [max(len(row[c]) for row in grid) for c in range(len(grid[0]))]
        print("   " + " ".join(column_letters(c + 1).center(w) for c, w in enumerate(widths)).rstrip())
        for number, row in enumerate(grid, 1):
            print(
                f"{number:>2} "
                + " ".join(v.rjust(w) if v[:1] in "-0123456789" else v.ljust(w) for v, w in zip(row, widths)).rstrip()
            )


def main():
    sheet = Sheet()
    sheet.load(SHEET)
    sheet.show()
    before = sheet.evaluations
    print("changed price:", sheet.set("B2", "0.6"), sheet.evaluations - before, "evaluations")
    print("cycle closed:", sheet.set("A9", "=A9"), sheet.shown("A9"))
    print("cycle opened:", sheet.set("B9", "7"), sheet.shown("C9"), sheet.shown("D9"))
    print("repaired:", sheet.set("C8", '=IF(B3>=2.75, ROUND(B3^2, 1), "no")'), sheet.shown("C8"))
    for formula in (
        "=1+2*3-4/2",
        "=(1+2)*-3",
        "=2^3^2",
        '="a"&1&"b"',
        '="a"+1',
        "=50%",
        "=IF(1<2,3)",
        "=IF(1>2,3)",
        "=COUNT(A1:E9)",
        "=MAX(A1:A3)",
        "=)",
        "=1 2",
        '=LEN("four")>3',
    ):
        sheet.set("Z1", formula)
        print(f"{formula:<14} {sheet.shown('Z1')}")
    del sheet.raw["Z1"]
    output = io.StringIO()
    csv.writer(output, lineterminator="\n").writerows(sheet.grid())
    print(output.getvalue().splitlines()[3], column_letters(703), column_number("ZZ"))


if __name__ == "__main__":
    main()
