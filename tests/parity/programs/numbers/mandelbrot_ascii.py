"""Complex numbers: the Mandelbrot set as text, roots of polynomials, a discrete Fourier transform."""

import cmath
import math


def mandelbrot(width=66, height=20, limit=40):
    for row in range(height):
        y = 1.2 - 2.4 * row / (height - 1)
        line = ""
        for column in range(width):
            c = complex(-2.1 + 2.8 * column / (width - 1), y)
            z, n = 0j, 0
            while abs(z) <= 2 and n < limit:
                z, n = z * z + c, n + 1
            line += " .:-=+*#%@"[n * 9 // limit]
        yield line.rstrip()


def durand_kerner(coefficients, rounds=100):
    """All roots of a monic polynomial, highest power first."""
    degree = len(coefficients) - 1
    roots = [(0.4 + 0.9j) ** k for k in range(degree)]
    for _ in range(rounds):
        for i, root in enumerate(roots):
            value = 0j
            for coefficient in coefficients:
                value = value * root + coefficient
            roots[i] = root - value / math.prod(root - other for j, other in enumerate(roots) if j != i)
    return roots


def transform(samples):
    n = len(samples)
    return [sum(x * cmath.exp(-2j * math.pi * k * t / n) for t, x in enumerate(samples)) for k in range(n)]


def tidy(z: complex) -> str:
    real, imaginary = (round(v, 6) + 0.0 for v in (z.real, z.imag))
    return f"{real:.4f}{imaginary:+.4f}i"


def main():
    print("\n".join(mandelbrot()))
    for coefficients in ([1, -6, 11, -6], [1, 0, 0, 0, -1], [1, 2, 5]):
        roots = sorted(durand_kerner(coefficients), key=lambda z: (round(z.real, 6), round(z.imag, 6)))
        print(coefficients, [tidy(r) for r in roots])
    wave = [math.sin(2 * math.pi * 2 * t / 16) + 0.5 for t in range(16)]
    print([round(abs(x), 6) for x in transform(wave)][:9])
    z = 3 + 4j
    print(abs(z), z.conjugate(), z * 1j, z / (1 - 2j), z**2, z == 3 + 4j, complex("1-2j"), complex(-0.0, 5), repr(2j))
    print(
        f"{z:.2f} {z!s:>10}",
        round(cmath.phase(z), 9),
        [round(v, 6) for v in cmath.polar(-1j)],
        cmath.isclose(cmath.rect(1, cmath.pi), -1),
    )
    print(cmath.sqrt(-4), cmath.inf, cmath.isnan(complex("nan")), complex.from_number(3))
    for bad in (lambda: 1j < 2j, lambda: int(1j), lambda: 0j**-1, lambda: complex("1 + 2j"), lambda: z // 2):
        try:
            bad()
        except (TypeError, ZeroDivisionError, ValueError) as error:
            print(type(error).__name__, error)


if __name__ == "__main__":
    main()
