// Linux futexes on a 32-bit atomic, with an absolute monotonic deadline.
#ifndef BELLJAR_BASE_FUTEX_H_
#define BELLJAR_BASE_FUTEX_H_

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <climits>
#include <cstdint>

namespace belljar {

/// Waits while `word` is `expected`, at most until `deadline_ns` (~0: for ever). May return early.
inline void futex_wait(std::atomic<uint32_t>& word, uint32_t expected, uint64_t deadline_ns) {
  timespec deadline{static_cast<time_t>(deadline_ns / 1'000'000'000u), static_cast<long>(deadline_ns % 1'000'000'000u)};
  syscall(SYS_futex, &word, FUTEX_WAIT_BITSET_PRIVATE, expected, deadline_ns == ~uint64_t{0} ? nullptr : &deadline,
          nullptr, FUTEX_BITSET_MATCH_ANY);
}

inline void futex_wake_all(std::atomic<uint32_t>& word) {
  syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, INT_MAX, nullptr, nullptr, 0);
}

}  // namespace belljar

#endif  // BELLJAR_BASE_FUTEX_H_
