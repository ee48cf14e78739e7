// Asynchronous tools with the real guest: under asyncio, cancelled, late, and while the wall clock stands still.
#include "belljar/tool.h"

#include "support.h"

#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace belljar {
namespace {

using testing::error;
using testing::open;
using testing::run;
using testing::value;

/// Finishes its calls when the test says so.
class Desk {
 public:
  ~Desk() {
    for (std::thread& thread : threads_) thread.join();
  }

  ToolStarter starter() {
    return [this](ToolCall call, ToolFinish finish) {
      std::lock_guard lock(mutex_);
      calls_.push_back(std::move(call));
      finishes_.push_back(std::move(finish));
      if (finishes_.size() >= answers_after_) {
        threads_.emplace_back([this, finishes = std::exchange(finishes_, {})] {
          int n = static_cast<int>(finishes.size());
          for (auto it = finishes.rbegin(); it != finishes.rend(); ++it) (*it)(Value(--n));
        });
      }
    };
  }

  /// The next time that so many calls wait, they are answered by their numbers, the last one first.
  void answer_after(size_t calls) { answers_after_ = calls; }
  size_t calls() const {
    std::lock_guard lock(mutex_);
    return calls_.size();
  }
  bool is_cancelled(size_t i) const {
    std::lock_guard lock(mutex_);
    return calls_.at(i).is_cancelled();
  }
  void answer_late(const Value& value) {
    std::lock_guard lock(mutex_);
    for (ToolFinish& finish : finishes_) finish(value);
    finishes_.clear();
  }

 private:
  mutable std::mutex mutex_;
  std::vector<ToolCall> calls_;
  std::vector<ToolFinish> finishes_;
  std::vector<std::thread> threads_;
  size_t answers_after_ = ~size_t{0};
};

Policy with_desk(Desk& desk) {
  Policy policy;
  policy.tools.emplace_back();
  policy.tools.back().name = "ask";
  policy.tools.back().start = desk.starter();
  return policy;
}

TEST(AsyncTools, AreInFlightTogether) {
  Desk desk;
  auto session = open(with_desk(desk));
  desk.answer_after(3);
  EXPECT_EQ(value(run(*session, "import asyncio\nawait asyncio.gather(ask(), ask(), ask())")), "[0, 1, 2]");
  desk.answer_after(100);
  EXPECT_EQ(value(run(*session, "sum(await asyncio.gather(*(ask() for _ in range(100))))")), "4950");
  desk.answer_after(1);
  EXPECT_EQ(value(run(*session, "await ask()")), "0");
  EXPECT_EQ(value(run(*session, "async def main(): return await ask()\nasyncio.run(main())")), "0");
  EXPECT_EQ(value(run(*session, "await call_tool('ask', 1)")), "0");
}

TEST(AsyncTools, SleepsGoOnBesideThem) {
  Desk desk;
  auto session = open(with_desk(desk));
  desk.answer_after(2);
  EXPECT_EQ(value(run(*session, R"(
import asyncio
order = []
async def sleeper():
    for i in range(3):
        await asyncio.sleep(0.01)
        order.append(i)
    return await ask()
async def asker():
    n = await ask()
    order.append('asked')
    return n
(await asyncio.gather(asker(), sleeper()), order)
)")), "([0, 1], [0, 1, 2, 'asked'])");
}

TEST(AsyncTools, FunctionsRunBesideEachOther) {
  std::atomic<int> running{0};
  std::atomic<bool> met{false};
  Policy policy;
  policy.tool("meet", "()", "", [&](const ToolCall& call) -> ToolResult {
    running++;
    for (int i = 0; i < 5000 && running < 3 && !call.is_cancelled(); i++) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    if (running >= 3) met = true;
    return running >= 3;
  });
  policy.tools.back().is_async = true;
  policy.tool("fail", "()", "", [](const ToolCall&) -> ToolResult { return ToolError{"KeyError", "no"}; });
  policy.tools.back().is_async = true;
  policy.tool("throw_", "()", "", [](const ToolCall&) -> ToolResult { throw 1; });
  policy.tools.back().is_async = true;
  auto session = open(policy);
  EXPECT_EQ(value(run(*session, "import asyncio\nawait asyncio.gather(meet(), meet(), meet())")), "[True, True, True]");
  EXPECT_TRUE(met);
  EXPECT_EQ(error(run(*session, "await fail()")), "KeyError: 'no'");
  EXPECT_EQ(error(run(*session, "await throw_()")), "RuntimeError: the tool failed");
}

TEST(AsyncTools, CancelReachesTheHost) {
  Desk desk;
  auto session = open(with_desk(desk));
  EXPECT_EQ(error(run(*session, "import asyncio\nawait asyncio.wait_for(ask(), 0.02)")), "TimeoutError: ");
  ASSERT_EQ(desk.calls(), 1u);
  EXPECT_TRUE(desk.is_cancelled(0));
  EXPECT_EQ(value(run(*session, R"(
t = asyncio.create_task(ask())
await asyncio.sleep(0)
t.cancel()
try:
    await t
except asyncio.CancelledError:
    x = 'cancelled'
x)")), "'cancelled'");
  ASSERT_EQ(desk.calls(), 2u);
  EXPECT_TRUE(desk.is_cancelled(1));
  desk.answer_late("late");
  desk.answer_after(1);
  EXPECT_EQ(value(run(*session, "await ask()")), "0");
}

// HOST-08: a late answer of one run is not another one's.
TEST(AsyncTools, CallsEndWithTheirCell) {
  Desk desk;
  auto session = open(with_desk(desk));
  run(*session, "import asyncio\nt = asyncio.create_task(ask())\nawait asyncio.sleep(0)");
  ASSERT_EQ(desk.calls(), 1u);
  EXPECT_TRUE(desk.is_cancelled(0));
  desk.answer_late("late");
  EXPECT_EQ(error(run(*session, "await t")), "RuntimeError: the cell that called this tool has ended");
  // What was never awaited, or is awaited without a loop, starts nothing that stays.
  run(*session, "c = ask()");
  EXPECT_EQ(error(run(*session, "c.send(None)")).substr(0, 12), "RuntimeError");
  EXPECT_TRUE(desk.calls() == 1 || desk.is_cancelled(1));
  desk.answer_late("late");
  desk.answer_after(1);
  EXPECT_EQ(value(run(*session, "await ask()")), "0");
  EXPECT_EQ(error(run(*session, "import _belljar_tools\nf = asyncio.get_event_loop().create_future()\n_belljar_tools.pending[12345] = f\nawait f")),
            "RuntimeError: the cell that called this tool has ended");
}

TEST(AsyncTools, LimitsStopTheWaiting) {
  Desk desk;
  Policy policy = with_desk(desk);
  policy.limits.wall = std::chrono::milliseconds(100);
  auto session = open(policy);
  RunResult result = run(*session, "await ask()");
  EXPECT_EQ(result.status, RunStatus::kTimeLimit);
  EXPECT_FALSE(result.rolled_back);
  ASSERT_EQ(desk.calls(), 1u);
  EXPECT_TRUE(desk.is_cancelled(0));
  EXPECT_EQ(value(run(*session, "1 + 1")), "2");
  EXPECT_EQ(run(*session, "import asyncio\nwhile True:\n  try: await ask()\n  except BaseException: pass").status, RunStatus::kTimeLimit);
  EXPECT_EQ(value(run(*session, "1 + 1")), "2");
}

TEST(AsyncTools, AreWaitedForWithoutTheWallClock) {
  Policy policy;
  policy.limits.wall = std::chrono::milliseconds(150);
  const auto slow = [](const ToolCall& call) -> ToolResult {
    for (int i = 0; i < 40; i++) {
      if (call.is_cancelled()) return "cancelled";
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return "approved";
  };
  for (const char* name : {"approve", "approve_async", "approve_timeout"}) {
    policy.tool(name, "()", "", slow);
    policy.tools.back().waits = true;
  }
  policy.tools[1].is_async = true;
  policy.tools[2].timeout = std::chrono::seconds(20);
  policy.tool("slow", "()", "", slow);
  auto session = open(policy);
  EXPECT_EQ(value(run(*session, "approve()")), "'approved'");
  EXPECT_EQ(value(run(*session, "await approve_async()")), "'approved'");
  EXPECT_EQ(value(run(*session, "approve_timeout()")), "'approved'");
  // The rest of the time still counts, and so does a tool that is not said to wait.
  EXPECT_EQ(run(*session, "approve()\nwhile True: pass").status, RunStatus::kTimeLimit);
  const RunResult result = run(*session, "x = slow()");
  EXPECT_EQ(result.status, RunStatus::kTimeLimit);
  EXPECT_LT(result.usage.wall_ns, 5'000'000'000u);
  EXPECT_EQ(value(run(*session, "approve()")), "'approved'");
}

}  // namespace
}  // namespace belljar
