"""Calls that Python programs make on every Unix and that WASI lacks, with the one answer that is right in here."""

import errno
import sys

import _belljar_hints

_USER = 1000
_mask = 0o022


def getuid():
    """Return the current process's user id."""
    return _USER


def geteuid():
    """Return the current process's effective user id."""
    return _USER


def getgid():
    """Return the current process's group id."""
    return _USER


def getegid():
    """Return the current process's effective group id."""
    return _USER


def getgroups():
    """Return list of supplemental group IDs for the process."""
    return [_USER]


def getppid():
    """Return the parent's process id."""
    return 1


def umask(mask, /):
    """Set the current numeric umask and return the previous umask."""
    global _mask
    previous, _mask = _mask, mask & 0o777
    return previous


def get_terminal_size(fd=1, /):
    """Return the size of the terminal window as (columns, lines)."""
    raise OSError(errno.ENOTTY, "Inappropriate ioctl for device")


def getloadavg():
    """Return average recent system load information."""
    return 0.0, 0.0, 0.0


def sync():
    """Force write of everything to disk."""


def system(command):
    """Execute the command in a subshell."""
    raise _belljar_hints.no_processes(command)


def install(os):
    for function in (getuid, geteuid, getgid, getegid, getgroups, getppid, umask, get_terminal_size, getloadavg, sync,
                     system):
        function.__module__ = "posix"
        setattr(os, function.__name__, function)
        setattr(sys.modules["posix"], function.__name__, function)  # where pickle looks for them
