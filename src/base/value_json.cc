#include "base/value_json.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/json.h"
#include "base/utf8.h"

namespace belljar {
namespace {

/// 2 ** 1024 is where doubles end, and with them what the parser takes for a number.
constexpr size_t kMaxMagnitude = 128;

constexpr uint64_t kDigits = 1'000'000'000;  // nine at a time

Error invalid(std::string message) { return {ErrorCode::kInvalidArgument, std::move(message), ""}; }

bool has_key_twice(const Value::Map& map) {
  std::vector<std::string_view> keys;
  keys.reserve(map.size());
  for (const auto& [key, value] : map) keys.push_back(key);
  std::sort(keys.begin(), keys.end());
  return std::adjacent_find(keys.begin(), keys.end()) != keys.end();
}

// An integer literal that does not fit 64 bits.
BigInt big_int(std::string_view literal) {
  BigInt big;
  big.negative = literal.starts_with('-');
  if (big.negative) literal.remove_prefix(1);
  std::vector<uint8_t> bytes;  // little-endian
  for (const char digit : literal) {
    uint32_t carry = static_cast<uint32_t>(digit - '0');
    for (uint8_t& byte : bytes) {
      carry += byte * 10u;
      byte = static_cast<uint8_t>(carry);
      carry >>= 8;
    }
    if (carry != 0) bytes.push_back(static_cast<uint8_t>(carry));
  }
  big.magnitude.assign(bytes.rbegin(), bytes.rend());
  return big;
}

std::string decimal(const BigInt& big) {
  std::vector<uint64_t> groups;  // of nine digits, little-endian
  for (const char byte : big.magnitude) {
    uint64_t carry = static_cast<unsigned char>(byte);
    for (uint64_t& group : groups) {
      carry += group << 8;
      group = carry % kDigits;
      carry /= kDigits;
    }
    if (carry != 0) groups.push_back(carry);
  }
  if (groups.empty()) return "0";
  std::string text = big.negative ? "-" : "";
  text += std::to_string(groups.back());
  for (auto group = groups.rbegin() + 1; group != groups.rend(); ++group) {
    text += std::to_string(*group + kDigits).substr(1);
  }
  return text;
}

class Builder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return add(Value()); }
  bool boolean(bool value) override { return add(Value(value)); }
  bool number_integer(number_integer_t value) override { return add(Value(int64_t{value})); }
  bool number_unsigned(number_unsigned_t value) override {
    if (value <= INT64_MAX) return add(Value(static_cast<int64_t>(value)));
    return add(Value(big_int(std::to_string(value))));
  }
  bool number_float(number_float_t value, const string_t& literal) override {
    const bool is_integer = literal.find_first_of(".eE") == std::string::npos;
    return add(is_integer ? Value(big_int(literal)) : Value(value));
  }
  bool string(string_t& text) override { return add(Value(std::move(text))); }
  bool binary(binary_t&) override { return false; }
  bool key(string_t& text) override {
    open_.back().key = std::move(text);
    return true;
  }
  bool start_object(size_t) override { return open(false); }
  bool start_array(size_t) override { return open(true); }
  bool end_object() override {
    if (has_key_twice(open_.back().map)) return fail("an object has the same key twice");
    Value::Map map = std::move(open_.back().map);
    open_.pop_back();
    return add(Value(std::move(map)));
  }
  bool end_array() override {
    Value::List list = std::move(open_.back().list);
    open_.pop_back();
    return add(Value(std::move(list)));
  }
  bool parse_error(size_t, const std::string&, const nlohmann::detail::exception& error) override {
    const std::string_view what = error.what();  // "[json.exception...] parse error at line 1, column 2: ..."
    return fail("not JSON: " + std::string(what.substr(std::min(what.find("] ") + 2, what.size()))));
  }

  Value root;
  std::string problem;

 private:
  struct Open {
    bool is_list;
    Value::List list;
    Value::Map map;
    std::string key;
  };

  bool fail(std::string why) {
    problem = std::move(why);
    return false;
  }

  bool open(bool is_list) {
    if (open_.size() == Value::kMaxDepth) {
      return fail("the JSON is nested deeper than " + std::to_string(Value::kMaxDepth));
    }
    open_.push_back({is_list, {}, {}, {}});
    return true;
  }

  bool add(Value value) {
    if (open_.empty()) {
      root = std::move(value);
    } else if (open_.back().is_list) {
      open_.back().list.push_back(std::move(value));
    } else {
      open_.back().map.emplace_back(std::move(open_.back().key), std::move(value));
    }
    return true;
  }

  std::vector<Open> open_;
};

Status write(const Value& value, int depth, std::string* out);

Status write_text(std::string_view text, std::string* out) {
  if (!is_valid_utf8(text)) return invalid("a string is not valid UTF-8");
  *out += quote_json(text);
  return Ok{};
}

Status write_list(const Value::List& list, int depth, std::string* out) {
  *out += '[';
  for (size_t i = 0; i < list.size(); i++) {
    if (i > 0) *out += ", ";
    BELLJAR_TRY(write(list[i], depth, out));
  }
  *out += ']';
  return Ok{};
}

Status write_map(const Value::Map& map, int depth, std::string* out) {
  if (has_key_twice(map)) return invalid("a map has the same key twice");
  *out += '{';
  for (size_t i = 0; i < map.size(); i++) {
    if (i > 0) *out += ", ";
    BELLJAR_TRY(write_text(map[i].first, out));
    *out += ": ";
    BELLJAR_TRY(write(map[i].second, depth, out));
  }
  *out += '}';
  return Ok{};
}

Status write(const Value& value, int depth, std::string* out) {
  const bool nests = value.as_list() || value.as_map();
  if (nests && ++depth > Value::kMaxDepth) {
    return invalid("the value is nested deeper than " + std::to_string(Value::kMaxDepth));
  }
  switch (value.type()) {
    case Value::Type::kNull: *out += "null"; return Ok{};
    case Value::Type::kBool: *out += *value.as_bool() ? "true" : "false"; return Ok{};
    case Value::Type::kInt: *out += std::to_string(*value.as_int()); return Ok{};
    case Value::Type::kBigInt:
      if (value.as_big_int()->magnitude.size() > kMaxMagnitude) return invalid("an integer is too large for JSON");
      *out += decimal(*value.as_big_int());
      return Ok{};
    case Value::Type::kFloat:
      if (!std::isfinite(*value.as_float())) return invalid("JSON has no NaN and no infinities");
      *out += nlohmann::json(*value.as_float()).dump();
      return Ok{};
    case Value::Type::kString: return write_text(*value.as_string(), out);
    case Value::Type::kBytes: return invalid("JSON has no bytes");
    case Value::Type::kList: return write_list(*value.as_list(), depth, out);
    case Value::Type::kMap: return write_map(*value.as_map(), depth, out);
  }
  return invalid("the value is of no known type");
}

}  // namespace

Result<Value> value_from_json(std::string_view text) {
  // The parser takes a NUL for the end of the text, and skips a byte order mark.
  if (text.find('\0') != std::string_view::npos || text.starts_with("\xEF\xBB\xBF")) {
    return invalid("not JSON: a NUL byte or a byte order mark");
  }
  Builder builder;
  if (!nlohmann::json::sax_parse(text, &builder)) return invalid(std::move(builder.problem));
  return std::move(builder.root);
}

Result<std::string> value_to_json(const Value& value) {
  std::string text;
  BELLJAR_TRY(write(value, 0, &text));
  return text;
}

}  // namespace belljar
