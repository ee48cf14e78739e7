// The Runtime: the guest's code and base image, loaded once, and the slots that sandboxes run in.
#ifndef BELLJAR_RUNTIME_H_
#define BELLJAR_RUNTIME_H_

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "belljar/export.h"
#include "belljar/policy.h"
#include "belljar/result.h"
#include "belljar/session.h"
#include "belljar/snapshot.h"

namespace belljar {

struct RuntimeOptions {
  /// Sessions at the same time, parked ones included.
  uint32_t max_sessions = 100'000;

  /// Of them, those that hold a slot. Each slot takes 4 GiB of address space (not memory) and some twenty mappings; 0: as
  /// many as vm.max_map_count and the address space allow, at most 8192. At this number the session that has been idle
  /// longest is parked to make room; when none is idle, open() answers kExhausted and says which limit to raise.
  uint32_t max_live = 0;

  /// A session that has been idle for so long is parked (Session::park). 0: never by time alone.
  std::chrono::nanoseconds park_after{0};

  /// Slots kept ready after their session has ended. Each holds what its last session touched, 2 MiB at most.
  uint32_t idle_slots = 64;

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

/// A distribution of durations.
struct Latency {
  uint64_t count = 0;
  uint64_t total_ns = 0;
  uint64_t max_ns = 0;
  /// How many took less than 2^i microseconds, and no less than half of it; the last one also holds all longer ones.
  std::array<uint64_t, 24> buckets{};
};

/// Since the Runtime was made; a figure may lag behind by the calls under way.
struct Metrics {
  uint32_t sessions = 0;  ///< open now, parked ones included
  uint32_t parked = 0;
  uint32_t idle_slots = 0;
  uint32_t max_live = 0;  ///< what RuntimeOptions::max_live came to
  uint64_t opened = 0;    ///< by open(), fork() and resume()
  uint64_t forks = 0, snapshots = 0, rollbacks = 0, parks = 0, unparks = 0;
  std::array<uint64_t, 7> runs_by_status{};  ///< by RunStatus
  Latency runs;
  Latency tool_calls;
};

class RuntimeImpl;

/// Thread-safe. Sessions keep what they need of it alive.
///
/// The first Runtime of a process installs handlers for SIGSEGV, SIGBUS, SIGILL and SIGFPE, which pass on every fault
/// that is not belljar's; each has a thread, the watchdog. After fork() the child's sessions answer ErrorCode::kForked;
/// a new Runtime works there.
class BELLJAR_EXPORT Runtime {
 public:
  static Result<std::shared_ptr<Runtime>> create(const RuntimeOptions& options = {});
  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  /// A fresh sandbox.
  Result<std::unique_ptr<Session>> open(const Policy& policy = {});

  /// A session in the state of a snapshot, under `policy`: its arguments, if there are any, replace sys.argv, its
  /// environment and workspace are added. kInvalidArgument when the limits leave no room for it.
  Result<std::unique_ptr<Session>> resume(const Snapshot& snapshot, const Policy& policy = {});

  /// Reads what Snapshot::serialize() or save() wrote, all of it checked before any of it is used. kCorrupt: damaged, of
  /// another build, or not of this key; kExhausted: larger than `max_bytes` of memory and files; kNotFound, kIo.
  /// Also reads the images that `belljar image build` writes, which have no key. A snapshot of a session that was opened
  /// from such an image is loaded while that image is: somebody holds a Snapshot or a session of it; else kNotFound.
  Result<Snapshot> load(std::string_view bytes, const SnapshotKey* key = nullptr, uint64_t max_bytes = uint64_t{4} << 30);
  Result<Snapshot> load_file(const std::string& path, const SnapshotKey* key = nullptr,
                             uint64_t max_bytes = uint64_t{4} << 30);

  Metrics metrics() const;

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
