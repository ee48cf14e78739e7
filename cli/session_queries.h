// What the prompt asks the live session, through guest/lib/_belljar_prompt.py. The answers are the guest's: checked
// here, never believed.
#ifndef BELLJAR_CLI_SESSION_QUERIES_H_
#define BELLJAR_CLI_SESSION_QUERIES_H_

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "belljar/session.h"

namespace belljar::cli {

/// A query runs as a cell that prints nothing, binds nothing and is over in time, whatever the program does to it:
/// after 0.3 s for complete(), else after about a second. One that has no good answer is as if it had not been asked.
class SessionQueries {
 public:
  explicit SessionQueries(Session& session) : session_(session) {}

  enum class CellState {
    kFinished,
    kOpen,   ///< inside brackets, a string or a statement
    kBlock,  ///< an empty line, or one at the left edge, ends it
  };
  struct Progress {
    CellState state = CellState::kFinished;
    std::string indentation;  ///< of the next line: blanks
  };
  /// What cannot be told is finished: running it shows what is wrong.
  Progress progress(std::string_view source);

  struct Completion {
    std::string replaced;  ///< the end of the text before the cursor
    std::vector<std::string> candidates;  ///< in order, safe to show, not longer than a line
  };
  Completion complete(std::string_view before_cursor);

  /// Signature, kind and docstring. Nothing when there is nothing of that name.
  std::optional<std::string> describe(std::string_view name);

 private:
  std::optional<std::vector<std::string>> ask(const char* function, std::string_view argument,
                                              std::chrono::milliseconds time);

  Session& session_;
};

}  // namespace belljar::cli

#endif  // BELLJAR_CLI_SESSION_QUERIES_H_
