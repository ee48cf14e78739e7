"""Wrap, fill, indent and fully justify paragraphs with textwrap."""

import textwrap

TEXT = """
    Sandboxes keep untrusted programs away from everything else. A good one is cheap to start, strict by
    default, and honest about what it does not promise.

    \tSecond paragraph with a-very-long-hyphenated-compound-word and a
    URL http://example.org/a/very/long/path/that/does/not/fit/anywhere that cannot be broken well.
"""


def justify(text: str, width: int) -> str:
    lines = textwrap.wrap(text, width)
    result = []
    for line in lines[:-1]:
        words = line.split()
        gaps = len(words) - 1
        if gaps == 0:
            result.append(line)
            continue
        spaces = width - sum(map(len, words))
        each, extra = divmod(spaces, gaps)
        pieces = [word + " " * (each + (i < extra)) for i, word in enumerate(words[:-1])]
        result.append("".join(pieces) + words[-1])
    return "\n".join(result + lines[-1:])


def main():
    paragraphs = [" ".join(p.split()) for p in textwrap.dedent(TEXT).strip().split("\n\n")]
    for paragraph in paragraphs:
        print(textwrap.fill(paragraph, 50, initial_indent="* ", subsequent_indent="  "))
        print()
        print("\n".join(f"|{line:<40}|" for line in justify(paragraph, 40).splitlines()))
        print()
    print(textwrap.wrap("a-b-c-d-e-f", 4), textwrap.wrap("a-b-c-d-e-f", 4, break_on_hyphens=False))
    print(textwrap.wrap("abcdefghij klm", 4), textwrap.wrap("abcdefghij klm", 4, break_long_words=False))
    print(textwrap.shorten("The quick brown fox jumps over the lazy dog", 24, placeholder=" [...]"))
    print(textwrap.indent("one\n\n  two\n", "> "), end="")
    print(textwrap.indent("one\n\ntwo", "> ", lambda line: True))
    print(textwrap.fill("tabs\there and\tthere", 12, tabsize=4, max_lines=1, placeholder="~"))


if __name__ == "__main__":
    main()
