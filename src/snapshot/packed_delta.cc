#include "snapshot/packed_delta.h"

#include <cstring>
#include <new>
#include <utility>
#include <vector>

#include "base/byte_stream.h"
#include "snapshot/page_coding.h"

namespace belljar {
namespace {

Error no_memory() {
  return {ErrorCode::kExhausted, "no memory to park a session", "free memory, or hold fewer sessions"};
}

Error broken() { return {ErrorCode::kInternal, "the memory of a parked session is damaged", ""}; }

}  // namespace

Result<PackedDelta> PackedDelta::pack(const Delta& delta, const Image& image) try {
  // Two rounds: what is kept has to be exact, and growing it would copy it as often.
  const auto [runs, coded_size] = find_changed_pages(delta, image);
  const size_t runs_size = runs.size() * sizeof(PageRun);
  PackedDelta packed;
  packed.memory_size_ = delta.memory_size();
  packed.run_count_ = runs.size();
  packed.size_ = runs_size + coded_size;
  packed.block_ = std::make_unique_for_overwrite<uint8_t[]>(packed.size_);
  uint8_t* at = packed.block_.get();
  if (!runs.empty()) std::memcpy(at, runs.data(), runs_size);
  at += runs_size;
  uint8_t coded[kMaxCodedPage];
  each_page(delta, image, runs, [&](const uint8_t* page, const uint8_t* base) {
    const size_t length = encode_page(page, base, coded);
    std::memcpy(at, coded, length);
    at += length;
  });
  return packed;
} catch (const std::bad_alloc&) {
  return no_memory();
}

Result<std::shared_ptr<const Delta>> PackedDelta::unpack(const Image& image) const try {
  ByteReader in({block_.get(), size_});
  std::vector<PageRun> runs(run_count_);
  std::span<const uint8_t> bytes;
  if (!in.read_bytes(run_count_ * sizeof(PageRun), &bytes)) return broken();
  if (!bytes.empty()) std::memcpy(runs.data(), bytes.data(), bytes.size());
  uint64_t size = 0;
  for (const PageRun& run : runs) size += run.length;

  std::shared_ptr<PageStore> store = BELLJAR_TRY(PageStore::create(size));
  uint8_t* page = store->writable();
  for (const PageRun& run : runs) {
    for (uint64_t offset = run.offset; offset < run.offset + run.length; offset += kPageSize, page += kPageSize) {
      PageBitmap bitmap;
      if (!in.read_bytes(sizeof(bitmap), &bytes)) return broken();
      std::memcpy(bitmap.data(), bytes.data(), sizeof(bitmap));
      if (!in.read_bytes(coded_words_size(bitmap), &bytes)) return broken();
      read_base_page(image, offset, page);
      decode_page(bitmap, bytes.data(), page);
    }
  }
  return Delta::over(std::move(store), runs, memory_size_);
} catch (const std::bad_alloc&) {
  return no_memory();
}

}  // namespace belljar
