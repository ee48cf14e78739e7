#include "image/slot.h"

#include <sys/mman.h>

#include <cassert>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "base/process.h"

namespace belljar {
namespace {

constexpr uint64_t kReservedBytes = kGuard + kReservation + kGuard;

/// Pages a slot keeps private, and restored, over a reset: 2 MiB. An ordinary small program writes about a hundred.
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
  is_sparse_ = false;
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

Result<uint64_t> Slot::reset(const PageScanner& scanner) {
  if (!scanner.available()) {
    BELLJAR_TRY(show(image_));
    return kUnknownPages;
  }
  const uint64_t image_size = image_->memory_size();
  const uint64_t grown_pages = (size() - image_size) / kPageSize;
  BELLJAR_TRY(shrink(image_size));
  runs_.clear();
  BELLJAR_TRY(scanner.private_pages(memory_, image_size, &runs_));
  uint64_t pages = 0;
  for (const PageRun& run : runs_) {
    // Pages that stay private need no fault the next time; but a slot does not hoard what one large run touched.
    if (pages + run.length / kPageSize <= kResidentPages) {
      image_->restore(run.offset, run.length, memory_ + run.offset);
    } else if (madvise(memory_ + run.offset, run.length, MADV_DONTNEED) != 0) {
      return memory_error("cannot drop a sandbox's pages");
    }
    pages += run.length / kPageSize;
  }
  return pages + grown_pages;
}

void Slot::map_sparsely(const FaultWatcher& watcher) {
  if (is_sparse_ || !watcher.available()) return;
  const uint64_t size = image_->memory_size();
  if (watcher.watch(memory_, size).ok()) madvise(memory_, size, MADV_DONTNEED);
  is_sparse_ = true;
}

void Slot::restore_page(uint64_t offset) {
  if (offset < image_->memory_size()) {
    image_->restore(offset, kPageSize, memory_ + offset);
  } else {
    std::memset(memory_ + offset, 0, kPageSize);
  }
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
