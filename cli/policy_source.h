// Policy files, as the command line reads them.
#ifndef BELLJAR_CLI_POLICY_SOURCE_H_
#define BELLJAR_CLI_POLICY_SOURCE_H_

#include <string>
#include <string_view>

#include "belljar/policy.h"
#include "belljar/result.h"

namespace belljar::cli {

/// The value behind "env:NAME" or "file:PATH" (without a newline at its end).
Result<std::string> read_secret(std::string_view source);

/// What is in it is relative to its folder. An Error names the file and the line.
Result<PolicyFile> read_policy_file(const std::string& path);

}  // namespace belljar::cli

#endif  // BELLJAR_CLI_POLICY_SOURCE_H_
