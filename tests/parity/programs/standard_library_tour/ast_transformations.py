"""Read, check, change and write Python code with ast; count complexity; a safe evaluator; constant folding."""

import ast
import operator

SOURCE = '''
import os, sys as system
from math import sqrt

X: int = 2 * 3 + 4

class Shape(Base, metaclass=Meta):
    """A shape."""
    sides = 0

    @property
    def area(self) -> float:
        if self.sides > 2 and self.known or not self.open:
            return sqrt(2 ** 3) * self.sides
        for i in range(10):
            while i:
                i -= 1
        return {k: v for k, v in self.items() if k} and 0

async def fetch(url, *, retries=1 + 2, **kw):
    async with get(url) as r:
        return [await x async for x in r]

print(f"{X!r:>{4 + 1}} and {X + 1}", "a" "b", lambda y=1: y)
'''
OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.Mod: operator.mod,
    ast.FloorDiv: operator.floordiv,
    ast.USub: operator.neg,
    ast.Not: operator.not_,
}


class Complexity(ast.NodeVisitor):
    def __init__(self):
        self.result, self.stack = {}, []

    def visit_FunctionDef(self, node):
        self.stack.append(node.name)
        self.result[".".join(self.stack)] = 1 + sum(
            isinstance(n, (ast.If, ast.For, ast.While, ast.IfExp, ast.comprehension))
            + (len(n.values) - 1 if isinstance(n, ast.BoolOp) else 0)
            for n in ast.walk(node)
        )
        self.generic_visit(node)
        self.stack.pop()

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node):
        self.stack.append(node.name)
        self.generic_visit(node)
        self.stack.pop()


class Fold(ast.NodeTransformer):
    def visit_BinOp(self, node):
        self.generic_visit(node)
        if isinstance(node.left, ast.Constant) and isinstance(node.right, ast.Constant) and type(node.op) in OPERATORS:
            return ast.copy_location(ast.Constant(OPERATORS[type(node.op)](node.left.value, node.right.value)), node)
        return node


class Rename(ast.NodeTransformer):
    def __init__(self, names):
        self.names = names

    def visit_Name(self, node):
        node.id = self.names.get(node.id, node.id)
        return node


def safe_eval(text, names=None):
    def run(node):
        match node:
            case ast.Expression(body):
                return run(body)
            case ast.Constant(int() | float() | complex() as value):
                return value
            case ast.BinOp(left, op, right) if type(op) in OPERATORS:
                return OPERATORS[type(op)](run(left), run(right))
            case ast.UnaryOp(op, operand) if type(op) in OPERATORS:
                return OPERATORS[type(op)](run(operand))
            case ast.Name(name) if name in (names or {}):
                return names[name]
        raise ValueError(f"{type(node).__name__} is not allowed")

    return run(ast.parse(text, mode="eval"))


def main():
    tree = ast.parse(SOURCE)
    print([type(n).__name__ for n in tree.body], ast.get_docstring(tree.body[3]))
    visitor = Complexity()
    visitor.visit(tree)
    print(visitor.result)
    print(sorted({n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}))
    print([a.asname or a.name for n in ast.walk(tree) if isinstance(n, (ast.Import, ast.ImportFrom)) for a in n.names])
    folded = ast.fix_missing_locations(Rename({"X": "LIMIT"}).visit(Fold().visit(tree)))
    print(ast.unparse(folded))
    print(ast.dump(ast.parse("x = a[1:2] if b else -c", mode="exec").body[0], indent=1))
    print(
        ast.dump(ast.parse("f(*a, k=1, **b)", mode="eval"), annotate_fields=False),
        ast.dump(ast.parse("t'{x}'", mode="eval").body),
    )
    for text in (
        "1 + 2 * -3",
        "x ** 2 % 7",
        "(1 + 2j) * 2",
        "__import__('os')",
        "a.b",
        "[1][0]",
        "1 +",
        "'a' * 3",
        "1 // 0",
    ):
        try:
            print(text, "=", safe_eval(text, {"x": 5}))
        except (ValueError, SyntaxError, ArithmeticError) as error:
            print(text, "!", type(error).__name__, error)
    print(ast.literal_eval("{'a': [1, -2.5, (None, True)], 'b': {1, 2}, 'c': b'x', 'd': 1+2j}"))
    namespace = {}
    exec(
        compile(
            ast.Module(
                [
                    ast.Assign(
                        [ast.Name("made", ast.Store(), lineno=1, col_offset=0)],
                        ast.Constant("by hand", lineno=1, col_offset=0),
                        lineno=1,
                        col_offset=0,
                    )
                ],
                [],
            ),
            "<ast>",
            "exec",
        ),
        namespace,
    )
    node = ast.parse("def f():\n    return (1 +\n            2)").body[0].body[0].value
    print(
        namespace["made"],
        (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset),
        repr(ast.get_source_segment("a = foo(1)", ast.parse("a = foo(1)").body[0].value)),
        ast.compare(ast.parse("a+1"), ast.parse("a + 1")),
    )


if __name__ == "__main__":
    main()
