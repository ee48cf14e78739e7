#include "run.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>

#include "result.h"

namespace belljar::python {
namespace {

thread_local Run* innermost = nullptr;

// Never destroyed: threads may be in a run while the process ends.
std::mutex* all_mutex = new std::mutex;
Run* all_runs = nullptr;
std::atomic<bool> is_over{false};

// ---- Ctrl-C --------------------------------------------------------------------------------------------------
// Python only notes a signal and acts on it between two of its own instructions, of which there are none while the guest
// runs. So for that time SIGINT interrupts the guest, and Python's own handler is called when that has ended: earlier it
// would strike the callback that takes what the guest prints in its `finally`. In a tool it strikes at once.

std::atomic<Run*> interrupted_by_sigint{nullptr};
std::atomic<bool> is_in_tool{false}, is_put_off{false}, has_cancelled{false};
std::atomic<bool> is_in_handler{false};

/// The handlers that were there when ours was put above them: the first time, and the last.
struct sigaction first_action, pythons_action;
bool was_installed = false;

/// The only thread where Python handles signals.
std::atomic<unsigned long> main_thread{0};

void call_action(const struct sigaction& action, int number, siginfo_t* info, void* context) {
  if (action.sa_flags & SA_SIGINFO) {
    action.sa_sigaction(number, info, context);
  } else if (action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN) {
    action.sa_handler(number);
  }
}

void on_sigint(int number, siginfo_t* info, void* context) {
  const int saved_errno = errno;
  if (pthread_self() != main_thread) {
    // Sessions end on the main thread while this one looks at them.
    pthread_kill(main_thread, number);
  } else if (is_in_handler.exchange(true)) {
    // Somebody's handler above ours has passed the signal on to what was there before, which is us.
    call_action(first_action, number, info, context);
  } else {
    Run* run = interrupted_by_sigint.load();
    if (run) {
      run->cancel();
      has_cancelled = true;
    }
    if (run && !is_in_tool) {
      is_put_off = true;
    } else {
      call_action(pythons_action, number, info, context);
    }
    is_in_handler = false;
  }
  errno = saved_errno;
}

// Ours is put above the handler that is there, and stays: for a run it is enough to see that it is still on top. Not where
// the process wants SIGINT ignored, or to kill it.
bool has_sigint() {
  if (PyThread_get_thread_ident() != main_thread) return false;
  struct sigaction action = {};
  sigaction(SIGINT, nullptr, &action);
  if ((action.sa_flags & SA_SIGINFO) && action.sa_sigaction == on_sigint) return true;
  if (action.sa_handler == SIG_DFL || action.sa_handler == SIG_IGN) return false;
  pythons_action = action;
  if (!was_installed) first_action = action;
  was_installed = true;
  action.sa_sigaction = on_sigint;
  action.sa_flags |= SA_SIGINFO | SA_ONSTACK;
  return sigaction(SIGINT, &action, nullptr) == 0;
}

RunResult cancelled() {
  RunResult result;
  result.status = RunStatus::kCancelled;
  result.error = RunError{"Cancelled", "the run was cancelled before it began", ""};
  return result;
}

}  // namespace

Run::Run(nb::object loop) : loop_(std::move(loop)), outer_(innermost), takes_interrupts_(has_sigint()) {
  // A thread that comes back from the guest when there is no interpreter any more takes the process down.
  if (is_over) raise({ErrorCode::kInternal, "the interpreter is ending", "end threads before it does"});
  if (takes_interrupts_) {
    outer_target_ = interrupted_by_sigint.exchange(this);
    was_in_tool_ = is_in_tool.exchange(false);
    has_cancelled = false;
    if (PyErr_CheckSignals() < 0) {
      interrupted_by_sigint = outer_target_;
      is_in_tool = was_in_tool_;
      throw nb::python_error();
    }
  }
  innermost = this;
  const std::lock_guard lock(*all_mutex);
  previous_ = std::exchange(all_runs, this);
  if (previous_) previous_->next_ = this;
}

Run::~Run() {
  if (takes_interrupts_) {
    interrupted_by_sigint = outer_target_;
    is_in_tool = was_in_tool_;
  }
  innermost = outer_;
  *link_ = nullptr;
  const std::lock_guard lock(*all_mutex);
  (next_ ? next_->previous_ : all_runs) = previous_;
  if (previous_) previous_->next_ = next_;
}

void Run::set_main_thread(unsigned long ident) { main_thread = ident; }

void Run::after_fork() {
  main_thread = PyThread_get_thread_ident();
  interrupted_by_sigint = innermost && innermost->takes_interrupts_ ? innermost : nullptr;
  is_in_tool = innermost != nullptr;
  is_put_off = has_cancelled = false;
  all_mutex = new std::mutex;  // another thread may have held it
  all_runs = innermost;
  if (innermost) innermost->next_ = nullptr;
  for (Run* run = innermost; run; run = run->outer_) {
    run->previous_ = run->outer_;
    if (run->outer_) run->outer_->next_ = run;
  }
}

Result<RunResult> Run::run(Session& session, std::string_view source, const RunOptions& options) {
  session_ = &session;
  // Ctrl-C may have come since the constructor looked.
  Result<RunResult> result = takes_interrupts_ && is_put_off ? cancelled() : session.run(source, options);
  const std::lock_guard lock(*all_mutex);  // stop_all() may be looking
  session_ = nullptr;
  return result;
}

void Run::cancel() {
  if (Session* session = session_.load()) session->cancel();
}

bool Run::is_stopping() const {
  const Session* session = session_.load();
  return session && session->is_stopping();
}

Run* Run::current() { return innermost; }

void Run::stop_all() {
  is_over = true;
  constexpr int kTries = 200;
  constexpr timespec kPause = {0, 5'000'000};
  for (int i = 0; i < kTries; i++) {
    {
      const std::lock_guard lock(*all_mutex);
      if (!all_runs) return;
      // The second call stops what the first did not interrupt.
      if (i < 2) {
        for (Run* run = all_runs; run; run = run->previous_) run->cancel();
      }
    }
    nanosleep(&kPause, nullptr);
  }
}

Run::InTool::InTool() : is_taken_(innermost && innermost->takes_interrupts_) {
  if (is_taken_) is_in_tool = true;
}

// A run of the tool's own has ended by now.
Run::InTool::~InTool() {
  if (is_taken_) is_in_tool = false;
}

void Run::abort(nb::python_error& error) {
  if (raised_) return;
  raised_ = nb::borrow(error.value());
  // Once is an interrupt, a second time stops the guest in the middle of its `finally`.
  if (!takes_interrupts_ || !has_cancelled.exchange(false)) cancel();
}

void Run::rethrow() {
  if (takes_interrupts_) {
    interrupted_by_sigint = outer_target_;
    is_in_tool = was_in_tool_;
    // Now it strikes: the run around this one, too, when it was a tool's.
    if (is_put_off.exchange(false)) pthread_kill(pthread_self(), SIGINT);
  }
  if (raised_) {
    PyErr_SetObject(raised_.type().ptr(), raised_.ptr());
    throw nb::python_error();
  }
  if (takes_interrupts_ && PyErr_CheckSignals() < 0) throw nb::python_error();
}

namespace {

void call_back(const Reference& function, nb::tuple (*make_arguments)(const void*), const void* what) {
  if (!is_alive()) return;
  const Held held;
  try {
    call(function.get(), make_arguments(what));
  } catch (nb::python_error& error) {
    if (Run* run = Run::current()) run->abort(error);
  }
}

struct Written {
  Stream stream;
  std::string_view text;
};

}  // namespace

void set_callbacks(nb::object on_output, nb::object on_display, RunOptions* options) {
  if (!on_output.is_none()) {
    options->on_output = [function = std::make_shared<Reference>(std::move(on_output))](Stream stream, std::string_view text) {
      const Written written{stream, text};
      call_back(*function, [](const void* what) {
        const auto& [of, bytes] = *static_cast<const Written*>(what);
        return nb::make_tuple(static_cast<int>(of), nb::bytes(bytes.data(), bytes.size()));
      }, &written);
    };
  }
  if (!on_display.is_none()) {
    options->on_display = [function = std::make_shared<Reference>(std::move(on_display))](const MimeBundle& bundle) {
      call_back(*function, [](const void* what) { return nb::make_tuple(to_dict(*static_cast<const MimeBundle*>(what))); }, &bundle);
    };
  }
}

}  // namespace belljar::python
