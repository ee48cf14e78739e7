"""Event sourcing in memory: a bus with priorities and wildcards, aggregates rebuilt from events, projections, sagas, replay."""

from __future__ import annotations

import fnmatch
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, fields
from functools import singledispatchmethod
from itertools import count
from typing import ClassVar


@dataclass(frozen=True, kw_only=True)
class Event:
    kinds: ClassVar[dict[str, type[Event]]] = {}
    stream: str
    number: int = 0

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        Event.kinds[cls.__name__] = cls

    def to_json(self) -> str:
        return json.dumps({"kind": type(self).__name__, **asdict(self)}, sort_keys=True)

    @staticmethod
    def from_json(text: str) -> Event:
        data = json.loads(text)
        kind = Event.kinds[data.pop("kind")]
        known = {f.name for f in fields(kind)}
        return kind(**{k: v for k, v in data.items() if k in known})


@dataclass(frozen=True, kw_only=True)
class Opened(Event):
    owner: str


@dataclass(frozen=True, kw_only=True)
class Deposited(Event):
    amount: int


@dataclass(frozen=True, kw_only=True)
class Withdrawn(Event):
    amount: int


@dataclass(frozen=True, kw_only=True)
class TransferStarted(Event):
    target: str
    amount: int


@dataclass(frozen=True, kw_only=True)
class TransferFinished(Event):
    success: bool
    reason: str = ""


class Conflict(Exception):
    pass


class Rejected(Exception):
    pass


class Stop(Exception):
    """Raised by a handler: no further handler sees the event."""


@dataclass(order=True)
class Subscription:
    priority: int
    number: int
    pattern: str = field(compare=False)
    handler: Callable[[Event], None] = field(compare=False)
    once: bool = field(default=False, compare=False)


class Bus:
    def __init__(self):
        self.subscriptions: list[Subscription] = []
        self.numbers, self.failures, self.depth = count(), [], 0

    def on(self, pattern: str, *, priority: int = 0, once: bool = False):
        def subscribe(handler):
            self.subscriptions.append(Subscription(-priority, next(self.numbers), pattern, handler, once))
            self.subscriptions.sort()
            return handler

        return subscribe

    def off(self, handler) -> int:
        before = len(self.subscriptions)
        self.subscriptions = [s for s in self.subscriptions if s.handler is not handler]
        return before - len(self.subscriptions)

    def publish(self, event: Event) -> int:
        topic, called = f"{event.stream}/{type(event).__name__}", 0
        if self.depth > 5:
            raise RecursionError(f"events cause each other without end at {topic}")
        self.depth += 1
        try:
            for subscription in list(self.subscriptions):
                if not fnmatch.fnmatchcase(topic, subscription.pattern):
                    continue
                if subscription.once:
                    self.subscriptions.remove(subscription)
                called += 1
                try:
                    subscription.handler(event)
                except Stop:
                    break
                except RecursionError:
                    raise
                except Exception as error:
                    self.failures.append((topic, repr(error)))
        finally:
            self.depth -= 1
        return called


class Store:
    def __init__(self, bus: Bus):
        self.bus, self.log, self.heads = bus, [], defaultdict(int)

    def append(self, event: Event, expected: int | None = None) -> Event:
        head = self.heads[event.stream]
        if expected is not None and expected != head:
            raise Conflict(f"{event.stream} is at {head}, not {expected}")
        stored = type(event)(**{**asdict(event), "number": head + 1})
        self.log.append(stored.to_json())
        self.heads[event.stream] = head + 1
        self.bus.publish(stored)
        return stored

    def read(self, pattern: str = "*") -> Iterator[Event]:
        return (event for event in map(Event.from_json, self.log) if fnmatch.fnmatchcase(event.stream, pattern))


class Account:
    def __init__(self, name: str):
        self.name, self.owner, self.balance, self.version = name, None, 0, 0

    @classmethod
    def load(cls, store: Store, name: str) -> Account:
        account = cls(f"account-{name}")
        for event in store.read(account.name):
            account.apply(event)
            account.version = event.number
        return account

    @singledispatchmethod
    def apply(self, event: Event):
        pass

    @apply.register
    def _(self, event: Opened):
        self.owner = event.owner

    @apply.register
    def _(self, event: Deposited):
        self.balance += event.amount

    @apply.register
    def _(self, event: Withdrawn):
        self.balance -= event.amount

    def open(self, owner):
        if self.owner:
            raise Rejected(f"{self.name} is open")
        return Opened(stream=self.name, owner=owner)

    def deposit(self, amount):
        if not self.owner:
            raise Rejected(f"{self.name} is not open")
        return Deposited(stream=self.name, amount=amount)

    def withdraw(self, amount):
        if amount > self.balance:
            raise Rejected(f"{self.name} has only {self.balance}")
        return Withdrawn(stream=self.name, amount=amount)


class Bank:
    def __init__(self):
        self.bus = Bus()
        self.store = Store(self.bus)
        self.transfers = count(1)
        self.totals: dict[str, int] = defaultdict(int)
        self.bus.on("*/Deposited", priority=10)(lambda e: self.project(e, e.amount))
        self.bus.on("*/Withdrawn", priority=10)(lambda e: self.project(e, -e.amount))
        self.bus.on("transfer-*/TransferStarted")(self.run_transfer)

    def project(self, event, change):
        self.totals[event.stream] += change

    def command(self, name: str, method: str, *arguments) -> str:
        account = Account.load(self.store, name)
        try:
            event = getattr(account, method)(*arguments)
            return str(self.store.append(event, account.version))
        except Rejected as error:
            return f"rejected: {error}"

    def transfer(self, source: str, target: str, amount: int) -> None:
        self.store.append(
            TransferStarted(stream=f"transfer-{next(self.transfers)}-{source}", target=target, amount=amount)
        )

    def run_transfer(self, event: TransferStarted) -> None:
        source = event.stream.rpartition("-")[2]
        first = self.command(source, "withdraw", event.amount)
        if first.startswith("rejected"):
            self.store.append(TransferFinished(stream=event.stream, success=False, reason=first))
            return
        second = self.command(event.target, "deposit", event.amount)
        if second.startswith("rejected"):
            self.command(source, "deposit", event.amount)
        self.store.append(
            TransferFinished(
                stream=event.stream,
                success=not second.startswith("rejected"),
                reason=second if second.startswith("rejected") else "",
            )
        )


def main():
    bank = Bank()
    trace = []

    @bank.bus.on("account-*/*", priority=-5)
    def record(event):
        trace.append(f"{type(event).__name__}:{event.stream.removeprefix('account-')}@{event.number}")

    @bank.bus.on("*/Opened", once=True)
    def welcome(event):
        trace.append(f"welcome {event.owner}")

    @bank.bus.on("*/Withdrawn", priority=20)
    def fails(event):
        if event.amount == 13:
            raise ValueError("unlucky")

    @bank.bus.on("account-zed/*", priority=99)
    def silence(event):
        raise Stop

    for line in (
        ("ann", "open", "Ann"),
        ("bob", "open", "Bob"),
        ("ann", "open", "Eve"),
        ("ann", "deposit", 100),
        ("ann", "withdraw", 13),
        ("bob", "withdraw", 1),
        ("cid", "deposit", 5),
        ("zed", "open", "Zed"),
    ):
        print(line, "->", bank.command(*line))
    for source, target, amount in (("ann", "bob", 30), ("ann", "bob", 500), ("ann", "nobody", 20)):
        bank.transfer(source, target, amount)
    for event in bank.store.read("transfer-*"):
        print(event)
    print(trace)
    print(dict(bank.totals), bank.bus.failures)
    print({name: (a.owner, a.balance, a.version) for name in ("ann", "bob") for a in [Account.load(bank.store, name)]})
    stale = Account.load(bank.store, "ann")
    bank.command("ann", "deposit", 1)
    try:
        bank.store.append(stale.deposit(5), stale.version)
    except Conflict as error:
        print("conflict:", error)
    replayed = Bank()
    for line in bank.store.log:
        if "Transfer" not in line:
            replayed.bus.publish(Event.from_json(line))
    print(
        "projection after replay is the same:",
        replayed.totals == bank.totals,
        len(bank.store.log),
        bank.bus.off(record),
        bank.bus.off(record),
    )
    print(bank.store.log[0], Event.from_json('{"kind": "Opened", "stream": "s", "owner": "o", "from_the_future": 1}'))

    @bank.bus.on("echo/*")
    def echo(event):
        bank.store.append(event)

    try:
        bank.store.append(Deposited(stream="echo", amount=1))
    except RecursionError as error:
        print(error)


if __name__ == "__main__":
    main()
