"""An endless lazy stream class with memoised tails; Hamming numbers, primes, and Collatz."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from itertools import islice, takewhile


class Stream:
    """head, and a tail that is computed once, when it is needed."""

    forced = 0

    def __init__(self, head, tail: Callable[[], Stream]):
        self.head, self._tail, self._value = head, tail, None

    @property
    def tail(self) -> Stream:
        if self._value is None:
            Stream.forced += 1
            self._value, self._tail = self._tail(), None
        return self._value

    def __iter__(self) -> Iterator:
        stream = self
        while True:
            yield stream.head
            stream = stream.tail

    def map(self, function):
        return Stream(function(self.head), lambda: self.tail.map(function))

    def filter(self, predicate):
        stream = self
        while not predicate(stream.head):
            stream = stream.tail
        return Stream(stream.head, lambda: stream.tail.filter(predicate))

    def merge(self, other):
        if self.head < other.head:
            return Stream(self.head, lambda: self.tail.merge(other))
        if other.head < self.head:
            return Stream(other.head, lambda: self.merge(other.tail))
        return Stream(self.head, lambda: self.tail.merge(other.tail))

    def zip_with(self, function, other):
        return Stream(function(self.head, other.head), lambda: self.tail.zip_with(function, other.tail))

    def take(self, n):
        return list(islice(self, n))


def integers(n: int) -> Stream:
    return Stream(n, lambda: integers(n + 1))


def sieve(stream: Stream) -> Stream:
    return Stream(stream.head, lambda: sieve(stream.tail.filter(lambda n: n % stream.head)))


def hamming() -> Stream:
    def scaled(k):
        return result.map(lambda n: n * k)
    result = Stream(1, lambda: scaled(2).merge(scaled(3)).merge(scaled(5)))
    return result


def fibonacci() -> Stream:
    result = Stream(0, lambda: Stream(1, lambda: result.zip_with(lambda a, b: a + b, result.tail)))
    return result


def collatz(n):
    while True:
        yield n
        if n == 1:
            return
        n = 3 * n + 1 if n % 2 else n // 2


def main():
    print(hamming().take(20), fibonacci().take(15), sieve(integers(2)).take(15))
    before = Stream.forced
    evens = integers(0).filter(lambda n: n % 2 == 0)
    print(evens.take(5), Stream.forced - before)
    before = Stream.forced
    print(evens.take(5), "forced again:", Stream.forced - before)
    print(list(takewhile(lambda n: n < 40, fibonacci())), list(collatz(7)))
    print(max(range(1, 1000), key=lambda n: sum(1 for _ in collatz(n))))
    print(list(heapq.merge([1, 4, 7], [2, 4, 8], reverse=False)), list(islice(heapq.merge(hamming(), integers(3)), 12)))
    triangle = [1]
    for _ in range(6):
        print(" ".join(map(str, triangle)).center(20).rstrip())
        triangle = [1, *(a + b for a, b in zip(triangle, triangle[1:])), 1]
    chunks = iter(lambda it=iter("streaming"): "".join(islice(it, 4)), "")
    print(list(chunks), next(iter([]), "default"))


if __name__ == "__main__":
    main()
