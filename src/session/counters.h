// What a Runtime counts, for Runtime::metrics(). Every member may be called by any thread; nothing here is a lock.
#ifndef BELLJAR_SESSION_COUNTERS_H_
#define BELLJAR_SESSION_COUNTERS_H_

#include <atomic>
#include <bit>
#include <cstdint>

#include "belljar/run_result.h"
#include "belljar/runtime.h"

namespace belljar {

class LatencyCounter {
 public:
  void add(uint64_t ns) {
    constexpr size_t kLast = std::tuple_size_v<decltype(Latency::buckets)> - 1;
    buckets_[std::min<size_t>(std::bit_width(ns / 1000), kLast)].fetch_add(1, std::memory_order_relaxed);
    total_ns_.fetch_add(ns, std::memory_order_relaxed);
    uint64_t max = max_ns_.load(std::memory_order_relaxed);
    while (ns > max && !max_ns_.compare_exchange_weak(max, ns, std::memory_order_relaxed)) {
    }
  }

  Latency read() const {
    Latency latency;
    latency.total_ns = total_ns_.load(std::memory_order_relaxed);
    latency.max_ns = max_ns_.load(std::memory_order_relaxed);
    for (size_t i = 0; i < latency.buckets.size(); i++) {
      latency.buckets[i] = buckets_[i].load(std::memory_order_relaxed);
      latency.count += latency.buckets[i];
    }
    return latency;
  }

 private:
  std::array<std::atomic<uint64_t>, std::tuple_size_v<decltype(Latency::buckets)>> buckets_{};
  std::atomic<uint64_t> total_ns_{0};
  std::atomic<uint64_t> max_ns_{0};
};

struct Counters {
  std::atomic<uint64_t> opened{0}, forks{0}, snapshots{0}, rollbacks{0}, parks{0}, unparks{0};
  std::array<std::atomic<uint64_t>, std::tuple_size_v<decltype(Metrics::runs_by_status)>> runs_by_status{};
  LatencyCounter runs, tool_calls;

  static void count(std::atomic<uint64_t>& counter) { counter.fetch_add(1, std::memory_order_relaxed); }

  void count_run(RunStatus status, uint64_t wall_ns) {
    count(runs_by_status[static_cast<size_t>(status)]);
    runs.add(wall_ns);
  }

  void read(Metrics* metrics) const {
    metrics->opened = opened.load(std::memory_order_relaxed);
    metrics->forks = forks.load(std::memory_order_relaxed);
    metrics->snapshots = snapshots.load(std::memory_order_relaxed);
    metrics->rollbacks = rollbacks.load(std::memory_order_relaxed);
    metrics->parks = parks.load(std::memory_order_relaxed);
    metrics->unparks = unparks.load(std::memory_order_relaxed);
    for (size_t i = 0; i < runs_by_status.size(); i++) {
      metrics->runs_by_status[i] = runs_by_status[i].load(std::memory_order_relaxed);
    }
    metrics->runs = runs.read();
    metrics->tool_calls = tool_calls.read();
  }
};

}  // namespace belljar

#endif  // BELLJAR_SESSION_COUNTERS_H_
