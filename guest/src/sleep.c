// Sleeping that can be interrupted. wasi-libc's clock_nanosleep turns every error of poll_oneoff into ENOTSUP, so that
// the EINTR with which the host wakes a sleeping guest would reach Python as a failure of time.sleep().
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <time.h>
#include <wasi/api.h>

// What wasi-libc's clockid_t points to.
struct __clockid {
  __wasi_clockid_t id;
};

#define NANOSECONDS 1000000000ull

static __wasi_timestamp_t to_nanoseconds(const struct timespec *time) {
  return (__wasi_timestamp_t)time->tv_sec * NANOSECONDS + (__wasi_timestamp_t)time->tv_nsec;
}

static __wasi_timestamp_t now(clockid_t clock) {
  struct timespec time;
  return clock_gettime(clock, &time) == 0 ? to_nanoseconds(&time) : 0;
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *wanted, struct timespec *left) {
  if ((flags & ~TIMER_ABSTIME) != 0 || wanted->tv_sec < 0 || wanted->tv_nsec < 0 ||
      wanted->tv_nsec >= (long)NANOSECONDS)
    return EINVAL;
  __wasi_timestamp_t end = to_nanoseconds(wanted);
  if (!(flags & TIMER_ABSTIME)) end += now(clock);
  const __wasi_subscription_t subscription = {
      .u = {.tag = __WASI_EVENTTYPE_CLOCK,
            .u.clock = {.id = clock->id, .timeout = end, .flags = __WASI_SUBCLOCKFLAGS_SUBSCRIPTION_CLOCK_ABSTIME}}};
  __wasi_event_t event = {0};
  __wasi_size_t events = 0;
  int error = __wasi_poll_oneoff(&subscription, &event, 1, &events);
  if (error == 0 && events == 1) error = event.error;
  if (error == EINTR && !(flags & TIMER_ABSTIME) && left) {
    __wasi_timestamp_t time = now(clock);
    __wasi_timestamp_t rest = end > time ? end - time : 0;
    *left = (struct timespec){.tv_sec = (time_t)(rest / NANOSECONDS), .tv_nsec = (long)(rest % NANOSECONDS)};
  }
  return error;
}
