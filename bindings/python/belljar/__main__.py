"""The command line: `python -m belljar run FILE`, and what `python -m belljar --help` says."""

from __future__ import annotations

import os
import signal
import sys

from . import _native


def main() -> int:
    # The command line does with signals what a program does, not what Python does.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    if sys.stdout is not None:
        sys.stdout.flush()
    return _native.command_line([os.fsencode(argument) for argument in sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
