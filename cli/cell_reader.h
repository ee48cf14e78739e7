// Reads cells line by line: from a pipe or a file, or from a terminal that cannot move its cursor.
#ifndef BELLJAR_CLI_CELL_READER_H_
#define BELLJAR_CLI_CELL_READER_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "belljar/result.h"
#include "session_queries.h"
#include "typed_cell.h"

namespace belljar::cli {

class CellReader {
 public:
  struct Callbacks {
    std::function<SessionQueries::CellState(std::string_view source)> state;
    std::function<bool()> was_interrupted;
    /// Before each line is read; `goes_on`: in the midst of a cell. Nobody is there to see a prompt when it is empty.
    std::function<void(bool goes_on)> prompt;
  };

  /// Reads `fd`, which is not closed.
  CellReader(int fd, Callbacks callbacks) : fd_(fd), callbacks_(std::move(callbacks)) {}

  /// The next cell, without a newline at its end. A block (`def`, `for`, ...) ends with the next line at the left edge
  /// that is no part of it, and at a prompt with an empty line, as at Python's own.
  Result<TypedCell> next();

 private:
  Result<TypedCell> next_line(bool goes_on);
  bool is_interrupted_before_input();

  int fd_;
  Callbacks callbacks_;
  std::string buffer_;
  bool at_end_ = false;
  std::optional<std::string> ahead_;  ///< the line that ended the last cell
};

}  // namespace belljar::cli

#endif  // BELLJAR_CLI_CELL_READER_H_
