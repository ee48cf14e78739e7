// The state of a session's memory before a cell, to return to when the cell is stopped hard or traps.
#ifndef BELLJAR_SESSION_MEMORY_CHECKPOINT_H_
#define BELLJAR_SESSION_MEMORY_CHECKPOINT_H_

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

#include "belljar/result.h"
#include "image/pages.h"
#include "image/slot.h"

namespace belljar {

/// A copy of the pages in which a memory differs from its image. It lives for the length of a cell, so that an idle
/// session costs no second copy; its buffers are re-used by the next cell, of whichever session.
class MemoryCheckpoint {
 public:
  /// Saves `slot`. Nothing of an earlier checkpoint remains.
  Status save(const Slot& slot, const PageScanner& scanner);

  /// Puts the slot's memory back, byte for byte and in size. After an error the slot must not be used again.
  Status restore(Slot& slot, const PageScanner& scanner) const;

  /// Bytes saved.
  uint64_t size() const { return size_; }

  /// Bytes of memory held.
  uint64_t capacity() const { return capacity_; }

 private:
  struct Free {
    void operator()(uint8_t* memory) const { std::free(memory); }
  };

  bool reserve(uint64_t size);

  uint64_t memory_size_ = 0;
  std::vector<PageRun> runs_;  // ascending; of the memory as it was
  // Their content, one after the other. On a page boundary like what is copied: a copy between places a few bytes apart
  // modulo the page size runs at a tenth of the speed.
  std::unique_ptr<uint8_t, Free> pages_;
  uint64_t size_ = 0, capacity_ = 0;
};

}  // namespace belljar

#endif  // BELLJAR_SESSION_MEMORY_CHECKPOINT_H_
