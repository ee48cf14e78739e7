"""Root finding, integration, interpolation and differential equations, printed to sensible precision."""

import math
from collections.abc import Callable

Function = Callable[[float], float]


def bisect(f: Function, low: float, high: float, tolerance=1e-12) -> tuple[float, int]:
    if f(low) * f(high) > 0:
        raise ValueError("no change of sign")
    steps = 0
    while high - low > tolerance:
        middle = (low + high) / 2
        low, high = (middle, high) if f(low) * f(middle) > 0 else (low, middle)
        steps += 1
    return (low + high) / 2, steps


def newton(f: Function, x: float, h=1e-6) -> tuple[float, int]:
    for step in range(50):
        slope = (f(x + h) - f(x - h)) / (2 * h)
        delta = f(x) / slope
        x -= delta
        if abs(delta) < 1e-10:
            return x, step + 1
    raise ArithmeticError("no convergence")


def simpson(f: Function, a: float, b: float, n=200) -> float:
    h = (b - a) / n
    return h / 3 * math.fsum((1 if i in (0, n) else 4 if i % 2 else 2) * f(a + i * h) for i in range(n + 1))


def lagrange(points):
    def polynomial(x):
        return sum(
            y * math.prod((x - other) / (here - other) for other, _ in points if other != here) for here, y in points
        )

    return polynomial


def runge_kutta(f, y, start, end, steps):
    h, t = (end - start) / steps, start
    for _ in range(steps):
        k1 = f(t, y)
        k2 = f(t + h / 2, y + h * k1 / 2)
        k3 = f(t + h / 2, y + h * k2 / 2)
        k4 = f(t + h, y + h * k3)
        y += h * (k1 + 2 * k2 + 2 * k3 + k4) / 6
        t += h
    return y


def main():
    f = lambda x: x**3 - 2 * x - 5
    root, steps = bisect(f, 2, 3)
    print(f"bisection {root:.10f} in {steps} steps")
    root, steps = newton(f, 2.0)
    print(f"Newton    {root:.10f} in {steps} steps")
    for name, g, a, b, exact in (
        ("x^2", lambda x: x * x, 0, 3, 9),
        ("sin", math.sin, 0, math.pi, 2),
        ("1/x", lambda x: 1 / x, 1, math.e, 1),
        ("gauss", lambda x: math.exp(-x * x), -5, 5, math.sqrt(math.pi)),
    ):
        value = simpson(g, a, b)
        print(f"integral of {name:<6}{value:.9f} error below 1e-7: {abs(value - exact) < 1e-7}")
    p = lagrange([(0, 1), (1, 3), (2, 2), (4, 5)])
    print("interpolated:", [round(p(x / 2), 6) for x in range(9)])
    print(f"y' = y at 1: {runge_kutta(lambda t, y: y, 1.0, 0, 1, 100):.9f}")
    print(f"logistic: {runge_kutta(lambda t, y: y * (1 - y), 0.1, 0, 5, 200):.9f}")
    print(
        sum([0.1] * 10),
        math.fsum([0.1] * 10),
        math.sumprod([1, 2.5], [4, 2]),
        math.isclose(0.1 + 0.2, 0.3),
        math.dist((0, 0), (3, 4)),
    )
    print(
        math.floor(-2.5),
        math.ceil(-2.5),
        math.trunc(-2.5),
        math.fmod(-7, 3),
        math.remainder(7, 4),
        math.copysign(1, -0.0),
        math.frexp(20.0),
        math.ldexp(0.5, 6),
        math.modf(-3.25),
        math.nextafter(1.0, 2.0),
        math.ulp(1.0),
        math.fma(2.0, 3.0, 4.0),
    )
    for bad in (
        lambda: bisect(f, 5, 6),
        lambda: math.sqrt(-1),
        lambda: math.log(0),
        lambda: math.exp(1000),
        lambda: math.acos(2),
        lambda: newton(lambda x: x * x + 1, 0.5),
    ):
        try:
            bad()
        except (ValueError, ArithmeticError) as error:
            print(type(error).__name__, error)


if __name__ == "__main__":
    main()
