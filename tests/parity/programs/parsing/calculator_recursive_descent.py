"""A calculator with variables and functions: tokenizer, recursive descent parser, evaluator."""

import math
import re
from dataclasses import dataclass

TOKEN = re.compile(r"\s*(?:(?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_]\w*)|(?P<op>\*\*|[-+*/%(),=]))")


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    position: int


class ParseError(ValueError):
    pass


def tokenize(source: str) -> list[Token]:
    tokens, position, source = [], 0, source.rstrip()
    while position < len(source):
        match = TOKEN.match(source, position)
        if match is None:
            raise ParseError(f"unexpected {source[position:].lstrip()[0]!r} at {position}")
        kind = match.lastgroup
        tokens.append(Token(kind, match[kind], match.start(kind)))
        position = match.end()
    return tokens + [Token("end", "", len(source))]


class Calculator:
    FUNCTIONS = {"sqrt": math.sqrt, "max": max, "min": min, "abs": abs, "hypot": math.hypot}

    def __init__(self):
        self.variables = {"tau": 6.25}

    def evaluate(self, source: str) -> float:
        self.tokens, self.index = tokenize(source), 0
        if self.tokens[0].kind == "name" and self.tokens[1].text == "=":
            name = self.next().text
            self.next()
            value = self.variables[name] = self.sum()
        else:
            value = self.sum()
        if self.here.kind != "end":
            raise ParseError(f"unexpected {self.here.text!r} at {self.here.position}")
        return value

    @property
    def here(self) -> Token:
        return self.tokens[self.index]

    def next(self) -> Token:
        self.index += 1
        return self.tokens[self.index - 1]

    def expect(self, text: str) -> None:
        if self.here.text != text:
            raise ParseError(f"expected {text!r} at {self.here.position}, found {self.here.text or 'the end'!r}")
        self.next()

    def sum(self):
        value = self.product()
        while self.here.text in ("+", "-"):
            value = value + self.product() if self.next().text == "+" else value - self.product()
        return value

    def product(self):
        value = self.unary()
        while self.here.text in ("*", "/", "%"):
            match self.next().text:
                case "*":
                    value *= self.unary()
                case "/":
                    value /= self.unary()
                case "%":
                    value %= self.unary()
        return value

    def unary(self):
        if self.here.text == "-":
            self.next()
            return -self.unary()
        return self.power()

    def power(self):
        base = self.atom()
        if self.here.text == "**":
            self.next()
            return base ** self.unary()
        return base

    def atom(self):
        token = self.next()
        if token.kind == "number":
            return float(token.text)
        if token.kind == "name":
            if self.here.text == "(":
                return self.call(token.text)
            if token.text not in self.variables:
                raise NameError(f"unknown variable {token.text!r}")
            return self.variables[token.text]
        if token.text == "(":
            value = self.sum()
            self.expect(")")
            return value
        raise ParseError(f"unexpected {token.text or 'end'!r} at {token.position}")

    def call(self, name):
        self.expect("(")
        arguments = [self.sum()]
        while self.here.text == ",":
            self.next()
            arguments.append(self.sum())
        self.expect(")")
        return self.FUNCTIONS[name](*arguments)


def main():
    calculator = Calculator()
    for line in ["1 + 2 * 3", "(1 + 2) * 3", "-2 ** 2", "2 ** 3 ** 2", "2 ** -1", "x = 10 / 4", "x * tau",
                 "sqrt(16) + max(1, 2, x)", "hypot(3, 4) % 3", "1e3 - .5", "(1 + 2", "1 / 0", "y + 1", "foo(1)",
                 "3 $ 4", "1 2", "sqrt(0 - 1)", ""]:
        try:
            print(f"{line:<25} = {calculator.evaluate(line):g}")
        except (ArithmeticError, ValueError, NameError, KeyError) as error:
            print(f"{line:<25} ! {type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
