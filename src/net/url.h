// URLs of requests and rules: read by curl's own parser, once, so that what was decided about and what curl then asks for
// cannot differ.
#ifndef BELLJAR_NET_URL_H_
#define BELLJAR_NET_URL_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "net/failure.h"

namespace belljar::net {

struct Origin {
  std::string scheme;  ///< "http" or "https"
  std::string host;    ///< lower case; an IPv6 address without brackets
  uint16_t port = 0;

  bool operator==(const Origin&) const = default;
  bool has_default_port() const { return port == (scheme == "https" ? 443 : 80); }
};

/// "example.com", "[::1]:8080": as in a URL and in a Host header.
std::string authority_of(const Origin& origin);

struct Url {
  Origin origin;
  std::string path;   ///< begins with '/', without dot segments, whatever way they were written
  std::string query;  ///< without '?'
  bool has_query = false;

  std::string text() const;
  /// Without the query.
  std::string plain_text() const;
};

/// What a URL must not have here: another scheme, a user, a host or a port in an unusual spelling, spaces, control
/// characters, backslashes, or what is not ASCII. A fragment is dropped. The failure is kDenied and says what is wrong.
Outcome<Url> parse_url(std::string_view text);

/// Where a response's Location leads.
Outcome<Url> follow(const Url& from, std::string_view location);

/// False for paths that some servers take for others: with encoded slashes, dots or NULs, or with "..;".
bool is_plain_path(std::string_view path);

}  // namespace belljar::net

#endif  // BELLJAR_NET_URL_H_
