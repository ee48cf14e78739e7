// `belljar repl`: an interactive prompt on a live sandbox.
#ifndef BELLJAR_CLI_REPL_H_
#define BELLJAR_CLI_REPL_H_

#include <CLI/CLI.hpp>

#include "policy_options.h"

namespace belljar::cli {

struct ReplCommand {
  bool raw = false;
  bool no_history = false;
  PolicyOptions rights;

  CLI::App* add_to(CLI::App& app);

  /// Returns the process's exit code.
  int execute() const;
};

}  // namespace belljar::cli

#endif  // BELLJAR_CLI_REPL_H_
