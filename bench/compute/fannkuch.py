"""Pancake flips: over all orders of 7 pancakes, the largest number of flips, and a signed sum of all of them."""

LOOPS = 24
CHECKSUM = "228/16"

PANCAKES = 7


def flips(stack):
    """How often the top run has to be turned until 0 lies on top. The top tells how many to turn."""
    count = 0
    top = stack[0]
    while top:
        stack[:top + 1] = stack[top::-1]
        top = stack[0]
        count += 1
    return count


def fannkuch(size):
    order = list(range(size))
    rotations = [0] * size
    signed = most = 0
    sign = 1
    while True:
        if order[0]:
            count = flips(order[:])
            if count > most:
                most = count
            signed += sign * count
        sign = -sign
        # The next order: rotate the first two; once they have come round, the first three as well, and so on.
        last = 1
        order.insert(last, order.pop(0))
        rotations[last] += 1
        while rotations[last] > last:
            rotations[last] = 0
            last += 1
            if last == size:
                return signed, most
            order.insert(last, order.pop(0))
            rotations[last] += 1


def run(n):
    result = None
    for _ in range(n):
        result = fannkuch(PANCAKES)
    return "%d/%d" % result
