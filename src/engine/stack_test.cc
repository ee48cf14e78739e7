#include "engine/stack.h"

#include <gtest/gtest.h>

namespace belljar::engine {
namespace {

const char* here() { return static_cast<const char*>(__builtin_frame_address(0)); }

bool is_near(const char* a, const char* b) { return a > b - (1 << 20) && a < b + (1 << 20); }

TEST(Stack, RunsElsewhereAndCallsBack) {
  auto stack = Stack::create(1 << 20);
  ASSERT_TRUE(stack);
  const char* caller = here();
  const char *inside = nullptr, *back = nullptr, *inside_again = nullptr;
  (*stack)->run([&] {
    inside = here();
    (*stack)->run_on_caller([&] { back = here(); });
    inside_again = here();
  });
  EXPECT_FALSE(is_near(inside, caller));
  EXPECT_TRUE(is_near(back, caller));
  EXPECT_LT(back, caller) << "below the frames that wait";
  EXPECT_EQ(inside, inside_again);
}

TEST(Stack, NestsAcrossStacks) {
  auto first = Stack::create(1 << 20), second = Stack::create(1 << 20);
  ASSERT_TRUE(first && second);
  int depth = 0;
  (*first)->run([&] {
    (*first)->run_on_caller([&] {
      (*second)->run([&] { (*second)->run_on_caller([&] { depth = 4; }); });
    });
  });
  EXPECT_EQ(depth, 4);
}

int recurse(int n) {
  volatile char frame[1024];
  frame[0] = static_cast<char>(n);
  return n == 0 ? frame[0] : recurse(n - 1) + frame[0] * 0;
}

TEST(Stack, IsAsDeepAsAskedForAndGivesPagesBack) {
  auto stack = Stack::create(64 << 20);
  ASSERT_TRUE(stack);
  for (int round = 0; round < 3; round++) {
    (*stack)->run([] { recurse(40'000); });
    (*stack)->trim();
  }
}

}  // namespace
}  // namespace belljar::engine
