// What other threads tell the one that runs a guest. Shared by all of them: a tool that finishes late, or asks late whether
// it should give up, may outlive the run, the session and its slot.
#ifndef BELLJAR_BASE_RUNNER_SIGNAL_H_
#define BELLJAR_BASE_RUNNER_SIGNAL_H_

#include <atomic>
#include <cstdint>

#include "base/futex.h"

namespace belljar {

struct RunnerSignal {
  /// The run has been told to stop.
  std::atomic<bool> is_stopping{false};
  /// Counts what may be of interest to a runner that waits; it sleeps on this word.
  std::atomic<uint32_t> wakeups{0};

  void notify() {
    wakeups.fetch_add(1);
    futex_wake_all(wakeups);
  }
};

}  // namespace belljar

#endif  // BELLJAR_BASE_RUNNER_SIGNAL_H_
