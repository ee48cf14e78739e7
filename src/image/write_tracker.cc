#include "image/write_tracker.h"

#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "image/image.h"
#include "image/pagemap_scan.h"

namespace belljar {
namespace {

// Newer than Debian 12's headers.
constexpr uint64_t kFeatureUnpopulated = uint64_t{1} << 13;
constexpr uint64_t kFeatureAsync = uint64_t{1} << 15;
constexpr int kUserModeOnly = 1;

Error refused(const char* what) {
  return {ErrorCode::kUnsupported, std::string("userfaultfd: ") + what + ": " + std::strerror(errno), ""};
}

UniqueFd open_faults() {
  UniqueFd fd(static_cast<int>(syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | kUserModeOnly)));
  uffdio_api api{};
  api.api = UFFD_API;
  api.features = kFeatureAsync | kFeatureUnpopulated | UFFD_FEATURE_PAGEFAULT_FLAG_WP;
  if (!fd.valid() || ioctl(fd.get(), UFFDIO_API, &api) != 0) return UniqueFd();
  return fd;
}

}  // namespace

FaultWatcher::FaultWatcher() : faults_(open_faults()) {
  if (faults_.valid() && !works()) faults_ = UniqueFd();
}

bool FaultWatcher::works() const {
  void* at = mmap(nullptr, kPageSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) return false;
  auto* page = static_cast<uint8_t*>(at);
  bool works = false;
  {
    std::vector<PageRun> runs;
    auto tracker = WriteTracker::create(*this, page, kPageSize);
    works = tracker.ok() && (*tracker)->written_pages(kPageSize, &runs).ok() && runs.empty();
    *static_cast<volatile uint8_t*>(page) = 1;
    works = works && (*tracker)->written_pages(kPageSize, &runs).ok() && runs.size() == 1;
  }
  munmap(page, kPageSize);
  return works;
}

Status FaultWatcher::watch(uint8_t* base, uint64_t length) const {
  uffdio_register range{};
  range.range = {reinterpret_cast<uint64_t>(base), length};
  range.mode = UFFDIO_REGISTER_MODE_WP;
  if (ioctl(faults_.get(), UFFDIO_REGISTER, &range) != 0) return refused("cannot watch a sandbox's memory");
  return Ok{};
}

Status FaultWatcher::set_protection(uint8_t* base, uint64_t length, bool on) const {
  uffdio_writeprotect protect{};
  protect.range = {reinterpret_cast<uint64_t>(base), length};
  protect.mode = on ? UFFDIO_WRITEPROTECT_MODE_WP : 0;
  if (ioctl(faults_.get(), UFFDIO_WRITEPROTECT, &protect) != 0) return refused("cannot protect pages");
  return Ok{};
}

WriteTracker::WriteTracker(const FaultWatcher& watcher, uint8_t* base, uint64_t length, UniqueFd pagemap)
    : watcher_(watcher), base_(base), length_(length), pagemap_(std::move(pagemap)) {}

Result<std::unique_ptr<WriteTracker>> WriteTracker::create(const FaultWatcher& watcher, uint8_t* base,
                                                           uint64_t length) {
  BELLJAR_TRY(watcher.watch(base, length));
  UniqueFd pagemap(open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC));
  if (!pagemap.valid()) return refused("no /proc/self/pagemap");
  BELLJAR_TRY(watcher.protect(base, length));
  return std::unique_ptr<WriteTracker>(new WriteTracker(watcher, base, length, std::move(pagemap)));
}

Status WriteTracker::written_pages(uint64_t length, std::vector<PageRun>* runs) const {
  const uint64_t origin = reinterpret_cast<uint64_t>(base_);
  uint64_t start = origin;
  while (start < origin + length) {
    pagemap::Region regions[pagemap::kMaxRegions];
    pagemap::ScanArguments a{};
    a.size = sizeof a;
    a.start = start;
    a.end = origin + length;
    a.regions = reinterpret_cast<uint64_t>(regions);
    a.regions_capacity = pagemap::kMaxRegions;
    a.category_mask = pagemap::kWritten;
    a.return_mask = pagemap::kWritten;
    const int n = ioctl(pagemap_.get(), pagemap::kScan, &a);
    if (n < 0 || a.walk_end <= start) return refused("PAGEMAP_SCAN failed");
    for (int i = 0; i < n; i++) runs->push_back({regions[i].start - origin, regions[i].end - regions[i].start});
    start = a.walk_end;
  }
  return Ok{};
}

}  // namespace belljar
