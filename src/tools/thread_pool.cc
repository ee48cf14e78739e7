#include "tools/thread_pool.h"

#include <signal.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "base/process.h"

namespace belljar {

struct ThreadPool::Shared {
  const size_t max_threads;
  const std::chrono::milliseconds idle_time;
  std::mutex mutex;  // guards the rest
  std::condition_variable work, ended;
  std::deque<std::function<void()>> jobs;
  size_t threads = 0, idle = 0;
  bool quit = false;
};

ThreadPool::ThreadPool(size_t max_threads, std::chrono::milliseconds idle)
    : shared_(new Shared{.max_threads = max_threads, .idle_time = idle, .mutex{}, .work{}, .ended{}, .jobs{}}),
      fork_generation_(fork_generation()) {}

ThreadPool::~ThreadPool() {
  if (fork_generation_ != fork_generation()) {
    new std::shared_ptr<Shared>(shared_);  // another thread may have held its mutex when the process forked
    return;
  }
  std::deque<std::function<void()>> unwanted;
  std::unique_lock lock(shared_->mutex);
  shared_->quit = true;
  unwanted.swap(shared_->jobs);
  shared_->work.notify_all();
  shared_->ended.wait_for(lock, kPatience, [&] { return shared_->threads == 0; });
  lock.unlock();
}

bool ThreadPool::run(std::function<void()> job) {
  std::lock_guard lock(shared_->mutex);
  if (shared_->jobs.size() >= kMaxJobs) return false;
  if (shared_->idle <= shared_->jobs.size() &&
      shared_->threads < shared_->max_threads) {
    if (start_thread(shared_)) {
      shared_->threads++;
    } else if (shared_->threads == 0) {
      return false;
    }
  }
  shared_->jobs.push_back(std::move(job));
  shared_->work.notify_one();
  return true;
}

size_t ThreadPool::threads() const {
  std::lock_guard lock(shared_->mutex);
  return shared_->threads;
}

bool ThreadPool::start_thread(const std::shared_ptr<Shared>& shared) {
  // They take no signals: those are for the threads of the program around us.
  sigset_t all, old;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &old);
  bool started = true;
  try {
    std::thread([shared] { work(shared); }).detach();
  } catch (const std::system_error&) {
    started = false;
  }
  pthread_sigmask(SIG_SETMASK, &old, nullptr);
  return started;
}

void ThreadPool::work(const std::shared_ptr<Shared>& shared) {
  std::unique_lock lock(shared->mutex);
  for (;;) {
    shared->idle++;
    shared->work.wait_for(lock, shared->idle_time, [&] { return shared->quit || !shared->jobs.empty(); });
    shared->idle--;
    if (shared->jobs.empty()) break;  // the end of the pool, or nothing to do for long
    std::function<void()> job = std::move(shared->jobs.front());
    shared->jobs.pop_front();
    lock.unlock();
    job();
    job = nullptr;
    lock.lock();
  }
  shared->threads--;
  shared->ended.notify_all();
}

}  // namespace belljar
