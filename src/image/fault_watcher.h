// Follows which pages are written: userfaultfd write protection in asynchronous mode, read back by PageScanner
// (Linux 6.7). The kernel resolves the faults itself; no thread of ours is involved.
#ifndef BELLJAR_IMAGE_FAULT_WATCHER_H_
#define BELLJAR_IMAGE_FAULT_WATCHER_H_

#include <cstdint>

#include "base/unique_fd.h"
#include "belljar/result.h"
#include "image/pages.h"

namespace belljar {

/// The userfaultfd of a Runtime, through which any number of ranges are watched.
class FaultWatcher {
 public:
  /// Opens it and tries it out. Never fails: without it, available() is false and nothing else may be called.
  explicit FaultWatcher(const PageScanner& scanner);

  bool available() const { return faults_.valid(); }

  /// Registers [base, base + length), page-aligned, until it is unmapped; again does no harm. Nothing is tracked yet;
  /// but from now on the kernel maps only the file pages that are touched, not their neighbours, which makes scans of
  /// the range quick.
  Status watch(uint8_t* base, uint64_t length) const;

  /// The pages of a watched range count as unwritten from now on; or writing to them is no longer noticed.
  Status protect(uint8_t* base, uint64_t length) const { return set_protection(base, length, true); }
  Status unprotect(uint8_t* base, uint64_t length) const { return set_protection(base, length, false); }

 private:
  Status set_protection(uint8_t* base, uint64_t length, bool on) const;
  bool works(const PageScanner& scanner) const;

  UniqueFd faults_;
};

}  // namespace belljar

#endif  // BELLJAR_IMAGE_FAULT_WATCHER_H_
