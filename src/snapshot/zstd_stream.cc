#include "snapshot/zstd_stream.h"

#include <zstd.h>

#include <algorithm>
#include <cstring>

namespace belljar {
namespace {

// docs/formats/snapshot.md, "Figures".
constexpr int kLevel = 1;

}  // namespace

ZstdWriter::ZstdWriter(std::string* out) : out_(out), context_(ZSTD_createCCtx()) {
  if (context_) ZSTD_CCtx_setParameter(context_, ZSTD_c_compressionLevel, kLevel);
}

ZstdWriter::~ZstdWriter() { ZSTD_freeCCtx(context_); }

Status ZstdWriter::compress(std::span<const uint8_t> bytes, bool is_last) {
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  uint8_t buffer[16 << 10];
  for (bool done = context_ == nullptr; !done;) {
    ZSTD_outBuffer out{buffer, sizeof(buffer), 0};
    const size_t left = ZSTD_compressStream2(context_, &out, &in, is_last ? ZSTD_e_end : ZSTD_e_continue);
    if (ZSTD_isError(left)) return Error{ErrorCode::kExhausted, "no memory to compress a snapshot", "free memory"};
    out_->append(reinterpret_cast<const char*>(buffer), out.pos);
    done = is_last ? left == 0 : in.pos == in.size;
  }
  if (!context_) return Error{ErrorCode::kExhausted, "no memory to compress a snapshot", "free memory"};
  return Ok{};
}

ZstdReader::ZstdReader(std::span<const uint8_t> frame) : in_(frame), context_(ZSTD_createDCtx()) {
  // Only frames of today's format: the library also reads those of its earliest versions.
  const uint32_t magic = ZSTD_MAGICNUMBER;
  is_sound_ = context_ && frame.size() > sizeof(magic) && std::memcmp(frame.data(), &magic, sizeof(magic)) == 0 &&
              !ZSTD_isError(ZSTD_DCtx_setParameter(context_, ZSTD_d_windowLogMax, kMaxWindowBits));
}

ZstdReader::~ZstdReader() { ZSTD_freeDCtx(context_); }

bool ZstdReader::read(std::span<uint8_t> bytes) {
  ZSTD_outBuffer out{bytes.data(), bytes.size(), 0};
  while (is_sound_ && !is_over_ && out.pos < out.size) {
    ZSTD_inBuffer in{in_.data(), in_.size(), 0};
    const size_t before = out.pos;
    const size_t left = ZSTD_decompressStream(context_, &out, &in);
    in_ = in_.subspan(in.pos);
    is_over_ = left == 0;
    is_sound_ = !ZSTD_isError(left) && (in.pos > 0 || out.pos > before || is_over_);
  }
  return is_sound_ && out.pos == out.size;
}

bool ZstdReader::finish() {
  // The end of a frame may take a call of its own to be seen.
  uint8_t more;
  ZSTD_outBuffer out{&more, 0, 0};
  if (is_sound_ && !is_over_) {
    ZSTD_inBuffer in{in_.data(), in_.size(), 0};
    is_over_ = ZSTD_decompressStream(context_, &out, &in) == 0;
    in_ = in_.subspan(in.pos);
  }
  return is_sound_ && is_over_ && in_.empty();
}

}  // namespace belljar
