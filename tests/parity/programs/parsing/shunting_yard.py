"""Infix to postfix with Dijkstra's shunting yard, and a stack machine that runs it."""

import operator
from fractions import Fraction

OPERATORS = {
    "+": (1, "left", operator.add), "-": (1, "left", operator.sub), "*": (2, "left", operator.mul),
    "/": (2, "left", operator.truediv), "^": (3, "right", operator.pow),
}


def tokens(expression: str):
    number = ""
    for character in expression + " ":
        if character.isdigit() or character == ".":
            number += character
            continue
        if number:
            yield number
            number = ""
        if character in OPERATORS or character in "()":
            yield character
        elif not character.isspace():
            raise SyntaxError(f"what is {character!r}?")


def to_postfix(expression: str) -> list[str]:
    output, stack = [], []
    for token in tokens(expression):
        if token in OPERATORS:
            precedence, associativity, _ = OPERATORS[token]
            while stack and stack[-1] != "(":
                top = OPERATORS[stack[-1]][0]
                if top > precedence or (top == precedence and associativity == "left"):
                    output.append(stack.pop())
                else:
                    break
            stack.append(token)
        elif token == "(":
            stack.append(token)
        elif token == ")":
            while stack and stack[-1] != "(":
                output.append(stack.pop())
            if not stack:
                raise SyntaxError("unmatched )")
            stack.pop()
        else:
            output.append(token)
    if "(" in stack:
        raise SyntaxError("unmatched (")
    return output + stack[::-1]


def run(postfix: list[str]) -> Fraction:
    stack: list[Fraction] = []
    for token in postfix:
        if token in OPERATORS:
            right, left = stack.pop(), stack.pop()
            stack.append(OPERATORS[token][2](left, right))
        else:
            stack.append(Fraction(token))
    (result,) = stack
    return result


def main():
    for expression in ("3 + 4 * 2 / (1 - 5) ^ 2 ^ 3", "1/3 + 1/6", "2 ^ 3 ^ 2", "0.1 + 0.2", "(1 + 2) * (3 + 4)",
                       "1 / (2 - 2)", "(1 + 2", "1 + 2)", "4 5", "7 % 2", "1 +"):
        try:
            postfix = to_postfix(expression)
            print(f"{expression:<30} {' '.join(postfix):<30} {run(postfix)}")
        except (SyntaxError, ArithmeticError, ValueError, IndexError) as error:
            print(f"{expression:<30} {type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
