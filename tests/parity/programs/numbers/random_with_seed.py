"""Random numbers from integer, string and bytes seeds: the same ones everywhere."""

import random
from collections import Counter


def monte_carlo_pi(samples: int, generator: random.Random) -> float:
    inside = sum(generator.random() ** 2 + generator.random() ** 2 <= 1 for _ in range(samples))
    return 4 * inside / samples


def weighted_pick(generator, rounds=1000):
    return Counter(generator.choices(["common", "rare", "epic"], weights=[80, 15, 5], k=rounds))


def main():
    random.seed(12345)
    print([random.randint(1, 6) for _ in range(15)])
    print(random.random(), random.uniform(-1, 1), random.getrandbits(70), random.randbytes(6).hex())
    deck = [rank + suit for suit in "CDHS" for rank in "23456789TJQKA"]
    random.shuffle(deck)
    print(" ".join(deck[:13]))
    print(random.sample(range(10**9), 4), random.choice("abcdef"), random.sample(["a", "b"], k=3, counts=[2, 4]))
    generator = random.Random("a string seed")
    print(generator.randrange(0, 1000, 7), generator.random(), weighted_pick(generator))
    print(
        random.Random(b"bytes").random(),
        random.Random(-5).random() == random.Random(5).random(),
        random.Random(2**100).random(),
    )
    print("pi is about", monte_carlo_pi(5000, random.Random(99)))
    state = generator.getstate()
    first = [generator.random() for _ in range(3)]
    generator.setstate(state)
    print(first == [generator.random() for _ in range(3)], len(state[1]), state[0])
    other = random.Random(1)
    for name, arguments in (
        ("gauss", (0, 1)),
        ("normalvariate", (10, 2)),
        ("expovariate", (0.5,)),
        ("triangular", (0, 10, 3)),
        ("betavariate", (2, 3)),
        ("gammavariate", (3, 1)),
        ("paretovariate", (3,)),
        ("weibullvariate", (1, 2)),
        ("vonmisesvariate", (0, 4)),
        ("lognormvariate", (0, 0.25)),
        ("binomialvariate", (20, 0.3)),
    ):
        print(f"{name:<16}{getattr(other, name)(*arguments):.9f}")
    walk, position = [], 0
    for _ in range(20):
        position += other.choice((-1, 1))
        walk.append(position)
    print(walk)
    for bad in (
        lambda: random.randint(5, 1),
        lambda: random.choice([]),
        lambda: random.sample([1], 2),
        lambda: random.choices([1], [0]),
    ):
        try:
            bad()
        except (ValueError, IndexError) as error:
            print(type(error).__name__, error)


if __name__ == "__main__":
    main()
