#include "tools/signature.h"

#include <algorithm>
#include <iterator>
#include <string>

namespace belljar {
namespace {

constexpr std::string_view kKeywords[] = {
    "False",  "None",   "True",  "and",   "as",       "assert", "async", "await",  "break",
    "class",  "continue", "def", "del",   "elif",     "else",   "except", "finally", "for",
    "from",   "global", "if",    "import", "in",      "is",     "lambda", "nonlocal", "not",
    "or",     "pass",   "raise", "return", "try",     "while",  "with",  "yield",  "__debug__"};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Position after the string literal that begins at `at`; npos when it does not end.
size_t after_string(std::string_view text, size_t at) {
  const char quote = text[at];
  const bool is_long = text.substr(at, 3) == std::string(3, quote);
  const std::string_view end = text.substr(at, is_long ? 3 : 1);
  for (at += end.size(); at < text.size(); at++) {
    if (text[at] == '\\') {
      at++;
    } else if (text.substr(at, end.size()) == end) {
      return at + end.size();
    }
  }
  return std::string_view::npos;
}

char closing(char open) { return open == '(' ? ')' : open == '[' ? ']' : '}'; }

/// Position after the brackets' end; npos when they do not pair up or hold a comment.
size_t after_brackets(std::string_view text, size_t at) {
  std::string open;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"' || c == '\'') {
      at = after_string(text, at);
      continue;
    }
    if (c == '#') return std::string_view::npos;
    if (c == '(' || c == '[' || c == '{') open.push_back(closing(c));
    if (c == ')' || c == ']' || c == '}') {
      if (open.empty() || open.back() != c) return std::string_view::npos;
      open.pop_back();
    }
    at++;
    if (open.empty()) return at;
  }
  return std::string_view::npos;
}

}  // namespace

bool is_tool_name(std::string_view name) {
  return !name.empty() && is_letter(name[0]) &&
         std::all_of(name.begin(), name.end(), [](char c) { return is_letter(c) || is_digit(c); }) &&
         std::find(std::begin(kKeywords), std::end(kKeywords), name) == std::end(kKeywords);
}

std::string_view check_signature(std::string_view signature) {
  if (signature.empty()) return "";
  if (signature[0] != '(') return "it does not begin with '('";
  if (signature.find_first_of(std::string_view("\n\r\f\0", 4)) != std::string_view::npos) return "it is not one line";
  size_t at = after_brackets(signature, 0);
  if (at == std::string_view::npos) return "its brackets and quotes do not pair up";
  at = signature.find_first_not_of(' ', at);
  if (at == std::string_view::npos) return "";
  if (signature.substr(at, 2) != "->") return "only '-> type' may follow its parameters";
  for (at += 2; at < signature.size();) {
    const char c = signature[at];
    if (c == ':' || c == '#' || c == ';') return "only '-> type' may follow its parameters";
    if (c == '"' || c == '\'') {
      at = after_string(signature, at);
    } else if (c == '(' || c == '[' || c == '{') {
      at = after_brackets(signature, at);
    } else if (c == ')' || c == ']' || c == '}') {
      at = std::string_view::npos;
    } else {
      at++;
    }
    if (at == std::string_view::npos) return "its brackets and quotes do not pair up";
  }
  return "";
}

}  // namespace belljar
