#include "network_options.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace belljar::cli {
namespace {

TEST(NetworkOptions, Secrets) {
  setenv("BELLJAR_TEST_SECRET", "a@b=c:header=x", 1);
  const Result<Secret> secret = parse_secret_option("TOKEN=env:BELLJAR_TEST_SECRET@a.example,b.example:8443:header=X-Key,X-Other");
  ASSERT_TRUE(secret) << secret.error().message;
  EXPECT_EQ(secret->name, "TOKEN");
  EXPECT_EQ(secret->value, "a@b=c:header=x");
  EXPECT_EQ(secret->hosts, (std::vector<std::string>{"a.example", "b.example:8443"}));
  EXPECT_EQ(secret->headers, (std::vector<std::string>{"X-Key", "X-Other"}));
  EXPECT_TRUE(parse_secret_option("T=env:BELLJAR_TEST_SECRET@a.example")->headers.empty());
}

TEST(NetworkOptions, BadSecrets) {
  for (const char* text : {"", "TOKEN", "=env:X@a.example", "TOKEN=env:HOME", "TOKEN=env:HOME@", "TOKEN=value@a.example",
                           "TOKEN=env:BELLJAR_NO_SUCH@a.example", "TOKEN=file:/no/such@a.example"}) {
    EXPECT_FALSE(parse_secret_option(text)) << text;
  }
}

}  // namespace
}  // namespace belljar::cli
