#include "command_line.h"

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "audit_command.h"
#include "completion.h"
#include "doctor.h"
#include "image_command.h"
#include "policy_command.h"
#include "repl.h"
#include "report.h"
#include "run.h"

namespace belljar::cli {
namespace {

constexpr const char* kLater[] = {"mcp", "serve"};

// Splits off what follows `--`: it belongs to the program, whatever it looks like.
std::vector<std::string> take_program_arguments(std::vector<std::string>* arguments) {
  for (size_t i = 0; i < arguments->size(); i++) {
    if ((*arguments)[i] != "--") continue;
    std::vector<std::string> rest(arguments->begin() + static_cast<ptrdiff_t>(i) + 1, arguments->end());
    arguments->resize(i);
    return rest;
  }
  return {};
}

// A descriptor that the caller left closed would be given to the next file that is opened, and the program inside could
// then read it as its standard input.
void fill_standard_descriptors() {
  for (int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(fd, F_GETFD) >= 0) continue;
    // Read-only, so that writing to a closed standard output still fails.
    if (open("/dev/null", O_RDONLY) != fd) _exit(kExitUsage);
  }
}

}  // namespace

int command_line(std::vector<std::string> arguments) {
  fill_standard_descriptors();
  if (!arguments.empty()) {
    for (const char* name : kLater) {
      if (arguments[0] == name) return complain("'" + arguments[0] + "' is not built yet in this version");
    }
  }
  CLI::App app("Run Python that nobody trusts: full CPython 3.14 in a sandbox, with hard limits, in milliseconds.", "belljar");
  app.set_version_flag("--version", "belljar " BELLJAR_VERSION);
  app.require_subcommand(1);
  app.footer("`belljar COMMAND --help` shows a command's options and examples.");
  RunCommand run(RunCommand::Kind::kRun);
  RunCommand snapshot(RunCommand::Kind::kSnapshot);
  RunCommand resume(RunCommand::Kind::kResume);
  ReplCommand repl;
  ImageCommand image;
  ImagesCommand images;
  DoctorCommand doctor;
  CLI::App* run_app = run.add_to(app);
  CLI::App* repl_app = repl.add_to(app);
  CLI::App* snapshot_app = snapshot.add_to(app);
  CLI::App* resume_app = resume.add_to(app);
  CLI::App* image_app = image.add_to(app);
  CLI::App* images_app = images.add_to(app);
  PolicyCommand policy;
  CLI::App* policy_app = policy.add_to(app);
  AuditCommand audit;
  CLI::App* audit_app = audit.add_to(app);
  CLI::App* doctor_app = doctor.add_to(app);
  CompletionCommand completion;
  CLI::App* completion_app = completion.add_to(app);
  const std::vector<std::string> program_arguments = take_program_arguments(&arguments);
  for (RunCommand* command : {&run, &snapshot, &resume}) command->set_arguments(program_arguments);
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::Success& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    return complain(error.what(), "see `belljar --help`");
  }
  if (run_app->parsed()) return run.execute();
  if (snapshot_app->parsed()) return snapshot.execute();
  if (resume_app->parsed()) return resume.execute();
  if (repl_app->parsed()) return repl.execute();
  if (image_app->parsed()) return image.execute();
  if (images_app->parsed()) return images.execute();
  if (policy_app->parsed()) return policy.execute();
  if (audit_app->parsed()) return audit.execute();
  if (doctor_app->parsed()) return doctor.execute();
  if (completion_app->parsed()) return completion.execute(app);
  return kExitUsage;
}

}  // namespace belljar::cli
