"""Primes: a sieve, Miller-Rabin, factorisation by Pollard's rho, and some counts."""

import math
import random
from collections import Counter


def sieve(limit: int) -> list[int]:
    flags = bytearray([1]) * (limit + 1)
    flags[0:2] = b"\0\0"
    for n in range(2, math.isqrt(limit) + 1):
        if flags[n]:
            flags[n * n::n] = bytes(len(range(n * n, limit + 1, n)))
    return [n for n, flag in enumerate(flags) if flag]


def is_prime(n: int) -> bool:
    if n < 2:
        return False
    small = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)
    for p in small:
        if n % p == 0:
            return n == p
    d, s = n - 1, 0
    while d % 2 == 0:
        d, s = d // 2, s + 1
    for base in small:
        x = pow(base, d, n)
        if x in (1, n - 1):
            continue
        for _ in range(s - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


def pollard_rho(n: int, generator: random.Random) -> int:
    if n % 2 == 0:
        return 2
    while True:
        c = generator.randrange(1, n)
        x = y = generator.randrange(2, n)
        d = 1
        while d == 1:
            x = (x * x + c) % n
            y = (y * y + c) % n
            y = (y * y + c) % n
            d = math.gcd(abs(x - y), n)
        if d != n:
            return d


def factorise(n: int) -> Counter:
    generator, factors, todo = random.Random(1), Counter(), [n]
    while todo:
        m = todo.pop()
        if m == 1:
            continue
        if is_prime(m):
            factors[m] += 1
        else:
            d = pollard_rho(m, generator)
            todo += [d, m // d]
    return factors


def main() -> None:
    primes = sieve(100_000)
    print(len(primes), "primes below 100000, the last ones", primes[-5:])
    gaps = Counter(b - a for a, b in zip(primes, primes[1:]))
    print("most common gaps:", gaps.most_common(4))
    print("twin primes below 200:", [(p, p + 2) for p in sieve(200) if is_prime(p + 2)])
    for n in (2**31 - 1, 2**61 - 1, 2**61 + 1, 561, 600851475143, 10**15 + 37, math.factorial(20) + 1):
        parts = " * ".join(f"{p}^{e}" if e > 1 else str(p) for p, e in sorted(factorise(n).items()))
        print(f"{n} = {parts}{' (prime)' if is_prime(n) else ''}")


if __name__ == "__main__":
    main()
