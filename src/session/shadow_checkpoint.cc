#include "session/shadow_checkpoint.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>

#include "base/process.h"

namespace belljar {
namespace {

/// A page that two cells in a row have written is written by all: it stays unprotected and is copied each time, which is
/// cheaper than the fault. After so many saves everything is protected again, to find out which pages have cooled.
constexpr uint32_t kCoolingPeriod = 64;

}  // namespace

ShadowCheckpoint::ShadowCheckpoint(const Slot& slot, const PageScanner& scanner, const FaultWatcher& watcher,
                                   uint8_t* pages, uint64_t capacity)
    : scanner_(scanner),
      watcher_(watcher),
      memory_(slot.memory()),
      pages_(pages),
      capacity_(capacity),
      fork_generation_(fork_generation()) {}

ShadowCheckpoint::~ShadowCheckpoint() {
  if (fork_generation_ != fork_generation()) return;
  if (memory_size_ > 0) (void)watcher_.unprotect(memory_, memory_size_).ok();
  munmap(pages_, capacity_);
}

Result<std::unique_ptr<ShadowCheckpoint>> ShadowCheckpoint::create(const Slot& slot, uint64_t memory_limit,
                                                                   const PageScanner& scanner,
                                                                   const FaultWatcher& watcher) {
  const uint64_t capacity = std::max(memory_limit, slot.size());
  void* at = mmap(nullptr, capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED) return Error{ErrorCode::kExhausted, "no address space for a checkpoint", "hold fewer sessions"};
  std::unique_ptr<ShadowCheckpoint> shadow(
      new ShadowCheckpoint(slot, scanner, watcher, static_cast<uint8_t*>(at), capacity));
  if (madvise(at, capacity, MADV_DONTFORK) != 0) {
    return Error{ErrorCode::kExhausted, "cannot keep a checkpoint out of child processes", "hold fewer sessions"};
  }
  BELLJAR_TRY(shadow->follow(slot));
  return shadow;
}

// Takes up what the memory has grown by since the last save; at first that is all of it.
Status ShadowCheckpoint::follow(const Slot& slot) {
  const uint64_t from = memory_size_, length = slot.size() - memory_size_;
  if (length == 0) return Ok{};
  BELLJAR_TRY(watcher_.watch(memory_ + from, length));
  BELLJAR_TRY(watcher_.protect(memory_ + from, length));
  has_copy_.resize(slot.size() / kPageSize);
  last_seen_.resize(slot.size() / kPageSize);
  memory_size_ = slot.size();
  runs_.clear();
  BELLJAR_TRY(scanner_.private_pages(memory_ + from, length, &runs_));
  copy_runs(slot, from);
  return Ok{};
}

void ShadowCheckpoint::copy_runs(const Slot& slot, uint64_t origin) {
  for (const PageRun& run : runs_) {
    const uint64_t offset = origin + run.offset;
    std::memcpy(pages_ + offset, slot.memory() + offset, run.length);
    for (uint64_t page = offset / kPageSize; page < (offset + run.length) / kPageSize; page++) {
      if (has_copy_[page]) continue;
      has_copy_[page] = true;
      copies_++;
    }
  }
}

Status ShadowCheckpoint::save(const Slot& slot) {
  saves_++;
  runs_.clear();
  BELLJAR_TRY(scanner_.written_pages(memory_, memory_size_, &runs_));
  copy_runs(slot, 0);
  BELLJAR_TRY(protect_unless_hot());
  return follow(slot);
}

Status ShadowCheckpoint::protect_unless_hot() {
  const bool cooling = saves_ % kCoolingPeriod == 0;
  const auto now = static_cast<uint8_t>(saves_), previous = static_cast<uint8_t>(saves_ - 1);
  for (const PageRun& run : runs_) {
    PageRun cold{run.offset, 0};
    for (uint64_t p = run.offset; p < run.offset + run.length; p += kPageSize) {
      uint8_t& seen = last_seen_[p / kPageSize];
      const bool hot = seen == previous && !cooling;
      seen = now;
      if (!hot) {
        cold.length += kPageSize;
        continue;
      }
      if (cold.length > 0) BELLJAR_TRY(watcher_.protect(memory_ + cold.offset, cold.length));
      cold = {p + kPageSize, 0};
    }
    if (cold.length > 0) BELLJAR_TRY(watcher_.protect(memory_ + cold.offset, cold.length));
  }
  return Ok{};
}

Status ShadowCheckpoint::restore(Slot& slot) {
  BELLJAR_TRY(slot.shrink(memory_size_));
  runs_.clear();
  BELLJAR_TRY(scanner_.written_pages(memory_, memory_size_, &runs_));
  for (const PageRun& run : runs_) {
    for (uint64_t p = run.offset; p < run.offset + run.length; p += kPageSize) {
      if (has_copy_[p / kPageSize]) {
        std::memcpy(slot.memory() + p, pages_ + p, kPageSize);
      } else {
        slot.restore_page(p);
      }
    }
  }
  return Ok{};
}

}  // namespace belljar
