// HTTP as programs in the guest speak it: urllib, http.client, sockets, ssl, asyncio and select over the host's service.
#include "belljar/session.h"

#include "support.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <vector>

namespace belljar {
namespace {

using testing::error;
using testing::open;
using testing::run;
using testing::value;

/// The whole internet of a test: answers every host, and remembers what it was asked.
class Internet {
 public:
  Policy policy() {
    Policy policy;
    policy.http([this](const HttpRequest& request) { return answer(request); });
    return policy;
  }

  std::vector<HttpRequest> requests() const {
    std::lock_guard lock(mutex_);
    return requests_;
  }

  /// Each request waits until so many are there.
  void meet(int count) { meeting_ = count; }

 private:
  HttpResponse answer(const HttpRequest& request) {
    {
      std::unique_lock lock(mutex_);
      requests_.push_back(request);
      met_++;
      changed_.notify_all();
      if (!changed_.wait_for(lock, std::chrono::seconds(20), [&] { return met_ >= meeting_; })) return {500, {}, "alone", ""};
    }
    const size_t slash = request.url.find('/', request.url.find("://") + 3);
    const std::string path = slash == std::string::npos ? "/" : request.url.substr(slash);
    if (path == "/redirect") return {302, {{"Location", "/echo?from=redirect"}, {"Set-Cookie", "taste=sweet; Path=/"}}, "", ""};
    if (path == "/none") return {204, {}, "", ""};
    if (path == "/large") return {200, {{"Content-Type", "text/plain"}}, large(), ""};
    if (path == "/json") return {200, {{"Content-Type", "application/json"}}, R"({"a": [1, 2.5, "x"]})", ""};
    if (path == "/broken") return {200, {}, "", "the cable was cut"};
    std::string text = request.method + " " + request.url + "\n";
    for (const auto& [name, header] : request.headers) text += name + ": " + header + "\n";
    return {200, {{"X-Test", "yes"}}, text + "\n" + std::to_string(request.body.size()) + " " + request.body.substr(0, 100), ""};
  }

  static std::string large() {
    std::string text;
    for (int i = 0; text.size() < (3u << 20); i++) text += std::to_string(i) + "\n";
    return text;
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<HttpRequest> requests_;
  int meeting_ = 0, met_ = 0;
};

std::string header_of(const HttpRequest& request, std::string_view wanted) {
  for (const auto& [name, text] : request.headers) {
    if (std::equal(name.begin(), name.end(), wanted.begin(), wanted.end(),
                   [](char a, char b) { return std::tolower(a) == std::tolower(b); })) {
      return text;
    }
  }
  return "(none)";
}

// ---- http.client and urllib ------------------------------------------------------------------------------------

TEST(HttpGuest, UrllibGetsAndPosts) {
  Internet internet;
  auto session = open(internet.policy());
  EXPECT_EQ(value(run(*session, R"(
import json, urllib.parse, urllib.request
r = urllib.request.urlopen("http://api.example.com/echo?x=1", timeout=20)
r.status, r.headers["X-Test"], r.read().decode().splitlines()[0], json.load(urllib.request.urlopen("https://api.example.com/json"))
)")),
            "(200, 'yes', 'GET http://api.example.com/echo?x=1', {'a': [1, 2.5, 'x']})");
  run(*session, "urllib.request.urlopen('https://api.example.com:8443/form', urllib.parse.urlencode({'a': 'b c'}).encode()).read()");
  ASSERT_EQ(internet.requests().size(), 3u);
  const HttpRequest form = internet.requests()[2];
  EXPECT_EQ(form.method + " " + form.url, "POST https://api.example.com:8443/form");
  EXPECT_EQ(form.body, "a=b+c");
  EXPECT_EQ(header_of(form, "Content-Type"), "application/x-www-form-urlencoded");
  for (const char* name : {"Host", "Connection", "Content-Length", "Transfer-Encoding"}) {
    EXPECT_EQ(header_of(form, name), "(none)") << "what is between neighbours is not passed on";
  }
}

TEST(HttpGuest, UrllibFollowsRedirectsWithCookies) {
  Internet internet;
  auto session = open(internet.policy());
  EXPECT_EQ(value(run(*session, R"(
import http.cookiejar, urllib.request
jar = http.cookiejar.CookieJar()
opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
r = opener.open("https://shop.example.com/redirect")
r.url, 'Cookie: taste=sweet' in r.read().decode()
)")),
            "('https://shop.example.com/echo?from=redirect', True)");
  EXPECT_EQ(internet.requests().size(), 2u) << "each hop is a request of its own";
}

TEST(HttpGuest, UrlretrieveWritesALargeResponseToAFile) {
  Internet internet;
  auto session = open(internet.policy());
  EXPECT_EQ(value(run(*session, R"(
import os, urllib.request
name, headers = urllib.request.urlretrieve("https://files.example.com/large", "large.txt")
os.path.getsize(name) >= 3 << 20 and [int(line) for line in open(name)] == list(range(len(open(name).readlines())))
)")),
            "True");
}

TEST(HttpGuest, OneConnectionCarriesManyRequests) {
  Internet internet;
  auto session = open(internet.policy());
  EXPECT_EQ(value(run(*session, R"(
import http.client
c = http.client.HTTPSConnection("api.example.com")
c.connect()
sock, seen = c.sock, []
for method, path in ("GET", "/a"), ("HEAD", "/a"), ("GET", "/none"), ("DELETE", "/b"), ("GET", "/large"), ("GET", "/c"):
    c.request(method, path)
    r = c.getresponse()
    seen.append((r.status, len(r.read()) > 0))
seen, c.sock is sock
)")),
            "([(200, True), (200, False), (204, False), (200, True), (200, True), (200, True)], True)");
}

TEST(HttpGuest, LargeAndChunkedBodiesAreSentInPieces) {
  Internet internet;
  auto session = open(internet.policy());
  EXPECT_EQ(value(run(*session, R"(
import http.client, urllib.request
c = http.client.HTTPConnection("api.example.com")
def pieces():
    for i in range(5):
        yield b"%d" % i * 400_000
sizes = []
for body in pieces(), b"y" * 3_000_000, (b"small" for _ in range(2)), b"":
    c.request("PUT", "/upload", body=body)
    sizes.append(c.getresponse().read().split(b"\n\n")[1].split()[0])
sizes
)")),
            "[b'2000000', b'3000000', b'10', b'0']");
  const std::string sent = internet.requests()[0].body;
  EXPECT_EQ(sent.find('4'), 1'600'000u) << "in order";
}

TEST(HttpGuest, ExpectContinueIsAnswered) {
  Internet internet;
  auto session = open(internet.policy());
  EXPECT_EQ(value(run(*session, R"(
import socket
s = socket.create_connection(("api.example.com", 80))
s.sendall(b"POST /x HTTP/1.1\r\nHost: api.example.com\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
first = s.recv(100)
s.sendall(b"abc")
first, s.recv(4096).endswith(b"\n\n3 abc")
)")),
            "(b'HTTP/1.1 100 Continue\\r\\n\\r\\n', True)");
}

TEST(HttpGuest, PipelinedRequestsAreAnsweredInOrder) {
  Internet internet;
  auto session = open(internet.policy());
  EXPECT_EQ(value(run(*session, R"(
import socket
s = socket.create_connection(("api.example.com", 80))
s.sendall(b"".join(b"GET /%d HTTP/1.1\r\nHost: api.example.com\r\n\r\n" % i for i in range(3)))
s.sendall(b"GET /last HTTP/1.1\nHost: api.example.com\nConnection: close\n\n")
text = b""
while data := s.recv(1000):
    text += data
import re
re.findall(rb'GET http://api.example.com/(\w+)', text), text.count(b"HTTP/1.1 200 OK")
)")),
            "([b'0', b'1', b'2', b'last'], 4)");
}

// ---- errors ----------------------------------------------------------------------------------------------------

TEST(HttpGuest, OtherProtocolsAreRefusedInWords) {
  Internet internet;
  auto session = open(internet.policy());
  const RunResult result = run(*session, R"(
import socket, ssl
def attempt(data, port=80):
    s = socket.create_connection(("api.example.com", port))
    try:
        if data:
            s.sendall(data)
        return s.recv(100)
    except PermissionError as e:
        return str(e)
for data in (b"*1\r\n$4\r\nPING\r\n", b"EHLO me\r\n", b"SSH-2.0-x\r\n", b"\x16\x03\x01\x02\x00", b"\0\0\0\x08", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
             b"CONNECT a.example.com:443 HTTP/1.1\r\n\r\n", b"", b"GET\x00 / HTTP/1.1\r\n\r\n",
             b"GET /chat HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"):
    print(attempt(data))
)");
  EXPECT_EQ(error(result), "");
  EXPECT_EQ(std::count(result.stdout_data.begin(), result.stdout_data.end(), '\n'), 10);
  size_t refused = 0;
  for (size_t at = 0; (at = result.stdout_data.find("Only HTTP and HTTPS requests leave this sandbox", at)) != std::string::npos; at++) refused++;
  EXPECT_EQ(refused, 10u) << result.stdout_data;
  EXPECT_NE(result.stdout_data.find("as WebSockets do"), std::string::npos) << result.stdout_data;
  EXPECT_TRUE(internet.requests().empty());
}

TEST(HttpGuest, AProxyOfTheProgramsIsLeftOut) {
  Internet internet;
  auto session = open(internet.policy());
  EXPECT_EQ(value(run(*session, R"(
import urllib.request
opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": "http://proxy.example.com:3128", "https": "http://proxy.example.com:3128"}))
plain = opener.open("http://api.example.com/plain").status
try:
    opener.open("https://api.example.com/tls")
except urllib.error.URLError as e:
    tls = e.reason
plain, type(tls).__name__, "going through a proxy" in str(tls)
)")),
            "(200, 'PermissionError', True)");
  ASSERT_EQ(internet.requests().size(), 1u);
  EXPECT_EQ(internet.requests()[0].url, "http://api.example.com/plain");
}

TEST(HttpGuest, OtherSocketsAreRefusedInWords) {
  Internet internet;
  auto session = open(internet.policy());
  EXPECT_EQ(value(run(*session, R"(
import socket
def attempt(call):
    try:
        call()
    except PermissionError as e:
        return 'use urllib.request' in str(e)
udp = lambda: socket.socket(type=socket.SOCK_DGRAM)
[attempt(call) for call in (
    lambda: udp().connect(("api.example.com", 53)), lambda: udp().sendto(b"", ("api.example.com", 53)), lambda: udp().bind(("", 53)),
    lambda: socket.socket().bind(("", 80)), lambda: socket.socket().listen(), lambda: socket.create_server(("", 80)),
    lambda: socket.socket(type=socket.SOCK_RAW).connect(("api.example.com", 0)), lambda: socket.gethostbyaddr("198.18.0.1"))]
)")),
            "[True, True, True, True, True, True, True, True]");
}

TEST(HttpGuest, NonsenseInARequestEndsItsConnectionOnly) {
  Internet internet;
  auto session = open(internet.policy());
  EXPECT_EQ(value(run(*session, R"(
import socket
def attempt(data):
    s = socket.create_connection(("api.example.com", 80))
    try:
        for i in range(0, len(data), 1 << 16):
            s.sendall(data[i:i + (1 << 16)])
        return s.recv(100)
    except OSError as e:
        return type(e).__name__
[attempt(data) for data in (
    b"GET / HTTP/1.1\r\nno header\r\n\r\n", b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
    b"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n",
    b"GET /" + b"x" * 300_000, b"GET / HTTP/1.1\r\nA: " + b"x" * 300_000, b"PUT / HTTP/1.1\r\nContent-Length: 5\r\n\r\n123",
    b"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + b"x" * 300_000, b"GET evil.example HTTP/1.1\r\n\r\n")], attempt(b"GET / HTTP/1.1\r\n\r\n")[:15]
)")),
            "(['OSError', 'OSError', 'OSError', 'OSError', 'OSError', 'OSError', 'OSError', 'ConnectionAbortedError', 'OSError', 'OSError'], "
            "b'HTTP/1.1 200 OK')");
}

// ---- names -----------------------------------------------------------------------------------------------------

TEST(HttpGuest, ANameHasAnAddressOfItsOwn) {
  Internet internet;
  auto session = open(internet.policy());
  EXPECT_EQ(value(run(*session, R"(
import http.client, socket
a, b = socket.gethostbyname("a.example.com"), socket.gethostbyname("b.example.com")
c = http.client.HTTPConnection(a)
c.request("GET", "/by-address")
c.getresponse().read()
a, b, socket.gethostbyname("A.example.com."), socket.getaddrinfo("b.example.com", "https", type=socket.SOCK_STREAM)[0][4], c.sock.getpeername()
)")),
            "('198.18.0.1', '198.18.0.2', '198.18.0.1', ('198.18.0.2', 443), ('198.18.0.1', 80))");
  EXPECT_EQ(internet.requests()[0].url, "http://a.example.com/by-address");
}

// ---- TLS -------------------------------------------------------------------------------------------------------

TEST(HttpGuest, TlsIsTheHostsAndLooksLikeTls) {
  Internet internet;
  auto session = open(internet.policy());
  EXPECT_EQ(value(run(*session, R"(
import socket, ssl
context = ssl.create_default_context()
context.set_alpn_protocols(["h2", "http/1.1"])
with socket.create_connection(("api.example.com", 443)) as plain, context.wrap_socket(plain, server_hostname="api.example.com") as s:
    s.sendall(b"GET /tls HTTP/1.1\r\n\r\n")
    seen = s.version(), s.cipher()[1], s.selected_alpn_protocol(), s.getpeercert()["subjectAltName"], s.recv(15)
seen
)")),
            "('TLSv1.3', 'TLSv1.3', 'http/1.1', (('DNS', 'api.example.com'),), b'HTTP/1.1 200 OK')");
  EXPECT_EQ(internet.requests()[0].url, "https://api.example.com/tls");
}

TEST(HttpGuest, TlsWantsTheNameThatIsConnected) {
  Internet internet;
  auto session = open(internet.policy());
  EXPECT_EQ(value(run(*session, R"(
import socket, ssl
def attempt(name, address="api.example.com", side=False, certificate=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if side else ssl.PROTOCOL_TLS_CLIENT)
    if certificate:
        context.load_cert_chain(certificate)
    try:
        context.wrap_socket(socket.create_connection((address, 443)), server_hostname=name, server_side=side)
        return "ok"
    except ssl.SSLError as e:
        return type(e).__name__
open("own.pem", "w").close()
[attempt("api.example.com"), attempt("API.example.com"), attempt("api.example.com", socket.gethostbyname("api.example.com")),
 attempt(socket.gethostbyname("api.example.com")), attempt("other.example.com"), attempt(None, side=True),
 attempt("api.example.com", certificate="own.pem")]
)")),
            "['ok', 'ok', 'ok', 'ok', 'SSLCertVerificationError', 'SSLError', 'SSLError']");
}

TEST(HttpGuest, TlsThroughBuffersIsToldToTheSocketBelow) {
  Internet internet;
  auto session = open(internet.policy());
  EXPECT_EQ(value(run(*session, R"(
import socket, ssl
def talk(name):
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = ssl.create_default_context().wrap_bio(incoming, outgoing, server_hostname=name)
    s = socket.create_connection(("api.example.com", 443))
    def carry(step, *arguments):
        while True:
            try:
                done = step(*arguments)
                s.sendall(outgoing.read())
                return done
            except ssl.SSLWantReadError:
                s.sendall(outgoing.read())
                incoming.write(s.recv(4096))
    try:
        carry(tls.do_handshake)
    except ssl.SSLCertVerificationError as e:
        return str(e)
    carry(tls.write, b"GET /bio HTTP/1.1\r\n\r\n")
    return carry(tls.read, 15)
talk("api.example.com"), talk("other.example.com")
)")),
            "(b'HTTP/1.1 200 OK', \"this connection leads to 'api.example.com', and not to 'other.example.com'\")");
  ASSERT_EQ(internet.requests().size(), 1u);
  EXPECT_EQ(internet.requests()[0].url, "https://api.example.com/bio");
}

// ---- asyncio, select -------------------------------------------------------------------------------------------

constexpr const char* kAsyncGet = R"(
import asyncio
async def get(path, tls=None):
    reader, writer = await asyncio.open_connection("api.example.com", 443 if tls else 80, ssl=tls)
    writer.write(f"GET {path} HTTP/1.1\r\nConnection: close\r\n\r\n".encode())
    data = await reader.read()
    writer.close()
    await writer.wait_closed()
    return data
)";

TEST(HttpGuest, RequestsThatAreAwaitedTogetherAreInFlightTogether) {
  Internet internet;
  internet.meet(6);
  auto session = open(internet.policy());
  EXPECT_EQ(value(run(*session, std::string(kAsyncGet) + R"(
answers = await asyncio.gather(*(get(f"/{i}", i % 2 == 0) for i in range(6)))
[b"example.com/%d\n" % i in data for i, data in enumerate(answers)], [data[:15] for data in set(answers)]
)")),
            "([True, True, True, True, True, True], [b'HTTP/1.1 200 OK', b'HTTP/1.1 200 OK', b'HTTP/1.1 200 OK', b'HTTP/1.1 200 OK', "
            "b'HTTP/1.1 200 OK', b'HTTP/1.1 200 OK'])");
}

TEST(HttpGuest, ALoopGoesOnWhileARequestIsUnderWay) {
  Internet internet;
  internet.meet(2);
  auto session = open(internet.policy());
  EXPECT_EQ(value(run(*session, std::string(kAsyncGet) + R"(
ticks = 0
async def tick():
    global ticks
    while True:
        ticks += 1
        if ticks == 5:
            other = asyncio.create_task(get("/second"))
        await asyncio.sleep(0.001)
clock = asyncio.create_task(tick())
data = await get("/first", True)
clock.cancel()
ticks >= 5, data[:15]
)")),
            "(True, b'HTTP/1.1 200 OK')");
}

TEST(HttpGuest, LargeBodiesFlowThroughALoopBothWays) {
  Internet internet;
  auto session = open(internet.policy());
  EXPECT_EQ(value(run(*session, std::string(kAsyncGet) + R"(
async def put(size):
    reader, writer = await asyncio.open_connection("api.example.com", 443, ssl=True)
    writer.write(b"PUT /up HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % size)
    for _ in range(size // 100_000):
        writer.write(bytes(100_000))
        await writer.drain()
    head = await reader.readuntil(b"\r\n\r\n")
    body = await reader.readuntil(b"\n\n%d " % size)
    writer.close()
    return head[:15]
large, answer = await asyncio.gather(get("/large"), put(4_000_000))
len(large) > 3 << 20, answer
)")),
            "(True, b'HTTP/1.1 200 OK')");
}

TEST(HttpGuest, AnErrorEndsAConnectionOfALoop) {
  Internet internet;
  auto session = open(internet.policy());
  const RunResult result = run(*session, std::string(kAsyncGet) + R"(
seen = await asyncio.gather(get("/broken"), get("/broken", True), get("/fine"), return_exceptions=True)
[isinstance(e, OSError) and 'the cable was cut' in str(e) for e in seen]
)");
  EXPECT_EQ(value(result), "[True, True, False]");
  EXPECT_EQ(result.stderr_data, "ConnectionRefusedError: the cable was cut\nConnectionRefusedError: the cable was cut\n")
      << "since libraries drop what the exception says";
  EXPECT_EQ(error(run(*session, "await get('/fine', True); None")), "");
}

TEST(HttpGuest, ASocketsTimeoutEndsTheWait) {
  Internet internet;
  internet.meet(2);
  auto session = open(internet.policy());
  EXPECT_EQ(value(run(*session, R"(
import time, urllib.request
start = time.monotonic()
try:
    urllib.request.urlopen("http://api.example.com/alone", timeout=0.2)
except TimeoutError as e:
    late = str(e), 0.2 <= time.monotonic() - start < 10
late, urllib.request.urlopen("http://api.example.com/again", timeout=20).status
)")),
            "(('timed out', True), 200)");
  EXPECT_EQ(value(run(*session, R"(
import http.client
c = http.client.HTTPSConnection("api.example.com", timeout=20)
c.request("PUT", "/up", body=b"y" * 3_000_000)
first = c.getresponse().read().split(b"\n\n")[1].split()[0]
c.request("GET", "/large")
first, len(c.getresponse().read()) > 3 << 20
)")),
            "(b'3000000', True)");
}

TEST(HttpGuest, ACancelledRequestDoesNoHarm) {
  Internet internet;
  internet.meet(2);
  auto session = open(internet.policy());
  EXPECT_EQ(value(run(*session, std::string(kAsyncGet) + R"(
try:
    async with asyncio.timeout(0.05):
        await get("/alone")
except TimeoutError:
    late = True
late, (await get("/again"))[:15]
)")),
            "(True, b'HTTP/1.1 200 OK')");
}

TEST(HttpGuest, SelectAndPollKnowWhenASocketIsReady) {
  Internet internet;
  auto session = open(internet.policy());
  EXPECT_EQ(value(run(*session, R"(
import select, selectors, socket
s = socket.create_connection(("api.example.com", 80))
def states():
    p = select.poll()
    p.register(s, select.POLLIN)
    with selectors.DefaultSelector() as selector:
        selector.register(s, selectors.EVENT_READ | selectors.EVENT_WRITE)
        return select.select([s], [s], [], 0) == ([s], [s], []), p.poll(0) == [(s.fileno(), select.POLLIN)], selector.select(0)[0][1]
idle = states()
s.sendall(b"GET / HTTP/1.1\r\n\r\n")
answered = states()
s.recv(100_000)
s.setblocking(False)
s.send(b"GET / HTTP/1.1\r\n\r\n")
try:
    s.recv(1)
except BlockingIOError:
    waited = select.select([s], [], [], 10) == ([s], [], [])
idle, answered, waited, s.recv(8), select.select([s, 0], [1], [], 0)[1:]
)")),
            "((False, False, 2), (True, True, 3), True, b'HTTP/1.1', ([1], []))");
}

// ---- sessions --------------------------------------------------------------------------------------------------

TEST(HttpGuest, AConnectionOutlivesItsCellBetweenRequests) {
  Internet internet;
  auto session = open(internet.policy());
  run(*session, "import http.client\nc = http.client.HTTPSConnection('api.example.com'); c.request('GET', '/'); c.getresponse().read(); None");
  EXPECT_EQ(value(run(*session, "c.request('GET', '/again'); len(c.getresponse().read()) > 9")), "True");
  auto fork = session->fork();
  ASSERT_TRUE(fork) << fork.error().message;
  EXPECT_EQ(value(run(**fork, "c.request('GET', '/in-a-fork'); c.getresponse().status")), "200");
}

TEST(HttpGuest, AHalfReadResponseIsClosedInAFork) {
  Internet internet;
  auto session = open(internet.policy());
  run(*session, "import urllib.request\nr = urllib.request.urlopen('https://api.example.com/large'); r.read(10); None");
  auto fork = session->fork();
  ASSERT_TRUE(fork) << fork.error().message;
  for (Session* other : {fork->get()}) {
    EXPECT_EQ(value(run(*other, R"(
try:
    while r.read(1 << 20): pass
except ConnectionError as e:
    closed = True
closed, urllib.request.urlopen('https://api.example.com/').status
)")),
              "(True, 200)");
  }
}

TEST(HttpGuest, ARequestThatNobodyWaitedForEndsWithItsCell) {
  Internet internet;
  internet.meet(2);
  auto session = open(internet.policy());
  run(*session, "import socket\ns = socket.create_connection(('api.example.com', 80)); s.setblocking(False); s.send(b'GET / HTTP/1.1\\r\\n\\r\\n')");
  EXPECT_EQ(value(run(*session, R"(
s.setblocking(True)
try:
    s.recv(100)
except ConnectionError as e:
    ended = True
import urllib.request
ended, urllib.request.urlopen("http://api.example.com/").status
)")),
            "(True, 200)");
}

TEST(HttpGuest, AConnectionIsUsableAfterARollback) {
  Internet internet;
  Policy policy = internet.policy();
  policy.limits.cpu = std::chrono::milliseconds(500);
  policy.limits.grace = std::chrono::milliseconds(50);
  auto session = open(policy);
  run(*session, "import http.client\nc = http.client.HTTPSConnection('api.example.com'); c.request('GET', '/'); c.getresponse().read(); None");
  EXPECT_EQ(run(*session, R"(
c.request("GET", "/large")
r = c.getresponse()
r.read(10)
while True:
    try:
        while True: pass
    except KeyboardInterrupt: pass
)").status,
            RunStatus::kTimeLimit);
  EXPECT_EQ(value(run(*session, "c.request('GET', '/after'); len(c.getresponse().read()) > 9")), "True");
}

TEST(HttpGuest, ARequestIsInterruptedByALimit) {
  Internet internet;
  internet.meet(2);
  Policy policy = internet.policy();
  policy.limits.wall = std::chrono::milliseconds(300);
  auto session = open(policy);
  run(*session, "import urllib.request");
  const RunResult late = run(*session, R"(
try:
    urllib.request.urlopen("http://api.example.com/")
except KeyboardInterrupt:
    print("interrupted")
    raise
)");
  EXPECT_EQ(late.status, RunStatus::kTimeLimit);
  EXPECT_EQ(late.stdout_data, "interrupted\n");
  EXPECT_EQ(value(run(*session, "urllib.request.urlopen('http://api.example.com/').status")), "200");
}

}  // namespace
}  // namespace belljar
