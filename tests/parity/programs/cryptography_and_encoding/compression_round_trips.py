"""zlib, gzip, bz2, lzma and zstd: round trips, streaming, dictionaries, damage."""

import bz2
import gzip
import io
import lzma
import zlib
from compression import zstd

TEXT = b"".join(b"line %d: the same words again and again\n" % (n % 17) for n in range(400))
RANDOM = bytes((n * n * 31 + n * 7) % 251 for n in range(2000))


def stream(compressor, data, size=97):
    pieces = [compressor.compress(data[i : i + size]) for i in range(0, len(data), size)]
    return b"".join([*pieces, compressor.flush()])


def unstream(decompressor, data, size=13):
    return b"".join(decompressor.decompress(data[i : i + size]) for i in range(0, len(data), size))


def main():
    codecs = {
        "zlib": (zlib.compress, zlib.decompress),
        "gzip": (gzip.compress, gzip.decompress),
        "bz2": (bz2.compress, bz2.decompress),
        "lzma": (lzma.compress, lzma.decompress),
        "zstd": (zstd.compress, zstd.decompress),
    }
    for name, (compress, decompress) in codecs.items():
        results = [decompress(compress(data)) == data for data in (b"", b"x", TEXT, RANDOM, TEXT * 20)]
        print(f"{name:<5}", results, "smaller:", len(compress(TEXT)) < len(TEXT) // 10)
    print(
        "streams:",
        unstream(zlib.decompressobj(), stream(zlib.compressobj(9), TEXT)) == TEXT,
        unstream(bz2.BZ2Decompressor(), stream(bz2.BZ2Compressor(), TEXT)) == TEXT,
        unstream(lzma.LZMADecompressor(), stream(lzma.LZMACompressor(), TEXT)) == TEXT,
        unstream(zstd.ZstdDecompressor(), stream(zstd.ZstdCompressor(), TEXT)) == TEXT,
    )
    raw = zlib.compressobj(wbits=-15)
    data = raw.compress(TEXT) + raw.flush()
    print(
        zlib.decompress(data, wbits=-15) == TEXT,
        zlib.crc32(TEXT),
        zlib.adler32(TEXT),
        zlib.crc32(b"b", zlib.crc32(b"a")) == zlib.crc32(b"ab"),
    )
    limited = zlib.decompressobj()
    first = limited.decompress(zlib.compress(b"a" * 1000), max_length=10)
    rest = limited.decompress(limited.unconsumed_tail) + limited.flush()
    print(first, len(rest), limited.eof, limited.unused_data)
    shared = zlib.compressobj(zdict=b"the same words again")
    packed = shared.compress(b"the same words again, please") + shared.flush()
    print(zlib.decompressobj(zdict=b"the same words again").decompress(packed))
    flushed = zlib.compressobj()
    part = flushed.compress(b"sync") + flushed.flush(zlib.Z_SYNC_FLUSH)
    print(part[-4:], zlib.decompressobj().decompress(part))
    two = bz2.compress(b"one") + bz2.compress(b"two")
    single = bz2.BZ2Decompressor()
    print(bz2.decompress(two), single.decompress(two), single.eof, len(single.unused_data) > 0)
    for options in (
        {"format": lzma.FORMAT_ALONE},
        {
            "format": lzma.FORMAT_RAW,
            "filters": [{"id": lzma.FILTER_DELTA, "dist": 4}, {"id": lzma.FILTER_LZMA2, "preset": 3}],
        },
        {"check": lzma.CHECK_SHA256},
        {"check": lzma.CHECK_CRC32},
    ):
        packed = lzma.compress(RANDOM, **options)
        keep = {k: v for k, v in options.items() if k in ("filters",) or v == lzma.FORMAT_RAW}
        print(lzma.decompress(packed, **keep) == RANDOM, end=" ")
    print(lzma.compress(b"")[:6])
    trained = zstd.train_dict([b"sample %d of some text" % n for n in range(200)], 512)
    with_dictionary = zstd.compress(b"sample 7 of some text", zstd_dict=trained)
    print(
        zstd.decompress(with_dictionary, zstd_dict=trained),
        zstd.get_frame_info(zstd.compress(TEXT)).decompressed_size,
        len(TEXT),
        zstd.compress(TEXT, level=19)[:4].hex(),
    )
    for module, opener in ((gzip, gzip.open), (bz2, bz2.open), (lzma, lzma.open), (zstd, zstd.open)):
        buffer = io.BytesIO()
        with opener(buffer, "wt", encoding="utf-8") as file:
            file.write("\u00e9 one\ntwo\n")
        buffer.seek(0)
        with opener(buffer, "rt", encoding="utf-8") as file:
            print(module.__name__, [line.rstrip() for line in file], end="; ")
    print()
    for name, (compress, decompress) in codecs.items():
        good = compress(TEXT)
        for kind, bad in (("short", good[: len(good) // 2]), ("garbage", b"garbage" * 5), ("empty", b"")):
            try:
                print(name, kind, "gave", len(decompress(bad)))
            except (zlib.error, OSError, EOFError, lzma.LZMAError, zstd.ZstdError, ValueError) as error:
                print(name, kind, type(error).__name__, str(error)[:75])


if __name__ == "__main__":
    main()
