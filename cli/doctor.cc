#include "doctor.h"

#include <sys/utsname.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <vector>

#include "base/json.h"
#include "belljar/runtime.h"
#include "report.h"

namespace belljar::cli {
namespace {

struct Check {
  std::string name;
  bool good;
  std::string detail;
};

std::string kernel_release() {
  utsname name{};
  return uname(&name) == 0 ? std::string(name.sysname) + " " + name.release + " " + name.machine : "unknown";
}

// Runs a real program, and stops a runaway one.
std::vector<Check> self_test(Runtime& runtime) {
  Result<std::unique_ptr<Session>> session = runtime.open();
  if (!session) return {{"self-test", false, session.error().message}};
  Result<RunResult> hello = (*session)->run("import sys; print(sys.version.split()[0])\n6 * 7");
  const bool runs = hello && hello->status == RunStatus::kOk && !hello->value.empty() && hello->value[0].data == "42";

  Policy short_time;
  short_time.limits.cpu = std::chrono::milliseconds(50);
  short_time.limits.grace = std::chrono::milliseconds(20);
  Result<std::unique_ptr<Session>> runaway = runtime.open(short_time);
  Result<RunResult> stopped = runaway ? (*runaway)->run("sum(range(10**12))") : Result<RunResult>(runaway.error());
  const bool stops = stopped && stopped->status == RunStatus::kTimeLimit && stopped->rolled_back;
  return {
      {"runs Python", runs, runs ? "CPython " + hello->stdout_data.substr(0, hello->stdout_data.find('\n')) : "failed"},
      {"stops a runaway program", stops, stops ? "after its limit and grace period" : "failed"},
  };
}

void print_json(const std::vector<Check>& checks) {
  std::string json = "{";
  for (const Check& check : checks) {
    json += (json.size() > 1 ? ", " : "") + quote_json(check.name) + ": {\"ok\": " + (check.good ? "true" : "false") +
            ", \"detail\": " + quote_json(check.detail) + "}";
  }
  std::printf("%s}\n", json.c_str());
}

void print_table(const std::vector<Check>& checks) {
  for (const Check& check : checks) {
    std::printf("%-4s %-26s %s\n", check.good ? "ok" : "no", check.name.c_str(), check.detail.c_str());
  }
}

}  // namespace

CLI::App* DoctorCommand::add_to(CLI::App& app) {
  CLI::App* command = app.add_subcommand("doctor", "Show what this machine supports, and test that belljar works");
  command->footer("Exit code: 0 when belljar works here, 1 when it does not. A missing kernel feature costs speed, not safety.");
  command->add_flag("--verify", verify, "Also check every byte of the code, the base image and the library");
  command->add_flag("--json", json, "Print one JSON object");
  return command;
}

int DoctorCommand::execute() const {
  Result<std::shared_ptr<Runtime>> runtime = Runtime::create();
  if (!runtime) return complain(runtime.error());
  std::vector<Check> checks = {{"version", true, BELLJAR_VERSION ", CPython " BELLJAR_PYTHON_VERSION ", Wasmtime 48.0.8"},
                               {"kernel", true, kernel_release()}};
  bool works = true;
  for (Capability& c : (*runtime)->capabilities()) checks.push_back({std::move(c.name), c.available, std::move(c.detail)});
  for (Check& check : self_test(**runtime)) {
    works = works && check.good;
    checks.push_back(std::move(check));
  }
  if (verify) {
    const Status status = Runtime::verify_payload();
    works = works && status.ok();
    checks.push_back({"payload", status.ok(), status ? "every byte is as it was built" : status.error().message});
  }
  json ? print_json(checks) : print_table(checks);
  if (std::fflush(stdout) != 0) return complain_of_output(errno);
  return works ? kExitOk : kExitException;
}

}  // namespace belljar::cli
