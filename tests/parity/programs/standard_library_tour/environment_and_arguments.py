"""The world around a program, as far as it is the same everywhere: argv, environment, clocks that go forward, exit hooks."""

import os
import platform
import signal
import sys
import time
from pathlib import Path


def main():
    print(
        sys.argv,
        Path(__file__).name,
        __name__,
        Path.cwd().is_dir(),
        os.getcwd() == str(Path.cwd()),
        Path(__file__).exists(),
    )
    os.environ["GREETING"] = "hello"
    print(
        os.environ["GREETING"],
        os.getenv("GREETING"),
        os.getenv("MISSING"),
        os.environ.get("MISSING", "default"),
        "GREETING" in os.environ,
        os.path.expandvars("$GREETING/${GREETING}"),
    )
    del os.environ["GREETING"]
    try:
        os.environ["GREETING"]
    except KeyError as error:
        print("KeyError", error)
    for bad in (("x=y", "1"), ("n\0", "1"), ("ok", "v\0")):
        try:
            os.environ[bad[0]] = bad[1]
        except (ValueError, OSError) as error:
            print(type(error).__name__, str(error).partition("]")[2] or error)
    print("HOME" in os.environ, "PATH" in os.environ, os.environ.get("LANG", "").endswith("UTF-8"))

    start, cpu, wall = time.monotonic(), time.process_time(), time.time()
    time.sleep(0.02)
    total = sum(range(20000))
    print(
        total,
        time.monotonic() - start >= 0.02,
        time.process_time() - cpu < 5,
        time.time() - wall >= 0.01,
        time.perf_counter_ns() > 0,
        wall > 1_700_000_000,
    )
    print(
        time.gmtime(0)[:6],
        time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(1_000_000_000)),
        time.mktime(time.gmtime(86400)),
        time.strptime("3 Feb 2001", "%d %b %Y").tm_yday,
        time.tzname[0],
        time.timezone,
        time.daylight,
    )
    print(
        time.get_clock_info("monotonic").monotonic,
        time.get_clock_info("time").adjustable in (True, False),
        time.asctime(time.gmtime(0)),
        time.ctime(0),
    )
    for bad in (
        lambda: time.sleep(-1),
        lambda: time.strptime("x", "%Y"),
        lambda: time.gmtime("now"),
        lambda: time.mktime((1, 2)),
        lambda: time.strftime("%Y", (2025, 13, 1, 0, 0, 0, 0, 0, 0)),
    ):
        try:
            bad()
        except (ValueError, TypeError, OverflowError) as error:
            print(type(error).__name__, error)

    print(
        sys.version_info >= (3, 14),
        platform.python_implementation(),
        platform.python_version_tuple()[:2],
        sys.byteorder,
        sys.maxunicode,
        sys.getdefaultencoding(),
        sys.getfilesystemencoding(),
        os.sep,
        os.linesep == "\n",
        os.curdir,
        os.extsep,
        os.name,
        os.devnull,
    )
    print(
        signal.getsignal(signal.SIGINT) is signal.default_int_handler,
        signal.Signals.SIGTERM.name,
        signal.strsignal(signal.SIGINT),
    )
    print(
        os.fspath(Path("a")),
        os.fsencode("\u00e9"),
        os.fsdecode(b"\xff").encode("utf-8", "surrogateescape"),
        len(os.urandom(5)),
        os.path.isdir("/tmp"),
        os.path.exists("/dev/null"),
        os.strerror(2),
        len(os.listdir()),
    )
    with open("/dev/zero", "rb") as zeros, open("/dev/null", "w") as null:
        print(zeros.read(3), null.write("gone"), len(open("/dev/urandom", "rb").read(4)))
    descriptor = os.open("raw.txt", os.O_RDWR | os.O_CREAT | os.O_TRUNC)
    print(
        os.write(descriptor, b"hello world"),
        os.lseek(descriptor, 6, os.SEEK_SET),
        os.read(descriptor, 99),
        os.fstat(descriptor).st_size,
        os.ftruncate(descriptor, 5),
        os.pread(descriptor, 2, 1),
        os.pwrite(descriptor, b"J", 0),
    )
    os.close(descriptor)
    print(Path("raw.txt").read_text(), os.get_inheritable(0) in (True, False), sys.stdin.fileno(), os.isatty(1))
    try:
        os.write(descriptor, b"x")
    except OSError as error:
        print(error)


if __name__ == "__main__":
    main()
