// A view of one sandbox's linear memory for the length of one import call: the only way host code reads or writes
// what a guest's pointer names. Every access is bounds-checked in 64 bits, copies, and happens once: the guest is
// hostile below the Python level and may pass any numbers.
#ifndef BELLJAR_BASE_GUEST_MEMORY_H_
#define BELLJAR_BASE_GUEST_MEMORY_H_

#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

namespace belljar {

class GuestMemory {
 public:
  GuestMemory(uint8_t* base, uint64_t size) : base_(base), size_(size) {}

  uint64_t size() const { return size_; }

  bool contains(uint32_t address, uint64_t length) const {
    return length <= size_ && address <= size_ - length;
  }

  /// Copies a plain value out of the guest. False, and `out` untouched, when any byte is out of bounds.
  template <typename T>
  [[nodiscard]] bool read(uint32_t address, T* out) const {
    static_assert(std::is_trivially_copyable_v<T>);
    if (!contains(address, sizeof(T))) return false;
    std::memcpy(out, base_ + address, sizeof(T));
    return true;
  }

  template <typename T>
  [[nodiscard]] bool write(uint32_t address, const T& value) const {
    static_assert(std::is_trivially_copyable_v<T>);
    if (!contains(address, sizeof(T))) return false;
    std::memcpy(base_ + address, &value, sizeof(T));
    return true;
  }

  [[nodiscard]] bool read_bytes(uint32_t address, std::span<uint8_t> out) const {
    if (!contains(address, out.size())) return false;
    if (!out.empty()) std::memcpy(out.data(), base_ + address, out.size());
    return true;
  }

  [[nodiscard]] bool write_bytes(uint32_t address, std::span<const uint8_t> bytes) const {
    if (!contains(address, bytes.size())) return false;
    if (!bytes.empty()) std::memcpy(base_ + address, bytes.data(), bytes.size());
    return true;
  }

  /// The bytes themselves, without a copy, for a bulk transfer whose *content* is opaque to the host (file data,
  /// output). Never parse through this: copy first. Empty data() when out of bounds.
  std::span<uint8_t> window(uint32_t address, uint32_t length) const {
    if (!contains(address, length)) return {};
    return {base_ + address, length};
  }

 private:
  uint8_t* base_;
  uint64_t size_;
};

}  // namespace belljar

#endif  // BELLJAR_BASE_GUEST_MEMORY_H_
