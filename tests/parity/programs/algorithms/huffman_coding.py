"""Huffman codes: build the tree, encode, decode, compare with fixed-width bits."""

import heapq
from collections import Counter
from itertools import count

TEXT = "she sells sea shells by the sea shore, the shells she sells are surely seashells"


def build_codes(text: str) -> dict[str, str]:
    tie = count()
    heap = [(weight, next(tie), symbol) for symbol, weight in sorted(Counter(text).items())]
    heapq.heapify(heap)
    if len(heap) == 1:
        return {heap[0][2]: "0"}
    while len(heap) > 1:
        low_weight, _, low = heapq.heappop(heap)
        high_weight, _, high = heapq.heappop(heap)
        heapq.heappush(heap, (low_weight + high_weight, next(tie), (low, high)))
    codes: dict[str, str] = {}

    def walk(node, prefix):
        match node:
            case (left, right):
                walk(left, prefix + "0")
                walk(right, prefix + "1")
            case str(symbol):
                codes[symbol] = prefix

    walk(heap[0][2], "")
    return codes


def encode(text: str, codes: dict[str, str]) -> str:
    return "".join(codes[symbol] for symbol in text)


def decode(bits: str, codes: dict[str, str]) -> str:
    symbols = {code: symbol for symbol, code in codes.items()}
    result, current = [], ""
    for bit in bits:
        current += bit
        if current in symbols:
            result.append(symbols[current])
            current = ""
    if current:
        raise ValueError(f"trailing bits: {current}")
    return "".join(result)


if __name__ == "__main__":
    codes = build_codes(TEXT)
    for symbol, code in sorted(codes.items(), key=lambda item: (len(item[1]), item[1])):
        print(f"{symbol!r:>4} x{TEXT.count(symbol):<3} {code}")
    bits = encode(TEXT, codes)
    print(f"{len(TEXT) * 8} bits as bytes, {len(bits)} bits as Huffman code, {len(bits) / len(TEXT):.3f} per symbol")
    print("first bits:", bits[:60])
    packed = int("1" + bits, 2).to_bytes((len(bits) + 8) // 8, "big")
    print(len(packed), "bytes:", packed[:12].hex(" "))
    assert decode(bits, codes) == TEXT
    print("round trip ok;", "one symbol:", build_codes("aaaa"))
    try:
        decode(bits + "0", codes)
    except ValueError as error:
        print("error:", error)
