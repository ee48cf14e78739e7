"""A key-value service with expiry and eviction, driven by a line protocol on standard input; LRU, LFU and TTL by hand."""

from __future__ import annotations

import shlex
import sys
from abc import ABC, abstractmethod
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush


class Node:
    __slots__ = ("key", "before", "after")

    def __init__(self, key=None):
        self.key, self.before, self.after = key, self, self


class LinkedOrder:
    """A doubly linked list with a dict: constant time to move and to find the oldest."""

    def __init__(self):
        self.root, self.nodes = Node(), {}

    def _unlink(self, node):
        node.before.after, node.after.before = node.after, node.before

    def touch(self, key):
        node = self.nodes.get(key)
        if node is None:
            node = self.nodes[key] = Node(key)
        else:
            self._unlink(node)
        last = self.root.before
        last.after = self.root.before = node
        node.before, node.after = last, self.root

    def forget(self, key):
        if node := self.nodes.pop(key, None):
            self._unlink(node)

    def oldest(self):
        return self.root.after.key

    def __iter__(self) -> Iterator:
        node = self.root.after
        while node is not self.root:
            yield node.key
            node = node.after


class Policy(ABC):
    known: dict[str, type[Policy]] = {}

    def __init_subclass__(cls):
        Policy.known[cls.__name__.lower()] = cls

    @abstractmethod
    def touch(self, key: str) -> None: ...

    @abstractmethod
    def forget(self, key: str) -> None: ...

    @abstractmethod
    def victim(self) -> str: ...


class Lru(Policy):
    def __init__(self):
        self.order = LinkedOrder()

    def touch(self, key):
        self.order.touch(key)

    def forget(self, key):
        self.order.forget(key)

    def victim(self):
        return self.order.oldest()


class Lfu(Policy):
    def __init__(self):
        self.counts, self.buckets = {}, defaultdict(OrderedDict)

    def touch(self, key):
        count = self.counts.get(key, 0)
        self.buckets[count].pop(key, None)
        if not self.buckets[count]:
            del self.buckets[count]
        self.counts[key] = count + 1
        self.buckets[count + 1][key] = None

    def forget(self, key):
        if (count := self.counts.pop(key, None)) is not None:
            del self.buckets[count][key]
            if not self.buckets[count]:
                del self.buckets[count]

    def victim(self):
        return next(iter(self.buckets[min(self.buckets)]))


class Fifo(Policy):
    def __init__(self):
        self.order = {}

    def touch(self, key):
        self.order.setdefault(key)

    def forget(self, key):
        self.order.pop(key, None)

    def victim(self):
        return next(iter(self.order))


@dataclass
class Entry:
    value: str
    expires: float | None = None
    version: int = 0


@dataclass
class Statistics:
    hits: int = 0
    misses: int = 0
    evicted: int = 0
    expired: int = 0

    def __str__(self):
        rate = self.hits / (self.hits + self.misses) if self.hits + self.misses else 0
        return f"hits={self.hits} misses={self.misses} rate={rate:.2%} evicted={self.evicted} expired={self.expired}"


@dataclass
class Cache:
    capacity: int
    policy: Policy
    clock: Callable[[], float]
    entries: dict[str, Entry] = field(default_factory=dict)
    deadlines: list[tuple[float, str]] = field(default_factory=list)
    statistics: Statistics = field(default_factory=Statistics)
    on_evict: list[Callable[[str, str], None]] = field(default_factory=list)
    changes: int = 0

    def expire(self):
        while self.deadlines and self.deadlines[0][0] <= self.clock():
            when, key = heappop(self.deadlines)
            if (entry := self.entries.get(key)) and entry.expires == when:
                self.remove(key)
                self.statistics.expired += 1

    def get(self, key: str) -> str | None:
        self.expire()
        entry = self.entries.get(key)
        if entry is None:
            self.statistics.misses += 1
            return None
        self.statistics.hits += 1
        self.policy.touch(key)
        return entry.value

    def set(self, key: str, value: str, seconds: float | None = None) -> int:
        self.expire()
        while key not in self.entries and len(self.entries) >= self.capacity:
            victim = self.policy.victim()
            old = self.remove(victim)
            self.statistics.evicted += 1
            for listener in self.on_evict:
                listener(victim, old.value)
        self.changes += 1
        expires = self.clock() + seconds if seconds is not None else None
        self.entries[key] = Entry(value, expires, self.changes)
        if expires is not None:
            heappush(self.deadlines, (expires, key))
        self.policy.touch(key)
        return self.changes

    def remove(self, key: str) -> Entry | None:
        self.policy.forget(key)
        return self.entries.pop(key, None)


class ProtocolError(Exception):
    pass


class Service:
    def __init__(self):
        self.now, self.log = 0.0, []
        self.make("lru", 3)

    def make(self, policy: str, capacity: int):
        if policy not in Policy.known:
            raise ProtocolError(f"no policy {policy}, try {', '.join(sorted(Policy.known))}")
        self.cache = Cache(capacity, Policy.known[policy](), lambda: self.now)
        self.cache.on_evict.append(lambda key, value: self.log.append(key))

    def handle(self, line: str) -> str:
        match shlex.split(line):
            case []:
                return ""
            case ["cache", policy, capacity]:
                self.make(policy, int(capacity))
                return f"OK {policy} {capacity}"
            case ["get", *keys] if keys:
                return " ".join(f"{k}={v}" if (v := self.cache.get(k)) is not None else f"{k}?" for k in keys)
            case ["set", key, value]:
                return f"OK {self.cache.set(key, value)}"
            case ["set", key, value, "ex", seconds]:
                return f"OK {self.cache.set(key, value, float(seconds))}"
            case ["incr", key]:
                value = int(self.cache.get(key) or 0) + 1
                self.cache.set(key, str(value))
                return str(value)
            case ["cas", key, version, value]:
                entry = self.cache.entries.get(key)
                if entry is None or entry.version != int(version):
                    return f"STALE {entry.version if entry else '-'}"
                return f"OK {self.cache.set(key, value)}"
            case ["del", key]:
                return "OK" if self.cache.remove(key) else "none"
            case ["sleep", seconds]:
                self.now += float(seconds)
                return f"t={self.now:g}"
            case ["keys", *pattern]:
                self.cache.expire()
                return (
                    " ".join(sorted(k for k in self.cache.entries if not pattern or k.startswith(pattern[0])))
                    or "(empty)"
                )
            case ["stats"]:
                return str(self.cache.statistics)
            case ["evicted"]:
                gone, self.log = self.log, []
                return " ".join(gone) or "(none)"
            case [verb, *_]:
                raise ProtocolError(f"cannot {verb}")


def compare_policies():
    import random

    generator = random.Random(31)
    requests = (
        [f"k{min(int(generator.paretovariate(0.8)), 60)}" for _ in range(1500)]
        + [f"scan{n}" for n in range(40)]
        + [f"k{n % 9}" for n in range(200)]
    )
    for name in sorted(Policy.known):
        cache = Cache(12, Policy.known[name](), lambda: 0.0)
        for key in requests:
            if cache.get(key) is None:
                cache.set(key, key.upper())
        print(f"{name}: {cache.statistics}")


def main():
    service = Service()
    for line in sys.stdin:
        line = line.strip()
        try:
            print(f"{line:<24} {service.handle(line)}".rstrip())
        except (ProtocolError, ValueError) as error:
            print(f"{line:<24} ERROR {error}")
    compare_policies()


if __name__ == "__main__":
    main()
