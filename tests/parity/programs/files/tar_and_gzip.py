"""Tar archives with every compression, links inside, filters; gzip files line by line."""

import gzip
import io
import os
import tarfile
import tempfile
from pathlib import Path


def make(name, data=b"", kind=tarfile.REGTYPE, link=""):
    info = tarfile.TarInfo(name)
    info.size, info.mtime, info.mode, info.type, info.linkname = len(data), 1_700_000_000, 0o640, kind, link
    info.uid = info.gid = 1000
    info.uname = info.gname = "user"
    return info, io.BytesIO(data)


def main():
    members = [
        make("a.txt", b"alpha\n"),
        make("dir", kind=tarfile.DIRTYPE),
        make("dir/b.txt", b"beta\n" * 3),
        make("link", kind=tarfile.SYMTYPE, link="dir/b.txt"),
        make("hard", kind=tarfile.LNKTYPE, link="a.txt"),
        make("long/" + "n" * 120 + ".txt", b"long name"),
        make("\u00fc.txt", b"utf"),
    ]
    for mode in ("", "gz", "bz2", "xz", "zst"):
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode=f"w:{mode}") as archive:
            for info, data in members:
                data.seek(0)
                archive.addfile(info, data)
        buffer.seek(0)
        with tarfile.open(fileobj=buffer) as archive:
            print(
                f"{mode or 'plain':<6}",
                len(archive.getnames()),
                archive.extractfile("dir/b.txt").read(),
                archive.extractfile("link").readline(),
            )
    with tempfile.TemporaryDirectory() as folder:
        buffer.seek(0)
        with tarfile.open(fileobj=buffer, mode="r:*") as archive:
            for member in archive:
                print(
                    f"{member.name[:30]:<30} {member.size:>3} {oct(member.mode)} {member.isfile()} {member.issym()} {member.islnk()} {member.linkname}"
                )
            archive.extractall(folder, filter="data")
        print(
            sorted(len(str(p.relative_to(folder))) for p in Path(folder).rglob("*")),
            os.readlink(Path(folder, "link")),
            Path(folder, "hard").read_text(),
        )
        print(int(Path(folder, "a.txt").stat().st_mtime))
        evil = io.BytesIO()
        with tarfile.open(fileobj=evil, mode="w") as archive:
            for info, data in (
                make("../up.txt", b"x"),
                make("/abs.txt", b"y"),
                make("out", kind=tarfile.SYMTYPE, link="/etc/passwd"),
                make("fifo", kind=tarfile.FIFOTYPE),
            ):
                archive.addfile(info, data)
        evil.seek(0)
        with tarfile.open(fileobj=evil) as archive:
            for member in archive:
                try:
                    archive.extract(member, folder, filter="data")
                    print("extracted", member.name)
                except tarfile.FilterError as error:
                    print(type(error).__name__, error.tarinfo.name)

        path = Path(folder, "log.gz")
        with gzip.open(path, "wt", encoding="utf-8", newline="\n") as log:
            for n in range(1000):
                log.write(f"line {n} \u00e9\n")
        with gzip.open(path, "ab") as log:
            log.write(b"appended member\n")
        with gzip.open(path, "rt", encoding="utf-8") as log:
            lines = log.read().splitlines()
        print(len(lines), lines[999], lines[-1], path.stat().st_size < 5000)
        with gzip.open(path) as log:
            log.seek(5)
            print(log.read(4), log.tell(), log.readable(), log.writable())
    fixed = gzip.compress(b"data", mtime=0)
    print(fixed[:4].hex(), gzip.decompress(fixed + gzip.compress(b"+more")))
    for bad in (b"not gzip", fixed[:-3], fixed[:-8] + b"\0" * 8):
        try:
            gzip.decompress(bad)
        except (gzip.BadGzipFile, EOFError) as error:
            print(type(error).__name__, error)
    try:
        tarfile.open(fileobj=io.BytesIO(b"garbage" * 100))
    except tarfile.ReadError as error:
        print("ReadError:", str(error).splitlines()[0])


if __name__ == "__main__":
    main()
