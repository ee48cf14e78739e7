"""The `_socket` of a sandbox: sockets can be made and set up. Where the host allows HTTP a stream can be connected, and
what is sent goes through _belljar_http.py; every other use says what is possible.

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
_streams = {}  # number -> _belljar_http.Stream, of those that are connected


def _not_possible(what):
    import _belljar_http
    if _belljar_http.has_network():
        return _belljar_http.refused(what)
    return PermissionError(
        _errno.EACCES, f"this sandbox has no network access: {what} is not possible. Work with the files and data "
                       "that you were given")


class socket:
    """A socket that speaks HTTP through the host, or nothing at all."""

    __slots__ = ("_family", "_type", "_proto", "_number", "_timeout", "_options")

    def __init__(self, family=-1, type=-1, proto=-1, fileno=None):
        self._number = -1
        if fileno is not None and fileno < _FIRST_NUMBER:
            raise OSError(_errno.ENOTSOCK, "this descriptor is not a socket")
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

    def __del__(self):
        self.close()

    def fileno(self):
        return self._number

    def detach(self):
        number, self._number = self._number, -1
        return number

    def close(self):
        number = self.detach()
        if number != -1:
            close(number)

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
        return self._stream().address

    def connect(self, address):
        self._check_open()
        if self._number in _streams:
            raise OSError(_errno.EISCONN, "Socket is already connected")
        if self._family not in (AF_INET, AF_INET6) or self._type != SOCK_STREAM:
            raise _not_possible(f"connecting to {address!r}")
        host, port = address[:2]
        import _belljar_http
        if not _belljar_http.is_allowed(host):
            raise _not_possible(f"connecting to {address!r}")
        _streams[self._number] = _belljar_http.Stream(host, port, tuple(address))

    def connect_ex(self, address):
        try:
            self.connect(address)
        except OSError as error:
            return error.errno or _errno.EACCES
        return 0

    def bind(self, address):
        self._check_open()
        raise _not_possible(f"listening at {address!r}")

    def listen(self, backlog=0):
        self._check_open()
        raise _not_possible("listening")

    def _accept(self):
        self._check_open()
        raise _not_possible("accepting connections")

    def sendto(self, data, *rest):
        self._check_open()
        raise _not_possible(f"sending to {rest[-1]!r}")

    def _stream(self):
        stream = _streams.get(self._number)
        if stream is None:
            self._check_open()
            raise OSError(_errno.ENOTCONN, "this socket is not connected")
        return stream

    def send(self, data, flags=0):
        return self._stream().send(data, self._timeout)

    def sendall(self, data, flags=0):
        sent = self.send(data)
        with memoryview(data) as whole, whole.cast("B") as left:
            while sent < len(left):
                sent += self.send(left[sent:])

    def sendmsg(self, buffers, ancdata=(), flags=0, address=None):
        return self.send(b"".join(buffers))

    def recv(self, size, flags=0):
        if size < 0:
            raise ValueError("negative buffersize in recv")
        return self._stream().receive(size, self._timeout, flags & MSG_PEEK)

    def recv_into(self, buffer, nbytes=0, flags=0):
        with memoryview(buffer) as whole, whole.cast("B") as room:
            data = self.recv(nbytes or len(room), flags)
            room[:len(data)] = data
        return len(data)

    def recvfrom(self, size, flags=0):
        return self.recv(size, flags), None

    def recvfrom_into(self, buffer, nbytes=0, flags=0):
        return self.recv_into(buffer, nbytes, flags), None

    def recvmsg(self, size, ancbufsize=0, flags=0):
        return self.recv(size, flags), [], 0, None

    def recvmsg_into(self, buffers, ancbufsize=0, flags=0):
        return self.recv_into(buffers[0], 0, flags), [], 0, None

    def shutdown(self, how):
        self._stream().shutdown(how != SHUT_WR)

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
    stream = _streams.pop(number, None)
    if stream is not None and stream not in _streams.values():
        stream.close()


def dup(number):
    if number < _FIRST_NUMBER:
        raise OSError(_errno.EBADF, "Bad file descriptor")
    copy = next(_numbers)
    if number in _streams:
        _streams[copy] = _streams[number]
    return copy


def forget_connections():
    """After a fork, a resume or a rollback."""
    for stream in list(_streams.values()):
        stream.forget()


def is_ready(number, reads, writes):
    """(readable, writable) as far as it is asked for; a file is always both."""
    if number < _FIRST_NUMBER:
        return reads, writes
    stream = _streams.get(number)
    if stream is None:
        return False, writes
    return reads and stream.is_readable(), writes and stream.is_writable()


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


def _allowed_address(host, family, otherwise):
    """Likewise, for a name that the host allows."""
    import _belljar_http
    try:
        host.encode("ascii")
    except UnicodeEncodeError:
        host = host.encode("idna").decode("ascii")
    try:
        is_allowed = _belljar_http.is_allowed(host)
    except PermissionError:
        if otherwise is None:
            raise
        is_allowed = False
    if not is_allowed:
        if otherwise is None:
            raise _not_possible(f"looking up {host!r}")
        return otherwise
    if family == AF_INET6:
        raise gaierror(EAI_NONAME, "this name has no address of that family")
    return AF_INET, _belljar_http.address_of(host)


def getaddrinfo(host, port, family=0, type=0, proto=0, flags=0):
    if isinstance(host, bytes):
        host = host.decode("ascii")
    found = _literal_address(host, int(family))
    if found is None and flags & AI_NUMERICHOST:
        raise gaierror(EAI_NONAME, "this is no address")
    if found is None or host == "localhost":
        found = _allowed_address(host, int(family), found)
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
    raise _not_possible(f"looking up {address!r}")


def getnameinfo(address, flags):
    return address[0], str(address[1])


def if_nameindex():
    return []
