// The prompt's own commands, `:name ARGUMENT`, and its questions, `?name`.
#ifndef BELLJAR_CLI_REPL_COMMANDS_H_
#define BELLJAR_CLI_REPL_COMMANDS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "repl_session.h"
#include "report.h"

namespace belljar::cli {

/// What an input came to.
struct NextStep {
  bool leaves = false;      ///< the prompt ends
  int exit_code = kExitOk;  ///< of the prompt when it ends, else of the cell
};

/// Input that is no Python: it begins with a colon or a question mark, or is a name and a question mark.
bool is_command(std::string_view input);

/// The Python within a command (`:time CODE`), whose end decides where the input ends; nothing when there is none.
std::optional<std::string_view> code_of_command(std::string_view input);

/// Carries out input of which is_command() is true.
NextStep run_command(std::string_view input, ReplSession& session, Console& console);

/// Runs a cell; sys.exit() in it ends the prompt.
NextStep run_cell(std::string_view source, ReplSession& session, Console& console);

/// Names of commands that begin with `prefix`, colon included.
std::vector<std::string> commands_starting(std::string_view prefix);

}  // namespace belljar::cli

#endif  // BELLJAR_CLI_REPL_COMMANDS_H_
