"""Chaos game over B-splines: small objects with operators, float arithmetic, random numbers."""

import math
import random

LOOPS = 7000
CHECKSUM = 20058230

WIDTH = HEIGHT = 160


class Vector:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y)

    def __mul__(self, factor):
        return Vector(self.x * factor, self.y * factor)

    def length(self):
        return math.sqrt(self.x * self.x + self.y * self.y)

    def mix(self, other, share):
        return self * (1.0 - share) + other * share


class BSpline:
    """A curve of the given degree whose ends touch its first and last control point."""

    def __init__(self, points, degree=3):
        self.points = points
        self.degree = degree
        inner = len(points) - degree
        self.knots = [0.0] * degree + [float(i) for i in range(inner + 1)] + [float(inner)] * degree
        self.end = float(inner)

    def span(self, t):
        low, high = self.degree, len(self.points)
        while high - low > 1:
            middle = (low + high) // 2
            if self.knots[middle] <= t:
                low = middle
            else:
                high = middle
        return low

    def at(self, t):
        """de Boor's algorithm."""
        k, degree, knots = self.span(t), self.degree, self.knots
        work = [self.points[i] for i in range(k - degree, k + 1)]
        for level in range(1, degree + 1):
            for j in range(degree, level - 1, -1):
                left = knots[k - degree + j]
                right = knots[k + 1 + j - level]
                work[j] = work[j - 1].mix(work[j], (t - left) / (right - left))
        return work[degree]

    def length(self, steps=200):
        total, last = 0.0, self.at(0.0)
        for i in range(1, steps + 1):
            here = self.at(self.end * i / steps)
            total += (here - last).length()
            last = here
        return total


class Game:
    def __init__(self, curves, thickness):
        self.curves = curves
        self.thickness = thickness
        lengths = [curve.length() for curve in curves]
        self.total = sum(lengths)
        self.shares = lengths

    def pick(self, rng):
        at = rng.random() * self.total
        for curve, share in zip(self.curves, self.shares):
            if at < share:
                return curve
            at -= share
        return self.curves[-1]

    def move(self, point, rng):
        """Carries the point along with the plane onto a stripe around one of the curves."""
        curve = self.pick(rng)
        t = min(max(point.x, 0.0), 0.9999) * curve.end
        base = curve.at(t)
        ahead = curve.at(min(t + 0.001, curve.end - 1e-9))
        tangent = ahead - base
        size = tangent.length()
        if size == 0.0:
            return base
        across = Vector(-tangent.y, tangent.x) * ((point.y - 0.5) * self.thickness / size)
        return base + across


def run(n):
    corners = [
        [(0.1, 0.2), (0.2, 0.9), (0.4, 0.8), (0.45, 0.3), (0.3, 0.1)],
        [(0.5, 0.9), (0.9, 0.9), (0.8, 0.6), (0.6, 0.5), (0.55, 0.2), (0.9, 0.15)],
        [(0.1, 0.5), (0.3, 0.6), (0.7, 0.4), (0.95, 0.5)],
    ]
    game = Game([BSpline([Vector(x, y) for x, y in line]) for line in corners], 0.25)
    rng = random.Random(1234)
    image = [[0] * WIDTH for _ in range(HEIGHT)]
    point = Vector(0.5, 0.5)
    for _ in range(n):
        point = game.move(point, rng)
        row = min(max(int(point.y * HEIGHT), 0), HEIGHT - 1)
        column = min(max(int(point.x * WIDTH), 0), WIDTH - 1)
        image[row][column] += 1
    return sum(hits * (row * 31 + column) for row, line in enumerate(image) for column, hits in enumerate(line))
