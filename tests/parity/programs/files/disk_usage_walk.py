"""os.walk, os.scandir and glob over a generated tree: sizes, duplicates by hash, empty folders."""

import fnmatch
import glob
import hashlib
import os
from collections import defaultdict

FILES = {
    "src/main.py": 120,
    "src/util/a.py": 40,
    "src/util/b.py": 40,
    "docs/index.md": 300,
    "docs/img/logo.svg": 1000,
    "docs/img/copy.svg": 1000,
    "build/x.o": 5000,
    "README": 7,
    ".git/config": 11,
}


def build():
    for name, size in FILES.items():
        os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
        with open(name, "wb") as file:
            file.write((name.rpartition(".")[2][:1] or "x").encode() * size)
    os.makedirs("empty/nested")


def usage(folder):
    total = 0
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                total += usage(entry.path)
            else:
                total += entry.stat().st_size
    return total


def duplicates(folder):
    by_hash = defaultdict(list)
    for path, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if f not in {".git", "build"})
        for name in sorted(files):
            full = os.path.join(path, name)
            with open(full, "rb") as file:
                by_hash[hashlib.file_digest(file, "sha256").hexdigest()].append(os.path.relpath(full, folder))
    return [names for names in by_hash.values() if len(names) > 1]


def main():
    os.mkdir("project")
    os.chdir("project")
    build()
    for path, folders, files in os.walk("."):
        folders.sort()
        print(f"{path:<16} {sorted(folders)} {sorted(files)}")
    print([p for p, d, f in os.walk("empty", topdown=False)])
    print({name: usage(name) for name in sorted(os.listdir()) if os.path.isdir(name)}, usage("."))
    print(duplicates("."))
    print(
        sorted(glob.glob("src/**/*.py", recursive=True)),
        sorted(glob.glob("*")),
        sorted(glob.glob("**/*.svg", root_dir="docs", recursive=True)),
        sorted(glob.glob(".*")),
    )
    print(
        fnmatch.filter(["a.py", "b.txt", "ab.py"], "?.py"),
        fnmatch.translate("*.[ch]"),
        glob.has_magic("a[b]"),
        glob.escape("x[1]"),
    )
    os.symlink("../README", "docs/link")
    os.link("README", "hard")
    print(
        os.readlink("docs/link"),
        os.path.islink("docs/link"),
        os.path.samefile("docs/link", "hard"),
        os.stat("hard").st_nlink,
        os.path.realpath("docs/link") == os.path.realpath("README"),
    )
    os.rename("hard", "renamed")
    os.replace("renamed", "README2")
    os.truncate("README2", 3)
    print(os.path.getsize("README"), os.path.exists("hard"), os.access("README", os.R_OK), os.path.lexists("docs/link"))
    os.utime("README", (1000, 2000.5))
    print(os.stat("README").st_mtime, os.path.getatime("README"), os.stat("README").st_mtime_ns)
    for attempt in (
        lambda: os.rmdir("src"),
        lambda: os.mkdir("src"),
        lambda: os.remove("nope"),
        lambda: os.listdir("README"),
        lambda: os.mkdir("a/b"),
        lambda: os.symlink("x", "README"),
        lambda: open("src"),
        lambda: os.readlink("README"),
        lambda: os.scandir("nowhere"),
        lambda: os.rename("nope", "x"),
        lambda: os.chdir("README"),
        lambda: os.link("nope", "y"),
        lambda: os.unlink("src"),
        lambda: open("README/x"),
    ):
        try:
            attempt()
        except OSError as error:
            print(type(error).__name__, error)
    os.removedirs("empty/nested")
    print(os.path.exists("empty"), os.path.basename(os.getcwd()))


if __name__ == "__main__":
    main()
