#include "foreground.h"

#include <signal.h>

#include <atomic>

namespace belljar::cli {
namespace {

std::atomic<Session*> running{nullptr};
std::atomic<bool> interrupted{false};

void on_interrupt(int) {
  interrupted = true;
  if (Session* session = running.load()) session->cancel();
}

}  // namespace

void handle_interrupts() {
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  sigaction(SIGINT, &action, nullptr);
  signal(SIGPIPE, SIG_IGN);
}

void handle_terminations() {
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGHUP, &action, nullptr);
}

Result<RunResult> run_in_foreground(Session& session, std::string_view source, const RunOptions& options) {
  running = &session;
  Result<RunResult> result = session.run(source, options);
  running = nullptr;
  return result;
}

Session* foreground_session() { return running; }

bool was_interrupted() { return interrupted; }

void forget_interrupt() { interrupted = false; }

}  // namespace belljar::cli
