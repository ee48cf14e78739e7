// The live session behind the prompt: runs cells in it and shows what came of them.
#ifndef BELLJAR_CLI_REPL_SESSION_H_
#define BELLJAR_CLI_REPL_SESSION_H_

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "belljar/runtime.h"
#include "console.h"
#include "session_queries.h"

namespace belljar::cli {

class ReplSession {
 public:
  /// `console` outlives it. `stdin_fd` is what input() reads; -1 for nothing.
  static Result<std::unique_ptr<ReplSession>> open(const PolicyFile& rights, Console& console, int stdin_fd);

  /// Runs a cell and shows its output, its value or what ended it. An Error: it was not run.
  Result<RunResult> run(std::string_view source);

  /// A new session in place of this one.
  Status reset();

  /// Back to before the last cell that ran; again, to the one before that. False: there is nothing to undo.
  Result<bool> undo();

  /// Puts the session aside as it is, and goes on in a copy. Returns how many are put aside.
  Result<size_t> fork();
  /// Leaves the copy for what was put aside last. False: nothing was.
  Result<bool> leave_fork();
  size_t forks() const { return put_aside_.size(); }

  /// Writes the session to a snapshot file, or goes on from one.
  Status save(const std::string& path);
  Status load(const std::string& path);

  Result<SessionUsage> holds() { return session_->usage(); }

  SessionQueries queries() { return SessionQueries(*session_); }
  const Policy& policy() const { return rights_.policy; }

  struct Totals {
    uint64_t cells = 0;
    Usage usage;  ///< times added up, memory at its largest
  };
  const Totals& totals() const { return totals_; }
  /// Of the last cell; nothing before the first.
  const std::optional<Usage>& last_usage() const { return last_usage_; }

 private:
  ReplSession(std::shared_ptr<Runtime> runtime, const PolicyFile& rights, Console& console, int stdin_fd);
  void show(const RunResult& result);
  void remember(Snapshot before);
  void start_with(std::unique_ptr<Session> session);

  std::shared_ptr<Runtime> runtime_;
  PolicyFile rights_;
  Console& console_;
  int stdin_fd_;
  std::unique_ptr<Session> session_;
  std::deque<Snapshot> before_cells_;  // oldest first
  std::vector<std::unique_ptr<Session>> put_aside_;
  Totals totals_;
  std::optional<Usage> last_usage_;
};

/// How a cell ended, in one line; empty when it ran to its end or raised an exception, which shows itself.
std::string ending_in_words(const RunResult& result);

}  // namespace belljar::cli

#endif  // BELLJAR_CLI_REPL_SESSION_H_
