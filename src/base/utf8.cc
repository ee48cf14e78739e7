#include "base/utf8.h"

#include <cstdint>
#include <cstring>
#include <utility>

namespace belljar {
namespace {

struct Sequence {
  size_t length;  // bytes looked at: the whole sequence when valid, else its maximal ill-formed prefix
  bool valid;
};

// Table 3-7 of the Unicode standard: the first byte fixes the length and the range of the second one.
Sequence scan(std::string_view s) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(s[i]); };
  const uint8_t first = byte(0);
  if (first < 0x80) return {1, true};
  size_t length;
  uint8_t low = 0x80, high = 0xBF;
  if (first >= 0xC2 && first <= 0xDF) {
    length = 2;
  } else if (first >= 0xE0 && first <= 0xEF) {
    length = 3;
    if (first == 0xE0) low = 0xA0;
    if (first == 0xED) high = 0x9F;
  } else if (first >= 0xF0 && first <= 0xF4) {
    length = 4;
    if (first == 0xF0) low = 0x90;
    if (first == 0xF4) high = 0x8F;
  } else {
    return {1, false};
  }
  for (size_t i = 1; i < length; i++) {
    if (i >= s.size() || byte(i) < low || byte(i) > high) return {i, false};
    low = 0x80;
    high = 0xBF;
  }
  return {length, true};
}

size_t ascii_prefix(std::string_view s) {
  size_t i = 0;
  for (; i + 8 <= s.size(); i += 8) {
    uint64_t word;
    std::memcpy(&word, s.data() + i, 8);
    if (word & 0x8080808080808080u) break;
  }
  while (i < s.size() && static_cast<uint8_t>(s[i]) < 0x80) i++;
  return i;
}

}  // namespace

size_t valid_utf8_prefix(std::string_view bytes) {
  size_t at = 0;
  while (at < bytes.size()) {
    at += ascii_prefix(bytes.substr(at));
    if (at == bytes.size()) break;
    const Sequence sequence = scan(bytes.substr(at));
    if (!sequence.valid) break;
    at += sequence.length;
  }
  return at;
}

std::string to_valid_utf8(std::string bytes) {
  size_t at = valid_utf8_prefix(bytes);
  if (at == bytes.size()) return bytes;
  std::string out(bytes, 0, at);
  const std::string_view all = bytes;
  while (at < all.size()) {
    out += "\xEF\xBF\xBD";
    at += scan(all.substr(at)).length;
    const size_t run = valid_utf8_prefix(all.substr(at));
    out.append(all.substr(at, run));
    at += run;
  }
  return out;
}

}  // namespace belljar
