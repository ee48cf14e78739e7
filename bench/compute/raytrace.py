"""A ray tracer: spheres and a checked floor, one light, shadows, mirrors; a new small object for every vector."""

import math

LOOPS = 10
CHECKSUM = "49671.360"

WIDTH, HEIGHT = 28, 21
EPSILON = 1e-6
DEPTH = 3


class Vector:
    def __init__(self, x, y, z):
        self.x = x
        self.y = y
        self.z = z

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y, self.z + other.z)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y, self.z - other.z)

    def scale(self, factor):
        return Vector(self.x * factor, self.y * factor, self.z * factor)

    def dot(self, other):
        return self.x * other.x + self.y * other.y + self.z * other.z

    def unit(self):
        return self.scale(1.0 / math.sqrt(self.dot(self)))

    def mirrored(self, normal):
        return self - normal.scale(2.0 * self.dot(normal))


class Ray:
    def __init__(self, start, direction):
        self.start = start
        self.direction = direction.unit()

    def at(self, distance):
        return self.start + self.direction.scale(distance)


class Sphere:
    def __init__(self, centre, radius, color, mirror):
        self.centre = centre
        self.radius = radius
        self.color = color
        self.mirror = mirror

    def hit(self, ray):
        to_centre = self.centre - ray.start
        along = to_centre.dot(ray.direction)
        inside = self.radius * self.radius - to_centre.dot(to_centre) + along * along
        return None if inside < 0.0 else along - math.sqrt(inside)

    def normal(self, point):
        return (point - self.centre).unit()

    def color_at(self, point):
        return self.color


class Floor:
    mirror = 0.1
    up = Vector(0.0, 1.0, 0.0)

    def hit(self, ray):
        return None if abs(ray.direction.y) < EPSILON else -ray.start.y / ray.direction.y

    def normal(self, point):
        return self.up

    def color_at(self, point):
        return (0.9, 0.9, 0.9) if (math.floor(point.x + 0.3) + math.floor(point.z + 0.3)) % 2 else (0.1, 0.1, 0.2)


class Scene:
    def __init__(self):
        self.light = Vector(-4.0, 8.0, -3.0)
        self.things = [Floor(), Sphere(Vector(0.1, 1.2, 5.0), 1.2, (0.9, 0.2, 0.1), 0.4)]
        for i in range(6):
            angle = 0.3 + i * math.pi / 3.0
            centre = Vector(2.5 * math.cos(angle), 0.5, 5.0 + 2.5 * math.sin(angle))
            self.things.append(Sphere(centre, 0.5, (0.1 * i, 0.8 - 0.1 * i, 0.5), 0.2))

    def first_hit(self, ray):
        nearest, found = None, None
        for thing in self.things:
            distance = thing.hit(ray)
            if distance is not None and distance > EPSILON and (nearest is None or distance < nearest):
                nearest, found = distance, thing
        return nearest, found

    def in_light(self, point):
        ray = Ray(point, self.light - point)
        return all((distance := thing.hit(ray)) is None or distance < EPSILON for thing in self.things)

    def color(self, ray, depth=0):
        distance, thing = self.first_hit(ray)
        if thing is None:
            return (0.3, 0.4, 0.6 + 0.4 * ray.direction.y)
        point = ray.at(distance)
        normal = thing.normal(point)
        bright = 0.15
        if self.in_light(point + normal.scale(1e-4)):
            bright += 0.85 * max(0.0, normal.dot((self.light - point).unit()))
        color = tuple(part * bright for part in thing.color_at(point))
        if thing.mirror and depth < DEPTH:
            seen = self.color(Ray(point + normal.scale(1e-4), ray.direction.mirrored(normal)), depth + 1)
            color = tuple(own * (1.0 - thing.mirror) + other * thing.mirror for own, other in zip(color, seen))
        return color


def render():
    scene = Scene()
    eye = Vector(0.0, 1.8, -3.0)
    total = 0.0
    for row in range(HEIGHT):
        for column in range(WIDTH):
            aim = Vector((column + 0.5) / WIDTH - 0.5, 0.35 - (row + 0.5) / HEIGHT * 0.75, 1.0)
            red, green, blue = scene.color(Ray(eye, aim))
            total += red * (row + 1) + green * (column + 1) + blue
    return total


def run(n):
    total = 0.0
    for _ in range(n):
        total += render()
    return f"{total:.3f}"
