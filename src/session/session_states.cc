// What a session does with its state as a whole: capture it, go back to it, fork from it, park with it.

#include <algorithm>
#include <string>
#include <utility>

#include "base/clock.h"
#include "session/policy_check.h"
#include "session/session_impl.h"

namespace belljar {
// ---- capturing -----------------------------------------------------------------------------------------------

Result<std::shared_ptr<const SessionState>> SessionImpl::capture(bool for_slots) {
  if (known_) return known_;
  auto state = std::make_shared<SessionState>(SessionState{
      runtime_->shared_image(), BELLJAR_TRY(capture_memory(for_slots)), imports_.files(), monotonic_ns(), cpu_total_ns_, cells_,
      is_pristine_, was_refused_memory_, tool_set_, false, packages_});
  known_ = state;
  if (policy_->checkpoint == CheckpointMode::kManual) last_ = state;
  return std::shared_ptr<const SessionState>(std::move(state));
}

Result<std::shared_ptr<const Delta>> SessionImpl::capture_memory(bool for_slots) {
  if (packed_) return packed_->unpack(runtime_->image());
  return Delta::capture(sandbox_->slot(), runtime_->scanner(), for_slots);
}

Result<std::shared_ptr<const SessionState>> SessionImpl::snapshot() {
  const Using use(in_use);
  BELLJAR_TRY(check_usable(use));
  BELLJAR_TRY(audit_.require("belljar.session.snapshot", {}));
  Counters::count(runtime_->counters().snapshots);
  return capture(false);
}

Result<std::vector<std::unique_ptr<SessionImpl>>> SessionImpl::fork(size_t n) {
  const Using use(in_use);
  BELLJAR_TRY(check_usable(use));
  const std::shared_ptr<const SessionState> state = BELLJAR_TRY(capture(true));
  std::vector<std::unique_ptr<SessionImpl>> children;
  children.reserve(std::min<size_t>(n, 1024));
  for (size_t i = 0; i < n; i++) {
    children.push_back(BELLJAR_TRY(create(runtime_, rights_, state, must_set_up_, {"fork", audit_.id()})));
  }
  runtime_->counters().forks.fetch_add(n, std::memory_order_relaxed);
  return children;
}

// ---- going back ----------------------------------------------------------------------------------------------

// The sandbox and everything else become `state`. After an error the session is broken.
Status SessionImpl::show(std::shared_ptr<const SessionState> state) {
  Slot& slot = sandbox_->slot();
  if (slot.remaps(state->memory)) checkpoint_.drop();
  BELLJAR_TRY(sandbox_->show(state->memory, runtime_->scanner()));
  adopt(std::move(state));
  return Ok{};
}

void SessionImpl::adopt(std::shared_ptr<const SessionState> state) {
  imports_.files() = state->files;
  // A state carries no rights.
  imports_.files().tree().set_limits({policy_->limits.files, policy_->limits.file_entries});
  monotonic_offset_ = belljar::monotonic_ns() - state->monotonic_ns;
  cpu_total_ns_ = state->cpu_ns;
  cells_ = state->cells;
  is_pristine_ = state->is_pristine;
  was_refused_memory_ = state->was_refused_memory;
  tool_set_ = state->tool_set;
  packages_ = state->packages;
  must_set_up_ = state->is_pristine;
  must_reseed_ = !state->is_pristine && !state->is_unseeded;
  if (policy_->checkpoint == CheckpointMode::kManual) last_ = state;
  known_ = std::move(state);
}

Status SessionImpl::rollback(std::shared_ptr<const SessionState> state) {
  const Using use(in_use);
  BELLJAR_TRY(check_usable(use));
  BELLJAR_TRY(runtime_->check_state(*state, policy_->limits));
  BELLJAR_TRY(audit_.require("belljar.session.rollback", {}));
  Counters::count(runtime_->counters().rollbacks);
  tools_.rolled_back();
  if (!sandbox_) {
    packed_.reset();
    adopt(std::move(state));
    return Ok{};
  }
  Status status = show(std::move(state));
  if (!status) break_down();
  return status;
}

void SessionImpl::break_down() {
  is_broken_ = true;
  checkpoint_.drop();
  has_slot = false;
  runtime_->discard(std::move(sandbox_));
}

// ---- parking -------------------------------------------------------------------------------------------------

Status SessionImpl::park() {
  const Using use(in_use);
  BELLJAR_TRY(check_usable(use));
  if (!sandbox_) return Ok{};
  return pack_up();
}

void SessionImpl::give_up_slot() {
  if (sandbox_ && !is_broken_ && !is_finished_) static_cast<void>(pack_up().ok());
}

// Packed, unless a snapshot or a session forked from here holds the state as it is anyhow.
Status SessionImpl::pack_up() {
  BELLJAR_TRY(capture(false));
  if (last_ == known_) last_ = nullptr;
  if (known_->memory && known_.use_count() == 1) {
    packed_ = BELLJAR_TRY(PackedDelta::pack(*known_->memory, runtime_->image()));
    known_ = nullptr;
  }
  checkpoint_.drop();
  has_slot = false;
  runtime_->give_back(std::move(sandbox_), packages_.get());
  Counters::count(runtime_->counters().parks);
  return Ok{};
}

Status SessionImpl::wake() {
  if (sandbox_) return Ok{};
  const std::shared_ptr<const SessionState> state = BELLJAR_TRY(capture(true));
  std::unique_ptr<Sandbox> sandbox = BELLJAR_TRY(runtime_->take_sandbox());
  if (Status status = sandbox->lay(state->memory); !status) {
    // The state is whole: a later call may find what was missing.
    runtime_->discard(std::move(sandbox));
    return std::move(status).error();
  }
  packed_.reset();
  sandbox_ = std::move(sandbox);
  has_slot = true;
  Counters::count(runtime_->counters().unparks);
  return Ok{};
}

// ---- usage ---------------------------------------------------------------------------------------------------

Result<SessionUsage> SessionImpl::usage() {
  const Using use(in_use);
  BELLJAR_TRY(check_usable(use));
  SessionUsage usage = usage_;
  usage.is_parked = !sandbox_;
  const fs::TreeUsage files = imports_.files().tree().usage();
  usage.file_bytes = files.bytes;
  usage.file_entries = files.entries;
  if (sandbox_) {
    const Slot& slot = sandbox_->slot();
    usage.memory_bytes = slot.size();
    std::vector<PageRun> runs;
    if (runtime_->scanner().available()) {
      BELLJAR_TRY(runtime_->scanner().private_pages(slot.memory(), slot.size(), &runs));
    }
    for (const PageRun& run : runs) usage.private_bytes += run.length;
  } else {
    const Delta* memory = known_ ? known_->memory.get() : nullptr;
    usage.memory_bytes = packed_ ? packed_->memory_size() : memory ? memory->memory_size() : runtime_->image().memory_size();
    usage.private_bytes = packed_ ? packed_->bytes() : memory ? memory->bytes() : 0;
  }
  return usage;
}

// ---- Session -------------------------------------------------------------------------------------------------

Session::Session(std::unique_ptr<SessionImpl> impl) : impl_(std::move(impl)) {}

// A tool or a callback may have ended the session that called it.
Session::~Session() {
  if (impl_ && impl_->abandon()) static_cast<void>(impl_.release());
}

Result<RunResult> Session::run(std::string_view source, const RunOptions& options) {
  SessionImpl* const impl = impl_.get();
  Result<RunResult> result = impl->run(source, options);
  if (impl->is_abandoned()) delete impl;
  return result;
}

void Session::cancel() { impl_->cancel(); }

bool Session::is_stopping() const { return impl_->is_stopping(); }

Result<std::unique_ptr<Session>> Session::fork() {
  std::vector<std::unique_ptr<Session>> children = BELLJAR_TRY(fork(1));
  return std::move(children[0]);
}

Result<std::vector<std::unique_ptr<Session>>> Session::fork(size_t n) {
  std::vector<std::unique_ptr<Session>> children;
  for (auto& impl : BELLJAR_TRY(impl_->fork(n))) {
    children.push_back(std::unique_ptr<Session>(new Session(std::move(impl))));
  }
  return children;
}

Result<Snapshot> Session::snapshot() { return Snapshot(BELLJAR_TRY(impl_->snapshot())); }

Status Session::rollback(const Snapshot& snapshot) { return impl_->rollback(snapshot.state()); }

Result<std::string> Session::suspend(const SnapshotKey* key) { return BELLJAR_TRY(snapshot()).serialize(key); }

Status Session::suspend(const std::string& path, const SnapshotKey* key) {
  return BELLJAR_TRY(snapshot()).save(path, key);
}

Status Session::park() { return impl_->park(); }

Result<SessionUsage> Session::usage() { return impl_->usage(); }

}  // namespace belljar
