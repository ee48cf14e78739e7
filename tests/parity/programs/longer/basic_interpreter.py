"""An interpreter for a small BASIC: lexer, expression parser, statements with line numbers, loops, subroutines, arrays."""

from __future__ import annotations

import math
import random
import re
import sys
from dataclasses import dataclass, field

TOKEN = re.compile(
    r'\s*(?:(?P<number>\d+\.?\d*)|(?P<string>"[^"]*")|(?P<word>[A-Za-z][A-Za-z0-9]*\$?)|(?P<op><=|>=|<>|[-+*/^()=<>,;:]))'
)

PROGRAMS = {
    "squares": """
10 REM table of squares
20 FOR I = 1 TO 5
30 PRINT I; "squared is"; I ^ 2
40 NEXT I
50 PRINT "half of 7 is"; 7 / 2, "and more"
""",
    "primes": """
10 DIM P(50)
20 FOR I = 2 TO 50
30 IF P(I) = 1 THEN 70
40 PRINT I;
50 FOR J = I * I TO 50 STEP I : LET P(J) = 1 : NEXT J
70 NEXT I
80 PRINT
""",
    "gosub": """
10 N = 0
20 GOSUB 100
30 GOSUB 100
40 IF N < 20 AND NOT N = 7 THEN GOTO 20
50 PRINT "N ="; N; "LEN ="; LEN("belljar" + "!")
60 END
100 N = N + 5
110 RETURN
""",
    "guess": """
10 S = INT(RND(1) * 100) + 1
20 INPUT G
30 T = T + 1
40 IF G < S THEN PRINT "higher" ELSE IF G > S THEN PRINT "lower" ELSE GOTO 60
50 GOTO 20
60 PRINT "found"; S; "in"; T; "tries"
""",
    "strings": """
10 A$ = "HELLO" : B$ = LEFT$(A$, 2) + MID$(A$, 4, 2)
20 PRINT B$; CHR$(33); ASC("A"); VAL("12.5") + 1; STR$(42) + "x"
30 WHILE LEN(A$) > 0
40 PRINT A$
50 A$ = LEFT$(A$, LEN(A$) - 2)
60 WEND
""",
    "errors": "10 PRINT 1 / 0",
    "missing line": "10 GOTO 99",
    "type": '10 PRINT "a" - 1',
    "syntax": "10 PRINT (1 + ",
    "next": "10 NEXT I",
    "endless": "10 GOTO 10",
    "bounds": "10 DIM A(3)\n20 A(9) = 1",
}


class BasicError(Exception):
    pass


def tokenize(text: str) -> list[tuple[str, object]]:
    tokens, position, text = [], 0, text.rstrip()
    while position < len(text):
        match = TOKEN.match(text, position)
        if not match:
            raise BasicError(f"cannot read {text[position:].strip()[:5]!r}")
        kind = match.lastgroup
        value = match[kind]
        tokens.append((kind, float(value) if kind == "number" else value[1:-1] if kind == "string" else value.upper()))
        position = match.end()
    return tokens


@dataclass
class Loop:
    variable: str
    limit: float
    step: float
    place: tuple[int, int]


@dataclass
class Basic:
    inputs: list[float] = field(default_factory=list)
    variables: dict[str, float | str] = field(default_factory=dict)
    arrays: dict[str, list[float]] = field(default_factory=dict)
    loops: list[Loop] = field(default_factory=list)
    returns: list[tuple[int, int]] = field(default_factory=list)
    random: random.Random = field(default_factory=lambda: random.Random(4))

    def run(self, source: str, limit: int = 5000) -> None:
        self.lines = {}
        for line in source.strip().splitlines():
            number, _, text = line.strip().partition(" ")
            self.lines[int(number)] = self.statements(text)
        self.order = sorted(self.lines)
        self.jump, place, steps = None, (0, 0), 0
        while place[0] < len(self.order):
            line, part = place
            statements = self.lines[self.order[line]]
            if part >= len(statements):
                place = (line + 1, 0)
                continue
            steps += 1
            if steps > limit:
                raise BasicError(f"line {self.order[line]}: too many steps")
            self.jump, self.place = None, place
            self.tokens, self.at = statements[part], 0
            try:
                self.statement()
            except (ZeroDivisionError, TypeError, ValueError, IndexError) as error:
                raise BasicError(f"line {self.order[line]}: {error}") from error
            except BasicError as error:
                raise BasicError(f"line {self.order[line]}: {error}") from error
            place = self.jump or (line, part + 1)
        print()

    @staticmethod
    def statements(text):
        if text.upper().startswith("REM"):
            return []
        tokens, result = tokenize(text), [[]]
        for token in tokens:
            if token == ("op", ":"):
                result.append([])
            else:
                result[-1].append(token)
        return result

    def peek(self):
        return self.tokens[self.at][1] if self.at < len(self.tokens) else None

    def take(self, wanted=None):
        if self.at >= len(self.tokens) or (wanted and self.tokens[self.at][1] != wanted):
            raise BasicError(f"expected {wanted or 'something'}, found {self.peek() or 'the end'}")
        self.at += 1
        return self.tokens[self.at - 1][1]

    def accept(self, wanted):
        if self.peek() == wanted:
            self.at += 1
            return True
        return False

    def goto(self, number):
        if number not in self.lines:
            raise BasicError(f"no line {number:g}")
        self.jump = (self.order.index(number), 0)

    def after(self):
        return self.place[0], self.place[1] + 1

    def statement(self):
        word = self.take()
        method = getattr(self, f"do_{str(word).lower()}", None)
        if method:
            method()
        elif isinstance(word, float):
            self.goto(int(word))
        else:
            self.at -= 1
            self.do_let()

    def do_let(self):
        name = self.take()
        if self.accept("("):
            index = int(self.expression())
            self.take(")")
            self.take("=")
            array = self.arrays[name] if name in self.arrays else self.arrays.setdefault(name, [0.0] * 11)
            if not 0 <= index < len(array):
                raise BasicError(f"{name}({index}) is outside")
            array[index] = self.expression()
        else:
            self.take("=")
            self.variables[name] = self.expression()

    def do_print(self):
        text, newline = "", True
        while self.peek() not in (None, "ELSE"):
            newline = True
            if self.accept(";"):
                text, newline = text + " ", False
            elif self.accept(","):
                text, newline = text + "\t", False
            else:
                value = self.expression()
                text += f"{value:g}" if isinstance(value, float) else value
        print(text, end="\n" if newline else "")

    def do_if(self):
        condition = self.expression()
        self.take("THEN")
        if condition:
            self.statement()
        else:
            while self.peek() is not None and not self.accept("ELSE"):
                self.at += 1
            if self.peek() is not None:
                self.statement()
            else:
                self.jump = (self.place[0] + 1, 0)

    def do_for(self):
        variable = self.take()
        self.take("=")
        self.variables[variable] = self.expression()
        self.take("TO")
        limit = self.expression()
        step = self.expression() if self.accept("STEP") else 1.0
        self.loops.append(Loop(variable, limit, step, self.after()))
        if (self.variables[variable] - limit) * step > 0:
            self.skip("FOR", "NEXT")
            self.loops.pop()

    def do_next(self):
        variable = self.take() if self.peek() else None
        while self.loops and variable and self.loops[-1].variable != variable:
            self.loops.pop()
        if not self.loops:
            raise BasicError("NEXT without FOR")
        loop = self.loops[-1]
        self.variables[loop.variable] += loop.step
        if (self.variables[loop.variable] - loop.limit) * loop.step <= 0:
            self.jump = loop.place
        else:
            self.loops.pop()

    def skip(self, opening, closing):
        depth, (line, part) = 1, self.after()
        while line < len(self.order):
            for index in range(part, len(statements := self.lines[self.order[line]])):
                head = statements[index][0][1]
                depth += (head == opening) - (head == closing)
                if depth == 0:
                    self.jump = (line, index + 1)
                    return
            line, part = line + 1, 0
        raise BasicError(f"{opening} without {closing}")

    def do_while(self):
        if self.expression():
            self.returns.append(self.place)
        else:
            self.skip("WHILE", "WEND")

    def do_wend(self):
        self.jump = self.returns.pop()

    def do_goto(self):
        self.goto(int(self.take()))

    def do_gosub(self):
        self.returns.append(self.after())
        self.goto(int(self.take()))

    def do_return(self):
        self.jump = self.returns.pop()

    def do_dim(self):
        name = self.take()
        self.take("(")
        self.arrays[name] = [0.0] * (int(self.expression()) + 1)
        self.take(")")

    def do_input(self):
        self.variables[self.take()] = self.inputs.pop(0)

    def do_end(self):
        self.jump = (len(self.order), 0)

    LEVELS = [("OR",), ("AND",), ("=", "<>", "<", ">", "<=", ">="), ("+", "-"), ("*", "/")]
    OPERATIONS = {
        "OR": lambda a, b: float(bool(a) or bool(b)),
        "AND": lambda a, b: float(bool(a) and bool(b)),
        "=": lambda a, b: float(a == b),
        "<>": lambda a, b: float(a != b),
        "<": lambda a, b: float(a < b),
        ">": lambda a, b: float(a > b),
        "<=": lambda a, b: float(a <= b),
        ">=": lambda a, b: float(a >= b),
        "+": lambda a, b: a + b,
        "-": lambda a, b: a - b,
        "*": lambda a, b: a * b,
        "/": lambda a, b: a / b,
    }
    FUNCTIONS = {
        "INT": lambda x: float(math.floor(x)),
        "ABS": abs,
        "SQR": math.sqrt,
        "LEN": lambda s: float(len(s)),
        "ASC": lambda s: float(ord(s[0])),
        "CHR$": lambda n: chr(int(n)),
        "VAL": float,
        "STR$": lambda n: f"{n:g}",
        "LEFT$": lambda s, n: s[: int(n)],
        "MID$": lambda s, a, n: s[int(a) - 1 : int(a) - 1 + int(n)],
    }

    def expression(self, level=0):
        if level == len(self.LEVELS):
            return self.power()
        if level == 2 and self.accept("NOT"):
            return float(not self.expression(2))
        value = self.expression(level + 1)
        while (operator := self.peek()) in self.LEVELS[level]:
            self.at += 1
            value = self.OPERATIONS[operator](value, self.expression(level + 1))
        return value

    def power(self):
        value = self.atom()
        return value ** self.power() if self.accept("^") else value

    def atom(self):
        if self.at >= len(self.tokens):
            raise BasicError("expression ends too early")
        kind, value = self.tokens[self.at]
        self.at += 1
        if kind in ("number", "string"):
            return value
        if value == "-":
            return -self.atom()
        if value == "(":
            result = self.expression()
            self.take(")")
            return result
        if self.accept("("):
            arguments = [self.expression()]
            while self.accept(","):
                arguments.append(self.expression())
            self.take(")")
            if value == "RND":
                return self.random.random()
            if value in self.FUNCTIONS:
                return self.FUNCTIONS[value](*arguments)
            return self.arrays[value][int(arguments[0])]
        return self.variables.get(value, "" if value.endswith("$") else 0.0)


def main():
    for name, source in PROGRAMS.items():
        print(f"--- {name}")
        try:
            Basic(inputs=[50.0, 25.0, 12.0, 37.0, 31.0, 28.0, 34.0, 22.0, 24.0, 23.0, 30.0, 26.0, 27.0, 29.0]).run(
                source
            )
        except BasicError as error:
            print("?", error)
    return 0


if __name__ == "__main__":
    sys.exit(main())
