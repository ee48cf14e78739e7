#include "run.h"

#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <utility>

#include "result.h"

namespace belljar::python {
namespace {

thread_local Run* innermost = nullptr;

// Never destroyed: threads may be in a run while the process ends.
std::mutex& all_mutex() {
  static auto* mutex = new std::mutex;
  return *mutex;
}
Run* all_runs = nullptr;

// ---- Ctrl-C --------------------------------------------------------------------------------------------------
// Python only notes a signal and acts on it between two of its own instructions, of which there are none while the guest
// runs. So for that time SIGINT also interrupts the guest; then Python's own handler is called, as it would have been.

std::atomic<Session*> interrupted_by_sigint{nullptr};
struct sigaction pythons_action;

void on_sigint(int number, siginfo_t* info, void* context) {
  const int saved_errno = errno;
  if (Session* session = interrupted_by_sigint.load()) session->cancel();
  if (pythons_action.sa_flags & SA_SIGINFO) {
    pythons_action.sa_sigaction(number, info, context);
  } else {
    pythons_action.sa_handler(number);
  }
  errno = saved_errno;
}

// Only there does Python handle signals.
bool is_main_thread() { return syscall(SYS_gettid) == getpid(); }

// Unless the process wants SIGINT ignored or to kill it.
bool take_sigint() {
  struct sigaction action = {};
  sigaction(SIGINT, nullptr, &action);
  const bool is_ours = (action.sa_flags & SA_SIGINFO) && action.sa_sigaction == on_sigint;
  if (is_ours) return true;
  if (action.sa_handler == SIG_DFL || action.sa_handler == SIG_IGN) return false;
  pythons_action = action;
  action.sa_sigaction = on_sigint;
  action.sa_flags |= SA_SIGINFO | SA_ONSTACK;
  return sigaction(SIGINT, &action, nullptr) == 0;
}

// Leaves alone what a tool has installed meanwhile.
void give_sigint_back() {
  struct sigaction action = {};
  sigaction(SIGINT, nullptr, &action);
  if ((action.sa_flags & SA_SIGINFO) && action.sa_sigaction == on_sigint) sigaction(SIGINT, &pythons_action, nullptr);
}

}  // namespace

Run::Run(Session& session, nb::object loop)
    : session_(session), loop_(std::move(loop)), outer_(innermost), takes_interrupts_(is_main_thread() && take_sigint()) {
  if (takes_interrupts_) {
    outer_target_ = interrupted_by_sigint.exchange(&session_);
    if (PyErr_CheckSignals() < 0) {
      interrupted_by_sigint = outer_target_;
      if (!outer_target_) give_sigint_back();
      throw nb::python_error();
    }
  }
  innermost = this;
  const std::lock_guard lock(all_mutex());
  previous_ = std::exchange(all_runs, this);
  if (previous_) previous_->next_ = this;
}

Run::~Run() {
  {
    const std::lock_guard lock(all_mutex());
    (next_ ? next_->previous_ : all_runs) = previous_;
    if (previous_) previous_->next_ = next_;
  }
  innermost = outer_;
  if (!takes_interrupts_) return;
  interrupted_by_sigint = outer_target_;
  if (!outer_target_) give_sigint_back();
}

Run* Run::current() { return innermost; }

void Run::stop_all() {
  constexpr int kTries = 200;
  constexpr timespec kPause = {0, 5'000'000};
  for (int i = 0; i < kTries; i++) {
    {
      const std::lock_guard lock(all_mutex());
      if (!all_runs) return;
      // The second call stops what the first did not interrupt.
      if (i < 2) {
        for (Run* run = all_runs; run; run = run->previous_) run->session_.cancel();
      }
    }
    nanosleep(&kPause, nullptr);
  }
}

void Run::abort(nb::python_error& error) {
  if (!raised_) raised_ = nb::borrow(error.value());
  session_.cancel();
}

void Run::rethrow() {
  if (raised_) {
    PyErr_SetObject(raised_.type().ptr(), raised_.ptr());
    throw nb::python_error();
  }
  if (takes_interrupts_ && PyErr_CheckSignals() < 0) throw nb::python_error();
}

void set_callbacks(nb::object on_output, nb::object on_display, RunOptions* options) {
  const auto call = [](const Reference& function, const auto& make_arguments) {
    if (!is_alive()) return;
    const Held held;
    try {
      make_arguments([&](auto&&... arguments) { nb::handle(function.get())(std::forward<decltype(arguments)>(arguments)...); });
    } catch (nb::python_error& error) {
      if (Run* run = Run::current()) run->abort(error);
    }
  };
  if (!on_output.is_none()) {
    options->on_output = [call, function = std::make_shared<Reference>(std::move(on_output))](Stream stream, std::string_view text) {
      call(*function, [&](auto&& with) { with(static_cast<int>(stream), nb::bytes(text.data(), text.size())); });
    };
  }
  if (!on_display.is_none()) {
    options->on_display = [call, function = std::make_shared<Reference>(std::move(on_display))](const MimeBundle& bundle) {
      call(*function, [&](auto&& with) { with(to_dict(bundle)); });
    };
  }
}

}  // namespace belljar::python
