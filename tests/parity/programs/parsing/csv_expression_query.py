"""A tiny query language over records: `name, age where age > 30 and city = 'Oslo' order by -age limit 2`."""

import re
from collections.abc import Callable

PEOPLE = [
    dict(name="Ann", age=31, city="Oslo"),
    dict(name="Bo", age=45, city="Bergen"),
    dict(name="Cy", age=29, city="Oslo"),
    dict(name="Di", age=52, city="Oslo"),
    dict(name="Ed", age=38, city="O'Hare"),
]
TOKENS = re.compile(r"\s*(?:(\d+(?:\.\d+)?)|'((?:[^']|'')*)'|(<=|>=|!=|[=<>(),*-])|(\w+))")
COMPARE: dict[str, Callable] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "like": lambda a, b: re.fullmatch(b.replace("%", ".*"), a) is not None,
}


class Query:
    def __init__(self, text: str):
        self.tokens, position = [], 0
        while position < len(text.rstrip()):
            match = TOKENS.match(text, position)
            if not match:
                raise SyntaxError(f"bad character {text[position]!r}")
            number, string, symbol, word = match.groups()
            if number is not None:
                self.tokens.append(("value", float(number) if "." in number else int(number)))
            elif string is not None:
                self.tokens.append(("value", string.replace("''", "'")))
            else:
                self.tokens.append(("word", (symbol or word)))
            position = match.end()
        self.columns = self.column_list()
        self.condition = self.disjunction() if self.accept("where") else lambda row: True
        self.order = None
        if self.accept("order"):
            self.expect("by")
            descending = self.accept("-")
            self.order = (self.take()[1], descending)
        self.limit = self.take()[1] if self.accept("limit") else None
        if self.tokens:
            raise SyntaxError(f"unexpected {self.tokens[0][1]!r}")

    def accept(self, word):
        if self.tokens and self.tokens[0] == ("word", word):
            self.tokens.pop(0)
            return True
        return False

    def take(self):
        if not self.tokens:
            raise SyntaxError("unexpected end")
        return self.tokens.pop(0)

    def expect(self, word):
        if not self.accept(word):
            raise SyntaxError(f"expected {word!r}")

    def column_list(self):
        columns = [self.take()[1]]
        while self.accept(","):
            columns.append(self.take()[1])
        return columns

    def disjunction(self):
        left = self.conjunction()
        while self.accept("or"):
            left = (lambda a, b: lambda row: a(row) or b(row))(left, self.conjunction())
        return left

    def conjunction(self):
        left = self.comparison()
        while self.accept("and"):
            left = (lambda a, b: lambda row: a(row) and b(row))(left, self.comparison())
        return left

    def comparison(self):
        if self.accept("not"):
            inner = self.comparison()
            return lambda row: not inner(row)
        if self.accept("("):
            inner = self.disjunction()
            self.expect(")")
            return inner
        column, test, value = self.take()[1], COMPARE[self.take()[1]], self.take()[1]
        return lambda row: test(row[column], value)

    def run(self, rows):
        found = [row for row in rows if self.condition(row)]
        if self.order:
            found.sort(key=lambda row: row[self.order[0]], reverse=self.order[1])
        for row in found[: self.limit]:
            yield tuple(row.values()) if self.columns == ["*"] else tuple(row[c] for c in self.columns)


if __name__ == "__main__":
    for text in (
        "name, age where age > 30 and city = 'Oslo' order by -age",
        "* where city = 'O''Hare'",
        "name where not (age < 40 or city = 'Oslo')",
        "name where name like 'D%' or age <= 29",
        "name limit 2",
        "name where age >",
        "name where age ~ 3",
        "age order name",
        "nobody where age = 31",
    ):
        try:
            print(text, "->", list(Query(text).run(PEOPLE)))
        except (SyntaxError, KeyError) as error:
            print(text, "->", type(error).__name__, error)
