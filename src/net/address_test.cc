#include "net/address.h"

#include <gtest/gtest.h>

namespace belljar::net {
namespace {

Address parsed(const char* text) {
  const std::optional<Address> address = parse_address(text);
  EXPECT_TRUE(address) << text;
  return address.value_or(Address{});
}

TEST(Address, OnlyPlainSpellingsAreAddresses) {
  for (const char* text : {"", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "1.2.3", "1.2.3.4.5", "1.2.3.256", " 1.2.3.4",
                           "1.2.3.4 ", "fe80::1%lo", "[::1]", "::g", "1::2::3", "localhost"}) {
    EXPECT_FALSE(parse_address(text)) << text;
  }
  EXPECT_FALSE(parse_address(std::string_view("1.2.3.4\0x", 9)));
  EXPECT_EQ(to_string(parsed("2001:DB8:0::1")), "2001:db8::1");
  EXPECT_EQ(to_string(parsed("8.8.4.4")), "8.8.4.4");
}

TEST(Address, NotPublic) {
  for (const char* text :
       {"0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254", "169.254.169.254",
        "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255",
        "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "168.63.129.16",
        // IPv6: unspecified, loopback, mapped, compatible, NAT64, discard, Teredo, ORCHID, benchmark, documentation, 6to4, ULA,
        // link-local, site-local, multicast.
        "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "::8.8.8.8", "64:ff9b::7f00:1", "64:ff9b::808:808",
        "64:ff9b:1::1", "100::1", "2001::1", "2001:20::1", "2001:2::1", "2001:db8::1", "2002:7f00:1::1", "2002:808:808::1",
        "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "3fff::1", "4000::1", "5f00::1"}) {
    EXPECT_FALSE(is_public(parsed(text))) << text;
  }
}

TEST(Address, Public) {
  for (const char* text : {"1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
                           "128.0.0.1", "169.253.1.1", "172.15.255.255", "172.32.0.0", "192.167.1.1", "198.17.255.255",
                           "198.20.0.0", "223.255.255.255", "2606:4700::1111", "2a00:1450::1", "2001:4860:4860::8888",
                           "2001:200::1"}) {
    EXPECT_TRUE(is_public(parsed(text))) << text;
  }
}

TEST(Address, LoopbackAndMetadata) {
  EXPECT_TRUE(is_loopback(parsed("127.3.2.1")));
  EXPECT_TRUE(is_loopback(parsed("::1")));
  EXPECT_TRUE(is_loopback(parsed("::ffff:127.0.0.1")));
  EXPECT_FALSE(is_loopback(parsed("128.0.0.1")));
  EXPECT_FALSE(is_loopback(parsed("::2")));
  for (const char* text : {"169.254.169.254", "::ffff:169.254.169.254", "169.254.170.2", "fd00:ec2::254", "100.100.100.200"}) {
    EXPECT_TRUE(is_metadata(parsed(text))) << text;
  }
  EXPECT_FALSE(is_metadata(parsed("10.0.0.1")));
}

TEST(Address, OfASocketAddress) {
  sockaddr_storage storage{};
  storage.ss_family = AF_UNIX;
  EXPECT_FALSE(address_of(reinterpret_cast<sockaddr*>(&storage), sizeof storage));
  storage.ss_family = AF_INET6;
  EXPECT_FALSE(address_of(reinterpret_cast<sockaddr*>(&storage), 4));
  EXPECT_EQ(to_string(*address_of(reinterpret_cast<sockaddr*>(&storage), sizeof storage)), "::");
}

}  // namespace
}  // namespace belljar::net
