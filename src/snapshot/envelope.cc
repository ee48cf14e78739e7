#include "snapshot/envelope.h"

#include <sodium.h>

#include <cstring>

namespace belljar {
namespace {

constexpr char kMagic[8] = {'B', 'J', 'S', 'N', 'A', 'P', 0, 0};
constexpr uint32_t kVersion = 2;
constexpr uint32_t kEncrypted = 1;
constexpr size_t kHashBytes = 32;
constexpr size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;

struct Header {
  char magic[8];
  uint32_t version;
  uint32_t flags;
  ImageIdentity identity;
  uint64_t total_size;
  uint64_t zero;
};
static_assert(sizeof(Header) == 64);
static_assert(kNonceBytes == 24 && kTagBytes == 16);
static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == sizeof(SnapshotKey));

uint8_t* bytes_of(std::string* text) { return reinterpret_cast<uint8_t*>(text->data()); }

// Picks this CPU's implementations, once. All that we use works without it, too.
void prepare_sodium() {
  static const int ready = sodium_init();
  static_cast<void>(ready);
}

Error other_build(const std::string& what) {
  return {ErrorCode::kCorrupt, "the snapshot was taken by another build of belljar: " + what,
          "resume it with the same version of belljar that took it"};
}

Status check_key(bool is_encrypted, const SnapshotKey* key) {
  if (is_encrypted && !key) {
    return Error{ErrorCode::kCorrupt, "the snapshot is encrypted", "give the key that it was saved with"};
  }
  if (!is_encrypted && key) {
    return Error{ErrorCode::kCorrupt, "the snapshot is not encrypted: it was not saved with this key",
                 "to accept what anybody may have made, give no key"};
  }
  return Ok{};
}

}  // namespace

Error damaged_snapshot(const std::string& what) {
  return {ErrorCode::kCorrupt, "the snapshot is damaged: " + what, "use another copy of it"};
}

std::array<uint8_t, kHashBytes> hash_of(std::span<const uint8_t> bytes) {
  prepare_sodium();
  std::array<uint8_t, kHashBytes> hash;
  crypto_generichash(hash.data(), hash.size(), bytes.data(), bytes.size(), nullptr, 0);
  return hash;
}

size_t Envelope::room_before(const SnapshotKey* key) { return sizeof(Header) + (key ? kNonceBytes : 0); }

void Envelope::seal(const ImageIdentity& identity, const SnapshotKey* key, std::string* block) {
  prepare_sodium();
  const size_t before = room_before(key), content = block->size() - before;
  block->resize(block->size() + (key ? kTagBytes : 0));
  Header header{};
  std::memcpy(header.magic, kMagic, sizeof(kMagic));
  header.version = kVersion;
  header.flags = key ? kEncrypted : 0;
  header.identity = identity;
  header.total_size = block->size() + kHashBytes;
  uint8_t* bytes = bytes_of(block);
  std::memcpy(bytes, &header, sizeof(header));
  if (key) {
    uint8_t* nonce = bytes + sizeof(header);
    randombytes_buf(nonce, kNonceBytes);
    uint8_t* text = bytes + before;
    crypto_aead_xchacha20poly1305_ietf_encrypt_detached(text, text + content, nullptr, text, content, bytes,
                                                        sizeof(header), nullptr, nonce, key->bytes.data());
  }
  const auto hash = hash_of({bytes, block->size()});
  block->append(reinterpret_cast<const char*>(hash.data()), hash.size());
}

Result<Envelope> Envelope::open(std::string_view text, const SnapshotKey* key, const ImageIdentity& identity) {
  const std::span<const uint8_t> bytes = as_bytes(text);
  Header header;
  if (bytes.size() < sizeof(kMagic) || std::memcmp(bytes.data(), kMagic, sizeof(kMagic)) != 0) {
    return Error{ErrorCode::kCorrupt, "this is not a snapshot of belljar's", ""};
  }
  if (bytes.size() < sizeof(header) + kHashBytes) return damaged_snapshot("it is truncated");
  std::memcpy(&header, bytes.data(), sizeof(header));
  if (header.version != kVersion) return other_build("its format has version " + std::to_string(header.version));
  if (header.total_size > bytes.size()) return damaged_snapshot("it is truncated");
  if (header.total_size < bytes.size()) return damaged_snapshot("something follows it");
  const auto hashed = bytes.first(bytes.size() - kHashBytes);
  const auto hash = hash_of(hashed);
  const bool is_whole = std::memcmp(hash.data(), bytes.data() + hashed.size(), kHashBytes) == 0;
  if (!is_whole) return damaged_snapshot("its hash differs");
  if (header.flags > kEncrypted || header.zero != 0) return damaged_snapshot("its header");
  if (header.identity != identity) return other_build("its base image is another");
  const bool is_encrypted = header.flags == kEncrypted;
  BELLJAR_TRY(check_key(is_encrypted, key));

  Envelope envelope;
  envelope.encrypted_ = is_encrypted;
  if (!is_encrypted) {
    envelope.content_ = hashed.subspan(sizeof(header));
    return envelope;
  }
  const auto sealed = hashed.subspan(sizeof(header));
  if (sealed.size() < kNonceBytes + kTagBytes) return damaged_snapshot("it is too short");
  const auto secret = sealed.subspan(kNonceBytes, sealed.size() - kNonceBytes - kTagBytes);
  envelope.plain_.resize(secret.size());
  const int refused = crypto_aead_xchacha20poly1305_ietf_decrypt_detached(
      bytes_of(&envelope.plain_), nullptr, secret.data(), secret.size(), secret.data() + secret.size(), bytes.data(),
      sizeof(header), sealed.data(), key->bytes.data());
  if (refused != 0) {
    return Error{ErrorCode::kCorrupt, "the snapshot was not saved with this key",
                 "give the key that it was saved with"};
  }
  return envelope;
}

}  // namespace belljar
