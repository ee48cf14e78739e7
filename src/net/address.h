// IP addresses: which of them a name may stand for.
#ifndef BELLJAR_NET_ADDRESS_H_
#define BELLJAR_NET_ADDRESS_H_

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace belljar::net {

struct Address {
  bool is_v6 = false;
  std::array<uint8_t, 16> bytes{};  ///< network order; the first four of an IPv4 address

  bool operator==(const Address&) const = default;
};

/// Dotted decimal with four parts, or IPv6 without brackets and zone. Nothing else: no "127.1", no octal.
std::optional<Address> parse_address(std::string_view text);

/// Of a socket address; nothing when it is of another family.
std::optional<Address> address_of(const sockaddr* address, size_t size);

std::string to_string(const Address& address);

/// 127.0.0.0/8 and ::1.
bool is_loopback(const Address& address);

/// Reachable over the Internet, and only so: not a machine's own, a local network's, a provider's, not multicast, not
/// reserved, and no IPv6 address that stands for an IPv4 one (those may lead anywhere).
bool is_public(const Address& address);

/// Where clouds serve credentials to their machines, by link-local and other addresses. Never what a name stands for.
bool is_metadata(const Address& address);

}  // namespace belljar::net

#endif  // BELLJAR_NET_ADDRESS_H_
