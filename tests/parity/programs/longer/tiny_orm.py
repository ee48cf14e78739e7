"""A tiny object-relational mapper over sqlite3: fields, relations, lazy queries, an identity map, a unit of work."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, ClassVar


class Field:
    def __init__(self, sql_type="TEXT", *, default=None, unique=False, nullable=True, load=None, dump=None):
        self.sql_type, self.default, self.unique, self.nullable = sql_type, default, unique, nullable
        self.load, self.dump = load or (lambda v: v), dump or (lambda v: v)

    def __set_name__(self, owner, name):
        self.name = self.column = name

    def __get__(self, instance, owner=None):
        return self if instance is None else instance._values[self.name]

    def __set__(self, instance, value):
        if instance._values.get(self.name) != value:
            instance._values[self.name] = value
            instance._dirty.add(self.name)

    def definition(self):
        return f"{self.column} {self.sql_type}{' UNIQUE' if self.unique else ''}{'' if self.nullable else ' NOT NULL'}"

    def _compare(self, symbol, value):
        return Condition(f"{self.column} {symbol} ?", (self.dump(value),))

    def __eq__(self, value):
        return Condition(f"{self.column} IS NULL") if value is None else self._compare("=", value)

    def __ne__(self, value):
        return ~(self == value)

    def __lt__(self, value):
        return self._compare("<", value)

    def __gt__(self, value):
        return self._compare(">", value)

    def __le__(self, value):
        return self._compare("<=", value)

    def __ge__(self, value):
        return self._compare(">=", value)

    __hash__ = object.__hash__

    def like(self, pattern):
        return self._compare("LIKE", pattern)

    def among(self, values):
        values = list(values)
        return Condition(f"{self.column} IN ({', '.join('?' * len(values))})", tuple(map(self.dump, values)))

    def desc(self):
        return f"{self.column} DESC"


class Integer(Field):
    def __init__(self, **options):
        super().__init__("INTEGER", **options)


class Text(Field):
    pass


class Date(Field):
    def __init__(self, **options):
        super().__init__(
            "TEXT", load=lambda v: v and date.fromisoformat(v), dump=lambda v: v and v.isoformat(), **options
        )


class Reference(Field):
    """A many-to-one relation; gives the other side a list of these objects."""

    def __init__(self, target: str, back: str):
        super().__init__("INTEGER")
        self.target, self.back = target, back

    def __set_name__(self, owner, name):
        super().__set_name__(owner, name)
        self.column = f"{name}_id"
        self.owner = owner

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        value = instance._values.get(self.name)
        if isinstance(value, int):
            value = instance._values[self.name] = Model.registry[self.target].get(value)
        return value

    def dump_value(self, value):
        return value.id if isinstance(value, Model) else value

    def _compare(self, symbol, value):
        return Condition(f"{self.column} {symbol} ?", (self.dump_value(value),))


class Condition:
    def __init__(self, sql: str, values: tuple = ()):
        self.sql, self.values = sql, values

    def __and__(self, other):
        return Condition(f"({self.sql} AND {other.sql})", self.values + other.values)

    def __or__(self, other):
        return Condition(f"({self.sql} OR {other.sql})", self.values + other.values)

    def __invert__(self):
        return Condition(f"NOT ({self.sql})", self.values)


class Query:
    def __init__(self, model, condition=None, order=(), limit=None):
        self.model, self.condition, self.order, self.count_limit = model, condition, order, limit

    def where(self, condition, *more):
        for extra in (condition, *more):
            self = Query(self.model, self.condition & extra if self.condition else extra, self.order, self.count_limit)
        return self

    def order_by(self, *columns):
        return Query(
            self.model, self.condition, tuple(c if isinstance(c, str) else c.column for c in columns), self.count_limit
        )

    def limit(self, n):
        return Query(self.model, self.condition, self.order, n)

    def _tail(self):
        sql = f" WHERE {self.condition.sql}" if self.condition else ""
        sql += f" ORDER BY {', '.join(self.order)}" if self.order else ""
        sql += f" LIMIT {self.count_limit}" if self.count_limit is not None else ""
        return sql, self.condition.values if self.condition else ()

    def __iter__(self) -> Iterator[Any]:
        sql, values = self._tail()
        columns = ", ".join(["id", *(f.column for f in self.model.fields.values())])
        return (
            self.model._from_row(row)
            for row in Database.execute(f"SELECT {columns} FROM {self.model.table}{sql}", values).fetchall()
        )

    def first(self):
        return next(iter(self.limit(1)), None)

    def count(self):
        sql, values = self._tail()
        return Database.execute(f"SELECT count(*) FROM {self.model.table}{sql}", values).fetchone()[0]

    def delete(self):
        sql, values = self._tail()
        return Database.execute(f"DELETE FROM {self.model.table}{sql}", values).rowcount


class Database:
    connection: ClassVar[sqlite3.Connection]
    log: ClassVar[list[str]] = []

    @classmethod
    def open(cls, path=":memory:"):
        cls.connection = sqlite3.connect(path, isolation_level=None)

    @classmethod
    def execute(cls, sql, values=()):
        cls.log.append(sql)
        return cls.connection.execute(sql, values)

    @classmethod
    @contextmanager
    def transaction(cls):
        cls.execute("BEGIN")
        try:
            yield
        except BaseException:
            cls.execute("ROLLBACK")
            for model in Model.registry.values():
                model._identity.clear()
            raise
        cls.execute("COMMIT")


class Model:
    registry: ClassVar[dict[str, type[Model]]] = {}
    fields: ClassVar[dict[str, Field]]
    id: int | None

    def __init_subclass__(cls):
        cls.fields = {name: value for name, value in vars(cls).items() if isinstance(value, Field)}
        cls.table = cls.__name__.lower()
        cls._identity = {}
        Model.registry[cls.__name__] = cls
        for field in cls.fields.values():
            if isinstance(field, Reference):
                setattr(
                    Model.registry[field.target],
                    field.back,
                    property(lambda self, field=field: list(Query(field.owner).where(field == self).order_by("id"))),
                )

    def __init__(self, **values):
        self.id, self._values, self._dirty = None, {}, set()
        if unknown := values.keys() - self.fields.keys():
            raise TypeError(f"{type(self).__name__} has no {', '.join(sorted(unknown))}")
        for name, field in self.fields.items():
            default = field.default() if callable(field.default) else field.default
            self._values[name] = values.get(name, default)
            self._dirty.add(name)

    @classmethod
    def create_table(cls):
        Database.execute(
            f"CREATE TABLE {cls.table} (id INTEGER PRIMARY KEY, {', '.join(f.definition() for f in cls.fields.values())})"
        )

    @classmethod
    def _from_row(cls, row):
        if row[0] in cls._identity:
            return cls._identity[row[0]]
        instance = cls.__new__(cls)
        instance.id, instance._dirty = row[0], set()
        instance._values = {name: field.load(value) for (name, field), value in zip(cls.fields.items(), row[1:])}
        cls._identity[row[0]] = instance
        return instance

    @classmethod
    def query(cls):
        return Query(cls)

    @classmethod
    def get(cls, id):
        if id in cls._identity:
            return cls._identity[id]
        found = cls.query().where(Condition("id = ?", (id,))).first()
        if found is None:
            raise LookupError(f"no {cls.__name__} {id}")
        return found

    def save(self):
        names = sorted(self._dirty)
        columns = [self.fields[n].column for n in names]
        values = [
            self.fields[n].dump_value(self._values[n])
            if isinstance(self.fields[n], Reference)
            else self.fields[n].dump(self._values[n])
            for n in names
        ]
        if self.id is None:
            cursor = Database.execute(
                f"INSERT INTO {self.table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(values))})", values
            )
            self.id = cursor.lastrowid
            self._identity[self.id] = self
        elif names:
            Database.execute(
                f"UPDATE {self.table} SET {', '.join(f'{c} = ?' for c in columns)} WHERE id = ?", [*values, self.id]
            )
        self._dirty.clear()
        return self

    def __repr__(self):
        shown = {
            n: f"<{v}>" if isinstance(self.fields[n], Reference) and isinstance(v, int) else v
            for n, v in self._values.items()
        }
        return f"{type(self).__name__}#{self.id}({', '.join(f'{k}={v.id if isinstance(v, Model) else v!r}' for k, v in shown.items())})"


class Author(Model):
    name = Text(unique=True, nullable=False)
    born = Date()


class Book(Model):
    title = Text(nullable=False)
    year = Integer(default=lambda: 2000)
    author = Reference("Author", back="books")


def main():
    Database.open()
    for model in (Author, Book):
        model.create_table()
    with Database.transaction():
        austen = Author(name="Jane Austen", born=date(1775, 12, 16)).save()
        joyce = Author(name="James Joyce", born=date(1882, 2, 2)).save()
        for title, year, author in (
            ("Emma", 1815, austen),
            ("Persuasion", 1817, austen),
            ("Ulysses", 1922, joyce),
            ("Anonymous", 1500, None),
        ):
            Book(title=title, year=year, author=author).save()
    Book(title="Undated").save()
    print(list(Book.query().order_by(Book.year.desc())))
    print(
        Book.query().where((Book.year > 1800) & (Book.year < 1900)).count(),
        Book.query().where(Book.title.like("%s%"), Book.author != None).order_by(Book.title).first(),
    )
    print(
        [b.title for b in austen.books],
        [a.name for a in Author.query().where(Author.born >= date(1800, 1, 1))],
        Book.query().where(Book.author == None).count(),
    )
    print(
        [
            b.title
            for b in Book.query()
            .where(Book.title.among(["Emma", "Ulysses"]) | (Book.year <= 1500))
            .order_by(Book.title)
            .limit(2)
        ]
    )
    for model in (Author, Book):
        model._identity.clear()
    emma = Book.query().where(Book.title == "Emma").first()
    before = len(Database.log)
    print(
        emma, emma.author.name, emma.author.born.year, Author.get(1) is emma.author, len(Database.log) - before, "query"
    )
    emma.year = 1816
    emma.year = 1816
    emma.save()
    print(Database.log[-1])
    emma.save()
    print(Database.log[-1] == "UPDATE book SET year = ? WHERE id = ?", emma._dirty)
    try:
        with Database.transaction():
            Author(name="Temporary").save()
            Author(name="Jane Austen").save()
    except sqlite3.IntegrityError as error:
        print("rolled back:", error, Author.query().count())
    for attempt in (
        lambda: Book(pages=3),
        lambda: Author.get(99),
        lambda: Book().save(),
        lambda: Book.query().where(Condition("nope = 1")).count(),
    ):
        try:
            print(attempt())
        except (TypeError, LookupError, sqlite3.Error) as error:
            print(type(error).__name__, error)
    print(Book.query().where(Book.year < 1900).delete(), Book.query().count())


if __name__ == "__main__":
    main()
