#include "net/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>

namespace belljar::net {
namespace {

struct Net {
  std::array<uint8_t, 16> bytes;
  int bits;
};

// IANA's special-purpose registries, and multicast.
constexpr Net kNotPublic4[] = {
    {{0}, 8},             // this network
    {{10}, 8},            // private
    {{100, 64}, 10},      // carriers' NAT
    {{127}, 8},           // loopback
    {{169, 254}, 16},     // link-local; cloud metadata
    {{172, 16}, 12},      // private
    {{192, 0, 0}, 24},    // protocol assignments
    {{192, 0, 2}, 24},    // documentation
    {{192, 31, 196}, 24}, // AS112
    {{192, 52, 193}, 24}, // AMT
    {{192, 88, 99}, 24},  // 6to4 relays
    {{192, 168}, 16},     // private
    {{192, 175, 48}, 24}, // AS112
    {{198, 18}, 15},      // benchmarks
    {{198, 51, 100}, 24}, // documentation
    {{203, 0, 113}, 24},  // documentation
    {{224}, 4},           // multicast
    {{240}, 4},           // reserved, broadcast
};

// Of IPv6 only 2000::/3 is given out; what of it is special.
constexpr Net kGlobal6 = {{0x20}, 3};
constexpr Net kNotPublic6[] = {
    {{0x20, 0x01, 0x00}, 23},        // protocol assignments: Teredo, benchmarks, ORCHID
    {{0x20, 0x01, 0x0d, 0xb8}, 32},  // documentation
    {{0x20, 0x02}, 16},              // 6to4
    {{0x26, 0x20, 0x00, 0x4f, 0x80, 0x00}, 48},  // AS112
    {{0x3f, 0xfe}, 16},              // 6bone
    {{0x3f, 0xff}, 20},              // documentation
};

constexpr Net kMetadata[] = {
    {{169, 254, 169, 254}, 32}, {{169, 254, 170, 2}, 32}, {{169, 254, 170, 23}, 32}, {{169, 254, 169, 253}, 32},
    {{100, 100, 100, 200}, 32}, {{168, 63, 129, 16}, 32}, {{192, 0, 0, 192}, 32},
};
constexpr Net kMetadata6[] = {
    {{0xfd, 0x00, 0x0e, 0xc2}, 32},  // fd00:ec2::254, ::23, ...
    {{0xfd, 0x20, 0x00, 0xce}, 32},  // fd20:ce::254
    {{0xfe, 0x80}, 10},              // whoever answers on this link
};

bool is_in(const Address& address, const Net& net) {
  int left = net.bits;
  for (size_t i = 0; left > 0; i++, left -= 8) {
    const auto mask = static_cast<uint8_t>(left >= 8 ? 0xFF : 0xFF << (8 - left));
    if ((address.bytes[i] & mask) != (net.bytes[i] & mask)) return false;
  }
  return true;
}

template <size_t n>
bool is_in_any(const Address& address, const Net (&nets)[n]) {
  for (const Net& net : nets) {
    if (is_in(address, net)) return true;
  }
  return false;
}

/// What an IPv4-mapped address stands for: a system connects to that.
Address unmapped(const Address& address) {
  constexpr Net kMapped = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96};
  if (!address.is_v6 || !is_in(address, kMapped)) return address;
  Address plain;
  std::memcpy(plain.bytes.data(), address.bytes.data() + 12, 4);
  return plain;
}

}  // namespace

std::optional<Address> parse_address(std::string_view text) {
  const std::string copy(text);
  if (copy.size() != std::strlen(copy.c_str())) return std::nullopt;
  Address address;
  // The C library takes four decimal parts without leading zeros, and no zone.
  if (inet_pton(AF_INET, copy.c_str(), address.bytes.data()) == 1) return address;
  address = {};
  address.is_v6 = true;
  if (inet_pton(AF_INET6, copy.c_str(), address.bytes.data()) == 1) return address;
  return std::nullopt;
}

std::optional<Address> address_of(const sockaddr* address, size_t size) {
  Address found;
  if (address->sa_family == AF_INET && size >= sizeof(sockaddr_in)) {
    sockaddr_in in;
    std::memcpy(&in, address, sizeof in);
    std::memcpy(found.bytes.data(), &in.sin_addr, 4);
    return found;
  }
  if (address->sa_family == AF_INET6 && size >= sizeof(sockaddr_in6)) {
    sockaddr_in6 in;
    std::memcpy(&in, address, sizeof in);
    found.is_v6 = true;
    std::memcpy(found.bytes.data(), &in.sin6_addr, 16);
    return found;
  }
  return std::nullopt;
}

std::string to_string(const Address& address) {
  char text[INET6_ADDRSTRLEN] = "";
  inet_ntop(address.is_v6 ? AF_INET6 : AF_INET, address.bytes.data(), text, sizeof text);
  return text;
}

bool is_loopback(const Address& address) {
  constexpr Net kLoopback4 = {{127}, 8};
  constexpr Net kLoopback6 = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128};
  const Address plain = unmapped(address);
  return is_in(plain, plain.is_v6 ? kLoopback6 : kLoopback4);
}

bool is_public(const Address& address) {
  if (!address.is_v6) return !is_in_any(address, kNotPublic4) && !is_metadata(address);
  return is_in(address, kGlobal6) && !is_in_any(address, kNotPublic6);
}

bool is_metadata(const Address& address) {
  const Address plain = unmapped(address);
  return plain.is_v6 ? is_in_any(plain, kMetadata6) : is_in_any(plain, kMetadata);
}

}  // namespace belljar::net
