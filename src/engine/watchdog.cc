#include "engine/watchdog.h"

#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>

#include <algorithm>
#include <system_error>

#include "base/clock.h"
#include "base/futex.h"
#include "base/process.h"
#include "engine/faults.h"

namespace belljar::engine {
namespace {

constexpr uint64_t kMillisecond = 1'000'000;

/// With nothing to watch the thread still looks around this often for a while: a run that starts in the meantime need
/// not wake it.
constexpr uint64_t kIdleLook = 100 * kMillisecond;
constexpr int kIdleLooks = 20;

/// A soft interrupt may be lost to a racing store of the guest's own: repeated at this pace until the guest has seen it.
constexpr uint64_t kRepeat = kMillisecond;

/// From taking away a part of the memory to taking away more.
constexpr uint64_t kNextStop = kMillisecond;

/// Code of the host's that takes less is not worth a look at the CPU clock, a system call.
constexpr uint64_t kShortHostCode = 100'000;

/// How often to look while the host's code runs past the CPU limit.
constexpr uint64_t kHostCodeLook = 5 * kMillisecond;

template <typename T>
T* guest_word(const Slot& slot, uint32_t address) {
  return reinterpret_cast<T*>(slot.memory() + address);
}

// CPython's trip_signal(), from outside. Only the low byte of eval_breaker holds flags; the bits above are a version.
void trip(const Slot& slot) {
  const GuestLayout& layout = slot.image()->layout();
  __atomic_store_n(guest_word<uint32_t>(slot, layout.sigint_tripped), 1, __ATOMIC_SEQ_CST);
  __atomic_store_n(guest_word<uint32_t>(slot, layout.is_tripped), 1, __ATOMIC_SEQ_CST);
  __atomic_fetch_or(guest_word<uint8_t>(slot, layout.eval_breaker), 2, __ATOMIC_SEQ_CST);
}

bool is_tripped(const Slot& slot) {
  return __atomic_load_n(guest_word<uint32_t>(slot, slot.image()->layout().is_tripped), __ATOMIC_SEQ_CST) != 0;
}

clockid_t own_cpu_clock() {
  thread_local const clockid_t clock = [] {
    clockid_t id = CLOCK_THREAD_CPUTIME_ID;
    pthread_getcpuclockid(pthread_self(), &id);
    return id;
  }();
  return clock;
}

uint64_t saturating_add(uint64_t a, uint64_t b) { return a > ~uint64_t{0} - 1 - b ? ~uint64_t{0} - 1 : a + b; }

}  // namespace

bool Watch::sleep_until(uint64_t deadline) {
  return wait_until(deadline, [] { return false; }) == Waited::kTime;
}

// How much of the thread's time was the guest's is known no better than this: it can have used no more than has passed
// between the last reading and here. So what is taken off is never too much.
void Watch::end_host_code() {
  const uint64_t now = belljar::monotonic_ns();
  if (now - host_code_at_ >= kShortHostCode) {
    const uint64_t start = cpu_start_.load(std::memory_order_relaxed);
    const uint64_t used = thread_cpu_ns() - start;
    const uint64_t guests_most = cpu_then_ + (host_code_at_ - cpu_read_at_);
    cpu_then_ = std::min(used, guests_most);
    cpu_read_at_ = now;
    cpu_start_.store(start + (used - cpu_then_), std::memory_order_relaxed);
  }
  host_code_turns_.fetch_add(1);
}

Watchdog::Watchdog() : fork_generation_(fork_generation()) {}

Result<std::unique_ptr<Watchdog>> Watchdog::create() {
  std::unique_ptr<Watchdog> watchdog(new Watchdog());
  // The thread takes no signals: those are for the threads of the program around us.
  sigset_t all, old;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &old);
  bool started = true;
  try {
    watchdog->thread_ = std::thread([w = watchdog.get()] { w->loop(); });
  } catch (const std::system_error&) {
    started = false;
  }
  pthread_sigmask(SIG_SETMASK, &old, nullptr);
  if (!started) {
    return Error{ErrorCode::kExhausted, "cannot start the watchdog thread", "raise the limit on threads (`ulimit -u`) or on address space (`ulimit -v`)"};
  }
  return watchdog;
}

Watchdog::~Watchdog() {
  if (fork_generation_ != fork_generation()) {
    new std::thread(std::move(thread_));  // the thread lives in the parent only: there is nothing to join here
    return;
  }
  if (!thread_.joinable()) return;
  quit_.store(true);
  wakeups_.fetch_add(1);
  futex_wake_all(wakeups_);
  thread_.join();
}

void Watchdog::add(Watch* watch) {
  if (fork_generation_ != fork_generation()) return;
  std::lock_guard lock(mutex_);
  watches_.push_back(watch);
}

void Watchdog::remove(Watch* watch) {
  if (fork_generation_ != fork_generation()) return;
  std::lock_guard lock(mutex_);
  watches_.erase(std::find(watches_.begin(), watches_.end(), watch));
}

void Watchdog::arm(Watch& watch, const RunLimits& limits) {
  const uint64_t now = belljar::monotonic_ns();
  const uint64_t wall_deadline = saturating_add(now, limits.wall_ns);
  watch.generation_.store(watch.gate_.generation(), std::memory_order_relaxed);
  watch.cpu_start_.store(thread_cpu_ns(), std::memory_order_relaxed);
  watch.cpu_limit_.store(limits.cpu_ns, std::memory_order_relaxed);
  watch.host_code_turns_.store(0, std::memory_order_relaxed);
  watch.cpu_read_at_ = now;
  watch.cpu_then_ = 0;
  watch.cpu_clock_.store(own_cpu_clock(), std::memory_order_relaxed);
  watch.wall_deadline_.store(wall_deadline, std::memory_order_relaxed);
  watch.grace_.store(limits.grace_ns, std::memory_order_relaxed);
  watch.reason_.store(StopReason::kNone, std::memory_order_relaxed);
  watch.cancels_.store(0, std::memory_order_relaxed);
  watch.interrupt_pending_.store(false, std::memory_order_relaxed);
  watch.signal_->is_stopping.store(false, std::memory_order_relaxed);
  // One thread cannot use CPU time faster than the clock runs: no need to look before.
  const uint64_t first = std::min(wall_deadline, saturating_add(now, limits.cpu_ns));
  watch.check_at_.store(first, std::memory_order_seq_cst);
  if (first < next_look_.load(std::memory_order_seq_cst)) {
    wakeups_.fetch_add(1);
    futex_wake_all(wakeups_);
  }
}

void Watchdog::pause_wall(Watch& watch) {
  watch.paused_at_ = belljar::monotonic_ns();
  watch.paused_deadline_ = watch.wall_deadline_.load(std::memory_order_relaxed);
  watch.wall_deadline_.store(Watch::kNever, std::memory_order_relaxed);
}

void Watchdog::resume_wall(Watch& watch) {
  const uint64_t deadline = saturating_add(watch.paused_deadline_, belljar::monotonic_ns() - watch.paused_at_);
  watch.wall_deadline_.store(deadline, std::memory_order_relaxed);
  // The watchdog may mean to look only after the deadline, and may be about to say so: any other value than the one it
  // has read keeps it from that.
  uint64_t check = watch.check_at_.load();
  uint64_t sooner;
  do {
    sooner = check > deadline ? deadline : check > 0 ? check - 1 : 1;
  } while (!watch.check_at_.compare_exchange_weak(check, sooner));
  if (sooner < next_look_.load(std::memory_order_seq_cst)) {
    wakeups_.fetch_add(1);
    futex_wake_all(wakeups_);
  }
}

void Watchdog::cancel(Watch& watch) {
  watch.cancels_.fetch_add(1);
  uint64_t check = watch.check_at_.load();
  // Another value even where it is 0: a look under way would put its own over one that has not changed.
  while (check != Watch::kNever && !watch.check_at_.compare_exchange_weak(check, check == 0 ? 1 : 0)) {
  }
  wakeups_.fetch_add(1);
  futex_wake_all(wakeups_);
}

void Watchdog::loop() {
  prctl(PR_SET_TIMERSLACK, 1UL);
  int idle_looks = kIdleLooks;
  while (!quit_.load()) {
    const uint32_t seen = wakeups_.load();
    const uint64_t now = belljar::monotonic_ns();
    uint64_t next = Watch::kNever;
    {
      std::lock_guard lock(mutex_);
      for (Watch* watch : watches_) {
        uint64_t check = watch->check_at_.load(std::memory_order_acquire);
        if (check == Watch::kNever) continue;
        // The runner may disarm, or arm the next run, meanwhile: then its value stands.
        if (check <= now) {
          const uint64_t again = look(*watch, now);
          if (watch->check_at_.compare_exchange_strong(check, again)) check = again;
        }
        next = std::min(next, check);
      }
    }
    idle_looks = next == Watch::kNever ? idle_looks - 1 : kIdleLooks;
    if (next == Watch::kNever && idle_looks > 0) next = now + kIdleLook;
    next_look_.store(next, std::memory_order_seq_cst);
    // A run armed between the walk above and this store may have seen the old value and not woken us.
    if (earliest_check() < next) continue;
    futex_wait(wakeups_, seen, next);
  }
}

uint64_t Watchdog::earliest_check() {
  std::lock_guard lock(mutex_);
  uint64_t earliest = Watch::kNever;
  for (const Watch* watch : watches_) {
    earliest = std::min(earliest, watch->check_at_.load(std::memory_order_seq_cst));
  }
  return earliest;
}

uint64_t Watchdog::look(Watch& watch, uint64_t now) {
  const uint64_t generation = watch.generation_.load(std::memory_order_relaxed);
  if (watch.stopping_generation_ == generation) return follow_up(watch, now);
  uint64_t next = Watch::kNever;
  const StopReason reason = due(watch, now, &next);
  if (reason == StopReason::kNone) return next;
  watch.stopping_generation_ = generation;
  watch.hard_stops_ = 0;
  watch.hard_at_ = saturating_add(now, watch.grace_.load(std::memory_order_relaxed));
  return stop_soft(watch, reason, now);
}

StopReason Watchdog::due(const Watch& watch, uint64_t now, uint64_t* next) const {
  if (watch.cancels_.load() > 0) return StopReason::kCancelled;
  const uint64_t wall = watch.wall_deadline_.load(std::memory_order_relaxed);
  if (now >= wall) return StopReason::kWallTime;
  const uint64_t limit = watch.cpu_limit_.load(std::memory_order_relaxed);
  const uint32_t turns = watch.host_code_turns_.load();
  const uint64_t start = watch.cpu_start_.load();
  const uint64_t clock = read_clock_ns(watch.cpu_clock_.load(std::memory_order_relaxed));
  const uint64_t used = clock > start ? clock - start : 0;
  // In the host's code, or gone into or out of it meanwhile: how much is the guest's shows later.
  if (used >= limit && (turns % 2 == 1 || turns != watch.host_code_turns_.load())) {
    *next = std::min(wall, now + kHostCodeLook);
    return StopReason::kNone;
  }
  if (used >= limit) return StopReason::kCpuTime;
  *next = std::min(wall, saturating_add(now, limit - used));
  return StopReason::kNone;
}

uint64_t Watchdog::stop_soft(Watch& watch, StopReason reason, uint64_t now) {
  if (!watch.gate_.try_hold(watch.stopping_generation_)) return Watch::kNever;
  watch.reason_.store(reason, std::memory_order_release);
  watch.signal_->is_stopping.store(true, std::memory_order_release);
  trip(watch.slot_);
  watch.interrupt_pending_.store(true, std::memory_order_release);
  watch.gate_.release();
  watch.signal_->notify();
  return std::min(watch.hard_at_, now + kRepeat);
}

uint64_t Watchdog::follow_up(Watch& watch, uint64_t now) {
  if (watch.hard_stops_ > 0 || now >= watch.hard_at_ || watch.cancels_.load() > 1) return stop_hard(watch, now);
  if (!watch.gate_.try_hold(watch.stopping_generation_)) return Watch::kNever;
  const bool unseen = is_tripped(watch.slot_);
  if (unseen) trip(watch.slot_);
  watch.gate_.release();
  return unseen ? std::min(watch.hard_at_, now + kRepeat) : watch.hard_at_;
}

uint64_t Watchdog::stop_hard(Watch& watch, uint64_t now) {
  // The fault that ends the run must reach Wasmtime, whoever has put a handler of his own on top since the run began.
  Faults::ensure_on_top();
  if (!watch.gate_.try_hold(watch.stopping_generation_)) return Watch::kNever;
  if (watch.gate_.request_stop()) {
    // What is small and used by nearly everything first: the time the call takes grows with the pages it covers.
    switch (watch.hard_stops_) {
      case 0: watch.slot_.protect_stack(); break;
      case 1: watch.slot_.protect_image(); break;
      default: watch.slot_.protect_all(); break;
    }
  }
  if (watch.hard_stops_ < 2) watch.hard_stops_++;
  watch.interrupt_pending_.store(true, std::memory_order_release);
  watch.gate_.release();
  watch.signal_->notify();
  return now + kNextStop;
}

}  // namespace belljar::engine
