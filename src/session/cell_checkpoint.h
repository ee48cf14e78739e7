// The state of a session's memory before a cell. How it is kept is chosen here, from figures:
// docs/decisions/002-checkpoint-method.md.
#ifndef BELLJAR_SESSION_CELL_CHECKPOINT_H_
#define BELLJAR_SESSION_CELL_CHECKPOINT_H_

#include <cstdint>
#include <memory>
#include <mutex>

#include "belljar/result.h"
#include "image/slot.h"
#include "session/memory_checkpoint.h"
#include "session/runtime_impl.h"
#include "session/shadow_pool.h"

namespace belljar {

/// A session that now and then runs a cell is copied for the length of the cell. One that runs cell after cell, or holds
/// much, is followed by a shadow.
class CellCheckpoint {
 public:
  /// `memory_limit` is the most the slot may grow to. `runtime` outlives the checkpoint, and so does the slot.
  CellCheckpoint(RuntimeImpl& runtime, uint64_t memory_limit) : runtime_(runtime), memory_limit_(memory_limit) {}
  ~CellCheckpoint() { drop(); }
  CellCheckpoint(const CellCheckpoint&) = delete;
  CellCheckpoint& operator=(const CellCheckpoint&) = delete;

  /// Before a cell. After an error there is no checkpoint, and nothing has changed.
  Status save(const Slot& slot);

  /// Puts the memory back, byte for byte and in size. After an error the slot must not be used again.
  Status restore(Slot& slot);

  /// After the cell: what only it needed is given back. Returns the time, monotonic_ns().
  uint64_t finish();

  /// Holds nothing any more, and no longer follows the slot.
  void drop();

 private:
  Status try_save(const Slot& slot);
  bool is_busy();
  bool make_shadow(const Slot& slot);

  RuntimeImpl& runtime_;
  const uint64_t memory_limit_;
  uint64_t last_finish_ns_ = 0;
  uint32_t quick_cells_ = 0;  // in a row, up to now
  std::unique_ptr<MemoryCheckpoint> copy_;  // while a cell runs
  std::shared_ptr<ShadowPlace> place_;      // once there has been a shadow
  std::unique_lock<std::mutex> following_;  // holds place_'s mutex while a cell runs
};

}  // namespace belljar

#endif  // BELLJAR_SESSION_CELL_CHECKPOINT_H_
