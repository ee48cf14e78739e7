#include "repl_session.h"

#include <algorithm>
#include <utility>

#include "foreground.h"
#include "report.h"
#include "units.h"

namespace belljar::cli {

Result<std::unique_ptr<ReplSession>> ReplSession::open(const Policy& policy, Console& console, int stdin_fd) {
  RuntimeOptions one;
  one.idle_slots = 1;
  std::shared_ptr<Runtime> runtime = BELLJAR_TRY(Runtime::create(one));
  std::unique_ptr<ReplSession> repl(new ReplSession(std::move(runtime), policy, console, stdin_fd));
  BELLJAR_TRY(repl->reset());
  return repl;
}

ReplSession::ReplSession(std::shared_ptr<Runtime> runtime, const Policy& policy, Console& console, int stdin_fd)
    : runtime_(std::move(runtime)), policy_(policy), console_(console), stdin_fd_(stdin_fd) {}

Status ReplSession::reset() {
  std::unique_ptr<Session> fresh = BELLJAR_TRY(runtime_->open(policy_));
  session_ = std::move(fresh);
  totals_ = {};
  last_usage_ = std::nullopt;
  return Ok{};
}

Result<RunResult> ReplSession::run(std::string_view source) {
  RunOptions options;
  // Numbered here: what the prompt asks the session are cells too.
  options.filename = "<cell " + std::to_string(totals_.cells + 1) + ">";
  options.binds_value = true;
  options.stdin_fd = stdin_fd_;
  options.on_output = [this](Stream stream, std::string_view bytes) { console_.show(stream, bytes); };
  RunResult result = BELLJAR_TRY(run_in_foreground(*session_, source, options));
  forget_interrupt();  // it was for the cell: what is shown of it must come through
  totals_.cells++;
  totals_.usage.wall_ns += result.usage.wall_ns;
  totals_.usage.cpu_ns += result.usage.cpu_ns;
  totals_.usage.output_bytes += result.usage.output_bytes;
  totals_.usage.memory_peak_bytes = std::max(totals_.usage.memory_peak_bytes, result.usage.memory_peak_bytes);
  last_usage_ = result.usage;
  show(result);
  return result;
}

void ReplSession::show(const RunResult& result) {
  console_.start_line();
  // The guest decides what a reply has in it, text/plain first or anything else: nothing is taken for granted.
  const std::string_view value = result.value.empty() ? "" : std::string_view(result.value[0].data);
  if (!result.value.empty()) console_.show(Stream::kStdout, std::string(value) + "\n");
  if (result.error) console_.show(Stream::kStderr, result.error->traceback);
  console_.end_cell();
  console_.say(dropped_in_words(result));
  // Other forms of the value that do not fit are dropped too; what is shown was cut when it fills the limit.
  constexpr size_t kLongestCharacter = 4;
  if (result.value_dropped > 0 && value.size() + kLongestCharacter > policy_.limits.value) {
    console_.say("belljar: the value is cut after " + format_size(value.size()));
  }
  console_.say(ending_in_words(result));
}

std::string ending_in_words(const RunResult& result) {
  switch (result.status) {
    case RunStatus::kOk:
    case RunStatus::kException:
    case RunStatus::kExit: return "";
    case RunStatus::kCancelled:
      return result.rolled_back ? "stopped; the session is as it was before this cell" : "interrupted";
    case RunStatus::kTimeLimit:
    case RunStatus::kMemoryLimit:
    case RunStatus::kTrap: break;
  }
  return result.error->message +
         (result.rolled_back ? "; the session is as it was before this cell" : "; the session keeps what the cell did");
}

}  // namespace belljar::cli
