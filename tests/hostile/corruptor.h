// Damages a guest's memory as a hostile guest would that is out to get its host: words that matter, and values that may
// be taken for an address, a length or a count.
#ifndef BELLJAR_TESTS_HOSTILE_CORRUPTOR_H_
#define BELLJAR_TESTS_HOSTILE_CORRUPTOR_H_

#include <cstdint>
#include <random>
#include <span>

#include "engine/import.h"
#include "image/slot.h"

namespace belljar::testing {

/// One thread at a time. Goes through the kernel, which refuses pages that the watchdog has taken away: nothing faults.
class Corruptor {
 public:
  Corruptor(uint64_t seed, const Slot& slot) : random_(seed), slot_(slot) {}

  uint64_t below(uint64_t n) { return random_() % n; }

  /// Overwrites a few words. `arguments`: of the import under way, whose surroundings are worth a try.
  void strike(uint32_t words, std::span<const engine::Value> arguments = {});

  /// Words overwritten since it was made.
  uint64_t count() const { return count_; }

 private:
  uint32_t place(std::span<const engine::Value> arguments);
  uint32_t damaged(uint32_t value);
  uint32_t on_the_stack();
  bool load(uint32_t address, uint32_t* word) const;
  bool store(uint32_t address, uint32_t word) const;

  std::mt19937_64 random_;
  const Slot& slot_;
  uint64_t count_ = 0;
};

}  // namespace belljar::testing

#endif  // BELLJAR_TESTS_HOSTILE_CORRUPTOR_H_
