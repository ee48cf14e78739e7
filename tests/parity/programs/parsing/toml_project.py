"""Read a TOML project file with tomllib and check it."""

import tomllib

PROJECT = r'''
title = "Example"
released = 2025-03-14T09:26:53+01:00
local = 2025-03-14 09:26:53.589
day = 1979-05-27
at = 07:32:00

[package]
name = 'literal \no escape'
version = "1.2.3"
authors = ["Ann <ann@example.org>", "B\u00f6b"]
description = """
First line \
    joined.
Second line."""

[limits]
big = 9_223_372_036_854_775_807
hex = 0xDEAD_BEEF
octal = 0o755
binary = 0b1101
float = 6.02e23
ratio = -0.5
infinite = inf

[dependencies]
plain = "^1.0"
fancy = { version = "2", features = ["a", "b"], optional = true }

[[target]]
name = "linux"
[[target]]
name = "wasm"
[target.options]
opt."level.max" = 3
'''


def walk(value, depth=0):
    pad = "  " * depth
    match value:
        case dict():
            for key, inner in value.items():
                if isinstance(inner, (dict, list)):
                    print(f"{pad}{key}:")
                    walk(inner, depth + 1)
                else:
                    print(f"{pad}{key}: {type(inner).__name__} {inner!r}")
        case list():
            for inner in value:
                if isinstance(inner, dict):
                    print(f"{pad}-")
                    walk(inner, depth + 1)
                else:
                    print(f"{pad}- {inner!r}")


def main():
    walk(tomllib.loads(PROJECT))
    for bad in ("a = 1\na = 2", "x = ", "x = 01", "[t]\n[t]", 'y = "open', "z = 2025-13-01", "a.b = 1\na = 2"):
        try:
            tomllib.loads(bad)
            print("accepted", bad)
        except tomllib.TOMLDecodeError as error:
            print(repr(bad), "->", error)


if __name__ == "__main__":
    main()
