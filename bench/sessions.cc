// Live sessions: fork, snapshot, roll back, suspend, park; many at once.
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "measure.h"

namespace belljar::bench {
namespace {

double microseconds(const std::function<void()>& action) {
  const auto start = Clock::now();
  action();
  return microseconds_since(start);
}

std::unique_ptr<Session> small_session(Runtime& runtime) {
  auto session = need(runtime.open());
  run(*session, "x = 1\ndef f(n): return n + x\nnames = [str(i) for i in range(100)]");
  run(*session, "f(1)");
  return session;
}

// ---- forks ---------------------------------------------------------------------------------------------------

void fork_and_run(Session& parent) { run(*need(parent.fork()), "pass"); }

void bench_forks(Runtime& runtime) {
  auto parent = small_session(runtime);
  for (int i = 0; i < 300; i++) fork_and_run(*parent);
  const Distribution fork = measure(8, 1000, [&] {
    std::unique_ptr<Session> child;
    return microseconds([&] {
      child = need(parent->fork());
      run(*child, "pass");
    });
  });
  report("fork_us_p50", fork.p50, "us", fork.n);

  double rate = 0;
  for (int round = 0; round < 5; round++) {
    constexpr int kForks = 2000;
    rate = std::max(rate, kForks / microseconds([&] {
                            for (int i = 0; i < kForks; i++) fork_and_run(*parent);
                          }) * 1e6);
  }
  report("fork_per_s", rate, "1/s", 5);

  const Distribution hundred = measure(3, 10, [&] {
    std::vector<std::unique_ptr<Session>> children;
    return microseconds([&] {
             children = need(parent->fork(100));
             for (auto& child : children) run(*child, "pass");
           }) /
           1000;
  });
  report("fork_100_ms", hundred.p50, "ms", hundred.n);
}

void bench_large_forks(Runtime& runtime) {
  auto session = need(runtime.open());
  run(*session, "d = {i: 'string %d' % i for i in range(100_000)}");
  const Distribution snapshot = measure(3, 20, [&] {
    run(*session, "d[0] = 'changed'");  // so that there is something to capture
    std::optional<Snapshot> taken;
    return microseconds([&] { taken = need(session->snapshot()); }) / 1000;
  });
  report("snapshot_100k_ms", snapshot.p50, "ms", snapshot.n);

  const Snapshot kept = need(session->snapshot());
  const Distribution fork = measure(3, 200, [&] {
    std::unique_ptr<Session> child;
    return microseconds([&] {
      child = need(runtime.resume(kept));
      run(*child, "len(d)");
    });
  });
  report("fork_100k_us", fork.p50, "us", fork.n);
}

void bench_rollback(Runtime& runtime) {
  auto session = small_session(runtime);
  const Snapshot before = need(session->snapshot());
  const auto sample = [&] {
    run(*session, "x = x + 1");
    return microseconds([&] { need(session->rollback(before)); });
  };
  for (int i = 0; i < 200; i++) sample();
  const Distribution rollback = measure(8, 500, sample);
  report("rollback_us_p50", rollback.p50, "us", rollback.n);
}

// ---- files ---------------------------------------------------------------------------------------------------

void bench_suspend(Runtime& runtime) {
  auto session = small_session(runtime);
  const std::string path = "/tmp/belljar-bench-" + std::to_string(getpid()) + ".bj";
  const Distribution suspend = measure(3, 50, [&] {
    run(*session, "x = x + 1");
    return microseconds([&] { need(session->suspend(path)); }) / 1000;
  });
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) fail("no snapshot file");
  const Distribution resume = measure(3, 100, [&] {
    std::unique_ptr<Session> resumed;
    return microseconds([&] { resumed = need(runtime.resume(need(runtime.load_file(path)))); }) / 1000;
  });
  unlink(path.c_str());
  report("suspend_small_kib", static_cast<double>(info.st_size) / 1024, "KiB", 1);
  report("suspend_small_ms", suspend.p50, "ms", suspend.n);
  report("resume_small_ms", resume.p50, "ms", resume.n);
}

// ---- many ----------------------------------------------------------------------------------------------------

void bench_many(const char* name, size_t count, bool parked) {
  auto runtime = need(Runtime::create());
  std::vector<std::unique_ptr<Session>> sessions;
  { small_session(*runtime); }
  const double before = private_kib();
  for (size_t i = 0; i < count; i++) {
    sessions.push_back(small_session(*runtime));
    if (parked) need(sessions.back()->park());
  }
  report(name, (private_kib() - before) / static_cast<double>(count), "KiB", count);
  if (!parked) return;
  size_t next = 0;
  const Distribution unpark = measure(5, 300, [&] {
    Session& session = *sessions[next++ * 7919 % count];
    const double time = microseconds([&] { run(session, "x = x + 1"); });
    need(session.park());
    return time;
  });
  report("unpark_us_p50", unpark.p50, "us", unpark.n);
}

// ---- threads -------------------------------------------------------------------------------------------------

void one_mixed_round(Runtime& runtime) {
  auto session = small_session(runtime);
  const Snapshot snapshot = need(session->snapshot());
  run(*session, "x = f(2)");
  auto child = need(session->fork());
  run(*child, "names.append('child')");
  need(session->rollback(snapshot));
  run(*session, "f(3)");
  need(session->park());
  run(*session, "x");
}

void bench_threads(const char* self) {
  double threads = 0, processes = 0;
  for (int round = 0; round < 3; round++) {
    threads = std::max(threads, mixed_per_second(2));
    processes = std::max(processes, rate_of_processes(self, "--mixed-rate", 2));
  }
  report("mixed_2threads_vs_2processes", threads / processes, "x", 3);
}

}  // namespace

double mixed_per_second(int threads) {
  auto runtime = need(Runtime::create());
  for (int i = 0; i < 50; i++) one_mixed_round(*runtime);
  std::vector<std::thread> workers;
  std::atomic<long> rounds{0};
  const auto start = Clock::now();
  for (int t = 0; t < threads; t++) {
    workers.emplace_back([&] {
      while (microseconds_since(start) < 0.7e6) {
        one_mixed_round(*runtime);
        rounds++;
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
  return static_cast<double>(rounds) / (microseconds_since(start) / 1e6);
}

void bench_sessions(const char* self) {
  auto runtime = need(Runtime::create());
  bench_forks(*runtime);
  bench_large_forks(*runtime);
  bench_rollback(*runtime);
  bench_suspend(*runtime);
  runtime = nullptr;
  bench_many("live_sessions_1000_private_kib", 1000, false);
  bench_many("parked_10000_kib", 10'000, true);
  bench_threads(self);
}

}  // namespace belljar::bench
