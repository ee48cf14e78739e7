"""A quiz that checks answers from standard input, and a number-theory toolbox behind it."""

import math
import random
import sys


def divisors(n):
    small = [d for d in range(1, math.isqrt(n) + 1) if n % d == 0]
    return small + [n // d for d in reversed(small) if d * d != n]


def totient(n):
    result, p, m = n, 2, n
    while p * p <= m:
        if m % p == 0:
            while m % p == 0:
                m //= p
            result -= result // p
        p += 1
    return result - result // m if m > 1 else result


def extended_gcd(a, b):
    if b == 0:
        return a, 1, 0
    g, x, y = extended_gcd(b, a % b)
    return g, y, x - a // b * y


def chinese_remainder(pairs):
    x, m = 0, 1
    for remainder, modulus in pairs:
        g, p, _ = extended_gcd(m, modulus)
        if (remainder - x) % g:
            raise ValueError(f"no solution for x = {remainder} mod {modulus}")
        x += m * ((remainder - x) // g * p % (modulus // g))
        m = math.lcm(m, modulus)
        x %= m
    return x, m


def digits(n, base):
    out = []
    while n:
        n, d = divmod(n, base)
        out.append("0123456789abcdefghijklmnopqrstuvwxyz"[d])
    return "".join(reversed(out)) or "0"


def questions(seed):
    generator = random.Random(seed)
    while True:
        match generator.randrange(4):
            case 0:
                n = generator.randrange(10, 100)
                yield f"how many divisors has {n}?", len(divisors(n))
            case 1:
                a, b = generator.randrange(10, 99), generator.randrange(10, 99)
                yield f"gcd of {a} and {b}?", math.gcd(a, b)
            case 2:
                n, base = generator.randrange(20, 200), generator.choice([2, 3, 16])
                yield f"{n} in base {base}?", digits(n, base)
            case 3:
                n = generator.randrange(5, 40)
                yield f"totient of {n}?", totient(n)


def main():
    right = asked = 0
    for question, answer in questions(12):
        given = sys.stdin.readline().strip()
        if given in ("", "quit"):
            break
        asked += 1
        good = given == str(answer)
        right += good
        print(f"{question} {given}: {'right' if good else f'no, {answer}'}")
    print(f"{right} of {asked} = {right / asked:.0%}" if asked else "nothing asked")
    print(
        [n for n in range(2, 500) if sum(divisors(n)) == 2 * n],
        [(a, b) for a in range(200, 1300) if a < (b := sum(divisors(a)) - a) and sum(divisors(b)) - b == a],
    )
    print(
        chinese_remainder([(2, 3), (3, 5), (2, 7)]),
        chinese_remainder([(1, 4), (3, 6)]),
        extended_gcd(240, 46),
        pow(3, -1, 11),
        [totient(n) for n in range(1, 13)],
    )
    print(
        [n for n in range(1, 2000) if n == sum(int(d) ** len(str(n)) for d in str(n))],
        digits(10**30, 36),
        int(digits(10**30, 36), 36) == 10**30,
    )
    print(
        [n for n in range(1, 60) if pow(2, n - 1, n) == 1],
        [[math.comb(n, k) % 2 for k in range(n + 1)] for n in range(5)],
        sum(1 for n in range(10**4) if str(n) == str(n)[::-1]),
    )
    try:
        chinese_remainder([(1, 4), (2, 6)])
    except ValueError as error:
        print(error)


if __name__ == "__main__":
    main()
