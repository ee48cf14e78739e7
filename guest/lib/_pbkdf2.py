"""hashlib.pbkdf2_hmac without OpenSSL."""


def pbkdf2_hmac(hash_name, password, salt, iterations, dklen=None):
    """Password based key derivation function 2 (PKCS #5 v2.0) with HMAC as pseudorandom function."""
    import hashlib

    if not isinstance(hash_name, str):
        raise TypeError(f"pbkdf2_hmac() argument 'hash_name' must be str, not {type(hash_name).__name__}")
    inner, outer = hashlib.new(hash_name), hashlib.new(hash_name)
    if iterations < 1:
        raise ValueError("iteration value must be greater than 0.")
    size = inner.digest_size
    length = size if dklen is None else dklen
    if length < 1:
        raise ValueError("key length must be greater than 0.")

    # HMAC with its key: the two hashes are prepared once and copied for each use.
    key = bytes(memoryview(password))
    if len(key) > inner.block_size:
        key = hashlib.new(hash_name, key).digest()
    key = key.ljust(inner.block_size, b"\0")
    inner.update(bytes(byte ^ 0x36 for byte in key))
    outer.update(bytes(byte ^ 0x5C for byte in key))

    def hmac(message):
        first, second = inner.copy(), outer.copy()
        first.update(message)
        second.update(first.digest())
        return second.digest()

    result = b""
    salt = bytes(memoryview(salt))
    for block in range(1, -(-length // size) + 1):
        step = hmac(salt + block.to_bytes(4, "big"))
        value = int.from_bytes(step, "big")
        for _ in range(iterations - 1):
            step = hmac(step)
            value ^= int.from_bytes(step, "big")
        result += value.to_bytes(size, "big")
    return result[:length]
