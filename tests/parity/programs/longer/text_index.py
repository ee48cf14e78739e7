"""A search engine over small documents: inverted index, stemming, phrase and boolean queries, TF-IDF, snippets."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

DOCUMENTS = {
    "sandbox": "A sandbox runs programs that nobody trusts. The sandbox limits memory, time and files; running programs cannot leave it.",
    "engine": "The engine compiles WebAssembly to machine code. Compiled code runs at almost native speed, and the engine checks nothing at run time.",
    "memory": "Memory of a guest is one linear array. Pages are mapped lazily, and the memory of an idle guest costs almost nothing.",
    "cooking": "Boil the pasta in salted water. While it cooks, chop garlic and onions, and run hot water over the tomatoes.",
    "garden": "Gardens need water, time and patience. A gardener plants trees for those who come later.",
    "time": "Time limits stop endless programs. When the time is over, the program is interrupted; soon after, it is stopped.",
}
STOP = frozenset("a an the of is it and at to in for that who those one over be are by on as".split())


def stem(word: str) -> str:
    for suffix, replacement, least in (
        ("ies", "y", 2),
        ("sses", "ss", 1),
        ("ing", "", 3),
        ("ers", "er", 3),
        ("er", "", 4),
        ("ed", "", 3),
        ("es", "e", 3),
        ("s", "", 3),
        ("e", "", 4),
    ):
        if word.endswith(suffix) and len(word) - len(suffix) >= least and not (suffix == "s" and word.endswith("ss")):
            word = word[: len(word) - len(suffix)] + replacement
            break
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiouls" else word


@dataclass
class Posting:
    positions: list[int] = field(default_factory=list)


class Index:
    def __init__(self):
        self.texts: dict[str, str] = {}
        self.words: dict[str, list[tuple[str, int, int]]] = {}
        self.postings: defaultdict[str, dict[str, Posting]] = defaultdict(dict)

    def add(self, name: str, text: str):
        self.texts[name] = text
        self.words[name] = [(stem(m[0].lower()), m.start(), m.end()) for m in re.finditer(r"[A-Za-z]+", text)]
        for position, (word, _, _) in enumerate(self.words[name]):
            if word not in STOP:
                self.postings[word].setdefault(name, Posting()).positions.append(position)

    def remove(self, name: str):
        for word in {w for w, _, _ in self.words.pop(name)}:
            self.postings[word].pop(name, None)
            if not self.postings[word]:
                del self.postings[word]
        del self.texts[name]

    def documents(self, word: str) -> set[str]:
        word = word.lower()
        if word.endswith("*"):
            return {d for term in self.postings if term.startswith(word[:-1]) for d in self.postings[term]}
        return set(self.postings.get(stem(word), ()))

    def phrase(self, text: str) -> set[str]:
        words = [stem(w.lower()) for w in text.split()]
        return {
            name
            for name, listed in self.words.items()
            if any([w for w, _, _ in listed[i : i + len(words)]] == words for i in range(len(listed)))
        }

    def near(self, a: str, b: str, distance: int) -> set[str]:
        first, second = self.postings.get(stem(a), {}), self.postings.get(stem(b), {})
        return {
            name
            for name in first.keys() & second.keys()
            if any(0 < abs(p - q) <= distance for p in first[name].positions for q in second[name].positions)
        }

    def score(self, name: str, words: list[str]) -> float:
        total, length = 0.0, len(self.words[name])
        for word in map(stem, words):
            if posting := self.postings.get(word, {}).get(name):
                frequency = len(posting.positions)
                rarity = math.log(
                    1 + (len(self.texts) - len(self.postings[word]) + 0.5) / (len(self.postings[word]) + 0.5)
                )
                total += rarity * frequency * 2.2 / (frequency + 1.2 * (0.25 + 0.75 * length / self.mean_length))
        return total

    @property
    def mean_length(self) -> float:
        return sum(map(len, self.words.values())) / len(self.words)

    def snippet(self, name: str, words: list[str], width: int = 46) -> str:
        wanted = {stem(w) for w in words}
        spans = [(start, end) for word, start, end in self.words[name] if word in wanted]
        if not spans:
            return self.texts[name][:width] + "..."
        start = max(0, spans[0][0] - 12)
        text, result, at = self.texts[name], "", start
        for s, e in spans:
            if e > start + width:
                break
            result += text[at:s] + f"[{text[s:e]}]"
            at = e
        return ("..." if start else "") + result + text[at : start + width].rstrip() + "..."


class Query:
    """expr = term {("AND" | "OR" | nothing) term}; term = ["NOT" | "-"] (word | "phrase" | word~n~word | ( expr ))"""

    def __init__(self, index: Index, text: str):
        self.index, self.text = index, text
        self.tokens = re.findall(r'"[^"]*"|\w+~\d+~\w+|[\w*]+|[()-]', text)
        self.words: list[str] = []
        self.result = self.either()
        if self.tokens:
            raise ValueError(f"unexpected {self.tokens[0]!r}")

    def accept(self, *wanted):
        return self.tokens.pop(0) if self.tokens and self.tokens[0] in wanted else None

    def either(self):
        result = self.both()
        while self.accept("OR"):
            result |= self.both()
        return result

    def both(self):
        result = self.term()
        while self.tokens and self.tokens[0] not in ("OR", ")"):
            self.accept("AND")
            result &= self.term()
        return result

    def term(self):
        if not self.tokens:
            raise ValueError("query ends too early")
        if self.accept("NOT", "-"):
            kept = len(self.words)
            excluded = self.term()
            del self.words[kept:]
            return set(self.index.texts) - excluded
        if self.accept("("):
            result = self.either()
            if not self.accept(")"):
                raise ValueError("missing )")
            return result
        token = self.tokens.pop(0)
        if token.startswith('"'):
            self.words += token.strip('"').lower().split()
            return self.index.phrase(token.strip('"'))
        if "~" in token:
            a, distance, b = token.split("~")
            self.words += [a, b]
            return self.index.near(a, b, int(distance))
        if token in (")", "AND", "OR"):
            raise ValueError(f"unexpected {token!r}")
        self.words.append(token.lower())
        return self.index.documents(token)

    def ranked(self):
        scores = [(self.index.score(name, self.words), name) for name in self.result]
        return sorted(scores, key=lambda s: (-round(s[0], 9), s[1]))


def main():
    index = Index()
    for name, text in DOCUMENTS.items():
        index.add(name, text)
    print(
        f"{len(index.postings)} terms, mean length {index.mean_length:.2f}, longest lists:",
        Counter({w: len(p) for w, p in index.postings.items()}).most_common(3),
    )
    print(
        {
            w: stem(w)
            for w in "programs running compiled gardeners stopped cities classes limits endless time cooks".split()
        }
    )
    for text in (
        "program",
        "time limits",
        "run -code",
        "water OR engine",
        '"machine code"',
        "memory AND NOT sandbox",
        "(pasta OR garden) water",
        "prog*",
        "guest~3~costs",
        "guest~1~costs",
        '"endless programs" OR patience',
        "unicorn",
        "a AND",
        "(water",
        "OR x",
    ):
        try:
            query = Query(index, text)
        except ValueError as error:
            print(f"{text!r}: {error}")
            continue
        print(f"{text!r}: {len(query.result)}")
        for score, name in query.ranked()[:2]:
            print(f"   {score:.4f} {name:<8} {index.snippet(name, query.words)}")
    vectors = {name: Counter(w for w, _, _ in words if w not in STOP) for name, words in index.words.items()}
    similar = sorted(
        (
            (
                sum(vectors[a][w] * vectors[b][w] for w in vectors[a])
                / math.sqrt(sum(v * v for v in vectors[a].values()) * sum(v * v for v in vectors[b].values())),
                a,
                b,
            )
            for a in vectors
            for b in vectors
            if a < b
        ),
        reverse=True,
    )
    print([f"{s:.4f} {a}-{b}" for s, a, b in similar[:3]])
    bigrams = Counter(
        pair for words in index.words.values() for pair in pairwise(w for w, _, _ in words if w not in STOP)
    )
    print(sorted(p for p, n in bigrams.items() if n > 1))
    index.remove("cooking")
    print(len(index.texts), sorted(index.documents("water")), "pasta" in index.postings)


if __name__ == "__main__":
    main()
