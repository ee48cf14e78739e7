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

ShadowCheckpoint::ShadowCheckpoint(uint8_t* pages, uint64_t capacity)
    : pages_(pages),
      capacity_(capacity),
      fork_generation_(fork_generation()),
      has_copy_(capacity / kPageSize),
      last_seen_(capacity / kPageSize) {}

ShadowCheckpoint::~ShadowCheckpoint() {
  if (fork_generation_ == fork_generation()) munmap(pages_, capacity_);
}

Result<std::unique_ptr<ShadowCheckpoint>> ShadowCheckpoint::create(const Slot& slot, uint64_t memory_limit,
                                                                   const PageScanner& scanner,
                                                                   const FaultWatcher& watcher) {
  const uint64_t capacity = std::max(memory_limit, slot.size());
  void* at = mmap(nullptr, capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED || madvise(at, capacity, MADV_DONTFORK) != 0) {
    return Error{ErrorCode::kExhausted, "no address space for a checkpoint", "hold fewer sessions"};
  }
  std::unique_ptr<ShadowCheckpoint> shadow(new ShadowCheckpoint(static_cast<uint8_t*>(at), capacity));
  shadow->tracker_ = BELLJAR_TRY(WriteTracker::create(watcher, slot.memory(), capacity));
  BELLJAR_TRY(scanner.private_pages(slot.memory(), slot.size(), &shadow->runs_));
  for (const PageRun& run : shadow->runs_) {
    for (uint64_t p = run.offset; p < run.offset + run.length; p += kPageSize) shadow->copy_page(slot, p);
  }
  shadow->memory_size_ = slot.size();
  return shadow;
}

void ShadowCheckpoint::copy_page(const Slot& slot, uint64_t offset) {
  std::memcpy(pages_ + offset, slot.memory() + offset, kPageSize);
  has_copy_[offset / kPageSize] = true;
}

Status ShadowCheckpoint::save(const Slot& slot) {
  saves_++;
  runs_.clear();
  BELLJAR_TRY(tracker_->written_pages(slot.size(), &runs_));
  for (const PageRun& run : runs_) {
    for (uint64_t p = run.offset; p < run.offset + run.length; p += kPageSize) copy_page(slot, p);
  }
  memory_size_ = slot.size();
  return protect_unless_hot(runs_);
}

Status ShadowCheckpoint::protect_unless_hot(const std::vector<PageRun>& runs) {
  const bool cooling = saves_ % kCoolingPeriod == 0;
  const auto now = static_cast<uint8_t>(saves_), previous = static_cast<uint8_t>(saves_ - 1);
  for (const PageRun& run : runs) {
    PageRun cold{run.offset, 0};
    for (uint64_t p = run.offset; p < run.offset + run.length; p += kPageSize) {
      uint8_t& seen = last_seen_[p / kPageSize];
      const bool hot = seen == previous && !cooling;
      seen = now;
      if (!hot) {
        cold.length += kPageSize;
        continue;
      }
      if (cold.length > 0) BELLJAR_TRY(tracker_->protect(cold));
      cold = {p + kPageSize, 0};
    }
    if (cold.length > 0) BELLJAR_TRY(tracker_->protect(cold));
  }
  return Ok{};
}

Status ShadowCheckpoint::restore(Slot& slot) {
  BELLJAR_TRY(slot.shrink(memory_size_));
  runs_.clear();
  BELLJAR_TRY(tracker_->written_pages(memory_size_, &runs_));
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
