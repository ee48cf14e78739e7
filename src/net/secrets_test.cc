#include "net/secrets.h"

#include <gtest/gtest.h>

namespace belljar::net {
namespace {

const std::string kValue = "s3cr\"t/Value+42";
const Origin kApi{"https", "api.example.com", 443};

Secret secret(std::vector<std::string> hosts = {"api.example.com"}, std::vector<std::string> headers = {}) {
  return {"TOKEN", kValue, std::move(hosts), std::move(headers)};
}

Secrets made(std::vector<Secret> secrets) {
  Result<Secrets> result = Secrets::create(secrets);
  EXPECT_TRUE(result) << result.error().message;
  return std::move(*result);
}

std::optional<Failure> put(const Secrets& secrets, const Origin& origin, Headers* headers) {
  std::vector<std::string> used;
  return secrets.put_into(origin, headers, &used);
}

TEST(Secrets, Refused) {
  const std::vector<Secret> bad[] = {
      {{"", kValue, {"a.example"}, {}}},         {{"A-B", kValue, {"a.example"}, {}}}, {{"A", "short", {"a.example"}, {}}},
      {{"A", kValue + "\n", {"a.example"}, {}}}, {{"A", kValue, {}, {}}},              {{"A", kValue, {"*.example"}, {}},
                                                                                       {"A", kValue, {"a.example"}, {}}},
      {{"A", kValue, {"https://a.example"}, {}}}, {{"A", kValue, {"a.example/x"}, {}}}, {{"A", kValue, {"u@a.example"}, {}}},
  };
  for (const std::vector<Secret>& secrets : bad) {
    const Result<Secrets> result = Secrets::create(secrets);
    ASSERT_FALSE(result) << secrets[0].name;
    EXPECT_EQ(result.error().message.find(kValue), std::string::npos);
  }
}

TEST(Secrets, OnlyToItsHostsAndInItsHeaders) {
  const Secrets secrets = made({secret()});
  Headers headers = {{"Authorization", "Bearer secret://TOKEN"}, {"Accept", "*/*"}};
  std::vector<std::string> used;
  EXPECT_FALSE(secrets.put_into(kApi, &headers, &used));
  EXPECT_EQ(headers[0].second, "Bearer " + kValue);
  EXPECT_EQ(used, std::vector<std::string>{"TOKEN"});
  for (const Origin& other : {Origin{"http", "api.example.com", 80}, Origin{"https", "api.example.com", 8443},
                              Origin{"https", "b.example.com", 443}, Origin{"http", "api.example.com", 443}}) {
    Headers sent = {{"X", "secret://TOKEN"}};
    const std::optional<Failure> failure = put(secrets, other, &sent);
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->kind, FailureKind::kDenied);
    EXPECT_EQ(sent[0].second, "secret://TOKEN");
  }
  Headers unknown = {{"X", "secret://TOKEN2"}};
  EXPECT_TRUE(put(secrets, kApi, &unknown));
  const Secrets bound = made({secret({"api.example.com"}, {"authorization"})});
  Headers wrong = {{"X-Echo", "secret://TOKEN"}};
  EXPECT_TRUE(put(bound, kApi, &wrong));
}

TEST(Secrets, PlainTextToLoopbackOnly) {
  const Secrets secrets = made({secret({"127.0.0.1:8080", "localhost", "[::1]:81"})});
  EXPECT_TRUE(secrets.concerns({"http", "127.0.0.1", 8080}));
  EXPECT_TRUE(secrets.concerns({"http", "localhost", 80}));
  EXPECT_TRUE(secrets.concerns({"http", "::1", 81}));
  EXPECT_FALSE(secrets.concerns({"http", "127.0.0.1", 8081}));
}

TEST(Secrets, InsideOfBasic) {
  const Secrets secrets = made({{"PASS", "password1", {"api.example.com"}, {}}});
  Headers headers = {{"Authorization", "Basic dXNlcjpzZWNyZXQ6Ly9QQVNT"}};  // user:secret://PASS
  EXPECT_FALSE(put(secrets, kApi, &headers));
  EXPECT_EQ(headers[0].second, "Basic dXNlcjpwYXNzd29yZDE=");
  Headers other = {{"authorization", "basic dXNlcjpzZWNyZXQ6Ly9QQVNT"}};
  EXPECT_TRUE(put(secrets, {"https", "b.example", 443}, &other));
}

TEST(Secrets, NotInUrlsAndBodies) {
  const Secrets secrets = made({secret()});
  EXPECT_TRUE(secrets.refuse_in("https://a.example/?k=secret://TOKEN", "URL"));
  EXPECT_TRUE(secrets.refuse_in("k=secret%3A%2F%2FTOKEN", "body"));
  EXPECT_FALSE(secrets.refuse_in("secret://OTHER", "body"));
}

TEST(Masker, AllForms) {
  const Secrets secrets = made({secret()});
  for (const char* form : {"s3cr\"t/Value+42", "s3cr\\\"t/Value+42", "s3cr\\\"t\\/Value+42", "s3cr%22t%2FValue%2B42",
                           "s3cr%22t%2fValue%2b42", "s3cr%22t/Value%2B42", "733363722274", "czNjciJ0L1ZhbHVlKzQy",
                           "dXNlcjpzM2NyInQvVmFsdWUrNDI=", "eHM6czNjciJ0L1ZhbHVlKzQy"}) {
    const std::string text = std::string("{\"echo\": \"") + form + (std::string(form) == "733363722274" ? "2f56616c75652b3432" : "") +
                             "\"}";
    const std::string result = masked(secrets, text);
    EXPECT_NE(result.find("secret://TOKEN"), std::string::npos) << form;
    EXPECT_EQ(result.find(text.substr(12, 12)), std::string::npos) << form;
  }
}

TEST(Masker, AcrossAnyPieces) {
  const Secrets secrets = made({secret()});
  const std::string text = "s3cr s3cr\"t/Value+4 " + kValue + kValue + "s3s3cr\"t/Value+42 end s3cr";
  const std::string expected = "s3cr s3cr\"t/Value+4 secret://TOKENsecret://TOKENs3secret://TOKEN end s3cr";
  EXPECT_EQ(masked(secrets, text), expected);
  for (size_t size = 1; size < text.size(); size++) {
    Masker masker(secrets);
    std::string result;
    for (size_t at = 0; at < text.size(); at += size) result += masker.push(text.substr(at, size), false);
    result += masker.push("", true);
    EXPECT_EQ(result, expected) << size;
  }
}

TEST(Masker, HoldsBackOnlyWhatMayBeASecret) {
  const Secrets secrets = made({secret()});
  Masker masker(secrets);
  EXPECT_EQ(masker.push("data: hello\n\n", false), "data: hello\n\n");
  EXPECT_EQ(masker.push("data: s3cr", false), "data: ");
  EXPECT_EQ(masker.push("et\n", false), "s3cret\n");
}

}  // namespace
}  // namespace belljar::net
