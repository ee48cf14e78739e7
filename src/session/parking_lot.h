// Which of a Runtime's sessions hold a slot, and how long they have been idle: those that wait longest give theirs up, when
// time or another session asks for it.
#ifndef BELLJAR_SESSION_PARKING_LOT_H_
#define BELLJAR_SESSION_PARKING_LOT_H_

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "session/in_use.h"

namespace belljar {

/// What the lot knows of a session.
class Parkable {
 public:
  virtual ~Parkable() = default;

  InUse in_use;
  std::atomic<bool> has_slot{false};
  std::atomic<uint64_t> idle_since_ns{0};

 private:
  friend class ParkingLot;
  /// Gives the slot back; without memory for that it keeps it. `in_use` is taken for parking.
  virtual void give_up_slot() = 0;
  size_t place_ = 0;
};

class ParkingLot {
 public:
  /// `park_after_ns`: how long a session may be idle; 0 = for ever.
  explicit ParkingLot(uint64_t park_after_ns);
  ~ParkingLot();
  ParkingLot(const ParkingLot&) = delete;
  ParkingLot& operator=(const ParkingLot&) = delete;

  void add(Parkable* session);
  /// Waits until the session is not being parked.
  void remove(Parkable* session);

  /// Parks the session that has been idle longest, of those that have been for at least `idle_ns`. False when there is
  /// none, or it could not.
  bool park_one(uint64_t idle_ns = 0);

 private:
  void loop();

  const uint64_t park_after_ns_;
  const uint32_t fork_generation_;
  std::mutex mutex_;  // guards the rest; held for a walk over the sessions, not while one is parked
  std::vector<Parkable*> sessions_;
  std::condition_variable changed_;
  bool quit_ = false;
  std::thread thread_;  // started with the first session, if there is a time
};

}  // namespace belljar

#endif  // BELLJAR_SESSION_PARKING_LOT_H_
