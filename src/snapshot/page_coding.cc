#include "snapshot/page_coding.h"

#include <bit>
#include <cstring>

namespace belljar {
namespace {

size_t count_differing_words(const uint8_t* page, const uint8_t* base) {
  size_t count = 0;
  for (size_t i = 0; i < kPageSize; i += 8) {
    uint64_t word, old;
    std::memcpy(&word, page + i, 8);
    std::memcpy(&old, base + i, 8);
    count += word != old;
  }
  return count;
}

}  // namespace

void read_base_page(const Image& image, uint64_t offset, uint8_t* out) {
  if (offset < image.memory_size()) {
    image.restore(offset, kPageSize, out);
  } else {
    std::memset(out, 0, kPageSize);
  }
}

size_t encode_page(const uint8_t* page, const uint8_t* base, uint8_t* out) {
  PageBitmap bitmap{};
  uint8_t* at = out + sizeof(bitmap);
  for (size_t i = 0; i < kPageSize / 8; i++) {
    uint64_t word, old;
    std::memcpy(&word, page + i * 8, 8);
    std::memcpy(&old, base + i * 8, 8);
    const uint64_t differs = word != old;
    bitmap[i / 64] |= differs << i % 64;
    // Without a branch: what does not differ is overwritten by the next. The last word of a full page still fits.
    std::memcpy(at, &word, 8);
    at += differs * 8;
  }
  std::memcpy(out, bitmap.data(), sizeof(bitmap));
  return static_cast<size_t>(at - out);
}

size_t coded_words_size(const PageBitmap& bitmap) {
  size_t words = 0;
  for (const uint64_t bits : bitmap) words += static_cast<size_t>(std::popcount(bits));
  return words * 8;
}

void decode_page(const PageBitmap& bitmap, const uint8_t* words, uint8_t* page) {
  for (size_t group = 0; group < bitmap.size(); group++) {
    for (uint64_t bits = bitmap[group]; bits != 0; bits &= bits - 1) {
      const size_t i = group * 64 + static_cast<size_t>(std::countr_zero(bits));
      std::memcpy(page + i * 8, words, 8);
      words += 8;
    }
  }
}

ChangedPages find_changed_pages(const Delta& delta, const Image& image) {
  ChangedPages changed;
  alignas(64) uint8_t base[kPageSize];
  for (const Delta::Segment& segment : delta.segments()) {
    for (uint64_t at = 0; at < segment.length; at += kPageSize) {
      const uint64_t offset = segment.offset + at;
      read_base_page(image, offset, base);
      const size_t words = count_differing_words(segment.pages() + at, base);
      if (words == 0) continue;
      changed.coded_size += sizeof(PageBitmap) + words * 8;
      if (!changed.runs.empty() && changed.runs.back().offset + changed.runs.back().length == offset) {
        changed.runs.back().length += kPageSize;
      } else {
        changed.runs.push_back({offset, kPageSize});
      }
    }
  }
  return changed;
}

}  // namespace belljar
