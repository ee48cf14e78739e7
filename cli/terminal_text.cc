#include "terminal_text.h"

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <optional>
#include <utility>

namespace belljar::cli {
namespace {

struct Range {
  uint32_t first, last;
};

// Unicode's control and format characters (Cc, Cf), the separators of lines and paragraphs, the fillers that show
// nothing, and the variation selectors beyond the usual sixteen, which carry hidden text. In order.
constexpr Range kHidden[] = {
    {0x0000, 0x0008}, {0x000B, 0x001F}, {0x007F, 0x009F}, {0x00AD, 0x00AD}, {0x034F, 0x034F}, {0x0600, 0x0605},
    {0x061C, 0x061C}, {0x06DD, 0x06DD}, {0x070F, 0x070F}, {0x0890, 0x0891}, {0x08E2, 0x08E2}, {0x115F, 0x1160},
    {0x17B4, 0x17B5}, {0x180B, 0x180F}, {0x200B, 0x200F}, {0x2028, 0x202E}, {0x2060, 0x206F}, {0x3164, 0x3164},
    {0xFEFF, 0xFEFF}, {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFB}, {0x110BD, 0x110BD}, {0x110CD, 0x110CD},
    {0x13430, 0x1343F}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
};

bool is_hidden(uint32_t code) {
  const Range* after = std::upper_bound(std::begin(kHidden), std::end(kHidden), code,
                                        [](uint32_t c, const Range& range) { return c < range.first; });
  return after != std::begin(kHidden) && code <= after[-1].last;
}

struct Decoded {
  size_t length;                 ///< bytes; of what is no character, those that can never become one
  std::optional<uint32_t> code;  ///< nothing: these bytes are no UTF-8
};

size_t expected_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

// The second byte excludes overlong forms, surrogates and what lies beyond U+10FFFF.
bool may_follow(unsigned char lead, size_t index, unsigned char byte) {
  if ((byte & 0xC0) != 0x80) return false;
  if (index > 1) return true;
  switch (lead) {
    case 0xE0: return byte >= 0xA0;
    case 0xED: return byte <= 0x9F;
    case 0xF0: return byte >= 0x90;
    case 0xF4: return byte <= 0x8F;
  }
  return true;
}

// The character at the start of `bytes`; nothing when more bytes could still complete it.
std::optional<Decoded> decode(std::string_view bytes) {
  const auto lead = static_cast<unsigned char>(bytes[0]);
  const size_t length = expected_length(lead);
  if (length == 0) return Decoded{1, std::nullopt};
  uint32_t code = length == 1 ? lead : lead & (0x7F >> length);
  for (size_t i = 1; i < length; i++) {
    if (i == bytes.size()) return std::nullopt;
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if (!may_follow(lead, i, byte)) return Decoded{i, std::nullopt};
    code = code << 6 | (byte & 0x3F);
  }
  return Decoded{length, code};
}

}  // namespace

TerminalText::TerminalText(std::string mark_begin, std::string mark_end)
    : mark_begin_(std::move(mark_begin)), mark_end_(std::move(mark_end)) {}

std::string TerminalText::feed(std::string_view bytes) {
  std::string joined;
  if (!pending_.empty()) {
    joined = std::exchange(pending_, "");
    joined += bytes;
    bytes = joined;
  }
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::optional<Decoded> next = decode(bytes);
    if (!next || bytes == "\r") {
      pending_ = bytes;
      break;
    }
    const std::string_view character = bytes.substr(0, next->length);
    bytes.remove_prefix(next->length);
    if (!next->code) {
      put_bytes(character, &out);
    } else if (character != "\r" || bytes[0] != '\n') {
      put_character(character, *next->code, &out);
    }
  }
  return out;
}

std::string TerminalText::finish() {
  std::string out;
  put_bytes(std::exchange(pending_, ""), &out);
  return out;
}

uint64_t TerminalText::take_escaped() { return std::exchange(escaped_, 0); }

void TerminalText::put_character(std::string_view utf8, uint32_t code, std::string* out) {
  if (is_hidden(code)) {
    put_escape(code, out);
  } else {
    *out += utf8;
    at_line_start_ = code == '\n';
  }
}

void TerminalText::put_bytes(std::string_view bytes, std::string* out) {
  for (const char byte : bytes) put_escape(static_cast<unsigned char>(byte), out);
}

void TerminalText::put_escape(uint32_t code, std::string* out) {
  char text[16];
  std::snprintf(text, sizeof text, code < 0x100 ? "\\x%02x" : code < 0x10000 ? "\\u%04x" : "\\U%08x", code);
  *out += mark_begin_ + text + mark_end_;
  escaped_++;
  at_line_start_ = false;
}

std::string terminal_text(std::string_view text) {
  TerminalText filter;
  std::string out = filter.feed(text);
  return out + filter.finish();
}

std::string without_hidden(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const Decoded next = decode(text).value_or(Decoded{1, std::nullopt});
    if (next.code && !is_hidden(*next.code)) out += text.substr(0, next.length);
    text.remove_prefix(next.length);
  }
  return out;
}

}  // namespace belljar::cli
