#include "net/headers.h"

#include <strings.h>

#include <algorithm>
#include <charconv>

namespace belljar::net {
namespace {

// Of one connection, and ours to say (RFC 9110, 7.6.1).
constexpr std::string_view kHopByHop[] = {"connection", "expect", "http2-settings", "keep-alive", "te", "trailer",
                                          "transfer-encoding", "upgrade"};

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

bool is_hop_by_hop(std::string_view name) {
  if (name.size() >= 6 && equal_names(name.substr(0, 6), "proxy-")) return true;
  return std::any_of(std::begin(kHopByHop), std::end(kHopByHop), [&](std::string_view hop) { return equal_names(name, hop); });
}

std::string_view trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

bool is_control(char c) { return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == 0x7F; }

Failure denied(std::string message) { return {FailureKind::kDenied, std::move(message)}; }

}  // namespace

bool equal_names(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

const std::string* find_header(const Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (equal_names(key, name)) return &value;
  }
  return nullptr;
}

bool is_method(std::string_view method) {
  return !method.empty() && method.size() <= 32 && method != "CONNECT" && method != "TRACE" &&
         std::all_of(method.begin(), method.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

std::optional<Failure> check_request_headers(const Origin& origin, const NetworkLimits& limits, Headers* headers,
                                             std::optional<uint64_t>* length) {
  if (headers->size() > limits.header_count) {
    return Failure{FailureKind::kLimit, "the request has more than " + std::to_string(limits.header_count) + " headers (header_count)"};
  }
  uint64_t bytes = 0;
  Headers kept;
  for (auto& [name, value] : *headers) {
    bytes += name.size() + value.size() + 4;
    if (!is_token(name)) return denied("the name of a header holds a character that HTTP does not allow");
    if (std::any_of(value.begin(), value.end(), is_control)) {
      return denied("the header " + name + " holds a line end or another control character");
    }
    const std::string_view plain = trimmed(value);
    if (equal_names(name, "host")) {
      const std::string authority = authority_of(origin);
      if (!equal_names(plain, authority) && !equal_names(plain, authority + ":" + std::to_string(origin.port))) {
        return denied("the header Host must name the URL's host, '" + authority + "'");
      }
      continue;
    }
    if (equal_names(name, "content-length")) {
      uint64_t number = 0;
      const auto [end, problem] = std::from_chars(plain.data(), plain.data() + plain.size(), number);
      if (plain.empty() || problem != std::errc() || end != plain.data() + plain.size() || (*length && **length != number)) {
        return denied("the header Content-Length is not a number");
      }
      *length = number;
      continue;
    }
    if (!is_hop_by_hop(name)) kept.emplace_back(std::move(name), std::string(plain));
  }
  if (bytes > limits.header_bytes) {
    return Failure{FailureKind::kLimit,
                   "the request's headers take more than " + std::to_string(limits.header_bytes) + " bytes (header_bytes)"};
  }
  *headers = std::move(kept);
  return std::nullopt;
}

std::optional<std::pair<std::string, std::string>> clean_response_header(std::string_view line) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return std::nullopt;
  const std::string_view name = line.substr(0, colon);
  if (is_hop_by_hop(name)) return std::nullopt;
  std::string value(trimmed(line.substr(colon + 1)));
  std::erase_if(value, is_control);
  return std::pair{std::string(name), std::move(value)};
}

std::optional<std::string> latin1_of_utf8(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size());
  for (size_t i = 0; i < text.size(); i++) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x80) {
      bytes.push_back(text[i]);
    } else if ((c == 0xC2 || c == 0xC3) && i + 1 < text.size()) {
      bytes.push_back(static_cast<char>((c & 3) << 6 | (static_cast<unsigned char>(text[++i]) & 0x3F)));
    } else {
      return std::nullopt;
    }
  }
  return bytes;
}

std::string utf8_of_latin1(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  for (const char byte : bytes) {
    const auto c = static_cast<unsigned char>(byte);
    if (c < 0x80) {
      text.push_back(byte);
    } else {
      text.push_back(static_cast<char>(0xC0 | c >> 6));
      text.push_back(static_cast<char>(0x80 | (c & 0x3F)));
    }
  }
  return text;
}

}  // namespace belljar::net
