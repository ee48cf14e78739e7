"""A template engine: compiles to Python source; variables with filters, if, for, macros, inheritance, escapes."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

TOKEN = re.compile(r"(\{\{.*?\}\}|\{%-?.*?-?%\}|\{#.*?#\})", re.DOTALL)


class TemplateError(Exception):
    pass


class Markup(str):
    """Text that needs no escape."""


def escape(value) -> str:
    return value if isinstance(value, Markup) else html.escape(str(value))


class LoopInfo:
    def __init__(self, items):
        self.items, self.index0 = items, -1

    def __iter__(self):
        for self.index0, item in enumerate(self.items):
            yield item

    index = property(lambda self: self.index0 + 1)
    first = property(lambda self: self.index0 == 0)
    last = property(lambda self: self.index0 == len(self.items) - 1)


class Code:
    def __init__(self):
        self.lines, self.depth = [], 0

    def add(self, line):
        self.lines.append("    " * self.depth + line)

    def block(self, line):
        self.add(line)
        self.depth += 1

    def end(self):
        self.depth -= 1

    def __str__(self):
        return "\n".join(self.lines)


class Engine:
    def __init__(self, templates: dict[str, str], **filters: Callable):
        self.templates, self.compiled = templates, {}
        self.filters = {
            "upper": str.upper,
            "lower": str.lower,
            "title": str.title,
            "length": len,
            "join": lambda v, s=", ": s.join(map(str, v)),
            "default": lambda v, d="": v if v not in (None, "") else d,
            "safe": Markup,
            "sort": sorted,
            "round": round,
            "money": lambda v: f"{v:,.2f}",
            "truncate": lambda v, n: v if len(v) <= n else v[: n - 3] + "...",
            **filters,
        }

    def render(self, name: str, **context) -> str:
        return self._render(name, context, {})

    def _render(self, name, context, blocks):
        if name not in self.compiled:
            if name not in self.templates:
                raise TemplateError(f"no template {name!r}")
            self.compiled[name] = Compiler(self, name, self.templates[name]).function
        return self.compiled[name](self, context, blocks)

    def lookup(self, context, path, scope):
        head, *rest = path.split(".")
        value = scope[head] if head in scope else context.get(head)
        for part in rest:
            try:
                value = value[part]
            except TypeError, KeyError, IndexError:
                value = value[int(part)] if part.isdigit() else getattr(value, part, None)
            if callable(value) and not isinstance(value, type):
                value = value()
        return value


class Compiler:
    def __init__(self, engine, name, source):
        self.engine, self.name, self.code, self.stack, self.counter = engine, name, Code(), [], 0
        self.code.block("def render(engine, context, blocks, scope=None):")
        self.code.add("out = []")
        self.code.add("scope = dict(scope or {})")
        self.parent = None
        line = 1
        for token in TOKEN.split(source):
            try:
                self.token(token)
            except TemplateError as error:
                raise TemplateError(f"{name}:{line}: {error}") from None
            line += token.count("\n")
        if self.stack:
            raise TemplateError(f"{name}: {self.stack[-1][0]} is never closed")
        if self.parent:
            self.code.add(f"return engine._render({self.parent!r}, context, blocks)")
        else:
            self.code.add("return ''.join(out)")
        namespace = {"LoopInfo": LoopInfo, "escape": escape, "Markup": Markup}
        exec(compile(str(self.code), f"<template {name}>", "exec"), namespace)
        self.function = namespace["render"]

    def token(self, token):
        if token.startswith("{{"):
            self.code.add(f"out.append(escape({self.expression(token[2:-2].strip())}))")
        elif token.startswith("{%"):
            self.tag(token[2:-2].strip("- \n"))
        elif token and not token.startswith("{#"):
            self.code.add(f"out.append({token!r})")

    def expression(self, text):
        first, *filters = [part.strip() for part in re.split(r"\|(?=(?:[^\"']|\"[^\"]*\"|'[^']*')*$)", text)]
        code = self.operand(first)
        for part in filters:
            name, _, arguments = part.partition(":")
            if name not in self.engine.filters:
                raise TemplateError(f"no filter {name!r}")
            extra = "".join(f", {self.operand(a.strip())}" for a in arguments.split(",")) if arguments else ""
            code = f"engine.filters[{name!r}]({code}{extra})"
        return code

    def operand(self, text):
        if re.fullmatch(r"-?\d+(\.\d+)?|\"[^\"]*\"|'[^']*'|True|False|None", text):
            return text
        if not re.fullmatch(r"[A-Za-z_][\w.]*", text):
            raise TemplateError(f"cannot read {text!r}")
        return f"engine.lookup(context, {text!r}, scope)"

    def condition(self, text):
        words = text.split()
        return " ".join(
            w if w in ("and", "or", "not", "in", "==", "!=", "<", ">", "<=", ">=") else self.expression(w)
            for w in words
        )

    def tag(self, text):
        word, _, rest = text.partition(" ")
        method = getattr(self, f"tag_{word}", None)
        if method is None:
            raise TemplateError(f"no tag {word!r}")
        method(rest.strip())

    def open(self, kind, line, *details):
        self.stack.append((kind, *details))
        self.code.block(line)
        self.code.add("pass")

    def close(self, kind):
        if not self.stack or self.stack[-1][0] != kind:
            raise TemplateError(f"end of {kind}, but {self.stack[-1][0] if self.stack else 'nothing'} is open")
        self.code.end()
        return self.stack.pop()

    def tag_if(self, rest):
        self.open("if", f"if {self.condition(rest)}:")

    def tag_elif(self, rest):
        self.code.end()
        self.code.block(f"elif {self.condition(rest)}:")
        self.code.add("pass")

    def tag_else(self, rest):
        self.code.end()
        self.code.block("else:" if self.stack[-1][0] == "if" else f"if not {self.stack[-1][1]}.items:")
        self.code.add("pass")

    def tag_endif(self, rest):
        self.close("if")

    def tag_for(self, rest):
        match = re.fullmatch(r"(\w+(?:\s*,\s*\w+)*) in (.+)", rest)
        if not match:
            raise TemplateError(f"for what? {rest!r}")
        self.counter += 1
        loop, names = f"loop{self.counter}", [n.strip() for n in match[1].split(",")]
        self.code.add(f"{loop} = LoopInfo(list({self.expression(match[2])} or ()))")
        self.open("for", f"for item in {loop}:", loop)
        self.code.add(f"scope['loop'] = {loop}")
        self.code.add(f"{', '.join(f'scope[{n!r}]' for n in names)} = item")

    def tag_endfor(self, rest):
        self.close("for")

    def tag_set(self, rest):
        name, _, value = rest.partition("=")
        self.code.add(f"scope[{name.strip()!r}] = {self.expression(value.strip())}")

    def tag_include(self, rest):
        self.code.add(f"out.append(engine._render({self.operand(rest)}, {{**context, **scope}}, {{}}))")

    def tag_extends(self, rest):
        self.parent = rest.strip("\"'")

    def tag_block(self, rest):
        function = f"block_{rest}"
        self.open("block", f"def {function}(engine, context, blocks, scope):", rest, function)
        self.code.add("out = []")

    def tag_endblock(self, rest):
        self.code.add("return ''.join(out)")
        _, name, function = self.close("block")
        self.code.add(f"blocks.setdefault({name!r}, {function})")
        if not self.parent:
            self.code.add(f"out.append(blocks[{name!r}](engine, context, blocks, scope))")

    def tag_macro(self, rest):
        name, arguments = re.fullmatch(r"(\w+)\((.*)\)", rest).groups()
        names = [a.strip() for a in arguments.split(",") if a.strip()]
        self.open("macro", f"def macro_{name}({', '.join([*names, 'scope=scope'])}):", name)
        self.code.add("out = []")
        self.code.add(f"scope = {{**scope, {', '.join(f'{n!r}: {n}' for n in names)}}}")

    def tag_endmacro(self, rest):
        self.code.add("return Markup(''.join(out))")
        self.close("macro")

    def tag_call(self, rest):
        name, arguments = re.fullmatch(r"(\w+)\((.*)\)", rest).groups()
        self.code.add(
            f"out.append(macro_{name}({', '.join(self.expression(a.strip()) for a in arguments.split(',') if a.strip())}))"
        )


TEMPLATES = {
    "base": "<html><title>{% block title %}Site{% endblock %}</title>\n<body>{% block body %}empty{% endblock %}</body>\n<footer>{{ year }} {% include 'sign' %}</footer></html>",
    "sign": "by {{ author.name|title }}",
    "page": "{% extends 'base' %}{% block title %}{{ title|upper }}{% endblock %}{% block body %}{% if items %}<ul>{% for item in items %}\n  <li{% if loop.first %} class='first'{% endif %}>{{ loop.index }}. {{ item.name }}: {{ item.price|money }}{% if loop.last %} (last){% endif %}</li>{% endfor %}\n</ul>{% else %}<p>No items.</p>{% endif %}{% endblock %}",
    "values": "{# comment #}{{ text }} {{ text|safe }} {{ words|sort|join:'-' }} {{ words|length }} {{ nothing|default:'n/a' }} {{ deep.list.1.key }} {{ long|truncate:10 }} {{ 3 }} {{ 'a|b' }} {{ shout.strip }}",
    "logic": "{% set n = 3 %}{% if n > 2 and not flag %}big{% elif flag %}flag{% else %}small{% endif %} {% for k, v in pairs %}{{ k }}={{ v }};{% else %}none{% endfor %}{% for x in empty %}x{% else %}(nothing){% endfor %}",
    "macros": "{% macro field(name, kind) %}<input name={{ name }} type={{ kind }}>{% endmacro %}{% for f in fields %}{% call field(f, 'text') %}{% endfor %}{% call field('<x>', kind) %}",
    "nested": "{% for row in rows %}{% for cell in row %}{{ cell }}{% if not loop.last %},{% endif %}{% endfor %}\n{% endfor %}",
    "bad1": "line\n{% if x %}never closed",
    "bad2": "{% for %}",
    "bad3": "{% endif %}",
    "bad4": "a\nb\n{{ x|nofilter }}",
    "bad5": "{{ 1 + 1 }}",
    "bad6": "{% dance %}",
    "bad7": "{% include 'nowhere' %}",
}


def main():
    engine = Engine(TEMPLATES)
    context = {
        "title": "shop & co",
        "year": 2025,
        "author": {"name": "ann lee"},
        "items": [{"name": "<tea>", "price": 3.5}, {"name": "cake", "price": 1234.5}],
    }
    print(engine.render("page", **context))
    print(engine.render("page", **context | {"items": []}))
    print(
        engine.render(
            "values",
            text="<b>&</b>",
            words=["b", "c", "a"],
            deep={"list": [0, {"key": "found"}]},
            long="a rather long text",
            shout="  hi ",
        )
    )
    print(
        engine.render("logic", flag=False, pairs={"a": 1, "b": 2}.items(), empty=[]), engine.render("logic", flag=True)
    )
    print(engine.render("macros", fields=["a", "b"], kind="date"))
    print(engine.render("nested", rows=[[1, 2, 3], [4], []]), end="")
    for name in sorted(TEMPLATES):
        if name.startswith("bad"):
            try:
                print(engine.render(name, x=1))
            except TemplateError as error:
                print(f"{name}: {error}")
    print(len(engine.compiled), str(Compiler(engine, "t", "Hi {{ name|upper }}!").code).count("\n"))


if __name__ == "__main__":
    main()
