// `belljar policy explain`: what a policy allows, in words.
#ifndef BELLJAR_CLI_POLICY_COMMAND_H_
#define BELLJAR_CLI_POLICY_COMMAND_H_

#include <CLI/CLI.hpp>

#include "policy_options.h"

namespace belljar::cli {

class PolicyCommand {
 public:
  CLI::App* add_to(CLI::App& app);
  int execute() const;

 private:
  PolicyOptions rights_;
  bool prompt_ = false;
};

}  // namespace belljar::cli

#endif  // BELLJAR_CLI_POLICY_COMMAND_H_
