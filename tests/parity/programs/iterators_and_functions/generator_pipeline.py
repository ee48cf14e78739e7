"""A log pipeline of generators: send, throw, close, yield from and return values."""

from collections.abc import Generator, Iterable, Iterator

LINES = """\
INFO start
WARN disk 81%
ERROR disk full
INFO retry
# comment
ERROR network down
DEBUG x=1
""".splitlines()


def parse(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        if not line.startswith("#"):
            level, _, text = line.partition(" ")
            yield level, text


def only(levels: set[str], entries):
    return (entry for entry in entries if entry[0] in levels)


def numbered(entries, start=1):
    for entry in entries:
        yield start, *entry
        start += 1


def running_average() -> Generator[float | None, float, str]:
    total, count, average = 0.0, 0, None
    try:
        while True:
            value = yield average
            if value is None:
                return f"{count} values"
            total, count = total + value, count + 1
            average = total / count
    finally:
        print("   averager closes")


def resilient():
    while True:
        try:
            received = yield "ready"
            print("   got", received)
        except ValueError as error:
            print("   caught", error)
            yield "recovered"


def tree(items):
    total = 0
    for item in items:
        if isinstance(item, list):
            total += yield from tree(item)
        else:
            yield item
            total += item
    return total


def main():
    for row in numbered(only({"WARN", "ERROR"}, parse(LINES))):
        print(row)
    averager = running_average()
    print(next(averager), [averager.send(v) for v in (10, 20, 60)])
    try:
        averager.send(None)
    except StopIteration as stop:
        print("returned", stop.value)
    generator = resilient()
    print(next(generator), generator.send("hello"), generator.throw(ValueError("oops")), next(generator))
    generator.close()
    print(generator.gi_frame, next(generator, "exhausted"))

    def outer():
        total = yield from tree([1, [2, [3]], 4])
        yield f"total {total}"
    print(list(outer()))

    def lazy():
        print("   (started)")
        yield 1
        yield 2
    lazily = lazy()
    print("created", lazily.gi_running, lazily.gi_suspended)
    print(next(lazily), list(lazily), list(lazily))

    def stubborn():
        try:
            yield 1
        except GeneratorExit:
            yield 2

    def broken():
        raise StopIteration("inside")
        yield

    def recursive():
        yield next(me)
    me = recursive()
    bad = stubborn()
    next(bad)
    for attempt in (bad.close, lambda: list(broken()), lambda: next(me), lambda: running_average().send(1)):
        try:
            attempt()
        except (RuntimeError, ValueError, TypeError) as error:
            print(type(error).__name__, error)


if __name__ == "__main__":
    main()
