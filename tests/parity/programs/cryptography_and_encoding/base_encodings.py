"""base16, 32, 64, 85 and 58, hex dumps, quoted-printable, uu, punycode, rot13, percent encoding."""

import base64
import binascii
import codecs
import quopri
from urllib.parse import quote, quote_plus, unquote, unquote_to_bytes

ALPHABET58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def base58(data: bytes) -> str:
    number, text = int.from_bytes(data), ""
    while number:
        number, digit = divmod(number, 58)
        text = ALPHABET58[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def unbase58(text: str) -> bytes:
    number = 0
    for c in text:
        number = number * 58 + ALPHABET58.index(c)
    body = number.to_bytes((number.bit_length() + 7) // 8)
    return b"\0" * (len(text) - len(text.lstrip("1"))) + body


def hexdump(data: bytes, width=16):
    for offset in range(0, len(data), width):
        row = data[offset : offset + width]
        yield f"{offset:08x}  {row.hex(' ', 1):<{width * 3}} |{''.join(chr(b) if 32 <= b < 127 else '.' for b in row)}|"


def main():
    samples = [b"", b"f", b"fo", b"foo", b"foobar", bytes(range(0, 256, 17)), "\u00e9\u20ac".encode()]
    pairs = [
        ("b16", base64.b16encode, base64.b16decode),
        ("b32", base64.b32encode, base64.b32decode),
        ("b32hex", base64.b32hexencode, base64.b32hexdecode),
        ("b64", base64.b64encode, base64.b64decode),
        ("url", base64.urlsafe_b64encode, base64.urlsafe_b64decode),
        ("a85", base64.a85encode, base64.a85decode),
        ("b85", base64.b85encode, base64.b85decode),
        ("z85", base64.z85encode, base64.z85decode),
    ]
    for name, encode, decode in pairs:
        if name == "z85":
            samples = [s for s in samples if len(s) % 4 == 0]
        print(f"{name:<7}", *(encode(s).decode() or "-" for s in samples))
        assert all(decode(encode(s)) == s for s in samples)
    print(base58(b"\0\0hello world"), unbase58(base58(b"\0\0hello world")))
    print("\n".join(hexdump(bytes(range(20, 60)) + "\u00fcx".encode())))
    print(
        base64.encodebytes(b"x" * 60),
        base64.a85encode(b"\0" * 4 + b"    ", foldspaces=True, adobe=True),
        base64.b64encode(b"\xff\xfe\xfd", altchars=b"-_"),
    )
    print(quopri.encodestring("na\u00efve = long line ".encode() * 5), quopri.decodestring(b"=C3=A9=\n!"))
    print(
        binascii.b2a_uu(b"hello"),
        binascii.a2b_uu(b"%:&5L;&\\ \n"),
        binascii.hexlify(b"\x01\xab", "-"),
        bytes.fromhex("de AD be ef"),
        binascii.crc32(b"abc"),
        binascii.crc_hqx(b"abc", 0),
    )
    print(
        "m\u00fcnchen".encode("punycode"),
        "m\u00fcnchen.de".encode("idna"),
        b"xn--mnchen-3ya.de".decode("idna"),
        codecs.encode("Hello", "rot13"),
        codecs.encode(b"hi", "hex"),
        codecs.decode("aGk=".encode(), "base64"),
    )
    print(
        "tab\t\u20ac".encode("unicode_escape"),
        b"\\u20ac\\n".decode("unicode_escape"),
        "\u20ac".encode("raw_unicode_escape"),
        codecs.escape_decode(b"a\\x41")[0],
    )
    print(
        quote("a b/\u00e9?&=~"),
        quote("a b/c", safe=""),
        quote_plus("a b+c"),
        unquote("%E2%82%AC%2"),
        unquote_to_bytes("a%00b"),
        unquote("%ff"),
    )
    print(
        int("0b1011", 2),
        bin(0b1011 ^ 0b0110),
        f"{0xBEEF:016b}",
        (1000).to_bytes(2, "little"),
        [b for b in "\u20ac".encode()],
        bytes([104, 105]).decode(),
    )
    for attempt in (
        lambda: base64.b64decode(b"abc"),
        lambda: base64.b64decode(b"ab$c=", validate=True),
        lambda: base64.b32decode(b"a"),
        lambda: base64.b16decode(b"ab"),
        lambda: bytes.fromhex("abc"),
        lambda: base64.b85decode(b"\x7f"),
        lambda: base64.a85decode(b"v"),
        lambda: base64.b64encode("text"),
        lambda: binascii.unhexlify("zz"),
        lambda: "\u20ac".encode("idna").decode("ascii").encode("rot13"),
    ):
        try:
            attempt()
        except (ValueError, TypeError, LookupError) as error:
            print(type(error).__name__, error)


if __name__ == "__main__":
    main()
