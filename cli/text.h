// White space around what a person types.
#ifndef BELLJAR_CLI_TEXT_H_
#define BELLJAR_CLI_TEXT_H_

#include <string_view>

namespace belljar::cli {

inline constexpr std::string_view kWhiteSpace = " \t\r\n\f";

/// A part of `text`, even when nothing is left.
inline std::string_view trim(std::string_view text) {
  const size_t first = text.find_first_not_of(kWhiteSpace);
  if (first == std::string_view::npos) return text.substr(text.size());
  return text.substr(first, text.find_last_not_of(kWhiteSpace) - first + 1);
}

inline bool is_blank(std::string_view text) { return trim(text).empty(); }

}  // namespace belljar::cli

#endif  // BELLJAR_CLI_TEXT_H_
