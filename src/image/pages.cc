#include "image/pages.h"

#include <fcntl.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "image/image.h"
#include "image/pagemap_scan.h"

namespace belljar {
namespace {

// A page is ours when it is in memory or swapped out (a swapped page is as private as a present one), and is neither
// the file's own page nor the shared zero page.
pagemap::ScanArguments private_page_query(uint64_t start, uint64_t end, pagemap::Region* regions) {
  pagemap::ScanArguments a{};
  a.size = sizeof a;
  a.start = start;
  a.end = end;
  a.regions = reinterpret_cast<uint64_t>(regions);
  a.regions_capacity = pagemap::kMaxRegions;
  a.category_inverted = pagemap::kFile | pagemap::kZeroPage;
  a.category_mask = pagemap::kFile | pagemap::kZeroPage;
  a.category_anyof_mask = pagemap::kPresent | pagemap::kSwapped;
  a.return_mask = pagemap::kPresent;
  return a;
}

}  // namespace

PageScanner::PageScanner() : pagemap_(open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC)) {
  if (!pagemap_.valid()) return;
  alignas(kPageSize) static uint8_t page[kPageSize];
  const uint64_t start = reinterpret_cast<uint64_t>(page);
  pagemap::Region regions[pagemap::kMaxRegions];
  pagemap::ScanArguments a = private_page_query(start, start + kPageSize, regions);
  available_ = ioctl(pagemap_.get(), pagemap::kScan, &a) >= 0;
}

PageScanner PageScanner::unavailable() {
  PageScanner scanner;
  scanner.available_ = false;
  return scanner;
}

Status PageScanner::private_pages(const uint8_t* base, uint64_t length,
                                  std::vector<PageRun>* runs) const {
  const uint64_t origin = reinterpret_cast<uint64_t>(base);
  uint64_t start = origin;
  while (start < origin + length) {
    pagemap::Region regions[pagemap::kMaxRegions];
    pagemap::ScanArguments a = private_page_query(start, origin + length, regions);
    const int n = ioctl(pagemap_.get(), pagemap::kScan, &a);
    if (n < 0 || a.walk_end <= start) {
      return Error{ErrorCode::kInternal, std::string("PAGEMAP_SCAN failed: ") + std::strerror(errno), ""};
    }
    for (int i = 0; i < n; i++) {
      runs->push_back({regions[i].start - origin, regions[i].end - regions[i].start});
    }
    start = a.walk_end;
  }
  return Ok{};
}

}  // namespace belljar
