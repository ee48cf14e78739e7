"""Ends with a code of its own, after atexit handlers and finally blocks in the right order."""

import atexit
import contextlib
import sys


@atexit.register
def last_words():
    print("atexit: first registered, last run")


@atexit.register
def earlier():
    print("atexit: runs first")


def try_exit(value):
    try:
        sys.exit(value)
    except SystemExit as stop:
        return stop.code


class Leaving:
    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        print("leaving because of", kind.__name__, error.code)


def main() -> int:
    print([try_exit(v) for v in (None, 0, 3, True, "text", (1, 2))])
    atexit.register(print, "atexit: with arguments", sep="")
    gone = atexit.register(lambda: print("never"))
    atexit.unregister(gone)
    with contextlib.suppress(SystemExit):
        exit_function = sys.exit
        exit_function("suppressed")
    try:
        with Leaving():
            try:
                raise SystemExit(9)
            finally:
                print("finally")
    except BaseException as error:
        print(type(error).__name__, isinstance(error, Exception))
    return 42


if __name__ == "__main__":
    sys.exit(main())
