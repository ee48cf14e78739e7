// A Runtime with its inside out: the test knows the slot of every session, and its Witness hears every import call.
#ifndef BELLJAR_TESTS_HOSTILE_EXPOSED_RUNTIME_H_
#define BELLJAR_TESTS_HOSTILE_EXPOSED_RUNTIME_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "image/payload.h"
#include "session/session_impl.h"

namespace belljar::testing {

/// Python's sessions, the payload of the executable; and those of guest.c.
const Payload& python_payload();
const Payload& hostile_payload();

/// A slot's memory at some moment: its size, and the bytes of the image's part and 1 MiB more.
struct MemoryCopy {
  uint64_t size;
  std::vector<uint8_t> bytes;
  bool operator==(const MemoryCopy&) const = default;
};

class ExposedRuntime {
 public:
  struct Opened {
    std::unique_ptr<SessionImpl> session;
    Sandbox* sandbox;

    Slot& slot() const { return sandbox->slot(); }
    MemoryCopy memory() const;
  };

  /// A process can have two only one after the other, or when the guest of the first never executes an instruction that
  /// is illegal: faults in code are told by one address range. Sessions end before it does.
  explicit ExposedRuntime(const Payload& payload);

  Opened open(const Policy& policy);

  /// Ends the session and looks at its slot: it must have been kept for the next, and equal the image byte for byte.
  void expect_clean_end(Opened opened);

  uint64_t image_bytes() const { return runtime_->image().memory_size(); }
  const GuestLayout& layout() const { return runtime_->image().layout(); }

 private:
  std::shared_ptr<const engine::Code> code_;  // linked with witnessed imports; the Runtime's own loading finds it
  std::shared_ptr<RuntimeImpl> runtime_;
};

/// A session that has nothing to do with the others, and its memory: nobody may touch it.
class Canary {
 public:
  /// `check` must print `expected`, now and in the end.
  Canary(ExposedRuntime& runtime, std::string_view prepare, std::string check, std::string expected);
  ~Canary();

  /// Compares its memory, byte for byte.
  void expect_unharmed() const;
  /// Runs `check` and compares the memory from here on.
  void expect_alive();

 private:
  ExposedRuntime& runtime_;
  ExposedRuntime::Opened opened_;
  const std::string check_, expected_;
  MemoryCopy memory_;
};

/// What this process holds, to be compared between the beginning and the end.
struct ProcessFigures {
  size_t descriptors, mappings, resident_bytes;

  static ProcessFigures now();
  void expect_no_growth_until(const ProcessFigures& later) const;
};

/// The seeds of a test's rounds: BELLJAR_SEED alone, or as many as BELLJAR_ROUNDS says, or the usual number, or, with
/// BELLJAR_SOAK, that for a long run.
class Seeds {
 public:
  Seeds(uint64_t usual, uint64_t soak);

  /// Calls `round(seed)` for each until a check fails; says which, so that a crash leaves its seed behind.
  template <typename Round>
  void run(Round&& round) const {
    for (uint64_t seed = first_; seed < first_ + count_ && !failed(); seed++) {
      announce(seed);
      round(seed);
    }
    announce_end();
  }

 private:
  static bool failed();
  static void announce(uint64_t seed);
  static void announce_end();

  uint64_t first_, count_;
};

}  // namespace belljar::testing

#endif  // BELLJAR_TESTS_HOSTILE_EXPOSED_RUNTIME_H_
