// Text that others made, for a terminal: what would move the cursor, colour, ring, hide or reorder shows as an escape.
#ifndef BELLJAR_CLI_TERMINAL_TEXT_H_
#define BELLJAR_CLI_TERMINAL_TEXT_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace belljar::cli {

/// A filter for one stream, fed with it piece by piece. What passes: newline, tab, and characters that show themselves.
/// Everything else comes out as \xNN, \uNNNN or \UNNNNNNNN, as Python would write it: control characters of 7 and 8
/// bits, bytes that are no UTF-8, invisible format characters, those that change the direction of text. CR LF is a
/// newline.
class TerminalText {
 public:
  /// `mark_begin` and `mark_end` go around each escape, to tell it from the same text written out.
  explicit TerminalText(std::string mark_begin = "", std::string mark_end = "");

  /// What can be shown of the stream so far. Keeps back what the next piece decides: a part of a character, or a CR.
  std::string feed(std::string_view bytes);

  /// The stream is over: what was kept back.
  std::string finish();

  /// Escapes written since the last call.
  uint64_t take_escaped();

  /// The last character shown was a newline, or there was none.
  bool is_at_line_start() const { return at_line_start_; }

 private:
  void put_character(std::string_view utf8, uint32_t code, std::string* out);
  void put_escape(uint32_t code, std::string* out);
  void put_bytes(std::string_view bytes, std::string* out);

  std::string mark_begin_, mark_end_;
  std::string pending_;
  uint64_t escaped_ = 0;
  bool at_line_start_ = true;
};

/// All of `text` at once, without marks.
std::string terminal_text(std::string_view text);

/// `text` without what TerminalText would write as an escape: for a place where nothing may change its width.
std::string without_hidden(std::string_view text);

}  // namespace belljar::cli

#endif  // BELLJAR_CLI_TERMINAL_TEXT_H_
