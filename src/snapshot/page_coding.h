// Pages as what they differ in from the base image: docs/formats/snapshot.md. The file format and parked sessions share
// this.
#ifndef BELLJAR_SNAPSHOT_PAGE_CODING_H_
#define BELLJAR_SNAPSHOT_PAGE_CODING_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "image/delta.h"
#include "image/image.h"

namespace belljar {

/// Which of a page's 512 words of 8 bytes differ.
using PageBitmap = std::array<uint64_t, kPageSize / 8 / 64>;

inline constexpr size_t kMaxCodedPage = sizeof(PageBitmap) + kPageSize;

/// What a memory holds at `offset` while it is unchanged: the image's page, or zeroes beyond it.
void read_base_page(const Image& image, uint64_t offset, uint8_t* out);

/// Writes bitmap and words of `page` to `out`, which has room for kMaxCodedPage. Returns their size.
size_t encode_page(const uint8_t* page, const uint8_t* base, uint8_t* out);

/// Bytes of the words that follow a bitmap.
size_t coded_words_size(const PageBitmap& bitmap);

/// `page` is the base's and becomes what was encoded. `words` are coded_words_size(bitmap) bytes.
void decode_page(const PageBitmap& bitmap, const uint8_t* words, uint8_t* page);

struct ChangedPages {
  std::vector<PageRun> runs;  ///< ascending, and no two touch
  uint64_t coded_size = 0;    ///< of all their pages
};

/// The pages of `delta` that really differ from `image`.
ChangedPages find_changed_pages(const Delta& delta, const Image& image);

/// Calls visit(page, base) for each page of `runs`, which are some of `delta`'s, in order.
template <typename F>
void each_page(const Delta& delta, const Image& image, const std::vector<PageRun>& runs, F&& visit) {
  alignas(64) uint8_t base[kPageSize];
  auto segment = delta.segments().begin();
  for (const PageRun& run : runs) {
    for (uint64_t offset = run.offset; offset < run.offset + run.length; offset += kPageSize) {
      while (segment->end() <= offset) ++segment;
      read_base_page(image, offset, base);
      visit(segment->pages() + (offset - segment->offset), base);
    }
  }
}

}  // namespace belljar

#endif  // BELLJAR_SNAPSHOT_PAGE_CODING_H_
