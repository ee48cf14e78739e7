// Who may touch a session now: a caller, the Runtime that is parking it, or nobody.
#ifndef BELLJAR_SESSION_IN_USE_H_
#define BELLJAR_SESSION_IN_USE_H_

#include <sched.h>

#include <atomic>
#include <cstdint>

namespace belljar {

class InUse {
 public:
  /// For a caller. False when another one has it. Waits while it is being parked, which nobody is to notice: a
  /// millisecond at most.
  bool take() {
    State expected = State::kIdle;
    while (!state_.compare_exchange_weak(expected, State::kUsed, std::memory_order_acq_rel)) {
      if (expected == State::kUsed) return false;
      if (expected == State::kParking) sched_yield();
      expected = State::kIdle;
    }
    return true;
  }

  /// For the Runtime. False when it is not idle.
  bool take_for_parking() {
    State expected = State::kIdle;
    return state_.compare_exchange_strong(expected, State::kParking, std::memory_order_acq_rel);
  }

  bool is_used() const { return state_.load(std::memory_order_acquire) == State::kUsed; }

  void release() { state_.store(State::kIdle, std::memory_order_release); }

 private:
  enum class State : uint8_t { kIdle, kUsed, kParking };
  std::atomic<State> state_{State::kIdle};
};

/// Holds it for the length of a call.
class Using {
 public:
  explicit Using(InUse& in_use) : in_use_(in_use), taken_(in_use.take()) {}
  ~Using() {
    if (taken_) in_use_.release();
  }
  Using(const Using&) = delete;
  Using& operator=(const Using&) = delete;
  bool taken() const { return taken_; }

 private:
  InUse& in_use_;
  const bool taken_;
};

}  // namespace belljar

#endif  // BELLJAR_SESSION_IN_USE_H_
