"""pathlib and os.path on strings only: joining, suffixes, relative paths, matching, URIs."""

import os.path
from pathlib import Path, PurePosixPath, PureWindowsPath


def main():
    path = PurePosixPath("/srv/app/../data/archive.tar.gz")
    print(path, path.parts, path.name, path.stem, path.suffix, path.suffixes, path.parent, path.anchor, sep=" | ")
    print(path.with_suffix(".zip"), path.with_name("b"), path.with_stem("c"), path.parents[2], list(path.parents)[-1])
    print(
        PurePosixPath("a") / "b" / "/c" / "d",
        PurePosixPath("a//b/./c/"),
        PurePosixPath(""),
        PurePosixPath("..") / "x",
        "root" / PurePosixPath("y"),
    )
    print(
        path.relative_to("/srv/app"),
        PurePosixPath("/a/b").relative_to("/a/c/d", walk_up=True),
        path.is_relative_to("/etc"),
        path.is_absolute(),
    )
    print(
        PurePosixPath("src/pkg/mod.py").match("*.py"),
        PurePosixPath("src/pkg/mod.py").full_match("src/**/*.py"),
        PurePosixPath("a.PY").match("*.py"),
        PurePosixPath("a.PY").match("*.py", case_sensitive=False),
    )
    windows = PureWindowsPath(r"C:\Users\Ann\..\docs\file.TXT")
    print(
        windows,
        windows.drive,
        windows.root,
        windows.as_posix(),
        windows == PureWindowsPath("c:/users/ann/../DOCS/file.txt"),
        windows.as_uri(),
    )
    print(
        PurePosixPath("/a b/c#d").as_uri(),
        Path.from_uri("file:///tmp/x%20y"),
        sorted([PurePosixPath("b"), PurePosixPath("a/z"), PurePosixPath("a")]),
    )
    print(
        hash(PurePosixPath("a/b")) == hash(PurePosixPath("a//b")),
        PurePosixPath("a") < PurePosixPath("b"),
        repr(Path("x")),
        bool(PurePosixPath("")),
    )
    for text in ("/a/b/c.txt", "a", "/", "a/b/", "//net/x", ".profile", "dir.d/file", ""):
        print(
            f"{text!r:<14} split={os.path.split(text)} ext={os.path.splitext(text)} norm={os.path.normpath(text)!r} abs={os.path.isabs(text)}"
        )
    print(
        os.path.join("a", "b", "/c"),
        os.path.join("a", ""),
        os.path.normpath("a/../../b/./c//d"),
        os.path.commonpath(["/a/b/c", "/a/b/d"]),
        os.path.commonprefix(["abc", "abd"]),
    )
    print(
        os.path.relpath("/a/b/c", "/a/d"),
        os.path.basename("/x/y/"),
        os.path.dirname("/x/y/"),
        os.path.expandvars("$NOPE/${NOPE}x"),
        os.path.expanduser("nouser"),
    )
    for attempt in (
        lambda: PurePosixPath("a").relative_to("b"),
        lambda: PurePosixPath("/").with_name("x"),
        lambda: PurePosixPath("a").with_suffix("txt"),
        lambda: PurePosixPath("a").as_uri(),
        lambda: os.path.commonpath(["/a", "b"]),
        lambda: PurePosixPath("a") / 3,
        lambda: PurePosixPath("a").with_name("b/c"),
        lambda: Path("a\0b").read_text(),
    ):
        try:
            print(attempt())
        except (ValueError, TypeError) as error:
            print(type(error).__name__, error)


if __name__ == "__main__":
    main()
