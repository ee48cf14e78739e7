"""One text through many codecs; broken bytes through many error handlers; a codec and a handler of our own."""

import codecs
import encodings.aliases
import io

TEXT = "Gr\u00fc\u00dfe \u2013 \u20ac"
CODECS = [
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-be",
    "utf-32-le",
    "utf-7",
    "latin-1",
    "iso8859-15",
    "cp1252",
    "cp437",
    "cp850",
    "mac-roman",
    "koi8-r",
    "gbk",
    "gb18030",
    "big5",
    "shift_jis",
    "euc-jp",
    "euc-kr",
    "iso2022_jp",
    "hz",
    "cp1251",
    "cp037",
    "ascii",
    "punycode",
]


def shout(error):
    if isinstance(error, UnicodeEncodeError):
        return "".join(f"<{ord(c):X}>" for c in error.object[error.start : error.end]), error.end
    return f"[{error.object[error.start]:02x}]", error.start + 1


class Caesar(codecs.Codec):
    def encode(self, text, errors="strict"):
        return bytes((ord(c) + 3) % 128 for c in text), len(text)

    def decode(self, data, errors="strict"):
        return "".join(chr((b - 3) % 128) for b in bytes(data)), len(data)


def find(name):
    if name == "caesar3":
        return codecs.CodecInfo(Caesar().encode, Caesar().decode, name="caesar3")


def main():
    for name in CODECS:
        try:
            raw = TEXT.encode(name)
            print(f"{name:<12}{len(raw):>3} {raw.hex()} {raw.decode(name) == TEXT}")
        except UnicodeEncodeError as error:
            print(
                f"{name:<12} cannot encode {error.object[error.start : error.end]!a} at {error.start}: {error.reason}"
            )
    codecs.register_error("shout", shout)
    for handler in ("ignore", "replace", "backslashreplace", "xmlcharrefreplace", "namereplace", "shout"):
        print(f"{handler:<18}{TEXT.encode('ascii', handler)}")
    broken = b"ok \xff\xfe \xe2\x82 \xc0\x80 \xf5 \xed\xa0\x80 end\xe2"
    for handler in ("ignore", "replace", "backslashreplace", "surrogateescape", "shout"):
        print(f"{handler:<18}{broken.decode('utf-8', handler)!a}")
    try:
        broken.decode()
    except UnicodeDecodeError as error:
        print(error.encoding, error.start, error.end, error.reason)
    codecs.register(find)
    print("hello".encode("caesar3"), b"khoor".decode("caesar3"))
    decoder = codecs.getincrementaldecoder("utf-16")()
    print([decoder.decode(bytes([b])) for b in "\ufeffa\U0001f600".encode("utf-16-le")], decoder.getstate())
    writer = codecs.getwriter("utf-8-sig")(buffer := io.BytesIO())
    writer.write("\u00e9")
    writer.write("\u00e9")
    print(
        buffer.getvalue(),
        codecs.getreader("latin-1")(io.BytesIO(b"\xe9")).read(),
        list(codecs.iterdecode([b"\xe2", b"\x82\xac"], "utf-8")),
    )
    print(
        codecs.lookup("U8").name,
        codecs.lookup("LATIN1").name,
        encodings.aliases.aliases["ibm437"],
        "\u00fc".encode("cp437"),
        codecs.charmap_encode("ab", "strict", {97: 120, 98: 121})[0],
    )
    wrong = "caf\u00e9".encode().decode("cp1252")
    print(wrong, wrong.encode("cp1252").decode(), "\u0130".lower().encode(), "a\0b".encode("utf-16-be"))
    for attempt in (
        lambda: "x".encode("nope"),
        lambda: b"x".decode("rot13"),
        lambda: "x".encode("utf-8", "nohandler") or "\ud800".encode("utf-8", "nohandler"),
        lambda: b"\x81".decode("cp1252"),
        lambda: b"\xd8\x00".decode("utf-16-be"),
        lambda: str(5, "ascii"),
    ):
        try:
            print(attempt())
        except (LookupError, UnicodeError, TypeError) as error:
            print(type(error).__name__, error)


if __name__ == "__main__":
    main()
