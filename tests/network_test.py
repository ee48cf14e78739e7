"""HTTPS, HTTP/2 and the command line's options for the network, against servers on loopback with an authority of their own.

HTTP/2 needs the package h2 on the machine (pip install h2); without it that test is skipped.
"""

import http.server
import os
import socket
import ssl
import subprocess
import tempfile
import threading
import unittest
from pathlib import Path

try:
    import h2.config
    import h2.connection
    import h2.events
except ImportError:
    h2 = None

BELLJAR = os.environ["BELLJAR"]
SECRET = "the-value-of-a-secret-9"

CLIENT = """
import _belljar_host as host, sys
def get(url, headers=(), method="GET", body=b""):
    r = host.request("http.request", method, url, [list(h) for h in headers], body, 0)
    if "error" in r: return r["error"]
    data = r["data"]
    while not r["end"]:
        r |= host.request("http.read", r.get("id"), 1 << 20)
        data += r["data"]
    return r["version"], r["status"], data
"""


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def make_certificates(folder):
    """An authority, and certificates of servers: good.pem for localhost, other.pem for another name, self.pem of nobody."""
    def path(name):
        return str(folder / name)

    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj", "/CN=Test CA",
            "-keyout", path("ca.key"), "-out", path("ca.pem"), "-addext", "basicConstraints=critical,CA:TRUE")
    for name, host, days in (("good", "localhost", 30), ("other", "other.example", 30)):
        (folder / "ext").write_text(f"subjectAltName=DNS:{host}\n")
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={host}", "-keyout", path("server.key"), "-out", path("csr"))
        openssl("x509", "-req", "-in", path("csr"), "-CA", path("ca.pem"), "-CAkey", path("ca.key"), "-CAcreateserial",
                "-days", str(days), "-extfile", path("ext"), "-out", path("server.pem"))
        (folder / f"{name}.pem").write_text((folder / "server.pem").read_text() + (folder / "server.key").read_text())
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj", "/CN=localhost",
            "-addext", "subjectAltName=DNS:localhost", "-keyout", path("self.key"), "-out", path("self.crt"))
    (folder / "self.pem").write_text((folder / "self.crt").read_text() + (folder / "self.key").read_text())


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    seen = []

    def do_GET(self):
        Handler.seen.append(dict(self.headers))
        body = f"hello {self.headers.get('Authorization', '')}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


class Quiet(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # handshakes that the other side refuses


class Base(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = Path(cls.temporary.name)
        make_certificates(cls.folder)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def serve_https(self, certificate, **versions):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / f"{certificate}.pem")
        for name, value in versions.items():
            setattr(context, name, value)
        server = Quiet(("127.0.0.1", 0), Handler)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return f"https://localhost:{server.server_port}/"

    def run_guest(self, code, *options, environment=None):
        done = subprocess.run([BELLJAR, "run", *options, "-c", CLIENT + code], capture_output=True, text=True, timeout=60,
                              env={**os.environ, **(environment or {})})
        return done.stdout.strip() or done.stderr.strip()

    def get(self, url, *options, headers="[]", environment=None):
        return self.run_guest(f"print(get({url!r}, {headers}))", "--allow-net", f"GET {url}", *options, environment=environment)


class Https(Base):
    def trust(self):
        return "--ca-file", str(self.folder / "ca.pem")

    def test_both_versions_of_tls(self):
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            url = self.serve_https("good", minimum_version=version, maximum_version=version)
            self.assertEqual(self.get(url, *self.trust()), "('1.1', 200, b'hello ')", version)

    def test_certificates_that_are_not_to_be_trusted(self):
        self.assertEqual(self.get(self.serve_https("good")), "certificate")  # nobody here knows the authority
        self.assertEqual(self.get(self.serve_https("other"), *self.trust()), "certificate")
        self.assertEqual(self.get(self.serve_https("self"), *self.trust()), "certificate")

    def test_the_environment_has_no_say(self):
        url = self.serve_https("good")
        ca = str(self.folder / "ca.pem")
        self.assertEqual(self.get(url, environment={"SSL_CERT_FILE": ca, "CURL_CA_BUNDLE": ca, "SSL_CERT_DIR": str(self.folder)}),
                         "certificate")
        self.assertEqual(self.get(url, *self.trust(), environment={"HTTPS_PROXY": "http://127.0.0.1:1", "https_proxy":
                                                                   "http://127.0.0.1:1", "ALL_PROXY": "http://127.0.0.1:1"}),
                         "('1.1', 200, b'hello ')")

    def test_plain_text_where_tls_is_due(self):
        server = Quiet(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.assertEqual(self.get(f"https://localhost:{server.server_port}/", *self.trust()), "tls")

    def test_secret(self):
        url = self.serve_https("good")
        port = url.split(":")[2].rstrip("/")
        header = "[('Authorization', 'Bearer secret://TOKEN')]"
        Handler.seen.clear()
        self.assertEqual(self.get(url, *self.trust(), "--secret", f"TOKEN=env:TEST_TOKEN@localhost:{port}", headers=header,
                                  environment={"TEST_TOKEN": SECRET}), "('1.1', 200, b'hello Bearer secret://TOKEN')")
        self.assertEqual(Handler.seen[0]["Authorization"], f"Bearer {SECRET}")
        self.assertEqual(self.get(url, *self.trust(), "--secret", "TOKEN=env:TEST_TOKEN@other.example",
                                  "--allow-net", "GET https://other.example/", headers=header, environment={"TEST_TOKEN": SECRET}), "denied")

    def test_a_snapshot_holds_no_secret(self):
        url = self.serve_https("good")
        port = url.split(":")[2].rstrip("/")
        policy = self.folder / "policy.toml"
        policy.write_text(f'[network]\nallow = ["GET {url}"]\nca_file = "ca.pem"\n'
                          f'[[secrets]]\nname = "TOKEN"\nfrom = "env:TEST_TOKEN"\nhosts = ["localhost:{port}"]\n')
        code = (f"answer = get({url!r}, [('Authorization', 'secret://TOKEN')])\nimport gc\n"
                f"print(answer, [o for o in gc.get_objects() if isinstance(o, dict) and 'a-secret' + '-9' in str(o.values())])")
        self.assertEqual(self.run_guest(code, "--policy", str(policy), environment={"TEST_TOKEN": SECRET}),
                         "('1.1', 200, b'hello secret://TOKEN') []")

    def test_proxy(self):
        url = self.serve_https("good")
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        asked = []

        def tunnel():
            client, _ = listener.accept()
            asked.append(client.recv(4096).split(b"\r\n")[0].decode())
            client.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            client.close()

        threading.Thread(target=tunnel, daemon=True).start()
        proxy = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self.assertIn(self.get(url, *self.trust(), "--proxy", proxy), ("connect", "protocol"))
        self.assertEqual(asked, [f"CONNECT {url[8:-1]} HTTP/1.1"])


class Options(Base):
    def test_mistakes(self):
        for options, word in ((("--allow-net", "https://a.example/"), "methods"), (("--secret", "TOKEN=x"), "NAME=env:"),
                              (("--ca-file", "/no/such"), "/no/such"), (("--proxy", "a b"), "proxy"),
                              (("--allow-net", "* *"), "handler")):
            done = subprocess.run([BELLJAR, "run", *options, "-c", "1"], capture_output=True, text=True, timeout=60)
            self.assertNotEqual(done.returncode, 0, options)
            self.assertIn(word, done.stderr)


@unittest.skipUnless(h2, "needs the package h2")
class Http2(Base):
    def serve(self, answer):
        """A server for one connection; `answer(connection, stream)` sends what it likes."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "good.pem")
        context.set_alpn_protocols(["h2"])
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)

        def run():
            raw, _ = listener.accept()
            with context.wrap_socket(raw, server_side=True) as connected:
                connected.settimeout(5)
                connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
                connection.initiate_connection()
                connected.sendall(connection.data_to_send())
                while data := connected.recv(65536):
                    for event in connection.receive_data(data):
                        if isinstance(event, h2.events.StreamEnded):
                            answer(connection, event.stream_id)
                        if isinstance(event, h2.events.DataReceived):
                            connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                    connected.sendall(connection.data_to_send())

        def guarded():
            try:
                run()
            except OSError:
                pass  # the other side hangs up

        threading.Thread(target=guarded, daemon=True).start()
        return f"https://localhost:{listener.getsockname()[1]}/"

    def get_twice(self, url, body="b''", method="GET"):
        code = f"print(*(get({url!r}, method={method!r}, body={body}) for _ in range(2)))"
        return self.run_guest(code, "--allow-net", f"* {url}", "--ca-file", str(self.folder / "ca.pem"))

    def test_get_and_post_on_one_connection(self):
        def answer(connection, stream):
            connection.send_headers(stream, [(":status", "200"), ("x-a", "b")])
            connection.send_data(stream, b"two", end_stream=True)

        self.assertEqual(self.get_twice(self.serve(answer)), "('2', 200, b'two') ('2', 200, b'two')")
        self.assertEqual(self.get_twice(self.serve(answer), "bytes(30_000)", "POST"), "('2', 200, b'two') ('2', 200, b'two')")

    def test_a_bomb_of_headers(self):
        def answer(connection, stream):
            connection.send_headers(stream, [(":status", "200"), *((f"x-{i}", "y") for i in range(200))], end_stream=True)

        self.assertTrue(self.get_twice(self.serve(answer)).startswith("limit"))

    def test_a_length_that_lies(self):
        def answer(connection, stream):
            connection.send_headers(stream, [(":status", "200"), ("content-length", "100")])
            connection.send_data(stream, b"short", end_stream=True)

        self.assertTrue(self.get_twice(self.serve(answer)).startswith("protocol"))


if __name__ == "__main__":
    unittest.main()
