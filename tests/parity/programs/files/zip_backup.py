"""Make, list, test, extend and extract ZIP archives, in a file and in memory."""

import io
import tempfile
import zipfile
from pathlib import Path

FIXED = (2025, 1, 2, 3, 4, 6)


def add(archive: zipfile.ZipFile, name: str, data: str | bytes, method=zipfile.ZIP_DEFLATED):
    info = zipfile.ZipInfo(name, FIXED)
    info.compress_type = method
    info.external_attr = 0o644 << 16
    archive.writestr(info, data)


def main():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "backup.zip")
        with zipfile.ZipFile(path, "w") as archive:
            add(archive, "docs/read me.txt", "hello\n" * 100)
            add(archive, "docs/\u00fcn\u00efcode.txt", "\u20ac")
            add(archive, "raw.bin", bytes(range(256)), zipfile.ZIP_STORED)
            add(archive, "packed.bz2", "abc" * 50, zipfile.ZIP_BZIP2)
            add(archive, "packed.xz", "abc" * 50, zipfile.ZIP_LZMA)
            add(archive, "packed.zst", "abc" * 50, zipfile.ZIP_ZSTANDARD)
            archive.comment = b"made by a test"
            archive.mkdir("empty")
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                print(
                    f"{info.filename:<20} {info.file_size:>4} {info.compress_type:>2} {info.CRC:08x} {info.is_dir()} {info.date_time[:3] if not info.is_dir() else ''}"
                )
            print(archive.testzip(), archive.comment, archive.namelist() == [i.filename for i in archive.filelist])
            with archive.open("docs/read me.txt") as member:
                print(member.readline(), len(member.read()))
            archive.extractall(Path(folder, "out"))
        print(sorted(p.relative_to(folder).as_posix() for p in Path(folder, "out").rglob("*")))
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr("later.txt", "appended")
        print(len(zipfile.ZipFile(path).namelist()), zipfile.is_zipfile(path))
        inside = zipfile.Path(path, "docs/")
        print(
            sorted(p.name for p in inside.iterdir()),
            (inside / "\u00fcn\u00efcode.txt").read_text(encoding="utf-8"),
            (zipfile.Path(path) / "nope").exists(),
        )

        evil = io.BytesIO()
        with zipfile.ZipFile(evil, "w") as archive:
            archive.writestr("../../escape.txt", "x")
            archive.writestr("/absolute.txt", "y")
        zipfile.ZipFile(evil).extractall(Path(folder, "safe"))
        print(sorted(p.relative_to(folder).as_posix() for p in Path(folder, "safe").rglob("*")))

        damaged = bytearray(path.read_bytes())
        damaged[damaged.index(b"\x00\x01\x02\x03") + 5] ^= 0xFF
        with zipfile.ZipFile(io.BytesIO(damaged)) as archive:
            print("damaged:", archive.testzip())
        for attempt in (
            lambda: zipfile.ZipFile(io.BytesIO(b"not a zip")),
            lambda: zipfile.ZipFile(path).read("missing"),
            lambda: zipfile.ZipFile(path, "q"),
            lambda: zipfile.ZipFile(io.BytesIO(damaged)).read("raw.bin"),
            lambda: zipfile.ZipFile(path, "x"),
        ):
            try:
                attempt()
            except (zipfile.BadZipFile, KeyError, ValueError, FileExistsError) as error:
                print(type(error).__name__, str(error).replace(folder, "FOLDER"))


if __name__ == "__main__":
    main()
