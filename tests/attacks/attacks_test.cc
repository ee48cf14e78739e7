// Runs the attack tables (README.md) against sandboxes in this process. Prints one line for each case that was not
// contained, then a table of what was tried; exit code 1 when anything was not contained.
//
//   attack_tests [--case ID] [--stack-kib N] [--score FILE] TABLE.toml...
//
// FILE gets the rows of the table, for score.py.
#include <pthread.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <numeric>
#include <stdexcept>

#include "attacks/canary.h"
#include "attacks/table.h"
#include "belljar/runtime.h"

namespace belljar::attacks {
namespace {

// What each session runs before the attack and after it.
constexpr const char* kFirst = "kept = 'kept'";
constexpr const char* kNext = "print(kept, sum(i * i for i in range(10)))";
constexpr const char* kNextPrints = "kept 285\n";

// Host memory that a session may take beyond its limits: pages of the code that are touched for the first time (14 MiB),
// the native stack (up to 64 MiB in the deepest recursion), buffers of the result and the allocator's slack.
constexpr uint64_t kConstantBytes = uint64_t{128} << 20;

// The linear memory and the files count twice: once for the cell under way, once for the checkpoint to go back to.
uint64_t most_host_memory(const Limits& limits) {
  return 2 * limits.memory + 2 * limits.files + 2 * limits.output + limits.value + kConstantBytes;
}

// A line of /proc/self/status, in bytes. VmRSS is what is resident now, VmHWM the most since reset_peak().
uint64_t resident(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind(name + ":", 0) == 0) return std::stoull(line.substr(name.size() + 1)) << 10;
  }
  throw std::runtime_error("/proc/self/status has no " + name);
}

void reset_peak() {
  std::ofstream refs("/proc/self/clear_refs");
  if (!(refs << "5" << std::flush)) throw std::runtime_error("cannot reset the peak of resident memory");
}

// Calls `work` on a thread with a stack of that size, and waits for it.
void on_stack_of(size_t kib, std::function<void()> work) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_t thread;
  const auto start = [](void* argument) -> void* {
    (*static_cast<std::function<void()>*>(argument))();
    return nullptr;
  };
  if (pthread_attr_setstacksize(&attributes, kib << 10) != 0 ||
      pthread_create(&thread, &attributes, start, &work) != 0) {
    throw std::runtime_error("cannot make a thread with a stack of " + std::to_string(kib) + " KiB");
  }
  pthread_attr_destroy(&attributes);
  pthread_join(thread, nullptr);
}

std::string describe(const RunResult& result) {
  std::string text(to_string(result.status));
  if (result.error) text += " " + result.error->type + ": " + result.error->message.substr(0, 200);
  return text;
}

void print(const RunResult& result) {
  std::cout << describe(result) << (result.rolled_back ? " (rolled back)" : "") << "\n";
  if (result.status == RunStatus::kExit) std::cout << "exit code: " << result.exit_code << "\n";
  if (result.error) std::cout << result.error->traceback;
  std::cout << "stdout: " << result.stdout_data << "\nstderr: " << result.stderr_data << "\n";
  for (const MimeEntry& entry : result.value) std::cout << entry.type << ": " << entry.data << "\n";
}

// What run_result.h says of a value: its JSON can be put into a line as it is, a picture into an attribute.
bool has_safe_forms(const RunResult& result) {
  const auto is_safe = [](const MimeEntry& entry) {
    return std::none_of(entry.data.begin(), entry.data.end(), [&](unsigned char c) {
      return (entry.type == "application/json" && c < 0x20) || (entry.type == "image/png" && (c == '"' || c == '<'));
    });
  };
  return std::all_of(result.value.begin(), result.value.end(), is_safe);
}

uint64_t value_bytes(const RunResult& result) {
  return std::accumulate(result.value.begin(), result.value.end(), uint64_t{0},
                         [](uint64_t sum, const MimeEntry& entry) { return sum + entry.data.size(); });
}

// What one case came to: "" when it was contained, else the first reason why not.
using Finding = std::string;

class Runner {
 public:
  Runner() {
    auto runtime = Runtime::create();
    if (!runtime) throw std::runtime_error(runtime.error().message);
    runtime_ = *runtime;
    sibling_ = open({});
    run(*sibling_, "secret = '" + canaries_.of_session() + "'\nnumbers = list(range(5000))\nvisits = 0\n"
                   "with open('/tmp/secret', 'w') as f: f.write(secret)");
  }

  // The result of the attack goes to `last`.
  Finding attack(const Case& c, size_t stack_kib, RunResult* last) {
    if (!sibling_is_unharmed()) return "the canary session was harmed before the case";
    leave_a_secret_behind();
    reset_peak();
    const uint64_t before = resident("VmRSS");
    auto session = open(c.policy);
    std::vector<Result<RunResult>> results;
    const auto cells = [&] {
      for (const std::string& cell : with_frame(c)) results.push_back(session->run(cell, options(c)));
    };
    if (stack_kib) {
      on_stack_of(stack_kib, cells);
    } else {
      cells();
    }
    const uint64_t peak = resident("VmHWM"), grown = peak - std::min(peak, before);
    session = nullptr;
    Finding finding = judge(c, results, last);
    if (finding.empty() && checks_memory() && grown > most_host_memory(c.policy.limits)) {
      finding = "the host's memory grew by " + std::to_string(grown >> 20) + " MiB";
    }
    if (finding.empty() && !sibling_is_unharmed()) finding = "the canary session was harmed";
    if (finding.empty() && !fresh_session_works()) finding = "a fresh session does not work";
    return finding;
  }

 private:
  // Sanitizers keep memory of their own for each byte of ours.
  static bool checks_memory() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return false;
#else
    return true;
#endif
  }

  static std::vector<std::string> with_frame(const Case& c) {
    std::vector<std::string> cells = {kFirst};
    cells.insert(cells.end(), c.cells.begin(), c.cells.end());
    cells.push_back(kNext);
    return cells;
  }

  static RunOptions options(const Case& c) {
    RunOptions options;
    options.stdin_data = c.stdin_data;
    return options;
  }

  std::unique_ptr<Session> open(const Policy& policy) {
    auto session = runtime_->open(policy);
    if (!session) throw std::runtime_error(session.error().message);
    return std::move(*session);
  }

  static RunResult run(Session& session, const std::string& cell) {
    auto result = session.run(cell);
    if (!result) throw std::runtime_error(result.error().message);
    return std::move(*result);
  }

  // The attacked session will most likely get the slot of one that has just ended.
  void leave_a_secret_behind() {
    run(*open({}), "secrets = ['" + canaries_.of_session() + "' * 1000 for _ in range(100)]\n"
                   "with open('/tmp/secret', 'w') as f: f.write(secrets[0])");
  }

  bool sibling_is_unharmed() {
    const RunResult result = run(*sibling_, "visits += 1\n"
                                            "visits, sum(numbers), secret == open('/tmp/secret').read()");
    return !result.value.empty() &&
           result.value[0].data == "(" + std::to_string(++visits_) + ", 12497500, True)";
  }

  bool fresh_session_works() { return run(*open({}), "print(6 * 7)").stdout_data == "42\n"; }

  Finding judge(const Case& c, const std::vector<Result<RunResult>>& results, RunResult* last) {
    for (const Result<RunResult>& result : results) {
      if (!result) return "a cell was not run: " + result.error().message;
      const std::string place = canaries_.leaked(*result);
      if (!place.empty()) return "a secret of " + place + " came out";
      if (!has_safe_forms(*result)) return "the value has a form that is not what it says";
      if (value_bytes(*result) > c.policy.limits.value) return "the value is larger than its limit";
    }
    for (size_t i = 0; i < 1 + c.preludes; i++) {
      if (results[i]->status != RunStatus::kOk) return "before the attack: " + describe(*results[i]);
    }
    *last = *results[results.size() - 2];
    Finding finding = judge_last(c, *last);
    return finding.empty() ? judge_next(c, *results.back()) : finding;
  }

  static Finding judge_last(const Case& c, const RunResult& result) {
    const std::string type = result.error ? result.error->type : "";
    if (std::count(c.statuses.begin(), c.statuses.end(), result.status) == 0) return "ended as " + describe(result);
    if (c.error && !std::regex_match(type, *c.error)) return "another error: " + describe(result);
    if (c.exit_code && result.exit_code != *c.exit_code) return "exit code " + std::to_string(result.exit_code);
    if (c.stdout_data && !std::regex_search(result.stdout_data, *c.stdout_data)) {
      return "another output: " + result.stdout_data.substr(0, 500) + " (" + describe(result) + ")";
    }
    const std::string value = result.value.empty() ? "" : result.value[0].data;
    if (c.value && !std::regex_search(value, *c.value)) return "another value: " + value.substr(0, 500);
    return "";
  }

  static Finding judge_next(const Case& c, const RunResult& next) {
    const bool works = next.status == RunStatus::kOk && next.stdout_data == kNextPrints;
    if (c.next != Next::kAny && works != (c.next == Next::kWorks)) {
      return "the next cell " + std::string(works ? "worked" : "printed '" + next.stdout_data.substr(0, 200) + "'") +
             " (" + describe(next) + ")";
    }
    return "";
  }

  Canaries canaries_;
  std::shared_ptr<Runtime> runtime_;
  std::unique_ptr<Session> sibling_;
  int visits_ = 0;
};

struct Arguments {
  std::vector<std::string> tables;
  std::string only_case, score;
  size_t stack_kib = 0;  // 0: the caller's own
};

Arguments parse(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; i++) {
    const std::string word = argv[i];
    const auto value = [&] {
      if (i + 1 == argc) throw std::runtime_error(word + " needs a value");
      return std::string(argv[++i]);
    };
    if (word == "--case") {
      arguments.only_case = value();
    } else if (word == "--stack-kib") {
      arguments.stack_kib = std::stoul(value());
    } else if (word == "--score") {
      arguments.score = std::filesystem::absolute(value());  // the canaries change the working directory
    } else {
      arguments.tables.push_back(word);
    }
  }
  if (arguments.tables.empty()) throw std::runtime_error("name the tables to run");
  return arguments;
}

// How a case comes out must not depend on the caller's stack; for deep recursion that is worth a second run.
Finding attack(Runner& runner, const Table& table, const Case& c, size_t stack_kib, RunResult* last) {
  if (stack_kib || table.family != "RECURSION") return runner.attack(c, stack_kib, last);
  Finding finding = runner.attack(c, 8 << 10, last);
  if (!finding.empty()) return finding;
  RunResult on_small_stack;
  finding = runner.attack(c, 256, &on_small_stack);
  if (!finding.empty()) return "with a stack of 256 KiB: " + finding;
  if (on_small_stack.status != last->status) return "with a stack of 256 KiB: " + describe(on_small_stack);
  return "";
}

int run_tables(const Arguments& arguments) {
  std::vector<Table> tables;
  for (const std::string& path : arguments.tables) tables.push_back(read_table(path));

  Runner runner;
  std::string score;
  size_t all_tried = 0, all_contained = 0;
  for (const Table& table : tables) {
    size_t tried = 0, contained = 0;
    for (const Case& c : table.cases) {
      if (!arguments.only_case.empty() && c.id != arguments.only_case) continue;
      RunResult last;
      const Finding finding = attack(runner, table, c, arguments.stack_kib, &last);
      tried++;
      contained += finding.empty();
      if (!finding.empty()) std::cout << c.id << ": " << finding << std::endl;
      if (!arguments.only_case.empty()) print(last);
    }
    score += "| " + table.family + " | " + table.about + " | " + std::to_string(tried) + " | " +
             std::to_string(contained) + " |\n";
    all_tried += tried;
    all_contained += contained;
  }
  if (all_tried == 0) throw std::runtime_error("there is no such case");
  std::cout << "| family | what it tries | tried | contained |\n|---|---|---|---|\n" << score;
  if (!arguments.score.empty() && !(std::ofstream(arguments.score) << score << std::flush)) {
    throw std::runtime_error("cannot write the score");
  }
  return all_contained == all_tried ? 0 : 1;
}

}  // namespace
}  // namespace belljar::attacks

int main(int argc, char** argv) {
  try {
    return belljar::attacks::run_tables(belljar::attacks::parse(argc, argv));
  } catch (const std::exception& error) {
    std::cerr << "attack_tests: " << error.what() << "\n";
    return 2;
  }
}
