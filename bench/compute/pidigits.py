"""Digits of pi by Gibbons's unbounded spigot: integers of thousands of digits."""

from itertools import islice

LOOPS = 1600
CHECKSUM = 312028235


def terms():
    """The linear fractional maps whose product is pi: z -> (k*z + 2*(2*k+1)) / (2*k+1), as (a, b, c)."""
    k = 1
    while True:
        odd = 2 * k + 1
        yield k, 2 * odd, odd
        k += 1


def digits():
    """State: the map z -> (a*z + b) / c, composed from all terms so far, minus the digits already given out."""
    a, b, c = 1, 0, 1
    source = terms()
    while True:
        digit = (3 * a + b) // c
        if digit == (4 * a + b) // c:
            yield digit
            a *= 10
            b = 10 * (b - digit * c)
        else:
            ta, tb, tc = next(source)
            b = a * tb + b * tc
            a *= ta
            c *= tc


def run(n):
    check = 0
    for digit in islice(digits(), n):
        check = (check * 11 + digit) % 1000000007
    return check
