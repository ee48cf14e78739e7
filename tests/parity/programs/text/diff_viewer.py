"""Compare two versions of a text with difflib in several ways."""

import difflib

OLD = """\
def greet(name):
    print("Hello, " + name)

def add(a, b):
    return a+b

# end
"""
NEW = """\
def greet(name, greeting="Hello"):
    print(f"{greeting}, {name}")

def subtract(a, b):
    return a - b

def add(a, b):
    return a + b

# end of file
"""


def main():
    old, new = OLD.splitlines(keepends=True), NEW.splitlines(keepends=True)
    print("".join(difflib.unified_diff(old, new, "old.py", "new.py", n=1)))
    print("".join(difflib.context_diff(old[:2], new[:2], "a", "b")))
    print("".join(difflib.ndiff(["one\n", "two\n", "three\n"], ["ore\n", "tree\n", "emu\n"])))
    matcher = difflib.SequenceMatcher(None, "private Thread currentThread;", "private volatile Thread currentThread;")
    print(round(matcher.ratio(), 5), round(matcher.quick_ratio(), 5))
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        print(f"{tag:<8} a[{i1}:{i2}]={matcher.a[i1:i2]!r} b[{j1}:{j2}]={matcher.b[j1:j2]!r}")
    print(matcher.find_longest_match(), matcher.get_matching_blocks()[-1])
    commands = ["commit", "checkout", "cherry-pick", "clone", "config", "clean"]
    for typo in ("comit", "chekout", "cloen", "xyz"):
        print(typo, "->", difflib.get_close_matches(typo, commands, n=2, cutoff=0.6))
    delta = list(difflib.ndiff(old, new))
    print("restored:", "".join(difflib.restore(delta, 1)) == OLD, "".join(difflib.restore(delta, 2)) == NEW)
    page = difflib.HtmlDiff(wrapcolumn=20).make_table(old[:2], new[:2], "old", "new")
    print(len(page.splitlines()), page.count("diff_chg"), page.count("diff_add"))


if __name__ == "__main__":
    main()
