"""Fast Fourier transform, forth and back, of 512 complex numbers laid out as re, im, re, im in one list."""

import math
import random

LOOPS = 65
CHECKSUM = "9.307885 True"

POINTS = 512


def reorder(data):
    """Swaps every element with the one whose index has the same bits backwards."""
    count = len(data) // 2
    mirror = 0
    for i in range(count - 1):
        if i < mirror:
            a, b = 2 * i, 2 * mirror
            data[a], data[b] = data[b], data[a]
            data[a + 1], data[b + 1] = data[b + 1], data[a + 1]
        bit = count >> 1
        while bit <= mirror:
            mirror -= bit
            bit >>= 1
        mirror += bit


def transform(data, direction):
    count = len(data) // 2
    reorder(data)
    half = 1
    while half < count:
        angle = direction * math.pi / half
        step_re = -2.0 * math.sin(angle / 2.0) ** 2
        step_im = math.sin(angle)
        w_re, w_im = 1.0, 0.0
        for offset in range(half):
            for start in range(offset, count, 2 * half):
                i = 2 * start
                j = 2 * (start + half)
                re, im = data[j], data[j + 1]
                t_re = w_re * re - w_im * im
                t_im = w_re * im + w_im * re
                data[j] = data[i] - t_re
                data[j + 1] = data[i + 1] - t_im
                data[i] += t_re
                data[i + 1] += t_im
            w_re, w_im = w_re + w_re * step_re - w_im * step_im, w_im + w_im * step_re + w_re * step_im
        half *= 2


def run(n):
    rng = random.Random(7)
    start = [rng.random() for _ in range(2 * POINTS)]
    data = start[:]
    for _ in range(n):
        transform(data, -1)
        middle = data[2]
        transform(data, 1)
        for i in range(len(data)):
            data[i] /= POINTS
    error = max(abs(a - b) for a, b in zip(start, data))
    return f"{middle:.6f} {error < 1e-9}"
