"""Multiple inheritance done in a cooperative way: mixins, super() chains, the MRO, and what cannot be ordered."""

import json


class Base:
    def __init__(self, **kwargs):
        if kwargs:
            raise TypeError(f"unexpected {sorted(kwargs)}")
        self.log = ["Base"]

    def save(self):
        return ["Base.save"]


class Timestamped(Base):
    def __init__(self, *, created="2025-01-01", **kwargs):
        super().__init__(**kwargs)
        self.created = created
        self.log.append("Timestamped")

    def save(self):
        return ["stamp", *super().save()]


class Named(Base):
    def __init__(self, *, name, **kwargs):
        super().__init__(**kwargs)
        self.name = name
        self.log.append("Named")

    def save(self):
        return ["name", *super().save()]


class JsonMixin:
    def to_json(self):
        return json.dumps({k: v for k, v in vars(self).items() if not k.startswith("_")}, sort_keys=True)

    @classmethod
    def from_json(cls, text):
        data = json.loads(text)
        data.pop("log", None)
        return cls(**data)


class ReprMixin:
    def __repr__(self):
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in vars(self).items() if k != 'log')})"


class EqMixin:
    def __eq__(self, other):
        return type(self) is type(other) and vars(self) == vars(other)

    __hash__ = None


class Document(JsonMixin, ReprMixin, EqMixin, Named, Timestamped):
    def save(self):
        return ["document", *super().save()]


class Diamond(Timestamped, Named):
    pass


class Counter:
    total = 0

    def __init_subclass__(cls):
        Counter.total += 1
        cls.number = Counter.total

    def __class_getitem__(cls, item):
        return f"{cls.__name__}[{item}]"


class One(Counter):
    pass


class Two(One):
    pass


def main():
    document = Document(name="report")
    print(document, document.log, document.save())
    print(Diamond(name="d").log, Diamond(name="d").save())
    print([c.__name__ for c in Document.__mro__])
    print(document.to_json(), Document.from_json(document.to_json()) == document)
    print(One.number, Two.number, Counter.total, Two["x", 1], One.__subclasses__(), Base.__subclasses__())
    print(super(Named, document).save(), super(Document, document).save(), Timestamped.save(document))
    for attempt in (
        lambda: Document(),
        lambda: Document(name="x", colour=1),
        lambda: type("Bad", (Base, Named), {}),
        lambda: hash(document),
        lambda: super(One, document),
        lambda: document.missing,
        lambda: Document.save(),
    ):
        try:
            print(attempt())
        except (TypeError, AttributeError) as error:
            print(type(error).__name__, "|", str(error).replace("\n", " "))


if __name__ == "__main__":
    main()
