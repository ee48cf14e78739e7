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

// What the memory holds where it is not private: the image's content, or zero beyond it.
void restore_unsaved(const Slot& slot, uint64_t offset, uint64_t length) {
  const uint64_t image_size = slot.image()->memory_size();
  const uint64_t in_image = offset < image_size ? std::min(length, image_size - offset) : 0;
  if (in_image > 0) slot.image()->restore(offset, in_image, slot.memory() + offset);
  std::memset(slot.memory() + offset + in_image, 0, length - in_image);
}

}  // namespace

Status MemoryCheckpoint::save(const Slot& slot, const PageScanner& scanner) {
  memory_size_ = slot.size();
  runs_.clear();
  BELLJAR_TRY(written_pages(slot, memory_size_, scanner, &runs_));
  uint64_t total = 0;
  for (const PageRun& run : runs_) total += run.length;
  pages_.resize(total);
  uint8_t* out = pages_.data();
  for (const PageRun& run : runs_) {
    std::memcpy(out, slot.memory() + run.offset, run.length);
    out += run.length;
  }
  return Ok{};
}

Status MemoryCheckpoint::restore(Slot& slot, const PageScanner& scanner) const {
  BELLJAR_TRY(slot.shrink(memory_size_));
  std::vector<PageRun> now;
  BELLJAR_TRY(written_pages(slot, memory_size_, scanner, &now));
  for (const PageRun& run : now) restore_unsaved(slot, run.offset, run.length);
  const uint8_t* in = pages_.data();
  for (const PageRun& run : runs_) {
    std::memcpy(slot.memory() + run.offset, in, run.length);
    in += run.length;
  }
  return Ok{};
}

}  // namespace belljar
