"""Count words read from standard input, with an ASCII bar chart."""

import re
import sys
from collections import Counter

STOP_WORDS = frozenset("a an and the of to in it was is that for on with as at by".split())


def words(lines):
    for line in lines:
        for word in re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", line.lower()):
            if word not in STOP_WORDS:
                yield word


def bar_chart(counter: Counter, width: int = 30) -> str:
    top = counter.most_common(8)
    longest = max(len(word) for word, _ in top)
    scale = width / top[0][1]
    return "\n".join(f"{word:>{longest}} | {'=' * max(1, round(n * scale))} {n}" for word, n in top)


def main() -> int:
    lines = sys.stdin.readlines()
    if not lines:
        print("nothing to read", file=sys.stderr)
        return 1
    counter = Counter(words(lines))
    print(f"{len(lines)} lines, {counter.total()} words, {len(counter)} different")
    print(bar_chart(counter))
    lengths = Counter(len(word) for word in counter.elements())
    print("by length:", dict(sorted(lengths.items())))
    print("once only:", sorted(word for word, n in counter.items() if n == 1)[:6])
    return 0


if __name__ == "__main__":
    sys.exit(main())
