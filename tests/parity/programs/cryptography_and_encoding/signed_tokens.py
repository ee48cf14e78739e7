"""Tokens in the style of JWT, one-time passwords, and constant-time comparison, with hmac and base64."""

import base64
import hashlib
import hmac
import json
import struct


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class TokenError(ValueError):
    pass


class Signer:
    ALGORITHMS = {"HS256": "sha256", "HS512": "sha512"}

    def __init__(self, key: bytes, algorithm="HS256"):
        self.key, self.algorithm = key, algorithm

    def _signature(self, message: str) -> str:
        return encode(hmac.digest(self.key, message.encode(), self.ALGORITHMS[self.algorithm]))

    def sign(self, payload: dict) -> str:
        parts = [
            encode(json.dumps(p, separators=(",", ":"), sort_keys=True).encode())
            for p in ({"alg": self.algorithm, "typ": "JWT"}, payload)
        ]
        message = ".".join(parts)
        return f"{message}.{self._signature(message)}"

    def verify(self, token: str, now: int) -> dict:
        try:
            message, _, signature = token.rpartition(".")
            header, payload = (json.loads(decode(p)) for p in message.split("."))
        except ValueError as error:
            raise TokenError(f"malformed: {type(error).__name__}") from error
        if header.get("alg") != self.algorithm:
            raise TokenError(f"algorithm {header.get('alg')}")
        if not hmac.compare_digest(signature, self._signature(message)):
            raise TokenError("signature")
        if payload.get("exp", now) < now:
            raise TokenError(f"expired {now - payload['exp']} s ago")
        return payload


def hotp(key: bytes, counter: int, digits=6) -> str:
    mac = hmac.new(key, struct.pack(">Q", counter), hashlib.sha1).digest()
    offset = mac[-1] & 15
    (code,) = struct.unpack(">I", mac[offset : offset + 4])
    return str((code & 0x7FFFFFFF) % 10**digits).zfill(digits)


def totp(key: str, time: int, step=30) -> str:
    return hotp(base64.b32decode(key, casefold=True), time // step)


def main():
    signer = Signer(b"top secret")
    token = signer.sign({"sub": "ann", "admin": False, "exp": 1_000})
    print(token)
    print(signer.verify(token, 999))
    header, payload, signature = token.split(".")
    forged = encode(decode(payload).replace(b"false", b"true "))
    none = encode(b'{"alg":"none"}')
    for name, bad, now in (
        ("expired", token, 1060),
        ("forged", f"{header}.{forged}.{signature}", 1),
        ("none", f"{none}.{payload}.", 1),
        ("short", token[:-2], 1),
        ("junk", "a.b", 1),
        ("other key", Signer(b"x").sign({}), 1),
        ("not json", encode(b"{") + "." + payload + ".x", 1),
    ):
        try:
            print(name, signer.verify(bad, now))
        except TokenError as error:
            print(f"{name}: {error}")
    print(len(Signer(b"k" * 200, "HS512").sign({})), [hotp(b"12345678901234567890", n) for n in range(6)])
    print([totp("gezdgnbvgy3tqojqgezdgnbvgy3tqojq", t) for t in (59, 1111111109, 2000000000)])
    mac = hmac.new(b"key", digestmod="sha3_256")
    mac.update(b"message")
    print(mac.name, mac.digest_size, mac.hexdigest()[:24], mac.copy().digest() == mac.digest())
    for attempt in (
        lambda: hmac.new(b"k", b"m"),
        lambda: hmac.new("k", b"m", "sha1"),
        lambda: hmac.compare_digest("\u00e9", "e"),
        lambda: hmac.compare_digest("a", b"a"),
        lambda: hmac.new(b"k", b"m", "nope"),
    ):
        try:
            attempt()
        except (TypeError, ValueError) as error:
            print(type(error).__name__, str(error)[:80])


if __name__ == "__main__":
    main()
