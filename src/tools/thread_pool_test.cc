#include "tools/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>

namespace belljar {
namespace {

using std::chrono::milliseconds;

/// Waits, but not for ever.
template <typename F>
bool eventually(F&& is_so) {
  for (int i = 0; i < 10'000; i++) {
    if (is_so()) return true;
    std::this_thread::sleep_for(milliseconds(1));
  }
  return false;
}

TEST(ThreadPool, StartsThreadsOnDemandUpToItsNumber) {
  ThreadPool pool(3, milliseconds(10'000));
  EXPECT_EQ(pool.threads(), 0u);
  std::atomic<int> running{0}, most{0}, done{0};
  std::atomic<bool> go{false};
  for (int i = 0; i < 10; i++) {
    ASSERT_TRUE(pool.run([&] {
      const int now = ++running;
      for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
      }
      eventually([&] { return go.load(); });
      running--;
      done++;
    }));
  }
  EXPECT_TRUE(eventually([&] { return running == 3; }));
  EXPECT_EQ(pool.threads(), 3u);
  go = true;
  EXPECT_TRUE(eventually([&] { return done == 10; }));
  EXPECT_EQ(most, 3);
}

TEST(ThreadPool, OneThreadServesOneAfterTheOther) {
  ThreadPool pool(8, milliseconds(10'000));
  for (int i = 0; i < 20; i++) {
    std::atomic<bool> done{false};
    ASSERT_TRUE(pool.run([&] { done = true; }));
    ASSERT_TRUE(eventually([&] { return done.load(); }));
    std::this_thread::sleep_for(milliseconds(1));  // until it says that it is idle
  }
  EXPECT_LE(pool.threads(), 2u);
}

TEST(ThreadPool, IdleThreadsEnd) {
  ThreadPool pool(4, milliseconds(5));
  std::atomic<int> done{0};
  for (int i = 0; i < 4; i++) ASSERT_TRUE(pool.run([&] { done++; }));
  EXPECT_TRUE(eventually([&] { return done == 4 && pool.threads() == 0; }));
  ASSERT_TRUE(pool.run([&] { done++; }));
  EXPECT_TRUE(eventually([&] { return done == 5; }));
}

TEST(ThreadPool, ItsEndWaitsForWhatRuns) {
  std::atomic<bool> began{false}, ended{false}, second{false};
  {
    ThreadPool pool(1, milliseconds(10'000));
    ASSERT_TRUE(pool.run([&] {
      began = true;
      std::this_thread::sleep_for(milliseconds(50));
      ended = true;
    }));
    ASSERT_TRUE(pool.run([&] { second = true; }));
    ASSERT_TRUE(eventually([&] { return began.load(); }));
  }
  EXPECT_TRUE(ended);
  EXPECT_FALSE(second);  // had not begun
}

// HOST-06: a job that hangs does not hang the end.
TEST(ThreadPool, ItsEndLeavesBehindWhatHangs) {
  const auto flag = [] { return std::make_shared<std::atomic<bool>>(false); };
  const auto began = flag(), go = flag(), over = flag();
  const auto start = std::chrono::steady_clock::now();
  {
    ThreadPool pool(1, milliseconds(10'000));
    ASSERT_TRUE(pool.run([began, go, over] {
      *began = true;
      eventually([&] { return go->load(); });
      *over = true;
    }));
    ASSERT_TRUE(eventually([&] { return began->load(); }));  // one that has not is thrown away
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, ThreadPool::kPatience + milliseconds(5000));
  EXPECT_FALSE(*over);
  *go = true;
  EXPECT_TRUE(eventually([&] { return over->load(); }));
}

}  // namespace
}  // namespace belljar
