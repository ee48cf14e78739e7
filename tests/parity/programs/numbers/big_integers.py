"""Big integers: factorials, Fibonacci by doubling, RSA with small keys, perfect numbers, bit tricks."""

import math
import sys


def fibonacci(n: int) -> int:
    def pair(k):
        if k == 0:
            return 0, 1
        a, b = pair(k // 2)
        c, d = a * (2 * b - a), a * a + b * b
        return (d, c + d) if k % 2 else (c, d)

    return pair(n)[0]


def rsa_demo():
    p, q, e = 2**89 - 1, 2**107 - 1, 65537
    n, phi = p * q, (p - 1) * (q - 1)
    d = pow(e, -1, phi)
    message = int.from_bytes(b"attack at dawn", "big")
    secret = pow(message, e, n)
    print("n =", n)
    print("secret =", hex(secret))
    print("opened =", pow(secret, d, n).to_bytes(14, "big"))


def ackermann_like(limit: int) -> list[int]:
    return [math.comb(2 * n, n) // (n + 1) for n in range(limit)]


def main():
    print(
        "100! has",
        len(str(math.factorial(100))),
        "digits and ends in",
        len(str(math.factorial(100))) - len(str(math.factorial(100)).rstrip("0")),
        "zeros",
    )
    print("fib(300) =", fibonacci(300))
    print("fib(10000) mod 10**12 =", fibonacci(10000) % 10**12)
    rsa_demo()
    print("perfect:", [(2**p - 1) << (p - 1) for p in (2, 3, 5, 7, 13, 17, 19, 31, 61)])
    print("Catalan:", ackermann_like(15))
    big = 3**200
    print(big.bit_length(), big.bit_count(), math.isqrt(big) == 3**100, big % (2**64), divmod(-big, 10**80)[1])
    print(
        int("zz", 36),
        int("0b1010", 0),
        int("-0x_ff", 16),
        int(" 12_345 "),
        int.from_bytes(b"\xff\xfe", "little", signed=True),
    )
    print((-5) // 2, -5 % 3, divmod(-7, 2), (-8) >> 1, ~7, 1 << 70, -1 >> 100, 5 & -2, -6 | 3, -6 ^ 3)
    print((255).to_bytes(2), (-2).to_bytes(3, "little", signed=True), (10**18).to_bytes(8, "big").hex())
    print(
        math.gcd(2**100, 6**50), math.lcm(12, 18, 27), math.perm(20, 5), math.comb(100, 50), math.prod(range(1, 25, 2))
    )
    print(10**25 + 1.0, 2**53 + 1 == float(2**53 + 1), float(10**22) == 10**22, int(1e23), round(10**20 + 5, -1))
    print((2**200) / (2**190), 7 / 2**1000 > 0, (10**400 + 1) // 10**399, f"{2**127:x}", f"{10**30:.3e}")
    for operation in (
        lambda: 10**400 / 1.0,
        lambda: float(10**400),
        lambda: int("1" * 5000),
        lambda: (256).to_bytes(1),
        lambda: pow(2, -1, 4),
        lambda: math.isqrt(-1),
        lambda: 1 << -1,
        lambda: int("12x"),
        lambda: int(float("nan")),
    ):
        try:
            print(operation())
        except (OverflowError, ValueError) as error:
            print(type(error).__name__, error)
    sys.set_int_max_str_digits(0)
    print(len(str(7**9000)), sum(map(int, str(2**5000))))


if __name__ == "__main__":
    main()
