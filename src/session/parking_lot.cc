#include "session/parking_lot.h"

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>

#include "base/clock.h"
#include "base/process.h"

namespace belljar {
namespace {

// The thread takes no signals: those are for the threads of the program around us. Without a thread sessions are parked
// only when another one needs the slot.
template <typename F>
std::thread start_quiet_thread(F&& function) {
  sigset_t all, old;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &old);
  std::thread thread;
  try {
    thread = std::thread(std::forward<F>(function));
  } catch (const std::system_error&) {
  }
  pthread_sigmask(SIG_SETMASK, &old, nullptr);
  return thread;
}

}  // namespace

ParkingLot::ParkingLot(uint64_t park_after_ns) : park_after_ns_(park_after_ns), fork_generation_(fork_generation()) {}

ParkingLot::~ParkingLot() {
  if (fork_generation_ != fork_generation()) {
    if (thread_.joinable()) new std::thread(std::move(thread_));  // it lives in the parent only
    return;
  }
  {
    std::lock_guard lock(mutex_);
    quit_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void ParkingLot::add(Parkable* session) {
  if (fork_generation_ != fork_generation()) return;
  std::lock_guard lock(mutex_);
  session->place_ = sessions_.size();
  sessions_.push_back(session);
  if (park_after_ns_ > 0 && !thread_.joinable()) thread_ = start_quiet_thread([this] { loop(); });
}

void ParkingLot::remove(Parkable* session) {
  if (fork_generation_ != fork_generation()) return;
  {
    std::lock_guard lock(mutex_);
    sessions_.back()->place_ = session->place_;
    std::swap(sessions_[session->place_], sessions_.back());
    sessions_.pop_back();
  }
  static_cast<void>(session->in_use.take());
}

bool ParkingLot::park_one(uint64_t idle_ns) {
  const uint64_t now = monotonic_ns();
  Parkable* chosen = nullptr;
  {
    std::lock_guard lock(mutex_);
    uint64_t oldest = now >= idle_ns ? now - idle_ns : 0;
    for (Parkable* session : sessions_) {
      const uint64_t since = session->idle_since_ns.load(std::memory_order_relaxed);
      if (since > oldest || !session->has_slot.load(std::memory_order_acquire)) continue;
      if (!session->in_use.take_for_parking()) continue;
      if (chosen) chosen->in_use.release();
      chosen = session;
      oldest = since;
    }
  }
  if (!chosen) return false;
  // From here on the session cannot go away: remove() waits for the release.
  const bool had_slot = chosen->has_slot.load(std::memory_order_acquire);
  if (had_slot) chosen->give_up_slot();
  const bool parked = had_slot && !chosen->has_slot.load(std::memory_order_acquire);
  chosen->in_use.release();
  return parked;
}

void ParkingLot::loop() {
  using std::chrono::nanoseconds;
  const auto pause = nanoseconds(std::clamp<uint64_t>(park_after_ns_ / 4, 1'000'000, 1'000'000'000));
  std::unique_lock lock(mutex_);
  while (!quit_) {
    changed_.wait_for(lock, pause);
    lock.unlock();
    while (park_one(park_after_ns_)) {
    }
    lock.lock();
  }
}

}  // namespace belljar
