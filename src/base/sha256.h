// SHA-256, from libsodium.
#ifndef BELLJAR_BASE_SHA256_H_
#define BELLJAR_BASE_SHA256_H_

#include <sodium.h>

#include <array>
#include <cstdint>
#include <span>
#include <string>

namespace belljar {

class Sha256 {
 public:
  Sha256() { crypto_hash_sha256_init(&state_); }
  void add(std::span<const uint8_t> bytes) { crypto_hash_sha256_update(&state_, bytes.data(), bytes.size()); }
  std::array<uint8_t, 32> finish() {
    std::array<uint8_t, 32> digest;
    crypto_hash_sha256_final(&state_, digest.data());
    return digest;
  }

 private:
  crypto_hash_sha256_state state_;
};

/// In lower-case digits.
inline std::string to_hex(std::span<const uint8_t> bytes) {
  std::string text(2 * bytes.size() + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
  text.pop_back();
  return text;
}

}  // namespace belljar

#endif  // BELLJAR_BASE_SHA256_H_
