#include "session/memory_checkpoint.h"

#include <algorithm>
#include <cstring>

namespace belljar {
namespace {

// Without a scanner every page may have been written.
Status written_pages(const Slot& slot, uint64_t size, const PageScanner& scanner, std::vector<PageRun>* runs) {
  if (scanner.available()) return scanner.private_pages(slot.memory(), size, runs);
  runs->push_back({0, size});
  return Ok{};
}

}  // namespace

Status MemoryCheckpoint::save(const Slot& slot, const PageScanner& scanner) {
  memory_size_ = slot.size();
  runs_.clear();
  BELLJAR_TRY(written_pages(slot, memory_size_, scanner, &runs_));
  uint64_t total = 0;
  for (const PageRun& run : runs_) total += run.length;
  if (!reserve(total)) {
    return Error{ErrorCode::kExhausted, "no memory for a checkpoint", "free memory, or hold fewer sessions"};
  }
  size_ = total;
  uint8_t* out = pages_.get();
  for (const PageRun& run : runs_) {
    std::memcpy(out, slot.memory() + run.offset, run.length);
    out += run.length;
  }
  return Ok{};
}

bool MemoryCheckpoint::reserve(uint64_t size) {
  if (size <= capacity_) return true;
  const uint64_t capacity = std::max(size, capacity_ * 2);
  pages_.reset(static_cast<uint8_t*>(std::aligned_alloc(kPageSize, capacity)));
  capacity_ = pages_ ? capacity : 0;
  return pages_ != nullptr;
}

Status MemoryCheckpoint::restore(Slot& slot, const PageScanner& scanner) const {
  BELLJAR_TRY(slot.shrink(memory_size_));
  std::vector<PageRun> now;
  BELLJAR_TRY(written_pages(slot, memory_size_, scanner, &now));
  for (const PageRun& run : now) {
    for (uint64_t p = run.offset; p < run.offset + run.length; p += kPageSize) slot.restore_page(p);
  }
  const uint8_t* in = pages_.get();
  for (const PageRun& run : runs_) {
    std::memcpy(slot.memory() + run.offset, in, run.length);
    in += run.length;
  }
  return Ok{};
}

}  // namespace belljar
