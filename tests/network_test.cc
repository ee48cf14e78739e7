// The services "http.*" with the real guest and servers on loopback, honest and not.
#include "http_server.h"
#include "support.h"

#include <chrono>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "belljar/audit.h"
#include "belljar/snapshot.h"

namespace belljar {
namespace {

using testing::error;
using testing::HttpServer;
using testing::open;
using testing::run;
using testing::value;

const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: b\r\n\r\nhello";

/// What a guest's module would do, in short.
constexpr const char* kClient = R"(
import _belljar_host as host
def get(url, headers=(), method="GET", body=b"", timeout=0):
    return host.request("http.request", method, url, [list(h) for h in headers], body, timeout)
def whole(url, **more):
    r = get(url, **more)
    if "error" in r: return r["error"]
    data = r["data"]
    while not r["end"]:
        p = host.request("http.read", r["id"], 1 << 20)
        if "error" in p: return p["error"]
        data += p["data"]
        r["end"] = p["end"]
    return r["status"], data
)";

class Guest {
 public:
  explicit Guest(const Policy& policy) : session(open(policy)) { run(*session, kClient); }
  explicit Guest(const HttpServer& server) : Guest(allowing(server)) {}

  static Policy allowing(const HttpServer& server) {
    Policy policy;
    policy.network.allow = {"* " + server.url()};
    return policy;
  }

  /// The value of an expression in which URL is the server's.
  std::string operator()(const std::string& code) {
    const RunResult result = run(*session, code);
    return result.error ? error(result) : value(result);
  }

  std::unique_ptr<Session> session;
};

std::string quoted(const std::string& text) { return "'" + text + "'"; }

TEST(Network, Get) {
  HttpServer server(HttpServer::always(kOk));
  Guest guest(server);
  EXPECT_EQ(guest("get(" + quoted(server.url("/x?y=1")) + ", [('X-Mine', 'caf\\xe9')])"),
            "{'status': 200, 'reason': 'OK', 'version': '1.1', 'headers': [['Content-Length', '5'], ['X-A', 'b']], 'data': b'hello', "
            "'end': True}");
  for (int i = 0; i < 3; i++) EXPECT_EQ(guest("whole(" + quoted(server.url()) + ")"), "(200, b'hello')");
  EXPECT_EQ(server.connections(), 1u);
  EXPECT_EQ(server.requests()[0],
            "GET /x?y=1 HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) + "\r\nX-Mine: caf\xE9\r\n\r\n");
}

TEST(Network, NothingIsSharedBetweenSessions) {
  HttpServer server(HttpServer::always(kOk));
  Guest one(server), two(server);
  one("get(" + quoted(server.url()) + ")");
  two("get(" + quoted(server.url()) + ")");
  EXPECT_EQ(server.connections(), 2u);
}

TEST(Network, Bodies) {
  HttpServer server(HttpServer::always(kOk));
  Guest guest(server);
  EXPECT_EQ(guest("whole(" + quoted(server.url()) + ", method='POST', body=b'abc')"), "(200, b'hello')");
  EXPECT_TRUE(server.requests()[0].ends_with("Content-Length: 3\r\n\r\nabc")) << server.requests()[0];
  EXPECT_EQ(guest("whole(" + quoted(server.url()) + ", method='PUT')"), "(200, b'hello')");
  EXPECT_TRUE(server.requests()[1].ends_with("Content-Length: 0\r\n\r\n")) << server.requests()[1];
  EXPECT_EQ(guest("whole(" + quoted(server.url()) + ", method='HEAD')"), "(200, b'')");
}

TEST(Network, BodiesInPieces) {
  HttpServer server(HttpServer::always(kOk));
  Guest guest(server);
  const std::string streamed = R"(
def streamed(headers, pieces):
    id = host.request("http.begin", "POST", ")" + server.url() + R"(", headers, 0)["id"]
    for piece in pieces:
        a = host.request("http.write", id, piece)
        if a: return a["error"]
    r = host.request("http.finish", id)
    return r.get("error") or r["data"]
)";
  guest(streamed);
  EXPECT_EQ(guest("streamed([], [b'ab', b'cd'])"), "b'hello'");
  EXPECT_TRUE(server.requests()[0].ends_with("Content-Length: 4\r\n\r\nabcd")) << server.requests()[0];
  EXPECT_EQ(guest("streamed([], [bytes(300_000)] * 5)"), "b'hello'");
  EXPECT_NE(server.requests()[1].find("Transfer-Encoding: chunked"), std::string::npos);
  EXPECT_EQ(guest("streamed([['Content-Length', '1500000']], [bytes(300_000)] * 5)"), "b'hello'");
  EXPECT_EQ(server.requests()[2].size() - server.requests()[2].find("\r\n\r\n"), 1'500'004u);
  EXPECT_EQ(guest("streamed([['Content-Length', '3']], [b'abcd'])"), "'protocol'");
  EXPECT_EQ(guest("streamed([['Content-Length', '5']], [b'abcd'])"), "'protocol'");
  EXPECT_EQ(guest("streamed([], [bytes(1 << 20)] * 17)"), "'limit'");
}

TEST(Network, LargeResponsesInPieces) {
  HttpServer server([](HttpServer::Connection& connection) {
    connection.request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n");
    for (int i = 0; i < 5; i++) connection.send(std::string(1'000'000, static_cast<char>('a' + i)));
  });
  Guest guest(server);
  EXPECT_EQ(guest("r = whole(" + quoted(server.url()) + "); (len(r[1]), r[1][::1_000_000])"), "(5000000, b'abcde')");
}

TEST(Network, Denied) {
  HttpServer server(HttpServer::always(kOk));
  Policy policy;
  policy.network.allow = {"GET " + server.url("/v1/")};
  Guest guest(policy);
  EXPECT_EQ(guest("whole(" + quoted(server.url("/v1/x")) + ")"), "(200, b'hello')");
  const std::string port = ":" + std::to_string(server.port());
  const std::string refused[] = {
       server.url("/v2"), server.url("/v1/../v2"), server.url("/v1/%2e%2e/v2"), server.url("/v1/..%2fv2"), "http://localhost" + port + "/v1/",
        "http://127.1" + port + "/v1/", "http://2130706433" + port + "/v1/", "http://[::ffff:127.0.0.1]" + port + "/v1/",
        "http://0x7f.0.0.1" + port + "/v1/", "http://127.0.0.1/v1/", "https://127.0.0.1" + port + "/v1/",
        "http://127.0.0.1" + port + "@evil.example/v1/", "http://u:p@127.0.0.1" + port + "/v1/", std::string("file:///etc/passwd"),
        std::string("gopher://127.0.0.1/"), std::string("ftp://127.0.0.1/"), std::string("data:,x"), std::string("")};
  for (const std::string& url : refused) {
    EXPECT_EQ(guest("whole(" + quoted(url) + ")"), "'denied'") << url;
  }
  EXPECT_EQ(guest("whole(" + quoted(server.url("/v1/")) + ", method='POST')"), "'denied'");
  EXPECT_EQ(guest("whole(" + quoted(server.url("/v1/")) + ", headers=[('X', 'a\\r\\nHost: b')])"), "'denied'");
  EXPECT_EQ(guest("whole(" + quoted(server.url("/v1/")) + ", headers=[('Host', 'b')])"), "'denied'");
  EXPECT_EQ(guest("whole(" + quoted(server.url("/v1/")) + ", method='GET / HTTP/1.1\\r\\nX: ')"), "'denied'");
  EXPECT_EQ(server.requests().size(), 1u);
  EXPECT_EQ(guest("host.request('http.lookup', '127.0.0.1'), host.request('http.lookup', 'other')['error']"), "({}, 'denied')");
}

TEST(Network, NoneByDefault) {
  Guest guest{Policy{}};
  EXPECT_NE(guest("get('http://127.0.0.1/')").find("LookupError"), std::string::npos);
}

TEST(Network, BadRulesAreRefusedWhenASessionIsOpened) {
  Policy policy;
  policy.network.allow = {"GET https://*.example.com/"};
  EXPECT_EQ(testing::runtime()->open(policy).error().code, ErrorCode::kInvalidArgument);
  policy.network.allow = {"* *"};
  EXPECT_EQ(testing::runtime()->open(policy).error().code, ErrorCode::kInvalidArgument);
}

TEST(Network, MalformedCallsAreAnswered) {
  HttpServer server(HttpServer::always(kOk));
  Guest guest(server);
  for (const char* call :
       {"'http.request'", "'http.request', 1, 2, 3, 4, 5", "'http.request', 'GET', 'x', [], b'', 0, 0", "'http.request', 'GET', 'x', [['a']], b'', 0",
        "'http.request', 'GET', 'x', [['a', b'b']], b'', 0", "'http.request', 'GET', 'x', {}, b'', 0", "'http.request', 'GET', 'x', [], '', 0",
        "'http.begin', 'GET'", "'http.write', 'x', b''", "'http.write', 1", "'http.read', 1", "'http.read', 1, -1", "'http.read', 1 << 80, 1",
        "'http.finish'", "'http.close'", "'http.lookup'", "'http.lookup', 1"}) {
    EXPECT_EQ(guest(std::string("host.request(") + call + ")['error']"), "'protocol'") << call;
  }
  EXPECT_EQ(guest("host.request('http.read', 12345, 1)['error']"), "'closed'");
  EXPECT_EQ(guest("host.request('http.close', -1)['error']"), "'closed'");
}

// ---- servers that do harm ------------------------------------------------------------------------------------

std::string after(const std::string& response, const Policy* with = nullptr, int timeout_ms = 700) {
  HttpServer server([&](HttpServer::Connection& connection) {
    connection.request();
    connection.send(response);
    if (!response.ends_with("$CLOSE")) connection.wait_for_end();
  });
  Policy policy = with ? *with : Policy{};
  policy.network.allow = {"* " + server.url()};
  Guest guest(policy);
  return guest("whole(" + quoted(server.url()) + ", timeout=" + std::to_string(timeout_ms) + ")");
}

TEST(NetworkAttacks, ResponsesThatLie) {
  EXPECT_EQ(after("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"), "'timeout'");
  EXPECT_EQ(after("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nlonger"), "(200, b'lon')");
  EXPECT_EQ(after("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n"), "(200, b'abcd')");
  EXPECT_EQ(after("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\nab\r\n0\r\n\r\n"), "'protocol'");
  EXPECT_EQ(after("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\nab"), "'protocol'");
  EXPECT_EQ(after("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nab"), "'protocol'");
  EXPECT_EQ(after("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\nab"), "'timeout'");
  EXPECT_EQ(after("SSH-2.0-OpenSSH_9.2\r\n\r\n"), "'protocol'");
  EXPECT_EQ(after("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nraw"), "'protocol'");
  EXPECT_EQ(after("\r\n$CLOSE"), "'protocol'");
}

TEST(NetworkAttacks, Bombs) {
  std::string headers = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 1000; i++) headers += "X-" + std::to_string(i) + ": y\r\n";
  EXPECT_EQ(after(headers + "\r\n"), "'limit'");
  EXPECT_EQ(after("HTTP/1.1 200 OK\r\nX: " + std::string(90'000, 'y') + "\r\n\r\n"), "'limit'");
  Policy policy;
  policy.network.limits.response_bytes = 1000;
  EXPECT_EQ(after("HTTP/1.1 200 OK\r\n\r\n" + std::string(1'001, 'y'), &policy), "'limit'");
  EXPECT_EQ(after("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + std::string(1'000, 'y'), &policy).substr(0, 8), "(200, b'");
}

TEST(NetworkAttacks, SlowLoris) {
  HttpServer server([](HttpServer::Connection& connection) {
    connection.request();
    connection.send("HTTP/1.1 200 OK\r\n");
    for (int i = 0; i < 1000 && connection.send("X"); i++) usleep(5'000);
  });
  Guest guest(server);
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(guest("whole(" + quoted(server.url()) + ", timeout=300)"), "'timeout'");
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(2));
}

TEST(NetworkAttacks, CompressedStaysCompressed) {
  EXPECT_EQ(after("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b##"), "(200, b'\\x1f\\x8b##')");
}

// ---- limits --------------------------------------------------------------------------------------------------

TEST(NetworkLimits, PerRun) {
  HttpServer server(HttpServer::always(kOk));
  Policy policy = Guest::allowing(server);
  policy.network.limits.requests = 3;
  Guest guest(policy);
  const std::string many = "[whole(" + quoted(server.url()) + ") for _ in range(4)]";
  EXPECT_EQ(guest(many), "[(200, b'hello'), (200, b'hello'), (200, b'hello'), 'limit']");
  EXPECT_EQ(guest(many), "[(200, b'hello'), (200, b'hello'), (200, b'hello'), 'limit']");
  policy.network.limits.requests = 100;
  policy.network.limits.total_bytes = 12;
  Guest other(policy);
  EXPECT_EQ(other(many), "[(200, b'hello'), (200, b'hello'), 'limit', 'limit']");
}

TEST(NetworkLimits, MoreThanAllowedWaitInLine) {
  std::atomic<int> now{0}, most{0};
  HttpServer server([&](HttpServer::Connection& connection) {
    while (!connection.request().empty()) {
      const int count = ++now;
      most = std::max<int>(most, count);
      usleep(10'000);
      now--;
      if (!connection.send(kOk)) return;
    }
  });
  Policy policy = Guest::allowing(server);
  policy.network.limits.concurrent = 4;
  Guest guest(policy);
  guest("import asyncio, _belljar_tools");
  EXPECT_EQ(guest(R"(
async def main():
    return await asyncio.gather(*[_belljar_tools.request_async("http.request", "GET", ")" + server.url() + R"(", [], b"", 0)
                                  for _ in range(40)])
sum(r["status"] for r in asyncio.run(main())))"),
            "8000");
  EXPECT_EQ(most, 4);
}

// Threads are the Runtime's: a session that asks for more than it may have under way must not take them from others.
TEST(NetworkLimits, ALongLineHoldsUpNobodyElse) {
  HttpServer slow([](HttpServer::Connection& connection) {
    connection.request();
    connection.wait_for_end();
  });
  HttpServer quick(HttpServer::always(kOk));
  Policy greedy = Guest::allowing(slow);
  greedy.network.limits.concurrent = 2;
  greedy.limits.wall = std::chrono::milliseconds(700);
  Guest one(greedy), two(quick);
  one("import asyncio, _belljar_tools");
  std::thread other([&] {
    run(*one.session, R"(
async def main():
    await asyncio.gather(*[_belljar_tools.request_async("http.request", "GET", ")" + slow.url() + R"(", [], b"", 0) for _ in range(500)])
asyncio.run(main()))");
  });
  usleep(200'000);
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(two("whole(" + quoted(quick.url()) + ")"), "(200, b'hello')");
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(300));
  other.join();
  EXPECT_EQ(slow.connections(), 2u);
}

TEST(NetworkLimits, OpenResponsesEndWithTheirTime) {
  HttpServer server([](HttpServer::Connection& connection) {
    connection.request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhello");
    connection.wait_for_end();
  });
  Policy policy = Guest::allowing(server);
  policy.network.limits.concurrent = 2;
  Guest guest(policy);
  EXPECT_EQ(guest("r = [get(" + quoted(server.url()) + ", timeout=t) for t in (100, 100, 5000)]; [x.get('data') or x['error'] for x in r]"),
            "[b'hello', b'hello', b'hello']");
  EXPECT_EQ(guest("host.request('http.read', r[0]['id'], 10)['error']"), "'closed'");
}

// ---- streams and the session ---------------------------------------------------------------------------------

TEST(NetworkStreams, StayOpenBetweenCellsButNotInForks) {
  HttpServer server([](HttpServer::Connection& connection) {
    connection.request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
    usleep(100'000);
    connection.send("world");
    connection.wait_for_end();
  });
  Guest guest(server);
  EXPECT_EQ(guest("r = get(" + quoted(server.url()) + "); r['data'], r['end']"), "(b'hello', False)");
  auto child = guest.session->fork();
  ASSERT_TRUE(child);
  EXPECT_EQ(value(run(**child, "host.request('http.read', r['id'], 10)['error']")), "'closed'");
  EXPECT_EQ(value(run(**child, "whole(" + quoted(server.url()) + ")")), "(200, b'helloworld')");
  EXPECT_EQ(guest("host.request('http.read', r['id'], 3)"), "{'data': b'wor', 'end': False}");
  EXPECT_EQ(guest("host.request('http.read', r['id'], 3)"), "{'data': b'ld', 'end': True}");
  EXPECT_EQ(guest("host.request('http.read', r['id'], 3)['error']"), "'closed'");
}

TEST(NetworkStreams, AreClosedByARollback) {
  HttpServer server([](HttpServer::Connection& connection) {
    connection.request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
    connection.wait_for_end();
  });
  Guest guest(server);
  guest("r = get(" + quoted(server.url()) + ")");
  auto snapshot = guest.session->snapshot();
  ASSERT_TRUE(snapshot);
  ASSERT_TRUE(guest.session->rollback(*snapshot));
  EXPECT_EQ(guest("host.request('http.read', r['id'], 3)['error']"), "'closed'");
}

TEST(NetworkStreams, AStoppedRunGivesUpItsRequest) {
  std::atomic<bool> was_hung_up{false};
  HttpServer server([&](HttpServer::Connection& connection) {
    connection.request();
    connection.wait_for_end();
    was_hung_up = true;
  });
  Policy policy = Guest::allowing(server);
  policy.limits.wall = std::chrono::milliseconds(300);
  Guest guest(policy);
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(run(*guest.session, "get(" + quoted(server.url()) + ")").status, RunStatus::kTimeLimit);
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(900));
  for (int i = 0; i < 50 && !was_hung_up; i++) usleep(10'000);
  EXPECT_TRUE(was_hung_up);
}

// ---- secrets and redirects -----------------------------------------------------------------------------------

const std::string kSecret = "s3cr3t/Value+42-of-the-host";

/// Repeats what it got, in the headers and in the body, in small pieces.
void echo(HttpServer::Connection& connection) {
  for (std::string request; !(request = connection.request()).empty();) {
    const size_t at = request.find("Authorization: ");
    const std::string line = at == std::string::npos ? "none" : request.substr(at, request.find("\r\n", at) - at);
    connection.send("HTTP/1.1 200 OK\r\nX-Echo: " + line + "\r\nContent-Length: " + std::to_string(line.size()) + "\r\n\r\n");
    for (const char c : line) {
      connection.send(std::string(1, c));
      if (c == '/') usleep(5'000);
    }
  }
}

Policy with_secret(const HttpServer& server) {
  Policy policy = Guest::allowing(server);
  policy.network.secrets = {{"TOKEN", kSecret, {"127.0.0.1:" + std::to_string(server.port())}, {}}};
  return policy;
}

TEST(NetworkSecrets, AreSentAndNeverSeen) {
  HttpServer server(echo);
  Guest guest(with_secret(server));
  EXPECT_EQ(guest("r = get(" + quoted(server.url()) + ", [('Authorization', 'Bearer secret://TOKEN')])\n"
                  "while not r['end']:\n"
                  "    p = host.request('http.read', r['id'], 100)\n"
                  "    r['data'] += p['data']; r['end'] = p['end']\n"
                  "r['headers'], r['data']"),
            "([['X-Echo', 'Authorization: Bearer secret://TOKEN']], b'Authorization: Bearer secret://TOKEN')");
  EXPECT_NE(server.requests()[0].find("Authorization: Bearer " + kSecret), std::string::npos);
  EXPECT_NE(server.requests()[0].find("Accept-Encoding: identity"), std::string::npos);
  EXPECT_EQ(guest("whole(" + quoted(server.url()) + ", headers=[('Authorization', 'Basic dTpzZWNyZXQ6Ly9UT0tFTg==')])")
                .find("Value"), std::string::npos);
  EXPECT_NE(server.requests()[1].find("Authorization: Basic dTpzM2NyM3QvVmFsdWUrNDItb2YtdGhlLWhvc3Q="), std::string::npos);
  // Nowhere in what the guest's memory is.
  EXPECT_EQ(guest("import gc; found = []\n"
                  "for o in gc.get_objects():\n"
                  "    if isinstance(o, (str, bytes)) and ('Value+' + '42') in str(o): found.append(o)\n"
                  "found"), "[]");
}

// What the guest has is its linear memory; the prelude of the attacks shows all of it as one bytearray.
TEST(NetworkSecrets, AreNowhereInTheMemoryOfTheGuest) {
  std::ifstream file(BELLJAR_PRELUDE);
  const std::string prelude((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  ASSERT_FALSE(prelude.empty());
  HttpServer server(echo);
  Guest guest(with_secret(server));
  // What is looked for is never put together: only its first three bytes are, and compared one by one with it in disguise.
  const std::string count = R"(
def count(hidden):
    first, n, at = bytes(c ^ 1 for c in hidden[:3]), 0, 0
    while (at := memory.find(first, at + 1, readable)) > 0:
        n += all(memory[at + i] == c ^ 1 for i, c in enumerate(hidden))
    return n
)";
  std::string hidden = kSecret;
  for (char& c : hidden) c ^= 1;
  guest(prelude + count);
  guest("wanted, control = b'" + hidden + "', bytes(c ^ 1 for c in b'Bearer secret://TOKEN')");
  guest("answers = [whole(" + quoted(server.url()) + ", headers=[('Authorization', 'Bearer secret://TOKEN')]) for _ in range(20)]");
  const std::string counts = guest("[count(wanted), count(control)]");
  EXPECT_TRUE(counts.starts_with("[0, ")) << counts;
  EXPECT_NE(counts, "[0, 0]");  // the search does find what is there
  EXPECT_NE(server.requests()[0].find(kSecret), std::string::npos);
}

TEST(NetworkAudit, SaysWhatWasRequestedAndNoSecret) {
  char path[] = "/tmp/belljar-audit-XXXXXX";
  close(mkstemp(path));
  HttpServer server(echo);
  Policy policy = with_secret(server);
  auto log = AuditLog::open(path);
  ASSERT_TRUE(log) << log.error().message;
  policy.audit = *log;
  {
    Guest guest(policy);
    guest("whole(" + quoted(server.url("/x?key=private")) + ", headers=[('Authorization', 'Bearer secret://TOKEN')])");
    guest("whole('https://other.example/')");
  }
  std::ifstream file(path);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  unlink(path);
  const size_t first = text.find("belljar.http.request"), second = text.find("belljar.http.request", first + 1);
  ASSERT_NE(second, std::string::npos) << text;
  const std::string allowed = text.substr(first, text.find('\n', first) - first), denied = text.substr(second, text.find('\n', second) - second);
  for (const std::string& part : {"\"url.full\":\"" + server.url("/x") + "\"", std::string("\"belljar.verdict\":\"allowed\""),
                                  std::string("\"http.response.status_code\":200"), std::string("\"belljar.http.secrets\":\"TOKEN\"")}) {
    EXPECT_NE(allowed.find(part), std::string::npos) << part << " in " << allowed;
  }
  EXPECT_NE(denied.find("\"belljar.verdict\":\"denied\""), std::string::npos) << denied;
  EXPECT_EQ(text.find(kSecret), std::string::npos);
  EXPECT_EQ(text.find("private"), std::string::npos);
}

TEST(NetworkSecrets, OnlyWhereTheyMayGo) {
  HttpServer server(echo), other(echo);
  Policy policy = with_secret(server);
  policy.network.allow.push_back("* " + other.url());
  Guest guest(policy);
  const std::string bearer = ", headers=[('Authorization', 'secret://TOKEN')])";
  EXPECT_EQ(guest("whole(" + quoted(other.url()) + bearer), "'denied'");
  EXPECT_EQ(guest("whole(" + quoted(server.url("/?k=secret://TOKEN")) + ")"), "'denied'");
  EXPECT_EQ(guest("whole(" + quoted(server.url()) + ", method='POST', body=b'k=secret://TOKEN')"), "'denied'");
  EXPECT_EQ(guest("whole(" + quoted(server.url()) + ", headers=[('X', 'secret://OTHER')])"), "'denied'");
  EXPECT_EQ(server.requests().size() + other.requests().size(), 0u);
}

TEST(NetworkSecrets, AnswersThatCannotBeReadAreRefused) {
  HttpServer server(HttpServer::always("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\x8b"));
  Guest guest(with_secret(server));
  EXPECT_EQ(guest("whole(" + quoted(server.url()) + ", headers=[('Authorization', 'secret://TOKEN')])"), "'denied'");
}

TEST(NetworkSecrets, DoNotFollowRedirects) {
  HttpServer other(echo);
  HttpServer server(HttpServer::always("HTTP/1.1 302 Found\r\nLocation: " + other.url("/to") + "\r\nContent-Length: 0\r\n\r\n"));
  Policy policy = with_secret(server);
  policy.network.allow.push_back("* " + other.url());
  Guest guest(policy);
  const std::string headers = ", headers=[('Authorization', 'Basic eDp5'), ('X', 'secret://TOKEN'), ('Cookie', 'a=b'), ('Accept', 'x')])";
  EXPECT_EQ(guest("whole(" + quoted(server.url()) + headers), "(302, b'')");
  EXPECT_EQ(guest("whole(" + quoted(other.url("/to")) + headers), "(200, b'none')");
  const std::string got = other.requests()[0];
  EXPECT_EQ(got.find("Cookie"), std::string::npos);
  EXPECT_NE(got.find("Accept: x"), std::string::npos);
}

TEST(NetworkSecrets, BadOnesAreRefused) {
  Policy policy;
  policy.network.secrets = {{"A", "short", {"a.example"}, {}}};
  EXPECT_EQ(testing::runtime()->open(policy).error().code, ErrorCode::kInvalidArgument);
}

TEST(NetworkSecrets, ThatNoRuleLetsOutAreRefused) {
  Policy policy;
  policy.network.secrets = {{"A", kSecret, {"a.example:8443"}, {}}};
  EXPECT_EQ(testing::runtime()->open(policy).error().message,
            "the secret 'A' is for a.example:8443, and no rule allows a request there");
  policy.network.allow = {"GET https://b.example/"};
  EXPECT_EQ(testing::runtime()->open(policy).error().code, ErrorCode::kInvalidArgument);
  policy.network.allow.push_back("GET https://a.example:8443/");
  EXPECT_TRUE(testing::runtime()->open(policy));
}

// ---- handlers ------------------------------------------------------------------------------------------------

TEST(NetworkHandler, AnswersInPlaceOfTheNetwork) {
  Policy policy;
  policy.http([](const HttpRequest& request) -> HttpResponse {
    if (request.url.ends_with("/throw")) throw 1;
    if (request.url.ends_with("/error")) return {502, {}, "", "no such host"};
    if (request.url.ends_with("/bad")) return {42, {}, "", ""};
    return {201, {{"X", "a\r\nY: b"}, {"Bad Name", "x"}}, request.method + " " + request.url + " " + request.body, ""};
  });
  Guest guest(policy);
  EXPECT_EQ(guest("get('https://any.example/x', method='POST', body=b'abc')"),
            "{'status': 201, 'reason': '', 'version': '1.1', 'headers': [['X', 'aY: b']], 'data': b'POST https://any.example/x abc', "
            "'end': True}");
  EXPECT_EQ(guest("[whole('https://any.example/' + p) for p in ('throw', 'error', 'bad')]"), "['connect', 'connect', 'protocol']");
}

TEST(NetworkHandler, RulesLimitsAndSecretsHold) {
  Policy policy;
  std::string seen;
  policy.network.allow = {"GET https://a.example/v1/"};
  policy.network.limits.response_bytes = 100;
  policy.network.secrets = {{"TOKEN", kSecret, {"a.example"}, {"X-Key"}}};
  policy.http([&](const HttpRequest& request) -> HttpResponse {
    seen = request.headers.empty() ? "" : request.headers[0].second;
    return {200, {}, request.url.ends_with("/large") ? std::string(101, 'x') : "echo " + seen, ""};
  });
  Guest guest(policy);
  EXPECT_EQ(guest("whole('https://b.example/v1/')"), "'denied'");
  EXPECT_EQ(guest("whole('https://a.example/v1/large')"), "'limit'");
  EXPECT_EQ(guest("whole('https://a.example/v1/', headers=[('X-Key', 'secret://TOKEN')])"), "(200, b'echo secret://TOKEN')");
  EXPECT_EQ(seen, kSecret);
  EXPECT_EQ(guest("whole('https://a.example/v1/', headers=[('X-Other', 'secret://TOKEN')])"), "'denied'");
}

TEST(Network, ConnectionRefused) {
  uint16_t port = 0;
  { port = HttpServer(HttpServer::always(kOk)).port(); }
  Policy policy;
  policy.network.allow = {"GET http://127.0.0.1:" + std::to_string(port) + "/"};
  Guest guest(policy);
  EXPECT_EQ(guest("whole('http://127.0.0.1:" + std::to_string(port) + "/')"), "'connect'");
}

TEST(Network, Localhost) {
  HttpServer server(HttpServer::always(kOk));
  const std::string url = "http://localhost:" + std::to_string(server.port()) + "/";
  Policy policy;
  policy.network.allow = {"GET " + url};
  Guest guest(policy);
  EXPECT_EQ(guest("whole(" + quoted(url) + ")"), "(200, b'hello')");
}

}  // namespace
}  // namespace belljar
