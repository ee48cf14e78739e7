// What a command line asks to run: a file, text, standard input, or cells.
#ifndef BELLJAR_CLI_PROGRAM_H_
#define BELLJAR_CLI_PROGRAM_H_

#include <CLI/CLI.hpp>

#include <optional>
#include <string>
#include <vector>

#include "belljar/policy.h"
#include "belljar/session.h"
#include "base/unique_fd.h"

namespace belljar::cli {

struct Program {
  std::vector<std::string> cells;
  RunOptions options;
  std::string argv0;
  bool reads_stdin = true;
};

/// The options that name it, and what feeds it.
struct ProgramOptions {
  std::string file;
  std::optional<std::string> code;
  std::vector<std::string> cells;
  std::vector<std::string> arguments;  ///< what followed `--`
  std::string stdin_file;

  void add_to(CLI::App& command);

  /// Reads it. A file is put into the policy's workspace, under its name; the policy's arguments are set.
  Result<Program> load(Policy* policy) const;

  /// Opens what the program reads as standard input, and gives it to `program`. The result owns the descriptor.
  Result<UniqueFd> open_stdin(Program* program) const;
};

}  // namespace belljar::cli

#endif  // BELLJAR_CLI_PROGRAM_H_
