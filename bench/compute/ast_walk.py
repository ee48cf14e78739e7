"""A small linter in the manner of pyflakes: parses a module and walks its tree with scopes, looking for names that are
imported but not used, assigned but not used, or never defined."""

import ast
import builtins
import zlib

LOOPS = 120
CHECKSUM = "278 6 313846950"

SOURCE = '''
import os, sys
import collections as c
from math import sqrt, floor as down

LIMIT = 10

class Base:
    kind = "base"
    def __init__(self, first, *rest, flag=False, **more):
        self.first, self.rest = first, rest
        unused = first
        self.more = {key: value for key, value in more.items() if value}
    @property
    def size(self):
        return sqrt(self.first ** 2 + sum(x * x for x in self.rest))

class Derived(Base):
    def walk(self, depth=LIMIT):
        try:
            for index, (left, right) in enumerate(zip(self.rest, self.rest[1:])):
                if left < right and not depth:
                    yield left, missing
                elif index % 2:
                    yield from self.walk(depth - 1)
        except (ValueError, TypeError) as error:
            print(f"{error!r}: {depth:>{LIMIT}} of {self.size}", file=sys.stderr)
        finally:
            del index

def outer(a, b):
    total = 0
    def inner(x):
        nonlocal total
        total += x
        return [y for y in range(x) if y not in (a, b)]
    with open(a) as stream, open(b) as other:
        lines = [line.rstrip() for line in stream if line]
        while lines:
            head, *lines = lines
            inner(len(head)) if head else undefined_name(head)
    return lambda q: (total, q, c.Counter(lines))

def table():
    global REGISTRY
    REGISTRY = {name: getattr(Base, name, None) for name in dir(Base) if not name.startswith("_")}
    if (count := len(REGISTRY)) > LIMIT:
        raise RuntimeError("too many: %d" % count)
    return REGISTRY
'''


class Scope:
    def __init__(self, kind):
        self.kind = kind
        self.bound = {}  # name -> why it is bound
        self.used = set()
        self.outer = {}  # names declared global or nonlocal -> the scope they belong to


class Checker(ast.NodeVisitor):
    def __init__(self):
        self.scopes = [Scope("module")]
        self.finished = []
        self.later = []
        self.messages = []
        self.nodes = 0

    def visit(self, node):
        self.nodes += 1
        return super().visit(node)

    def check(self, tree):
        self.visit(tree)
        self.finished.append(self.scopes[0])
        while self.later:  # bodies of functions see everything that the module defines in the end
            todo, self.later = self.later, []
            for self.scopes, body in todo:
                self.finished.append(self.scopes[-1])
                for node in body:
                    self.visit(node)
        for scope in self.finished:
            self.report(scope)
        return sorted(self.messages)

    def report(self, scope):
        for name, why in scope.bound.items():
            if name not in scope.used and (why == "import" or (why == "local" and scope.kind == "function")):
                self.messages.append(f"unused {why} {name}")

    def bind(self, name, why="local"):
        scope = self.scopes[-1].outer.get(name, self.scopes[-1])
        scope.bound.setdefault(name, why)

    def use(self, name):
        for scope in reversed(self.scopes):
            if name in scope.bound and (scope.kind != "class" or scope is self.scopes[-1]):
                scope.used.add(name)
                return
        if not hasattr(builtins, name):
            self.messages.append(f"undefined {name}")

    def visit_Import(self, node):
        for alias in node.names:
            self.bind(alias.asname or alias.name.partition(".")[0], "import")

    visit_ImportFrom = visit_Import

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Load):
            self.use(node.id)
        else:
            self.bind(node.id)

    def visit_Global(self, node):
        self.scopes[-1].outer.update(dict.fromkeys(node.names, self.scopes[0]))

    def visit_Nonlocal(self, node):
        for name in node.names:
            self.scopes[-1].outer[name] = next(scope for scope in self.scopes[-2::-1] if name in scope.bound)

    def visit_FunctionDef(self, node):
        self.bind(node.name, "definition")
        self.function(node, node.body)

    def visit_Lambda(self, node):
        self.function(node, [node.body])

    def function(self, node, body):
        arguments = node.args
        for part in getattr(node, "decorator_list", []) + arguments.defaults + arguments.kw_defaults:
            if part is not None:
                self.visit(part)
        scope = Scope("function")
        for argument in arguments.posonlyargs + arguments.args + arguments.kwonlyargs:
            scope.bound[argument.arg] = "argument"
        for argument in (arguments.vararg, arguments.kwarg):
            if argument:
                scope.bound[argument.arg] = "argument"
        self.later.append((self.scopes + [scope], body))

    def visit_ClassDef(self, node):
        for part in node.bases + node.decorator_list:
            self.visit(part)
        self.bind(node.name, "definition")
        self.scopes = self.scopes + [Scope("class")]
        for part in node.body:
            self.visit(part)
        self.scopes = self.scopes[:-1]

    def visit_ExceptHandler(self, node):
        if node.name:
            self.bind(node.name)
        self.generic_visit(node)

    def comprehension(self, node):
        self.scopes = self.scopes + [Scope("comprehension")]
        for generator in node.generators:
            self.visit(generator)
        for part in ("key", "value", "elt"):
            if hasattr(node, part):
                self.visit(getattr(node, part))
        self.scopes = self.scopes[:-1]

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = comprehension


def run(n):
    for _ in range(n):
        checker = Checker()
        messages = checker.check(ast.parse(SOURCE))
    return f"{checker.nodes} {len(messages)} {zlib.crc32(', '.join(messages).encode())}"
