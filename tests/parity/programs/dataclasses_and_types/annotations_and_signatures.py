"""Deferred annotations of 3.14, signatures, and a small dependency injector built on them."""

import annotationlib
import inspect
from typing import get_type_hints


def greet(name: str, /, times: int = 1, *rest: float, loud: bool = False, **extra: object) -> "list[str]":
    """Greet someone."""
    return [name] * times


class Node:
    value: int
    next: Node | None = None
    unknown: NotDefinedAnywhere


class Database:
    def __init__(self):
        self.rows = ["row"]


class Mailer:
    def __init__(self, prefix: str = "to:"):
        self.prefix = prefix


class Service:
    def __init__(self, database: Database, mailer: Mailer, *, retries: int = 3):
        self.database, self.mailer, self.retries = database, mailer, retries


def inject(kind, seen=()):
    """Build an object by building what its constructor asks for."""
    if kind in seen:
        raise RecursionError(" -> ".join(k.__name__ for k in (*seen, kind)))
    arguments = {}
    for name, parameter in inspect.signature(kind).parameters.items():
        if parameter.default is not parameter.empty:
            continue
        if parameter.annotation is parameter.empty:
            raise TypeError(f"{kind.__name__}.{name} cannot be built")
        arguments[name] = inject(parameter.annotation, (*seen, kind))
    return kind(**arguments)


class Chicken:
    def __init__(self, egg: Egg):
        pass


class Egg:
    def __init__(self, chicken: Chicken):
        pass


class Mystery:
    def __init__(self, thing):
        pass


def main():
    signature = inspect.signature(greet)
    print(signature)
    for name, parameter in signature.parameters.items():
        print(
            f"   {name:<6}{parameter.kind.description:<24}{parameter.annotation!r} default={parameter.default if parameter.default is not parameter.empty else '-'}"
        )
    bound = signature.bind("Ann", 2, 1.5, loud=True, colour="red")
    bound.apply_defaults()
    print(bound.arguments, bound.args, bound.kwargs)
    print(
        get_type_hints(greet)["return"],
        greet.__annotations__["return"],
        inspect.getdoc(greet),
        greet.__defaults__,
        greet.__kwdefaults__,
    )
    print(annotationlib.get_annotations(Node, format=annotationlib.Format.STRING))
    forward = annotationlib.get_annotations(Node, format=annotationlib.Format.FORWARDREF)
    print(forward["value"], forward["next"], type(forward["unknown"]).__name__)
    service = inject(Service)
    print(type(service.database).__name__, service.mailer.prefix, service.retries)
    print(
        inspect.signature(Service),
        inspect.signature(lambda x, *, y=1: x),
        inspect.signature(len),
        inspect.signature(str.split),
    )
    new = signature.replace(
        parameters=list(signature.parameters.values())[:2], return_annotation=inspect.Signature.empty
    )
    print(new, inspect.getfullargspec(Service.__init__).kwonlyargs, inspect.isgeneratorfunction(greet), callable(Node))
    for attempt in (
        lambda: Node.__annotations__,
        lambda: inject(Chicken),
        lambda: inject(Mystery),
        lambda: signature.bind(),
        lambda: signature.bind("a", name="b", loud=1, times=2, x=3).kwargs,
        lambda: inspect.signature(3),
    ):
        try:
            print(attempt())
        except (NameError, RecursionError, TypeError) as error:
            print(type(error).__name__, error)


if __name__ == "__main__":
    main()
