// Which pages of a private mapping have been written, since it was mapped or since a moment of our choosing:
// PAGEMAP_SCAN (Linux 6.7).
#ifndef BELLJAR_IMAGE_PAGES_H_
#define BELLJAR_IMAGE_PAGES_H_

#include <cstdint>
#include <vector>

#include "base/unique_fd.h"
#include "belljar/result.h"
#include "image/pagemap_scan.h"

namespace belljar {

struct PageRun {
  uint64_t offset;  ///< from the start of the scanned range
  uint64_t length;
};

/// Its members may be called by several threads at once.
class PageScanner {
 public:
  /// Opens /proc/self/pagemap and tries the ioctl once. Never fails: without the ioctl, available() is false and
  /// slots are mapped afresh instead of being reset.
  PageScanner();

  /// A scanner as on a kernel without the ioctl, for tests of the fallbacks.
  static PageScanner unavailable();

  bool available() const { return available_; }

  /// Appends the runs of pages in [base, base + length) that are private to this process: written since they were
  /// mapped, in memory or swapped out. Precondition: available(). An error means nothing is known about the range.
  Status private_pages(const uint8_t* base, uint64_t length, std::vector<PageRun>* runs) const;

  /// The same for pages that were written since FaultWatcher::protect() was called for them, or for which it never was.
  Status written_pages(const uint8_t* base, uint64_t length, std::vector<PageRun>* runs) const;

 private:
  Status scan(const pagemap::ScanArguments& query, const uint8_t* base, uint64_t length,
              std::vector<PageRun>* runs) const;

  UniqueFd pagemap_;
  bool available_ = false;
};

}  // namespace belljar

#endif  // BELLJAR_IMAGE_PAGES_H_
