"""Poker hands ranked and compared, a round of blackjack, war with a seeded deck."""

import random
from collections import Counter, deque
from functools import total_ordering
from typing import NamedTuple

RANKS = "23456789TJQKA"


class Card(NamedTuple):
    rank: str
    suit: str

    def __str__(self):
        return self.rank + {"S": "\u2660", "H": "\u2665", "D": "\u2666", "C": "\u2663"}[self.suit]

    @property
    def value(self):
        return RANKS.index(self.rank) + 2


@total_ordering
class Hand:
    NAMES = [
        "high card",
        "pair",
        "two pairs",
        "three of a kind",
        "straight",
        "flush",
        "full house",
        "four of a kind",
        "straight flush",
    ]

    def __init__(self, text):
        self.cards = [Card(*c) for c in text.split()]
        counts = Counter(c.value for c in self.cards)
        groups = sorted(counts.items(), key=lambda g: (-g[1], -g[0]))
        shape, values = tuple(n for _, n in groups), [v for v, _ in groups]
        flush = len({c.suit for c in self.cards}) == 1
        straight = len(counts) == 5 and max(values) - min(values) == 4
        if sorted(values) == [2, 3, 4, 5, 14]:
            straight, values = True, [5, 4, 3, 2, 1]
        match shape:
            case _ if straight and flush:
                kind = 8
            case (4, 1):
                kind = 7
            case (3, 2):
                kind = 6
            case _ if flush:
                kind = 5
            case _ if straight:
                kind = 4
            case (3, *_):
                kind = 3
            case (2, 2, _):
                kind = 2
            case (2, *_):
                kind = 1
            case _:
                kind = 0
        self.key = kind, values

    def __eq__(self, other):
        return self.key == other.key

    def __lt__(self, other):
        return self.key < other.key

    def __str__(self):
        return " ".join(map(str, self.cards)) + f" ({self.NAMES[self.key[0]]})"


def blackjack_value(cards):
    total = sum(11 if c.rank == "A" else min(c.value, 10) for c in cards)
    aces = sum(c.rank == "A" for c in cards)
    while total > 21 and aces:
        total, aces = total - 10, aces - 1
    return total


def deck(generator):
    cards = [Card(r, s) for s in "CDHS" for r in RANKS]
    generator.shuffle(cards)
    return cards


def blackjack(generator):
    cards = deck(generator)
    player, dealer = [cards.pop(), cards.pop()], [cards.pop(), cards.pop()]
    while blackjack_value(player) < 17:
        player.append(cards.pop())
    while blackjack_value(player) <= 21 and blackjack_value(dealer) < 17:
        dealer.append(cards.pop())
    mine, theirs = blackjack_value(player), blackjack_value(dealer)
    verdict = "bust" if mine > 21 else "win" if theirs > 21 or mine > theirs else "push" if mine == theirs else "lose"
    return f"{' '.join(map(str, player))} = {mine} against {' '.join(map(str, dealer))} = {theirs}: {verdict}"


def war(generator, limit=2000):
    cards = deck(generator)
    left, right, rounds = deque(cards[:26]), deque(cards[26:]), 0
    while left and right and rounds < limit:
        rounds += 1
        pot = [left.popleft(), right.popleft()]
        while pot[-1].value == pot[-2].value and len(left) > 1 and len(right) > 1:
            pot += [left.popleft(), right.popleft(), left.popleft(), right.popleft()]
        winner = left if pot[-2].value >= pot[-1].value else right
        winner.extend(sorted(pot, key=lambda c: (-c.value, c.suit)))
    return rounds, len(left), len(right)


def main():
    hands = [
        Hand(h)
        for h in (
            "2H 3D 5S 9C KD",
            "2C 3H 4S 8C AH",
            "AS KS QS JS TS",
            "AH 2D 3C 4S 5D",
            "TH TD TS 2C 2D",
            "9H 9D 9S 9C 2D",
            "2D 5D 7D JD KD",
            "KH KD 3S 3C 7D",
            "KS KC 3H 3D 6C",
            "6H 5D 4C 3S 2D",
        )
    ]
    for hand in sorted(hands, reverse=True):
        print(hand)
    print(Hand("2H 2D 4C 4D 4S") > Hand("3H 3D 3S 9C KD"), Hand("2H 4S 4C 2D 4H") == Hand("2S 4D 4C 2C 4H"))
    for seed in range(4):
        print(blackjack(random.Random(seed)))
    print([war(random.Random(seed)) for seed in range(3)])


if __name__ == "__main__":
    main()
