"""Descriptors: typed and bounded attributes, lazy values, and a look at the lookup order."""

import functools


class Typed:
    def __init__(self, kind, default=None):
        self.kind, self.default = kind, default

    def __set_name__(self, owner, name):
        self.name = name
        owner.__dict__.get("_fields", []).append(name)

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return instance.__dict__.get(self.name, self.default)

    def __set__(self, instance, value):
        if not isinstance(value, self.kind):
            raise TypeError(f"{self.name} must be {self.kind.__name__}, not {type(value).__name__}")
        self.check(value)
        instance.__dict__[self.name] = value

    def __delete__(self, instance):
        instance.__dict__.pop(self.name, None)

    def check(self, value):
        pass

    def __repr__(self):
        return f"<{type(self).__name__} {self.name}>"


class Bounded(Typed):
    def __init__(self, low, high, **options):
        super().__init__(int, **options)
        self.low, self.high = low, high

    def check(self, value):
        if not self.low <= value <= self.high:
            raise ValueError(f"{self.name}={value} is not in {self.low}..{self.high}")


class Matching(Typed):
    def __init__(self, predicate, message):
        super().__init__(str)
        self.predicate, self.message = predicate, message

    def check(self, value):
        if not self.predicate(value):
            raise ValueError(f"{self.name} {self.message}: {value!r}")


class Account:
    _fields = []
    owner = Matching(str.istitle, "must be capitalised")
    level = Bounded(1, 5, default=1)
    balance = Typed(float, default=0.0)

    def __init__(self, owner, **values):
        self.owner = owner
        for name, value in values.items():
            setattr(self, name, value)

    @functools.cached_property
    def report(self):
        print("   computing report")
        return f"{self.owner} has {self.balance:.2f}"

    @property
    def vip(self):
        """Whether the level is high."""
        return self.level >= 4

    @vip.setter
    def vip(self, value):
        self.level = 5 if value else 1

    @vip.deleter
    def vip(self):
        del self.level


class NonData:
    def __get__(self, instance, owner=None):
        return "from the descriptor"


class Lookup:
    shadowed = NonData()

    def __getattr__(self, name):
        return f"no {name}"


def main():
    account = Account("Ada", level=4, balance=10.5)
    print(Account._fields, account.__dict__, account.vip, Account.vip.__doc__)
    print(account.report, "|", account.report)
    account.balance = 99.0
    print(account.report)
    del account.report
    print(account.report)
    account.vip = False
    print(account.level, account.vip)
    account.vip = True
    del account.vip
    print(account.level, Account.level, Account.__dict__["owner"])
    for name, value in (("level", 9), ("level", "3"), ("balance", 1), ("owner", "ada"), ("report2", 1), ("vip2", 2)):
        try:
            setattr(account, name, value)
            print(name, "set")
        except (TypeError, ValueError, AttributeError) as error:
            print(type(error).__name__, error)
    lookup = Lookup()
    print(lookup.shadowed, lookup.other)
    lookup.shadowed = "from the instance"
    print(lookup.shadowed, Lookup.shadowed, Lookup.__getattribute__(lookup, "shadowed"))


if __name__ == "__main__":
    main()
