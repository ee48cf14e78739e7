// The options that say what a sandbox may use, the same for every command that opens one.
#ifndef BELLJAR_CLI_LIMITS_OPTIONS_H_
#define BELLJAR_CLI_LIMITS_OPTIONS_H_

#include <CLI/CLI.hpp>

#include <optional>
#include <string>
#include <vector>

#include "belljar/policy.h"
#include "belljar/result.h"

namespace belljar::cli {

struct LimitsOptions {
  std::optional<std::string> memory, cpu, wall, output, files;
  std::vector<std::string> environment;

  /// `unit` is what the limits are for: "run or cell". `output_name` names the limit on output.
  void add_to(CLI::App& command, const std::string& unit, const std::string& output_name = "--output");

  /// A Policy with these limits and the defaults of the rest. An Error names the option that makes no sense.
  Result<Policy> make_policy() const;
};

}  // namespace belljar::cli

#endif  // BELLJAR_CLI_LIMITS_OPTIONS_H_
