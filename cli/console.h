// Standard output and standard error of the command: what the program writes, and belljar's own words.
#ifndef BELLJAR_CLI_CONSOLE_H_
#define BELLJAR_CLI_CONSOLE_H_

#include <optional>
#include <string>
#include <string_view>

#include "belljar/session.h"
#include "terminal_text.h"

namespace belljar::cli {

/// What `--raw` is said to do in every command that has it.
inline constexpr const char* kRawHelp = "Write to a terminal what the program writes, escape sequences included";

/// The terminal, if there is one, understands colours, and nobody has asked for none (NO_COLOR, TERM=dumb).
bool wants_colours(int fd);

/// What a guest wrote goes out byte for byte, unless it goes to a terminal: then as TerminalText, so that it cannot
/// steer it.
class Console {
 public:
  /// `raw`: byte for byte to a terminal too.
  explicit Console(bool raw);

  /// The program's output, and whatever else came from inside. Gives up when the run is being stopped, so that a
  /// reader that never reads does not keep it alive.
  void show(Stream stream, std::string_view bytes);

  /// belljar's own words on standard error, dim on a terminal. Nothing when there are none.
  void say(std::string_view words);

  /// belljar's own words on standard output, as they are.
  void print(std::string_view words) { write_all(out_.fd, words); }

  /// The cell is over: writes what was held back, and says it when something was written as an escape.
  void end_cell();

  /// Ends a line that the program left unfinished on the terminal.
  void start_line();

  /// errno of a write that failed; then nothing more is written.
  int error() const { return error_; }

 private:
  struct Channel {
    int fd;
    bool colours;
    std::optional<TerminalText> filter;  ///< when it goes to a terminal
  };

  Channel& channel(Stream stream) { return stream == Stream::kStdout ? out_ : err_; }
  static Channel make_channel(int fd, bool raw);
  void write_all(int fd, std::string_view bytes);

  Channel out_, err_;
  Channel* last_shown_ = nullptr;  ///< where the terminal's cursor was left by the program
  int error_ = 0;
};

}  // namespace belljar::cli

#endif  // BELLJAR_CLI_CONSOLE_H_
