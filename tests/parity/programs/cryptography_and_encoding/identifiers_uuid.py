"""UUIDs from names and numbers, ULID-like sortable identifiers, check digits, short ids."""

import hashlib
import uuid

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def ulid(milliseconds: int, entropy: bytes) -> str:
    number = milliseconds << 80 | int.from_bytes(entropy)
    return "".join(CROCKFORD[number >> 5 * i & 31] for i in range(25, -1, -1))


def short(number: int, alphabet="abcdefghjkmnpqrstuvwxyz23456789") -> str:
    text = ""
    while True:
        number, digit = divmod(number, len(alphabet))
        text = alphabet[digit] + text
        if not number:
            return text


def luhn(number: str) -> bool:
    digits = [int(d) for d in number if d.isdigit()][::-1]
    return sum(digits[::2]) % 10 == -sum(sum(divmod(2 * d, 10)) for d in digits[1::2]) % 10


def isbn(text: str) -> bool:
    digits = [10 if c == "X" else int(c) for c in text.upper() if c.isdigit() or c == "X"]
    if len(digits) == 10:
        return sum(d * w for d, w in zip(digits, range(10, 0, -1))) % 11 == 0
    return len(digits) == 13 and sum(d * (1, 3)[i % 2] for i, d in enumerate(digits)) % 10 == 0


def iban(text: str) -> bool:
    text = text.replace(" ", "").upper()
    return text.isalnum() and int("".join(str(int(c, 36)) for c in text[4:] + text[:4])) % 97 == 1


def main():
    for namespace, name in (
        (uuid.NAMESPACE_DNS, "python.org"),
        (uuid.NAMESPACE_URL, "https://example.org/\u00e9"),
        (uuid.NAMESPACE_OID, "1.3.6.1"),
        (uuid.NAMESPACE_X500, "CN=x"),
    ):
        three, five = uuid.uuid3(namespace, name), uuid.uuid5(namespace, name)
        print(name, three, five, five.version, five.variant)
    u = uuid.UUID("12345678-1234-5678-9234-567812345678")
    print(u.hex, u.int, u.urn, u.bytes_le.hex(), u.fields, u.time_low, u.node, u.is_safe.name)
    print(
        uuid.UUID("{12345678123456789234567812345678}") == u,
        uuid.UUID(bytes=u.bytes) == u,
        uuid.UUID(int=5),
        uuid.UUID(fields=u.fields) == u,
        repr(u),
        u < uuid.UUID(int=2**127),
        hash(u) == hash(u.int),
    )
    print(uuid.NIL, uuid.MAX, uuid.uuid8(1, 2, 3).version, str(uuid.uuid8(0x123456789ABC, 0xFFF, 7))[:18])
    random_ones = {uuid.uuid4() for _ in range(100)}
    print(
        len(random_ones), all(x.version == 4 and x.variant == uuid.RFC_4122 for x in random_ones), uuid.uuid7().version
    )
    ids = [ulid(1_700_000_000_000 + n, hashlib.sha256(bytes([n])).digest()[:10]) for n in range(3)]
    print(ids, ids == sorted(ids), len(ids[0]), [short(n) for n in (0, 31, 10**6, 2**64)])
    print(
        [luhn(n) for n in ("4539 1488 0343 6467", "8273 1232 7352 0569", "79927398713", "0")],
        [isbn(i) for i in ("0-306-40615-2", "0-8044-2957-X", "978-0-306-40615-7", "978-0-306-40615-8")],
        [
            iban(i)
            for i in ("GB82 WEST 1234 5698 7654 32", "DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 01")
        ],
    )
    for bad in ("not-a-uuid", "1234", "g" * 32):
        try:
            uuid.UUID(bad)
        except ValueError as error:
            print(error)
    for options in ({}, {"int": -1}, {"bytes": b"x"}, {"hex": "0" * 32, "int": 1}, {"int": 1, "version": 99}):
        try:
            uuid.UUID(**options)
        except (TypeError, ValueError) as error:
            print(type(error).__name__, error)


if __name__ == "__main__":
    main()
