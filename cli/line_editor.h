// Reads cells from a terminal: editing over several lines, history, completion, colours.
#ifndef BELLJAR_CLI_LINE_EDITOR_H_
#define BELLJAR_CLI_LINE_EDITOR_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "belljar/result.h"
#include "typed_cell.h"

namespace belljar::cli {

/// What the editor asks while a cell is typed. Text is UTF-8.
struct LineCallbacks {
  struct Completion {
    size_t start = 0;  ///< what lies from here to the cursor is replaced
    std::vector<std::string> candidates;
  };
  /// `cursor` is an offset into `text`.
  std::function<Completion(std::string_view text, size_t cursor)> complete;

  /// Enter: nothing when the text is finished, else what to insert.
  std::function<std::optional<std::string>(std::string_view text)> enter;

  /// The text as it is shown: of the same width.
  std::function<std::string(std::string_view text)> display;
};

class LineEditor {
 public:
  /// Standard input and output are a terminal that can move its cursor.
  static Result<std::unique_ptr<LineEditor>> open(LineCallbacks callbacks, bool coloured_prompt);
  ~LineEditor();
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;

  Result<TypedCell> read(std::string_view prompt);

  /// For the arrow keys and Ctrl-R.
  void remember(std::string_view text);

  /// A file that is not there is an empty history.
  Status load_history(const std::string& path);

  /// Adds to the file what was remembered since, beside what other processes have added. Its mode is 0600.
  Status append_history(const std::string& path);

 private:
  struct Impl;
  explicit LineEditor(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace belljar::cli

#endif  // BELLJAR_CLI_LINE_EDITOR_H_
