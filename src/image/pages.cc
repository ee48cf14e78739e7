#include "image/pages.h"

#include <fcntl.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "image/image.h"

namespace belljar {
namespace {

// A page is ours when it is in memory or swapped out (a swapped page is as private as a present one), and is neither
// the file's own page nor the shared zero page.
constexpr pagemap::ScanArguments private_page_query() {
  pagemap::ScanArguments a{};
  a.category_inverted = pagemap::kFile | pagemap::kZeroPage;
  a.category_mask = pagemap::kFile | pagemap::kZeroPage;
  a.category_anyof_mask = pagemap::kPresent | pagemap::kSwapped;
  a.return_mask = pagemap::kPresent;
  return a;
}

// Nothing else is asked: the kernel then has a short cut, 1.4 ns a page.
constexpr pagemap::ScanArguments written_page_query() {
  pagemap::ScanArguments a{};
  a.category_mask = pagemap::kWritten;
  a.return_mask = pagemap::kWritten;
  return a;
}

}  // namespace

PageScanner::PageScanner() : pagemap_(open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC)) {
  alignas(kPageSize) static uint8_t page[kPageSize];
  std::vector<PageRun> runs;
  available_ = pagemap_.valid() && private_pages(page, kPageSize, &runs).ok();
}

PageScanner PageScanner::unavailable() {
  PageScanner scanner;
  scanner.available_ = false;
  return scanner;
}

Status PageScanner::private_pages(const uint8_t* base, uint64_t length, std::vector<PageRun>* runs) const {
  return scan(private_page_query(), base, length, runs);
}

Status PageScanner::written_pages(const uint8_t* base, uint64_t length, std::vector<PageRun>* runs) const {
  return scan(written_page_query(), base, length, runs);
}

Status PageScanner::scan(const pagemap::ScanArguments& query, const uint8_t* base, uint64_t length,
                         std::vector<PageRun>* runs) const {
  const uint64_t origin = reinterpret_cast<uint64_t>(base);
  pagemap::Region regions[pagemap::kMaxRegions];
  pagemap::ScanArguments a = query;
  a.size = sizeof a;
  a.end = origin + length;
  a.regions = reinterpret_cast<uint64_t>(regions);
  a.regions_capacity = pagemap::kMaxRegions;
  for (a.start = origin; a.start < a.end; a.start = a.walk_end) {
    const int n = ioctl(pagemap_.get(), pagemap::kScan, &a);
    if (n < 0 || a.walk_end <= a.start) {
      return Error{ErrorCode::kInternal, std::string("PAGEMAP_SCAN failed: ") + std::strerror(errno), ""};
    }
    for (int i = 0; i < n; i++) runs->push_back({regions[i].start - origin, regions[i].end - regions[i].start});
  }
  return Ok{};
}

}  // namespace belljar
