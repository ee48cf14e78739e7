// Where responses have sent a session: credentials that were for one host must not follow a redirect to another.
#ifndef BELLJAR_NET_REDIRECTS_H_
#define BELLJAR_NET_REDIRECTS_H_

#include <deque>
#include <mutex>
#include <string>

#include "net/headers.h"
#include "net/url.h"

namespace belljar::net {

class Redirects {
 public:
  /// Takes Authorization, Cookie and what holds a placeholder out of a request that follows a redirect from another
  /// origin. True when it does follow one; then the next hop does, too.
  bool strip(const Url& url, Headers* headers);

  /// A response has come. `is_astray`: what strip() said of its request.
  void remember(const Url& from, int status, const Headers& headers, bool is_astray);

 private:
  static constexpr size_t kMost = 64;

  std::mutex mutex_;
  std::deque<std::string> targets_;  // the oldest first
};

}  // namespace belljar::net

#endif  // BELLJAR_NET_REDIRECTS_H_
