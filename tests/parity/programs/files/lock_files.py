"""Lock files made with O_CREAT and O_EXCL, stale locks, and a counter that two holders may not change at once."""

import os
from contextlib import contextmanager
from pathlib import Path


class Locked(Exception):
    pass


@contextmanager
def lock(path: str, owner: str):
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL)
    except FileExistsError as error:
        raise Locked(f"{owner} waits: {Path(path).read_text() or 'no owner noted'}") from error
    os.close(descriptor)
    try:
        Path(path).write_text(f"held by {owner}")
        yield
    finally:
        os.unlink(path)


def increment(counter: Path) -> int:
    value = int(counter.read_text()) + 1 if counter.exists() else 1
    counter.write_text(str(value))
    return value


def main():
    counter = Path("counter")
    for owner in ("ann", "bob"):
        with lock("counter.lock", owner):
            print(owner, increment(counter))
    with lock("counter.lock", "ann"):
        try:
            with lock("counter.lock", "bob"):
                print("never", increment(counter))
        except Locked as error:
            print(error, "|", type(error.__cause__).__name__)
    print("left:", sorted(os.listdir()) == ["counter", Path(__file__).name], counter.read_text())
    descriptor = os.open("counter", 0)
    print(os.read(descriptor, 10))
    os.close(descriptor)


if __name__ == "__main__":
    main()
