"""The messages of common mistakes, suggestions included."""

import traceback

SNIPPETS = [
    "prnt('x')", "'abc'.uper()", "import maths", "int('12a')", "[1, 2][5]", "{'a': 1}['b']", "1 + 'a'", "'a' + 1", "None.x", "len(5)", "(1).foo", "f = 3; f()", "sum('ab')",
    "def f(a, b): pass\nf(1)", "def f(a, *, key): pass\nf(1, kye=2)", "def f(): pass\nf(1, 2)", "max()", "sorted([1, 'a'])", "float('x')", "a, b = 1, 2, 3", "a, b = [1]", "a, *b = []", "for x in 5: pass",
    "class A: pass\nA().missing", "class A:\n  def close(self): pass\nA().clsoe()", "x = 5\nx.append(1)", "raise 'text'", "assert 1 == 2, 'math'", "1 / 0", "5 % 0", "'%d' % 'a'",
    "'{}'.format()", "b'a' + 'b'", "open('missing')", "chr(-1)", "ord('ab')", "[].pop()", "[1].remove(2)", "[1].index(2)", "set().pop()", "next(iter([]))", "{[]: 1}", "range(1.5)", "'a' * 'b'", "[] < {}", "isinstance(1, 'int')",
    "int(None)", "str(b'x', 'utf-99')", "bytes([300])", "'\\ud800'.encode()", "exec('x = ')", "del undefined", "import os.nothing", "from . import x", "super().x", "object().x = 1", "int.x = 1", "async def f(): pass\nf().x",
    "lambda: (yield)\nreturn", "while True print(1)", "if x = 1: pass", "print 'hello'", "x = [1, 2", "def f(:\n pass", "  x = 1", "if 1:\npass", "'unterminated", "f'{a b}'", "x = 08", "a b", "class", "1 = x", "f() = 1",
    "for i in range(3) pass", "else: pass", "import a as 1", "def f(a, a): pass", "break", "await x", "nonlocal x", "x: int: str", "(a, b) += 1", "f(a=1, 2)", "f(**k, *a)", "{1: 2, 3}", "[x for x in 1, 2]", "try: pass", "return 5",
    "match x:\n  case a: pass\n  case b: pass", "from __future__ import braces", "def f():\n\tif 1:\n        x", "x = 'a\nb'", "0xg", "1__0", "$", "?", "a := 1", "not = 3", "None = 1", "print(end='' 'x' y)", "with open('x') as 1: pass", "@\ndef f(): pass",
]


def main():
    for source in SNIPPETS:
        try:
            exec(compile(source, "<snippet>", "exec"), {})
            message = "no error"
        except BaseException as error:
            message = traceback.format_exception_only(error)[-1].strip()
        print(f"{source!r:<42} {message}")


if __name__ == "__main__":
    main()
