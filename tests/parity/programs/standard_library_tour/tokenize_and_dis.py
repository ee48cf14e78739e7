"""Tokens, bytecode, symbol tables, code objects, compile flags: the compiler's view of small programs."""

import ast
import codeop
import dis
import io
import keyword
import symtable
import token
import tokenize

CODE = """def f(a, *b):  # comment
    x = [n ** 2 for n in b]
    return f"{a!r} {x[0]:>{a}}", 0x1F, 1_000.5e-3j, r"\\n", b'z'
"""


def outer(p, q=1):
    def inner(r):
        nonlocal p
        p += r
        return p + q + LIMIT

    return inner


LIMIT = 10


def main():
    for t in tokenize.generate_tokens(io.StringIO(CODE).readline):
        print(f"{t.start[0]},{t.start[1]:<3}{token.tok_name[t.exact_type]:<16}{t.string!r}")
    print(tokenize.untokenize(tokenize.generate_tokens(io.StringIO(CODE).readline)) == CODE)
    for bad in ("'''open", "a = $", "if x:\n    y\n  z", "(1,", "x = 0777", "'a\nb'"):
        try:
            print(bad, len(list(tokenize.generate_tokens(io.StringIO(bad).readline))))
        except (tokenize.TokenError, SyntaxError) as error:
            print(repr(bad), type(error).__name__, error.args[0])
    print(
        tokenize.detect_encoding(io.BytesIO(b"# -*- coding: latin-1 -*-\nx").readline),
        keyword.kwlist[:5],
        len(keyword.kwlist),
    )

    dis.dis(outer(1))
    print([i.opname for i in dis.get_instructions("x = 1 if y else [*z]")])
    print(dis.code_info(outer).splitlines()[2:6], dis.stack_effect(dis.opmap["POP_TOP"]))
    code = outer.__code__
    print(
        code.co_varnames,
        code.co_cellvars,
        code.co_argcount,
        code.co_flags & 4,
        code.co_consts[-1] is None,
        [c.co_name for c in code.co_consts if hasattr(c, "co_name")],
        [line - code.co_firstlineno for _, _, line in code.co_lines() if line][-1],
    )
    changed = code.replace(co_name="renamed", co_qualname="renamed")
    print(changed.co_name, changed == code, hash(code) == hash(outer.__code__))

    table = symtable.symtable(
        "x = 1\ndef g(a):\n    global y\n    y = a + x\n    class K:\n        z = a\n    return lambda: a",
        "<s>",
        "exec",
    )
    g = next(child for child in table.get_children() if child.get_name() == "g")
    print(
        sorted(table.get_identifiers()),
        g.get_parameters(),
        g.get_globals(),
        g.get_frees(),
        [(s.get_name(), s.is_parameter(), s.is_global(), s.is_local()) for s in g.get_symbols()],
        [c.get_type().name for c in g.get_children()],
    )
    for source in ("x = 1", "if x:", "x = (", "def f():\n  pass\n", "1 +* 2"):
        try:
            print(repr(source), codeop.compile_command(source) is not None)
        except SyntaxError as error:
            print(repr(source), error.msg)
    print(
        eval(compile("1 + 1", "<e>", "eval")),
        compile("x: y = 1", "<a>", "exec", ast.PyCF_ONLY_AST).body[0].simple,
        eval(compile("(n := 5) + n", "", "eval")),
        compile("pass", "f", "exec", optimize=2).co_filename,
    )
    exec(compile("assert False, 'removed by optimisation'", "<o>", "exec", optimize=1))
    try:
        exec(compile("\n\nx = 1\nraise ValueError(x)", "<lines>", "exec"))
    except ValueError as error:
        print(error.__traceback__.tb_next.tb_lineno, error.__traceback__.tb_next.tb_frame.f_code.co_filename)


if __name__ == "__main__":
    main()
