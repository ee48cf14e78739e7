"""A vending machine: coins, change with what is there, stock, and a log of events."""

from collections import Counter
from dataclasses import dataclass, field

COINS = (200, 100, 50, 20, 10, 5)


class MachineError(Exception):
    pass


class NoChange(MachineError):
    pass


@dataclass
class Slot:
    name: str
    price: int
    stock: int


def make_change(amount: int, till: Counter) -> Counter:
    """The fewest coins from the till, by dynamic programming: greedy fails with a limited till."""
    best: dict[int, Counter] = {0: Counter()}
    for coin in COINS:
        for _ in range(till[coin]):
            for total, coins in sorted(best.items(), reverse=True):
                bigger = total + coin
                if bigger <= amount and (bigger not in best or best[bigger].total() > coins.total() + 1):
                    best[bigger] = coins + Counter({coin: 1})
    if amount not in best:
        raise NoChange(f"cannot give {amount}")
    return best[amount]


@dataclass
class Machine:
    slots: dict[str, Slot]
    till: Counter = field(default_factory=Counter)
    inserted: Counter = field(default_factory=Counter)
    log: list[str] = field(default_factory=list)

    @property
    def credit(self) -> int:
        return sum(coin * n for coin, n in self.inserted.items())

    def insert(self, coin: int) -> int:
        if coin not in COINS:
            raise MachineError(f"coin of {coin} rejected")
        self.inserted[coin] += 1
        return self.credit

    def cancel(self) -> list[int]:
        coins = sorted(self.inserted.elements(), reverse=True)
        self.inserted.clear()
        return coins

    def buy(self, code: str) -> list[int]:
        slot = self.slots.get(code)
        if slot is None:
            raise MachineError(f"no slot {code}")
        if not slot.stock:
            raise MachineError(f"{slot.name} is sold out")
        if self.credit < slot.price:
            raise MachineError(f"{slot.name} costs {slot.price}, credit is {self.credit}")
        till = self.till + self.inserted
        change = make_change(self.credit - slot.price, till)
        self.till = till - change
        self.inserted.clear()
        slot.stock -= 1
        self.log.append(f"{slot.name}@{slot.price}")
        return sorted(change.elements(), reverse=True)


def main():
    machine = Machine(
        {"A1": Slot("water", 90, 2), "A2": Slot("chips", 165, 1), "B1": Slot("gum", 35, 5)},
        Counter({50: 1, 20: 3, 5: 1}),
    )
    script = [
        ("insert", 100),
        ("buy", "A1"),
        ("insert", 100),
        ("insert", 2),
        ("buy", "A1"),
        ("buy", "A2"),
        ("insert", 200),
        ("buy", "A2"),
        ("insert", 200),
        ("buy", "A2"),
        ("buy", "A1"),
        ("cancel",),
        ("insert", 50),
        ("insert", 50),
        ("buy", "B1"),
        ("buy", "C9"),
        ("cancel",),
    ]
    for action, *arguments in script:
        try:
            result = getattr(machine, action)(*arguments)
            print(f"{action:<7}{str(*arguments):<5} -> {result}")
        except MachineError as error:
            print(f"{action:<7}{str(*arguments):<5} ! {type(error).__name__}: {error}")
    print(
        "till:",
        dict(sorted(machine.till.items())),
        "stock:",
        {code: slot.stock for code, slot in machine.slots.items()},
    )
    print("log:", machine.log)
    print(make_change(60, Counter({50: 1, 20: 3})), make_change(0, Counter()))


if __name__ == "__main__":
    main()
