// What really happened in a run, seen where the guest calls the host, to hold the run's result against.
#ifndef BELLJAR_TESTS_HOSTILE_WITNESS_H_
#define BELLJAR_TESTS_HOSTILE_WITNESS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "belljar/policy.h"
#include "belljar/run_result.h"
#include "engine/import.h"

namespace belljar::testing {

/// guest_imports(), with the running thread's Witness told of every call. For the linker; lives for ever.
std::span<const engine::Import> witnessed_imports();

class Witness {
 public:
  /// From now on the witness of the calls that runs on this thread make, in place of an earlier one.
  Witness();
  ~Witness();
  Witness(const Witness&) = delete;
  Witness& operator=(const Witness&) = delete;

  /// Called before and after each call, with what the guest passed: may do anything to the guest's memory.
  std::function<void(const engine::Import&, const GuestMemory&, std::span<const engine::Value>)> interfere;

  /// Somebody else writes to the guest's memory while imports read it: what a reply said is not known exactly.
  bool memory_is_racy = false;

  void begin_run();

  /// Fails the test when `result` is not what can have become of the run since begin_run().
  void expect_truthful(const RunResult& result, const Policy& policy, uint64_t image_bytes) const;

  /// Since the witness was made: calls, and those that said success, by name.
  struct Count {
    uint64_t calls = 0, successes = 0;
  };
  const std::map<std::string_view, Count>& counts() const { return counts_; }

  /// Of the first reply since begin_run(), when it was long enough to have one.
  std::optional<uint32_t> reply_status() const { return reply_ ? std::optional(reply_->status) : std::nullopt; }

  /// What the calls of that import returned, since begin_run().
  std::vector<int32_t> results(std::string_view name) const;

  /// For the imports.
  engine::Outcome call(const engine::Import& import, void* context, const GuestMemory& memory, engine::Value* values);

 private:
  struct ReplyHead {
    uint32_t status;
    int32_t exit_code;
  };

  void expect_told_by_reply(const RunResult& result) const;

  Witness* const earlier_;
  std::map<std::string_view, Count> counts_;
  std::map<std::string_view, std::vector<int32_t>> results_;
  int replies_ = 0;
  std::optional<ReplyHead> reply_;    // of the first one, when it was long enough to have one
  std::optional<uint32_t> exit_code_;  // the guest left by proc_exit
  bool was_ended_ = false;             // an import ended the run
};

}  // namespace belljar::testing

#endif  // BELLJAR_TESTS_HOSTILE_WITNESS_H_
