"""The `_ssl` of a sandbox: TLS is the host's, which verifies the server, whatever a context here says. Connections are
those of _belljar_tls.py.

Names and numbers are OpenSSL 3's, so that the standard library's ssl.py runs on it unchanged.
"""

import os as _os

OPENSSL_VERSION = "OpenSSL 3.0.0 (none: TLS is done by the host of this sandbox)"
OPENSSL_VERSION_INFO = (3, 0, 0, 0, 0)
OPENSSL_VERSION_NUMBER = 0x30000000
_OPENSSL_API_VERSION = (3, 0, 0, 0, 0)
_DEFAULT_CIPHERS = "@SECLEVEL=2:ECDH+AESGCM:ECDH+CHACHA20:ECDH+AES:DHE+AES:!aNULL:!eNULL:!aDSS:!SHA1:!AESCCM"

HAS_ALPN = True
HAS_ECDH = True
HAS_NPN = False
HAS_PHA = True
HAS_PSK = True
HAS_SNI = True
HAS_SSLv2 = False
HAS_SSLv3 = False
HAS_TLS_UNIQUE = True
HAS_TLSv1 = True
HAS_TLSv1_1 = True
HAS_TLSv1_2 = True
HAS_TLSv1_3 = True

ALERT_DESCRIPTION_ACCESS_DENIED = 49
ALERT_DESCRIPTION_BAD_CERTIFICATE = 42
ALERT_DESCRIPTION_BAD_CERTIFICATE_HASH_VALUE = 114
ALERT_DESCRIPTION_BAD_CERTIFICATE_STATUS_RESPONSE = 113
ALERT_DESCRIPTION_BAD_RECORD_MAC = 20
ALERT_DESCRIPTION_CERTIFICATE_EXPIRED = 45
ALERT_DESCRIPTION_CERTIFICATE_REVOKED = 44
ALERT_DESCRIPTION_CERTIFICATE_UNKNOWN = 46
ALERT_DESCRIPTION_CERTIFICATE_UNOBTAINABLE = 111
ALERT_DESCRIPTION_CLOSE_NOTIFY = 0
ALERT_DESCRIPTION_DECODE_ERROR = 50
ALERT_DESCRIPTION_DECOMPRESSION_FAILURE = 30
ALERT_DESCRIPTION_DECRYPT_ERROR = 51
ALERT_DESCRIPTION_HANDSHAKE_FAILURE = 40
ALERT_DESCRIPTION_ILLEGAL_PARAMETER = 47
ALERT_DESCRIPTION_INSUFFICIENT_SECURITY = 71
ALERT_DESCRIPTION_INTERNAL_ERROR = 80
ALERT_DESCRIPTION_NO_RENEGOTIATION = 100
ALERT_DESCRIPTION_PROTOCOL_VERSION = 70
ALERT_DESCRIPTION_RECORD_OVERFLOW = 22
ALERT_DESCRIPTION_UNEXPECTED_MESSAGE = 10
ALERT_DESCRIPTION_UNKNOWN_CA = 48
ALERT_DESCRIPTION_UNKNOWN_PSK_IDENTITY = 115
ALERT_DESCRIPTION_UNRECOGNIZED_NAME = 112
ALERT_DESCRIPTION_UNSUPPORTED_CERTIFICATE = 43
ALERT_DESCRIPTION_UNSUPPORTED_EXTENSION = 110
ALERT_DESCRIPTION_USER_CANCELLED = 90

CERT_NONE = 0
CERT_OPTIONAL = 1
CERT_REQUIRED = 2

ENCODING_DER = 2
ENCODING_PEM = 1

HOSTFLAG_ALWAYS_CHECK_SUBJECT = 1
HOSTFLAG_MULTI_LABEL_WILDCARDS = 8
HOSTFLAG_NEVER_CHECK_SUBJECT = 32
HOSTFLAG_NO_PARTIAL_WILDCARDS = 4
HOSTFLAG_NO_WILDCARDS = 2
HOSTFLAG_SINGLE_LABEL_SUBDOMAINS = 16

OP_ALL = 0x80000050
OP_CIPHER_SERVER_PREFERENCE = 0x400000
OP_ENABLE_KTLS = 8
OP_ENABLE_MIDDLEBOX_COMPAT = 0x100000
OP_IGNORE_UNEXPECTED_EOF = 128
OP_LEGACY_SERVER_CONNECT = 4
OP_NO_COMPRESSION = 0x20000
OP_NO_RENEGOTIATION = 0x40000000
OP_NO_SSLv2 = 0
OP_NO_SSLv3 = 0x2000000
OP_NO_TICKET = 0x4000
OP_NO_TLSv1 = 0x4000000
OP_NO_TLSv1_1 = 0x10000000
OP_NO_TLSv1_2 = 0x8000000
OP_NO_TLSv1_3 = 0x20000000
OP_SINGLE_DH_USE = 0
OP_SINGLE_ECDH_USE = 0

PROTOCOL_SSLv23 = 2
PROTOCOL_TLS = 2
PROTOCOL_TLS_CLIENT = 16
PROTOCOL_TLS_SERVER = 17
PROTOCOL_TLSv1 = 3
PROTOCOL_TLSv1_1 = 4
PROTOCOL_TLSv1_2 = 5

PROTO_MAXIMUM_SUPPORTED = -1
PROTO_MINIMUM_SUPPORTED = -2
PROTO_SSLv3 = 768
PROTO_TLSv1 = 769
PROTO_TLSv1_1 = 770
PROTO_TLSv1_2 = 771
PROTO_TLSv1_3 = 772

SSL_ERROR_EOF = 8
SSL_ERROR_INVALID_ERROR_CODE = 10
SSL_ERROR_SSL = 1
SSL_ERROR_SYSCALL = 5
SSL_ERROR_WANT_CONNECT = 7
SSL_ERROR_WANT_READ = 2
SSL_ERROR_WANT_WRITE = 3
SSL_ERROR_WANT_X509_LOOKUP = 4
SSL_ERROR_ZERO_RETURN = 6

VERIFY_ALLOW_PROXY_CERTS = 64
VERIFY_CRL_CHECK_CHAIN = 12
VERIFY_CRL_CHECK_LEAF = 4
VERIFY_DEFAULT = 0
VERIFY_X509_PARTIAL_CHAIN = 0x80000
VERIFY_X509_STRICT = 32
VERIFY_X509_TRUSTED_FIRST = 0x8000

class SSLError(OSError):
    """An error occurred in the SSL implementation."""

    library = reason = None

    def __str__(self):
        return str(self.strerror or (self.args[0] if self.args else ""))


class SSLZeroReturnError(SSLError):
    """SSL/TLS session closed cleanly."""


class SSLWantReadError(SSLError):
    """Non-blocking SSL socket needs to read more data before the requested operation can be completed."""


class SSLWantWriteError(SSLError):
    """Non-blocking SSL socket needs to write more data before the requested operation can be completed."""


class SSLSyscallError(SSLError):
    """System error when attempting SSL operation."""


class SSLEOFError(SSLError):
    """SSL/TLS connection terminated abruptly."""


class SSLCertVerificationError(SSLError, ValueError):
    """A certificate could not be verified."""

    verify_code = verify_message = None


class MemoryBIO:
    """A buffer of bytes between a program and a TLS connection."""

    def __init__(self):
        self._data, self.eof = bytearray(), False

    @property
    def pending(self):
        return len(self._data)

    def read(self, size=-1):
        size = len(self._data) if size < 0 else size
        taken = bytes(self._data[:size])
        del self._data[:size]
        return taken

    def write(self, data):
        self._data += data
        return len(data)

    def write_eof(self):
        self.eof = True


class SSLSession:
    def __new__(cls, *args, **kwargs):
        raise TypeError("cannot create '_ssl.SSLSession' instances")


class Certificate:
    def __new__(cls, *args, **kwargs):
        raise TypeError("cannot create '_ssl.Certificate' instances")


def _setting(name, convert=None):
    """A descriptor, since ssl.SSLContext reaches for `super().name` and its `__set__`."""
    def get(self):
        return self._settings[name]

    def put(self, value):
        self._settings[name] = convert(value) if convert else value

    return property(get, put)


class _SSLContext:
    """Keeps what it is told. Of that, connections follow the names of protocols only."""

    def __new__(cls, protocol):
        self = super().__new__(cls)
        client = protocol == PROTOCOL_TLS_CLIENT
        self._check_hostname, self._verify_mode = client, CERT_REQUIRED if client else CERT_NONE
        self._settings = {
            "protocol": protocol,
            "options": (OP_ALL | OP_NO_SSLv3 | OP_CIPHER_SERVER_PREFERENCE | OP_NO_COMPRESSION
                        | OP_ENABLE_MIDDLEBOX_COMPAT),
            "verify_flags": VERIFY_X509_TRUSTED_FIRST,
            "minimum_version": PROTO_MINIMUM_SUPPORTED, "maximum_version": PROTO_MAXIMUM_SUPPORTED,
            "_host_flags": HOSTFLAG_NO_PARTIAL_WILDCARDS, "num_tickets": 2, "post_handshake_auth": False,
            "keylog_filename": None, "sni_callback": None, "_msg_callback": None,
        }
        self._alpn, self._has_certificate = b"", False
        return self

    protocol = property(lambda self: self._settings["protocol"])
    security_level = property(lambda self: 2)
    options = _setting("options", int)
    verify_flags = _setting("verify_flags", int)
    minimum_version = _setting("minimum_version", int)
    maximum_version = _setting("maximum_version", int)
    num_tickets = _setting("num_tickets", int)
    post_handshake_auth = _setting("post_handshake_auth", bool)
    keylog_filename = _setting("keylog_filename")
    sni_callback = _setting("sni_callback")
    _host_flags = _setting("_host_flags", int)
    _msg_callback = _setting("_msg_callback")

    @property
    def check_hostname(self):
        return self._check_hostname

    @check_hostname.setter
    def check_hostname(self, value):
        self._check_hostname = bool(value)
        if value and self._verify_mode == CERT_NONE:
            self._verify_mode = CERT_REQUIRED

    @property
    def verify_mode(self):
        return self._verify_mode

    @verify_mode.setter
    def verify_mode(self, value):
        if value not in (CERT_NONE, CERT_OPTIONAL, CERT_REQUIRED):
            raise ValueError("invalid value for verify_mode")
        if value == CERT_NONE and self._check_hostname:
            raise ValueError("Cannot set verify_mode to CERT_NONE when check_hostname is enabled.")
        self._verify_mode = int(value)

    def set_ciphers(self, ciphers):
        pass

    set_ciphersuites = set_groups = set_ecdh_curve = set_ciphers

    def _set_alpn_protocols(self, protocols):
        self._alpn = bytes(protocols)

    def get_ciphers(self):
        return []

    def load_cert_chain(self, certfile, keyfile=None, password=None):
        _os.stat(certfile)
        self._has_certificate = True

    def load_verify_locations(self, cafile=None, capath=None, cadata=None):
        if cafile is None and capath is None and cadata is None:
            raise TypeError("cafile, capath and cadata cannot be all omitted")
        for path in (cafile, capath):
            if path is not None:
                _os.stat(path)

    def load_dh_params(self, path):
        _os.stat(path)

    def set_default_verify_paths(self):
        pass

    def set_psk_client_callback(self, callback):
        pass

    def set_psk_server_callback(self, callback, identity_hint=None):
        pass

    def get_ca_certs(self, binary_form=False):
        return []

    def cert_store_stats(self):
        return {"x509": 0, "crl": 0, "x509_ca": 0}

    def session_stats(self):
        return dict.fromkeys(("number", "connect", "connect_good", "connect_renegotiate", "accept", "accept_good",
                              "accept_renegotiate", "hits", "misses", "timeouts", "cache_full"), 0)

    def _wrap_socket(self, sock, server_side, server_hostname=None, *, owner=None, session=None):
        self._check(server_side)
        import _belljar_tls
        return _belljar_tls.over_socket(self, server_hostname, owner, sock)

    def _wrap_bio(self, incoming, outgoing, server_side, server_hostname=None, *, owner=None, session=None):
        self._check(server_side)
        import _belljar_tls
        return _belljar_tls.over_buffers(self, server_hostname, owner, incoming, outgoing)

    def _check(self, server_side):
        if server_side:
            raise SSLError(SSL_ERROR_SSL, "this sandbox cannot be a server: nobody can connect to it")
        if self._has_certificate:
            raise SSLError(SSL_ERROR_SSL, "a certificate of one's own is not possible: TLS is done by the host of this "
                                          "sandbox, which shows none")


def _test_decode_cert(path):
    raise SSLError(SSL_ERROR_SSL, "certificates cannot be looked at in this sandbox")


def RAND_bytes(n):
    return _os.urandom(n)


def RAND_add(data, entropy):
    pass


def RAND_status():
    return True


def get_default_verify_paths():
    return ("SSL_CERT_FILE", "/etc/ssl/cert.pem", "SSL_CERT_DIR", "/etc/ssl/certs")


# What ssl.Purpose looks up when it is made.
_OBJECTS = {
    "1.3.6.1.5.5.7.3.1": (129, "serverAuth", "TLS Web Server Authentication", "1.3.6.1.5.5.7.3.1"),
    "1.3.6.1.5.5.7.3.2": (130, "clientAuth", "TLS Web Client Authentication", "1.3.6.1.5.5.7.3.2"),
}


def txt2obj(txt, name=False):
    for entry in _OBJECTS.values():
        if txt == entry[3] or (name and txt in entry[1:3]):
            return entry
    raise ValueError(f"unknown object {txt!r}")


def nid2obj(nid):
    for entry in _OBJECTS.values():
        if nid == entry[0]:
            return entry
    raise ValueError(f"unknown NID {nid}")
