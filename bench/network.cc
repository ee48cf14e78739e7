// HTTP through the host: what it adds to the same request made by the host itself, over a connection that is open.
#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "measure.h"

namespace belljar::bench {
namespace {

constexpr int kRequests = 200;

/// Answers every request on loopback with the same few bytes, until its connections end.
uint16_t serve() {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(listener, 8) != 0) fail("cannot listen");
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  std::thread([listener] {
    for (;;) {
      const int fd = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
      const int on = 1;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      std::thread([fd] {
        char buffer[4096];
        constexpr std::string_view kAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
        while (recv(fd, buffer, sizeof buffer, 0) > 0 && send(fd, kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL) > 0) {
        }
        close(fd);
      }).detach();
    }
  }).detach();
  return ntohs(address.sin_port);
}

size_t discard(char*, size_t size, size_t count, void*) { return size * count; }

}  // namespace

void bench_network(Runtime& runtime) {
  const std::string url = "http://127.0.0.1:" + std::to_string(serve()) + "/";
  CURL* curl = curl_easy_init();
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, discard);
  const Distribution native = measure(8, kRequests, [&] {
    const auto start = Clock::now();
    if (curl_easy_perform(curl) != CURLE_OK) fail("curl cannot reach the server");
    return microseconds_since(start);
  });
  curl_easy_cleanup(curl);

  Policy policy;
  policy.network.allow = {"GET " + url};
  policy.network.limits.requests = 1'000'000;
  auto session = need(runtime.open(policy));
  const auto per_request = [&](const std::string& setup, const char* loop) {
    run(*session, setup.c_str());
    run(*session, loop);
    return measure(8, 10, [&] {
      const auto start = Clock::now();
      run(*session, loop);
      return microseconds_since(start) / kRequests;
    });
  };
  const Distribution guest = per_request("import _belljar_host as host\nurl = '" + url + "'",
                                         "for _ in range(200): assert host.request('http.request', 'GET', url, [], b'', 0)['status'] == 200");
  report("http_get_added_us", guest.p50 - native.p50, "us", guest.n);
  const Distribution urllib = per_request("import urllib.request",
                                          "for _ in range(200):\n  with urllib.request.urlopen(url) as r: assert r.read() == b'hello'");
  report("http_urllib_get_us", urllib.p50, "us", urllib.n);
}

}  // namespace belljar::bench
