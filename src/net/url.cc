#include "net/url.h"

#include <curl/curl.h>
#include <strings.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <utility>

#include "net/address.h"

namespace belljar::net {
namespace {

constexpr size_t kMaxUrlBytes = 16 << 10;

struct Free {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Handle = std::unique_ptr<CURLU, Free>;

Failure denied(std::string message) { return {FailureKind::kDenied, std::move(message)}; }

std::string part(CURLU* url, CURLUPart what, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, what, &text, flags) != CURLUE_OK) return "";
  std::string copy = text;
  curl_free(text);
  return copy;
}

std::string lower(std::string_view text) {
  std::string copy(text);
  for (char& c : copy) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return copy;
}

/// Between "://" and the path, as it was written.
std::string_view written_authority(std::string_view text) {
  const size_t begin = text.find("://");
  if (begin == std::string_view::npos) return "";
  text.remove_prefix(begin + 3);
  return text.substr(0, text.find_first_of("/?#"));
}

/// Whether host and port are written as they will be used: 0x7f.1 and "%6cocalhost" are not.
bool is_written_plainly(std::string_view authority, const Origin& origin) {
  const bool is_v6 = authority.starts_with('[');
  const size_t end = is_v6 ? authority.find(']') : authority.find(':');
  std::string_view host = authority.substr(0, end);
  std::string_view rest = end == std::string_view::npos ? "" : authority.substr(end);
  if (is_v6) {
    if (rest.empty()) return false;
    rest.remove_prefix(1);
    host.remove_prefix(1);
    if (parse_address(host) != parse_address(origin.host)) return false;
  } else if (lower(host) != origin.host) {
    return false;
  }
  return rest.empty() || rest == ":" + std::to_string(origin.port);
}

Outcome<Url> take_apart(CURLU* handle) {
  Url url;
  url.origin.scheme = lower(part(handle, CURLUPART_SCHEME));
  if (url.origin.scheme != "http" && url.origin.scheme != "https") return denied("only http and https URLs can be requested");
  url.origin.host = lower(part(handle, CURLUPART_HOST));
  if (url.origin.host.starts_with('[')) url.origin.host = url.origin.host.substr(1, url.origin.host.size() - 2);
  if (url.origin.host.empty()) return denied("the URL has no host");
  if (!part(handle, CURLUPART_USER).empty() || !part(handle, CURLUPART_PASSWORD).empty()) {
    return denied("the URL holds a user name: send an Authorization header instead");
  }
  if (!part(handle, CURLUPART_ZONEID).empty()) return denied("the URL's address has a zone");
  const std::string port = part(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT);
  const auto [end, problem] = std::from_chars(port.data(), port.data() + port.size(), url.origin.port);
  if (problem != std::errc() || end != port.data() + port.size() || url.origin.port == 0) {
    return denied("the URL's port is not a number from 1 to 65535");
  }
  url.path = part(handle, CURLUPART_PATH);
  if (url.path.empty()) url.path = "/";
  url.query = part(handle, CURLUPART_QUERY);
  url.has_query = !url.query.empty();
  return url;
}

}  // namespace

std::string authority_of(const Origin& origin) {
  const bool is_v6 = origin.host.find(':') != std::string::npos;
  return (is_v6 ? "[" + origin.host + "]" : origin.host) + (origin.has_default_port() ? "" : ":" + std::to_string(origin.port));
}

std::string Url::plain_text() const { return origin.scheme + "://" + authority_of(origin) + path; }

std::string Url::text() const { return plain_text() + (has_query ? "?" + query : ""); }

Outcome<Url> parse_url(std::string_view text) {
  if (text.size() > kMaxUrlBytes) return denied("the URL is longer than 16 KiB");
  for (const char c : text) {
    if (static_cast<unsigned char>(c) <= ' ' || static_cast<unsigned char>(c) >= 0x7F || c == '\\') {
      return denied("the URL holds a space, a control character, a backslash or a character that is not ASCII: write it "
                    "percent-encoded, and an international host name in its xn-- form");
    }
  }
  Handle handle(curl_url());
  const std::string copy(text);
  const CURLUcode problem = handle ? curl_url_set(handle.get(), CURLUPART_URL, copy.c_str(), CURLU_NON_SUPPORT_SCHEME)
                                   : CURLUE_OUT_OF_MEMORY;
  if (problem != CURLUE_OK) return denied("this is no URL with a scheme and a host");
  Outcome<Url> url = take_apart(handle.get());
  if (const Url* found = std::get_if<Url>(&url)) {
    if (!is_written_plainly(written_authority(text), found->origin)) {
      return denied("the URL's host or port is written in an unusual way: write '" + authority_of(found->origin) + "'");
    }
  }
  return url;
}

Outcome<Url> follow(const Url& from, std::string_view location) {
  Handle handle(curl_url());
  const std::string base = from.text(), to(location.substr(0, location.find('#')));
  if (!handle || to.size() > kMaxUrlBytes || curl_url_set(handle.get(), CURLUPART_URL, base.c_str(), 0) != CURLUE_OK ||
      curl_url_set(handle.get(), CURLUPART_URL, to.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) {
    return denied("the Location is no URL");
  }
  return take_apart(handle.get());
}

bool is_plain_path(std::string_view path) {
  const std::string small = lower(path);
  for (const char* trick : {"%2f", "%5c", "%2e", "%00", "%c0", "%c1", "/.;", "/..;", "\\"}) {
    if (small.find(trick) != std::string::npos) return false;
  }
  return true;
}

}  // namespace belljar::net
