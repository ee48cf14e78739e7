"""Sort a messy folder by type with pathlib and shutil, then undo it."""

import json
import shutil
from collections import Counter
from pathlib import Path

KINDS = {"pictures": {".png", ".jpg"}, "documents": {".txt", ".md", ".pdf"}, "archives": {".zip", ".gz"}}
NAMES = [
    "cat.png",
    "Dog.JPG",
    "notes.txt",
    "README.md",
    "data.tar.gz",
    "report.pdf",
    "no_extension",
    ".hidden",
    "cat copy.png",
    "\u00fcber.txt",
]


def kind_of(path: Path) -> str:
    suffix = path.suffix.lower()
    return next((kind for kind, suffixes in KINDS.items() if suffix in suffixes), "other")


def tree(folder: Path, depth=0):
    for path in sorted(folder.iterdir(), key=lambda p: (p.is_file(), p.name)):
        print("  " * depth + path.name + ("/" if path.is_dir() else f" ({path.stat().st_size})"))
        if path.is_dir():
            tree(path, depth + 1)


def organise(folder: Path) -> list[tuple[str, str]]:
    moves = []
    for path in sorted(p for p in folder.iterdir() if p.is_file()):
        target = folder / kind_of(path) / path.name
        target.parent.mkdir(exist_ok=True)
        shutil.move(path, target)
        moves.append((path.relative_to(folder).as_posix(), target.relative_to(folder).as_posix()))
    (folder / "moves.json").write_text(json.dumps(moves, ensure_ascii=False, indent=1), encoding="utf-8")
    return moves


def undo(folder: Path) -> None:
    for source, target in reversed(json.loads((folder / "moves.json").read_text(encoding="utf-8"))):
        (folder / target).rename(folder / source)
    (folder / "moves.json").unlink()
    for sub in folder.iterdir():
        if sub.is_dir():
            sub.rmdir()


def main():
    folder = Path("downloads")
    folder.mkdir()
    for number, name in enumerate(NAMES):
        (folder / name).write_text("x" * number)
    print(Counter(map(kind_of, folder.iterdir())).most_common())
    moves = organise(folder)
    print(len(moves), "moved")
    tree(folder)
    print(
        sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*.p*")),
        sorted(p.name for p in folder.glob("*/*.[tT]*")),
    )
    undo(folder)
    tree(folder)
    shutil.copytree(folder, "backup", ignore=shutil.ignore_patterns("*.png", ".*"))
    print(sorted(p.name for p in Path("backup").iterdir()))
    shutil.rmtree(folder)
    print(folder.exists(), Path("backup").is_dir())


if __name__ == "__main__":
    main()
