"""Two guessing games played by the program itself: hangman by letter frequency, Mastermind by elimination."""

import random
from collections import Counter
from itertools import product

WORDS = "python sandbox engine memory filter window pointer process kernel session policy budget import module thread signal socket buffer cipher syntax".split()


def hangman(secret: str, words: list[str], lives: int = 6) -> tuple[bool, list[str]]:
    guessed: set[str] = set()
    trace = []
    candidates = [w for w in words if len(w) == len(secret)]
    while lives and not set(secret) <= guessed:
        frequency = Counter(c for w in candidates for c in set(w) - guessed)
        letter = min(frequency, key=lambda c: (-frequency[c], c))
        guessed.add(letter)
        pattern = "".join(c if c in guessed else "_" for c in secret)
        if letter not in secret:
            lives -= 1
        candidates = [
            w for w in candidates if all((c == p) if p != "_" else c not in guessed for c, p in zip(w, pattern))
        ]
        trace.append(f"{letter}:{pattern}({len(candidates)})")
    return lives > 0, trace


def feedback(secret, guess) -> tuple[int, int]:
    black = sum(s == g for s, g in zip(secret, guess))
    common = (Counter(secret) & Counter(guess)).total()
    return black, common - black


def mastermind(secret: str, colours="RGBYOP", pegs=4):
    everything = ["".join(p) for p in product(colours, repeat=pegs)]
    possible, guess, trace = everything, colours[0] * 2 + colours[1] * 2, []
    while True:
        answer = feedback(secret, guess)
        trace.append(f"{guess}{answer}".replace(" ", ""))
        if answer[0] == pegs:
            return trace
        possible = [code for code in possible if feedback(code, guess) == answer]
        pool = possible[:60]
        guess = min(pool, key=lambda g: (max(Counter(feedback(code, g) for code in pool).values()), g))


def higher_lower(secret, low=1, high=1000):
    tries = 0
    while True:
        tries += 1
        guess = (low + high) // 2
        if guess == secret:
            return tries
        low, high = (guess + 1, high) if guess < secret else (low, guess - 1)


def main():
    for secret in ("python", "socket", "engine"):
        won, trace = hangman(secret, WORDS)
        print(secret, "won" if won else "lost", " ".join(trace))
    generator = random.Random(77)
    lengths = Counter()
    for _ in range(6):
        secret = "".join(generator.choices("RGBYOP", k=4))
        trace = mastermind(secret)
        lengths[len(trace)] += 1
        print(secret, "in", len(trace), *trace)
    print(dict(sorted(lengths.items())), feedback("RRGB", "RGRR"), [higher_lower(n) for n in (1, 500, 777, 1000)])


if __name__ == "__main__":
    main()
