// `belljar run`: one program, or several cells, in a fresh sandbox.
#ifndef BELLJAR_CLI_RUN_H_
#define BELLJAR_CLI_RUN_H_

#include <CLI/CLI.hpp>

#include <optional>
#include <string>
#include <vector>

#include "limits_options.h"

namespace belljar::cli {

struct RunCommand {
  std::string file;
  std::optional<std::string> code;
  std::vector<std::string> cells;
  std::vector<std::string> arguments;  ///< what followed `--`
  bool json = false;
  bool raw = false;
  LimitsOptions limits;
  std::string stdin_file;
  std::vector<std::string> not_built_yet[4];  ///< values of --mount, --allow-net, --image, --secret

  /// Adds the subcommand and its options to `app`.
  CLI::App* add_to(CLI::App& app);

  /// Returns the process's exit code.
  int execute();

 private:
  CLI::App* command_ = nullptr;
};

}  // namespace belljar::cli

#endif  // BELLJAR_CLI_RUN_H_
