"""Save objects with pickle in every protocol, custom reduce, shelve and dbm, copyreg, a restricted unpickler."""

import copy
import dbm.dumb
import dbm.sqlite3
import io
import pickle
import pickletools
import shelve
from collections import OrderedDict, namedtuple
from datetime import date
from decimal import Decimal
from enum import Enum

Point = namedtuple("Point", "x y")


class Colour(Enum):
    RED = 1


class Session:
    def __init__(self, user):
        self.user, self.connection = user, open("/dev/null")

    def __getstate__(self):
        return {"user": self.user}

    def __setstate__(self, state):
        self.user, self.connection = state["user"], "reopened"


class Version:
    def __init__(self, major, minor):
        self.major, self.minor = major, minor

    def __reduce__(self):
        return Version, (self.major, self.minor)

    def __repr__(self):
        return f"v{self.major}.{self.minor}"


class Restricted(pickle.Unpickler):
    def find_class(self, module, name):
        if (module, name) in {("collections", "OrderedDict"), ("datetime", "date")}:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is not allowed")


class Evil:
    def __reduce__(self):
        return print, ("this must not run",)


def main():
    data = {
        "n": [1, 2.5, None, True, 10**30],
        "s": "\u00e9\U0001f600",
        "b": b"\0\xff",
        "t": (1, (2,)),
        "f": frozenset({1}),
        "p": Point(1, 2),
        "d": date(2025, 1, 2),
        "e": Colour.RED,
        "v": Version(3, 14),
        "m": Decimal("1.10"),
        "x": 3 + 4j,
        "fn": len,
        "r": range(5),
        "ba": bytearray(b"z"),
        "od": OrderedDict(a=1),
    }
    data["self"] = data
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        blob = pickle.dumps(data, protocol)
        back = pickle.loads(blob)
        print(
            protocol,
            back["self"] is back,
            back["p"],
            back["e"] is Colour.RED,
            back["v"],
            back["fn"] is len,
            back["n"] == data["n"],
            blob[:2],
        )
    print(pickle.dumps([1, "a", {"k": (None, 2.5)}], 5).hex(), pickle.loads(pickle.dumps(Session("ann"))).__dict__)
    shared = []
    first, second = pickle.loads(pickle.dumps([shared, shared]))
    print(first is second, pickle.dumps("x", 0), copy.deepcopy({"k": [Point(1, [2])]}))
    out = io.StringIO()
    pickletools.dis(pickletools.optimize(pickle.dumps((1, "two"), 2)), out)
    print(out.getvalue().rstrip())
    print(Restricted(io.BytesIO(pickle.dumps(OrderedDict(a=date(2025, 1, 1))))).load())
    for attempt in (
        lambda: Restricted(io.BytesIO(pickle.dumps(Evil()))).load(),
        lambda: pickle.dumps(lambda: 0),
        lambda: pickle.loads(b"garbage"),
        lambda: pickle.loads(pickle.dumps([1])[:-1]),
        lambda: pickle.dumps(open("/dev/null")),
        lambda: pickle.loads(b""),
        lambda: pickle.dumps(x for x in "a"),
    ):
        try:
            attempt()
        except (pickle.PickleError, EOFError, TypeError, AttributeError) as error:
            print(type(error).__name__, str(error).partition(" at 0x")[0])

    with shelve.open("shelf", writeback=True) as shelf:
        shelf["list"] = [1]
        shelf["list"].append(2)
        shelf["point"] = Point(3, 4)
    with shelve.open("shelf") as shelf:
        print(sorted(shelf), shelf["list"], shelf["point"], "nope" in shelf, shelf.get("nope", 0))
        del shelf["list"]
        print(len(shelf))
    for module in (dbm.dumb, dbm.sqlite3):
        name = module.__name__.replace(".", "_")
        with module.open(name, "c") as database:
            database["key"] = "value"
            database[b"\x00\xff"] = b"\x01" * 5
            database["key"] = "other"
        with module.open(name, "r") as database:
            print(module.__name__, sorted(database.keys()), database["key"], database.get("none", b"default"))
            try:
                database["x"] = "y"
            except module.error as error:
                print("   read only:", error)
            try:
                database["missing"]
            except KeyError as error:
                print("   KeyError", error)


if __name__ == "__main__":
    main()
