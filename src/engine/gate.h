// The gate: one word per slot through which the thread that runs a guest and the watchdog agree who may touch the
// guest's memory. Changed only by compare-and-swap.
//
//   runner:    idle -> guest   begin()        watchdog:  guest|host -> + held       try_hold()
//              guest -> host   enter_host()              held -> held + stopping    request_stop()
//              host -> guest   leave_host()              - held                     release()
//              guest -> idle   end()
//
// While the watchdog holds the gate the runner can move between guest and host, but cannot become idle: end() waits.
// So memory that the watchdog writes to or protects is never reset, re-used or unmapped under it.
#ifndef BELLJAR_ENGINE_GATE_H_
#define BELLJAR_ENGINE_GATE_H_

#include <sched.h>

#include <atomic>
#include <cstdint>

namespace belljar::engine {

class Gate {
 public:
  // ---- the thread that runs the guest ----

  /// idle -> guest. A new generation: a watchdog that still means an earlier run can no longer take hold.
  void begin() {
    const uint64_t generation = (word_.load(std::memory_order_relaxed) >> kShift) + 1;
    word_.store(generation << kShift | kGuest, std::memory_order_release);
  }

  /// guest -> host, at the start of an import. False when the run is being stopped: return a trap at once, without
  /// touching guest memory.
  bool enter_host() { return move(kHost); }

  /// host -> guest, at the end of an import. False as above.
  bool leave_host() { return move(kGuest); }

  /// -> idle, when the call into the guest has returned or trapped. True when a hard stop was requested meanwhile,
  /// whether or not it was what ended the call.
  bool end() {
    uint64_t word = word_.load(std::memory_order_relaxed);
    for (;;) {
      if (word & kHeld) {
        sched_yield();
        word = word_.load(std::memory_order_relaxed);
      } else if (word_.compare_exchange_weak(word, word & ~uint64_t{kStateMask | kStopping},
                                             std::memory_order_acq_rel)) {
        return word & kStopping;
      }
    }
  }

  /// Generation of the run under way, or of the last one.
  uint64_t generation() const { return word_.load(std::memory_order_acquire) >> kShift; }

  /// A hard stop of the run under way has been requested.
  bool stopping() const { return word_.load(std::memory_order_acquire) & kStopping; }

  // ---- the watchdog ----

  /// Takes hold of run `generation`. False when it is over.
  bool try_hold(uint64_t generation) {
    uint64_t word = word_.load(std::memory_order_acquire);
    do {
      if (word >> kShift != generation || (word & kStateMask) == kIdle) return false;
    } while (!word_.compare_exchange_weak(word, word | kHeld, std::memory_order_acq_rel));
    return true;
  }

  /// While held: no import may touch guest memory from now on, and the one under way ends in a trap. True when the
  /// runner is in the guest, so that its pages can be taken away; false when it is in an import, which sees the
  /// request as soon as it wants to return.
  bool request_stop() {
    return (word_.fetch_or(kStopping, std::memory_order_acq_rel) & kStateMask) == kGuest;
  }

  void release() { word_.fetch_and(~uint64_t{kHeld}, std::memory_order_release); }

 private:
  static constexpr uint64_t kIdle = 0, kGuest = 1, kHost = 2, kStateMask = 3;
  static constexpr uint64_t kStopping = 4, kHeld = 8;
  static constexpr int kShift = 8;

  bool move(uint64_t to) {
    uint64_t word = word_.load(std::memory_order_relaxed);
    do {
      if (word & kStopping) return false;
    } while (!word_.compare_exchange_weak(word, (word & ~kStateMask) | to, std::memory_order_acq_rel));
    return true;
  }

  std::atomic<uint64_t> word_{0};
};

}  // namespace belljar::engine

#endif  // BELLJAR_ENGINE_GATE_H_
