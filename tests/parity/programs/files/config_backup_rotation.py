"""Atomic saves with rotating backups and a lock file, then compare versions with filecmp."""

import filecmp
import json
import os
import shutil
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def lock(path: Path):
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
    try:
        os.write(descriptor, b"locked")
        yield
    finally:
        os.close(descriptor)
        path.unlink()


class Store:
    def __init__(self, path: Path, keep: int = 3):
        self.path, self.keep = path, keep

    def _backup(self, n: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{n}")

    def save(self, data) -> None:
        with lock(self.path.with_suffix(".lock")):
            temporary = self.path.with_suffix(".tmp")
            with temporary.open("w", encoding="utf-8") as file:
                json.dump(data, file, indent=2, sort_keys=True)
                file.flush()
                os.fsync(file.fileno())
            if self.path.exists():
                for n in range(self.keep - 1, 0, -1):
                    if self._backup(n).exists():
                        os.replace(self._backup(n), self._backup(n + 1))
                shutil.copy2(self.path, self._backup(1))
            os.replace(temporary, self.path)

    def load(self, version: int = 0):
        path = self._backup(version) if version else self.path
        return json.loads(path.read_text(encoding="utf-8"))

    def versions(self):
        return sorted(p.name for p in self.path.parent.glob(self.path.name + "*"))


def main():
    folder = Path("state")
    folder.mkdir()
    store = Store(folder / "config.json")
    for n in range(5):
        store.save({"version": n, "items": list(range(n))})
    print(store.versions(), [store.load(v)["version"] for v in range(4)])
    print((folder / "config.json").read_text())
    print(sorted(os.listdir(folder)))
    with lock(folder / "config.lock"):
        try:
            store.save({})
        except FileExistsError as error:
            print("locked:", error)
    try:
        store.save({"bad": object()})
    except TypeError as error:
        print(
            "not saved:",
            error,
            store.load()["version"],
            sorted(p.name for p in folder.iterdir() if p.suffix == ".lock"),
        )

    shutil.copytree(folder, "copy")
    Path("copy/config.json.2").write_text("changed")
    Path("copy/new.txt").touch()
    Path("copy/config.json.3").unlink()
    comparison = filecmp.dircmp(folder, "copy")
    print(comparison.left_only, comparison.right_only, sorted(comparison.same_files), comparison.diff_files)
    print(
        filecmp.cmp(folder / "config.json", "copy/config.json", shallow=False),
        filecmp.cmpfiles(folder, "copy", ["config.json.2", "zzz"], shallow=False),
    )
    archive = shutil.make_archive("bundle", "gztar", folder)
    shutil.unpack_archive(archive, "unpacked")
    print(
        os.path.basename(archive),
        sorted(os.listdir("unpacked")),
        sorted(name for name, _ in shutil.get_archive_formats()),
    )
    total = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
    print(total > 0, shutil.which("no-such-program"), oct(os.stat(folder / "config.json").st_mode & 0o170000))


if __name__ == "__main__":
    main()
