"""A gate of the build: no path, user or host name of this machine in what ships."""

import functools
import getpass
import socket
from pathlib import Path

import toolchain
from artifact import BuildError, cache_folder


def refuse(data, what):
    for trace in _traces():
        if trace in data:
            raise BuildError(f"{what} contains {trace.decode()!r} of this machine")


@functools.cache
def _traces():
    traces = {str(cache_folder()), str(toolchain.ROOT), str(Path.home()), socket.gethostname(), getpass.getuser()}
    # Too short or too common to mean anything: `root` stands in a hundred doc strings.
    return [t.encode() for t in traces if len(t) > 4 and t not in ("localhost", "debian")]
