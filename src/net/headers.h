// Header fields of requests and responses: what of them may pass.
#ifndef BELLJAR_NET_HEADERS_H_
#define BELLJAR_NET_HEADERS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "belljar/grants.h"
#include "net/failure.h"
#include "net/url.h"

namespace belljar::net {

/// Names and values as bytes; values are Latin-1 by HTTP's tradition.
using Headers = std::vector<std::pair<std::string, std::string>>;

bool equal_names(std::string_view a, std::string_view b);

/// The value of the first of that name; null when there is none.
const std::string* find_header(const Headers& headers, std::string_view name);

/// A method that may be sent: a token of capital letters, and neither CONNECT nor TRACE.
bool is_method(std::string_view method);

/// Refuses what could end a field or name another host, and takes away what is between belljar and the next hop only:
/// Host, Connection, Proxy-*, Transfer-Encoding, Expect and the like. A Content-Length is taken out into `*length`.
std::optional<Failure> check_request_headers(const Origin& origin, const NetworkLimits& limits, Headers* headers,
                                             std::optional<uint64_t>* length);

/// One field of a response as it came, without its line end. Nothing: malformed, or none for the guest.
std::optional<std::pair<std::string, std::string>> clean_response_header(std::string_view line);

/// Between bytes and the text that the guest has for them. Nothing: a character above U+00FF.
std::optional<std::string> latin1_of_utf8(std::string_view text);
std::string utf8_of_latin1(std::string_view bytes);

}  // namespace belljar::net

#endif  // BELLJAR_NET_HEADERS_H_
