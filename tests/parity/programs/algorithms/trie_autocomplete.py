"""A trie for auto-completion, ranked by how often a word was seen."""

from collections.abc import Iterator

CORPUS = """the quick brown fox jumps over the lazy dog then the dog thinks there is a thin fox
that thanks the thick theatre for its theme and the dog barks at dogma and dogs"""


class Trie:
    __slots__ = ("children", "count")

    def __init__(self) -> None:
        self.children: dict[str, Trie] = {}
        self.count = 0

    def add(self, word: str) -> None:
        node = self
        for letter in word:
            node = node.children.setdefault(letter, Trie())
        node.count += 1

    def find(self, prefix: str) -> "Trie | None":
        node = self
        for letter in prefix:
            node = node.children.get(letter)
            if node is None:
                return None
        return node

    def words(self, prefix: str = "") -> Iterator[tuple[str, int]]:
        if self.count:
            yield prefix, self.count
        for letter in sorted(self.children):
            yield from self.children[letter].words(prefix + letter)

    def complete(self, prefix: str, limit: int = 5) -> list[str]:
        node = self.find(prefix)
        if node is None:
            return []
        ranked = sorted(node.words(prefix), key=lambda pair: (-pair[1], pair[0]))
        return [word for word, _ in ranked[:limit]]

    def size(self) -> int:
        return 1 + sum(child.size() for child in self.children.values())

    def __contains__(self, word: str) -> bool:
        node = self.find(word)
        return node is not None and node.count > 0


if __name__ == "__main__":
    trie = Trie()
    for word in CORPUS.split():
        trie.add(word)
    print("nodes:", trie.size(), "words:", sum(1 for _ in trie.words()))
    for prefix in ("th", "the", "do", "q", "zebra", ""):
        print(f"{prefix!r:>8} -> {trie.complete(prefix)}")
    print([word in trie for word in ("dog", "do", "dogs", "cat")])
    try:
        trie.extra = 1
    except AttributeError as error:
        print("AttributeError:", error)
