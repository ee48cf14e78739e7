"""Parity, Hamming(7,4), CRCs by hand against the library, Reed-Solomon over a small field, Gray codes."""

import binascii
import random
import zlib
from functools import reduce
from operator import xor


def hamming_encode(nibble: int) -> int:
    d = [nibble >> i & 1 for i in range(4)]
    bits = [d[0] ^ d[1] ^ d[3], d[0] ^ d[2] ^ d[3], d[0], d[1] ^ d[2] ^ d[3], d[1], d[2], d[3]]
    return sum(bit << i for i, bit in enumerate(bits))


def hamming_decode(word: int) -> tuple[int, int]:
    """The data and the position of the corrected bit (0 for none)."""
    syndrome = reduce(xor, (i + 1 for i in range(7) if word >> i & 1), 0)
    if syndrome:
        word ^= 1 << (syndrome - 1)
    return (word >> 2 & 1) | (word >> 4 & 1) << 1 | (word >> 5 & 1) << 2 | (word >> 6 & 1) << 3, syndrome


def crc(data: bytes, polynomial: int, width: int, start=0, reflect=False, final=0) -> int:
    value, top, mask = start, 1 << (width - 1), (1 << width) - 1
    for byte in data:
        if reflect:
            value ^= byte
            for _ in range(8):
                value = value >> 1 ^ (polynomial if value & 1 else 0)
        else:
            value ^= byte << (width - 8)
            for _ in range(8):
                value = (value << 1 ^ (polynomial if value & top else 0)) & mask
    return value ^ final


class Field:
    """GF(2^8) with log tables."""

    def __init__(self, polynomial=0x11D):
        self.exp, self.log, x = [0] * 512, [0] * 256, 1
        for i in range(255):
            self.exp[i] = self.exp[i + 255] = x
            self.log[x] = i
            x = x << 1 ^ (polynomial if x & 128 else 0)

    def mul(self, a, b):
        return self.exp[self.log[a] + self.log[b]] if a and b else 0

    def generator(self, n):
        g = [1]
        for i in range(n):
            g = [a ^ self.mul(b, self.exp[i]) for a, b in zip([*g, 0], [0, *g])]
        return g

    def encode(self, message: bytes, n: int) -> bytes:
        g, rest = self.generator(n), list(message) + [0] * n
        for i in range(len(message)):
            if factor := rest[i]:
                for j, c in enumerate(g):
                    rest[i + j] ^= self.mul(c, factor)
        return message + bytes(rest[-n:])

    def syndromes(self, word: bytes, n: int):
        return [reduce(lambda acc, c: self.mul(acc, self.exp[i]) ^ c, word, 0) for i in range(n)]

    def correct_one(self, word: bytes, n: int):
        s = self.syndromes(word, n)
        if not any(s):
            return word, None
        position = len(word) - 1 - (self.log[s[1]] - self.log[s[0]]) % 255
        fixed = bytearray(word)
        fixed[position] ^= s[0]
        return bytes(fixed), position


def main():
    words = [hamming_encode(n) for n in range(16)]
    print([f"{w:07b}" for w in words[:8]], min((a ^ b).bit_count() for a in words for b in words if a != b))
    print(
        all(hamming_decode(words[n] ^ (1 << bit)) == (n, bit + 1) for n in range(16) for bit in range(7)),
        hamming_decode(words[9]),
    )
    data = b"123456789"
    print(
        f"{crc(data, 0xEDB88320, 32, 0xFFFFFFFF, True, 0xFFFFFFFF):08x} {zlib.crc32(data):08x} {crc(data, 0x1021, 16):04x} {binascii.crc_hqx(data, 0):04x} {crc(data, 0x07, 8):02x} {crc(data, 0xA001, 16, 0, True):04x}"
    )
    field = Field()
    word = field.encode(b"hello reed solomon", 4)
    print(word.hex(), field.syndromes(word, 4), field.generator(4))
    generator = random.Random(8)
    for _ in range(3):
        place, change = generator.randrange(len(word)), generator.randrange(1, 256)
        damaged = bytearray(word)
        damaged[place] ^= change
        fixed, found = field.correct_one(bytes(damaged), 4)
        print(place, found, fixed == word)
    gray = [n ^ n >> 1 for n in range(16)]
    print([f"{g:04b}" for g in gray], all((a ^ b).bit_count() == 1 for a, b in zip(gray, gray[1:])))
    print(
        [f"{b:08b}"[::-1].count("1") % 2 for b in b"parity"],
        reduce(xor, b"xor of all"),
        bin(int.from_bytes(b"ab"))[2:].zfill(16),
    )


if __name__ == "__main__":
    main()
