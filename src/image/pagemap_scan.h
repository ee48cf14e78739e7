// PAGEMAP_SCAN's interface, which Debian 12's kernel headers predate (linux/fs.h of 6.7 and later).
#ifndef BELLJAR_IMAGE_PAGEMAP_SCAN_H_
#define BELLJAR_IMAGE_PAGEMAP_SCAN_H_

#include <sys/ioctl.h>

#include <cstdint>

namespace belljar::pagemap {

inline constexpr uint64_t kWritten = 1 << 1;  ///< written since it was last write-protected through userfaultfd
inline constexpr uint64_t kFile = 1 << 2;
inline constexpr uint64_t kPresent = 1 << 3;
inline constexpr uint64_t kSwapped = 1 << 4;
inline constexpr uint64_t kZeroPage = 1 << 5;

struct Region {
  uint64_t start, end, categories;
};

struct ScanArguments {
  uint64_t size, flags, start, end, walk_end, regions, regions_capacity, max_pages;
  uint64_t category_inverted, category_mask, category_anyof_mask, return_mask;
};

inline constexpr uint64_t kWriteProtectMatching = 1 << 0;
inline constexpr uint64_t kCheckAsync = 1 << 1;

inline constexpr unsigned long kScan = _IOWR('f', 16, ScanArguments);

/// More regions than this in one call leave walk_end short of what was reported, on some kernels (6.18).
inline constexpr int kMaxRegions = 512;

}  // namespace belljar::pagemap

#endif  // BELLJAR_IMAGE_PAGEMAP_SCAN_H_
