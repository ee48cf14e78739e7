"""Unpacking a tuple and a list of ten into ten local variables, unrolled so that little else happens."""

LOOPS = 110000
CHECKSUM = 228228


def unpack(items, rounds):
    # Each line turns the names by one, so that no assignment repeats the one before it.
    for _ in range(rounds):
        a, b, c, d, e, f, g, h, i, j = items
        b, c, d, e, f, g, h, i, j, a = items
        c, d, e, f, g, h, i, j, a, b = items
        d, e, f, g, h, i, j, a, b, c = items
        e, f, g, h, i, j, a, b, c, d = items
        f, g, h, i, j, a, b, c, d, e = items
        g, h, i, j, a, b, c, d, e, f = items
        h, i, j, a, b, c, d, e, f, g = items
        i, j, a, b, c, d, e, f, g, h = items
        j, a, b, c, d, e, f, g, h, i = items
        a, b, c, d, e, f, g, h, i, j = items
        b, c, d, e, f, g, h, i, j, a = items
        c, d, e, f, g, h, i, j, a, b = items
        d, e, f, g, h, i, j, a, b, c = items
        e, f, g, h, i, j, a, b, c, d = items
        f, g, h, i, j, a, b, c, d, e = items
        g, h, i, j, a, b, c, d, e, f = items
        h, i, j, a, b, c, d, e, f, g = items
        i, j, a, b, c, d, e, f, g, h = items
        j, a, b, c, d, e, f, g, h, i = items
    return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h + 9 * i + 10 * j


def run(n):
    items = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3]
    return unpack(tuple(items), n) * 1000 + unpack(items, n)
