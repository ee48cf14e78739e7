"""t-strings of 3.14: safe SQL and HTML, logging with values, and what a template is made of."""

import sqlite3
from html import escape
from string.templatelib import Interpolation, Template, convert


def html(template: Template) -> str:
    parts = []
    for item in template:
        match item:
            case str():
                parts.append(item)
            case Interpolation(value=Template() as inner):
                parts.append(html(inner))
            case Interpolation(value=list() as items):
                parts += [html(i) if isinstance(i, Template) else escape(str(i)) for i in items]
            case Interpolation(value, _, conversion, spec):
                parts.append(escape(format(convert(value, conversion), spec)))
    return "".join(parts)


def sql(template: Template) -> tuple[str, tuple]:
    query = "?".join(template.strings)
    return query, template.values


def f(template: Template) -> str:
    """What an f-string would give."""
    return "".join(i if isinstance(i, str) else format(convert(i.value, i.conversion), i.format_spec) for i in template)


def structured(template: Template) -> dict:
    return {"message": f(template), **{i.expression: i.value for i in template.interpolations}}


def main():
    name, items = "<b>Bob</b>", ["a & b", "c"]
    rows = [t"<li>{item}</li>" for item in items]
    print(html(t"<p title={name!r}>Hello {name}!</p><ul>{rows}</ul>{len(items):>4}"))

    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE users (name TEXT, age INT)")
    for user, age in (("Ann", 30), ("Robert'); DROP TABLE users;--", 9)):
        connection.execute(*sql(t"INSERT INTO users VALUES ({user}, {age})"))
    evil = "' OR 1=1 --"
    print(
        sql(t"SELECT * FROM users WHERE name = {evil}"),
        connection.execute(*sql(t"SELECT count(*) FROM users WHERE name = {evil}")).fetchone(),
    )
    limit = 10
    print(connection.execute(*sql(t"SELECT name FROM users WHERE age < {limit}")).fetchall())

    width, value = 10, 3.14159
    template = t"pi={value:{width}.2f}|{value!s:>8}|{value = }|{{}}"
    print(template)
    print(template.strings, template.values, [i.expression for i in template.interpolations])
    print(f(template), f(template) == f"pi={value:{width}.2f}|{value!s:>8}|{value = }|{{}}")
    print(structured(t"took {value:.1f} ms in {name!s:.5}"))
    print(
        list(t""),
        t"{1}{2}".strings,
        (t"a{1}" + t"b{2}c").strings,
        Template("x", Interpolation(5, "n", None, "03"), "y"),
    )
    lazy = t"{(lambda: 'called later')}"
    print(lazy.values[0](), type(lazy).__name__, rt"\d{3}".strings, f"{f(t'{1 + 1}')}")
    for attempt in (
        lambda: t"a" + "b",
        lambda: t"{undefined_name}",
        lambda: Template(3),
        lambda: eval('t"{}"'),
        lambda: eval('t"{x!z}"'),
    ):
        try:
            attempt()
        except (TypeError, NameError, SyntaxError) as error:
            print(type(error).__name__, str(error).splitlines()[0])


if __name__ == "__main__":
    main()
