#include "net/connections.h"

#include <algorithm>
#include <utility>

namespace belljar::net {
namespace {

CURL* new_easy() {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  return started == CURLE_OK ? curl_easy_init() : nullptr;
}

}  // namespace

Line::Line() : multi(curl_multi_init()), easy(new_easy()) {
  if (multi) curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, 4L);
}

Line::~Line() {
  curl_easy_cleanup(easy);
  curl_multi_cleanup(multi);
}

std::unique_ptr<Line> Connections::take(const Origin& origin, bool may_be_private) {
  {
    const std::lock_guard lock(mutex_);
    const auto at = std::find_if(idle_.rbegin(), idle_.rend(), [&](const auto& line) {
      return line->last == origin && line->may_be_private == may_be_private;
    });
    if (at != idle_.rend()) {
      std::unique_ptr<Line> line = std::move(*at);
      idle_.erase(std::next(at).base());
      return line;
    }
  }
  auto line = std::make_unique<Line>();
  if (!line->multi || !line->easy) return nullptr;
  line->last = origin;
  line->may_be_private = may_be_private;
  return line;
}

void Connections::give_back(std::unique_ptr<Line> line) {
  std::unique_ptr<Line> oldest;
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(line));
  if (idle_.size() <= kMaxIdle) return;
  oldest = std::move(idle_.front());
  idle_.erase(idle_.begin());
}

}  // namespace belljar::net
