// `belljar audit verify`: whether an audit log is what was written.
#ifndef BELLJAR_CLI_AUDIT_COMMAND_H_
#define BELLJAR_CLI_AUDIT_COMMAND_H_

#include <CLI/CLI.hpp>

#include <string>

namespace belljar::cli {

class AuditCommand {
 public:
  CLI::App* add_to(CLI::App& app);
  int execute() const;

 private:
  std::string file_;
  std::string expected_;  // the last event's hash
  bool json_ = false;
};

}  // namespace belljar::cli

#endif  // BELLJAR_CLI_AUDIT_COMMAND_H_
