"""Every function of itertools, each doing something useful."""

import itertools as it
import operator
from string import ascii_lowercase


def sliding(iterable, size):
    window = list(it.islice(iterable := iter(iterable), size - 1))
    for item in iterable:
        window = [*window[1 - size :], item] if size > 1 else [item]
        yield tuple(window)


def round_robin(*iterables):
    iterators = [iter(i) for i in iterables]
    while iterators:
        alive = []
        for iterator in iterators:
            for item in iterator:
                yield item
                alive.append(iterator)
                break
        iterators = alive


def powerset(items):
    return it.chain.from_iterable(it.combinations(items, n) for n in range(len(items) + 1))


def main():
    print(list(it.islice(it.count(10, 2.5), 4)), list(it.islice(it.cycle("AB"), 5)), list(it.repeat("x", 3)))
    print(list(it.accumulate([3, 1, 4, 1, 5], max)), list(it.accumulate(range(1, 6), operator.mul, initial=1)))
    print([list(batch) for batch in it.batched(ascii_lowercase[:8], 3)], list(it.pairwise("abcd")))
    print(list(it.chain("ab", [1], range(2))), list(it.compress("ABCDEF", [1, 0, 1, 0, 1])))
    print(
        list(it.dropwhile(lambda x: x < 3, [1, 2, 3, 1])),
        list(it.takewhile(str.isdigit, "12a3")),
        list(it.filterfalse(None, [0, 1, "", "a"])),
    )
    print(
        [(k, len(list(g))) for k, g in it.groupby("aaabccd")],
        [(k, [*g]) for k, g in it.groupby(range(8), key=lambda n: n // 3)],
    )
    print(
        list(it.islice("abcdefgh", 1, None, 3)),
        list(it.starmap(pow, [(2, 5), (3, 2)])),
        list(it.zip_longest("ab", "xyz", fillvalue="-")),
    )
    print(list(it.product("ab", [0, 1])), len(list(it.product(range(2), repeat=5))))
    print(
        ["".join(p) for p in it.permutations("abc", 2)],
        list(it.combinations([1, 2, 3, 4], 3)),
        list(it.combinations_with_replacement("xy", 2)),
    )
    a, b, c = it.tee(iter(range(4)), 3)
    print(next(a), list(b), list(a), sum(c))
    print(list(sliding("abcde", 3)), "".join(round_robin("ABC", "D", "EF")), list(powerset("xyz")))
    primes = (n for n in it.count(2) if all(n % d for d in range(2, int(n**0.5) + 1)))
    print(list(it.takewhile(lambda p: p < 60, primes)))
    schedule = it.cycle(["red", "green", "blue"])
    print(dict(zip("abcde", schedule)), next(schedule))
    pythagorean = [(x, y, z) for x, y, z in it.combinations(range(1, 26), 3) if x * x + y * y == z * z]
    print(pythagorean)
    matrix = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    diagonal = [[matrix[i][k - i] for i in range(3) if 0 <= k - i < 3] for k in range(5)]
    print(list(it.chain(*matrix)), diagonal, list(map(sum, zip(*matrix))))
    for attempt in (
        lambda: list(it.batched("abc", 2, strict=True)),
        lambda: it.islice("a", -1),
        lambda: list(it.combinations("a", -1)),
        lambda: it.batched("a", 0),
        lambda: it.count("a"),
    ):
        try:
            attempt()
        except (ValueError, TypeError) as error:
            print(type(error).__name__, error)
    print(repr(it.count(5)), repr(it.repeat(1, 2)), it.count(5) == it.count(5), operator.length_hint(it.repeat(0, 9)))


if __name__ == "__main__":
    main()
