// CPU time. wasi-libc's own clock() and times() tell wall time since the process began, which in a sandbox is the moment
// the image was made, and count in units that CPython's os.times() does not expect.
#include <sys/times.h>
#include <time.h>
#include <wasi/api.h>

enum { NS_PER_TICK = 1000000000 / 100 };  // 100 a second, as sysconf(_SC_CLK_TCK) says

static __wasi_timestamp_t now(__wasi_clockid_t clock) {
  __wasi_timestamp_t ns = 0;
  (void)__wasi_clock_time_get(clock, 1, &ns);
  return ns;
}

clock_t clock(void) { return (clock_t)now(__WASI_CLOCKID_PROCESS_CPUTIME_ID); }

clock_t times(struct tms *cpu) {
  *cpu = (struct tms){.tms_utime = (clock_t)(now(__WASI_CLOCKID_PROCESS_CPUTIME_ID) / NS_PER_TICK)};
  return (clock_t)(now(__WASI_CLOCKID_MONOTONIC) / NS_PER_TICK);
}
