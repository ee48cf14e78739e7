#include "repl_session.h"

#include <algorithm>
#include <utility>

#include "base/units.h"
#include "foreground.h"
#include "policy_options.h"
#include "report.h"

namespace belljar::cli {

Result<std::unique_ptr<ReplSession>> ReplSession::open(const PolicyFile& rights, Console& console, int stdin_fd) {
  RuntimeOptions one;
  one.idle_slots = 1;
  std::shared_ptr<Runtime> runtime = BELLJAR_TRY(Runtime::create(one));
  std::unique_ptr<ReplSession> repl(new ReplSession(std::move(runtime), rights, console, stdin_fd));
  BELLJAR_TRY(repl->reset());
  return repl;
}

ReplSession::ReplSession(std::shared_ptr<Runtime> runtime, const PolicyFile& rights, Console& console, int stdin_fd)
    : runtime_(std::move(runtime)), rights_(rights), console_(console), stdin_fd_(stdin_fd) {}

Status ReplSession::reset() {
  start_with(BELLJAR_TRY(open_session(*runtime_, rights_)));
  put_aside_.clear();
  return Ok{};
}

void ReplSession::start_with(std::unique_ptr<Session> session) {
  session_ = std::move(session);
  before_cells_.clear();
  totals_ = {};
  last_usage_ = std::nullopt;
}

Result<bool> ReplSession::undo() {
  if (before_cells_.empty()) return false;
  BELLJAR_TRY(session_->rollback(before_cells_.back()));
  before_cells_.pop_back();
  return true;
}

Result<size_t> ReplSession::fork() {
  std::unique_ptr<Session> copy = BELLJAR_TRY(session_->fork());
  put_aside_.push_back(std::exchange(session_, std::move(copy)));
  before_cells_.clear();
  return put_aside_.size();
}

Result<bool> ReplSession::leave_fork() {
  if (put_aside_.empty()) return false;
  session_ = std::move(put_aside_.back());
  put_aside_.pop_back();
  before_cells_.clear();
  return true;
}

Status ReplSession::save(const std::string& path) { return session_->suspend(path); }

Status ReplSession::load(const std::string& path) {
  const Snapshot snapshot = BELLJAR_TRY(runtime_->load_file(path));
  start_with(BELLJAR_TRY(runtime_->resume(snapshot, rights_.policy)));
  return Ok{};
}

Result<RunResult> ReplSession::run(std::string_view source) {
  RunOptions options;
  // Numbered here: what the prompt asks the session are cells too.
  options.filename = "<cell " + std::to_string(totals_.cells + 1) + ">";
  options.binds_value = true;
  options.stdin_fd = stdin_fd_;
  options.on_output = [this](Stream stream, std::string_view bytes) { console_.show(stream, bytes); };
  options.on_display = [this](const MimeBundle& shown) { console_.show(Stream::kStdout, displayed_text(shown)); };
  Snapshot before = BELLJAR_TRY(session_->snapshot());
  RunResult result = BELLJAR_TRY(run_in_foreground(*session_, source, options));
  remember(std::move(before));
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

// What can be undone is bounded by what it holds: a snapshot of a large session is as large as the session.
void ReplSession::remember(Snapshot before) {
  constexpr size_t kMostSteps = 20;
  constexpr uint64_t kMostBytes = uint64_t{256} << 20;
  before_cells_.push_back(std::move(before));
  uint64_t bytes = 0;
  for (const Snapshot& snapshot : before_cells_) bytes += snapshot.bytes();
  while (before_cells_.size() > 1 && (before_cells_.size() > kMostSteps || bytes > kMostBytes)) {
    bytes -= before_cells_.front().bytes();
    before_cells_.pop_front();
  }
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
  if (result.value_dropped > 0 && value.size() + kLongestCharacter > rights_.policy.limits.value) {
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
