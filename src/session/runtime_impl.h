// What all sessions of a Runtime share.
#ifndef BELLJAR_SESSION_RUNTIME_IMPL_H_
#define BELLJAR_SESSION_RUNTIME_IMPL_H_

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "belljar/runtime.h"
#include "engine/code.h"
#include "engine/watchdog.h"
#include "image/image.h"
#include "image/pages.h"
#include "image/payload.h"
#include "image/fault_watcher.h"
#include "session/ceilings.h"
#include "session/counters.h"
#include "session/memory_checkpoint.h"
#include "session/parking_lot.h"
#include "session/sandbox.h"
#include "session/shadow_pool.h"
#include "tools/thread_pool.h"
#include "snapshot/session_state.h"

namespace belljar {

class RuntimeImpl {
 public:
  static Result<std::shared_ptr<RuntimeImpl>> create(const RuntimeOptions& options, const Payload& payload);
  ~RuntimeImpl();

  /// One more session, or none: kForked, kExhausted.
  Status admit_session();
  void dismiss_session() { sessions_.fetch_sub(1); }

  /// A sandbox that shows the base image, or `wanted` over it when one of those that do is idle: a used one after its
  /// reset, a new one, or that of a session that is parked for it.
  Result<std::unique_ptr<Sandbox>> take_sandbox(const Delta* wanted = nullptr);
  /// Takes a session's sandbox back, resets it and keeps it for the next: showing the memory of `packages`, an image's, when
  /// there are any.
  void give_back(std::unique_ptr<Sandbox> sandbox, const PackageImage* packages = nullptr);
  /// Takes back one that must not be used again.
  void discard(std::unique_ptr<Sandbox> sandbox);

  /// Whether a session under `limits` can be in `state`.
  Status check_state(const SessionState& state, const Limits& limits) const;

  /// Images that somebody still holds, for snapshots of sessions in them.
  void remember(const std::shared_ptr<const PackageImage>& packages);
  std::shared_ptr<const PackageImage> find_packages(const PackageImageId& id);

  /// Buffers for one cell's checkpoint.
  std::unique_ptr<MemoryCheckpoint> take_checkpoint();
  void give_back(std::unique_ptr<MemoryCheckpoint> checkpoint);

  engine::Watchdog& watchdog() { return *watchdog_; }
  const PageScanner& scanner() const { return scanner_; }
  const FaultWatcher& watcher() const { return watcher_; }
  ShadowPool& shadows() { return shadows_; }
  ParkingLot& parking() { return parking_; }
  ThreadPool& tool_threads() { return tool_threads_; }
  Counters& counters() { return counters_; }
  /// Of a fresh sandbox.
  const std::shared_ptr<const SessionState>& pristine_state() const { return pristine_; }
  const Image& image() const { return *image_; }
  const std::shared_ptr<const Image>& shared_image() const { return image_; }

  /// The process has forked since this was made: nothing of it may be used here.
  bool is_forked() const;

  std::vector<Capability> capabilities() const;
  Metrics metrics();

 private:
  explicit RuntimeImpl(const RuntimeOptions& options);
  bool verify(const Sandbox& sandbox);
  std::unique_ptr<Sandbox> take_idle(const Delta* wanted);
  Result<std::unique_ptr<Sandbox>> make_sandbox();

  const RuntimeOptions options_;
  const Ceiling ceiling_;
  const uint32_t fork_generation_;
  PageScanner scanner_;
  FaultWatcher watcher_{scanner_};
  ShadowPool shadows_;
  std::shared_ptr<const Image> image_;
  std::shared_ptr<const SessionState> pristine_;
  Counters counters_;
  std::shared_ptr<const engine::Code> code_;
  std::unique_ptr<engine::Watchdog> watchdog_;

  std::atomic<uint32_t> sessions_{0};
  std::atomic<uint32_t> slots_{0};  // of all sandboxes that there are
  std::atomic<bool> has_run_{false};
  std::atomic<bool> has_failed_reset_{false};  // only looked for with verify_resets
  std::mutex mutex_;  // guards the three below; held for a push or a pop
  std::vector<std::weak_ptr<const PackageImage>> images_;
  std::vector<std::unique_ptr<Sandbox>> idle_;
  std::vector<std::unique_ptr<MemoryCheckpoint>> checkpoints_;
  ThreadPool tool_threads_;
  ParkingLot parking_;  // last: its thread uses the rest
};

}  // namespace belljar

#endif  // BELLJAR_SESSION_RUNTIME_IMPL_H_
