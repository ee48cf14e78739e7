"""A binary file format with struct: header, index, records; a small bitmap image written by hand."""

import array
import io
import struct
import zlib
from pathlib import Path

HEADER = struct.Struct("<4sHHI")
RECORD = struct.Struct("<I16sdB?")


def write(path: Path, records):
    body = b"".join(
        RECORD.pack(n, name.encode()[:16], value, flags, active) for n, name, value, flags, active in records
    )
    path.write_bytes(HEADER.pack(b"RECS", 1, len(records), zlib.crc32(body)) + body)


def read(path: Path):
    data = path.read_bytes()
    magic, version, count, checksum = HEADER.unpack_from(data)
    if magic != b"RECS":
        raise ValueError(f"bad magic {magic!r}")
    body = memoryview(data)[HEADER.size :]
    if zlib.crc32(body) != checksum:
        raise ValueError("checksum does not match")
    for n, name, value, flags, active in RECORD.iter_unpack(body):
        yield n, name.rstrip(b"\0").decode(), value, flags, active


def bitmap(width: int, height: int) -> bytes:
    row_size = (width * 3 + 3) // 4 * 4
    pixels = bytearray()
    for y in range(height):
        row = b"".join(struct.pack("BBB", x * 255 // width, y * 255 // height, 128) for x in range(width))
        pixels += row.ljust(row_size, b"\0")
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, len(pixels), 2835, 2835, 0, 0)
    return struct.pack("<2sIHHI", b"BM", 14 + len(info) + len(pixels), 0, 0, 14 + len(info)) + info + pixels


def main():
    path = Path("records.bin")
    write(
        path,
        [
            (1, "alpha", 3.25, 7, True),
            (2, "\u00e9t\u00e9", -0.1, 255, False),
            (2**32 - 1, "x" * 30, float("inf"), 0, True),
        ],
    )
    print(path.stat().st_size, HEADER.size, RECORD.size, path.read_bytes()[:24].hex(" "))
    for record in read(path):
        print(record)
    with path.open("r+b") as file:
        file.seek(20)
        file.write(b"!")
    for damage in (None, b"NOPE"):
        if damage:
            path.write_bytes(damage + path.read_bytes()[4:])
        try:
            list(read(path))
        except ValueError as error:
            print(error)
    image = bitmap(5, 3)
    print(len(image), image[:2], struct.unpack_from("<ii", image, 18), f"{zlib.adler32(image):08x}")

    print([struct.calcsize(f) for f in ("<bhiq", ">bhiq", "=bhiq", "<5sx2H", "<3?", "<0s", "<e", "!II")])
    print(
        struct.pack(">hIq", -2, 7, -(2**40)).hex(),
        struct.unpack("<2h3s", b"\x01\x00\xff\xff\x61\x62\x63"),
        struct.pack("<5p", b"pascal"),
        struct.pack("<e", 1.5).hex(),
    )
    numbers = array.array("h", [1, -2, 300])
    numbers.append(4)
    numbers.byteswap()
    print(
        numbers,
        numbers.itemsize,
        numbers.tobytes().hex(),
        array.array("d", [0.5]).tobytes(),
        array.array("B", b"abc").tolist(),
    )
    buffer = bytearray(8)
    view = memoryview(buffer)
    struct.pack_into("<HH", view, 2, 0xBEEF, 0xCAFE)
    view[0:2] = b"ZZ"
    print(
        buffer,
        view[2:4].tobytes(),
        view.cast("H")[1] == 0xBEEF,
        view[::2].tolist(),
        view.readonly,
        view.nbytes,
        memoryview(b"abcd").cast("B", (2, 2)).tolist(),
    )
    stream = io.BytesIO(b"\x05hello\x02hi")
    while size := stream.read(1):
        print(stream.read(size[0]).decode(), end=" ")
    print()
    for attempt in (
        lambda: struct.pack("<B", 256),
        lambda: struct.unpack("<I", b"abc"),
        lambda: struct.pack("<2s", "text"),
        lambda: struct.pack("<hh", 1),
        lambda: struct.Struct("<z"),
        lambda: struct.unpack_from("<I", b"abcdef", 4),
        lambda: array.array("h", [70000]),
        lambda: memoryview(b"x").__setitem__(0, 1),
        lambda: struct.pack("<i", 1.5),
    ):
        try:
            attempt()
        except (struct.error, OverflowError, TypeError) as error:
            print(type(error).__name__, error)


if __name__ == "__main__":
    main()
