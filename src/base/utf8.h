// UTF-8: what the guest sends is checked before anybody reads it as text.
#ifndef BELLJAR_BASE_UTF8_H_
#define BELLJAR_BASE_UTF8_H_

#include <string>
#include <string_view>

namespace belljar {

/// Length of the longest valid prefix: well-formed sequences only, no surrogates, nothing above U+10FFFF.
size_t valid_utf8_prefix(std::string_view bytes);

inline bool is_valid_utf8(std::string_view bytes) { return valid_utf8_prefix(bytes) == bytes.size(); }

/// The bytes with each maximal ill-formed part replaced by U+FFFD (the Unicode standard's recommendation, and what
/// CPython's errors="replace" does).
std::string to_valid_utf8(std::string bytes);

}  // namespace belljar

#endif  // BELLJAR_BASE_UTF8_H_
