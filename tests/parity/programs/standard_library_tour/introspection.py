"""inspect, types, sys and importlib: members, sources, frames, dynamic modules, signatures of built-ins."""

import importlib
import importlib.util
import inspect
import pkgutil
import sys
import types
from types import FunctionType, GenericAlias, ModuleType


class Base:
    """A base class."""

    attribute = 1

    def method(self, x: int = 0) -> int:
        """Do something."""
        return x

    @staticmethod
    def static(): ...

    @classmethod
    def create(cls): ...

    @property
    def prop(self): ...

    async def coroutine(self): ...

    def generator(self):
        yield


class Child(Base):
    def method(self, x=1):
        return super().method(x)


def caller_name():
    return inspect.currentframe().f_back.f_code.co_name


def somewhere():
    local = "value"
    frame = inspect.currentframe()
    return (
        caller_name(),
        sorted(frame.f_locals),
        frame.f_lineno - somewhere.__code__.co_firstlineno,
        [f.function for f in inspect.stack()][:2],
        local,
    )


class Finder:
    """Imports names that begin with virtual_ from thin air."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        return importlib.util.spec_from_loader(name, Finder) if name.startswith("virtual_") else None

    @staticmethod
    def create_module(spec):
        return None

    @staticmethod
    def exec_module(module):
        module.value = module.__name__.removeprefix("virtual_").upper()


def main():
    print(
        [name for name, _ in inspect.getmembers(Child) if not name.startswith("_")],
        inspect.getdoc(Child.method),
        inspect.getmro(Child)[1].__name__,
    )
    print(
        [
            (a.name, a.kind, a.defining_class.__name__)
            for a in inspect.classify_class_attrs(Child)
            if not a.name.startswith("_")
        ]
    )
    print(
        [
            f.__name__
            for f in (
                inspect.isfunction,
                inspect.ismethod,
                inspect.iscoroutinefunction,
                inspect.isgeneratorfunction,
                inspect.isbuiltin,
            )
            if f(Base().method)
        ],
        inspect.iscoroutinefunction(Base.coroutine),
        inspect.isgeneratorfunction(Base.generator),
    )
    print(
        somewhere(),
        inspect.getsource(caller_name),
        inspect.getsourcelines(Child)[0][0].strip(),
        inspect.cleandoc("  a\n    b\n"),
    )
    for function in (len, sorted, print, open, str.join, dict.get, int.__add__, isinstance, sum, range, type, max):
        try:
            print(f"{function.__name__}{inspect.signature(function)}", end=" ")
        except ValueError:
            print(f"{function.__name__}(?)", end=" ")
    print()
    module = ModuleType("made", "doc")
    exec("def hello(): return __name__\nx = 5", module.__dict__)
    sys.modules["made"] = module
    print(importlib.import_module("made").hello(), module.__doc__, [n for n in dir(module) if not n.startswith("__")])
    sys.meta_path.append(Finder)
    import virtual_thing

    print(
        virtual_thing.value,
        virtual_thing.__spec__.name,
        importlib.util.find_spec("virtual_x") is not None,
        importlib.util.find_spec("no_such_thing"),
    )
    print(
        "json" in {m.name for m in pkgutil.iter_modules()},
        pkgutil.resolve_name("os.path:join")("a", "b"),
        "sys" in sys.builtin_module_names,
        "argparse" in sys.stdlib_module_names,
    )
    clone = FunctionType((lambda n: n * K).__code__, {"K": 10}, "clone")
    print(
        clone(4),
        clone.__name__,
        types.new_class("Dyn", (Base,), {}, lambda ns: ns.update(y=2)).y,
        types.SimpleNamespace(a=1),
        types.MethodType(lambda self: self, 5)(),
        GenericAlias(list, int),
        types.DynamicClassAttribute.__name__,
    )
    print(
        type(lambda: 0),
        type(len),
        type([].append),
        type(int.real),
        type(Base.prop),
        type(Base().method),
        type(i for i in ()),
        type(...),
        type(NotImplemented),
        type(None),
        type(type),
        type(Base.__dict__),
    )
    print(
        callable(Base),
        hasattr(Base, "nope"),
        getattr(Base, "nope", "default"),
        vars(Base)["attribute"],
        issubclass(bool, int),
        Base.__module__,
        Child.method.__qualname__,
        dir(3)[-3:],
        Base.__dict__["static"].__func__.__name__,
    )
    before = sys.getrefcount(module)
    alias = module
    print(
        sys.getrefcount(module) - before,
        alias is module,
        sys.getrecursionlimit(),
        sys.byteorder,
        sys.implementation.name,
        sys.version_info[:2],
        sys.int_info.bits_per_digit,
        sys.getsizeof([]) > 0,
        sys.flags.optimize,
    )
    for attempt in (
        lambda: inspect.getsource(len),
        lambda: importlib.import_module(".x"),
        lambda: importlib.import_module("nope.deep"),
        lambda: inspect.signature(Base).bind(1),
        lambda: importlib.util.find_spec("json.nope.x"),
    ):
        try:
            attempt()
        except (TypeError, ImportError, OSError) as error:
            print(type(error).__name__, error)


if __name__ == "__main__":
    main()
