"""Turn titles into URL slugs, file names and identifiers; keep them unique."""

import keyword
import re
import unicodedata

TITLES = [
    "Hello, World!",
    "  Multiple   spaces -- and---dashes  ",
    "\u00dcber-Gr\u00f6\u00dfe: 50% m\u00fchelos",
    "caf\u00e9 \u2615 au lait",
    "hello world",
    "\u65e5\u672c\u8a9e",
    "C++ & C#",
    "class",
    "2fast 2furious",
    "../../etc/passwd",
    "CON",
    "x" * 70,
    "",
]
SPECIAL = str.maketrans({"\u00df": "ss", "&": " and ", "+": " plus ", "#": " sharp ", "%": " percent "})


def to_ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text.translate(SPECIAL)).encode("ascii", "ignore").decode()


def slug(title: str, limit: int = 40) -> str:
    words = re.findall(r"[a-z0-9]+", to_ascii(title).lower())
    result = ""
    for word in words:
        candidate = f"{result}-{word}" if result else word[:limit]
        if len(candidate) > limit:
            break
        result = candidate
    return result or "untitled"


def unique(names):
    seen: dict[str, int] = {}
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        yield name if seen[name] == 1 else f"{name}-{seen[name]}"


def identifier(title: str) -> str:
    name = "_".join(re.findall(r"\w+", to_ascii(title))).lower()
    if not name or name[0].isdigit():
        name = "_" + name
    if keyword.iskeyword(name) or keyword.issoftkeyword(name):
        name += "_"
    assert name.isidentifier()
    return name


def file_name(title: str) -> str:
    clean = re.sub(r'[<>:"/\\|?*\x00-\x1f]', "_", title).strip(". ") or "_"
    return "_" + clean if clean.upper() in {"CON", "NUL", "AUX", "PRN"} else clean[:32]


if __name__ == "__main__":
    for title, short in zip(TITLES, unique(map(slug, TITLES))):
        print(f"{title[:24]!a:<50} {short:<42}{identifier(title)[:30]:<32}{ascii(file_name(title))}")
    print([w.isidentifier() for w in ("a1", "1a", "\u00e9", "a b", "")], keyword.softkwlist)
