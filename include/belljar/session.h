// A session: one live sandboxed Python. Cells run in it one after the other and share their state.
#ifndef BELLJAR_SESSION_H_
#define BELLJAR_SESSION_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "belljar/policy.h"
#include "belljar/result.h"
#include "belljar/run_result.h"

namespace belljar {

enum class Stream : uint8_t { kStdout = 1, kStderr = 2 };

struct RunOptions {
  /// Name of the source in tracebacks. Empty: "<cell N>".
  std::string filename;

  /// `filename` is a program in the session's tree: sets __file__.
  bool is_script = false;

  /// Nothing follows this run: atexit handlers run and __main__ is cleared, as at the end of a program. The session
  /// must not be used again.
  bool is_last = false;

  /// Whether repr() is taken of the last expression.
  bool wants_value = true;

  /// Whether that value, unless it is None, is `_` for the cells that follow, as at Python's prompt.
  bool binds_value = false;

  /// Called with output as the guest writes it, on the thread and stack that called run(); must not use the session.
  /// Empty: output is collected in the result.
  std::function<void(Stream, std::string_view)> on_output;

  /// What the guest reads as standard input: `stdin_data`, or, when it is not negative, the descriptor (borrowed).
  std::string stdin_data;
  int stdin_fd = -1;
};

class SessionImpl;

/// Used by one thread at a time: a second caller gets ErrorCode::kBusy. Different sessions run in parallel.
class Session {
 public:
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Runs `source` (UTF-8 without NUL) as one cell. An Error means that nothing was run.
  Result<RunResult> run(std::string_view source, const RunOptions& options = {});

  /// From any thread, or a signal handler: interrupts the run under way (KeyboardInterrupt in the guest); called again,
  /// stops it at once. Nothing happens when none is under way.
  void cancel();

  /// From any thread: the run under way has been told to stop, by a limit or by cancel(). For an output callback that
  /// waits: it should give up.
  bool is_stopping() const;

 private:
  friend class Runtime;
  explicit Session(std::unique_ptr<SessionImpl> impl);
  std::unique_ptr<SessionImpl> impl_;
};

}  // namespace belljar

#endif  // BELLJAR_SESSION_H_
