#include "net/resolver.h"

#include <gtest/gtest.h>

#include "base/clock.h"

namespace belljar::net {
namespace {

const IsCancelled kNever = [] { return false; };
uint64_t soon() { return monotonic_ns() + 5'000'000'000; }

/// Answers with one set of addresses after the other.
class Changing final : public Resolver {
 public:
  explicit Changing(std::vector<std::vector<const char*>> answers) : answers_(std::move(answers)) {}
  Outcome<std::vector<Address>> resolve(const std::string&, uint64_t, const IsCancelled&) override {
    std::vector<Address> addresses;
    for (const char* text : answers_[std::min(asked, answers_.size() - 1)]) addresses.push_back(*parse_address(text));
    asked++;
    return addresses;
  }
  size_t asked = 0;

 private:
  const std::vector<std::vector<const char*>> answers_;
};

std::string found(PinnedHosts& hosts, const std::string& name, bool may_be_private = false) {
  const Outcome<std::vector<Address>> outcome = hosts.find(name, may_be_private, soon(), kNever);
  if (const auto* failure = std::get_if<Failure>(&outcome)) return std::string(to_string(failure->kind));
  std::string text;
  for (const Address& address : std::get<0>(outcome)) text += (text.empty() ? "" : " ") + to_string(address);
  return text;
}

TEST(PinnedHosts, ANameThatChangesStaysWhatItWas) {
  const auto resolver = std::make_shared<Changing>(std::vector<std::vector<const char*>>{{"8.8.8.8"}, {"127.0.0.1"}});
  PinnedHosts hosts(resolver);
  for (int i = 0; i < 3; i++) EXPECT_EQ(found(hosts, "a.example"), "8.8.8.8");
  EXPECT_EQ(resolver->asked, 1u);
  EXPECT_EQ(found(hosts, "b.example"), "denied");
}

TEST(PinnedHosts, OnlyPublicAddresses) {
  PinnedHosts mixed(std::make_shared<Changing>(std::vector<std::vector<const char*>>{{"10.0.0.1", "8.8.8.8", "::1", "fd00::1"}}));
  EXPECT_EQ(found(mixed, "a.example"), "8.8.8.8");
  PinnedHosts inner(std::make_shared<Changing>(std::vector<std::vector<const char*>>{{"10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1"}}));
  EXPECT_EQ(found(inner, "a.example"), "denied");
  EXPECT_EQ(found(inner, "a.example", true), "10.0.0.1 ::ffff:127.0.0.1");
  EXPECT_EQ(found(inner, "a.example"), "denied");  // not by way of the other rule's answer
}

TEST(PinnedHosts, MetadataNeverByName) {
  PinnedHosts hosts(std::make_shared<Changing>(std::vector<std::vector<const char*>>{{"169.254.169.254"}}));
  EXPECT_EQ(found(hosts, "metadata.example", true), "denied");
  EXPECT_EQ(found(hosts, "169.254.169.254"), "169.254.169.254");
}

TEST(PinnedHosts, LocalhostIsLoopback) {
  PinnedHosts hosts(std::make_shared<Changing>(std::vector<std::vector<const char*>>{{"127.0.0.1", "10.0.0.1", "8.8.8.8"}}));
  EXPECT_EQ(found(hosts, "localhost"), "127.0.0.1");
}

TEST(SystemResolver, KnowsLocalhost) {
  PinnedHosts hosts(system_resolver());
  const std::string addresses = found(hosts, "localhost");
  EXPECT_NE(addresses.find("1"), std::string::npos) << addresses;
}

TEST(SystemResolver, GivesUp) {
  const Outcome<std::vector<Address>> late = system_resolver()->resolve("no-such-host.invalid", monotonic_ns(), kNever);
  ASSERT_TRUE(std::holds_alternative<Failure>(late));
  const Outcome<std::vector<Address>> cancelled = system_resolver()->resolve("a.example", soon(), [] { return true; });
  ASSERT_TRUE(std::holds_alternative<Failure>(cancelled));
}

}  // namespace
}  // namespace belljar::net
