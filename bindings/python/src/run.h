// A run of a guest under Python: who stops it, and what goes wrong in Python's own code meanwhile.
#ifndef BELLJAR_BINDINGS_RUN_H_
#define BELLJAR_BINDINGS_RUN_H_

#include <atomic>
#include <memory>
#include <string_view>

#include "belljar/session.h"
#include "python.h"

namespace belljar::python {

/// Lives on the stack of the thread that runs the guest. Runs nest: a tool may run another session.
class Run {
 public:
  /// `loop`: the event loop of asynchronous tools; None: the background's. Throws KeyboardInterrupt when Ctrl-C came
  /// before it began, and after stop_all().
  explicit Run(nb::object loop);
  ~Run();
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  /// Runs `source` in `session`. Without the GIL, which goes back once for all that the caller does beside.
  Result<RunResult> run(Session& session, std::string_view source, const RunOptions& options);

  /// From a signal's handler on the main thread, too: interrupts the guest; nothing when it does not run.
  void cancel();

  /// The run that this thread is in; null when in none.
  static Run* current();

  /// While one of Python's functions runs as a tool: Ctrl-C strikes it as it would anywhere else.
  class InTool {
   public:
    InTool();
    ~InTool();
    InTool(const InTool&) = delete;
    InTool& operator=(const InTool&) = delete;

   private:
    const bool is_taken_;
  };

  /// Where Ctrl-C arrives: the `ident` of Python's main thread.
  static void set_main_thread(unsigned long ident);

  /// In the child of a fork, whose one thread is its main one: the runs of the others are not there any more.
  static void after_fork();

  /// For the end of the interpreter: stops all runs of the process, waits for a moment until they have ended, and lets none
  /// begin.
  static void stop_all();

  nb::handle loop() const { return loop_; }
  bool is_stopping() const;

  /// For calls that may outlast it: empty once it is over. Needs the GIL.
  using Link = std::shared_ptr<Run*>;
  const Link& link() const { return link_; }

  /// With the GIL and an exception set, or caught in `error`: the run is stopped, and rethrow() throws it.
  void abort(nb::python_error& error);

  /// After the run: what Python's own code raised while it lasted, or a signal's handler just now.
  void rethrow();

 private:
  std::atomic<Session*> session_{nullptr};  // while it runs
  const nb::object loop_;
  nb::object raised_;
  Run* const outer_;
  Run *previous_, *next_ = nullptr;  // among all runs
  const bool takes_interrupts_;
  const Link link_ = std::make_shared<Run*>(this);
  Run* outer_target_ = nullptr;
  bool was_in_tool_ = false;
};

/// RunOptions that call Python. `on_output(stream, bytes)` and `on_display(dict)` may be None.
void set_callbacks(nb::object on_output, nb::object on_display, RunOptions* options);

}  // namespace belljar::python

#endif  // BELLJAR_BINDINGS_RUN_H_
