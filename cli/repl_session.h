// The live session behind the prompt: runs cells in it and shows what came of them.
#ifndef BELLJAR_CLI_REPL_SESSION_H_
#define BELLJAR_CLI_REPL_SESSION_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "belljar/runtime.h"
#include "console.h"
#include "session_queries.h"

namespace belljar::cli {

class ReplSession {
 public:
  /// `console` outlives it. `stdin_fd` is what input() reads; -1 for nothing.
  static Result<std::unique_ptr<ReplSession>> open(const Policy& policy, Console& console, int stdin_fd);

  /// Runs a cell and shows its output, its value or what ended it. An Error: it was not run.
  Result<RunResult> run(std::string_view source);

  /// A fresh sandbox in place of this one.
  Status reset();

  SessionQueries queries() { return SessionQueries(*session_); }
  const Policy& policy() const { return policy_; }

  struct Totals {
    uint64_t cells = 0;
    Usage usage;  ///< times added up, memory at its largest
  };
  const Totals& totals() const { return totals_; }
  /// Of the last cell; nothing before the first.
  const std::optional<Usage>& last_usage() const { return last_usage_; }

 private:
  ReplSession(std::shared_ptr<Runtime> runtime, const Policy& policy, Console& console, int stdin_fd);
  void show(const RunResult& result);

  std::shared_ptr<Runtime> runtime_;
  Policy policy_;
  Console& console_;
  int stdin_fd_;
  std::unique_ptr<Session> session_;
  Totals totals_;
  std::optional<Usage> last_usage_;
};

/// How a cell ended, in one line; empty when it ran to its end or raised an exception, which shows itself.
std::string ending_in_words(const RunResult& result);

}  // namespace belljar::cli

#endif  // BELLJAR_CLI_REPL_SESSION_H_
