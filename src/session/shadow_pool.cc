#include "session/shadow_pool.h"

#include <algorithm>
#include <utility>

namespace belljar {
namespace {

void drop_if_idle(ShadowPlace& place) {
  std::unique_lock lock(place.mutex, std::try_to_lock);
  if (lock) place.drop_shadow();
}

}  // namespace

void ShadowPool::admit(const std::shared_ptr<ShadowPlace>& place) {
  std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<ShadowPlace>> others;
  uint64_t total = place->bytes;
  for (const auto& known : places_) {
    std::shared_ptr<ShadowPlace> other = known.lock();
    if (!other || other == place || other->bytes == 0) continue;
    total += other->bytes;
    others.push_back(std::move(other));
  }
  std::sort(others.begin(), others.end(), [](const auto& a, const auto& b) { return a->used_ns < b->used_ns; });
  places_.assign({place});
  for (const auto& other : others) {
    const uint64_t bytes = other->bytes;
    if (total > idle_bytes_) drop_if_idle(*other);
    if (other->bytes == 0) {
      total -= bytes;
    } else {
      places_.push_back(other);
    }
  }
}

}  // namespace belljar
