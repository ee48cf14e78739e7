"""list.sort and sorted: ints, floats, strings, tuples, key functions, own comparison, data that is nearly in order."""

import functools
import operator
import random

LOOPS = 32
CHECKSUM = 639089777

COUNT = 2000


class Version:
    __slots__ = ("major", "minor")

    def __init__(self, major, minor):
        self.major = major
        self.minor = minor

    def __lt__(self, other):
        if self.major != other.major:
            return self.major < other.major
        return self.minor < other.minor


def by_last_digits(a, b):
    return (a % 1000 > b % 1000) - (a % 1000 < b % 1000)


def run(n):
    rng = random.Random(99)
    check = 0
    for _ in range(n):
        ints = [rng.randrange(10**6) for _ in range(COUNT)]
        floats = [x / 7 for x in ints]
        words = [f"{x:06d}"[::-1] for x in ints]
        pairs = list(zip(words, ints))
        versions = [Version(x % 40, x) for x in ints[:COUNT // 4]]

        nearly = sorted(ints)
        for i in range(0, COUNT, 100):
            nearly[i] = ints[i]
        nearly.sort()
        floats.sort(reverse=True)
        words.sort()
        pairs.sort(key=operator.itemgetter(1))
        by_length = sorted(words, key=lambda word: (word.strip("0"), word))
        versions.sort()
        compared = sorted(ints[:COUNT // 4], key=functools.cmp_to_key(by_last_digits))

        for part in (nearly[5], int(floats[5]), int(words[5]), pairs[-5][1], int(by_length[-5]), versions[5].minor,
                     compared[5]):
            check = (check * 31 + part) % 1000000007
    return check
