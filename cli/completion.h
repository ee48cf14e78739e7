// `belljar completion SHELL`: a script that completes belljar's commands and options, made from the same descriptions
// as --help, so that it cannot differ from them.
#ifndef BELLJAR_CLI_COMPLETION_H_
#define BELLJAR_CLI_COMPLETION_H_

#include <CLI/CLI.hpp>

#include <string>

namespace belljar::cli {

struct CompletionCommand {
  std::string shell;

  CLI::App* add_to(CLI::App& app);

  /// Prints the script for all of `app`. Returns the process's exit code.
  int execute(const CLI::App& app) const;
};

}  // namespace belljar::cli

#endif  // BELLJAR_CLI_COMPLETION_H_
