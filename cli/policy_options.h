// The options that say what a sandbox may use, the same for every command that opens one.
#ifndef BELLJAR_CLI_POLICY_OPTIONS_H_
#define BELLJAR_CLI_POLICY_OPTIONS_H_

#include <CLI/CLI.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "belljar/policy.h"
#include "belljar/result.h"
#include "belljar/runtime.h"
#include "network_options.h"

namespace belljar::cli {

struct PolicyOptions {
  std::string policy_file, image;
  std::optional<std::string> memory, cpu, wall, output, files;
  std::vector<std::string> environment, mounts;
  NetworkOptions network;
  std::string audit_file;

  /// `unit` is what the limits are for: "run or cell". `output_name` names the limit on output.
  void add_to(CLI::App& command, const std::string& unit, const std::string& output_name = "--output");

  /// The policy file, if there is one, with these options over it and the defaults of the rest; its audit log is open.
  /// An Error names the option that makes no sense.
  Result<PolicyFile> load() const;
};

/// A session under this policy, on the image that it names; a snapshot may stand in an image's place. `key` may be null.
Result<std::unique_ptr<Session>> open_session(Runtime& runtime, const PolicyFile& file, const SnapshotKey* key = nullptr);

}  // namespace belljar::cli

#endif  // BELLJAR_CLI_POLICY_OPTIONS_H_
