"""Regular expressions over padded strings of growing length: plain words, alternation, groups, character classes, with
and without a leading `.*`, where the word stands at the front, in the middle or at the end; short ones miss as well."""

import re

LOOPS = 80
CHECKSUM = 41838000

PATTERNS = [
    "copper|silver",
    "(copper|silver)",
    "(?:copper|silver)",
    "[cs]ilver|copper",
    "sil(?:ver|ica)",
    "silver",
    ".*silver",
    ".*(?:silver)",
    ".*(silver)",
    ".*?silver",
    "(.*?)silver",
    "[a-z]+ver",
    "sil[^ ]+r\\b",
    "s(il)(?=ver)",
    "\\bsilver\\b",
    "(?i:SILVER)",
]
PADDING = [0, 5, 50, 500, 5000]


def subjects():
    """Dashes and blanks around a word. In long strings it is one that every pattern finds: a search for `.*` and a word
    that is missing takes time by the square of the length."""
    for length in PADDING:
        pad = ("-" * 9 + " ") * (length // 10) + "-" * (length % 10)
        half = pad[:len(pad) // 2]
        for word in ("silver", "copper", "tin") if length <= 50 else ("silver",):
            yield word + " " + pad
            yield half + " " + word + " " + half
            yield pad + " " + word


def run(n):
    compiled = [re.compile(pattern) for pattern in PATTERNS]
    texts = list(subjects())
    check = 0
    for _ in range(n):
        for number, pattern in enumerate(compiled, 1):
            search = pattern.search
            for text in texts:
                found = search(text)
                if found:
                    check += number * (found.end() - found.start()) + found.end()
    return check
