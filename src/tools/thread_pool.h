// Threads for tools that must not run on a session's own: asynchronous ones, and those that may be given up.
#ifndef BELLJAR_TOOLS_THREAD_POOL_H_
#define BELLJAR_TOOLS_THREAD_POOL_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

namespace belljar {

class ThreadPool {
 public:
  /// Starts none yet; a thread that has had nothing to do for `idle` ends.
  ThreadPool(size_t max_threads, std::chrono::milliseconds idle);

  /// Throws away what has not begun, and waits for what has, `patience` long: a job that hangs is left behind with its
  /// thread. In a forked child the threads are the parent's.
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  static constexpr std::chrono::milliseconds kPatience{1000};
  static constexpr size_t kMaxJobs = 10'000;

  /// Runs `job`, which must not throw, on a thread of its own or, when there are `max_threads`, on the first that is free.
  /// False when there is no thread at all and none can be started, or kMaxJobs wait.
  bool run(std::function<void()> job);

  /// Those there are, for tests.
  size_t threads() const;

 private:
  struct Shared;
  static void work(const std::shared_ptr<Shared>& shared);
  static bool start_thread(const std::shared_ptr<Shared>& shared);

  const std::shared_ptr<Shared> shared_;  // with the threads, which may outlive the pool
  const uint32_t fork_generation_;
};

}  // namespace belljar

#endif  // BELLJAR_TOOLS_THREAD_POOL_H_
