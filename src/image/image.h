// A sealed image: the whole linear memory of an idle guest, as a file range that any number of slots map
// copy-on-write. The base image is a section of the executable; it is never copied.
#ifndef BELLJAR_IMAGE_IMAGE_H_
#define BELLJAR_IMAGE_IMAGE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "belljar/result.h"

namespace belljar {

inline constexpr size_t kPageSize = 4096;

/// Constants of an image that the host needs to drive its guest: read once from `bj_layout` when the image was
/// made, stored with it, and never read from guest memory again.
struct GuestLayout {
  uint32_t mailbox;
  uint32_t mailbox_size;
  uint32_t eval_breaker;
  uint32_t is_tripped;
  uint32_t sigint_tripped;
  uint32_t stack_low;  ///< the shadow stack is [stack_low, stack_high)
  uint32_t stack_high;
  uint32_t stack_pointer;  ///< value of __stack_pointer when the guest is idle
};

/// A run of pages that have content. Pages of the memory that no extent covers are zero.
struct ImageExtent {
  uint64_t memory_offset;
  uint64_t file_offset;
  uint64_t length;
};

class Image {
 public:
  /// Takes over `file`, of which `extents` (ascending, page-aligned, disjoint, within `memory_size`) are the
  /// content. Maps them once, read-only, as the source for restoring pages.
  static Result<std::shared_ptr<const Image>> create(UniqueFd file, uint64_t memory_size,
                                                     std::vector<ImageExtent> extents, const GuestLayout& layout,
                                                     const std::array<uint8_t, 32>& identity = {});
  ~Image();
  Image(const Image&) = delete;
  Image& operator=(const Image&) = delete;

  uint64_t memory_size() const { return memory_size_; }
  const GuestLayout& layout() const { return layout_; }
  /// Of image and code together: what a snapshot belongs to. Zeroes while an image is being made.
  const std::array<uint8_t, 32>& identity() const { return identity_; }

  /// Maps the image over [base, base + memory_size()), private and writable. `base` is page-aligned and the range
  /// belongs to the caller.
  Status map_at(uint8_t* base) const;

  /// Maps it again over [offset, offset + length) of the memory at `base`, both page-aligned. What lies beyond
  /// memory_size() becomes anonymous memory like the image's gaps: writable, and zero.
  Status map_range(uint8_t* base, uint64_t offset, uint64_t length) const;

  /// Copies the image's content of [offset, offset + length) to `out`; page-aligned, within memory_size().
  void restore(uint64_t offset, uint64_t length, uint8_t* out) const;

  /// The page at `offset`, in place; null for one that is zero.
  const uint8_t* page(uint64_t offset) const;

  /// True when `memory` (memory_size() bytes) equals the image: the debug check after a reset.
  bool matches(const uint8_t* memory) const;

 private:
  Image() = default;

  struct MappedExtent : ImageExtent {
    const uint8_t* pages;
  };

  UniqueFd file_;
  uint64_t memory_size_ = 0;
  GuestLayout layout_{};
  std::array<uint8_t, 32> identity_{};
  std::vector<MappedExtent> extents_;
};

}  // namespace belljar

#endif  // BELLJAR_IMAGE_IMAGE_H_
