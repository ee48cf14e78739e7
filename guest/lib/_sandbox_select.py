"""select() and poll() over the sockets of the sandbox and its files, which are always ready."""

import select as _select
import time as _time

import _sandbox_socket

_system_select = _select.select


def _number(file):
    number = file if isinstance(file, int) else file.fileno()
    if not isinstance(number, int):
        raise TypeError("fileno() returned a non-integer")
    if number < 0:
        raise ValueError(f"file descriptor cannot be a negative integer ({number})")
    return number


def wait(find_ready, timeout):
    """What find_ready() finds, asked again after each of the host's answers until the timeout (None: for ever)."""
    ready = find_ready()
    if ready or (timeout == 0 and not _sandbox_socket._streams):
        return ready
    import _belljar_tools
    deadline = None if timeout is None else _time.monotonic() + timeout
    while not ready:
        left = None if deadline is None else max(0, deadline - _time.monotonic())
        if _belljar_tools.pending:
            _belljar_tools.deliver(left)
        elif left is None:
            raise RuntimeError("deadlock: nothing that is waited for will ever be ready")
        else:
            _time.sleep(left)
        ready = find_ready()
        if left == 0:
            break
    return ready


def select(rlist, wlist, xlist, timeout=None, /):
    """select(rlist, wlist, xlist[, timeout]) -> (rlist, wlist, xlist)"""
    reads, writes, others = [[(file, _number(file)) for file in files] for files in (rlist, wlist, xlist)]
    if all(number < _sandbox_socket._FIRST_NUMBER for _file, number in (*reads, *writes, *others)):
        return _system_select([f for f, _ in reads], [f for f, _ in writes], [f for f, _ in others], timeout)

    def find_ready():
        readable = [file for file, number in reads if _sandbox_socket.is_ready(number, True, False)[0]]
        writable = [file for file, number in writes if _sandbox_socket.is_ready(number, False, True)[1]]
        return (readable, writable, []) if readable or writable else None

    return wait(find_ready, timeout) or ([], [], [])


class poll:
    """Returns a polling object, which supports registering and unregistering file descriptors."""

    def __init__(self):
        self._masks = {}

    def register(self, file, mask=_select.POLLIN | _select.POLLOUT, /):
        self._masks[_number(file)] = mask

    def modify(self, file, mask, /):
        number = _number(file)
        if number not in self._masks:
            raise FileNotFoundError(2, "No such file or directory")
        self._masks[number] = mask

    def unregister(self, file, /):
        del self._masks[_number(file)]

    def _find_ready(self):
        found = []
        for number, mask in self._masks.items():
            reads, writes = _sandbox_socket.is_ready(number, bool(mask & _select.POLLIN), bool(mask & _select.POLLOUT))
            events = (_select.POLLIN if reads else 0) | (_select.POLLOUT if writes else 0)
            if events:
                found.append((number, events))
        return found

    def poll(self, timeout=None, /):
        return wait(self._find_ready, None if timeout is None or timeout < 0 else timeout / 1000)


_select.select, _select.poll = select, poll
