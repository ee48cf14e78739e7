"""Classic ciphers, and breaking Caesar's by letter frequencies."""

import string
from collections import Counter
from itertools import cycle

ENGLISH = dict(
    zip(
        string.ascii_lowercase,
        (
            8.2,
            1.5,
            2.8,
            4.3,
            12.7,
            2.2,
            2.0,
            6.1,
            7.0,
            0.15,
            0.77,
            4.0,
            2.4,
            6.7,
            7.5,
            1.9,
            0.095,
            6.0,
            6.3,
            9.1,
            2.8,
            0.98,
            2.4,
            0.15,
            2.0,
            0.074,
        ),
    )
)


def caesar(text: str, shift: int) -> str:
    lower, upper = string.ascii_lowercase, string.ascii_uppercase
    shift %= 26
    table = str.maketrans(lower + upper, lower[shift:] + lower[:shift] + upper[shift:] + upper[:shift])
    return text.translate(table)


def vigenere(text: str, key: str, direction: int = 1) -> str:
    shifts = cycle(ord(c) - ord("a") for c in key.lower())
    return "".join(caesar(c, direction * next(shifts)) if c.isalpha() else c for c in text)


def chi_squared(text: str) -> float:
    letters = [c for c in text.lower() if c in ENGLISH]
    counts = Counter(letters)
    return sum((counts[c] - len(letters) * p / 100) ** 2 / (len(letters) * p / 100) for c, p in ENGLISH.items())


def break_caesar(secret: str) -> tuple[int, str]:
    shift = min(range(26), key=lambda s: chi_squared(caesar(secret, -s)))
    return shift, caesar(secret, -shift)


def rail_fence(text: str, rails: int) -> str:
    pattern = cycle([*range(rails), *range(rails - 2, 0, -1)])
    rows = [""] * rails
    for rail, c in zip(pattern, text):
        rows[rail] += c
    return "".join(rows)


def morse(text: str) -> str:
    codes = dict(
        zip(
            string.ascii_uppercase,
            (
                ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --.."
            ).split(),
        )
    )
    return " / ".join(" ".join(codes.get(c, "?") for c in word) for word in text.upper().split())


if __name__ == "__main__":
    message = "Meet me after the toga party, and bring the good olives!"
    secret = caesar(message, 29)
    print(secret)
    print(break_caesar(secret))
    print(vigenere(message, "Lemon"))
    print(vigenere(vigenere(message, "Lemon"), "Lemon", -1))
    print(rail_fence("WEAREDISCOVEREDFLEEATONCE", 3))
    print(morse("sos we sink 1"))
    print(
        "".join(chr(ord(c) ^ 0x20) if c.isalpha() else c for c in message),
        "atbash:",
        "wizard".translate(str.maketrans(string.ascii_lowercase, string.ascii_lowercase[::-1])),
    )
