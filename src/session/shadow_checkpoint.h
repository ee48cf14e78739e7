// The checkpoint of a large session: a second copy of its pages that is kept from cell to cell and brought up to date
// with the pages that each cell wrote, so that a cell pays for what it writes and not for what the session holds.
#ifndef BELLJAR_SESSION_SHADOW_CHECKPOINT_H_
#define BELLJAR_SESSION_SHADOW_CHECKPOINT_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "belljar/result.h"
#include "image/slot.h"
#include "image/write_tracker.h"

namespace belljar {

class ShadowCheckpoint {
 public:
  /// From this many private bytes on a shadow is cheaper than copying all private pages before each cell.
  static constexpr uint64_t kWorthwhileBytes = uint64_t{2} << 20;

  /// Saves `slot` as it is, and follows it from now on. `memory_limit` is the most it may grow to. `watcher` is
  /// available and outlives the checkpoint.
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

 private:
  ShadowCheckpoint(uint8_t* pages, uint64_t capacity);

  void copy_page(const Slot& slot, uint64_t offset);
  Status protect_unless_hot(const std::vector<PageRun>& runs);

  uint8_t* const pages_;     // same offsets as in the slot; only where has_copy_
  const uint64_t capacity_;
  const uint32_t fork_generation_;
  std::unique_ptr<WriteTracker> tracker_;
  uint64_t memory_size_ = 0;
  std::vector<bool> has_copy_;      // by page: differs from the image, saved
  std::vector<uint8_t> last_seen_;  // by page: low bits of the save that last found it written
  uint32_t saves_ = 0;
  std::vector<PageRun> runs_;
};

}  // namespace belljar

#endif  // BELLJAR_SESSION_SHADOW_CHECKPOINT_H_
