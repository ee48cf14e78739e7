// Little-endian numbers and blocks of bytes, one after the other: how our own formats are written and read.
#ifndef BELLJAR_BASE_BYTE_STREAM_H_
#define BELLJAR_BASE_BYTE_STREAM_H_

#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

namespace belljar {

static_assert(std::endian::native == std::endian::little);

/// Appends to a string that outlives it.
class ByteWriter {
 public:
  explicit ByteWriter(std::string* out) : out_(out) {}

  template <std::unsigned_integral... T>
  void put(T... numbers) {
    (out_->append(reinterpret_cast<const char*>(&numbers), sizeof(numbers)), ...);
  }
  void put_bytes(std::string_view bytes) { out_->append(bytes); }
  void put_bytes(std::span<const uint8_t> bytes) {
    out_->append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }

 private:
  std::string* out_;
};

/// Reads bytes that may be anything. Whatever does not fit into what is left is false, and moves nothing.
class ByteReader {
 public:
  explicit ByteReader(std::span<const uint8_t> bytes) : bytes_(bytes) {}

  size_t left() const { return bytes_.size(); }

  /// All of them, or false.
  template <std::unsigned_integral... T>
  [[nodiscard]] bool read(T*... numbers) {
    if (bytes_.size() < (sizeof(T) + ...)) return false;
    (read_one(numbers), ...);
    return true;
  }

  [[nodiscard]] bool read_bytes(uint64_t count, std::span<const uint8_t>* out) {
    if (count > bytes_.size()) return false;
    *out = bytes_.first(static_cast<size_t>(count));
    bytes_ = bytes_.subspan(static_cast<size_t>(count));
    return true;
  }
  [[nodiscard]] bool read_bytes(uint64_t count, std::string_view* out) {
    std::span<const uint8_t> bytes;
    if (!read_bytes(count, &bytes)) return false;
    *out = {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    return true;
  }

 private:
  template <typename T>
  void read_one(T* number) {
    std::memcpy(number, bytes_.data(), sizeof(T));
    bytes_ = bytes_.subspan(sizeof(T));
  }

  std::span<const uint8_t> bytes_;
};

}  // namespace belljar

#endif  // BELLJAR_BASE_BYTE_STREAM_H_
