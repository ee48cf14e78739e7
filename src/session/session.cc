#include "belljar/session.h"

#include <poll.h>
#include <sched.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "base/clock.h"
#include "engine/faults.h"
#include "session/policy_check.h"
#include "session/run_audit.h"
#include "session/session_impl.h"

namespace belljar {
namespace {

/// A program of this size is data that belongs in a file.
constexpr size_t kMaxSourceBytes = size_t{16} << 20;
constexpr uint64_t kWasmPage = 64 << 10;

/// Guest clocks tick in microseconds: enough for programs, too coarse for much of what caches leak.
uint64_t coarse(uint64_t ns) { return ns - ns % 1000; }

/// A waiting read looks this often whether the run is being stopped.
constexpr int kPollMilliseconds = 10;

uint64_t nanoseconds(std::chrono::nanoseconds d) { return d.count() > 0 ? static_cast<uint64_t>(d.count()) : 0; }

}  // namespace

// ---- opening -------------------------------------------------------------------------------------------------

Result<std::unique_ptr<SessionImpl>> SessionImpl::create(std::shared_ptr<RuntimeImpl> runtime,
                                                         std::shared_ptr<const Rights> rights,
                                                         std::shared_ptr<const SessionState> state, bool sets_up,
                                                         Origin origin) {
  BELLJAR_TRY(runtime->admit_session());
  std::unique_ptr<SessionImpl> impl(new SessionImpl(std::move(runtime), std::move(rights)));
  BELLJAR_TRY(impl->audit_.require("belljar.session.open", {{"belljar.session.origin", origin.kind},
                                                            {"belljar.session.parent", origin.parent}}));
  const Using use(impl->in_use);  // nobody parks what is not there yet
  impl->sandbox_ = BELLJAR_TRY(impl->runtime_->take_sandbox(state->memory.get()));
  impl->has_slot = true;
  if (Status status = impl->sandbox_->lay(state->memory); !status) {
    impl->break_down();
    return std::move(status).error();
  }
  impl->adopt(std::move(state));
  impl->must_set_up_ = sets_up;
  // What a mount covers it covers, files of the policy's included.
  if (sets_up) BELLJAR_TRY(impl->add_workspace());
  if (impl->mounts_) impl->imports_.files().tree().set_mounts(&*impl->mounts_);
  Counters::count(impl->runtime_->counters().opened);
  return impl;
}

SessionImpl::SessionImpl(std::shared_ptr<RuntimeImpl> runtime, std::shared_ptr<const Rights> rights)
    : runtime_(std::move(runtime)),
      rights_(std::move(rights)),
      policy_(&rights_->policy),
      audit_(policy_->audit),
      tools_(rights_->tools, make_services(*rights_, audit_.sink()), policy_->limits, runtime_->tool_threads(),
             runtime_->watchdog(), runtime_->counters().tool_calls, audit_.sink()),
      imports_(*this, *this, runtime_->pristine_state()->files, &tools_),
      checkpoint_(*runtime_, policy_->limits.memory) {
  if (rights_->mounts) mounts_.emplace(rights_->mounts, audit_.sink());
  idle_since_ns = belljar::monotonic_ns();
  runtime_->parking().add(this);
}

Status SessionImpl::add_workspace() {
  if (policy_->workspace.empty()) return Ok{};
  for (const auto& [name, content] : policy_->workspace) BELLJAR_TRY(add_workspace_file(name, content));
  note_new_files();
  return Ok{};
}

// The state is known still, but for its files.
void SessionImpl::note_new_files() {
  if (!known_) return;
  auto state = std::make_shared<SessionState>(*known_);
  state->files = imports_.files();
  if (last_ == known_) last_ = state;
  known_ = std::move(state);
}

Status SessionImpl::add_workspace_file(const std::string& name, const std::string& content) {
  fs::Files& files = imports_.files();
  const uint64_t now = realtime_ns();
  int fd = -1;
  size_t written = 0;
  int error = name.find('/') != std::string::npos ? EINVAL : 0;
  if (!error) {
    error = files.open(fs::Tree::kRoot, "workspace/" + name, {.create = true, .truncate = true, .write = true},
                       {.write = true}, now, &fd);
  }
  if (!error && !content.empty()) {
    error = files.write(files.find(fd), {reinterpret_cast<const uint8_t*>(content.data()), content.size()}, now, &written);
  }
  if (fd >= 0) files.close(fd);
  if (!error && written < content.size()) error = ENOSPC;
  if (!error) return Ok{};
  return invalid("cannot put '" + name + "' into the sandbox's /workspace: " + std::strerror(error),
                 error == ENOSPC ? "raise the limit on files (--files)" : "");
}

SessionImpl::~SessionImpl() {
  runtime_->parking().remove(this);
  checkpoint_.drop();  // stops following the slot before it is reset
  if (sandbox_) runtime_->give_back(std::move(sandbox_), packages_.get());
  runtime_->dismiss_session();
}

// ---- running -------------------------------------------------------------------------------------------------

Result<RunResult> SessionImpl::run(std::string_view source, const RunOptions& options) {
  const Using use(in_use);
  BELLJAR_TRY(check_usable(use));
  BELLJAR_TRY(check_request(source, options));
  BELLJAR_TRY(wake());
  BELLJAR_TRY(audit_run_begin(audit_, source));
  Before before = BELLJAR_TRY(save_before());

  begin_run(source, options);
  Attempt attempt = call_guest();
  const bool is_refused = attempt.reply && attempt.reply->status == Reply::kRefused;
  RunResult result = finish_request(attempt);
  is_finished_ = options.is_last && !result.rolled_back && !is_refused;
  if (result.rolled_back || is_refused) BELLJAR_TRY(roll_back(std::move(before)));
  idle_since_ns.store(checkpoint_.finish(), std::memory_order_relaxed);
  if (is_refused && !result.rolled_back) return Error{ErrorCode::kGuest, result.error->message, "see Tool::signature"};
  count_run(result);
  audit_run_end(audit_, result, attempt.reason);
  return result;
}

Status SessionImpl::check_request(std::string_view source, const RunOptions& options) const {
  if (source.size() > kMaxSourceBytes) return invalid("the source is larger than 16 MiB", "read the data from a file");
  BELLJAR_TRY(check_text(source, "the source"));
  return check_text(options.filename, "the file name");
}

Status SessionImpl::check_usable(const Using& use) const {
  BELLJAR_TRY(check_readable(use));
  if (is_finished_) return invalid("the session's last run is over", "open another session");
  return Ok{};
}

// Its files can be looked at after its last run.
Status SessionImpl::check_readable(const Using& use) const {
  if (!use.taken()) {
    return Error{ErrorCode::kBusy, "the session is running another cell", "wait for it, or use another session"};
  }
  if (runtime_->is_forked()) {
    return Error{ErrorCode::kForked, "the session belongs to the parent process", "make a new Runtime after fork()"};
  }
  if (is_broken_) return Error{ErrorCode::kInternal, "the session is unusable after an earlier error", "open another"};
  return Ok{};
}

// A state that is known costs nothing: the first cell after opening, forking or going back needs no checkpoint.
Result<SessionImpl::Before> SessionImpl::save_before() {
  Before before{std::move(known_), {}, must_set_up_, tool_set_};
  known_ = nullptr;
  if (!before.state && policy_->checkpoint == CheckpointMode::kManual) before.state = last_;
  if (!before.state) {
    before.files = imports_.files();
    BELLJAR_TRY(checkpoint_.save(sandbox_->slot()));
  }
  return before;
}

void SessionImpl::begin_run(std::string_view source, const RunOptions& options) {
  Request request;
  request.script = options.is_script;
  request.finish = options.is_last;
  request.bind = options.binds_value;
  request.cell = ++cells_;
  request.value_budget = options.wants_value ? static_cast<uint32_t>(std::min<uint64_t>(policy_->limits.value, kMaxSourceBytes)) : 0;
  request.source = source;
  request.filename = options.filename;
  begin_request(request, options);
}

// What is the same for every kind of request.
void SessionImpl::begin_request(Request request, const RunOptions& options) {
  options_ = &options;
  imports_.files().restore_streams();
  out_.begin(policy_->limits.output);
  err_.begin(policy_->limits.output);
  stdin_read_ = 0;
  reply_.clear();
  has_reply_ = false;
  exit_code_.reset();
  tools_.begin_run(*sandbox_, options, monotonic_offset_);

  request.first = std::exchange(must_set_up_, false);
  request.reseed = std::exchange(must_reseed_, false);
  request.short_of_memory = was_refused_memory_;
  if (request.first) {
    request.arguments = &policy_->arguments;
    request.environment = &policy_->environment;
  }
  if (tool_set_ != tools_.tools()->id()) request.tools = tools_.tools().get();
  tool_set_ = tools_.tools()->id();
  encode_request(request, &request_);
  value_budget_ = request.value_budget;
  may_refuse_ = request.tools || request.kind != Request::kCell;
}

Attempt SessionImpl::call_guest() {
  engine::Instance& instance = sandbox_->instance();
  const GuestLayout& layout = sandbox_->slot().image()->layout();
  instance.attach(&imports_, policy_->limits.memory / kWasmPage * kWasmPage);
  const bool fits_mailbox = request_.size() <= layout.mailbox_size;
  if (fits_mailbox) std::memcpy(sandbox_->slot().memory() + layout.mailbox, request_.data(), request_.size());

  Attempt attempt;
  const uint64_t start = belljar::monotonic_ns();
  engine::Faults::ensure_on_top();
  sandbox_->gate().begin();
  runtime_->watchdog().arm(sandbox_->watch(), {nanoseconds(policy_->limits.cpu), nanoseconds(policy_->limits.wall),
                                               nanoseconds(policy_->limits.grace)});
  running_.store(sandbox_.get());
  const std::optional<uint32_t> address = fits_mailbox ? layout.mailbox : place_large_request(&attempt.call);
  if (address) {
    attempt.call = instance.call(engine::Instance::Function::kRun,
                                 {static_cast<int32_t>(*address), static_cast<int32_t>(request_.size())});
  }
  attempt.stopped = sandbox_->gate().end();
  attempt.reason = sandbox_->watch().stop_reason();
  running_.store(nullptr);
  runtime_->watchdog().disarm(sandbox_->watch());
  while (visitors_.load() > 0) sched_yield();
  attempt.wall_ns = belljar::monotonic_ns() - start;
  attempt.cpu_ns = thread_cpu_ns() - sandbox_->watch().cpu_start_ns();
  cpu_total_ns_ += attempt.cpu_ns;

  attempt.growth_denied = was_refused_memory_ = instance.growth_denied();
  attempt.exit_code = exit_code_;
  if (attempt.call.kind == engine::CallResult::kReturned && attempt.call.value == 0 && has_reply_ &&
      instance.is_clean(layout.stack_pointer)) {
    attempt.reply = decode_reply(reply_);
    if (attempt.reply && attempt.reply->status == Reply::kRefused && !may_refuse_) attempt.reply.reset();
  }
  return attempt;
}

// Asks the guest for room and fills it. The gate says whether the memory may still be touched. Without an address
// `*call` says how that ended, and is never a return.
std::optional<uint32_t> SessionImpl::place_large_request(engine::CallResult* call) {
  *call = sandbox_->instance().call(engine::Instance::Function::kBuffer, {static_cast<int32_t>(request_.size())});
  if (call->kind != engine::CallResult::kReturned) return std::nullopt;
  call->kind = engine::CallResult::kTrapped;
  const auto address = static_cast<uint32_t>(call->value);
  if (address == 0 || !sandbox_->gate().enter_host()) return std::nullopt;
  const GuestMemory memory(sandbox_->slot().memory(), sandbox_->slot().size());
  const bool written = memory.write_bytes(address, request_);
  if (!sandbox_->gate().leave_host() || !written) return std::nullopt;
  return address;
}

RunResult SessionImpl::finish_request(Attempt& attempt) {
  Limits limits = policy_->limits;
  limits.value -= tools_.displayed();
  RunResult result = judge(attempt, limits);
  tools_.end_run(&result);
  result.stdout_data = out_.take();
  result.stderr_data = err_.take();
  result.stdout_dropped = out_.dropped();
  result.stderr_dropped = err_.dropped();
  result.usage.wall_ns = attempt.wall_ns;
  result.usage.cpu_ns = attempt.cpu_ns;
  result.usage.memory_peak_bytes = sandbox_->slot().size();
  result.usage.output_bytes = out_.written() + err_.written();
  is_pristine_ = false;
  options_ = nullptr;
  return result;
}

void SessionImpl::count_run(const RunResult& result) {
  usage_.runs++;
  usage_.wall_ns += result.usage.wall_ns;
  usage_.cpu_ns += result.usage.cpu_ns;
  usage_.tool_calls += result.usage.tool_calls;
  usage_.output_bytes += result.usage.output_bytes;
  runtime_->counters().count_run(result.status, result.usage.wall_ns);
}

Status SessionImpl::roll_back(Before before) {
  tools_.rolled_back();
  const auto back = [&]() -> Status {
    BELLJAR_TRY(sandbox_->slot().unprotect());
    if (before.state) {
      BELLJAR_TRY(show(std::move(before.state)));
      must_set_up_ = before.must_set_up;
      return Ok{};
    }
    BELLJAR_TRY(checkpoint_.restore(sandbox_->slot()));
    imports_.files() = *before.files;
    tool_set_ = before.tool_set;
    must_reseed_ = true;
    return sandbox_->renew_instance();
  };
  Status status = back();
  if (!status) break_down();
  return status;
}

// running_ and visitors_: either the visitor sees that no run is under way, or whoever takes the sandbox away sees the
// visitor, and waits.
void SessionImpl::cancel() {
  visitors_.fetch_add(1);
  if (Sandbox* sandbox = running_.load()) runtime_->watchdog().cancel(sandbox->watch());
  visitors_.fetch_sub(1);
}

bool SessionImpl::is_stopping() const {
  visitors_.fetch_add(1);
  const Sandbox* sandbox = running_.load();
  const bool stopping = sandbox && sandbox->watch().stop_reason() != engine::StopReason::kNone;
  visitors_.fetch_sub(1);
  return stopping;
}

// ---- what the guest calls ------------------------------------------------------------------------------------

engine::Outcome SessionImpl::reply(const GuestMemory& memory, uint32_t address, uint32_t length) {
  if (has_reply_ || length > value_budget_ + kReplyOverhead || !memory.contains(address, length)) {
    return engine::Outcome::kTrap;
  }
  reply_.resize(length);
  has_reply_ = memory.read_bytes(address, reply_);
  return engine::Outcome::kContinue;
}

int32_t SessionImpl::write_stream(int fd, std::span<const uint8_t> bytes) {
  Output& output = fd == 1 ? out_ : err_;
  const std::string_view kept = output.admit({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  if (kept.empty()) return 0;
  if (!options_->on_output) {
    output.collect(kept);
    return 0;
  }
  const engine::Watch::HostCode host_code(sandbox_->watch());
  sandbox_->instance().on_caller_stack([&] {
    try {
      options_->on_output(static_cast<Stream>(fd), kept);
    } catch (...) {
      // The contract forbids it; an exception must not unwind through the guest's frames.
    }
  });
  return 0;
}

int32_t SessionImpl::read_stdin(std::span<uint8_t> out, size_t* n) {
  *n = 0;
  if (options_->stdin_fd < 0) {
    *n = std::min(out.size(), options_->stdin_data.size() - stdin_read_);
    std::memcpy(out.data(), options_->stdin_data.data() + stdin_read_, *n);
    stdin_read_ += *n;
    return 0;
  }
  for (;;) {
    if (sandbox_->watch().take_interrupt()) return wasi::kIntr;
    pollfd waiting{options_->stdin_fd, POLLIN, 0};
    const int ready = poll(&waiting, 1, kPollMilliseconds);
    if (ready < 0 && errno != EINTR) return wasi::kIo;
    if (ready <= 0) continue;
    const ssize_t got = read(options_->stdin_fd, out.data(), out.size());
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got < 0) return wasi::kIo;
    *n = static_cast<size_t>(got);
    return 0;
  }
}

int32_t SessionImpl::sleep_until(uint64_t deadline) {
  const uint64_t host_deadline = deadline > ~uint64_t{0} - monotonic_offset_ ? ~uint64_t{0} : deadline + monotonic_offset_;
  return sandbox_->watch().sleep_until(host_deadline) ? 0 : wasi::kIntr;
}

uint64_t SessionImpl::realtime_ns() { return coarse(belljar::realtime_ns()); }

uint64_t SessionImpl::monotonic_ns() { return coarse(belljar::monotonic_ns() - monotonic_offset_); }

uint64_t SessionImpl::cpu_ns() {
  return coarse(cpu_total_ns_ + thread_cpu_ns() - sandbox_->watch().cpu_start_ns());
}

bool SessionImpl::random(std::span<uint8_t> out) {
  while (!out.empty()) {
    const ssize_t n = getrandom(out.data(), out.size(), 0);
    if (n < 0 && errno != EINTR) return false;
    if (n > 0) out = out.subspan(static_cast<size_t>(n));
  }
  return true;
}

engine::Outcome SessionImpl::exit(uint32_t code) {
  exit_code_ = code;
  return engine::Outcome::kTrap;
}

}  // namespace belljar
