"""Word play: palindromes, anagrams, pangrams, pig latin, roman numerals, look-and-say."""

import re
from collections import defaultdict
from itertools import groupby, permutations

WORDS = "listen silent enlist google elbow below inlets banana tinsel state taste cat act dog god night thing".split()


def is_palindrome(text: str) -> bool:
    letters = [c.casefold() for c in text if c.isalnum()]
    return letters == letters[::-1]


def longest_palindrome(text: str) -> str:
    best = ""
    for centre in range(len(text)):
        for left, right in ((centre, centre), (centre, centre + 1)):
            while left >= 0 and right < len(text) and text[left] == text[right]:
                left, right = left - 1, right + 1
            best = max(best, text[left + 1 : right], key=len)
    return best


def anagrams(words):
    groups = defaultdict(list)
    for word in words:
        groups["".join(sorted(word))].append(word)
    return sorted((sorted(group) for group in groups.values() if len(group) > 1), key=lambda g: (-len(g), g))


def pig_latin(sentence: str) -> str:
    def translate(match):
        word = match.group()
        head = re.match(r"(?i)(?:qu|[^aeiou])*", word).group()
        moved = word[len(head) :] + head.lower() + "ay" if head else word + "way"
        return moved.capitalize() if word[0].isupper() else moved

    return re.sub(r"[A-Za-z]+", translate, sentence)


def roman(number: int) -> str:
    values = (
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    )
    result = ""
    for value, letters in values:
        count, number = divmod(number, value)
        result += letters * count
    return result


def from_roman(text: str) -> int:
    values = [dict(I=1, V=5, X=10, L=50, C=100, D=500, M=1000)[c] for c in text]
    return sum(-v if any(w > v for w in values[i + 1 : i + 2]) else v for i, v in enumerate(values))


def look_and_say(start: str, rounds: int):
    for _ in range(rounds):
        yield start
        start = "".join(f"{len(list(run))}{digit}" for digit, run in groupby(start))


def main():
    for text in ("A man, a plan, a canal: Panama!", "Was it a car", "No lemon, no melon", ""):
        print(repr(text), is_palindrome(text))
    print(longest_palindrome("forgeeksskeegfor banananas"))
    for group in anagrams(WORDS):
        print(group)
    print(pig_latin("The quick brown fox, eating apples; Yttrium rhythm!"))
    print(
        [roman(n) for n in (1, 4, 9, 14, 40, 90, 400, 1987, 2025, 3999)],
        all(from_roman(roman(n)) == n for n in range(1, 4000)),
    )
    print(list(look_and_say("1", 8)))
    print(sorted({"".join(p) for p in permutations("aab")}), len(set(permutations("mississ"[:6]))))
    print("pangram:", set("sphinx of black quartz judge my vow") >= set("abcdefghijklmnopqrstuvwxyz"))


if __name__ == "__main__":
    main()
