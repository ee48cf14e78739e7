"""A bank with accounts of several kinds, driven by lines of standard input."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from decimal import Decimal, InvalidOperation


class BankError(Exception):
    pass


class Account(ABC):
    kinds: dict[str, type[Account]] = {}

    def __init_subclass__(cls):
        Account.kinds[cls.__name__.lower()] = cls

    def __init__(self, owner: str):
        self.owner, self.balance, self.history = owner, Decimal(0), []

    def deposit(self, amount: Decimal) -> None:
        if amount <= 0:
            raise BankError("amount must be positive")
        self.balance += amount
        self.history.append(("+", amount))

    def withdraw(self, amount: Decimal) -> None:
        if amount > self.available:
            raise BankError(f"{self.owner} can take at most {self.available:.2f}")
        self.balance -= amount
        self.history.append(("-", amount))

    @property
    @abstractmethod
    def available(self) -> Decimal: ...

    def end_of_month(self) -> str:
        return "nothing to do"


class Current(Account):
    overdraft = Decimal(100)

    @property
    def available(self):
        return self.balance + self.overdraft

    def end_of_month(self):
        if self.balance < 0:
            fee = (-self.balance * Decimal("0.1")).quantize(Decimal("0.01"))
            self.balance -= fee
            return f"fee {fee}"
        return super().end_of_month()


class Savings(Account):
    rate = Decimal("0.02")

    @property
    def available(self):
        return self.balance

    def end_of_month(self):
        interest = round(self.balance * self.rate / 12, 2)
        if interest:
            self.deposit(interest)
        return f"interest {interest}"


class Bank:
    def __init__(self):
        self.accounts: dict[str, Account] = {}

    def find(self, owner: str) -> Account:
        try:
            return self.accounts[owner]
        except KeyError:
            raise BankError(f"no account of {owner}") from None

    def execute(self, line: str) -> str:
        match line.split():
            case ["open", kind, owner]:
                if owner in self.accounts:
                    raise BankError(f"{owner} has one already")
                if kind not in Account.kinds:
                    raise BankError(f"{kind}? Try one of {', '.join(sorted(Account.kinds))}")
                self.accounts[owner] = Account.kinds[kind](owner)
                return f"{kind} account for {owner}"
            case ["deposit" | "withdraw" as action, owner, amount]:
                getattr(self.find(owner), action)(Decimal(amount))
                return f"{owner}: {self.find(owner).balance:.2f}"
            case ["transfer", source, target, amount]:
                receiver = self.find(target)
                self.find(source).withdraw(Decimal(amount))
                receiver.deposit(Decimal(amount))
                return f"{source} -> {target}: {Decimal(amount):.2f}"
            case ["month"]:
                return "; ".join(f"{a.owner}: {a.end_of_month()}" for a in self.accounts.values())
            case ["history", owner]:
                return " ".join(f"{sign}{amount}" for sign, amount in self.find(owner).history) or "empty"
            case _:
                raise BankError(f"what is {line!r}?")


def main():
    bank, errors = Bank(), 0
    for number, line in enumerate(sys.stdin, 1):
        try:
            print(f"{number:>2} {bank.execute(line.strip())}")
        except BankError as error:
            errors += 1
            print(f"{number:>2} ! {error}")
        except InvalidOperation:
            errors += 1
            print(f"{number:>2} ! not a number")
    print("total:", sum(a.balance for a in bank.accounts.values()), "errors:", errors)


if __name__ == "__main__":
    main()
