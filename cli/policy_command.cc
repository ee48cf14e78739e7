#include "policy_command.h"

#include <cstdio>
#include <memory>

#include "belljar/runtime.h"
#include "report.h"

namespace belljar::cli {

CLI::App* PolicyCommand::add_to(CLI::App& app) {
  CLI::App* command = app.add_subcommand("policy", "Say what a policy allows");
  command->require_subcommand(1);
  CLI::App* explain = command->add_subcommand("explain", "Say in words what the file and the options allow");
  explain->footer(
      "Checks the policy as `belljar run` does, folders and rules included, and says what it comes to.\n\n"
      "Examples:\n"
      "  belljar policy explain --policy agent.toml\n"
      "  belljar policy explain --policy agent.toml --prompt   for the instructions of a language model\n"
      "  belljar policy explain --mount data:/data --cpu 2\n\n"
      "Exit code: 0, or 2 when the policy is wrong.");
  rights_.add_to(*explain, "run or cell");
  explain->add_flag("--prompt", prompt_, "Write it for a language model that writes the code");
  return command;
}

int PolicyCommand::execute() const {
  const Result<PolicyFile> file = rights_.load();
  if (!file) return complain(file.error());
  const Result<std::shared_ptr<Runtime>> runtime = Runtime::create();
  if (!runtime) return complain(runtime.error());
  const Result<std::unique_ptr<Session>> session = open_session(**runtime, *file);
  if (!session) return complain(session.error());
  const std::string text = prompt_ ? explain_to_model(file->policy) : explain(file->policy);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return kExitOk;
}

}  // namespace belljar::cli
