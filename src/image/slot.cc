#include "image/slot.h"

#include <sys/mman.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "base/process.h"

namespace belljar {
namespace {

constexpr uint64_t kReservedBytes = kGuard + kReservation + kGuard;

/// So many pages a slot keeps private when they are put back: 2 MiB. An ordinary small program writes about a hundred.
constexpr uint64_t kResidentPages = 512;

Error memory_error(const char* what) {
  return {ErrorCode::kExhausted, std::string(what) + ": " + std::strerror(errno),
          "each sandbox reserves 4 GiB of address space (not memory): lift `ulimit -v`, raise vm.max_map_count, "
          "or hold fewer sessions"};
}

}  // namespace

Result<std::unique_ptr<Slot>> Slot::create() {
  void* at = mmap(nullptr, kReservedBytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED) return memory_error("cannot reserve address space for a sandbox");
  std::unique_ptr<Slot> slot(new Slot(static_cast<uint8_t*>(at)));
  if (madvise(at, kReservedBytes, MADV_DONTFORK) != 0) {
    return memory_error("cannot keep a sandbox's memory out of child processes");
  }
  return slot;
}

Slot::Slot(uint8_t* reservation)
    : reservation_(reservation), memory_(reservation + kGuard), fork_generation_(fork_generation()) {}

Slot::~Slot() {
  // In a forked child the range is not ours: DONTFORK left it out, and something else may live there now.
  if (fork_generation_ == fork_generation()) munmap(reservation_, kReservedBytes);
}

Status Slot::show(std::shared_ptr<const Image> image) {
  void* at = mmap(memory_, kReservation, PROT_NONE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
  if (at == MAP_FAILED) return memory_error("cannot clear a sandbox's memory");
  image_ = nullptr;
  size_ = 0;
  BELLJAR_TRY(image->map_at(memory_));
  if (madvise(memory_, kReservation, MADV_DONTFORK) != 0) {
    return memory_error("cannot keep a sandbox's memory out of child processes");
  }
  watcher_ = nullptr;
  shown_ = nullptr;
  size_ = image->memory_size();
  image_ = std::move(image);
  return Ok{};
}

bool Slot::grow(uint64_t new_size) {
  const uint64_t old_size = size();
  assert(new_size >= old_size && new_size <= kReservation && new_size % kPageSize == 0);
  if (mprotect(memory_ + old_size, new_size - old_size, PROT_READ | PROT_WRITE) != 0) return false;
  size_.store(new_size, std::memory_order_relaxed);
  return true;
}

Status Slot::shrink(uint64_t new_size) {
  assert(new_size >= image_->memory_size() && new_size <= size());
  if (new_size == size()) return Ok{};
  if (madvise(memory_ + new_size, size() - new_size, MADV_DONTNEED) != 0 ||
      mprotect(memory_ + new_size, size() - new_size, PROT_NONE) != 0) {
    return memory_error("cannot give back a sandbox's grown memory");
  }
  size_ = new_size;
  return Ok{};
}

// ---- what the memory shows -----------------------------------------------------------------------------------

namespace {

bool is_same(const Delta::Segment& a, const Delta::Segment& b) {
  return a.offset == b.offset && a.length == b.length && a.store == b.store && a.store_offset == b.store_offset;
}

bool has_mapping(const Delta* delta, const Delta::Segment& segment) {
  return delta && std::any_of(delta->segments().begin(), delta->segments().end(), [&](const Delta::Segment& other) {
           return other.is_mappable() && is_same(other, segment);
         });
}

uint64_t mapped_bytes(const Delta* delta) {
  uint64_t bytes = 0;
  if (!delta) return bytes;
  for (const Delta::Segment& segment : delta->segments()) bytes += segment.is_mappable() ? segment.length : 0;
  return bytes;
}

bool has_mappings(const Delta* delta) { return mapped_bytes(delta) > 0; }

}  // namespace

bool Slot::remaps(const std::shared_ptr<const Delta>& delta) const {
  const uint64_t new_size = delta ? delta->memory_size() : image_->memory_size();
  if (delta) delta->share();
  if (new_size < size()) return true;
  return delta != shown_ && (has_mappings(delta.get()) || has_mappings(shown_.get()));
}

Result<uint64_t> Slot::restore(std::shared_ptr<const Delta> delta, const PageScanner& scanner) {
  if (!scanner.available()) BELLJAR_TRY(show(image_));
  if (delta) delta->share();
  const uint64_t new_size = delta ? delta->memory_size() : image_->memory_size();
  const uint64_t dropped_pages = size() > new_size ? (size() - new_size) / kPageSize : 0;
  const uint64_t grown_pages = dropped_pages - std::min(dropped_pages, mapped_bytes(shown_.get()) / kPageSize);
  if (new_size > size() && !grow(new_size)) return memory_error("cannot enlarge a sandbox's memory");
  if (delta != shown_) BELLJAR_TRY(remap(delta.get()));
  BELLJAR_TRY(shrink(new_size));

  uint64_t pages = 0;
  runs_.clear();
  if (scanner.available()) BELLJAR_TRY(scanner.private_pages(memory_, new_size, &runs_));
  for (const PageRun& run : runs_) pages += run.length / kPageSize;
  // Pages that stay private need no fault the next time; but a slot does not hoard what one large run touched, written
  // or only read: each of them would be looked at whenever the slot is restored.
  const bool keeps = pages + grown_pages <= kResidentPages;
  if (!keeps && !delta) {
    if (madvise(memory_, new_size, MADV_DONTNEED) != 0) return memory_error("cannot drop a sandbox's pages");
  } else {
    for (const PageRun& run : runs_) BELLJAR_TRY(put_back(run, delta.get(), keeps));
  }
  if (delta) copy_segments(*delta);
  shown_ = std::move(delta);
  return scanner.available() ? pages + dropped_pages : kUnknownPages;
}

Status Slot::lay(std::shared_ptr<const Delta> delta) {
  assert(!shown_ && size() == image_->memory_size());
  if (!delta) return Ok{};
  delta->share();
  if (!grow(delta->memory_size())) return memory_error("cannot enlarge a sandbox's memory");
  BELLJAR_TRY(remap(delta.get()));
  copy_segments(*delta);
  shown_ = std::move(delta);
  return Ok{};
}

void Slot::copy_segments(const Delta& delta) {
  for (const Delta::Segment& segment : delta.segments()) {
    if (!segment.is_mappable()) std::memcpy(memory_ + segment.offset, segment.pages(), segment.length);
  }
}

// Old segments that `delta` does not have give way to the image, new ones are laid over it.
Status Slot::remap(const Delta* delta) {
  if (shown_) {
    for (const Delta::Segment& old : shown_->segments()) {
      if (!old.is_mappable() || has_mapping(delta, old)) continue;
      BELLJAR_TRY(image_->map_range(memory_, old.offset, old.length));
      BELLJAR_TRY(settle_mapping(old.offset, old.length));
    }
  }
  if (!delta) return Ok{};
  for (const Delta::Segment& segment : delta->segments()) {
    if (!segment.is_mappable() || has_mapping(shown_.get(), segment)) continue;
    void* at = mmap(memory_ + segment.offset, segment.length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED,
                    segment.store->file(), static_cast<off_t>(segment.store_offset));
    if (at == MAP_FAILED) return memory_error("cannot map a snapshot into a sandbox");
    BELLJAR_TRY(settle_mapping(segment.offset, segment.length));
  }
  return Ok{};
}

// A new mapping in the slot gets what the slot's others have.
Status Slot::settle_mapping(uint64_t offset, uint64_t length) {
  if (madvise(memory_ + offset, length, MADV_DONTFORK) != 0) {
    return memory_error("cannot keep a sandbox's memory out of child processes");
  }
  if (watcher_) BELLJAR_TRY(watcher_->watch(memory_ + offset, length));
  return Ok{};
}

// A run of written pages. Those that `delta` overwrites anyhow are left to it.
Status Slot::put_back(const PageRun& run, const Delta* delta, bool keeps) {
  uint64_t at = run.offset;
  const uint64_t end = run.offset + run.length;
  if (delta) {
    const auto last = delta->segments().end();
    for (auto segment = delta->segment_from(at); segment != last && segment->offset < end; ++segment) {
      BELLJAR_TRY(put_back_image(at, std::max(at, segment->offset) - at, keeps));
      const uint64_t from = std::max(at, segment->offset), to = std::min(end, segment->end());
      if (segment->is_mappable() && keeps) {
        std::memcpy(memory_ + from, segment->pages() + (from - segment->offset), to - from);
      } else if (segment->is_mappable() && madvise(memory_ + from, to - from, MADV_DONTNEED) != 0) {
        return memory_error("cannot drop a sandbox's pages");
      }
      at = to;
    }
  }
  return put_back_image(at, end - at, keeps);
}

Status Slot::put_back_image(uint64_t offset, uint64_t length, bool keeps) {
  if (keeps) {
    image_->restore(offset, length, memory_ + offset);
  } else if (length > 0 && madvise(memory_ + offset, length, MADV_DONTNEED) != 0) {
    return memory_error("cannot drop a sandbox's pages");
  }
  return Ok{};
}

void Slot::map_sparsely(const FaultWatcher& watcher) {
  if (watcher_ || !watcher.available()) return;
  const uint64_t size = image_->memory_size();
  if (watcher.watch(memory_, size).ok()) madvise(memory_, size, MADV_DONTNEED);
  watcher_ = &watcher;
}

const Delta::Segment* Slot::mapped_at(uint64_t offset) const {
  if (!shown_) return nullptr;
  const auto segment = shown_->segment_from(offset);
  return segment != shown_->segments().end() && segment->offset <= offset && segment->is_mappable() ? &*segment : nullptr;
}

// Null for one that is zero.
const uint8_t* Slot::unwritten_page(uint64_t offset) const {
  const Delta::Segment* segment = mapped_at(offset);
  return segment ? segment->pages() + (offset - segment->offset) : image_->page(offset);
}

bool Slot::is_restored() const {
  static const uint8_t kZeroes[kPageSize] = {};
  for (uint64_t at = 0; at < size(); at += kPageSize) {
    const uint8_t* page = unwritten_page(at);
    if (shown_) {
      const auto segment = shown_->segment_from(at);
      if (segment != shown_->segments().end() && segment->offset <= at) page = segment->pages() + (at - segment->offset);
    }
    if (std::memcmp(memory_ + at, page ? page : kZeroes, kPageSize) != 0) return false;
  }
  return true;
}

void Slot::restore_page(uint64_t offset) {
  if (const uint8_t* page = unwritten_page(offset)) {
    std::memcpy(memory_ + offset, page, kPageSize);
  } else {
    std::memset(memory_ + offset, 0, kPageSize);
  }
}

Status Slot::changed_pages(const PageScanner& scanner, std::vector<PageRun>* runs) const {
  static const uint8_t kZeroes[kPageSize] = {};
  std::vector<PageRun> written = {{0, size()}};
  if (scanner.available()) {
    written.clear();
    BELLJAR_TRY(scanner.private_pages(memory_, size(), &written));
  }
  for (const PageRun& run : written) {
    for (uint64_t at = run.offset; at < run.offset + run.length; at += kPageSize) {
      const uint8_t* page = unwritten_page(at);
      if (std::memcmp(memory_ + at, page ? page : kZeroes, kPageSize) == 0) continue;
      if (!runs->empty() && runs->back().offset + runs->back().length == at) {
        runs->back().length += kPageSize;
      } else {
        runs->push_back({at, kPageSize});
      }
    }
  }
  return Ok{};
}

void Slot::protect_stack() const {
  const GuestLayout& layout = image_->layout();
  const uint64_t low = (layout.stack_low + kPageSize - 1) / kPageSize * kPageSize;
  const uint64_t high = layout.stack_high / kPageSize * kPageSize;
  mprotect(memory_ + low, high - low, PROT_NONE);
}

void Slot::protect_image() const { mprotect(memory_, image_->memory_size(), PROT_NONE); }

void Slot::protect_all() const { mprotect(memory_, size(), PROT_NONE); }

Status Slot::unprotect() const {
  if (mprotect(memory_, size(), PROT_READ | PROT_WRITE) != 0) {
    return memory_error("cannot give a stopped sandbox its memory back");
  }
  return Ok{};
}

}  // namespace belljar
