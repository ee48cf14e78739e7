// Values that cross the wall by copy: what JSON can say, and bytes, and integers of any size.
//
//   Python              here                         back in Python
//   None, bool, float   null, bool, float            the same; NaN, infinities and -0.0 included
//   int                 integer, or BigInt           the same int
//   str                 string, valid UTF-8          the same str; one with lone surrogates is refused
//   bytes               bytes                        bytes; bytearray and memoryview arrive as bytes, too
//   list, tuple         list                         list
//   dict with str keys  map, in order                dict
//
// Anything else (a set, a dict with other keys, an object) is refused with TypeError in the guest, and so is what is
// nested deeper than Value::kMaxDepth. Subclasses of these types are taken as what they derive from.
#ifndef BELLJAR_VALUE_H_
#define BELLJAR_VALUE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "belljar/export.h"

namespace belljar {

/// An integer that does not fit 64 bits: sign and magnitude, big-endian, without leading zeros.
struct BigInt {
  bool negative = false;
  std::string magnitude;
  bool operator==(const BigInt&) const = default;
};

/// Raw bytes, as opposed to text.
struct Bytes {
  std::string data;
  bool operator==(const Bytes&) const = default;
};

class BELLJAR_EXPORT Value {
 public:
  using List = std::vector<Value>;
  using Map = std::vector<std::pair<std::string, Value>>;  ///< in the order of insertion; keys differ

  /// Lists and maps inside each other, the outermost one included.
  static constexpr int kMaxDepth = 100;

  enum class Type : uint8_t { kNull, kBool, kInt, kBigInt, kFloat, kString, kBytes, kList, kMap };

  Value() = default;
  Value(std::nullptr_t) {}
  Value(bool value) : data_(value) {}
  template <typename T>
    requires(std::is_integral_v<T> && !std::is_same_v<T, bool> && (sizeof(T) < 8 || std::is_signed_v<T>))
  Value(T value) : data_(int64_t{value}) {}
  Value(uint64_t value);
  Value(double value) : data_(value) {}
  Value(const char* text) : data_(std::string(text)) {}
  Value(std::string_view text) : data_(std::string(text)) {}
  Value(std::string text) : data_(std::move(text)) {}
  Value(Bytes bytes) : data_(std::move(bytes)) {}
  Value(BigInt integer) : data_(std::move(integer)) {}
  Value(List list) : data_(std::move(list)) {}
  Value(Map map) : data_(std::move(map)) {}

  Type type() const { return static_cast<Type>(data_.index()); }
  bool is_null() const { return type() == Type::kNull; }

  /// Null when the value is of another type.
  const bool* as_bool() const { return std::get_if<bool>(&data_); }
  const int64_t* as_int() const { return std::get_if<int64_t>(&data_); }
  const BigInt* as_big_int() const { return std::get_if<BigInt>(&data_); }
  const double* as_float() const { return std::get_if<double>(&data_); }
  const std::string* as_string() const { return std::get_if<std::string>(&data_); }
  const Bytes* as_bytes() const { return std::get_if<Bytes>(&data_); }
  const List* as_list() const { return std::get_if<List>(&data_); }
  const Map* as_map() const { return std::get_if<Map>(&data_); }

  /// The value under `key`; null when this is no map or has no such key.
  const Value* find(std::string_view key) const;

  /// Floats are equal as numbers are: NaN differs from itself.
  bool operator==(const Value&) const = default;

 private:
  std::variant<std::monostate, bool, int64_t, BigInt, double, std::string, Bytes, List, Map> data_;
};

}  // namespace belljar

#endif  // BELLJAR_VALUE_H_
