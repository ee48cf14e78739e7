// What the benchmarks have in common: timing, distributions, and the table of figures.
//
// Every figure is the least disturbed of several batches: the batch with the lowest p50, and the lowest p99 of all. Shared
// machines only ever add time.
#ifndef BELLJAR_BENCH_MEASURE_H_
#define BELLJAR_BENCH_MEASURE_H_

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "belljar/runtime.h"

namespace belljar::bench {

using Clock = std::chrono::steady_clock;

inline double microseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
}

[[noreturn]] inline void fail(const std::string& what) {
  std::fprintf(stderr, "bench: %s\n", what.c_str());
  std::exit(1);
}

template <typename T>
T need(Result<T> result) {
  if (!result) fail(result.error().message);
  return std::move(result).value();
}

inline RunResult run(Session& session, const char* source, RunStatus expected = RunStatus::kOk) {
  RunResult result = need(session.run(source));
  if (result.status != expected) fail(std::string(source) + ": " + std::string(to_string(result.status)));
  return result;
}

struct Figure {
  std::string name;
  double value;
  const char* unit;
  size_t n;
};
inline std::vector<Figure> figures;

inline void report(const std::string& name, double value, const char* unit, size_t n) {
  figures.push_back({name, value, unit, n});
  std::fprintf(stderr, "%-34s %12.3f %s\n", name.c_str(), value, unit);
}

inline double percentile(std::vector<double>& sorted, double q) {
  return sorted[static_cast<size_t>(q * static_cast<double>(sorted.size() - 1))];
}

struct Distribution {
  double p50 = 1e30, p99 = 1e30;
  size_t n = 0;
};

// `sample` returns one measurement.
inline Distribution measure(int batches, int per_batch, const std::function<double()>& sample) {
  Distribution best;
  std::vector<double> values(static_cast<size_t>(per_batch));
  for (int b = 0; b < batches; b++) {
    for (double& value : values) value = sample();
    std::sort(values.begin(), values.end());
    best.p50 = std::min(best.p50, percentile(values, 0.5));
    best.p99 = std::min(best.p99, percentile(values, 0.99));
    best.n += values.size();
  }
  return best;
}

inline double private_kib() {
  double total = 0;
  std::string line;
  for (const char* path : {"/proc/self/smaps_rollup", "/proc/self/status"}) {
    std::ifstream file(path);
    while (std::getline(file, line)) {
      for (const char* key : {"Private_Clean:", "Private_Dirty:", "VmPTE:"}) {
        if (line.rfind(key, 0) == 0) total += std::atof(line.c_str() + std::strlen(key));
      }
    }
  }
  return total;
}

/// What so many separate processes reach together: each makes its own Runtime and prints its rate.
inline double rate_of_processes(const char* self, const char* flag, int processes) {
  std::vector<FILE*> children;
  for (int p = 0; p < processes; p++) children.push_back(popen((std::string(self) + " " + flag).c_str(), "r"));
  double total = 0;
  for (FILE* child : children) {
    double rate = 0;
    if (std::fscanf(child, "%lf", &rate) != 1) fail("a child process did not report");
    pclose(child);
    total += rate;
  }
  return total;
}

/// bench/images.cc
void bench_image(const char* path);

/// bench/network.cc
void bench_network(Runtime& runtime);

/// bench/sessions.cc
void bench_sessions(const char* self);
double mixed_per_second(int threads);

}  // namespace belljar::bench

#endif  // BELLJAR_BENCH_MEASURE_H_
