"""Metaclasses: a plug-in registry, singletons, ordered fields, and __prepare__ with overloads."""


class Registry(type):
    plugins: dict[str, type] = {}

    def __new__(meta, name, bases, namespace, *, abstract=False, **options):
        cls = super().__new__(meta, name, bases, namespace)
        cls.options = {**getattr(cls, "options", {}), **options}
        if not abstract:
            meta.plugins[name.lower()] = cls
        return cls

    def __init__(cls, name, bases, namespace, **options):
        super().__init__(name, bases, namespace)

    def __call__(cls, *args, **kwargs):
        instance = super().__call__(*args, **kwargs)
        instance.created_by = "registry"
        return instance

    def __iter__(cls):
        return iter(sorted(cls.options))

    def __contains__(cls, key):
        return key in cls.options

    def __repr__(cls):
        return f"<plugin {cls.__name__}>"


class Plugin(metaclass=Registry, abstract=True, version=1):
    def run(self, text):
        raise NotImplementedError


class Upper(Plugin, priority=3):
    def run(self, text):
        return text.upper()


class Reverse(Upper, version=2):
    def run(self, text):
        return super().run(text)[::-1]


class Singleton(type):
    _instances: dict[type, object] = {}

    def __call__(cls, *args, **kwargs):
        if cls not in cls._instances:
            cls._instances[cls] = super().__call__(*args, **kwargs)
        return cls._instances[cls]


class Settings(metaclass=Singleton):
    def __init__(self, value=0):
        self.value = value


class OverloadDict(dict):
    def __setitem__(self, key, value):
        if callable(value) and key in self and not key.startswith("__"):
            earlier = self[key]
            variants = earlier.variants if hasattr(earlier, "variants") else [earlier]
            variants = [*variants, value]

            def dispatch(self, *args):
                for variant in variants:
                    kinds = list(variant.__annotations__.values())
                    if len(kinds) == len(args) and all(isinstance(a, k) for a, k in zip(args, kinds)):
                        return variant(self, *args)
                raise TypeError(f"no {key} for {[type(a).__name__ for a in args]}")

            dispatch.variants = variants
            value = dispatch
        super().__setitem__(key, value)


class Overloading(type):
    @classmethod
    def __prepare__(meta, name, bases):
        return OverloadDict()


class Printer(metaclass=Overloading):
    def show(self, x: int):
        return f"int {x}"

    def show(self, x: str):
        return f"str {x!r}"

    def show(self, x: int, y: int):
        return f"two ints {x} {y}"


def main():
    print(Registry.plugins, list(Reverse), "priority" in Reverse, Reverse.options, Plugin.options)
    for name, plugin in Registry.plugins.items():
        instance = plugin()
        print(name, instance.run("abc"), instance.created_by, type(plugin).__name__)
    print(Settings(5) is Settings(7), Settings().value)
    printer = Printer()
    print(printer.show(1), printer.show("a"), printer.show(1, 2))
    Dynamic = Registry("Dynamic", (Plugin,), {"run": lambda self, text: text * 2}, author="me")
    print(Dynamic, Dynamic().run("x"), Dynamic.options, isinstance(Dynamic, Registry))
    for attempt in (
        lambda: printer.show(1.5),
        lambda: type("Clash", (Plugin, Settings), {}),
        lambda: Plugin().run(""),
        lambda: type("X", (int, str), {}),
        lambda: type("Y", (Upper, Plugin, Upper), {}),
        lambda: type("Z", (bool,), {}),
    ):
        try:
            attempt()
        except (TypeError, NotImplementedError) as error:
            print(type(error).__name__, error)


if __name__ == "__main__":
    main()
