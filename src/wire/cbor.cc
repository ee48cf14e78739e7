#include "wire/cbor.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/utf8.h"

namespace belljar {
namespace {

enum Major : uint8_t {
  kUnsigned = 0,
  kNegative = 1,
  kBytes = 2,
  kText = 3,
  kArray = 4,
  kMap = 5,
  kTag = 6,
  kSimple = 7,
};

constexpr uint8_t kFalse = 0xF4, kTrue = 0xF5, kNull = 0xF6, kFloat64 = 0xFB;
constexpr uint64_t kPositiveBigInt = 2, kNegativeBigInt = 3;

/// Below this a map's keys are compared with each other; above it they are sorted.
constexpr size_t kFewKeys = 16;


bool has_duplicates(const Value::Map& map) {
  if (map.size() <= kFewKeys) {
    for (size_t i = 1; i < map.size(); i++) {
      for (size_t j = 0; j < i; j++) {
        if (map[i].first == map[j].first) return true;
      }
    }
    return false;
  }
  std::vector<std::string_view> keys(map.size());
  std::transform(map.begin(), map.end(), keys.begin(), [](const auto& entry) { return std::string_view(entry.first); });
  std::sort(keys.begin(), keys.end());
  return std::adjacent_find(keys.begin(), keys.end()) != keys.end();
}

/// Big-endian arithmetic on magnitudes without leading zeros.
std::string minus_one(std::string magnitude) {
  for (size_t i = magnitude.size(); i-- > 0;) {
    if (magnitude[i]-- != 0) break;
  }
  if (!magnitude.empty() && magnitude[0] == 0) magnitude.erase(0, 1);
  return magnitude;
}

std::string plus_one(std::string magnitude) {
  for (size_t i = magnitude.size(); i-- > 0;) {
    if (++magnitude[i] != 0) return magnitude;
  }
  magnitude.insert(magnitude.begin(), 1);
  return magnitude;
}

uint64_t to_uint64(std::string_view magnitude) {
  uint64_t value = 0;
  for (char byte : magnitude) value = value << 8 | static_cast<uint8_t>(byte);
  return value;
}

class Writer {
 public:
  Writer(uint64_t max_bytes, std::vector<uint8_t>* out) : max_bytes_(max_bytes), out_(*out) {}

  CborError value(const Value& value, int depth) {
    switch (value.type()) {
      case Value::Type::kNull: return byte(kNull);
      case Value::Type::kBool: return byte(*value.as_bool() ? kTrue : kFalse);
      case Value::Type::kInt: return integer(*value.as_int());
      case Value::Type::kBigInt: return big_int(*value.as_big_int());
      case Value::Type::kFloat: return float64(*value.as_float());
      case Value::Type::kString: return text(*value.as_string());
      case Value::Type::kBytes: return string(kBytes, value.as_bytes()->data);
      case Value::Type::kList: return list(*value.as_list(), depth);
      case Value::Type::kMap: return map(*value.as_map(), depth);
    }
    return CborError::kMalformed;
  }

  CborError text(std::string_view text) { return is_valid_utf8(text) ? string(kText, text) : CborError::kNotUtf8; }

 private:
  CborError put(const void* data, size_t size) {
    if (size > max_bytes_ || out_.size() > max_bytes_ - size) return CborError::kTooLarge;
    const auto* bytes = static_cast<const uint8_t*>(data);
    out_.insert(out_.end(), bytes, bytes + size);
    return CborError::kNone;
  }

  CborError byte(uint8_t value) { return put(&value, 1); }

  CborError head(Major major, uint64_t argument) {
    const auto first = static_cast<uint8_t>(major << 5);
    if (argument < 24) return byte(static_cast<uint8_t>(first | argument));
    const int size_log = argument <= 0xFF ? 0 : argument <= 0xFFFF ? 1 : argument <= 0xFFFFFFFF ? 2 : 3;
    const size_t size = size_t{1} << size_log;
    uint8_t bytes[9] = {static_cast<uint8_t>(first | (24 + size_log))};
    for (size_t i = 0; i < size; i++) bytes[size - i] = static_cast<uint8_t>(argument >> (8 * i));
    return put(bytes, 1 + size);
  }

  CborError integer(int64_t value) {
    return value >= 0 ? head(kUnsigned, static_cast<uint64_t>(value)) : head(kNegative, ~static_cast<uint64_t>(value));
  }

  // Whoever made it may have put zeros in front, or a number that is not that big.
  CborError big_int(const BigInt& value) {
    std::string magnitude = value.magnitude.substr(std::min(value.magnitude.find_first_not_of('\0'), value.magnitude.size()));
    const bool negative = value.negative && !magnitude.empty();
    if (negative) magnitude = minus_one(std::move(magnitude));
    if (magnitude.size() <= 8) return head(negative ? kNegative : kUnsigned, to_uint64(magnitude));
    const CborError error = head(kTag, negative ? kNegativeBigInt : kPositiveBigInt);
    return error == CborError::kNone ? string(kBytes, magnitude) : error;
  }

  CborError float64(double value) {
    uint64_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    uint8_t bytes[9] = {kFloat64};
    for (int i = 0; i < 8; i++) bytes[8 - i] = static_cast<uint8_t>(bits >> (8 * i));
    return put(bytes, sizeof bytes);
  }

  CborError string(Major major, std::string_view data) {
    const CborError error = head(major, data.size());
    return error == CborError::kNone ? put(data.data(), data.size()) : error;
  }

  CborError list(const Value::List& list, int depth) {
    if (depth >= Value::kMaxDepth) return CborError::kTooDeep;
    CborError error = head(kArray, list.size());
    for (size_t i = 0; error == CborError::kNone && i < list.size(); i++) error = value(list[i], depth + 1);
    return error;
  }

  CborError map(const Value::Map& map, int depth) {
    if (depth >= Value::kMaxDepth) return CborError::kTooDeep;
    if (has_duplicates(map)) return CborError::kDuplicateKey;
    CborError error = head(kMap, map.size());
    for (size_t i = 0; error == CborError::kNone && i < map.size(); i++) {
      error = text(map[i].first);
      if (error == CborError::kNone) error = value(map[i].second, depth + 1);
    }
    return error;
  }

  const uint64_t max_bytes_;
  std::vector<uint8_t>& out_;
};

}  // namespace

std::string_view describe(CborError error) {
  switch (error) {
    case CborError::kNone: return "in order";
    case CborError::kMalformed: return "malformed";
    case CborError::kTooDeep: return "nested deeper than 100";
    case CborError::kTooLarge: return "too large";
    case CborError::kTooMany: return "made of more than 1048576 values";
    case CborError::kNotUtf8: return "text that is not valid UTF-8";
    case CborError::kDuplicateKey: return "a map with the same key twice";
  }
  return "";
}

CborError encode_cbor(const Value& value, uint64_t max_bytes, std::vector<uint8_t>* out) {
  const size_t before = out->size();
  const CborError error = Writer(max_bytes, out).value(value, 0);
  if (error != CborError::kNone) out->resize(before);
  return error;
}

CborError encode_cbor_text(std::string_view text, uint64_t max_bytes, std::vector<uint8_t>* out) {
  const size_t before = out->size();
  const CborError error = Writer(max_bytes, out).text(text);
  if (error != CborError::kNone) out->resize(before);
  return error;
}

CborError CborReader::next(Value* value, int levels) {
  if (items_left_ == 0) return CborError::kTooMany;
  items_left_--;
  return item(-levels, value);
}

CborError CborReader::head(Head* head) {
  if (rest_.empty()) return CborError::kMalformed;
  const uint8_t first = rest_[0];
  const uint8_t low = first & 31;
  head->major = first >> 5;
  head->argument = low;
  rest_ = rest_.subspan(1);
  if (low < 24) return CborError::kNone;
  if (low > 27) return CborError::kMalformed;  // reserved, or of indefinite length
  const size_t size = size_t{1} << (low - 24);
  if (rest_.size() < size) return CborError::kMalformed;
  uint64_t argument = 0;
  for (size_t i = 0; i < size; i++) argument = argument << 8 | rest_[i];
  rest_ = rest_.subspan(size);
  head->argument = argument;
  const bool is_shortest = size == 1 ? argument >= 24 : argument >> (4 * size) != 0;
  return is_shortest ? CborError::kNone : CborError::kMalformed;
}

CborError CborReader::item(int depth, Value* value) {
  if (rest_.empty()) return CborError::kMalformed;
  const uint8_t first = rest_[0];
  if (first >> 5 == kSimple) return simple(first, value);
  Head at;
  if (const CborError error = head(&at); error != CborError::kNone) return error;
  switch (at.major) {
    case kUnsigned: *value = Value(at.argument); return CborError::kNone;
    case kNegative:
      if (at.argument <= static_cast<uint64_t>(INT64_MAX)) {
        *value = Value(static_cast<int64_t>(~at.argument));
      } else {
        const Value positive(at.argument);
        *value = Value(BigInt{true, plus_one(positive.as_big_int()->magnitude)});
      }
      return CborError::kNone;
    case kBytes: {
      Bytes data;
      const CborError error = bytes(at.argument, &data.data);
      if (error == CborError::kNone) *value = Value(std::move(data));
      return error;
    }
    case kText: {
      std::string data;
      const CborError error = text(at.argument, &data);
      if (error == CborError::kNone) *value = Value(std::move(data));
      return error;
    }
    case kArray: return list(at.argument, depth, value);
    case kMap: return map(at.argument, depth, value);
    default: break;
  }
  if (at.argument != kPositiveBigInt && at.argument != kNegativeBigInt) return CborError::kMalformed;
  return big_int(at.argument == kNegativeBigInt, value);
}

CborError CborReader::simple(uint8_t first, Value* value) {
  rest_ = rest_.subspan(1);
  switch (first) {
    case kNull: *value = Value(); return CborError::kNone;
    case kFalse: *value = Value(false); return CborError::kNone;
    case kTrue: *value = Value(true); return CborError::kNone;
    case kFloat64: break;
    default: return CborError::kMalformed;
  }
  if (rest_.size() < 8) return CborError::kMalformed;
  uint64_t bits = 0;
  for (size_t i = 0; i < 8; i++) bits = bits << 8 | rest_[i];
  rest_ = rest_.subspan(8);
  double number;
  std::memcpy(&number, &bits, sizeof number);
  *value = Value(number);
  return CborError::kNone;
}

CborError CborReader::bytes(uint64_t length, std::string* bytes) {
  if (length > rest_.size()) return CborError::kMalformed;
  bytes->assign(reinterpret_cast<const char*>(rest_.data()), length);
  rest_ = rest_.subspan(length);
  return CborError::kNone;
}

CborError CborReader::text(uint64_t length, std::string* text) {
  const CborError error = bytes(length, text);
  if (error != CborError::kNone) return error;
  return is_valid_utf8(*text) ? CborError::kNone : CborError::kNotUtf8;
}

CborError CborReader::big_int(bool negative, Value* value) {
  Head at;
  if (const CborError error = head(&at); error != CborError::kNone) return error;
  if (at.major != kBytes || at.argument <= 8) return CborError::kMalformed;
  BigInt big{negative, ""};
  if (const CborError error = bytes(at.argument, &big.magnitude); error != CborError::kNone) return error;
  if (big.magnitude[0] == 0) return CborError::kMalformed;
  if (negative) big.magnitude = plus_one(std::move(big.magnitude));
  *value = Value(std::move(big));
  return CborError::kNone;
}

// An item takes a byte at least, so that what is reserved is bounded by what has arrived; and what a list claims is
// charged before it is read, so that lists in lists cannot each claim all of it.
CborError CborReader::list(uint64_t count, int depth, Value* value) {
  if (depth >= Value::kMaxDepth) return CborError::kTooDeep;
  if (count > rest_.size()) return CborError::kMalformed;
  if (count > items_left_) return CborError::kTooMany;
  items_left_ -= count;
  Value::List list;
  list.reserve(count);
  for (uint64_t i = 0; i < count; i++) {
    if (const CborError error = item(depth + 1, &list.emplace_back()); error != CborError::kNone) return error;
  }
  *value = Value(std::move(list));
  return CborError::kNone;
}

CborError CborReader::map(uint64_t count, int depth, Value* value) {
  if (depth >= Value::kMaxDepth) return CborError::kTooDeep;
  if (count > rest_.size() / 2) return CborError::kMalformed;
  if (count > items_left_) return CborError::kTooMany;
  items_left_ -= count;
  Value::Map map;
  map.reserve(count);
  for (uint64_t i = 0; i < count; i++) {
    auto& [key, entry] = map.emplace_back();
    Head at;
    if (const CborError error = head(&at); error != CborError::kNone) return error;
    if (at.major != kText) return CborError::kMalformed;
    if (const CborError error = text(at.argument, &key); error != CborError::kNone) return error;
    if (const CborError error = item(depth + 1, &entry); error != CborError::kNone) return error;
  }
  if (has_duplicates(map)) return CborError::kDuplicateKey;
  *value = Value(std::move(map));
  return CborError::kNone;
}

}  // namespace belljar
