// Clocks, and poll_oneoff, which is how the guest sleeps.

#include <algorithm>
#include <array>

#include "session/wasi.h"

namespace belljar {

using namespace wasi;

bool Wasi::clock_now(uint32_t clock, uint64_t* ns) {
  switch (clock) {
    case kRealtime:
      *ns = host_.realtime_ns();
      return true;
    case kMonotonic:
      *ns = host_.monotonic_ns();
      return true;
    case kProcessCpu:
    case kThreadCpu:
      *ns = host_.cpu_ns();
      return true;
    default:
      return false;
  }
}

int32_t Wasi::clock_res_get(const Memory& memory, uint32_t clock, uint32_t out) {
  if (clock > kThreadCpu) return kInval;
  return memory.write(out, kClockResolutionNs) ? kSuccess : kFault;
}

int32_t Wasi::clock_time_get(const Memory& memory, uint32_t clock, uint64_t, uint32_t out) {
  if (!memory.contains(out, sizeof(uint64_t))) return kFault;
  uint64_t ns;
  if (!clock_now(clock, &ns)) return kInval;
  return memory.write(out, round_down(ns)) ? kSuccess : kFault;
}

namespace {

constexpr uint64_t kNever = UINT64_MAX;

uint64_t add_saturated(uint64_t a, uint64_t b) {
  return a > kNever - b ? kNever : a + b;
}

}  // namespace

// One subscription, turned into an event that is ready or a moment at which it will be.
struct Wasi::Wait {
  Event event;
  uint64_t deadline;  // monotonic; 0 = ready
};

void Wasi::subscribe(const Subscription& subscription, Wait* wait) {
  *wait = {};
  wait->event.userdata = subscription.userdata;
  wait->event.type = EventType{subscription.tag};
  if (subscription.tag != kClockEvent) {
    // Files never block, and what a read of stdin waits for is the host's business.
    Open* open = files_.find(subscription.clock_or_fd);
    if (!open) {
      wait->event.error = kBadf;
    } else if (open->type == fs::NodeType::kFile && subscription.tag == kReadEvent) {
      fs::Stat stat;
      if (open->kind == Open::Kind::kNode && files_.stat(open, &stat) == 0) {
        wait->event.bytes = stat.size - std::min(stat.size, open->offset);
      }
    }
    return;
  }
  uint64_t now;
  const bool known = subscription.clock_or_fd <= kMonotonic;
  if (!known || subscription.clock_flags > kAbsoluteTime ||
      !clock_now(subscription.clock_or_fd, &now)) {
    wait->event.error = kInval;
    return;
  }
  uint64_t remaining = subscription.timeout;
  if (subscription.clock_flags & kAbsoluteTime) {
    remaining = subscription.timeout > now ? subscription.timeout - now : 0;
  }
  if (remaining == 0) return;
  // To the end of the clock's tick: the guest must not see a time before the one it waited for.
  const uint64_t deadline = add_saturated(host_.monotonic_ns(), remaining);
  wait->deadline = round_down(add_saturated(deadline, kClockResolutionNs - 1));
}

int32_t Wasi::poll_oneoff(const Memory& memory, uint32_t in, uint32_t out, uint32_t count,
                          uint32_t event_count) {
  if (count == 0 || count > kMaxSubscriptions) return kInval;
  if (!memory.contains(in, uint64_t{count} * sizeof(Subscription)) ||
      !memory.contains(out, uint64_t{count} * sizeof(Event)) ||
      !memory.contains(event_count, sizeof(uint32_t))) {
    return kFault;
  }
  // Everything is read before anything is written: the guest's areas may overlap.
  std::array<Wait, kMaxSubscriptions> waits;
  uint64_t earliest = kNever;
  for (uint32_t i = 0; i < count; i++) {
    Subscription subscription;
    if (!memory.read(in + i * uint32_t{sizeof(Subscription)}, &subscription)) return kFault;
    if (subscription.tag > kWriteEvent) return kInval;
    subscribe(subscription, &waits[i]);
    earliest = std::min(earliest, waits[i].deadline);
  }
  if (earliest > 0) {
    const int32_t error = host_.sleep_until(earliest);
    // A run that is being stopped sees the sleep end early: wasi-libc would turn an error into
    // ENOTSUP, and Python raise that instead of the interrupt that is waiting for it.
    if (error != kSuccess && error != kIntr) return error;
  }
  uint32_t ready = 0;
  for (uint32_t i = 0; i < count; i++) {
    if (waits[i].deadline > earliest) continue;
    if (!memory.write(out + ready * uint32_t{sizeof(Event)}, waits[i].event)) return kFault;
    ready++;
  }
  return memory.write(event_count, ready) ? kSuccess : kFault;
}

}  // namespace belljar
