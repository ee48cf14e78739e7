"""Float arithmetic on many small objects: make points, bring them to length 1, find the largest of each coordinate."""

from math import cos, sin, sqrt

LOOPS = 150000
CHECKSUM = "0.894427189 1.000000000 0.447213595"


class Point:
    __slots__ = ("x", "y", "z")

    def __init__(self, i):
        self.x = x = sin(i)
        self.y = cos(i) * 3.0
        self.z = x * x / 2.0

    def normalize(self):
        x, y, z = self.x, self.y, self.z
        length = sqrt(x * x + y * y + z * z)
        self.x /= length
        self.y /= length
        self.z /= length

    def maximum(self, other):
        if other.x > self.x:
            self.x = other.x
        if other.y > self.y:
            self.y = other.y
        if other.z > self.z:
            self.z = other.z
        return self


def run(n):
    points = [None] * n
    for i in range(n):
        points[i] = Point(i)
    for point in points:
        point.normalize()
    best = points[0]
    for point in points[1:]:
        best = best.maximum(point)
    return f"{best.x:.9f} {best.y:.9f} {best.z:.9f}"
