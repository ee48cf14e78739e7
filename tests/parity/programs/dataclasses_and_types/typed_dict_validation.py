"""Validate plain dictionaries against TypedDict, Literal, Annotated and unions at run time."""

import types
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    ReadOnly,
    Required,
    TypedDict,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)


class Range:
    def __init__(self, low, high):
        self.low, self.high = low, high

    def __repr__(self):
        return f"Range({self.low}, {self.high})"


class Address(TypedDict):
    street: str
    zip: Annotated[str, "five digits"]


class Person(TypedDict, total=False):
    name: Required[str]
    age: Annotated[int, Range(0, 150)]
    role: Literal["admin", "user", 3]
    address: Address | None
    tags: list[str]
    scores: dict[str, float]
    point: tuple[int, int]
    id: ReadOnly[int]


class Employee(Person):
    salary: NotRequired[int]
    boss: "Employee | None"


def check(value: Any, kind: Any, path: str = "$"):
    origin, arguments = get_origin(kind), get_args(kind)
    if kind is Any:
        return
    if origin in (Required, NotRequired, ReadOnly):
        yield from check(value, arguments[0], path)
    elif origin is Annotated:
        yield from check(value, arguments[0], path)
        for limit in arguments[1:]:
            if isinstance(limit, Range) and isinstance(value, int) and not limit.low <= value <= limit.high:
                yield f"{path}: {value} is not in {limit}"
    elif origin is Literal:
        if value not in arguments:
            yield f"{path}: {value!r} is none of {', '.join(map(repr, arguments))}"
    elif origin in (Union, types.UnionType):
        attempts = [list(check(value, option, path)) for option in arguments]
        if all(attempts):
            yield min(attempts, key=len)[0] if len(attempts) == 2 and value is not None else f"{path}: fits nothing"
    elif is_typeddict(kind):
        if not isinstance(value, dict):
            yield f"{path}: {type(value).__name__} is no {kind.__name__}"
            return
        hints = get_type_hints(kind, include_extras=True)
        for missing in sorted(kind.__required_keys__ - value.keys()):
            yield f"{path}.{missing}: missing"
        for key, inner in value.items():
            if key in hints:
                yield from check(inner, hints[key], f"{path}.{key}")
            else:
                yield f"{path}.{key}: unexpected"
    elif origin is list:
        for i, item in enumerate(value):
            yield from check(item, arguments[0], f"{path}[{i}]")
    elif origin is dict:
        for key, item in value.items():
            yield from check(item, arguments[1], f"{path}[{key!r}]")
    elif origin is tuple:
        if len(value) != len(arguments):
            yield f"{path}: {len(value)} items, not {len(arguments)}"
        for i, (item, inner) in enumerate(zip(value, arguments)):
            yield from check(item, inner, f"{path}[{i}]")
    elif not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        yield f"{path}: {type(value).__name__} is no {kind.__name__}"


def main():
    good = {
        "name": "Ann",
        "age": 40,
        "role": "admin",
        "address": {"street": "Main", "zip": "12345"},
        "tags": ["a"],
        "point": (1, 2),
    }
    bad = {
        "age": 200,
        "role": "root",
        "address": {"street": 5},
        "tags": ["a", 1],
        "scores": {"x": "y"},
        "point": (1,),
        "extra": 0,
        "id": True,
    }
    for document, kind in (
        (good, Person),
        (bad, Person),
        (good | {"boss": good}, Employee),
        ({"name": "B", "boss": None, "salary": 1.5}, Employee),
        ([], Person),
    ):
        problems = list(check(document, kind))
        print(kind.__name__, "ok" if not problems else "")
        for problem in problems:
            print("  ", problem)
    print(
        sorted(Person.__required_keys__),
        sorted(Employee.__optional_keys__),
        sorted(Person.__readonly_keys__),
        Employee.__total__,
    )
    print(get_type_hints(Address), get_type_hints(Address, include_extras=True)["zip"])
    print(Person(name="x") == {"name": "x"}, Literal["a", "b"] == Literal["b", "a"], Union[int, str], int | None)


if __name__ == "__main__":
    main()
