#include "belljar/runtime.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/process.h"
#include "engine/faults.h"
#include "session/imports.h"
#include "session/rights.h"
#include "session/runtime_impl.h"
#include "session/session_impl.h"
#include "snapshot/snapshot_file.h"

namespace belljar {
namespace {

/// Checkpoint buffers kept for the next cell; larger ones are freed after use.
constexpr size_t kKeptCheckpoints = 16;
constexpr size_t kKeptCheckpointBytes = size_t{4} << 20;

/// The guest's monotonic clock starts here when a session opens, ahead of anything the image saw while it was made.
constexpr uint64_t kMonotonicStart = 1'000'000'000'000;

/// What the shadows of sessions between two cells may hold together: some twenty small ones.
constexpr uint64_t kIdleShadowBytes = uint64_t{8} << 20;

/// For asynchronous tools and those with a timeout, of all sessions.
constexpr size_t kMaxToolThreads = 64;
constexpr std::chrono::milliseconds kIdleToolThread{10'000};

}  // namespace

RuntimeImpl::RuntimeImpl(const RuntimeOptions& options)
    : options_(options),
      ceiling_(options.max_live > 0 ? Ceiling{options.max_live, "raise RuntimeOptions::max_live"} : slots_ceiling()),
      fork_generation_(fork_generation()),
      shadows_(kIdleShadowBytes),
      tool_threads_(kMaxToolThreads, kIdleToolThread),
      parking_(options.park_after.count() > 0 ? static_cast<uint64_t>(options.park_after.count()) : 0) {}

Result<std::shared_ptr<RuntimeImpl>> RuntimeImpl::create(const RuntimeOptions& options, const Payload& payload) {
  std::shared_ptr<RuntimeImpl> impl(new RuntimeImpl(options));
  impl->image_ = BELLJAR_TRY(payload.open_image());
  impl->pristine_ = std::make_shared<SessionState>(SessionState{
      .image = impl->image_,
      .memory = nullptr,
      .files = fs::Files(fs::Tree(BELLJAR_TRY(fs::Pack::open(payload.library)), {})),
      .monotonic_ns = kMonotonicStart,
      .tool_set = 0});
  engine::Faults::install_below();
  impl->code_ = BELLJAR_TRY(engine::Code::load(payload.code, payload.code_is_executable, guest_imports()));
  engine::Faults::install_on_top();
  engine::Faults::set_code_range(payload.code.data(), payload.code.size());
  impl->watchdog_ = BELLJAR_TRY(engine::Watchdog::create());
  return impl;
}

RuntimeImpl::~RuntimeImpl() = default;

bool RuntimeImpl::is_forked() const { return fork_generation_ != fork_generation(); }

Status RuntimeImpl::admit_session() {
  if (is_forked()) {
    return Error{ErrorCode::kForked, "this Runtime belongs to the parent process", "make a new Runtime after fork()"};
  }
  if (has_failed_reset_) {
    return Error{ErrorCode::kInternal, "a sandbox was not equal to the image after its reset",
                 "report it: a bug of belljar's"};
  }
  if (sessions_.fetch_add(1) < options_.max_sessions) return Ok{};
  sessions_.fetch_sub(1);
  return Error{ErrorCode::kExhausted, "the Runtime's max_sessions are open", "close sessions or raise max_sessions"};
}

Result<std::unique_ptr<Sandbox>> RuntimeImpl::take_sandbox(const Delta* wanted) {
  do {
    if (std::unique_ptr<Sandbox> sandbox = take_idle(wanted)) {
      const Delta* shown = sandbox->slot().shown().get();
      if (!shown || shown == wanted || (sandbox->reset(scanner_) && verify(*sandbox))) return sandbox;
      discard(std::move(sandbox));
    }
    if (slots_.fetch_add(1) < ceiling_.slots) return make_sandbox();
    slots_.fetch_sub(1);
  } while (parking_.park_one());
  return Error{ErrorCode::kExhausted,
               std::to_string(ceiling_.slots) + " sessions are live, as many as there is room for, and none is idle",
               ceiling_.reason};
}

// The last one that shows what is wanted, else one that shows the base image, else any.
std::unique_ptr<Sandbox> RuntimeImpl::take_idle(const Delta* wanted) {
  std::lock_guard lock(mutex_);
  if (idle_.empty()) return nullptr;
  const auto last_that_shows = [&](const Delta* delta) {
    return std::find_if(idle_.rbegin(), idle_.rend(), [&](const auto& idle) { return idle->slot().shown().get() == delta; });
  };
  auto found = last_that_shows(wanted);
  if (found == idle_.rend() && wanted) found = last_that_shows(nullptr);
  if (found == idle_.rend()) found = idle_.rbegin();
  std::unique_ptr<Sandbox> sandbox = std::move(*found);
  idle_.erase(std::next(found).base());
  return sandbox;
}

Result<std::unique_ptr<Sandbox>> RuntimeImpl::make_sandbox() {
  Result<std::unique_ptr<Sandbox>> sandbox = Sandbox::create(*code_, *watchdog_, image_);
  // A process that runs one program is quickest when the kernel maps a fault's neighbours too; one that runs many, when
  // only what is touched is mapped, since scans take time for every page that is.
  if (sandbox && has_run_.exchange(true)) (*sandbox)->slot().map_sparsely(watcher_);
  if (!sandbox) slots_.fetch_sub(1);
  return sandbox;
}

void RuntimeImpl::give_back(std::unique_ptr<Sandbox> sandbox, const PackageImage* packages) {
  // Only what shows the base image can become sparse.
  const bool is_settled = sandbox->slot().is_sparse() || !watcher_.available();
  std::shared_ptr<const Delta> home = packages && is_settled ? packages->memory : nullptr;
  // A sandbox is never used again, by anyone, before its reset succeeded.
  if (is_forked() || !sandbox->reset(scanner_, home) || !verify(*sandbox)) return discard(std::move(sandbox));
  if (!home) sandbox->slot().map_sparsely(watcher_);
  {
    std::lock_guard lock(mutex_);
    if (idle_.size() < options_.idle_slots) {
      idle_.push_back(std::move(sandbox));
      return;
    }
  }
  discard(std::move(sandbox));
}

void RuntimeImpl::discard(std::unique_ptr<Sandbox> sandbox) {
  sandbox = nullptr;
  slots_.fetch_sub(1);
}

Status RuntimeImpl::check_state(const SessionState& state, const Limits& limits) const {
  if (state.image->identity() != image_->identity()) {
    return Error{ErrorCode::kCorrupt, "the snapshot belongs to another build", "use the belljar that made it"};
  }
  const uint64_t memory = state.memory ? state.memory->memory_size() : image_->memory_size();
  if (memory > limits.memory) {
    return Error{ErrorCode::kInvalidArgument,
                 "the snapshot's memory of " + std::to_string(memory >> 20) + " MiB is above the limit of " +
                     std::to_string(limits.memory >> 20) + " MiB",
                 "raise the limit on memory (memory / --memory)"};
  }
  return Ok{};
}

void RuntimeImpl::remember(const std::shared_ptr<const PackageImage>& packages) {
  std::lock_guard lock(mutex_);
  std::erase_if(images_, [](const auto& known) { return known.expired(); });
  images_.push_back(packages);
}

std::shared_ptr<const PackageImage> RuntimeImpl::find_packages(const PackageImageId& id) {
  std::lock_guard lock(mutex_);
  for (const auto& known : images_) {
    std::shared_ptr<const PackageImage> packages = known.lock();
    if (packages && packages->id == id) return packages;
  }
  return nullptr;
}

bool RuntimeImpl::verify(const Sandbox& sandbox) {
  const Slot& slot = sandbox.slot();
  if (!options_.verify_resets || (slot.shown() ? slot.is_restored() : image_->matches(slot.memory()))) return true;
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
      {"live sessions", true,
       std::to_string(ceiling_.slots) + " at a time, any number parked; for more " + ceiling_.reason},
  };
}

Metrics RuntimeImpl::metrics() {
  Metrics metrics;
  counters_.read(&metrics);
  metrics.sessions = sessions_;
  metrics.max_live = ceiling_.slots;
  std::lock_guard lock(mutex_);
  metrics.idle_slots = static_cast<uint32_t>(idle_.size());
  const uint32_t live = slots_ - metrics.idle_slots;
  metrics.parked = metrics.sessions > live ? metrics.sessions - live : 0;
  return metrics;
}

Runtime::Runtime(std::shared_ptr<RuntimeImpl> impl) : impl_(std::move(impl)) {}
Runtime::~Runtime() = default;

Result<std::shared_ptr<Runtime>> Runtime::create(const RuntimeOptions& options) {
  std::shared_ptr<RuntimeImpl> impl = BELLJAR_TRY(RuntimeImpl::create(options, Payload::linked()));
  return std::shared_ptr<Runtime>(new Runtime(std::move(impl)));
}

Result<std::unique_ptr<Session>> Runtime::open(const Policy& policy) {
  std::shared_ptr<const Rights> rights = BELLJAR_TRY(Rights::create(policy, impl_->image().memory_size()));
  std::unique_ptr<SessionImpl> session =
      BELLJAR_TRY(SessionImpl::create(impl_, std::move(rights), impl_->pristine_state(), true, {"fresh"}));
  return std::unique_ptr<Session>(new Session(std::move(session)));
}

Result<std::unique_ptr<Session>> Runtime::resume(const Snapshot& snapshot, const Policy& policy) {
  std::shared_ptr<const Rights> rights = BELLJAR_TRY(Rights::create(policy, impl_->image().memory_size()));
  BELLJAR_TRY(impl_->check_state(*snapshot.state(), policy.limits));
  const bool sets_up = snapshot.state()->is_pristine || !policy.arguments.empty() || !policy.environment.empty() ||
                       !policy.workspace.empty();
  std::unique_ptr<SessionImpl> session =
      BELLJAR_TRY(SessionImpl::create(impl_, std::move(rights), snapshot.state(), sets_up, {"snapshot"}));
  return std::unique_ptr<Session>(new Session(std::move(session)));
}

Result<Snapshot> Runtime::load(std::string_view bytes, const SnapshotKey* key, uint64_t max_bytes) {
  const SessionState& pristine = *impl_->pristine_state();
  const std::shared_ptr<const fs::Pack>& library = pristine.files.tree().shared_library();
  if (!is_package_image(bytes)) {
    const auto find = [&](const PackageImageId& id) { return impl_->find_packages(id); };
    return Snapshot(BELLJAR_TRY(decode_snapshot(bytes, key, pristine.image, library, max_bytes, find)));
  }
  // Images are no secrets, and a key that is given is for the snapshots.
  Snapshot image(BELLJAR_TRY(decode_package_image(bytes, pristine.image, library, max_bytes)));
  impl_->remember(image.state()->packages);
  return image;
}

Result<Snapshot> Runtime::load_file(const std::string& path, const SnapshotKey* key, uint64_t max_bytes) {
  return load(BELLJAR_TRY(read_file(path, max_bytes)), key, max_bytes);
}

Metrics Runtime::metrics() const { return impl_->metrics(); }

uint64_t Runtime::image_bytes() const { return impl_->image().memory_size(); }

std::vector<Capability> Runtime::capabilities() const { return impl_->capabilities(); }

Status Runtime::verify_payload() {
  const Payload payload = Payload::linked();
  BELLJAR_TRY(payload.verify_identity());
  return BELLJAR_TRY(fs::Pack::open(payload.library))->verify();
}

}  // namespace belljar
