// For tests: values of every kind, made from a seed.
#ifndef BELLJAR_WIRE_RANDOM_VALUES_H_
#define BELLJAR_WIRE_RANDOM_VALUES_H_

#include <bit>
#include <cstdint>
#include <iterator>
#include <random>
#include <string>
#include <utility>

#include "belljar/value.h"

namespace belljar {

class RandomValues {
 public:
  explicit RandomValues(uint64_t seed) : random_(seed) {}

  uint64_t below(uint64_t n) { return random_() % n; }

  Value value(int depth = 0) {
    switch (below(depth < 6 ? 10 : 8)) {
      case 0: return nullptr;
      case 1: return below(2) == 0;
      case 2: return static_cast<int64_t>(random_()) >> below(64);
      case 3: return static_cast<int>(below(300));
      case 4: return BigInt{below(2) == 0, "\x01" + string(8 + below(20))};
      case 5: return std::bit_cast<double>(random_());
      case 6: return text();
      case 7: return Bytes{string(below(300))};
      case 8: {
        Value::List list;
        for (uint64_t n = below(6); n > 0; n--) list.push_back(value(depth + 1));
        return list;
      }
      default: {
        Value::Map map;
        for (uint64_t n = below(below(5) == 0 ? 40 : 6); n > 0; n--) map.emplace_back(std::to_string(n) + text(), value(depth + 1));
        return map;
      }
    }
  }

 private:
  std::string string(uint64_t length) {
    std::string bytes(length, 0);
    for (char& byte : bytes) byte = static_cast<char>(random_());
    return bytes;
  }
  std::string text() {
    static constexpr const char* kPieces[] = {"a", "\u00e9", "\u20ac", "\U0001F600", "__proto__", "\n", "\"", "\uFFFE"};
    std::string text;
    for (uint64_t n = below(8); n > 0; n--) text += kPieces[below(std::size(kPieces))];
    if (below(10) == 0) text.push_back('\0');
    return text;
  }

  std::mt19937_64 random_;
};

}  // namespace belljar

#endif  // BELLJAR_WIRE_RANDOM_VALUES_H_
