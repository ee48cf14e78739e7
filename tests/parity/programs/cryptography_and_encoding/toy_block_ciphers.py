"""Teaching ciphers: XTEA in three modes with padding, RC4, a one-time pad, Diffie-Hellman with a small group."""

import hashlib
import struct
from collections.abc import Iterator

MASK = 0xFFFFFFFF


class Xtea:
    def __init__(self, key: bytes):
        if len(key) != 16:
            raise ValueError(f"key of {len(key)} bytes")
        self.key = struct.unpack(">4I", key)

    def encrypt(self, block: bytes) -> bytes:
        v0, v1 = struct.unpack(">2I", block)
        total = 0
        for _ in range(32):
            v0 = (v0 + (((v1 << 4 ^ v1 >> 5) + v1) ^ (total + self.key[total & 3]))) & MASK
            total = (total + 0x9E3779B9) & MASK
            v1 = (v1 + (((v0 << 4 ^ v0 >> 5) + v0) ^ (total + self.key[total >> 11 & 3]))) & MASK
        return struct.pack(">2I", v0, v1)

    def decrypt(self, block: bytes) -> bytes:
        v0, v1 = struct.unpack(">2I", block)
        total = 0x9E3779B9 * 32 & MASK
        for _ in range(32):
            v1 = (v1 - (((v0 << 4 ^ v0 >> 5) + v0) ^ (total + self.key[total >> 11 & 3]))) & MASK
            total = (total - 0x9E3779B9) & MASK
            v0 = (v0 - (((v1 << 4 ^ v1 >> 5) + v1) ^ (total + self.key[total & 3]))) & MASK
        return struct.pack(">2I", v0, v1)


def pad(data: bytes, size=8) -> bytes:
    n = size - len(data) % size
    return data + bytes([n]) * n


def unpad(data: bytes) -> bytes:
    n = data[-1]
    if not 1 <= n <= 8 or data[-n:] != bytes([n]) * n:
        raise ValueError("bad padding")
    return data[:-n]


def xor(a: bytes, b: bytes) -> bytes:
    return bytes(x ^ y for x, y in zip(a, b))


def blocks(data: bytes) -> Iterator[bytes]:
    return (data[i:i + 8] for i in range(0, len(data), 8))


def cbc(cipher, data, iv):
    out = []
    for block in blocks(pad(data)):
        iv = cipher.encrypt(xor(block, iv))
        out.append(iv)
    return b"".join(out)


def uncbc(cipher, data, iv):
    out = []
    for block in blocks(data):
        out.append(xor(cipher.decrypt(block), iv))
        iv = block
    return unpad(b"".join(out))


def counter_mode(cipher, data, nonce):
    stream = b"".join(cipher.encrypt(nonce + struct.pack(">I", n)) for n in range(-(-len(data) // 8)))
    return xor(data, stream)


def rc4(key: bytes, data: bytes) -> bytes:
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    i = j = 0
    out = bytearray()
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


def main():
    cipher = Xtea(bytes(range(16)))
    block = cipher.encrypt(b"ABCDEFGH")
    print(block.hex(), cipher.decrypt(block))
    message = "Attack at dawn; bring caf\u00e9.".encode()
    ecb = b"".join(map(cipher.encrypt, blocks(pad(b"same8same8same8!" * 2))))
    print(len(set(blocks(ecb))), len(set(blocks(cbc(cipher, b"same8same8same8!" * 2, b"initvect")))))
    secret = cbc(cipher, message, b"initvect")
    print(secret.hex(), uncbc(cipher, secret, b"initvect").decode())
    stream = counter_mode(cipher, message, b"once")
    print(stream.hex()[:32], counter_mode(cipher, stream, b"once") == message)
    print(rc4(b"Key", b"Plaintext").hex(), rc4(b"Key", rc4(b"Key", message)) == message)
    damaged = bytearray(secret)
    damaged[-1] ^= 1
    for attempt in (lambda: uncbc(cipher, bytes(damaged), b"initvect"), lambda: Xtea(b"short")):
        try:
            attempt()
        except ValueError as error:
            print(error)
    p, g = 2**127 - 1, 3
    a, b = (int.from_bytes(hashlib.sha256(name).digest()[:15]) for name in (b"alice", b"bob"))
    shared = pow(pow(g, a, p), b, p)
    print(shared == pow(pow(g, b, p), a, p), hashlib.sha256(shared.to_bytes(16)).hexdigest()[:24])
    pads = xor(message, hashlib.shake_256(b"pad").digest(len(message)))
    print(xor(pads, hashlib.shake_256(b"pad").digest(len(message))) == message, pads.hex()[:20])


if __name__ == "__main__":
    main()
