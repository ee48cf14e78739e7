"""Connected sockets of the guest: what a program sends is parsed as HTTP/1.1 requests, the host's HTTP service carries
them out, and its answers are written as responses. Nothing here is trusted by the host: docs/formats/guest-abi.md."""

import errno as _errno
import re as _re
import time as _time

import _belljar_host
import _belljar_tools

_WHOLE = 512 << 10       # a body up to here goes with its request, in one call
_PIECE = 1 << 20         # of a larger one; also what a socket takes before it lets its sender wait
_READ = 64 << 10         # the least that is asked for of a response
_MAX_HEAD = 256 << 10
_MARK = b"\x16belljar "  # what _ssl.py sends first through a MemoryBIO, with the name of the server; no method begins so

_INSTEAD = ("Only HTTP and HTTPS requests leave this sandbox: use urllib.request, http.client, requests or httpx")
_TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_may_be_request = _re.compile(rb"(?:" + _TOKEN + rb"(?: [^\r\n]*\r?)?)?\Z").match
_request_line = _re.compile(rb"(" + _TOKEN + rb") (\S+) HTTP/1\.([01])\Z").match
_chunk_size = _re.compile(rb"([0-9A-Fa-f]{1,15})\s*(?:;.*)?\Z").match
_find_end = _re.compile(rb"\r?\n\r?\n").search

# Between neighbours only; and what is said here anew.
_HOP_BY_HOP = frozenset(("connection", "keep-alive", "proxy-connection", "transfer-encoding", "te", "trailer", "upgrade"))
_NOT_SENT = _HOP_BY_HOP | {"content-length", "expect"}
_NOT_RECEIVED = _HOP_BY_HOP | {"content-length"}


def refused(what):
    return PermissionError(_errno.EACCES, f"{what} is not possible. {_INSTEAD}")


def error_of(answer):
    """The exception for an answer that is an error."""
    kind, message = answer["error"], answer["message"]
    if kind == "denied":
        return PermissionError(_errno.EACCES, message)
    if kind == "timeout":
        return TimeoutError(_errno.ETIMEDOUT, message)
    if kind == "resolve":
        import socket
        return socket.gaierror(socket.EAI_NONAME, message)
    if kind == "connect":
        return ConnectionRefusedError(_errno.ECONNREFUSED, message)
    if kind == "certificate":
        import ssl
        error = ssl.SSLCertVerificationError(1, message)
        error.verify_message = message
        return error
    if kind == "tls":
        import ssl
        return ssl.SSLError(1, message)
    if kind == "limit":
        return OSError(_errno.EDQUOT, message)
    if kind == "closed":
        return ConnectionResetError(_errno.ECONNRESET, message)
    return ConnectionAbortedError(_errno.ECONNABORTED, message)  # "protocol", "cancelled"


# What a program expects of connect(), and gets when it sends: no connection is made before there is a request.
_OF_CONNECTING = frozenset(("denied", "resolve", "connect", "certificate", "tls"))

_INPUT, _READER = "input", "reader"  # what a conversation waits for, when it does not wait for the host


class _Failed(Exception):
    pass


class Conversation:
    """Both directions of one connection, without any input or output.

    next_call() is what the host has to do next, and answer() takes what came of it; None: first the program has to
    send() more, or to read() what there is.
    """

    def __init__(self, host, port):
        self.host, self.port, self.scheme = host, port, "http"
        self.error = None        # ends the connection
        self.send_error = None   # the same one, while no sender has seen it
        self.is_over = False     # nothing comes after what can be read
        self.has_spoken = False  # there has been the head of a request
        self.is_between = False  # two requests
        self.handle = None       # the host's number of what is half done
        self._input = bytearray()
        self._output, self._at = b"", 0
        self._steps = self._serve()
        self._wanted = _READ
        self._waits = next(self._steps)

    # ---- for the socket ----

    def send(self, data):
        self._input += data
        if self._waits is _INPUT:
            self._go_on(None)

    @property
    def is_full(self):
        return len(self._input) >= _PIECE

    @property
    def is_readable(self):
        return self._at < len(self._output) or self.error is not None or self.is_over

    def read(self, size):
        """What there is; b"" when that is nothing."""
        data = self._output[self._at:self._at + size]
        self._at += len(data)
        if self._at == len(self._output):
            self._output, self._at = b"", 0
        return data

    def unread(self, data):
        self._output, self._at = data + self._output[self._at:], 0

    def want(self, size):
        """Somebody reads."""
        self._wanted = min(max(size, _READ), _PIECE)
        if self._waits is _READER and not self._output:
            self._go_on(None)

    def next_call(self):
        return self._waits if self._waits.__class__ is tuple else None

    def answer(self, answer):
        self._go_on(answer)

    def fail(self, error, while_sending=False):
        """The connection has ended with this error."""
        if self.error is None and not self.is_over:
            self.error = error
            if while_sending:
                self.send_error = error
        self._waits = None
        self._steps.close()

    def _go_on(self, answer):
        try:
            self._waits = self._steps.send(answer)
        except StopIteration:
            self.is_over, self._waits = True, None
        except _Failed:
            self._waits = None
        except OSError as error:
            self._waits = None
            self.fail(error, True)

    # ---- what goes on, as a generator of what it waits for ----

    def _serve(self):
        yield from self._begin()
        keeps = True
        while keeps:
            keeps = yield from self._exchange()

    def _begin(self):
        """Says no to what is not HTTP, and takes the word of _ssl.py that this is TLS."""
        while True:
            while not self._input:
                yield _INPUT
            data = self._input
            if data.startswith(_MARK[:len(data)]) and b"\n" not in data:
                yield _INPUT
                continue
            if not data.startswith(_MARK):
                return
            line, _, rest = bytes(data).partition(b"\n")
            self._input = bytearray(rest)
            try:
                self.start_tls(line[len(_MARK):].decode("utf-8"))
                self._write(_MARK + b"\n")
            except OSError as error:
                self._write(_MARK + str(error).encode().replace(b"\n", b" ") + b"\n")

    def start_tls(self, name):
        """What follows is HTTPS, with a server of that name ("": the one that this is connected to)."""
        if name and _same(name) != self.host and not is_name_of(self.host, name):
            import ssl
            message = f"this connection leads to '{self.host}', and not to '{name}'"
            error = ssl.SSLCertVerificationError(1, message)
            error.verify_message = message
            raise error
        self.scheme = "https"

    def _exchange(self):
        """One request and its response. False: the connection ends after it."""
        head = yield from self._read_head()
        method, target, minor, headers = _parse_head(head)
        keeps = minor == b"1"
        length, chunked, sent = 0, False, []
        named = set()
        for name, value in headers:
            lower = name.lower()
            if lower == "connection":
                named.update(token.strip().lower() for token in value.split(","))
            elif lower == "content-length":
                length = _length(value)
            elif lower == "transfer-encoding":
                chunked = "chunked" in value.lower()
            elif lower == "upgrade" and value.strip().lower() != "h2c":
                raise refused(f"changing a connection to {value.strip()[:40]!r} (as WebSockets do)")
        keeps = "keep-alive" in named if minor == b"0" else "close" not in named
        dropped = _NOT_SENT | named
        url = self._url(method, target)
        for name, value in headers:
            lower = name.lower()
            if lower == "expect" and (chunked or length) and not self._input:
                self._write(b"HTTP/1.1 100 Continue\r\n\r\n")
            if lower not in dropped and not (lower == "host" and self._is_here(value)):
                sent.append([name, value])
        self.has_spoken = True
        pieces = self._chunks() if chunked else self._counted(length)
        answer = yield from self._request(method, url, sent, pieces, None if chunked else length)
        return (yield from self._respond(method, minor, keeps, answer))

    def _read_head(self):
        searched = 0
        while True:
            self.is_between = not self._input
            while self._input[:1] in (b"\r", b"\n"):  # after a body, by some old clients
                del self._input[:1]
            end = _find_end(self._input, searched)
            if end:
                self.is_between = False
                head = bytes(self._input[:end.start()])
                del self._input[:end.end()]
                return head
            line = bytes(self._input[:_MAX_HEAD]).split(b"\n", 1)
            if len(line) > 1 and not _request_line(line[0].rstrip(b"\r")) or not _may_be_request(line[0]):
                raise refused("speaking another protocol than HTTP/1.1")
            if len(self._input) > _MAX_HEAD:
                raise OSError(_errno.EMSGSIZE, "the head of this request is longer than 256 KiB")
            searched = max(len(self._input) - 3, 0)
            yield _INPUT

    def _url(self, method, target):
        if method == "CONNECT":
            raise refused("going through a proxy")
        if target.startswith(("http://", "https://")):
            return target  # the whole URL, as for a proxy
        if not target.startswith("/") and target != "*":
            raise OSError(_errno.EPROTO, f"this request asks for no path: {target[:40]!r}")
        return f"{self.scheme}://{self._authority()}{target.lstrip('*')}"

    def _authority(self):
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.scheme == "https" else 80) else f"{host}:{self.port}"

    def _is_here(self, value):
        value = _same(value.strip())
        names = self.host, self._authority(), _address_of.get(self.host)
        return value in names or value in [f"{name}:{self.port}" for name in names]

    def _counted(self, left):
        """The pieces of a body of known length."""
        while left:
            while not self._input:
                yield _INPUT
            piece = bytes(memoryview(self._input)[:min(left, _PIECE)])
            del self._input[:len(piece)]
            left -= len(piece)
            yield piece

    def _line(self):
        while (end := self._input.find(b"\n")) < 0:
            if len(self._input) > _MAX_HEAD:
                raise OSError(_errno.EPROTO, "this request's body is not chunked as HTTP has it")
            yield _INPUT
        line = bytes(self._input[:end]).rstrip(b"\r")
        del self._input[:end + 1]
        return line

    def _chunks(self):
        """The pieces of a chunked body. What follows the last chunk is dropped."""
        while True:
            line = yield from self._line()
            size = _chunk_size(line)
            if not size:
                raise OSError(_errno.EPROTO, "this request's body is not chunked as HTTP has it")
            if not (left := int(size[1], 16)):
                break
            yield from self._counted(left)
            yield from self._line()
        while (yield from self._line()):
            pass

    def _request(self, method, url, headers, pieces, length):
        """Sends a request; the host's answer, which is no error."""
        body = bytearray()
        if length is None or length <= _WHOLE:
            for piece in pieces:
                if piece is _INPUT:
                    yield piece
                    continue
                body += piece
                if len(body) > _WHOLE:
                    break
            else:
                return self._check((yield "http.request", method, url, headers, bytes(body), 0), True)
        if length is not None:
            headers.append(["Content-Length", str(length)])
        begun = self._check((yield "http.begin", method, url, headers, 0), True)
        self.handle = begun["id"]
        for piece in pieces:
            if piece is _INPUT:
                yield piece
                continue
            body += piece
            if len(body) >= _WHOLE:
                self._check((yield "http.write", self.handle, bytes(body[:_PIECE])), True)
                del body[:_PIECE]
        while body:
            self._check((yield "http.write", self.handle, bytes(body[:_PIECE])), True)
            del body[:_PIECE]
        return self._check((yield "http.finish", self.handle))

    def _check(self, answer, while_sending=False):
        if "error" in answer:
            self.fail_with(error_of(answer), while_sending and answer["error"] in _OF_CONNECTING)
            raise _Failed
        return answer

    def fail_with(self, error, while_sending):
        self.error = error
        self.send_error = error if while_sending else None

    def _respond(self, method, minor, keeps, answer):
        """Writes the response, as far as it is read."""
        end, data = answer["end"], answer["data"]
        self.handle = None if end else answer["id"]
        status = answer["status"]
        has_body = method != "HEAD" and status not in (204, 304)
        lines, length = [f"HTTP/1.1 {status} {answer['reason'] or _phrase(status)}"], None
        for name, value in answer["headers"]:
            lower = name.lower()
            if lower == "content-length":
                length = value
            if lower not in _NOT_RECEIVED:
                lines.append(f"{name}: {value}")
        chunked = False
        if has_body:
            length = len(data) if end else length
            chunked = length is None and minor == b"1"
            keeps = keeps and (chunked or length is not None)
        if length is not None and status not in (204, 304):
            lines.append(f"Content-Length: {length}")
        if chunked:
            lines.append("Transfer-Encoding: chunked")
        if not keeps:
            lines.append("Connection: close")
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
        self._write(head + (_chunk(data) if chunked else data) if has_body else head)
        while not end:
            yield _READER
            answer = self._check((yield "http.read", self.handle, self._wanted))
            end, data = answer["end"], answer["data"]
            if has_body:
                self._write(_chunk(data) if chunked else data)
        self.handle = None
        if chunked:
            self._write(b"0\r\n\r\n")
        return keeps

    def _write(self, data):
        self._output, self._at = self._output[self._at:] + data if self._output else data, 0


def _phrase(status):
    """HTTP/2 has none."""
    import http
    try:
        return http.HTTPStatus(status).phrase
    except ValueError:
        return ""


def _chunk(data):
    return b"%x\r\n%b\r\n" % (len(data), data) if data else b""


def _same(name):
    return name.rstrip(".").lower()


def _length(text):
    if text.strip().isdecimal():
        return int(text)
    raise OSError(_errno.EPROTO, f"this request has no length: Content-Length is {text[:40]!r}")


def _parse_head(head):
    first, *lines = head.replace(b"\r\n", b"\n").split(b"\n")
    line = _request_line(first)
    if not line:
        raise refused("speaking another protocol than HTTP/1.1")
    headers = []
    for text in lines:
        name, colon, value = text.decode("latin-1").partition(":")
        if headers and name[:1] in (" ", "\t"):
            headers[-1][1] += " " + text.decode("latin-1").strip()
        elif colon and name and name == name.strip():
            headers.append([name, value.strip()])
        else:
            raise OSError(_errno.EPROTO, f"this request has a line that is no header: {text[:40]!r}")
    return line[1].decode("ascii"), line[2].decode("latin-1"), line[3], headers


# ---- names -----------------------------------------------------------------------------------------------------

# Names have addresses that nobody else has (198.18.0.0/15 is for tests of networks), so that a program may look up a name
# and connect to its address.
_address_of, _name_of = {}, {}
_ADDRESSES = 1 << 17


def address_of(name):
    """The address of a name that the host allows."""
    name = _same(name)
    address = _address_of.get(name)
    if address is None:
        number = len(_address_of) + 1
        if number >= _ADDRESSES - 1:
            raise OSError(_errno.EDQUOT, "too many names have been looked up in this sandbox")
        address = f"198.{18 + (number >> 16)}.{number >> 8 & 255}.{number & 255}"
        _address_of[name], _name_of[address] = address, name
    return address


def is_allowed(host):
    """Whether the host lets this sandbox speak to it: PermissionError if not, False when there is no network at all."""
    try:
        answer = _belljar_host.request("http.lookup", _same(_name_of.get(host, host)))
    except LookupError:
        return False
    if "error" in answer:
        raise error_of(answer)
    return True


def has_network():
    try:
        _belljar_host.request("http.close", 0)
    except LookupError:
        return False
    return True


def is_name_of(host, address):
    return _address_of.get(host) == address


# ---- streams ---------------------------------------------------------------------------------------------------


class _Arrival:
    """In the place of a future: whom _belljar_tools tells that a call is done."""

    __slots__ = ("_stream",)

    def __init__(self, stream):
        self._stream = stream

    def done(self):
        return False

    def set_result(self, result):
        self._stream.arrived(result)

    def set_exception(self, error):
        self._stream.broke(error)


class Stream:
    """A conversation and the calls that the host makes for it: one at a time, waited for or not, as its socket is."""

    def __init__(self, host, port, address):
        self.conversation = Conversation(_name_of.get(host, _same(host)), port)
        self.address = address
        self._number = None  # of the call under way
        self._is_late = False

    def send(self, data, timeout):
        talk = self.conversation
        if talk.error is not None or talk.is_over:
            raise talk.error or BrokenPipeError(_errno.EPIPE, "Broken pipe")
        if timeout == 0 and talk.is_full:
            raise BlockingIOError(_errno.EAGAIN, "Resource temporarily unavailable")
        if data.__class__ is not bytes or len(data) > _PIECE:
            data = memoryview(data).cast("B")[:_PIECE]
        talk.send(data)
        self._is_late = False
        try:
            self._advance(timeout)
        except TimeoutError:
            self._is_late = True  # for whoever reads
        if talk.send_error is not None:
            error, talk.send_error = talk.send_error, None
            raise error
        return len(data)

    def receive(self, size, timeout, is_peek=False):
        talk = self.conversation
        if size == 0:
            return b""
        while not (data := talk.read(size)):
            if talk.error is not None:
                raise talk.error.with_traceback(None)
            if talk.is_over:
                return b""
            talk.want(size)
            if self._is_late and self._number is not None and timeout:
                self._is_late = False
                raise TimeoutError("timed out")
            self._advance(timeout)
            if talk.is_readable:
                continue
            if timeout == 0:
                raise BlockingIOError(_errno.EAGAIN, "Resource temporarily unavailable")
            if not talk.has_spoken:
                raise refused("waiting for a server that speaks first, as it does in other protocols than HTTP,")
            if timeout is not None:
                _time.sleep(timeout)
                raise TimeoutError("timed out")
            if not talk.is_between:
                raise ConnectionAbortedError(_errno.ECONNABORTED, "nothing will come: the request is not complete")
            talk.is_over = True  # as a server does with a connection that nobody uses
        if is_peek:
            talk.unread(data)
        return data

    def is_readable(self):
        """Asks the host for more when there is nothing, and does not wait for it."""
        talk = self.conversation
        if not talk.is_readable:
            talk.want(_READ)
            self._advance(0)
        return talk.is_readable

    def is_writable(self):
        return not self.conversation.is_full or self.conversation.is_readable

    def shutdown(self, reads):
        if reads and self.conversation.error is None:
            self.conversation.is_over = True

    def close(self):
        """Nobody has it any more."""
        number, self._number = self._number, None
        try:
            if number is not None and _belljar_tools.pending.pop(number, None) is not None:
                _belljar_host.cancel(number)
            if self.conversation.handle is not None:
                _belljar_host.request("http.close", self.conversation.handle)
        except (LookupError, RuntimeError, AttributeError):
            pass
        self.conversation.fail(OSError(_errno.EBADF, "Bad file descriptor"))

    def forget(self):
        """The host knows nothing of it any more. A connection between two requests has nothing there, and lives on."""
        self._number = None
        if self.conversation.handle is not None or self.conversation.next_call() is not None:
            self.conversation.handle = None
            self.conversation.fail(ConnectionResetError(_errno.ECONNRESET, "this connection belonged to another session"))

    def _advance(self, timeout):
        talk = self.conversation
        deadline = None if not timeout else _time.monotonic() + timeout
        while self._number is not None or talk.next_call() is not None:
            if self._number is not None:
                if timeout == 0:
                    return
                self._wait(deadline)
            elif timeout is None:
                self._call(talk.next_call())
            else:
                self._launch(talk.next_call())

    def _call(self, call):
        talk = self.conversation
        try:
            answer = _belljar_host.request(*call)
        except LookupError:
            answer = {"error": "denied", "message": "this sandbox has no network access any more"}
        except BaseException as error:
            talk.fail(ConnectionAbortedError(_errno.ECONNABORTED, f"the request has ended: {error or type(error).__name__}"))
            raise
        talk.answer(answer)

    def _launch(self, call):
        try:
            self._number = _belljar_host.launch(*call)
        except LookupError:
            self.conversation.answer({"error": "denied", "message": "this sandbox has no network access any more"})
        except RuntimeError as error:  # too many calls are under way
            self.conversation.fail(OSError(_errno.EDQUOT, str(error)))
        else:
            _belljar_tools.pending[self._number] = _Arrival(self)

    def _wait(self, deadline):
        left = None if deadline is None else deadline - _time.monotonic()
        if left is not None and left <= 0:
            raise TimeoutError("timed out")
        if self._number in _belljar_tools.pending:
            _belljar_tools.deliver(left)
        else:
            self.broke(ConnectionAbortedError(_errno.ECONNABORTED, "the request has ended"))

    def arrived(self, answer):
        self._number = None
        self.conversation.answer(answer)
        self._advance(0)

    def broke(self, error):
        self._number = None
        self.conversation.handle = None
        self.conversation.fail(ConnectionAbortedError(_errno.ECONNABORTED, str(error)))
