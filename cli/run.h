// `belljar run`, `belljar snapshot` and `belljar resume`: one program, or several cells, in a sandbox that is fresh or goes on
// from a snapshot, and may become one.
#ifndef BELLJAR_CLI_RUN_H_
#define BELLJAR_CLI_RUN_H_

#include <CLI/CLI.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "belljar/runtime.h"
#include "console.h"
#include "policy_options.h"
#include "program.h"
#include "report.h"

namespace belljar::cli {

class RunCommand {
 public:
  enum class Kind { kRun, kSnapshot, kResume };

  explicit RunCommand(Kind kind) : kind_(kind) {}

  /// Adds the subcommand and its options to `app`.
  CLI::App* add_to(CLI::App& app);

  void set_arguments(const std::vector<std::string>& arguments) { program_.arguments = arguments; }

  /// Returns the process's exit code.
  int execute();

 private:
  Result<std::unique_ptr<Session>> open(Runtime& runtime, const PolicyFile& rights, const SnapshotKey* key) const;
  Result<std::optional<FileReport>> report_files(Session& session, const Policy& policy) const;
  int run_cells(Session& session, const Policy& policy, const Program& program, const SnapshotKey* key, Console& console) const;

  const Kind kind_;
  bool json_ = false;
  bool raw_ = false;
  bool diff_ = false;
  PolicyOptions rights_;
  std::string snapshot_;  // the one to resume
  std::string output_;    // the one to write
  std::string key_file_;
  ProgramOptions program_;
};

}  // namespace belljar::cli

#endif  // BELLJAR_CLI_RUN_H_
