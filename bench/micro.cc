// Latencies and densities of the library itself, as one JSON object: {"name": {"value", "unit", "n"}}. Called by bench.py.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "measure.h"

namespace belljar::bench {
namespace {

// ---- fresh sandboxes -----------------------------------------------------------------------------------------

void one_fresh_run(Runtime& runtime) {
  auto session = need(runtime.open());
  const RunResult result = run(*session, "print(1+1)");
  if (result.stdout_data != "2\n") fail("print(1+1) printed " + result.stdout_data);
}

double fresh_per_second(Runtime& runtime, int threads, double seconds) {
  std::vector<std::thread> workers;
  std::vector<long> counts(static_cast<size_t>(threads));
  const auto start = Clock::now();
  for (int t = 0; t < threads; t++) {
    workers.emplace_back([&, t] {
      long n = 0;
      while (microseconds_since(start) < seconds * 1e6) {
        for (int i = 0; i < 50; i++, n++) one_fresh_run(runtime);
      }
      counts[static_cast<size_t>(t)] = n;
    });
  }
  for (std::thread& worker : workers) worker.join();
  long total = 0;
  for (long count : counts) total += count;
  return static_cast<double>(total) / (microseconds_since(start) / 1e6);
}

void bench_fresh(Runtime& runtime, const char* self) {
  for (int i = 0; i < 500; i++) one_fresh_run(runtime);
  const Distribution d = measure(10, 2000, [&] {
    const auto start = Clock::now();
    one_fresh_run(runtime);
    return microseconds_since(start);
  });
  report("fresh_print_us_p50", d.p50, "us", d.n);
  report("fresh_print_us_p99", d.p99, "us", d.n);
  const Distribution reset = measure(5, 2000, [&] {
    auto session = need(runtime.open());
    run(*session, "print(1+1)");
    const auto start = Clock::now();
    session.reset();
    return microseconds_since(start);
  });
  report("reset_us_p50", reset.p50, "us", reset.n);
  double one = 0, two = 0, processes = 0;
  for (int round = 0; round < 3; round++) {
    one = std::max(one, fresh_per_second(runtime, 1, 0.7));
    two = std::max(two, fresh_per_second(runtime, 2, 0.7));
    processes = std::max(processes, rate_of_processes(self, "--fresh-rate", 2));
  }
  report("fresh_per_s_1thread", one, "1/s", 3);
  report("fresh_per_s_2threads", two, "1/s", 3);
  report("fresh_per_s_2processes", processes, "1/s", 3);
}

// ---- cells ---------------------------------------------------------------------------------------------------

void bench_cells(Runtime& runtime, const char* name, CheckpointMode mode, const char* set_up) {
  Policy policy;
  policy.checkpoint = mode;
  policy.limits.memory = uint64_t{512} << 20;
  auto session = need(runtime.open(policy));
  run(*session, set_up);
  for (int i = 0; i < 300; i++) run(*session, "x = x + 1");
  const Distribution d = measure(8, 1500, [&] {
    const auto start = Clock::now();
    run(*session, "x = x + 1");
    return microseconds_since(start);
  });
  report(name, d.p50, "us", d.n);
}

// ---- memory --------------------------------------------------------------------------------------------------

void bench_idle(Runtime& runtime) {
  constexpr int kSessions = 500;
  std::vector<std::unique_ptr<Session>> sessions;
  const double before = private_kib();
  for (int i = 0; i < kSessions; i++) {
    sessions.push_back(need(runtime.open()));
    run(*sessions.back(), "x = 1");
    run(*sessions.back(), "print(x)");
  }
  report("private_kib_per_idle_session", (private_kib() - before) / kSessions, "KiB", kSessions);
}

// ---- stops ---------------------------------------------------------------------------------------------------

void bench_stop(Runtime& runtime, const char* name, const char* set_up, const char* source, bool hard, int n) {
  Policy policy;
  policy.limits.memory = uint64_t{512} << 20;
  policy.limits.wall = std::chrono::milliseconds(10);
  policy.limits.grace = std::chrono::milliseconds(hard ? 5 : 1000);
  policy.checkpoint = CheckpointMode::kManual;
  const double deadline_ms = hard ? 15 : 10;
  const Distribution d = measure(3, n / 3, [&] {
    Policy generous = policy;
    std::string program = std::string(set_up) + "\n" + source;
    auto session = need(runtime.open(generous));
    const RunResult result = run(*session, program.c_str(), RunStatus::kTimeLimit);
    if (result.rolled_back != hard) fail(std::string(name) + ": stopped the other way");
    return static_cast<double>(result.usage.wall_ns) / 1e6 - deadline_ms;
  });
  report(name, d.p99, "ms", d.n);
}

void bench_stops(Runtime& runtime) {
  bench_stop(runtime, "soft_stop_ms_p99", "", "while True: pass", false, 300);
  bench_stop(runtime, "hard_stop_ms_p99", "", "sum(range(10**12))", true, 300);
}

// A session that holds 200 MB, written to, when the stop comes.
void bench_large_stop(Runtime& runtime) {
  Policy policy;
  policy.limits.memory = uint64_t{512} << 20;
  policy.limits.wall = std::chrono::milliseconds(400);
  policy.limits.grace = std::chrono::milliseconds(5);
  policy.checkpoint = CheckpointMode::kManual;
  const Distribution d = measure(2, 20, [&] {
    auto session = need(runtime.open(policy));
    const RunResult result =
        run(*session, "b = bytearray(b'x') * 200_000_000\nsum(range(10**12))", RunStatus::kTimeLimit);
    if (!result.rolled_back || result.usage.memory_peak_bytes < 200'000'000) fail("the large stop was not one");
    return static_cast<double>(result.usage.wall_ns) / 1e6 - 405;
  });
  report("hard_stop_200mb_ms_p99", d.p99, "ms", d.n);
}

// ---- tools ---------------------------------------------------------------------------------------------------

// Inside of one cell: the time of a call is what the guest's own loop takes, by its own clock.
void bench_tools(Runtime& runtime) {
  Policy policy;
  policy.limits.tool_calls = 1'000'000;
  policy.tool("quote", "(request: dict) -> dict", "", [](const ToolCall& call) -> ToolResult {
    return Value::Map{{"symbol", *call.find("request")->find("symbol")}, {"price", 12.5}};
  });
  policy.tools.back().max_calls = 1'000'000;
  auto session = need(runtime.open(policy));
  run(*session, "import time\nrequest = {'symbol': 'ACME', 'count': 5}");
  const Distribution d = measure(5, 20, [&] {
    const RunResult result = run(*session, "start = time.perf_counter()\nfor _ in range(2000): quote(request)\n"
                                           "(time.perf_counter() - start) / 2000 * 1e6");
    return std::atof(result.value.at(0).data.c_str());
  });
  report("tool_call_us_p50", d.p50, "us", d.n);
}

// ---- files ---------------------------------------------------------------------------------------------------

void bench_open_read(Runtime& runtime) {
  auto session = need(runtime.open());
  run(*session, "import time\nopen('f', 'wb').write(bytes(1024)) and None\n"
                "def once():\n  with open('f', 'rb') as f: return f.read()\n"
                "for _ in range(2000): once()");
  const Distribution d = measure(5, 20, [&] {
    const RunResult result = run(*session, "start = time.perf_counter()\nfor _ in range(500): once()\n"
                                           "(time.perf_counter() - start) / 500 * 1e6");
    return std::atof(result.value.at(0).data.c_str());
  });
  report("fs_open_read_us", d.p50, "us", d.n);
}

// A file that the host has in memory, read in pieces of 1 MiB.
void bench_mount_read(Runtime& runtime) {
  std::string folder = "/tmp/belljar-bench-XXXXXX";
  if (!mkdtemp(folder.data())) fail("no temporary folder");
  {
    const std::string chunk(size_t{1} << 20, 'x');
    std::ofstream file(folder + "/data", std::ios::binary);
    for (int i = 0; i < 100; i++) file << chunk;
  }
  Policy policy;
  policy.mounts.push_back({folder, "/data", MountMode::kReadOnly});
  auto session = need(runtime.open(policy));
  run(*session, "import time\nbuffer = bytearray(1 << 20)");
  const Distribution d = measure(3, 5, [&] {
    const RunResult result = run(*session, "start = time.perf_counter()\ntotal = 0\n"
                                           "with open('/data/data', 'rb', 0) as f:\n"
                                           "  while n := f.readinto(buffer): total += n\n"
                                           "assert total == 100 << 20\n"
                                           "(time.perf_counter() - start)");
    return std::atof(result.value.at(0).data.c_str());
  });
  std::filesystem::remove_all(folder);
  report("mount_read_mb_s", 104.8576 / d.p50, "MB/s", d.n);
}

void print_figures() {
  std::printf("{");
  for (size_t i = 0; i < figures.size(); i++) {
    const Figure& f = figures[i];
    std::printf("%s\"%s\": {\"value\": %.3f, \"unit\": \"%s\", \"n\": %zu}", i ? ",\n " : "", f.name.c_str(), f.value,
                f.unit, f.n);
  }
  std::printf("}\n");
}

int main(int argc, char** argv) {
  auto runtime = need(Runtime::create());
  if (argc > 1 && std::strcmp(argv[1], "--mixed-rate") == 0) {
    std::printf("%f\n", mixed_per_second(1));
    return 0;
  }
  if (argc > 1 && std::strcmp(argv[1], "--fresh-rate") == 0) {
    for (int i = 0; i < 200; i++) one_fresh_run(*runtime);
    std::printf("%f\n", fresh_per_second(*runtime, 1, 0.7));
    return 0;
  }
  if (argc > 2 && std::strcmp(argv[1], "--image") == 0) {
    runtime = nullptr;
    bench_image(argv[2]);
    print_figures();
    return 0;
  }
  if (argc > 1 && std::strcmp(argv[1], "--network") == 0) {
    bench_network(*runtime);
    return 0;
  }
  if (argc > 1 && std::strcmp(argv[1], "--files") == 0) {
    bench_open_read(*runtime);
    bench_mount_read(*runtime);
    print_figures();
    return 0;
  }
  if (argc > 1 && std::strcmp(argv[1], "--sessions") == 0) {
    bench_sessions(argv[0]);
    print_figures();
    return 0;
  }
  bench_fresh(*runtime, argv[0]);
  bench_cells(*runtime, "cell_us_p50", CheckpointMode::kManual, "x = 1");
  bench_cells(*runtime, "cell_checkpointed_us_p50", CheckpointMode::kEachCell, "x = 1");
  bench_cells(*runtime, "cell_checkpointed_100mb_us_p50", CheckpointMode::kEachCell,
              "x = 1\nheld = [bytearray(b'x') * 1_000_000 for _ in range(100)]");
  bench_tools(*runtime);
  bench_network(*runtime);
  bench_open_read(*runtime);
  bench_mount_read(*runtime);
  bench_idle(*runtime);
  bench_stops(*runtime);
  bench_large_stop(*runtime);
  runtime = nullptr;
  bench_sessions(argv[0]);
  print_figures();
  return 0;
}

}  // namespace
}  // namespace belljar::bench

int main(int argc, char** argv) { return belljar::bench::main(argc, argv); }
