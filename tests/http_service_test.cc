// HTTP in the guest over a host that the test plays inside of it: what is asked, errors, and a host that stops half way.
#include "belljar/session.h"

#include "support.h"

namespace belljar {
namespace {

using testing::open;
using testing::run;
using testing::value;

/// In place of the host: each service gets what `answers` has for it, and `asked` has what was asked.
constexpr const char* kFakeHost = R"(
import _belljar_host
answers, asked = {"http.lookup": {}, "http.close": {}}, []
def request(service, *arguments):
    asked.append((service, *arguments))
    answer = answers[service]
    return answer(*arguments) if callable(answer) else answer
_belljar_host.request = request
)";

TEST(HttpService, AResponseIsReadAsTheProgramReads) {
  auto session = open();
  EXPECT_EQ(value(run(*session, std::string(kFakeHost) + R"(
left = 100 << 20
def read(number, most):
    global left
    size = min(most, left)
    left -= size
    return {"data": bytes(size), "end": left == 0}
answers["http.request"] = {"status": 200, "reason": "OK", "version": "2", "headers": [], "data": b"begin", "end": False, "id": 7}
answers["http.read"] = read
import http.client
c = http.client.HTTPConnection("api.example.com")
c.request("GET", "/endless")
r = c.getresponse()
total = len(r.read(1000))
unread = left
while data := r.read(1 << 20):
    total += len(data)
total, unread > 99 << 20, left, asked[0], asked[1][0]
)")),
            "(104857605, True, 0, ('http.lookup', 'api.example.com'), 'http.lookup')");
}

TEST(HttpService, AConnectionThatIsGivenUpTellsTheHost) {
  auto session = open();
  EXPECT_EQ(value(run(*session, std::string(kFakeHost) + R"(
answers["http.request"] = {"status": 200, "reason": "OK", "version": "1.1", "headers": [], "data": b"", "end": False, "id": 7}
answers["http.begin"] = {"id": 8}
import socket
def given_up(request):
    s = socket.create_connection(("api.example.com", 80))
    s.sendall(request)
    del s
    return asked[-1]
[given_up(b"GET / HTTP/1.1\r\n\r\n"), given_up(b"PUT / HTTP/1.1\r\nContent-Length: 9999999\r\n\r\n"), given_up(b"GET")]
)")),
            "[('http.close', 7), ('http.close', 8), ('http.lookup', 'api.example.com')]");
}

TEST(HttpService, EachKindOfErrorIsTheExceptionThatProgramsExpect) {
  auto session = open();
  EXPECT_EQ(value(run(*session, std::string(kFakeHost) + R"(
import urllib.request
seen = []
for kind in "denied resolve connect certificate tls timeout limit protocol cancelled closed".split():
    answers["http.request"] = {"error": kind, "message": "what the host says"}
    try:
        urllib.request.urlopen("https://api.example.com/")
    except OSError as e:
        reason = getattr(e, "reason", e) if isinstance(e, urllib.error.URLError) else e
        seen.append(f"{kind}={type(e).__name__}:{type(reason).__name__}:{'what the host says' in str(e)}")
" ".join(seen)
)")),
            "'denied=URLError:PermissionError:True resolve=URLError:gaierror:True connect=URLError:ConnectionRefusedError:True "
            "certificate=URLError:SSLCertVerificationError:True tls=URLError:SSLError:True timeout=TimeoutError:TimeoutError:True "
            "limit=OSError:OSError:True protocol=ConnectionAbortedError:ConnectionAbortedError:True "
            "cancelled=ConnectionAbortedError:ConnectionAbortedError:True closed=ConnectionResetError:ConnectionResetError:True'");
}

TEST(HttpService, AnErrorInTheMiddleOfABodyIsNoEndOfIt) {
  auto session = open();
  EXPECT_EQ(value(run(*session, std::string(kFakeHost) + R"(
answers["http.request"] = {"status": 200, "reason": "OK", "version": "1.1", "headers": [], "data": b"begin", "end": False, "id": 7}
answers["http.read"] = {"error": "limit", "message": "the response is above the limit"}
import urllib.request
r = urllib.request.urlopen("http://api.example.com/")
first = r.read(5)
try:
    r.read()
except OSError as e:
    failed = str(e)
first, 'above the limit' in failed
)")),
            "(b'begin', True)");
}

TEST(HttpService, AHostWithoutARuleIsRefusedWhenItIsLookedUp) {
  auto session = open();
  EXPECT_EQ(value(run(*session, std::string(kFakeHost) + R"(
answers["http.lookup"] = lambda host: {} if host == "api.example.com" else {"error": "denied", "message": f"no rule allows {host!r}"}
import socket, urllib.request
def attempt(call):
    try:
        call()
    except OSError as e:
        return f"{type(e).__name__}: {e}"
[attempt(lambda: urllib.request.urlopen("http://other.example.com/")), attempt(lambda: socket.create_connection(("127.0.0.1", 80))),
 attempt(lambda: socket.create_connection(("::1", 80))), attempt(lambda: socket.gethostbyname("x.example.com")),
 attempt(lambda: socket.gethostbyname("api.example.com")), socket.socket().connect_ex(("10.0.0.1", 80)), socket.gethostbyname("localhost")]
)")),
            "[\"URLError: <urlopen error [Errno 13] no rule allows 'other.example.com'>\", \"PermissionError: [Errno 13] no rule allows "
            "'127.0.0.1'\", \"PermissionError: [Errno 13] no rule allows '::1'\", \"PermissionError: [Errno 13] no rule allows "
            "'x.example.com'\", None, 13, '127.0.0.1']");
}

TEST(HttpService, WithoutAGrantThereIsNoNetwork) {
  auto session = open();
  const RunResult result = run(*session, R"(
import socket
def attempt(call):
    try:
        call()
    except PermissionError as e:
        return 'this sandbox has no network access' in str(e)
[attempt(call) for call in (
    lambda: socket.create_connection(("127.0.0.1", 80)), lambda: socket.create_connection(("example.com", 80)),
    lambda: socket.socket().bind(("", 80)), lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"", ("192.0.2.1", 53)))]
)");
  EXPECT_EQ(value(result), "[True, True, True, True]");
  EXPECT_EQ(result.usage.tool_calls, 0u) << "asking whether there is a network is no call of a tool";
}

}  // namespace
}  // namespace belljar
