#include "image/image.h"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace belljar {
namespace {

Error mapping_error(const char* what) {
  return {ErrorCode::kExhausted, std::string("cannot map ") + what + ": " + std::strerror(errno),
          "raise vm.max_map_count, or `ulimit -v`, or hold fewer sessions"};
}

bool is_aligned(uint64_t value) { return value % kPageSize == 0; }

}  // namespace

Result<std::shared_ptr<const Image>> Image::create(UniqueFd file, uint64_t memory_size,
                                                   std::vector<ImageExtent> extents, const GuestLayout& layout,
                                                   const std::array<uint8_t, 32>& identity) {
  std::shared_ptr<Image> image(new Image());
  uint64_t end = 0;
  for (const ImageExtent& e : extents) {
    bool in_order = is_aligned(e.memory_offset) && is_aligned(e.file_offset) && is_aligned(e.length) &&
                    e.length > 0 && e.memory_offset >= end && e.memory_offset < memory_size &&
                    e.length <= memory_size - e.memory_offset;
    if (!in_order) return Error{ErrorCode::kCorrupt, "the image's table of extents is damaged", ""};
    end = e.memory_offset + e.length;
    void* pages = mmap(nullptr, e.length, PROT_READ, MAP_PRIVATE, file.get(),
                       static_cast<off_t>(e.file_offset));
    if (pages == MAP_FAILED) return mapping_error("the image");
    image->extents_.push_back({e, static_cast<const uint8_t*>(pages)});
  }
  image->file_ = std::move(file);
  image->memory_size_ = memory_size;
  image->layout_ = layout;
  image->identity_ = identity;
  return std::shared_ptr<const Image>(std::move(image));
}

Image::~Image() {
  for (const MappedExtent& e : extents_) munmap(const_cast<uint8_t*>(e.pages), e.length);
}

Status Image::map_at(uint8_t* base) const {
  // The gaps between extents stay what the reservation is, anonymous memory, which reads as zero.
  if (mprotect(base, memory_size_, PROT_READ | PROT_WRITE) != 0) return mapping_error("a sandbox's memory");
  for (const MappedExtent& e : extents_) {
    void* at = mmap(base + e.memory_offset, e.length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED,
                    file_.get(), static_cast<off_t>(e.file_offset));
    if (at == MAP_FAILED) return mapping_error("the image into a sandbox");
  }
  return Ok{};
}

Status Image::map_range(uint8_t* base, uint64_t offset, uint64_t length) const {
  const uint64_t end = offset + length;
  void* at = mmap(base + offset, length, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
  if (at == MAP_FAILED) return mapping_error("a sandbox's memory");
  for (const MappedExtent& e : extents_) {
    const uint64_t from = std::max(offset, e.memory_offset), to = std::min(end, e.memory_offset + e.length);
    if (from >= to) continue;
    at = mmap(base + from, to - from, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, file_.get(),
              static_cast<off_t>(e.file_offset + (from - e.memory_offset)));
    if (at == MAP_FAILED) return mapping_error("the image into a sandbox");
  }
  return Ok{};
}

void Image::restore(uint64_t offset, uint64_t length, uint8_t* out) const {
  const uint64_t end = offset + length;
  for (const MappedExtent& e : extents_) {
    if (offset >= end) return;
    if (e.memory_offset + e.length <= offset) continue;
    const uint64_t gap_end = std::min(end, std::max(offset, e.memory_offset));
    std::memset(out, 0, gap_end - offset);
    out += gap_end - offset;
    offset = gap_end;
    const uint64_t content_end = std::min(end, e.memory_offset + e.length);
    if (content_end <= offset) continue;
    std::memcpy(out, e.pages + (offset - e.memory_offset), content_end - offset);
    out += content_end - offset;
    offset = content_end;
  }
  if (offset < end) std::memset(out, 0, end - offset);
}

const uint8_t* Image::page(uint64_t offset) const {
  for (const MappedExtent& e : extents_) {
    if (offset < e.memory_offset) break;
    if (offset < e.memory_offset + e.length) return e.pages + (offset - e.memory_offset);
  }
  return nullptr;
}

bool Image::matches(const uint8_t* memory) const {
  uint8_t expected[kPageSize];
  for (uint64_t offset = 0; offset < memory_size_; offset += kPageSize) {
    restore(offset, kPageSize, expected);
    if (std::memcmp(memory + offset, expected, kPageSize) != 0) return false;
  }
  return true;
}

}  // namespace belljar
