"""hashlib.sha256 as programs use it: many short messages, each its own object, and some longer ones in pieces."""

import hashlib

LOOPS = 28000
CHECKSUM = "f8eb041077cc3850"


def run(n):
    block = bytes(range(256)) * 16  # 4 KiB
    digest = b"start"
    for i in range(n):
        # A chain of short messages: a key, a small record, a page.
        for size in (16, 64, 256, 1024):
            digest = hashlib.sha256(digest + block[:size]).digest()
        # A longer one in pieces.
        if i % 16 == 0:
            whole = hashlib.sha256(digest)
            for _ in range(4):
                whole.update(block)
            digest = bytes.fromhex(whole.hexdigest())
    return digest.hex()[:16]
