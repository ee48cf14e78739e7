"""Open modes, encodings, newlines, seeking, buffering, in-memory files, and temporary files."""

import codecs
import fileinput
import io
import os
import tempfile


def main():
    with open("sample.txt", "w", encoding="utf-8", newline="") as file:
        print(file.write("first\r\nsecond\nthird\rlast \u20ac"), file.tell(), file.name, file.mode, file.closed)
    for newline in (None, "", "\n", "\r\n"):
        with open("sample.txt", encoding="utf-8", newline=newline) as file:
            lines = file.readlines()
            print(repr(newline), lines, file.newlines)
    with open("sample.txt", "r+", encoding="utf-8", newline="\n") as file:
        file.seek(7)
        file.write("SECOND")
        file.seek(0, os.SEEK_END)
        file.write("\nappended")
        file.seek(0)
        print(repr(file.readline()), file.read(6), file.read(0), repr(next(file)))
    with open("sample.txt", "a+b") as file:
        file.write(b"\xff")
        file.seek(-3, os.SEEK_END)
        print(file.read(), file.tell(), file.truncate(10), os.path.getsize("sample.txt"))
    for encoding in (
        "utf-8-sig",
        "utf-16",
        "latin-1",
        "cp1252",
        "ascii",
        "utf-7",
        "cp037",
        "shift_jis",
        "gb18030",
        "koi8_r",
    ):
        try:
            with open("encoded.txt", "w", encoding=encoding) as file:
                file.write("na\u00efve")
            with open("encoded.txt", "rb") as file:
                raw = file.read()
            with open("encoded.txt", encoding=encoding) as file:
                print(f"{encoding:<10} {raw.hex(' ')} {file.read() == 'na\u00efve'}")
        except UnicodeEncodeError as error:
            print(f"{encoding:<10} {error}")
    for errors in (
        "strict",
        "replace",
        "ignore",
        "xmlcharrefreplace",
        "backslashreplace",
        "namereplace",
        "surrogateescape",
    ):
        try:
            print(errors, "a\u20ac\u00e9".encode("ascii", errors), end="; ")
        except UnicodeEncodeError as error:
            print(error.reason, end="; ")
    print()
    stream = io.StringIO("one\ntwo\nthree")
    print(stream.readline(), stream.tell(), list(stream), stream.getvalue()[:3], io.BytesIO(b"abc").getbuffer()[1])
    wrapper = io.TextIOWrapper(io.BytesIO(), encoding="utf-16-le", newline="\r\n", write_through=True)
    print("x\ny", file=wrapper)
    print(wrapper.buffer.getvalue())
    reader = io.BufferedReader(io.BytesIO(b"0123456789"), buffer_size=4)
    print(
        reader.peek(2)[:2],
        reader.read(3),
        reader.read1(10),
        reader.readinto(bytearray(2)),
        io.BytesIO(b"a\nb").readlines(),
    )
    decoder = codecs.getincrementaldecoder("utf-8")()
    print([decoder.decode(bytes([b])) for b in "\u20acx".encode()], codecs.lookup("latin1").name, codecs.BOM_UTF16_BE)
    with tempfile.NamedTemporaryFile("w+", suffix=".txt", delete_on_close=False) as temporary:
        temporary.write("spam")
        temporary.flush()
        print(os.path.getsize(temporary.name), temporary.name.endswith(".txt"))
        name = temporary.name
    print(os.path.exists(name))
    with tempfile.SpooledTemporaryFile(max_size=5) as spool:
        spool.write(b"0123456789")
        spool.seek(2)
        print(spool.read(3))
    with tempfile.TemporaryFile() as unnamed:
        unnamed.write(b"gone soon")
        print(unnamed.seek(0), unnamed.read())
    with fileinput.input(["sample.txt", "encoded.txt"], mode="rb") as lines:
        print([(lines.filelineno(), line[:5]) for line in lines][:2])
    with fileinput.input("encoded.txt", inplace=True, encoding="latin-1") as lines:
        for line in lines:
            print(line.upper(), end="")
    for attempt in (
        lambda: open("nope.txt"),
        lambda: open("sample.txt", "x"),
        lambda: open("sample.txt", "rw"),
        lambda: open("sample.txt", "rb", encoding="utf-8"),
        lambda: open("sample.txt").write("x"),
        lambda: open("encoded.txt", encoding="ascii").read(),
        lambda: open("sample.txt", "w").read(),
        lambda: open(""),
        lambda: open("sample.txt", encoding="no-such"),
        lambda: stream.close() or stream.read(),
        lambda: open("sample.txt").seek(-1),
        lambda: open("sample.txt", newline="x"),
        lambda: open("sample.txt", "rb", buffering=1).seek(-99, 2),
    ):
        try:
            print(attempt())
        except (OSError, ValueError, LookupError) as error:
            print(type(error).__name__, error)


if __name__ == "__main__":
    main()
