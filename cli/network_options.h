// The options about the network, the same for every command that opens a sandbox.
#ifndef BELLJAR_CLI_NETWORK_OPTIONS_H_
#define BELLJAR_CLI_NETWORK_OPTIONS_H_

#include <CLI/CLI.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "belljar/grants.h"
#include "belljar/result.h"

namespace belljar::cli {

struct NetworkOptions {
  std::vector<std::string> allow, secrets;
  std::string ca_file, proxy;

  void add_to(CLI::App& command);

  /// Adds rules and secrets to those of `network`, and replaces the rest. An Error names the option that makes no sense.
  Status apply_to(Network* network) const;
};

/// "NAME=SOURCE@HOST[,HOST...][:header=HEADER[,HEADER...]]"; SOURCE is read (policy_source.h).
Result<Secret> parse_secret_option(std::string_view text);

}  // namespace belljar::cli

#endif  // BELLJAR_CLI_NETWORK_OPTIONS_H_
