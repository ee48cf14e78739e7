"""Planets: a symplectic integration of the Sun and four giants, all pairs, in plain float arithmetic."""

LOOPS = 20000
CHECKSUM = "-3.21219e-08 -3.21162e-08 1.94626 4.64795"

# Units: astronomical unit, day, mass of the Sun. Rounded orbits: (mass, position, velocity).
SOLAR = 2.9591220828e-4  # the gravitational constant in these units
START = [
    (1.0, (0.0, 0.0, 0.0), (0.0, 0.0, 0.0)),
    (9.547919e-4, (4.84, -1.16, -0.103), (0.001660, 0.007699, -0.000069)),
    (2.858860e-4, (8.34, 4.12, -0.403), (-0.002767, 0.004998, 0.000023)),
    (4.366244e-5, (12.89, -15.11, -0.223), (0.002964, 0.002378, -0.0000296)),
    (5.151389e-5, (15.37, -25.91, 0.179), (0.002680, 0.001628, -0.0000951)),
]


def system():
    bodies = [(list(position), list(velocity), mass) for mass, position, velocity in START]
    # The Sun moves so that the whole stands still.
    for axis in range(3):
        bodies[0][1][axis] = -sum(velocity[axis] * mass for _, velocity, mass in bodies[1:])
    pairs = [(a, b) for i, a in enumerate(bodies) for b in bodies[i + 1:]]
    return bodies, pairs


def advance(bodies, pairs, steps, dt):
    for _ in range(steps):
        for ((x1, y1, z1), v1, m1), ((x2, y2, z2), v2, m2) in pairs:
            dx = x1 - x2
            dy = y1 - y2
            dz = z1 - z2
            pull = SOLAR * dt * (dx * dx + dy * dy + dz * dz) ** -1.5
            on1 = m2 * pull
            on2 = m1 * pull
            v1[0] -= dx * on1
            v1[1] -= dy * on1
            v1[2] -= dz * on1
            v2[0] += dx * on2
            v2[1] += dy * on2
            v2[2] += dz * on2
        for position, (vx, vy, vz), _ in bodies:
            position[0] += dt * vx
            position[1] += dt * vy
            position[2] += dt * vz


def energy(bodies, pairs):
    total = 0.0
    for _, (vx, vy, vz), mass in bodies:
        total += 0.5 * mass * (vx * vx + vy * vy + vz * vz)
    for ((x1, y1, z1), _, m1), ((x2, y2, z2), _, m2) in pairs:
        total -= SOLAR * m1 * m2 / ((x1 - x2) ** 2 + (y1 - y2) ** 2 + (z1 - z2) ** 2) ** 0.5
    return total


def run(n):
    bodies, pairs = system()
    before = energy(bodies, pairs)
    advance(bodies, pairs, n, 2.0)
    jupiter = bodies[1][0]
    return f"{before:.5e} {energy(bodies, pairs):.5e} {jupiter[0]:.5f} {jupiter[1]:.5f}"
