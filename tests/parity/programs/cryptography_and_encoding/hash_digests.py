"""Digests of all algorithms that CPython carries itself, incrementally and at once, keyed, personalised, of files."""

import hashlib
import io

ALGORITHMS = [
    "md5",
    "sha1",
    "sha224",
    "sha256",
    "sha384",
    "sha512",
    "sha3_224",
    "sha3_256",
    "sha3_384",
    "sha3_512",
    "blake2b",
    "blake2s",
    "shake_128",
    "shake_256",
]


def digest(name: str, data: bytes) -> str:
    h = hashlib.new(name, usedforsecurity=False)
    for start in range(0, len(data), 7):
        h.update(data[start : start + 7])
    return h.hexdigest(20) if name.startswith("shake") else h.hexdigest()


def merkle_root(leaves: list[bytes]) -> bytes:
    level = [hashlib.sha256(b"\0" + leaf).digest() for leaf in leaves]
    while len(level) > 1:
        level = [
            hashlib.sha256(b"\1" + level[i] + level[min(i + 1, len(level) - 1)]).digest()
            for i in range(0, len(level), 2)
        ]
    return level[0]


def main():
    data = "The quick brown fox \u00fcber".encode() * 9
    for name in ALGORITHMS:
        h = getattr(hashlib, name)
        print(f"{name:<10} {h().digest_size:>3} {h().block_size:>3} {digest(name, data)[:40]} {digest(name, b'')[:12]}")
    print(set(ALGORITHMS) <= set(hashlib.algorithms_guaranteed), sorted(hashlib.algorithms_guaranteed))
    h = hashlib.sha256(b"prefix")
    copy = h.copy()
    h.update(b" one")
    copy.update(b" two")
    print(h.hexdigest()[:16], copy.hexdigest()[:16], h.name, hashlib.sha256(b"prefix one").digest() == h.digest())
    print(
        hashlib.blake2b(b"msg", digest_size=16, key=b"secret", salt=b"salt", person=b"app").hexdigest(),
        hashlib.blake2s(b"x", digest_size=4).hexdigest(),
    )
    print(hashlib.shake_256(b"stream").hexdigest(40)[-20:], hashlib.file_digest(io.BytesIO(data), "sha1").hexdigest())
    print(
        hashlib.pbkdf2_hmac("sha256", b"password", b"salt", 1000).hex(),
        hashlib.pbkdf2_hmac("sha512", b"p", b"s", 10, dklen=10).hex(),
    )
    print(merkle_root([b"a", b"b", b"c"]).hex()[:32], merkle_root([b"a", b"b", b"d"]).hex()[:32])
    nonce = next(n for n in range(10**6) if hashlib.sha256(b"block" + str(n).encode()).hexdigest().startswith("000"))
    print("nonce", nonce, hashlib.sha256(b"block" + str(nonce).encode()).hexdigest()[:20])
    for attempt in (
        lambda: hashlib.new("md99"),
        lambda: hashlib.sha256("text"),
        lambda: hashlib.shake_128(b"").hexdigest(),
        lambda: hashlib.blake2b(digest_size=65),
        lambda: hashlib.blake2s(key=b"k" * 33),
        lambda: hashlib.pbkdf2_hmac("sha1", b"p", b"s", 0),
        lambda: h.update(None),
    ):
        try:
            attempt()
        except (ValueError, TypeError) as error:
            print(type(error).__name__, error)


if __name__ == "__main__":
    main()
