// The shadows of a Runtime's sessions: bounded in number by what they hold together, the longest unused ones dropped.
#ifndef BELLJAR_SESSION_SHADOW_POOL_H_
#define BELLJAR_SESSION_SHADOW_POOL_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "session/shadow_checkpoint.h"

namespace belljar {

/// Where a session keeps its shadow. The session holds the mutex while a cell runs; in between anybody may take the
/// shadow away.
struct ShadowPlace {
  std::mutex mutex;
  std::unique_ptr<ShadowCheckpoint> shadow;  // guarded by mutex
  std::atomic<uint64_t> bytes{0};            // what the shadow holds
  std::atomic<uint64_t> used_ns{0};          // when a cell last ended

  /// The caller holds the mutex.
  void drop_shadow() {
    shadow = nullptr;
    bytes = 0;
  }
};

class ShadowPool {
 public:
  /// Shadows of sessions that are not running may hold `idle_bytes` together.
  explicit ShadowPool(uint64_t idle_bytes) : idle_bytes_(idle_bytes) {}

  /// `place` has got a shadow; the caller holds its mutex. Drops others for it, but none whose session is running.
  void admit(const std::shared_ptr<ShadowPlace>& place);

 private:
  const uint64_t idle_bytes_;
  std::mutex mutex_;  // taken when a shadow is made, not for each cell
  std::vector<std::weak_ptr<ShadowPlace>> places_;
};

}  // namespace belljar

#endif  // BELLJAR_SESSION_SHADOW_POOL_H_
