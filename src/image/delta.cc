#include "image/delta.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <set>
#include <utility>

#include "image/slot.h"

namespace belljar {
namespace {

/// A delta that borrows more pieces, or from more stores, than this copies them: each is a mapping in every slot, and
/// keeps the whole of its store in memory.
constexpr size_t kMaxBorrowed = 256;
constexpr size_t kMaxStores = 8;

Error no_memory() { return {ErrorCode::kExhausted, "no memory for a snapshot", "free memory, or hold fewer snapshots"}; }

// What is left of `segment` when `runs` are cut out of it.
void add_uncovered(const Delta::Segment& segment, const std::vector<PageRun>& runs, std::vector<Delta::Segment>* out) {
  const auto add = [&](uint64_t from, uint64_t to) {
    if (from < to) out->push_back({from, to - from, segment.store, segment.store_offset + (from - segment.offset)});
  };
  uint64_t at = segment.offset;
  auto run = std::lower_bound(runs.begin(), runs.end(), at,
                              [](const PageRun& r, uint64_t offset) { return r.offset + r.length <= offset; });
  for (; run != runs.end() && run->offset < segment.end(); ++run) {
    add(at, std::min(run->offset, segment.end()));
    at = std::max(at, run->offset + run->length);
  }
  add(at, segment.end());
}

bool is_scattered(const std::vector<Delta::Segment>& borrowed) {
  if (borrowed.size() > kMaxBorrowed) return true;
  std::set<const PageStore*> stores;
  for (const Delta::Segment& segment : borrowed) stores.insert(segment.store.get());
  return stores.size() > kMaxStores;
}

// `more` joins `runs`, in order.
std::vector<PageRun> join(std::vector<PageRun> runs, const std::vector<Delta::Segment>& more) {
  for (const Delta::Segment& segment : more) runs.push_back({segment.offset, segment.length});
  std::sort(runs.begin(), runs.end(), [](const PageRun& a, const PageRun& b) { return a.offset < b.offset; });
  return runs;
}

UniqueFd make_file(uint64_t size) {
  UniqueFd file(memfd_create("belljar-pages", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (file.valid() && ftruncate(file.get(), static_cast<off_t>(size)) != 0) return UniqueFd();
  return file;
}

// Not through a mapping: with write() the file's pages are neither zeroed first nor faulted in.
bool write_at(const UniqueFd& file, uint64_t offset, const uint8_t* bytes, uint64_t length) {
  for (uint64_t done = 0; done < length;) {
    const ssize_t n = pwrite(file.get(), bytes + done, length - done, static_cast<off_t>(offset + done));
    if (n <= 0 && errno != EINTR) return false;
    if (n > 0) done += static_cast<uint64_t>(n);
  }
  return true;
}

}  // namespace

// ---- the store -----------------------------------------------------------------------------------------------

Result<std::shared_ptr<PageStore>> PageStore::create(uint64_t size) {
  void* at = nullptr;
  if (size >= kFileBytes) {
    at = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED) return no_memory();
    madvise(at, size, MADV_HUGEPAGE);  // only faults fewer times
  } else {
    at = std::aligned_alloc(kPageSize, std::max<uint64_t>(size, kPageSize));
    if (!at) return no_memory();
  }
  return std::shared_ptr<PageStore>(new PageStore(static_cast<uint8_t*>(at), size));
}

Result<std::shared_ptr<const PageStore>> PageStore::copy(const uint8_t* memory, const std::vector<PageRun>& runs,
                                                         bool as_file) {
  uint64_t size = 0;
  for (const PageRun& run : runs) size += run.length;
  std::shared_ptr<PageStore> store = BELLJAR_TRY(create(size));
  uint64_t at = 0;
  if (as_file && store->is_large()) {
    UniqueFd file = make_file(size);
    bool written = file.valid();
    for (const PageRun& run : runs) {
      written = written && write_at(file, at, memory + run.offset, run.length);
      at += run.length;
    }
    if (written && store->become(std::move(file))) return std::shared_ptr<const PageStore>(std::move(store));
    at = 0;
  }
  for (const PageRun& run : runs) {
    std::memcpy(store->pages_ + at, memory + run.offset, run.length);
    at += run.length;
  }
  return std::shared_ptr<const PageStore>(std::move(store));
}

PageStore::~PageStore() {
  if (is_large()) {
    munmap(pages_, size_);
  } else {
    std::free(pages_);
  }
}

void PageStore::share() const {
  if (!is_large()) return;
  std::call_once(shared_, [this] {
    if (file_.valid()) return;
    UniqueFd file = make_file(size_);
    if (file.valid() && write_at(file, 0, pages_, size_)) become(std::move(file));
  });
}

// The file, which holds the same bytes, takes the memory's place, under whoever is reading it.
bool PageStore::become(UniqueFd file) const {
  // A seal is refused while a shared mapping might write: this one is private.
  if (fcntl(file.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0) return false;
  if (mmap(pages_, size_, PROT_READ, MAP_PRIVATE | MAP_FIXED, file.get(), 0) == MAP_FAILED) return false;
  file_ = std::move(file);
  return true;
}

// ---- the delta -----------------------------------------------------------------------------------------------

std::shared_ptr<const Delta> Delta::over(std::shared_ptr<const PageStore> store, const std::vector<PageRun>& runs,
                                         uint64_t memory_size) {
  auto delta = std::make_shared<Delta>();
  delta->memory_size_ = memory_size;
  uint64_t at = 0;
  for (const PageRun& run : runs) {
    delta->segments_.push_back({run.offset, run.length, store, at});
    at += run.length;
  }
  return delta;
}

Result<std::shared_ptr<const Delta>> Delta::capture(const Slot& slot, const PageScanner& scanner,
                                                    bool for_slots) {
  std::vector<PageRun> runs;
  BELLJAR_TRY(slot.changed_pages(scanner, &runs));
  std::vector<Segment> borrowed;
  if (slot.shown()) {
    for (const Segment& segment : slot.shown()->segments()) {
      if (segment.is_mappable()) add_uncovered(segment, runs, &borrowed);
    }
  }
  if (is_scattered(borrowed)) {
    runs = join(std::move(runs), borrowed);
    borrowed.clear();
  }

  std::shared_ptr<const PageStore> store = BELLJAR_TRY(PageStore::copy(slot.memory(), runs, for_slots));
  std::shared_ptr<const Delta> copied = over(std::move(store), runs, slot.size());
  if (borrowed.empty()) return copied;

  auto delta = std::make_shared<Delta>(*copied);
  delta->segments_.insert(delta->segments_.end(), borrowed.begin(), borrowed.end());
  std::sort(delta->segments_.begin(), delta->segments_.end(),
            [](const Segment& a, const Segment& b) { return a.offset < b.offset; });
  return std::shared_ptr<const Delta>(std::move(delta));
}

std::vector<Delta::Segment>::const_iterator Delta::segment_from(uint64_t offset) const {
  return std::lower_bound(segments_.begin(), segments_.end(), offset,
                          [](const Segment& segment, uint64_t at) { return segment.end() <= at; });
}

uint64_t Delta::bytes() const {
  uint64_t bytes = 0;
  for (const Segment& segment : segments_) bytes += segment.length;
  return bytes;
}

void Delta::share() const {
  for (const Segment& segment : segments_) segment.store->share();
}

}  // namespace belljar
