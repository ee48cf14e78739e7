// What needs no server; tests/network_test.cc has the rest.
#include "net/curl_exchange.h"

#include <gtest/gtest.h>

#include "base/clock.h"

namespace belljar::net {
namespace {

const IsCancelled kNever = [] { return false; };

Request get(const char* url) {
  Request request;
  request.method = "GET";
  request.url = std::get<Url>(parse_url(url));
  request.deadline_ns = monotonic_ns() + 2'000'000'000;
  request.spend = [](uint64_t) { return true; };
  return request;
}

// Whatever libcurl finds by itself, it does not get a socket to what was not checked.
TEST(CurlExchange, DialsOnlyWhatWasChecked) {
  const auto rights = std::make_shared<NetworkRights>();
  Connections connections;
  for (const char* url : {"http://127.0.0.1:9/", "http://[::1]:9/"}) {
    const auto exchange = make_curl_exchange(rights, get(url), {*parse_address("8.8.8.8")}, connections);
    const std::optional<Failure> failure = exchange->finish(kNever);
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->kind, FailureKind::kDenied) << failure->message;
  }
}

TEST(CurlExchange, ANameGoesToItsPinnedAddress) {
  const auto rights = std::make_shared<NetworkRights>();
  Connections connections;
  // Refused by this machine, and so it was this machine that was asked: nothing resolves the name.
  const auto exchange = make_curl_exchange(rights, get("http://pinned.example:9/"), {*parse_address("127.0.0.1")}, connections);
  const std::optional<Failure> failure = exchange->finish(kNever);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->kind, FailureKind::kConnect) << failure->message;
}

TEST(CurlExchange, GivesUp) {
  const auto rights = std::make_shared<NetworkRights>();
  Connections connections;
  const auto exchange = make_curl_exchange(rights, get("http://pinned.example:9/"), {*parse_address("192.0.2.1")}, connections);
  const std::optional<Failure> failure = exchange->finish([] { return true; });
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->kind, FailureKind::kCancelled) << failure->message;
}

}  // namespace
}  // namespace belljar::net
