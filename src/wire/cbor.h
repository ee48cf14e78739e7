// Values as bytes: the subset of CBOR (RFC 8949) that docs/formats/guest-abi.md describes. Each value has exactly one
// encoding, and each encoding that is accepted is that one, so that decoding and encoding again gives the same bytes.
#ifndef BELLJAR_WIRE_CBOR_H_
#define BELLJAR_WIRE_CBOR_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "belljar/value.h"

namespace belljar {

enum class CborError : uint8_t {
  kNone,
  kMalformed,     ///< cut short, not of the subset, or not in its one form
  kTooDeep,       ///< deeper than Value::kMaxDepth
  kTooLarge,      ///< more bytes than allowed
  kTooMany,       ///< more than kMaxCborItems
  kNotUtf8,       ///< a string or a key
  kDuplicateKey,  ///< a map has the same key twice
};

/// "nested deeper than 100", ...: what is wrong with a value.
std::string_view describe(CborError error);

/// Values, keys not counted, that one decoding makes: each takes some 50 bytes here, however short it is on the wire.
inline constexpr size_t kMaxCborItems = size_t{1} << 20;

/// Appends `value` to `out`, which then holds at most `max_bytes`. After an error `out` is as it was.
CborError encode_cbor(const Value& value, uint64_t max_bytes, std::vector<uint8_t>* out);

/// Appends a text, as above.
CborError encode_cbor_text(std::string_view text, uint64_t max_bytes, std::vector<uint8_t>* out);

/// Reads values that stand one after the other. The bytes are believed in nothing.
class CborReader {
 public:
  explicit CborReader(std::span<const uint8_t> bytes) : rest_(bytes) {}

  bool at_end() const { return rest_.empty(); }

  /// Values so far.
  size_t items() const { return kMaxCborItems - items_left_; }

  /// Decodes the next one into `*value`, at most `levels` more levels deep than values may be. After an error the reader
  /// must not be used again.
  CborError next(Value* value, int levels = 0);

 private:
  struct Head {
    uint8_t major;
    uint64_t argument;
  };

  CborError item(int depth, Value* value);
  CborError head(Head* head);
  CborError list(uint64_t count, int depth, Value* value);
  CborError map(uint64_t count, int depth, Value* value);
  CborError text(uint64_t length, std::string* text);
  CborError bytes(uint64_t length, std::string* bytes);
  CborError big_int(bool negative, Value* value);
  CborError simple(uint8_t first, Value* value);

  std::span<const uint8_t> rest_;
  size_t items_left_ = kMaxCborItems;
};

}  // namespace belljar

#endif  // BELLJAR_WIRE_CBOR_H_
