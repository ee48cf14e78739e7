#include "net/headers.h"

#include <gtest/gtest.h>

namespace belljar::net {
namespace {

const Origin kOrigin{"https", "a.example", 443};

std::optional<Failure> check(Headers headers, Headers* kept = nullptr, std::optional<uint64_t>* length = nullptr) {
  std::optional<uint64_t> ignored;
  std::optional<Failure> failure = check_request_headers(kOrigin, NetworkLimits{}, &headers, length ? length : &ignored);
  if (kept) *kept = headers;
  return failure;
}

TEST(Headers, WhatCouldEndAFieldIsRefused) {
  for (const Headers& headers :
       {Headers{{"X", "a\r\nHost: b"}}, Headers{{"X", "a\nb"}}, Headers{{"X", std::string("a\0b", 3)}}, Headers{{"X\r\nY", "a"}},
        Headers{{"X:", "a"}}, Headers{{"", "a"}}, Headers{{"X Y", "a"}}, Headers{{" X", "a"}}, Headers{{"X\xE9", "a"}},
        Headers{{"Host", "b.example"}}, Headers{{"host", "a.example:80"}}, Headers{{"Content-Length", "-1"}},
        Headers{{"Content-Length", "1, 2"}}, Headers{{"Content-Length", ""}}, Headers{{"Content-Length", "1"}, {"content-length", "2"}},
        Headers{{"Content-Length", "99999999999999999999"}}}) {
    const std::optional<Failure> failure = check(headers);
    ASSERT_TRUE(failure) << headers[0].first;
    EXPECT_EQ(failure->kind, FailureKind::kDenied);
  }
}

TEST(Headers, OneHopsAreTakenAway) {
  Headers kept;
  std::optional<uint64_t> length;
  EXPECT_FALSE(check({{"Host", "A.example:443"}, {"Connection", "close, X-Auth"}, {"Proxy-Authorization", "x"}, {"proxy-x", "y"},
                      {"Transfer-Encoding", "chunked"}, {"TE", "x"}, {"Expect", "100-continue"}, {"Upgrade", "h2c"},
                      {"Content-Length", "5"}, {"Accept", " text/html\t"}, {"X-Caf\x65", "caf\xE9"}},
                     &kept, &length));
  EXPECT_EQ(kept, (Headers{{"Accept", "text/html"}, {"X-Cafe", "caf\xE9"}}));
  EXPECT_EQ(length, 5u);
}

TEST(Headers, Limits) {
  EXPECT_FALSE(check(Headers(128, {"X", "y"})));
  EXPECT_EQ(check(Headers(129, {"X", "y"}))->kind, FailureKind::kLimit);
  EXPECT_EQ(check({{"X", std::string(64 << 10, 'y')}})->kind, FailureKind::kLimit);
}

TEST(Headers, OfAResponse) {
  EXPECT_EQ(clean_response_header("Server: x \x01y\t"), (std::pair<std::string, std::string>("Server", "x y")));
  EXPECT_EQ(clean_response_header("X:"), (std::pair<std::string, std::string>("X", "")));
  for (const char* line : {"no colon", ": x", "X Y: z", "Transfer-Encoding: chunked", "connection: close", "Proxy-Connection: x"}) {
    EXPECT_FALSE(clean_response_header(line)) << line;
  }
}

TEST(Headers, Latin1) {
  EXPECT_EQ(latin1_of_utf8("caf\xC3\xA9"), "caf\xE9");
  EXPECT_FALSE(latin1_of_utf8("\xE2\x82\xAC"));
  EXPECT_EQ(utf8_of_latin1("caf\xE9\x80"), "caf\xC3\xA9\xC2\x80");
}

TEST(Headers, Methods) {
  for (const char* method : {"GET", "POST", "PROPFIND"}) EXPECT_TRUE(is_method(method));
  for (const char* method : {"", "get", "GET ", "CONNECT", "TRACE", "GE\r\nT", "A1"}) EXPECT_FALSE(is_method(method));
}

}  // namespace
}  // namespace belljar::net
