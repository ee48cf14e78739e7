#include "belljar/runtime.h"

#include <utility>

#include "base/process.h"
#include "engine/faults.h"
#include "session/imports.h"
#include "session/runtime_impl.h"
#include "session/session_impl.h"

namespace belljar {
namespace {

/// Checkpoint buffers kept for the next cell; larger ones are freed after use.
constexpr size_t kKeptCheckpoints = 16;
constexpr size_t kKeptCheckpointBytes = size_t{4} << 20;

/// What the shadows of sessions between two cells may hold together: some twenty small ones.
constexpr uint64_t kIdleShadowBytes = uint64_t{8} << 20;

}  // namespace

RuntimeImpl::RuntimeImpl(const RuntimeOptions& options)
    : options_(options), fork_generation_(fork_generation()), shadows_(kIdleShadowBytes) {}

Result<std::shared_ptr<RuntimeImpl>> RuntimeImpl::create(const RuntimeOptions& options, const Payload& payload) {
  std::shared_ptr<RuntimeImpl> impl(new RuntimeImpl(options));
  impl->image_ = BELLJAR_TRY(payload.open_image());
  impl->files_.emplace(fs::Tree(BELLJAR_TRY(fs::Pack::open(payload.library)), {}));
  engine::Faults::install_below();
  impl->code_ = BELLJAR_TRY(engine::Code::load(payload.code, payload.code_is_executable, guest_imports()));
  engine::Faults::install_on_top();
  engine::Faults::set_code_range(payload.code.data(), payload.code.size());
  impl->watchdog_ = BELLJAR_TRY(engine::Watchdog::create());
  return impl;
}

RuntimeImpl::~RuntimeImpl() = default;

bool RuntimeImpl::is_forked() const { return fork_generation_ != fork_generation(); }

Result<std::unique_ptr<Sandbox>> RuntimeImpl::take_sandbox() {
  if (is_forked()) {
    return Error{ErrorCode::kForked, "this Runtime belongs to the parent process", "make a new Runtime after fork()"};
  }
  if (has_failed_reset_) {
    return Error{ErrorCode::kInternal, "a sandbox was not equal to the image after its reset",
                 "report it: a bug of belljar's"};
  }
  if (sessions_.fetch_add(1) >= options_.max_sessions) {
    sessions_.fetch_sub(1);
    return Error{ErrorCode::kExhausted, "the Runtime's max_sessions are open", "close sessions or raise max_sessions"};
  }
  {
    std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      std::unique_ptr<Sandbox> sandbox = std::move(idle_.back());
      idle_.pop_back();
      return sandbox;
    }
  }
  Result<std::unique_ptr<Sandbox>> sandbox = Sandbox::create(*code_, *watchdog_, image_);
  // A process that runs one program is quickest when the kernel maps a fault's neighbours too; one that runs many, when
  // only what is touched is mapped, since scans take time for every page that is.
  if (sandbox && has_run_.exchange(true)) (*sandbox)->slot().map_sparsely(watcher_);
  if (!sandbox) sessions_.fetch_sub(1);
  return sandbox;
}

void RuntimeImpl::give_back(std::unique_ptr<Sandbox> sandbox) {
  sessions_.fetch_sub(1);
  if (is_forked()) return;
  // A sandbox is never used again, by anyone, before its reset succeeded.
  if (!sandbox->reset(scanner_) || !verify(*sandbox)) return;
  sandbox->slot().map_sparsely(watcher_);
  std::lock_guard lock(mutex_);
  if (idle_.size() < options_.idle_slots) idle_.push_back(std::move(sandbox));
}

bool RuntimeImpl::verify(const Sandbox& sandbox) {
  if (!options_.verify_resets || image_->matches(sandbox.slot().memory())) return true;
  has_failed_reset_ = true;
  return false;
}

std::unique_ptr<MemoryCheckpoint> RuntimeImpl::take_checkpoint() {
  std::lock_guard lock(mutex_);
  if (checkpoints_.empty()) return std::make_unique<MemoryCheckpoint>();
  std::unique_ptr<MemoryCheckpoint> checkpoint = std::move(checkpoints_.back());
  checkpoints_.pop_back();
  return checkpoint;
}

void RuntimeImpl::give_back(std::unique_ptr<MemoryCheckpoint> checkpoint) {
  if (checkpoint->capacity() > kKeptCheckpointBytes) return;
  std::lock_guard lock(mutex_);
  if (checkpoints_.size() < kKeptCheckpoints) checkpoints_.push_back(std::move(checkpoint));
}

std::vector<Capability> RuntimeImpl::capabilities() const {
  return {
      {"PAGEMAP_SCAN", scanner_.available(),
       scanner_.available() ? "slots are reset by restoring the pages that were written"
                            : "needs Linux 6.7; slots are mapped afresh for each sandbox instead: slower, same result"},
      {"userfaultfd WP_ASYNC", watcher_.available(),
       watcher_.available() ? "checkpoints cost what a cell writes"
                                    : "needs Linux 6.7; checkpoints copy all that a session holds: slower, same result"},
  };
}

Runtime::Runtime(std::shared_ptr<RuntimeImpl> impl) : impl_(std::move(impl)) {}
Runtime::~Runtime() = default;

Result<std::shared_ptr<Runtime>> Runtime::create(const RuntimeOptions& options) {
  std::shared_ptr<RuntimeImpl> impl = BELLJAR_TRY(RuntimeImpl::create(options, Payload::linked()));
  return std::shared_ptr<Runtime>(new Runtime(std::move(impl)));
}

Result<std::unique_ptr<Session>> Runtime::open(const Policy& policy) {
  std::unique_ptr<SessionImpl> session = BELLJAR_TRY(SessionImpl::create(impl_, policy));
  return std::unique_ptr<Session>(new Session(std::move(session)));
}

uint64_t Runtime::image_bytes() const { return impl_->image().memory_size(); }

std::vector<Capability> Runtime::capabilities() const { return impl_->capabilities(); }

Status Runtime::verify_payload() {
  const Payload payload = Payload::linked();
  BELLJAR_TRY(payload.verify_identity());
  return BELLJAR_TRY(fs::Pack::open(payload.library))->verify();
}

}  // namespace belljar
