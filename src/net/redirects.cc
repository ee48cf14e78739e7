#include "net/redirects.h"

#include <algorithm>

#include "net/secrets.h"

namespace belljar::net {

bool Redirects::strip(const Url& url, Headers* headers) {
  {
    const std::lock_guard lock(mutex_);
    const auto at = std::find(targets_.begin(), targets_.end(), url.text());
    if (at == targets_.end()) return false;
    targets_.erase(at);
  }
  std::erase_if(*headers, [](const auto& header) {
    return equal_names(header.first, "authorization") || equal_names(header.first, "cookie") ||
           Secrets::has_placeholder(header.first, header.second);
  });
  return true;
}

void Redirects::remember(const Url& from, int status, const Headers& headers, bool is_astray) {
  if (status < 300 || status > 399) return;
  const std::string* location = find_header(headers, "location");
  if (!location) return;
  const Outcome<Url> target = follow(from, *location);
  const Url* url = std::get_if<Url>(&target);
  if (!url || (url->origin == from.origin && !is_astray)) return;
  const std::lock_guard lock(mutex_);
  targets_.push_back(url->text());
  if (targets_.size() > kMost) targets_.pop_front();
}

}  // namespace belljar::net
