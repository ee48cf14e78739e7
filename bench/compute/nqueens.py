"""Queens on a board of 7 by 7 by trying all permutations: generators, sets, tuples."""

LOOPS = 12
CHECKSUM = 767171

SIZE = 7


def permutations(items):
    """All orders of a sequence, in lexical order of positions, one list of indices being changed in place."""
    pool = tuple(items)
    order = list(range(len(pool)))
    last = len(pool) - 1
    while True:
        yield tuple(pool[i] for i in order)
        rise = last - 1
        while rise >= 0 and order[rise] > order[rise + 1]:
            rise -= 1
        if rise < 0:
            return
        swap = last
        while order[swap] < order[rise]:
            swap -= 1
        order[rise], order[swap] = order[swap], order[rise]
        order[rise + 1:] = order[:rise:-1]


def solutions(size):
    columns = range(size)
    for rows in permutations(columns):
        if (size == len(set(rows[i] + i for i in columns))
                == len(set(rows[i] - i for i in columns))):
            yield rows


def run(n):
    check = 0
    for _ in range(n):
        for number, rows in enumerate(solutions(SIZE), 1):
            for row in rows:
                check = (check * 9 + row * number) % 1000003
    return check
