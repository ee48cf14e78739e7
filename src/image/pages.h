// Which pages of a private mapping have been written: PAGEMAP_SCAN (Linux 6.7).
#ifndef BELLJAR_IMAGE_PAGES_H_
#define BELLJAR_IMAGE_PAGES_H_

#include <cstdint>
#include <vector>

#include "base/unique_fd.h"
#include "belljar/result.h"

namespace belljar {

struct PageRun {
  uint64_t offset;  ///< from the start of the scanned range
  uint64_t length;
};

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

 private:
  UniqueFd pagemap_;
  bool available_ = false;
};

}  // namespace belljar

#endif  // BELLJAR_IMAGE_PAGES_H_
