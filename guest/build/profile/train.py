"""Ordinary Python for the profile to learn from, beside CPython's own tests.

The tests visit every corner once; programs spend their time in a few of them: attribute access, calls, loops over
ints and floats, dicts and strings, comprehensions, generators. None of this is taken from bench/: a profile trained
on the benchmark would only prove itself.
"""

import collections
import dataclasses
import functools
import io
import itertools
import json
import math
import random
import re
import string
import sys


@dataclasses.dataclass
class Account:
    owner: str
    balance: float = 0.0
    history: list = dataclasses.field(default_factory=list)

    def deposit(self, amount):
        if amount <= 0:
            raise ValueError(f"not an amount: {amount}")
        self.balance += amount
        self.history.append(("deposit", amount))

    @property
    def rich(self):
        return self.balance > 1000


class Node:
    __slots__ = ("key", "left", "right")

    def __init__(self, key):
        self.key, self.left, self.right = key, None, None

    def insert(self, key):
        side = "left" if key < self.key else "right"
        child = getattr(self, side)
        if child is None:
            setattr(self, side, Node(key))
        else:
            child.insert(key)

    def __iter__(self):
        if self.left:
            yield from self.left
        yield self.key
        if self.right:
            yield from self.right


class Shape:
    def area(self):
        raise NotImplementedError


class Circle(Shape):
    def __init__(self, radius):
        self.radius = radius

    def area(self):
        return math.pi * self.radius ** 2


class Box(Shape):
    def __init__(self, width, height):
        super().__init__()
        self.width, self.height = width, height

    def area(self):
        return self.width * self.height

    def __lt__(self, other):
        return self.area() < other.area()


def objects(rng):
    accounts = [Account(f"owner {i}") for i in range(200)]
    for _ in range(20000):
        account = accounts[rng.randrange(len(accounts))]
        try:
            account.deposit(rng.uniform(-1, 50))
        except ValueError:
            pass
    total = sum(a.balance for a in accounts if not a.rich)
    shapes = [Circle(rng.random()) if i % 2 else Box(rng.random(), rng.random()) for i in range(5000)]
    total += sum(s.area() for s in shapes)
    return total, sorted(s for s in shapes if isinstance(s, Box))[0].area()


def trees(rng):
    root = Node(0.5)
    for _ in range(8000):
        root.insert(rng.random())
    return sum(root)


def numbers():
    primes = [n for n in range(2, 6000) if all(n % d for d in range(2, math.isqrt(n) + 1))]
    matrix = [[float(i * j % 7) for j in range(40)] for i in range(40)]
    product = [[sum(a * b for a, b in zip(row, column)) for column in zip(*matrix)] for row in matrix]
    x, steps = 27, 0
    for start in range(1, 4000):
        x = start
        while x != 1:
            x = x // 2 if x % 2 == 0 else 3 * x + 1
            steps += 1
    a, b = 0, 1
    for _ in range(2000):
        a, b = b, a + b
    angle = sum(math.sin(i * 0.01) * math.exp(-i / 5000) for i in range(30000))
    return len(primes), product[3][4], steps, len(str(b)), angle


def text(rng):
    words = ["".join(rng.choices(string.ascii_lowercase, k=rng.randint(2, 9))) for _ in range(3000)]
    page = " ".join(words)
    counts = collections.Counter(page.split())
    grouped = collections.defaultdict(list)
    for word in words:
        grouped[word[0]].append(word.upper().replace("A", "\u00e4").strip())
    lines = [f"{word:<12}|{count:>5}|{count / len(words):8.4%}" for word, count in counts.most_common(500)]
    out = io.StringIO()
    for line in lines:
        print(line, file=out)
    found = re.findall(r"\b(\w)(\w+)\1\b", page)
    cleaned = re.sub(r"[aeiou]+", lambda m: m.group().upper(), page)
    date = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)$")
    dates = [date.match(f"20{i % 90:02}-0{i % 9}-1{i % 9}T12:3{i % 9}") for i in range(3000)]
    encoded = page.encode().hex().encode()
    matched = sum(found is not None for found in dates)
    return len(out.getvalue()), len(found), len(cleaned), matched, len(encoded), "".join(reversed(page))[:3]


def data(rng):
    rows = [{"id": i, "name": f"item {i}", "price": rng.random() * 100, "tags": ["a", "b"], "ok": i % 3 == 0,
             "none": None} for i in range(1500)]
    dumped = json.dumps(rows)
    loaded = json.loads(dumped)
    pretty = json.dumps(loaded[:100], indent=2, sort_keys=True)
    by_name = {row["name"]: row for row in loaded}
    picked = [by_name[f"item {rng.randrange(1500)}"]["price"] for _ in range(20000)]
    ordered = sorted(loaded, key=lambda row: (row["ok"], -row["price"]))
    unique = {round(price) for price in picked} - set(range(10))
    pairs = {(i % 50, i % 70): i for i in range(10000)}
    grid = [[0] * 60 for _ in range(60)]
    for (x, y), value in pairs.items():
        grid[x % 60][y % 60] += value & 7
    return len(pretty), ordered[0]["id"], len(unique), sum(map(sum, grid))


@functools.lru_cache(maxsize=None)
def paths(width, height):
    return 1 if not width or not height else paths(width - 1, height) + paths(width, height - 1)


def recursion():
    def fib(n):
        return n if n < 2 else fib(n - 1) + fib(n - 2)

    def permute(items):
        if len(items) <= 1:
            return [items]
        return [[item, *rest] for i, item in enumerate(items) for rest in permute(items[:i] + items[i + 1:])]

    def hanoi(n, a, b, c):
        return 0 if n == 0 else hanoi(n - 1, a, c, b) + 1 + hanoi(n - 1, c, b, a)

    return fib(20), len(permute(list(range(6)))), hanoi(12, "a", "b", "c"), paths(30, 30)


def streams(rng):
    def numbers_from(n):
        while True:
            yield n
            n += 1

    evens = (n * n for n in numbers_from(1) if n % 2 == 0)
    first = list(itertools.islice(evens, 5000))
    queue = collections.deque(range(300))
    for _ in range(20000):
        queue.append(queue.popleft() ^ 5)
    chained = sum(1 for a, b in itertools.product(range(100), range(100)) if a * b % 7 == 1)
    values = [rng.gauss(0, 1) for _ in range(5000)]
    values.sort()
    return first[-1], queue[0], chained, values[2500], max(map(abs, values)), list(zip(values, range(3)))


def main(rounds):
    for number in range(rounds):
        rng = random.Random(number)
        objects(rng), trees(rng), numbers(), text(rng), data(rng), recursion(), streams(rng)


if __name__ == "__main__":
    main(int(sys.argv[1]))
