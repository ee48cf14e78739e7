"""Readability of a text read from standard input: sentences, syllables, Flesch score, concordance."""

import re
import sys
from collections import Counter, defaultdict


def syllables(word: str) -> int:
    groups = re.findall(r"[aeiouy]+", re.sub(r"(?:[^laeiouy]es|ed|[^laeiouy]e)$", "", word.lower()))
    return max(1, len(groups))


def sentences(text: str) -> list[str]:
    text = re.sub(r"\b(Mr|Mrs|Dr|St|e\.g|i\.e)\.", lambda m: m[0].replace(".", "\0"), text)
    parts = re.split(r"(?<=[.!?])\s+(?=[A-Z\"])", text.strip())
    return [part.replace("\0", ".") for part in parts if part]


def concordance(text: str, word: str, width: int = 22):
    flat = " ".join(text.split())
    for match in re.finditer(rf"\b{re.escape(word)}\b", flat, re.I):
        left, right = flat[max(0, match.start() - width):match.start()], flat[match.end():match.end() + width]
        yield f"{left:>{width}}[{match.group()}]{right}"


def main():
    text = sys.stdin.read()
    words = re.findall(r"[A-Za-z]+(?:'[a-z]+)?", text)
    found = sentences(text)
    total = sum(map(syllables, words))
    print(f"{len(text)} characters, {len(words)} words, {len(found)} sentences, {total} syllables")
    score = 206.835 - 1.015 * len(words) / len(found) - 84.6 * total / len(words)
    print(f"Flesch reading ease {score:.1f}")
    print("longest sentence:", max(found, key=len)[:60])
    print("most common:", Counter(w.lower() for w in words).most_common(3))
    bigrams = Counter(zip(map(str.lower, words), map(str.lower, words[1:])))
    print("bigrams:", [(" ".join(pair), n) for pair, n in bigrams.most_common(2)])
    initials = defaultdict(list)
    for word in sorted({w.lower() for w in words}):
        initials[word[0]].append(word)
    print({letter: len(group) for letter, group in initials.items()})
    for line in concordance(text, "rabbit"):
        print(line)
    print(text.splitlines()[0].center(60, "."), text.count("\n"), repr(text[-1]))


if __name__ == "__main__":
    main()
