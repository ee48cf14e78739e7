// One zstd frame, written and read piece by piece: neither side ever holds all of its content.
#ifndef BELLJAR_SNAPSHOT_ZSTD_STREAM_H_
#define BELLJAR_SNAPSHOT_ZSTD_STREAM_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "belljar/result.h"

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

namespace belljar {

/// Appends a frame to a string that outlives it. kExhausted without memory.
class ZstdWriter {
 public:
  explicit ZstdWriter(std::string* out);
  ~ZstdWriter();
  ZstdWriter(const ZstdWriter&) = delete;
  ZstdWriter& operator=(const ZstdWriter&) = delete;

  Status write(std::span<const uint8_t> bytes) { return compress(bytes, false); }
  Status write(std::string_view bytes) { return write({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()}); }
  Status finish() { return compress({}, true); }

 private:
  Status compress(std::span<const uint8_t> bytes, bool is_last);

  std::string* const out_;
  ZSTD_CCtx_s* const context_;
};

/// Reads a frame that may be anything, with a window of at most kMaxWindow: it takes no more memory than that, whatever
/// the frame says, and unpacks no more than is asked for. False: the frame is damaged, or does not have so much.
class ZstdReader {
 public:
  static constexpr int kMaxWindowBits = 21;

  explicit ZstdReader(std::span<const uint8_t> frame);
  ~ZstdReader();
  ZstdReader(const ZstdReader&) = delete;
  ZstdReader& operator=(const ZstdReader&) = delete;

  [[nodiscard]] bool read(std::span<uint8_t> out);

  /// The frame has been read whole, and nothing follows it.
  [[nodiscard]] bool finish();

 private:
  std::span<const uint8_t> in_;
  ZSTD_DCtx_s* const context_;
  bool is_sound_ = false;
  bool is_over_ = false;
};

}  // namespace belljar

#endif  // BELLJAR_SNAPSHOT_ZSTD_STREAM_H_
