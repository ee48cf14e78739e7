// What stands around a snapshot's content: header, encryption and hash. docs/formats/snapshot.md.
#ifndef BELLJAR_SNAPSHOT_ENVELOPE_H_
#define BELLJAR_SNAPSHOT_ENVELOPE_H_

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "belljar/snapshot.h"

namespace belljar {

using ImageIdentity = std::array<uint8_t, 32>;

/// An error in a snapshot's bytes; `what` is the part.
Error damaged_snapshot(const std::string& what);

/// BLAKE2b-256.
std::array<uint8_t, 32> hash_of(std::span<const uint8_t> bytes);

class Envelope {
 public:
  /// What has to stand before the content in the string that seal() is given; its bytes do not matter.
  static size_t room_before(const SnapshotKey* key);

  /// `block` is room_before(key) and the content. Becomes the whole snapshot.
  static void seal(const ImageIdentity& identity, const SnapshotKey* key, std::string* block);

  /// Checks `bytes`, which may be anything: whole, undamaged, of this build, of this key.
  static Result<Envelope> open(std::string_view bytes, const SnapshotKey* key, const ImageIdentity& identity);

  /// Valid as long as this object and the bytes live.
  std::span<const uint8_t> content() const { return encrypted_ ? as_bytes(plain_) : content_; }

 private:
  static std::span<const uint8_t> as_bytes(std::string_view text) {
    return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
  }

  bool encrypted_ = false;
  std::string plain_;
  std::span<const uint8_t> content_;
};

}  // namespace belljar

#endif  // BELLJAR_SNAPSHOT_ENVELOPE_H_
