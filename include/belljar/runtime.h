// The Runtime: the guest's code and base image, loaded once, and the slots that sandboxes run in.
#ifndef BELLJAR_RUNTIME_H_
#define BELLJAR_RUNTIME_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "belljar/policy.h"
#include "belljar/result.h"
#include "belljar/session.h"

namespace belljar {

struct RuntimeOptions {
  /// Sessions alive at the same time. Each reserves 4 GiB of address space (not memory): 47 bits hold about 30 000.
  uint32_t max_sessions = 8192;

  /// Slots kept ready after their session has ended. Each holds at most a few MiB.
  uint32_t idle_slots = 16;

  /// After each reset, compares the whole slot with the image (20 MiB): finds mistakes of belljar's, slow. After one,
  /// open() answers kInternal.
  bool verify_resets = false;
};

/// One choice that the machine made for belljar, for `belljar doctor`.
struct Capability {
  std::string name;
  bool available;
  std::string detail;
};

class RuntimeImpl;

/// Thread-safe. Sessions keep what they need of it alive.
///
/// The first Runtime of a process installs handlers for SIGSEGV, SIGBUS, SIGILL and SIGFPE, which pass on every fault
/// that is not belljar's; each has a thread, the watchdog. After fork() the child's sessions answer ErrorCode::kForked;
/// a new Runtime works there.
class Runtime {
 public:
  static Result<std::shared_ptr<Runtime>> create(const RuntimeOptions& options = {});
  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  /// A fresh sandbox.
  Result<std::unique_ptr<Session>> open(const Policy& policy = {});

  /// Linear memory of the base image: the least that Limits::memory can be.
  uint64_t image_bytes() const;

  std::vector<Capability> capabilities() const;

  /// Reads every byte of the code, the base image and the library that this build carries, and compares them with what
  /// was built. kCorrupt when they differ. Takes some 100 ms.
  static Status verify_payload();

 private:
  explicit Runtime(std::shared_ptr<RuntimeImpl> impl);
  std::shared_ptr<RuntimeImpl> impl_;
};

}  // namespace belljar

#endif  // BELLJAR_RUNTIME_H_
