#include "net/redirects.h"

#include <gtest/gtest.h>

namespace belljar::net {
namespace {

Url url(const char* text) { return std::get<Url>(parse_url(text)); }

Headers sent() {
  return {{"Authorization", "Bearer x"}, {"cookie", "a=b"}, {"X-Key", "secret://KEY"}, {"Accept", "*/*"}};
}

TEST(Redirects, CredentialsStayWithTheirOrigin) {
  for (const char* target : {"https://b.example/y", "//b.example/y", "http://a.example/y", "https://a.example:444/y"}) {
    Redirects redirects;
    redirects.remember(url("https://a.example/x"), 302, {{"Location", target}}, false);
    Headers headers = sent();
    EXPECT_TRUE(redirects.strip(std::get<Url>(follow(url("https://a.example/x"), target)), &headers)) << target;
    EXPECT_EQ(headers, (Headers{{"Accept", "*/*"}}));
  }
}

TEST(Redirects, TheyStayInOneOrigin) {
  Redirects redirects;
  redirects.remember(url("https://a.example/x"), 301, {{"location", "/y"}}, false);
  redirects.remember(url("https://a.example/x"), 200, {{"location", "https://b.example/"}}, false);
  Headers headers = sent();
  EXPECT_FALSE(redirects.strip(url("https://a.example/y"), &headers));
  EXPECT_FALSE(redirects.strip(url("https://b.example/"), &headers));
  EXPECT_EQ(headers, sent());
}

TEST(Redirects, TheNextHopIsAstrayToo) {
  Redirects redirects;
  redirects.remember(url("https://a.example/x"), 307, {{"Location", "https://b.example/1"}}, false);
  Headers headers = sent();
  const bool is_astray = redirects.strip(url("https://b.example/1"), &headers);
  EXPECT_TRUE(is_astray);
  redirects.remember(url("https://b.example/1"), 307, {{"Location", "/2"}}, is_astray);
  headers = sent();
  EXPECT_TRUE(redirects.strip(url("https://b.example/2"), &headers));
  // Once: a request of its own may have credentials.
  headers = sent();
  EXPECT_FALSE(redirects.strip(url("https://b.example/2"), &headers));
}

TEST(Redirects, RemembersFew) {
  Redirects redirects;
  for (int i = 0; i < 200; i++) {
    redirects.remember(url("https://a.example/"), 302, {{"Location", "https://b.example/" + std::to_string(i)}}, false);
  }
  Headers headers;
  EXPECT_FALSE(redirects.strip(url("https://b.example/100"), &headers));
  EXPECT_TRUE(redirects.strip(url("https://b.example/199"), &headers));
}

}  // namespace
}  // namespace belljar::net
