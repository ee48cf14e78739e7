#include "engine/gate.h"

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

namespace belljar::engine {
namespace {

TEST(Gate, OrdinaryRun) {
  Gate gate;
  gate.begin();
  EXPECT_TRUE(gate.enter_host());
  EXPECT_TRUE(gate.leave_host());
  EXPECT_FALSE(gate.end());
}

TEST(Gate, StopInTheGuestBlocksTheNextImport) {
  Gate gate;
  gate.begin();
  ASSERT_TRUE(gate.try_hold(gate.generation()));
  EXPECT_TRUE(gate.request_stop());
  gate.release();
  EXPECT_TRUE(gate.stopping());
  EXPECT_FALSE(gate.enter_host());
  EXPECT_TRUE(gate.end());
  EXPECT_FALSE(gate.stopping());
}

TEST(Gate, StopInAnImportLeavesTheMemoryAlone) {
  Gate gate;
  gate.begin();
  ASSERT_TRUE(gate.enter_host());
  ASSERT_TRUE(gate.try_hold(gate.generation()));
  EXPECT_FALSE(gate.request_stop());
  gate.release();
  EXPECT_FALSE(gate.leave_host());
  EXPECT_TRUE(gate.end());
}

TEST(Gate, OnlyTheMeantRunCanBeHeld) {
  Gate gate;
  gate.begin();
  const uint64_t first = gate.generation();
  gate.end();
  EXPECT_FALSE(gate.try_hold(first));
  gate.begin();
  EXPECT_FALSE(gate.try_hold(first));
  EXPECT_TRUE(gate.try_hold(first + 1));
  gate.release();
  gate.end();
}

// The property everything rests on: between a successful try_hold() and release() the run does not become idle, and
// after request_stop() returned true the runner is not inside an import.
TEST(Gate, RunnerNeverGoesIdleWhileHeld) {
  Gate gate;
  std::atomic<bool> quit{false};
  std::atomic<int> idle{1}, in_host{0};
  std::atomic<long> holds{0};
  std::thread watchdog([&] {
    while (!quit) {
      const uint64_t generation = gate.generation();
      if (!gate.try_hold(generation)) continue;
      EXPECT_EQ(idle.load(), 0);
      if (holds++ % 3 == 0 && gate.request_stop()) {
        EXPECT_EQ(in_host.load(), 0);
      }
      EXPECT_EQ(idle.load(), 0);
      gate.release();
    }
  });
  for (int run = 0; run < 100'000 || holds < 100; run++) {
    idle = 0;
    gate.begin();
    if (gate.enter_host()) {
      in_host = 1;
      in_host = 0;
      (void)gate.leave_host();
    }
    gate.end();
    idle = 1;
    ASSERT_LT(run, 50'000'000);
  }
  quit = true;
  watchdog.join();
}

}  // namespace
}  // namespace belljar::engine
