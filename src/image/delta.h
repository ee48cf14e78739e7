// What a memory differs in from the base image: an immutable set of pages, shared by the sessions made from it.
#ifndef BELLJAR_IMAGE_DELTA_H_
#define BELLJAR_IMAGE_DELTA_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "base/unique_fd.h"
#include "belljar/result.h"
#include "image/pages.h"

namespace belljar {

class Slot;

/// Page-aligned bytes that are written once. What slots are restored from becomes a sealed memory file, which they map
/// copy-on-write, if it is large. A file costs twice as much to write as memory: one that is only kept stays memory.
class PageStore {
 public:
  /// From this size on mapping costs less than copying.
  static constexpr uint64_t kFileBytes = uint64_t{1} << 20;

  /// Memory of `size` bytes, a multiple of the page size: to be written through `writable()`, and by nobody any more once
  /// others know the store. kExhausted.
  static Result<std::shared_ptr<PageStore>> create(uint64_t size);

  /// Holds `runs` of `memory`, one after the other: `as_file`, if it is large and there can be one, at once.
  static Result<std::shared_ptr<const PageStore>> copy(const uint8_t* memory, const std::vector<PageRun>& runs,
                                                       bool as_file);
  ~PageStore();
  PageStore(const PageStore&) = delete;
  PageStore& operator=(const PageStore&) = delete;

  uint8_t* writable() { return pages_; }
  const uint8_t* pages() const { return pages_; }
  uint64_t size() const { return size_; }

  /// Makes a large one a file, the first time. Without a descriptor or memory for it, it stays memory for good.
  void share() const;
  /// -1 for memory. Never changes after share().
  int file() const { return file_.get(); }

 private:
  PageStore(uint8_t* pages, uint64_t size) : pages_(pages), size_(size) {}
  bool is_large() const { return size_ >= kFileBytes; }
  bool become(UniqueFd file) const;

  uint8_t* const pages_;
  const uint64_t size_;
  mutable UniqueFd file_;
  mutable std::once_flag shared_;
};

class Delta {
 public:
  struct Segment {
    uint64_t offset;  ///< in the memory; ascending and disjoint, page-aligned like `length`
    uint64_t length;
    std::shared_ptr<const PageStore> store;
    uint64_t store_offset;

    const uint8_t* pages() const { return store->pages() + store_offset; }
    uint64_t end() const { return offset + length; }
    /// Has a mapping of its own in a slot; asked after share().
    bool is_mappable() const { return store->file() >= 0 && length >= kMappedBytes; }
  };

  /// A segment from this size on is mapped and not copied.
  static constexpr uint64_t kMappedBytes = 64 << 10;

  /// What `slot` differs in from its image now. `for_slots`: others are about to be restored to it.
  static Result<std::shared_ptr<const Delta>> capture(const Slot& slot, const PageScanner& scanner, bool for_slots);

  /// `runs` (ascending, disjoint, page-aligned, within `memory_size`) are the pages of `store`, one after the other.
  static std::shared_ptr<const Delta> over(std::shared_ptr<const PageStore> store, const std::vector<PageRun>& runs,
                                           uint64_t memory_size);

  Delta() = default;

  uint64_t memory_size() const { return memory_size_; }
  const std::vector<Segment>& segments() const { return segments_; }
  /// The first that ends behind `offset`.
  std::vector<Segment>::const_iterator segment_from(uint64_t offset) const;
  /// Bytes of all segments.
  uint64_t bytes() const;

  /// PageStore::share() for all that it is made of.
  void share() const;

 private:
  uint64_t memory_size_ = 0;
  std::vector<Segment> segments_;
};

}  // namespace belljar

#endif  // BELLJAR_IMAGE_DELTA_H_
