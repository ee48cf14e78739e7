// Host clocks in nanoseconds.
#ifndef BELLJAR_BASE_CLOCK_H_
#define BELLJAR_BASE_CLOCK_H_

#include <time.h>

#include <cstdint>

namespace belljar {

inline uint64_t read_clock_ns(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return static_cast<uint64_t>(t.tv_sec) * 1'000'000'000u + static_cast<uint64_t>(t.tv_nsec);
}

inline uint64_t monotonic_ns() { return read_clock_ns(CLOCK_MONOTONIC); }
inline uint64_t realtime_ns() { return read_clock_ns(CLOCK_REALTIME); }

/// CPU time of the calling thread: a system call, unlike the two above.
inline uint64_t thread_cpu_ns() { return read_clock_ns(CLOCK_THREAD_CPUTIME_ID); }

}  // namespace belljar

#endif  // BELLJAR_BASE_CLOCK_H_
