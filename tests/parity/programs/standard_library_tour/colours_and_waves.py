"""colorsys and ANSI palettes, a WAV file with wave, audio levels, an SVG and a PPM picture, a PNG by hand."""

import colorsys
import io
import math
import struct
import wave
import zlib
from array import array


def gradient(start: str, end: str, steps: int):
    a, b = ([int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in (start, end))
    for n in range(steps):
        yield "#" + "".join(f"{round(x + (y - x) * n / (steps - 1)):02x}" for x, y in zip(a, b))


def contrast(a: str, b: str) -> float:
    def luminance(colour):
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear))

    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def square_wave(frequency, seconds, rate=8000, volume=12000):
    period = rate // frequency
    return array("h", (volume if n % period < period // 2 else -volume for n in range(int(rate * seconds))))


def png(pixels: list[list[tuple[int, int, int]]]) -> bytes:
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    raw = b"".join(b"\0" + bytes(v for pixel in row for v in pixel) for row in pixels)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", len(pixels[0]), len(pixels), 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(raw, 0))
        + chunk(b"IEND", b"")
    )


def main():
    for rgb in ((255, 0, 0), (0, 128, 255), (128, 128, 128), (18, 52, 86)):
        unit = [c / 255 for c in rgb]
        hls, hsv, yiq = colorsys.rgb_to_hls(*unit), colorsys.rgb_to_hsv(*unit), colorsys.rgb_to_yiq(*unit)
        back = [round(c * 255) for c in colorsys.hls_to_rgb(*hls)]
        print(
            rgb,
            [f"{v:.4f}" for v in hls],
            [f"{v:.4f}" for v in hsv],
            [f"{v:.4f}" for v in yiq],
            back == list(rgb),
            [round(c * 255) for c in colorsys.hsv_to_rgb(*hsv)] == list(rgb),
        )
    print(
        list(gradient("#ff0000", "#0000ff", 5)),
        f"{contrast('#ffffff', '#000000'):.2f} {contrast('#777777', '#ffffff'):.2f}",
        ["#%02x%02x%02x" % tuple(round(c * 255) for c in colorsys.hsv_to_rgb(h / 6, 1, 1)) for h in range(6)],
    )
    samples = square_wave(440, 0.1)
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(samples.tobytes())
        file.writeframes(array("h", [0] * 200).tobytes())
    data = buffer.getvalue()
    print(len(data), data[:16].hex(" "), zlib.crc32(data))
    with wave.open(io.BytesIO(data)) as file:
        print(file.getparams())
        file.setpos(100)
        frames = array("h", file.readframes(50))
        print(frames[:6].tolist(), max(frames), file.tell(), file.getnframes() / file.getframerate())
        file.rewind()
        everything = array("h", file.readframes(10**6))
    print(
        f"rms {math.sqrt(sum(s * s for s in everything) / len(everything)):.3f}",
        sum(a * b < 0 for a, b in zip(everything, everything[1:])),
        "crossings",
    )
    for bad in (b"", b"RIFF\0\0\0\0junk", data[:30]):
        try:
            wave.open(io.BytesIO(bad))
        except (wave.Error, EOFError) as error:
            print(type(error).__name__, error)
    image = [[(x * 32, y * 32, 255 - x * y) for x in range(8)] for y in range(6)]
    picture = png(image)
    print(
        len(picture),
        picture[:24].hex(),
        f"{zlib.crc32(picture):08x}",
        "P3 8 6 255",
        " ".join(str(v) for v in image[5][7]),
    )
    points = " ".join(
        f"{50 + 40 * math.cos(2 * math.pi * k * 2 / 5 - math.pi / 2):.1f},{50 + 40 * math.sin(2 * math.pi * k * 2 / 5 - math.pi / 2):.1f}"
        for k in range(5)
    )
    print(
        f'<svg viewBox="0 0 100 100"><polygon points="{points}" fill="{next(gradient("#ffaa00", "#000000", 2))}"/></svg>'
    )


if __name__ == "__main__":
    main()
