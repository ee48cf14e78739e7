// What all sessions of a Runtime share.
#ifndef BELLJAR_SESSION_RUNTIME_IMPL_H_
#define BELLJAR_SESSION_RUNTIME_IMPL_H_

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "belljar/runtime.h"
#include "engine/code.h"
#include "engine/watchdog.h"
#include "fs/files.h"
#include "image/image.h"
#include "image/pages.h"
#include "image/payload.h"
#include "image/fault_watcher.h"
#include "session/memory_checkpoint.h"
#include "session/sandbox.h"
#include "session/shadow_pool.h"

namespace belljar {

class RuntimeImpl {
 public:
  static Result<std::shared_ptr<RuntimeImpl>> create(const RuntimeOptions& options, const Payload& payload);
  ~RuntimeImpl();

  /// A sandbox that shows the base image: a used one after its reset, or a new one.
  Result<std::unique_ptr<Sandbox>> take_sandbox();
  /// Takes a session's sandbox back, resets it and keeps it for the next.
  void give_back(std::unique_ptr<Sandbox> sandbox);

  /// Buffers for one cell's checkpoint.
  std::unique_ptr<MemoryCheckpoint> take_checkpoint();
  void give_back(std::unique_ptr<MemoryCheckpoint> checkpoint);

  engine::Watchdog& watchdog() { return *watchdog_; }
  const PageScanner& scanner() const { return scanner_; }
  const FaultWatcher& watcher() const { return watcher_; }
  ShadowPool& shadows() { return shadows_; }
  /// The file tree of a fresh sandbox.
  const fs::Files& pristine_files() const { return *files_; }
  const Image& image() const { return *image_; }

  /// The process has forked since this was made: nothing of it may be used here.
  bool is_forked() const;

  std::vector<Capability> capabilities() const;

 private:
  explicit RuntimeImpl(const RuntimeOptions& options);
  bool verify(const Sandbox& sandbox);

  const RuntimeOptions options_;
  const uint32_t fork_generation_;
  PageScanner scanner_;
  FaultWatcher watcher_{scanner_};
  ShadowPool shadows_;
  std::shared_ptr<const Image> image_;
  std::optional<fs::Files> files_;
  std::shared_ptr<const engine::Code> code_;
  std::unique_ptr<engine::Watchdog> watchdog_;

  std::atomic<uint32_t> sessions_{0};
  std::atomic<bool> has_run_{false};
  std::atomic<bool> has_failed_reset_{false};  // only looked for with verify_resets
  std::mutex mutex_;  // guards the two below; held for a push or a pop
  std::vector<std::unique_ptr<Sandbox>> idle_;
  std::vector<std::unique_ptr<MemoryCheckpoint>> checkpoints_;
};

}  // namespace belljar

#endif  // BELLJAR_SESSION_RUNTIME_IMPL_H_
