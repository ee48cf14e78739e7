// requests and httpx as they come from the index (wheels.txt), unmodified, from their wheels in the guest's tree.
#include "belljar/session.h"

#include "support.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>

namespace belljar {
namespace {

using testing::run;
using testing::value;

class HttpPackages : public ::testing::Test {
 protected:
  void SetUp() override {
    Policy policy;
    policy.limits.cpu = policy.limits.wall = std::chrono::seconds(60);
    std::error_code none;
    for (const auto& file : std::filesystem::directory_iterator(BELLJAR_TEST_WHEELS, none)) {
      if (file.path().extension() != ".whl") continue;
      std::ifstream in(file.path(), std::ios::binary);
      policy.workspace.emplace_back(file.path().filename(), std::string(std::istreambuf_iterator<char>(in), {}));
    }
    if (policy.workspace.size() < 10) GTEST_SKIP() << "no wheels in " BELLJAR_TEST_WHEELS ": python3 tests/wheels.py puts them there";
    policy.http([this](const HttpRequest& request) { return answer(request); });
    session_ = testing::open(policy);
    run(*session_, "import glob, sys, warnings\nsys.path[:0] = sorted(glob.glob('/workspace/*.whl'))\nwarnings.simplefilter('error')");
  }

  std::string value_of(std::string_view cell) {
    const RunResult result = run(*session_, cell);
    EXPECT_FALSE(result.error) << result.error->traceback;
    stderr_ = result.stderr_data;
    return value(result);
  }

  HttpResponse answer(const HttpRequest& request) {
    const std::string path = request.url.substr(request.url.find('/', 8));
    if (path == "/json") return {200, {{"Content-Type", "application/json"}}, R"({"a": [1, 2]})", ""};
    if (path == "/redirect") return {302, {{"Location", "/echo"}, {"Set-Cookie", "taste=sweet; Path=/"}}, "", ""};
    if (path == "/large") return {200, {}, std::string(2'000'000, 'x'), ""};
    if (path == "/missing") return {404, {}, "no such page", ""};
    if (path == "/broken") return {200, {}, "", "the cable was cut"};
    if (path == "/meet") {
      std::unique_lock lock(mutex_);
      met_++;
      changed_.notify_all();
      if (!changed_.wait_for(lock, std::chrono::seconds(20), [&] { return met_ >= 5; })) return {500, {}, "alone", ""};
    }
    std::string text = request.method + " " + request.url + "\n";
    for (const auto& [name, header] : request.headers) text += name + ": " + header + "\n";
    return {200, {}, text + "\n" + std::to_string(request.body.size()) + " " + request.body.substr(0, 1000), ""};
  }

  std::unique_ptr<Session> session_;
  std::string stderr_;  // of the last cell
  std::mutex mutex_;
  std::condition_variable changed_;
  int met_ = 0;
};

TEST_F(HttpPackages, Requests) {
  EXPECT_EQ(value_of(R"(
import requests
session = requests.Session()
r = session.get("https://api.example.com/redirect")
[requests.get("http://api.example.com/json").json(), r.url, len(r.history), "Cookie: taste=sweet" in r.text,
 session.post("https://api.example.com/p", json={"a": 1}, params={"q": "x y"}).text.splitlines()[0],
 session.put("https://api.example.com/up", data=(b"abc" for _ in range(4))).text.split("\n\n")[1],
 'filename="n.txt"' in session.post("https://api.example.com/f", files={"f": ("n.txt", b"content")}).text,
 requests.get("https://api.example.com/missing").status_code, requests.head("https://api.example.com/json").text]
)"),
            "[{'a': [1, 2]}, 'https://api.example.com/echo', 1, True, 'POST https://api.example.com/p?q=x+y', '12 abcabcabcabc', True, 404, '']");
  EXPECT_EQ(value_of(R"(
with session.get("https://api.example.com/large", stream=True) as r:
    pieces = [len(piece) for piece in r.iter_content(65536)]
sum(pieces), len(pieces) > 10
)"),
            "(2000000, True)");
  EXPECT_EQ(value_of(R"(
def attempt(url):
    try:
        requests.get(url, timeout=10)
    except requests.RequestException as e:
        return type(e).__name__, "the cable was cut" in str(e)
attempt("https://api.example.com/broken"), requests.get("https://api.example.com/json").status_code
)"),
            "(('ConnectionError', True), 200)");
}

TEST_F(HttpPackages, HttpxWaiting) {
  EXPECT_EQ(value_of(R"(
import httpx
with httpx.Client(follow_redirects=True) as client:
    r = client.get("https://api.example.com/redirect")
    with client.stream("GET", "https://api.example.com/large") as large:
        size = sum(len(piece) for piece in large.iter_bytes())
    sent = client.post("http://api.example.com/p", content=(b"abc" for _ in range(3))).text.split("\n\n")[1]
    try:
        client.get("https://api.example.com/broken")
    except httpx.TransportError as e:
        broken = str(e)
    seen = [httpx.get("https://api.example.com/json").json(), str(r.url), "taste=sweet" in r.text, size, sent, "the cable was cut" in broken]
seen
)"),
            "[{'a': [1, 2]}, 'https://api.example.com/echo', True, 2000000, '9 abcabcabc', True]");
}

TEST_F(HttpPackages, HttpxInALoop) {
  EXPECT_EQ(value_of(R"(
import asyncio, httpx
async with httpx.AsyncClient() as client:
    together = await asyncio.gather(*(client.get(f"https://api.example.com/meet") for _ in range(5)))
    async with client.stream("GET", "http://api.example.com/large") as large:
        size = sum([len(piece) async for piece in large.aiter_bytes()])
    sent = (await client.put("https://api.example.com/p", content=b"x" * 3_000_000)).text.split("\n\n")[1][:10]
    try:
        await client.get("https://api.example.com/broken")
    except httpx.TransportError as e:
        broken = type(e).__name__
    seen = [r.status_code for r in together], size, sent, broken, (await client.get("https://api.example.com/json")).json()
seen
)"),
            "([200, 200, 200, 200, 200], 2000000, '3000000 xx', 'ReadError', {'a': [1, 2]})");
  EXPECT_NE(stderr_.find("the cable was cut"), std::string::npos) << "httpx drops what the exception says";
}

}  // namespace
}  // namespace belljar
