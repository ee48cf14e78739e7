// One session's connections. They are reused within it and never outside of it.
#ifndef BELLJAR_NET_CONNECTIONS_H_
#define BELLJAR_NET_CONNECTIONS_H_

#include <curl/curl.h>

#include <memory>
#include <mutex>
#include <vector>

#include "net/url.h"

namespace belljar::net {

/// A transfer at a time, with the connections that earlier ones left open: libcurl's pool of connections is not for
/// several threads.
struct Line {
  Line();
  ~Line();
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  CURLM* const multi;
  CURL* const easy;
  Origin last;               ///< where its last transfer went
  bool may_be_private = false;  ///< a rule's word; what was connected under one must not serve another
};

class Connections {
 public:
  /// One that was at `origin` last, if there is one. Null: out of memory.
  std::unique_ptr<Line> take(const Origin& origin, bool may_be_private);
  void give_back(std::unique_ptr<Line> line);

 private:
  static constexpr size_t kMaxIdle = 8;

  std::mutex mutex_;
  std::vector<std::unique_ptr<Line>> idle_;  // the one used last at the end
};

}  // namespace belljar::net

#endif  // BELLJAR_NET_CONNECTIONS_H_
