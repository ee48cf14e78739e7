"""A command line with sub-commands, run on several argument lists."""

import argparse
import io
from contextlib import redirect_stderr, redirect_stdout


def size(text: str) -> int:
    units = {"k": 1024, "m": 1024**2}
    number, unit = (text[:-1], text[-1].lower()) if text[-1:].isalpha() else (text, "")
    if unit and unit not in units:
        raise argparse.ArgumentTypeError(f"unknown unit {unit!r}")
    return int(number) * units.get(unit, 1)


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="store", description="Keep things.", epilog="That is all.", color=False)
    parser.add_argument("-v", "--verbose", action="count", default=0, help="say more (repeatable)")
    parser.add_argument("--version", action="version", version="%(prog)s 1.0")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    add = commands.add_parser("add", help="add files", aliases=["a"], color=False)
    add.add_argument("files", nargs="+", metavar="FILE")
    add.add_argument("--limit", type=size, default=size("1k"), help="bytes (default: %(default)s)")
    add.add_argument("--tag", action="append", default=[], choices=["red", "green"])
    add.set_defaults(run=lambda o: f"add {o.files} limit={o.limit} tags={o.tag}")

    move = commands.add_parser("move", help="move one", color=False)
    group = move.add_mutually_exclusive_group()
    group.add_argument("--force", action="store_true")
    group.add_argument("--ask", action=argparse.BooleanOptionalAction, default=None)
    move.add_argument("source")
    move.add_argument("target", nargs="?", default=".")
    move.set_defaults(run=lambda o: f"move {o.source} to {o.target} force={o.force} ask={o.ask}")
    return parser


def main():
    parser = build_parser()
    for arguments in (
        ["add", "a.txt", "b.txt", "--limit", "2M", "-v"],
        ["-vvv", "a", "x", "--tag", "red", "--tag=green"],
        ["move", "here"],
        ["move", "--no-ask", "here", "there"],
        ["move", "--force", "--ask", "x"],
        ["add"],
        ["add", "f", "--limit", "3z"],
        ["add", "f", "--tag", "blue"],
        ["delete"],
        [],
        ["--vers"],
        ["add", "--", "--limit"],
        ["add", "f", "--unknown"],
    ):
        output, errors = io.StringIO(), io.StringIO()
        try:
            with redirect_stdout(output), redirect_stderr(errors):
                options = parser.parse_args(arguments)
            print(f"{arguments}: verbose={options.verbose} {options.run(options)}")
        except SystemExit as stop:
            text = (output.getvalue() + errors.getvalue()).strip().splitlines()
            print(f"{arguments}: exit {stop.code}: {text[-1]}")
    print(parser.format_help())
    print(parser.parse_known_args(["move", "x", "--else", "1"])[1])


if __name__ == "__main__":
    main()
