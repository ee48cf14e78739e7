// The watchdog: one thread per Runtime that enforces time from outside, so that the guest's code carries no checks.
// Soft first: three words of guest memory, and CPython raises KeyboardInterrupt at its next check. After a grace
// period hard: the guest's pages are taken away, and its next access traps.
#ifndef BELLJAR_ENGINE_WATCHDOG_H_
#define BELLJAR_ENGINE_WATCHDOG_H_

#include <time.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/runner_signal.h"
#include "belljar/result.h"
#include "engine/gate.h"
#include "image/slot.h"

namespace belljar::engine {

enum class StopReason : uint8_t { kNone, kCpuTime, kWallTime, kCancelled };

/// Limits of one run. Zero durations are allowed and stop at once.
struct RunLimits {
  uint64_t cpu_ns;
  uint64_t wall_ns;
  uint64_t grace_ns;  ///< from the soft stop to the hard one
};

/// What the watchdog knows of one slot. Lives as long as the slot; registered once, armed for each run.
class Watch {
 public:
  Watch(Slot& slot, Gate& gate) : slot_(slot), gate_(gate), signal_(std::make_shared<RunnerSignal>()) {}

  /// Why this run has been, or is being, stopped; kNone while it is not. Once set it stays for the run, even if the
  /// guest swallows the exception.
  StopReason stop_reason() const { return reason_.load(std::memory_order_acquire); }

  /// Waits in an import until `monotonic_ns`, or until an interrupt arrives: false then, once for each interrupt, as
  /// a signal would.
  bool sleep_until(uint64_t monotonic_ns);

  enum class Waited : uint8_t { kReady, kTime, kInterrupted };

  /// The same, and ends when `is_ready()`, which is asked again after each signal()->notify().
  template <typename F>
  Waited wait_until(uint64_t monotonic_ns, F&& is_ready) {
    for (;;) {
      const uint32_t seen = signal_->wakeups.load(std::memory_order_acquire);
      if (take_interrupt()) return Waited::kInterrupted;
      if (is_ready()) return Waited::kReady;
      if (belljar::monotonic_ns() >= monotonic_ns) return Waited::kTime;
      futex_wait(signal_->wakeups, seen, monotonic_ns);
    }
  }

  /// Wakes this watch's runner, and tells that its run is being stopped.
  const std::shared_ptr<RunnerSignal>& signal() const { return signal_; }

  /// For an import that waits by other means: whether an interrupt has arrived. Asking takes it, as above.
  bool take_interrupt() { return interrupt_pending_.exchange(false, std::memory_order_acq_rel); }

  /// By the thread that runs the guest, around code of the host's such as a tool: its CPU time is not held against the
  /// guest. Reads the CPU clock only when that took long, so what is short, or follows a wait of the guest's, may count.
  class HostCode {
   public:
    explicit HostCode(Watch& watch) : watch_(watch) { watch.begin_host_code(); }
    ~HostCode() { watch_.end_host_code(); }
    HostCode(const HostCode&) = delete;
    HostCode& operator=(const HostCode&) = delete;

   private:
    Watch& watch_;
  };

  /// CPU time of the run's thread when it was armed, and what it has spent in the host's code since.
  uint64_t cpu_start_ns() const { return cpu_start_.load(std::memory_order_relaxed); }

 private:
  friend class Watchdog;

  static constexpr uint64_t kNever = ~uint64_t{0};

  void begin_host_code() {
    host_code_turns_.fetch_add(1);
    host_code_at_ = belljar::monotonic_ns();
  }
  void end_host_code();

  Slot& slot_;
  Gate& gate_;

  // Written by the runner while it arms; read by the watchdog once check_at_ is set.
  std::atomic<uint64_t> generation_{0};
  std::atomic<uint64_t> cpu_start_{0};
  /// Counts entries and exits: odd while the runner is in the host's code.
  std::atomic<uint32_t> host_code_turns_{0};
  std::atomic<uint64_t> cpu_limit_{0};
  std::atomic<uint64_t> wall_deadline_{0};
  std::atomic<uint64_t> grace_{0};
  std::atomic<clockid_t> cpu_clock_{0};

  /// When the watchdog should look next; kNever while idle.
  std::atomic<uint64_t> check_at_{kNever};
  std::atomic<StopReason> reason_{StopReason::kNone};
  /// Cancellations asked for in this run: 1 soft, 2 hard.
  std::atomic<uint32_t> cancels_{0};
  /// An interrupt that no waiting import has noticed yet; waiting imports are notified of it.
  std::atomic<bool> interrupt_pending_{false};
  const std::shared_ptr<RunnerSignal> signal_;

  // The runner's own: since when it is in the host's code; when the CPU clock was read last, and the guest's share then.
  uint64_t host_code_at_ = 0;
  uint64_t cpu_read_at_ = 0;
  uint64_t cpu_then_ = 0;

  // The runner's own, while the wall clock stands still.
  uint64_t paused_at_ = 0;
  uint64_t paused_deadline_ = 0;

  // The watchdog's own.
  uint64_t hard_at_ = kNever;
  uint64_t stopping_generation_ = 0;
  uint8_t hard_stops_ = 0;  // of this run: each takes away more
};

class Watchdog {
 public:
  /// Starts the thread.
  static Result<std::unique_ptr<Watchdog>> create();
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  void add(Watch* watch);
  /// Precondition: disarmed.
  void remove(Watch* watch);

  /// Starts watching the run that gate.begin() has just opened, on the calling thread. No lock; a system call only to
  /// read the CPU clock and, if the watchdog is asleep past this run's first deadline, to wake it.
  void arm(Watch& watch, const RunLimits& limits);

  /// The run is over (after gate.end()).
  void disarm(Watch& watch) { watch.check_at_.store(Watch::kNever, std::memory_order_release); }

  /// By the thread that runs the guest, between arm() and disarm(): time from the one to the other is not held against
  /// the wall limit.
  void pause_wall(Watch& watch);
  void resume_wall(Watch& watch);

  /// From any thread, or a signal handler: asks to stop the run under way; a second time, at once and hard. Nothing
  /// happens when no run is under way.
  void cancel(Watch& watch);

 private:
  Watchdog();
  void loop();
  /// Looks at one watch; returns when to look again.
  uint64_t look(Watch& watch, uint64_t now);
  StopReason due(const Watch& watch, uint64_t now, uint64_t* next) const;
  uint64_t stop_soft(Watch& watch, StopReason reason, uint64_t now);
  uint64_t follow_up(Watch& watch, uint64_t now);
  uint64_t stop_hard(Watch& watch, uint64_t now);
  uint64_t earliest_check();

  std::mutex mutex_;  // guards watches_
  std::vector<Watch*> watches_;
  std::atomic<uint64_t> next_look_{0};
  std::atomic<uint32_t> wakeups_{0};
  std::atomic<bool> quit_{false};
  const uint32_t fork_generation_;
  std::thread thread_;
};

}  // namespace belljar::engine

#endif  // BELLJAR_ENGINE_WATCHDOG_H_
