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

/// The userfaultfd of a Runtime, through which any number of ranges are watched.
class FaultWatcher {
 public:
  /// Opens it and tries it out. Never fails: without it, available() is false and nothing else may be called.
  FaultWatcher();

  bool available() const { return faults_.valid(); }

  /// Registers [base, base + length), page-aligned, until it is unmapped. Nothing is tracked yet; but from now on the
  /// kernel maps only the file pages that are touched, not their neighbours, which makes scans of the range quick.
  Status watch(uint8_t* base, uint64_t length) const;

  /// The pages count as unwritten from now on; or writing to them is no longer noticed.
  Status protect(uint8_t* base, uint64_t length) const { return set_protection(base, length, true); }
  Status unprotect(uint8_t* base, uint64_t length) const { return set_protection(base, length, false); }

 private:
  Status set_protection(uint8_t* base, uint64_t length, bool on) const;
  bool works() const;

  UniqueFd faults_;
};

/// Follows one range.
class WriteTracker {
 public:
  /// Watches [base, base + length), page-aligned, until it is destroyed: from now on every page counts as unwritten.
  /// `watcher` outlives the tracker.
  static Result<std::unique_ptr<WriteTracker>> create(const FaultWatcher& watcher, uint8_t* base, uint64_t length);
  ~WriteTracker() { (void)watcher_.unprotect(base_, length_).ok(); }

  /// Appends the runs of pages in [0, length) that were written since they were last protected, or never were.
  Status written_pages(uint64_t length, std::vector<PageRun>* runs) const;

  /// These pages count as unwritten again.
  Status protect(const PageRun& run) const { return watcher_.protect(base_ + run.offset, run.length); }

 private:
  WriteTracker(const FaultWatcher& watcher, uint8_t* base, uint64_t length, UniqueFd pagemap);

  const FaultWatcher& watcher_;
  uint8_t* const base_;
  const uint64_t length_;
  UniqueFd pagemap_;
};

}  // namespace belljar

#endif  // BELLJAR_IMAGE_WRITE_TRACKER_H_
