// Which pages of a slot have been written since a moment of our choosing: userfaultfd write protection in asynchronous
// mode, read back by PAGEMAP_SCAN (Linux 6.7). The kernel resolves the faults itself; no thread of ours is involved.
#ifndef BELLJAR_IMAGE_WRITE_TRACKER_H_
#define BELLJAR_IMAGE_WRITE_TRACKER_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "base/unique_fd.h"
#include "belljar/result.h"
#include "image/pages.h"

namespace belljar {

class WriteTracker {
 public:
  /// True when this kernel, and the process's rights, allow it. Tried once.
  static bool is_supported();

  /// Watches [base, base + length), page-aligned, until it is destroyed: from now on every page counts as unwritten.
  static Result<std::unique_ptr<WriteTracker>> create(uint8_t* base, uint64_t length);

  /// Appends the runs of pages in [0, length) that were written since they were last protected, or never were.
  Status written_pages(uint64_t length, std::vector<PageRun>* runs) const;

  /// These pages count as unwritten again.
  Status protect(const PageRun& run) const;

 private:
  WriteTracker(uint8_t* base, UniqueFd faults, UniqueFd pagemap);

  uint8_t* const base_;
  UniqueFd faults_;
  UniqueFd pagemap_;
};

}  // namespace belljar

#endif  // BELLJAR_IMAGE_WRITE_TRACKER_H_
