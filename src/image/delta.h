// What a memory differs in from the base image: an immutable set of pages, shared by the sessions made from it.
#ifndef BELLJAR_IMAGE_DELTA_H_
#define BELLJAR_IMAGE_DELTA_H_

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/unique_fd.h"
#include "belljar/result.h"
#include "image/pages.h"

namespace belljar {

class Slot;

/// Page-aligned bytes that are written once. Small ones are plain memory and are copied into slots; large ones are a
/// sealed memory file, which slots map copy-on-write.
class PageStore {
 public:
  /// From this size on a store is a file: mapping it costs less than copying.
  static constexpr uint64_t kFileBytes = uint64_t{1} << 20;

  /// Zeroes, to be written through `writable()` and then sealed. `size` is a multiple of the page size. kExhausted.
  static Result<std::shared_ptr<PageStore>> create(uint64_t size);
  ~PageStore();
  PageStore(const PageStore&) = delete;
  PageStore& operator=(const PageStore&) = delete;

  uint8_t* writable() { return pages_; }
  Status seal();
  /// Takes `runs` of `memory`, which are as long as the store together, one after the other, and seals it.
  Status fill(const uint8_t* memory, const std::vector<PageRun>& runs);

  const uint8_t* pages() const { return pages_; }
  uint64_t size() const { return size_; }
  /// -1 for plain memory.
  int file() const { return file_.get(); }

 private:
  PageStore(UniqueFd file, uint8_t* pages, uint64_t size) : file_(std::move(file)), pages_(pages), size_(size) {}

  UniqueFd file_;
  uint8_t* const pages_;
  const uint64_t size_;
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
    /// Worth a mapping of its own in a slot.
    bool is_mappable() const { return store->file() >= 0 && length >= kMappedBytes; }
  };

  /// A segment from this size on is mapped and not copied.
  static constexpr uint64_t kMappedBytes = 64 << 10;

  /// What `slot` differs in from its image now.
  static Result<std::shared_ptr<const Delta>> capture(const Slot& slot, const PageScanner& scanner);

  /// `runs` (ascending, disjoint, page-aligned, within `memory_size`) are the pages of `store`, one after the other.
  static std::shared_ptr<const Delta> over(std::shared_ptr<const PageStore> store, const std::vector<PageRun>& runs,
                                           uint64_t memory_size);

  Delta() = default;

  uint64_t memory_size() const { return memory_size_; }
  const std::vector<Segment>& segments() const { return segments_; }
  /// Bytes of all segments.
  uint64_t bytes() const;

 private:
  uint64_t memory_size_ = 0;
  std::vector<Segment> segments_;
};

}  // namespace belljar

#endif  // BELLJAR_IMAGE_DELTA_H_
