"""The `_socket` of a sandbox without network: sockets can be made and set up, and every use says that there is none.

CPython's own `_socket` supplies the constants, errors and address conversions.
"""

import errno as _errno
import itertools as _itertools

import _socket
from _socket import *

# Names that programs refer to when they are imported, with Linux's values; WASI's own headers lack them.
for _name, _value in dict(
        SO_REUSEADDR=2, SO_ERROR=4, SO_DONTROUTE=5, SO_BROADCAST=6, SO_SNDBUF=7, SO_RCVBUF=8, SO_KEEPALIVE=9,
        SO_OOBINLINE=10, SO_LINGER=13, SO_REUSEPORT=15, SO_RCVTIMEO=20, SO_SNDTIMEO=21, SO_ACCEPTCONN=30,
        MSG_OOB=1, MSG_DONTROUTE=4, MSG_DONTWAIT=64, MSG_NOSIGNAL=16384,
        IPPROTO_ICMPV6=58, IP_TOS=1, IP_TTL=2, SOCK_RAW=3).items():
    globals().setdefault(_name, _value)
del _name, _value

has_ipv6 = True
_default_timeout = None
_FIRST_NUMBER = 1 << 20  # no descriptor of any file
_numbers = _itertools.count(_FIRST_NUMBER)


def _no_network(what):
    return PermissionError(
        _errno.EACCES, f"this sandbox has no network access: {what} is not possible. Work with the files and data "
                       "that you were given")


class socket:
    """A socket that is never connected."""

    __slots__ = ("_family", "_type", "_proto", "_number", "_timeout", "_options")

    def __init__(self, family=-1, type=-1, proto=-1, fileno=None):
        if fileno is not None and fileno < _FIRST_NUMBER:
            raise OSError(_errno.ENOTSOCK, "this descriptor is not a socket: the sandbox has no network")
        self._family = AF_INET if family == -1 else int(family)
        self._type = SOCK_STREAM if type == -1 else int(type)
        self._proto = 0 if proto == -1 else int(proto)
        self._number = next(_numbers) if fileno is None else fileno
        self._timeout = _default_timeout
        self._options = {}

    family = property(lambda self: self._family)
    type = property(lambda self: self._type)
    proto = property(lambda self: self._proto)
    timeout = property(lambda self: self._timeout)

    def fileno(self):
        return self._number

    def detach(self):
        number, self._number = self._number, -1
        return number

    def close(self):
        self._number = -1

    def settimeout(self, timeout):
        if timeout is not None:
            timeout = float(timeout)
            if timeout < 0:
                raise ValueError("Timeout value out of range")
        self._timeout = timeout

    def gettimeout(self):
        return self._timeout

    def setblocking(self, flag):
        self._timeout = None if flag else 0.0

    def getblocking(self):
        return self._timeout != 0.0

    def setsockopt(self, level, name, *value):
        self._check_open()
        self._options[level, name] = value[0]

    def getsockopt(self, level, name, length=0):
        self._check_open()
        if (level, name) == (SOL_SOCKET, SO_TYPE):
            return self._type
        return self._options.get((level, name), bytes(length) if length else 0)

    def getsockname(self):
        self._check_open()
        return ("::", 0, 0, 0) if self._family == AF_INET6 else ("0.0.0.0", 0)

    def getpeername(self):
        self._not_connected()

    def connect(self, address):
        self._check_open()
        raise _no_network(f"connecting to {address!r}")

    def connect_ex(self, address):
        self._check_open()
        return _errno.EACCES

    def bind(self, address):
        self._check_open()
        raise _no_network(f"listening at {address!r}")

    def listen(self, backlog=0):
        self._check_open()
        raise _no_network("listening")

    def _accept(self):
        self._check_open()
        raise _no_network("accepting connections")

    def sendto(self, data, *rest):
        self._check_open()
        raise _no_network(f"sending to {rest[-1]!r}")

    def _not_connected(self, *args, **kwargs):
        self._check_open()
        raise OSError(_errno.ENOTCONN, "this socket is not connected: the sandbox has no network")

    send = sendall = sendmsg = recv = recv_into = recvfrom = recvfrom_into = recvmsg = recvmsg_into = _not_connected
    shutdown = _not_connected

    def _check_open(self):
        if self._number == -1:
            raise OSError(_errno.EBADF, "Bad file descriptor")


SocketType = socket


def getdefaulttimeout():
    return _default_timeout


def setdefaulttimeout(timeout):
    global _default_timeout
    if timeout is not None:
        timeout = float(timeout)
        if timeout < 0:
            raise ValueError("Timeout value out of range")
    _default_timeout = timeout


def close(number):
    if number < _FIRST_NUMBER:
        raise OSError(_errno.EBADF, "Bad file descriptor")


def dup(number):
    close(number)
    return next(_numbers)


def gethostname():
    return "belljar"


_SERVICES = {"http": 80, "https": 443, "ftp": 21, "ssh": 22, "smtp": 25, "domain": 53, "pop3": 110, "imap": 143}
_PROTOCOLS = {"ip": 0, "icmp": 1, "tcp": 6, "udp": 17, "ipv6": 41, "ipv6-icmp": 58}


def getservbyname(name, protocol=None):
    if name not in _SERVICES:
        raise OSError("service/proto not found")
    return _SERVICES[name]


def getservbyport(port, protocol=None):
    for name, number in _SERVICES.items():
        if number == port:
            return name
    raise OSError("port/proto not found")


def getprotobyname(name):
    if name not in _PROTOCOLS:
        raise OSError("protocol not found")
    return _PROTOCOLS[name]


def _literal_address(host, family):
    """(family, text) for an address that needs no look-up, else None."""
    names = {None: {AF_INET: "127.0.0.1", AF_INET6: "::1"}, "": {AF_INET: "0.0.0.0", AF_INET6: "::"},
             "localhost": {AF_INET: "127.0.0.1", AF_INET6: "::1"}}
    if host in names:
        family = family or AF_INET
        return family, names[host][family]
    for candidate in (AF_INET, AF_INET6):
        if family in (0, candidate):
            try:
                return candidate, inet_ntop(candidate, inet_pton(candidate, host))
            except OSError:
                pass
    return None


def getaddrinfo(host, port, family=0, type=0, proto=0, flags=0):
    if isinstance(host, bytes):
        host = host.decode("ascii")
    found = _literal_address(host, int(family))
    if found is None:
        raise _no_network(f"looking up {host!r}")
    if isinstance(port, (str, bytes)):
        text = port if isinstance(port, str) else port.decode("ascii")
        port = int(text) if text.isdecimal() else getservbyname(text)
    address = (found[1], port or 0) if found[0] == AF_INET else (found[1], port or 0, 0, 0)
    kinds = [(SOCK_STREAM, IPPROTO_TCP), (SOCK_DGRAM, IPPROTO_UDP)]
    return [(found[0], kind, number, "", address) for kind, number in kinds
            if type in (0, kind) and proto in (0, number)]


def gethostbyname(host):
    return getaddrinfo(host, 0, AF_INET, SOCK_STREAM)[0][4][0]


def gethostbyname_ex(host):
    return host, [], [gethostbyname(host)]


def gethostbyaddr(address):
    raise _no_network(f"looking up {address!r}")


def getnameinfo(address, flags):
    return address[0], str(address[1])


def if_nameindex():
    return []
