"""The bits of floating point numbers: exact values, rounding, special values, classification."""

import math
import struct
import sys


def bits(x: float) -> str:
    (number,) = struct.unpack(">Q", struct.pack(">d", x))
    text = f"{number:064b}"
    return f"{text[0]} {text[1:12]} {text[12:]}"


def describe(x: float) -> str:
    if math.isnan(x):
        return "nan"
    if math.isinf(x):
        return "infinite"
    if x == 0:
        return "zero"
    return "normal" if abs(x) >= sys.float_info.min else "subnormal"


def single(x: float) -> float:
    return struct.unpack("<f", struct.pack("<f", x))[0]


def main():
    for x in (1.0, -2.0, 0.1, 1 / 3, 5e-324, 2.2250738585072014e-308, -0.0, float("inf"), math.nan):
        print(f"{x!r:>24} {bits(abs(x) if math.isnan(x) else x)} {describe(x)}")
    print((0.1).as_integer_ratio(), (0.1).hex(), float.fromhex("0x1.8p3"), (0.5).is_integer(), (7.0).is_integer())
    print([single(x) for x in (0.1, 16777217.0, 3.4e38, 1e-45)], struct.unpack("<e", struct.pack("<e", 0.1))[0])
    print(
        0.1 + 0.2, 0.1 * 3, 1 - 0.9, 4.35 * 100, 1.1 + 2.2, 1e16 + 1, sum([1e16, 1, -1e16]), math.fsum([1e16, 1, -1e16])
    )
    print(sys.float_info.dig, sys.float_info.mant_dig, sys.float_info.max, sys.float_info.epsilon, sys.float_repr_style)
    nan, inf = math.nan, math.inf
    print(
        nan == nan,
        nan in [nan],
        inf - inf,
        inf * 0,
        0 * -1.0,
        min(nan, 1),
        min(1, nan),
        max([3, nan, 1]),
        -inf < -1e308,
        sorted([3, -inf, 0.5]),
    )
    print(
        [round(v, 2) for v in (1.005, 2.675, -0.125, 1e300, 0.5)],
        [round(v) for v in (0.5, 1.5, 2.5)],
        round(1234.5678, -2),
    )
    print([float(t) for t in ("1e3", " -.5 ", "infinity", "1_000.5", "4.9e-324", "2.4703282292062328e-324", "1e400")])
    print([repr(v) for v in (1e22, 1e21, 123456789012345680.0, 0.0001, 0.00001, 1.0e-10, 100000000000000000.0)])
    print(
        math.nextafter(0, 1),
        math.ulp(1e16),
        math.nextafter(1, 0, steps=3),
        hash(1.0) == hash(1),
        hash(inf),
        2.0**0.5 * 2.0**0.5 == 2,
    )
    print(7.5 // 2, -7.5 // 2, 7.5 % -2, divmod(-7.5, 2), 2.0**-1074, (-8) ** (1 / 3) != -2, 1e-320 / 3)
    for bad in (
        lambda: float("1.2.3"),
        lambda: 1.0 / 0,
        lambda: 2.0**5000,
        lambda: int(inf),
        lambda: (1.5).as_integer_ratio()[2],
        lambda: struct.pack("<f", 1e39),
        lambda: 0.0**-1,
        lambda: inf.as_integer_ratio(),
    ):
        try:
            bad()
        except (ValueError, ArithmeticError, IndexError) as error:
            print(type(error).__name__, error)


if __name__ == "__main__":
    main()
