"""Writing: print options, buffers, both streams, tee, redirecting descriptors of Python, progress lines, encodings."""

import contextlib
import io
import sys


class Indented(io.TextIOBase):
    def __init__(self, target, prefix):
        self.target, self.prefix, self.fresh = target, prefix, True

    def write(self, text):
        for piece in text.splitlines(keepends=True):
            self.target.write((self.prefix if self.fresh else "") + piece)
            self.fresh = piece.endswith("\n")
        return len(text)


class Slow:
    def __str__(self):
        return "<slow>"

    def __format__(self, spec):
        return f"<format {spec!r}>"


def main():
    print()
    print("a", 1, None, [1, "x"], Slow(), sep=", ", end=";\n")
    print(*range(5), sep="")
    print("no newline", end="")
    print("", flush=True)
    print("tab\tcr\roverwritten? bell\a null\0 escape\x1b[31mred\x1b[0m")
    for percent in (0, 50, 100):
        print(f"\rprogress {percent:3}% [{'#' * (percent // 10):<10}]", end="", flush=True)
    print()
    sys.stdout.write("write returns ")
    print(sys.stdout.write("x\n"), sys.stdout.writelines(["one ", "two\n"]))
    sys.stdout.flush()
    sys.stdout.buffer.write(b"raw bytes \xff\xfe\n")
    sys.stdout.buffer.flush()
    print(
        "\u00e9\u20ac\U0001f600",
        sys.stdout.encoding,
        sys.stdout.isatty(),
        sys.stdout.fileno(),
        sys.stdout.writable(),
        sys.stdout.readable(),
    )
    try:
        print("lone \ud800")
    except UnicodeEncodeError as error:
        print("not encodable:", error.reason)
    with contextlib.redirect_stdout(io.StringIO()) as captured:
        print("captured")
        print("to the original", file=sys.__stdout__)
    print(repr(captured.getvalue()))
    print("indented\ntwice", file=Indented(sys.stdout, "    "))
    with contextlib.redirect_stdout(Indented(sys.stdout, "| ")), contextlib.redirect_stdout(Indented(sys.stdout, "> ")):
        print("nested")
    wrapper = io.TextIOWrapper(buffer := io.BytesIO(), encoding="latin-1", newline="\r\n")
    saved, sys.stdout = sys.stdout, wrapper
    print("caf\u00e9")
    sys.stdout.flush()
    sys.stdout = saved
    print(buffer.getvalue())
    sys.stdout.reconfigure(errors="backslashreplace")
    print("now \udc80 works")
    sys.stdout.reconfigure(encoding="ascii", errors="xmlcharrefreplace", line_buffering=True)
    print("\u00e9\u20ac")
    sys.stdout.reconfigure(encoding="utf-8", errors="strict")
    print("error stream", file=sys.stderr)
    sys.displayhook([1, 2])
    sys.displayhook(None)
    for attempt in (
        lambda: print(sep=1),
        lambda: print("x", file=3),
        lambda: print(end=b""),
        lambda: print(colour="red"),
        lambda: sys.stdout.write(3),
        lambda: sys.stdout.read(),
    ):
        try:
            attempt()
        except (TypeError, AttributeError, OSError) as error:
            print(type(error).__name__, error)
    print("x" * 3000 + "|" + "y" * 200, end="\n\n")
    print("end without newline", end="")


if __name__ == "__main__":
    main()
