#include "python_colours.h"

#include <algorithm>
#include <iterator>

namespace belljar::cli {
namespace {

enum class Kind { kPlain, kKeyword, kConstant, kString, kNumber, kComment, kDecorator };

const char* sgr(Kind kind) {
  switch (kind) {
    case Kind::kKeyword: return "\x1b[1;34m";
    case Kind::kConstant: return "\x1b[36m";
    case Kind::kString: return "\x1b[32m";
    case Kind::kNumber: return "\x1b[33m";
    case Kind::kComment: return "\x1b[31m";
    case Kind::kDecorator: return "\x1b[35m";
    case Kind::kPlain: break;
  }
  return "";
}

// Sorted.
constexpr std::string_view kKeywords[] = {
    "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else",
    "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "match", "nonlocal",
    "not", "or", "pass", "raise", "return", "try", "type", "while", "with", "yield"};
constexpr std::string_view kConstants[] = {"False", "None", "True"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Beyond ASCII everything counts as a letter: what is no identifier is an error that Python reports.
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || is_digit(c) ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool is_string_prefix(std::string_view word) {
  return word.size() <= 2 && word.find_first_not_of("bBfFrRtTuU") == std::string_view::npos;
}

// Length of the string literal at the start of `text`, which begins with a quote.
size_t string_length(std::string_view text) {
  const std::string_view quote = text.substr(0, text.substr(0, 3) == std::string(3, text[0]) ? 3 : 1);
  for (size_t i = quote.size(); i < text.size(); i++) {
    if (text[i] == '\\') {
      i++;
    } else if (text.substr(i, quote.size()) == quote) {
      return i + quote.size();
    } else if (text[i] == '\n' && quote.size() == 1) {
      return i;
    }
  }
  return text.size();
}

size_t word_length(std::string_view text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_word);
  return static_cast<size_t>(end - text.begin());
}

// 1_000, 0x1F, 1.5e-3, 2j: close enough that what is coloured is what Python reads.
size_t number_length(std::string_view text) {
  const bool is_hexadecimal = text.size() > 1 && (text[1] == 'x' || text[1] == 'X');
  size_t i = 1;
  for (; i < text.size(); i++) {
    const bool is_exponents_sign =
        (text[i] == '+' || text[i] == '-') && (text[i - 1] == 'e' || text[i - 1] == 'E') && !is_hexadecimal;
    if (!is_word(text[i]) && text[i] != '.' && !is_exponents_sign) break;
  }
  return i;
}

struct Token {
  Kind kind;
  size_t length;
};

Token word_at(std::string_view text) {
  const size_t length = word_length(text);
  const std::string_view word = text.substr(0, length);
  if (length < text.size() && (text[length] == '"' || text[length] == '\'') && is_string_prefix(word)) {
    return {Kind::kString, length + string_length(text.substr(length))};
  }
  if (std::binary_search(std::begin(kKeywords), std::end(kKeywords), word)) return {Kind::kKeyword, length};
  if (std::binary_search(std::begin(kConstants), std::end(kConstants), word)) return {Kind::kConstant, length};
  return {Kind::kPlain, length};
}

Token token_at(std::string_view text, bool is_first_of_line, char before) {
  const char c = text[0];
  if (c == '#') return {Kind::kComment, std::min(text.find('\n'), text.size())};
  if (c == '"' || c == '\'') return {Kind::kString, string_length(text)};
  if (c == '@' && is_first_of_line) {
    const auto end = std::find_if_not(text.begin() + 1, text.end(), [](char d) { return is_word(d) || d == '.'; });
    return {Kind::kDecorator, static_cast<size_t>(end - text.begin())};
  }
  if (is_digit(c)) return {Kind::kNumber, number_length(text)};
  if (is_word(c) && before == '.') return {Kind::kPlain, word_length(text)};  // x.match is an attribute
  if (is_word(c)) return word_at(text);
  return {Kind::kPlain, 1};
}

}  // namespace

std::string colour_python(std::string_view source) {
  std::string out;
  bool is_first_of_line = true;
  char before = '\n';
  while (!source.empty()) {
    const Token token = token_at(source, is_first_of_line, before);
    const std::string_view text = source.substr(0, token.length);
    source.remove_prefix(token.length);
    before = text.back();
    is_first_of_line = before == '\n' || (is_first_of_line && (before == ' ' || before == '\t'));
    if (token.kind == Kind::kPlain) {
      out += text;
    } else {
      (out += sgr(token.kind)).append(text).append("\x1b[0m");
    }
  }
  return out;
}

}  // namespace belljar::cli
