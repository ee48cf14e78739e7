#include "belljar/value.h"

namespace belljar {

Value::Value(uint64_t value) {
  if (value <= static_cast<uint64_t>(INT64_MAX)) {
    data_ = static_cast<int64_t>(value);
    return;
  }
  BigInt big;
  for (int shift = 56; shift >= 0; shift -= 8) big.magnitude.push_back(static_cast<char>(value >> shift));
  data_ = std::move(big);
}

const Value* Value::find(std::string_view key) const {
  const Map* map = as_map();
  if (!map) return nullptr;
  for (const auto& [name, value] : *map) {
    if (name == key) return &value;
  }
  return nullptr;
}

}  // namespace belljar
