// The checkpoint of a busy or large session: a second copy of its pages that is kept from cell to cell and brought up to
// date with the pages that each cell wrote, so that a cell pays for what it writes and not for what the session holds.
#ifndef BELLJAR_SESSION_SHADOW_CHECKPOINT_H_
#define BELLJAR_SESSION_SHADOW_CHECKPOINT_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "belljar/result.h"
#include "image/fault_watcher.h"
#include "image/pages.h"
#include "image/slot.h"

namespace belljar {

class ShadowCheckpoint {
 public:
  /// From this many private bytes on a shadow is cheaper than copying all private pages before each cell.
  static constexpr uint64_t kWorthwhileBytes = uint64_t{2} << 20;

  /// Saves `slot` as it is, and follows it from now on. `memory_limit` is the most it may grow to. `scanner` and
  /// `watcher` are available; they and the slot outlive the checkpoint.
  static Result<std::unique_ptr<ShadowCheckpoint>> create(const Slot& slot, uint64_t memory_limit,
                                                          const PageScanner& scanner, const FaultWatcher& watcher);
  ~ShadowCheckpoint();
  ShadowCheckpoint(const ShadowCheckpoint&) = delete;
  ShadowCheckpoint& operator=(const ShadowCheckpoint&) = delete;

  /// Saves the slot again: what was written since the last save (or restore).
  Status save(const Slot& slot);

  /// Puts the slot's memory back to the last save, byte for byte and in size. After an error the slot must not be
  /// used again.
  Status restore(Slot& slot);

  /// What it holds.
  uint64_t bytes() const { return copies_ * kPageSize; }

 private:
  ShadowCheckpoint(const Slot& slot, const PageScanner& scanner, const FaultWatcher& watcher, uint8_t* pages,
                   uint64_t capacity);

  Status follow(const Slot& slot);
  void copy_runs(const Slot& slot, uint64_t origin);
  Status protect_unless_hot();

  const PageScanner& scanner_;
  const FaultWatcher& watcher_;
  uint8_t* const memory_;  // the slot's
  uint8_t* const pages_;   // same offsets as in the slot; only where has_copy_
  const uint64_t capacity_;
  const uint32_t fork_generation_;
  uint64_t memory_size_ = 0;  // of the last save; so much is followed
  uint64_t copies_ = 0;
  std::vector<bool> has_copy_;      // by page: differs from the image, saved
  std::vector<uint8_t> last_seen_;  // by page: low bits of the save that last found it written
  uint32_t saves_ = 0;
  std::vector<PageRun> runs_;
};

}  // namespace belljar

#endif  // BELLJAR_SESSION_SHADOW_CHECKPOINT_H_
