#include "net/rule.h"

#include <gtest/gtest.h>

namespace belljar::net {
namespace {

bool allows(const char* rule_text, const char* method, const char* url_text) {
  const Result<Rule> rule = parse_rule(rule_text);
  EXPECT_TRUE(rule) << rule_text;
  const Outcome<Url> url = parse_url(url_text);
  return rule && std::holds_alternative<Url>(url) && rule->allows(method, std::get<Url>(url));
}

TEST(Rule, Refused) {
  for (const char* text :
       {"", "GET", "https://a.example/", "GET a.example", "GET //a.example/", "GET ftp://a.example/", "GET file:///etc/passwd",
        "get https://a.example/", "GET, https://a.example/", "GET POST https://a.example/", "CONNECT https://a.example/",
        "GET https://*.example.com/", "GET https://*/", "GET https://user@a.example/", "GET https://user:x@a.example/",
        "GET https://a.example/?q=1", "GET https://a.example/#f", "GET https://a.example/a/../b", "GET https://a.example/a/%2e%2e/b",
        "GET https://a.example/a%2fb", "GET https://a.example:0/", "GET https://a.example:65536/", "GET https://a.example:x/",
        "GET http://0x7f.1/", "GET http://2130706433/", "GET http://127.1/", "GET http://0177.0.0.1/", "GET https://b\xC3\xBC"
        "cher.example/", "GET https://a.example./", "GET https://%61.example/", "GET https://a.example/ public",
        "GET https://a.example/  private", "GET http://[fe80::1%25lo]/", "GET https:///", "* * private", "GET *", "GET https://"}) {
    const Result<Rule> rule = parse_rule(text);
    ASSERT_FALSE(rule) << text;
    EXPECT_EQ(rule.error().code, ErrorCode::kInvalidArgument) << text;
    EXPECT_FALSE(rule.error().hint.empty()) << text;
  }
}

TEST(Rule, OriginMustBeEqual) {
  const char* rule = "GET,POST https://api.example.com/v1/";
  EXPECT_TRUE(allows(rule, "GET", "https://api.example.com/v1/x?q=1"));
  EXPECT_TRUE(allows(rule, "POST", "HTTPS://API.EXAMPLE.COM:443/v1/"));
  for (const char* url :
       {"http://api.example.com/v1/x", "https://api.example.com:8443/v1/x", "https://evilapi.example.com/v1/x",
        "https://api.example.com.evil.example/v1/x", "https://api.example.com@evil.example/v1/x", "https://api.example.com./v1/x",
        "https://api.example.com\\@evil.example/v1/", "https://evil.example#@api.example.com/v1/", "https://%61pi.example.com/v1/",
        "https://api.example.com:443@evil.example/v1/", "https://api.example.com\t/v1/", "https:api.example.com/v1/x",
        "//api.example.com/v1/x", "api.example.com/v1/x", "https:/api.example.com/v1/x", "https://api.example.com:0443/v1/"}) {
    EXPECT_FALSE(allows(rule, "GET", url)) << url;
  }
  EXPECT_FALSE(allows(rule, "PUT", "https://api.example.com/v1/x"));
  EXPECT_FALSE(allows(rule, "get", "https://api.example.com/v1/x"));
  EXPECT_TRUE(allows("* https://api.example.com/v1/", "PURGE", "https://api.example.com/v1/x"));
}

TEST(Rule, PathByWholeSegments) {
  EXPECT_TRUE(allows("GET https://a.example/v1", "GET", "https://a.example/v1"));
  EXPECT_TRUE(allows("GET https://a.example/v1", "GET", "https://a.example/v1/x"));
  EXPECT_FALSE(allows("GET https://a.example/v1", "GET", "https://a.example/v10"));
  EXPECT_FALSE(allows("GET https://a.example/v1/", "GET", "https://a.example/v1"));
  EXPECT_TRUE(allows("GET https://a.example", "GET", "https://a.example/any%2fthing"));
  for (const char* url : {"https://a.example/v1/../x", "https://a.example/v1/%2e%2e/x", "https://a.example/v1/.%2E/x",
                          "https://a.example/v1%2f..%2fx", "https://a.example/v1/..%2fx", "https://a.example/v1/..;/x",
                          "https://a.example//v1/x", "https://a.example/V1/x", "https://a.example/v1/..\\x",
                          "https://a.example/v1/%5c..%5cx", "https://a.example/v1/x%00", "https://a.example/v1/%c0%ae%c0%ae/x"}) {
    EXPECT_FALSE(allows("GET https://a.example/v1/", "GET", url)) << url;
  }
  EXPECT_TRUE(allows("GET https://a.example/v1/", "GET", "https://a.example/x/../v1/./y"));
}

TEST(Rule, Addresses) {
  EXPECT_TRUE(allows("GET http://127.0.0.1:8080/", "GET", "http://127.0.0.1:8080/x"));
  EXPECT_TRUE(allows("GET http://[::1]:8080/", "GET", "http://[0:0::1]:8080/x"));
  for (const char* url : {"http://127.1:8080/", "http://2130706433:8080/", "http://0x7f.0.0.1:8080/", "http://0177.0.0.1:8080/",
                          "http://[::ffff:127.0.0.1]:8080/", "http://localhost:8080/"}) {
    EXPECT_FALSE(allows("GET http://127.0.0.1:8080/", "GET", url)) << url;
  }
}

TEST(Rules, EverythingNeedsAHandler) {
  EXPECT_FALSE(Rules::create({"* *"}, false));
  const Result<Rules> rules = Rules::create({"* *"}, true);
  ASSERT_TRUE(rules);
  EXPECT_NE(rules->find("DELETE", std::get<Url>(parse_url("https://any.example/x"))), nullptr);
  EXPECT_TRUE(rules->knows_host("any.example"));
}

TEST(Rules, SayWhatIsAllowed) {
  const Result<Rules> rules = Rules::create({"GET https://a.example/v1/", "GET https://b.example/ private"}, false);
  ASSERT_TRUE(rules);
  const Url url = std::get<Url>(parse_url("https://a.example/v2/x?token=1"));
  EXPECT_EQ(rules->find("GET", url), nullptr);
  EXPECT_EQ(rules->explain("GET", url), "the policy does not allow GET https://a.example/v2/x: its rules for this host are "
                                        "'GET https://a.example/v1/'");
  EXPECT_TRUE(rules->find("GET", std::get<Url>(parse_url("https://b.example/")))->may_be_private);
  EXPECT_FALSE(rules->knows_host("c.example"));
}

TEST(Url, IsPutTogetherAsItWasRead) {
  const Url url = std::get<Url>(parse_url("HTTP://[2001:DB8::1]:80/a/./b?x=%20#frag"));
  EXPECT_EQ(url.text(), "http://[2001:db8::1]/a/b?x=%20");
  EXPECT_EQ(std::get<Url>(parse_url("https://a.example")).text(), "https://a.example/");
}

TEST(Url, Follow) {
  const Url from = std::get<Url>(parse_url("https://a.example/x/y?z=1"));
  EXPECT_EQ(std::get<Url>(follow(from, "../w#f")).text(), "https://a.example/w");
  EXPECT_EQ(std::get<Url>(follow(from, "//b.example/")).text(), "https://b.example/");
  EXPECT_TRUE(std::holds_alternative<Failure>(follow(from, "file:///etc/passwd")));
}

}  // namespace
}  // namespace belljar::net
