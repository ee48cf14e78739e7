"""What a TLS connection of the guest is: nothing is encrypted here. The connection below is told that it is HTTPS, and
carries what HTTPS would; the host does the rest."""

import weakref

import _sandbox_socket
import _ssl


class _SocketLink:
    """A TLS connection's socket below."""

    def __init__(self, sock):
        self._sock = weakref.ref(sock)

    def _stream(self):
        sock = self._sock()
        stream = _sandbox_socket._streams.get(sock.fileno()) if sock is not None else None
        if stream is None:
            raise _ssl.SSLSyscallError(_ssl.SSL_ERROR_SYSCALL, "this socket is not connected")
        return stream, sock.gettimeout()

    def shake_hands(self, name):
        self._stream()[0].conversation.start_tls(name)

    def read(self, size):
        stream, timeout = self._stream()
        try:
            return stream.receive(size, timeout)
        except BlockingIOError:
            raise _ssl.SSLWantReadError(_ssl.SSL_ERROR_WANT_READ, "The operation did not complete (read)") from None

    def write(self, data):
        stream, timeout = self._stream()
        try:
            return stream.send(data, timeout)
        except BlockingIOError:
            raise _ssl.SSLWantWriteError(_ssl.SSL_ERROR_WANT_WRITE, "The operation did not complete (write)") from None

    def end(self):
        return self._sock()


class _BufferLink:
    """Two buffers, of which the program carries what it finds to a socket and back: the marks of _belljar_http.py, then
    what HTTPS carries, as it is."""

    def __init__(self, incoming, outgoing):
        self._incoming, self._outgoing = incoming, outgoing
        self._is_asked = False

    def shake_hands(self, name):
        if not self._is_asked:
            self._is_asked = True
            self._outgoing.write(b"\x16belljar %b\n" % name.encode())
        answer = bytes(self._incoming._data)
        if b"\n" not in answer:
            if self._incoming.eof:
                raise _ssl.SSLEOFError(_ssl.SSL_ERROR_EOF, "the connection has ended")
            raise _ssl.SSLWantReadError(_ssl.SSL_ERROR_WANT_READ, "The operation did not complete (read)")
        answer = self._incoming.read(answer.index(b"\n") + 1)
        if not answer.startswith(b"\x16belljar "):
            raise _ssl.SSLError(_ssl.SSL_ERROR_SSL, "this is not a connection of this sandbox")
        if message := answer[9:-1].decode():
            error = _ssl.SSLCertVerificationError(_ssl.SSL_ERROR_SSL, message)
            error.verify_message = message
            raise error

    def read(self, size):
        data = self._incoming.read(size)
        if not data and size and not self._incoming.eof:
            raise _ssl.SSLWantReadError(_ssl.SSL_ERROR_WANT_READ, "The operation did not complete (read)")
        return data

    def write(self, data):
        return self._outgoing.write(data)

    def end(self):
        return None


class Connection:
    """What ssl.SSLSocket and ssl.SSLObject are made of."""

    server_side, session, session_reused = False, None, False

    def __init__(self, context, name, owner, link):
        self.context, self.server_hostname, self._link = context, name, link
        self._owner = None if owner is None else weakref.ref(owner)
        self._is_shaken = False

    @property
    def owner(self):
        return self._owner and self._owner()

    def do_handshake(self):
        if not self._is_shaken:
            self._link.shake_hands(self.server_hostname or "")
            self._is_shaken = True

    def read(self, size, buffer=None):
        self.do_handshake()
        if buffer is None:
            return self._link.read(size)
        with memoryview(buffer) as whole, whole.cast("B") as room:
            data = self._link.read(min(size, len(room)) if size > 0 else len(room))
            room[:len(data)] = data
        return len(data)

    def write(self, data):
        self.do_handshake()
        return self._link.write(data)

    def pending(self):
        return 0

    def shutdown(self):
        return self._link.end()

    def version(self):
        return "TLSv1.3" if self._is_shaken else None

    def cipher(self):
        return ("TLS_AES_256_GCM_SHA384", "TLSv1.3", 256) if self._is_shaken else None

    def shared_ciphers(self):
        return None

    compression = selected_npn_protocol = verify_client_post_handshake = shared_ciphers

    def selected_alpn_protocol(self):
        return "http/1.1" if self._is_shaken and b"\x08http/1.1" in self.context._alpn else None

    def get_channel_binding(self, cb_type="tls-unique"):
        return None

    def getpeercert(self, binary_form=False):
        """The name alone: the host has seen the certificate, and verified it."""
        if not self._is_shaken:
            raise ValueError("handshake not done yet")
        if binary_form:
            return None
        if self.context._verify_mode == _ssl.CERT_NONE:
            return {}
        name = self.server_hostname or ""
        is_address = ":" in name or name.replace(".", "").isdecimal()
        return {"subject": ((("commonName", name),),),
                "subjectAltName": (("IP Address" if is_address else "DNS", name),)}

    def get_verified_chain(self):
        return []

    get_unverified_chain = get_verified_chain


def over_socket(context, name, owner, sock):
    return Connection(context, name, owner, _SocketLink(sock))


def over_buffers(context, name, owner, incoming, outgoing):
    return Connection(context, name, owner, _BufferLink(incoming, outgoing))
