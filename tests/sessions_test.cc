// Sessions as a whole: forked, returned to, parked, many, from many threads. SESS-nn: /tests/attacks/README.md.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <thread>
#include <vector>

#include "session/ceilings.h"
#include "support.h"

namespace belljar {
namespace {

using testing::open;
using testing::run;
using testing::value;

template <typename T>
T need(Result<T> result) {
  EXPECT_TRUE(result.ok()) << (result.ok() ? "" : result.error().message);
  return std::move(result).value();
}

ErrorCode code_of(const auto& result) {
  EXPECT_FALSE(result.ok());
  return result.ok() ? ErrorCode::kInternal : result.error().code;
}

std::string eval(Session& session, std::string_view source) { return value(run(session, source)); }

// ---- forks ---------------------------------------------------------------------------------------------------

TEST(Fork, ChildAndParentGoOnByThemselves) {
  auto parent = open();
  run(*parent, "x = [1]\nopen('f', 'w').write('parent')");
  auto child = need(parent->fork());
  run(*child, "x.append('child')\nopen('f', 'w').write('child')");
  run(*parent, "x.append('parent')");
  EXPECT_EQ(eval(*child, "x, open('f').read()"), "([1, 'child'], 'child')");
  EXPECT_EQ(eval(*parent, "x, open('f').read()"), "([1, 'parent'], 'parent')");
}

TEST(Fork, CarriesWhatIsAlive) {
  auto parent = open();
  run(*parent, R"(
import asyncio, collections, dataclasses, io, json, re
def numbers():
    n = 0
    while True:
        n += 1
        yield n
live = numbers(); next(live)
square = lambda n: n * n
memory = io.StringIO('first\nsecond\n'); memory.readline()
file = open('/tmp/open', 'w+'); file.write('abcdef'); file.seek(2)
later = []
async def task():
    await asyncio.sleep(0.001)
    later.append('done')
t = asyncio.create_task(task())
await asyncio.sleep(0)
@dataclasses.dataclass
class Point:
    x: int
point = Point(3)
match = re.match('(a+)(b+)', 'aabb')
)");
  auto child = need(parent->fork());
  parent = nullptr;
  EXPECT_EQ(eval(*child, "next(live), square(7), memory.readline(), file.read(2), point, match.group(2)"),
            "(2, 49, 'second\\n', 'cd', Point(x=3), 'bb')");
  EXPECT_EQ(eval(*child, "await t; later"), "['done']");
}

TEST(Fork, ManyAtOnce) {
  auto parent = open();
  run(*parent, "x = 5");
  auto children = need(parent->fork(20));
  ASSERT_EQ(children.size(), 20u);
  for (size_t i = 0; i < children.size(); i++) {
    EXPECT_EQ(eval(*children[i], "x += " + std::to_string(i) + "; x"), std::to_string(5 + i));
  }
  EXPECT_EQ(need(parent->fork(0)).size(), 0u);
  EXPECT_EQ(eval(*parent, "x"), "5");
}

TEST(Fork, OfAForkOfAFork) {
  auto session = open();
  run(*session, "big = [bytearray(100_000) for _ in range(40)]\ntrail = []");
  for (int generation = 0; generation < 30; generation++) {
    auto child = need(session->fork());
    run(*child, "trail.append(" + std::to_string(generation) + "); big[len(trail) % 40][0] = len(trail)");
    session = std::move(child);
  }
  EXPECT_EQ(eval(*session, "len(trail), trail[-1], big[3][0], sum(b[0] for b in big)"), "(30, 29, 3, 465)");
}

// SESS-03, SESS-04: nothing random is drawn twice, whatever the clones come from.
TEST(Fork, ClonesDrawDifferentNumbers) {
  const char* draw =
      "import os, random, secrets, tempfile, uuid\n"
      "' '.join([str(random.random()), secrets.token_hex(8), os.urandom(8).hex(), str(uuid.uuid4()), str(uuid.uuid1()), "
      "str(random.SystemRandom().random()), tempfile.mktemp()])";
  auto parent = open();
  run(*parent, "import random, uuid, tempfile\nrandom.random(); uuid.uuid1(); tempfile.mktemp()");
  std::set<std::string> seen;
  size_t drawn = 0;
  const auto add = [&](Session& session) {
    std::istringstream words(eval(session, draw));
    for (std::string word; words >> word; drawn++) seen.insert(word);
  };
  for (auto& child : need(parent->fork(50))) add(*child);
  const Snapshot snapshot = need(parent->snapshot());
  for (int i = 0; i < 50; i++) add(*need(testing::runtime()->resume(snapshot)));
  for (int i = 0; i < 50; i++) {
    EXPECT_TRUE(parent->rollback(snapshot).ok());
    add(*parent);
  }
  EXPECT_EQ(seen.size(), drawn);
  EXPECT_EQ(drawn, 150u * 7);
}

TEST(Fork, OfASessionThatHasNotRun) {
  Policy policy;
  policy.arguments = {"prog", "arg"};
  policy.environment = {{"NAME", "value"}};
  policy.workspace = {{"f", "content"}};
  auto child = need(open(policy)->fork());
  EXPECT_EQ(eval(*child, "import os, sys; sys.argv, os.environ['NAME'], open('f').read()"),
            "(['prog', 'arg'], 'value', 'content')");
}

TEST(Fork, TheFirstCellThatFailsReturnsToTheFork) {
  Policy policy = testing::quick_limits(50, 1);
  for (const CheckpointMode mode : {CheckpointMode::kEachCell, CheckpointMode::kManual}) {
    policy.checkpoint = mode;
    auto parent = open(policy);
    run(*parent, "x = 1\nopen('f', 'w').write('before')");
    auto child = need(parent->fork());
    const RunResult result = run(*child, "x = 2\nopen('f', 'w').write('after')\nsum(range(10**12))");
    EXPECT_EQ(result.status, RunStatus::kTimeLimit);
    EXPECT_TRUE(result.rolled_back);
    EXPECT_EQ(eval(*child, "x, open('f').read()"), "(1, 'before')");
  }
}

// ---- snapshots and going back --------------------------------------------------------------------------------

TEST(Rollback, ReturnsToTheSnapshotAnyNumberOfTimes) {
  auto session = open();
  run(*session, "x = [1]\nopen('f', 'w').write('one')");
  const Snapshot one = need(session->snapshot());
  run(*session, "x.append(2)\nopen('f', 'a').write('two')\nimport decimal, fractions\ny = bytearray(30_000_000)");
  const Snapshot two = need(session->snapshot());
  for (int i = 0; i < 5; i++) {
    run(*session, "x.clear(); import os; os.remove('f')");
    ASSERT_TRUE(session->rollback(one).ok());
    EXPECT_EQ(eval(*session, "x, open('f').read(), 'y' in globals()"), "([1], 'one', False)");
    ASSERT_TRUE(session->rollback(two).ok());
    EXPECT_EQ(eval(*session, "x, open('f').read(), len(y)"), "([1, 2], 'onetwo', 30000000)");
  }
}

TEST(Rollback, ToAnotherSessionsSnapshot) {
  auto one = open(), two = open();
  run(*one, "x = 'one'");
  run(*two, "x = 'two'; big = bytearray(20_000_000)");
  ASSERT_TRUE(two->rollback(need(one->snapshot())).ok());
  EXPECT_EQ(eval(*two, "x, 'big' in globals()"), "('one', False)");
}

TEST(Rollback, BeforeTheFirstCell) {
  auto session = open();
  const Snapshot nothing = need(session->snapshot());
  run(*session, "x = 1");
  ASSERT_TRUE(session->rollback(nothing).ok());
  EXPECT_EQ(eval(*session, "'x' in globals()"), "False");
}

TEST(Rollback, WorksAfterEveryKindOfEnd) {
  Policy policy = testing::quick_limits(50, 1);
  auto session = open(policy);
  run(*session, "x = 1");
  const Snapshot snapshot = need(session->snapshot());
  for (const char* source : {"x = 2", "raise ValueError", "import sys; sys.exit(3)", "sum(range(10**12))",
                             "import os; os._exit(1)", "while True: pass", "l = []\nwhile True: l.append(bytearray(1 << 20))"}) {
    run(*session, source);
    ASSERT_TRUE(session->rollback(snapshot).ok()) << source;
    EXPECT_EQ(eval(*session, "x"), "1") << source;
  }
}

// SESS-08, SESS-11: limits are those of whoever resumes.
TEST(Resume, TheNewPolicyHolds) {
  auto session = open();
  run(*session, "held = bytearray(50_000_000)\nopen('f', 'wb').write(bytes(1_000_000))");
  const Snapshot snapshot = need(session->snapshot());
  Policy narrow;
  narrow.limits.memory = 64 << 20;
  EXPECT_EQ(code_of(testing::runtime()->resume(snapshot, narrow)), ErrorCode::kInvalidArgument);
  narrow.limits.memory = 128 << 20;
  narrow.limits.files = 100'000;
  narrow.limits.cpu = std::chrono::milliseconds(50);
  narrow.limits.output = 3;
  auto resumed = need(testing::runtime()->resume(snapshot, narrow));
  EXPECT_EQ(eval(*resumed, "len(open('f', 'rb').read())"), "1000000");
  EXPECT_EQ(run(*resumed, "open('g', 'wb').write(b'x')").error->type, "OSError");
  EXPECT_EQ(run(*resumed, "bytearray(100_000_000)").error->type, "MemoryError");
  EXPECT_EQ(run(*resumed, "print('abcdef')").stdout_data, "abc");
  EXPECT_EQ(run(*resumed, "while True: pass").status, RunStatus::kTimeLimit);
}

TEST(Resume, ArgumentsEnvironmentAndFilesAreAdded) {
  Policy first;
  first.arguments = {"old", "arguments"};
  first.environment = {{"A", "1"}, {"B", "1"}};
  auto session = open(first);
  run(*session, "import os, sys; x = 1; open('f', 'w').write('old')");
  Policy second = testing::quick_limits(200, 1);
  second.arguments = {"new"};
  second.environment = {{"B", "2"}};
  second.workspace = {{"f", "new"}, {"g", "new"}};
  auto resumed = need(testing::runtime()->resume(need(session->snapshot()), second));
  const char* look = "sys.argv, os.environ['A'], os.environ['B'], open('f').read() + open('g').read()";
  const char* expected = "(['new'], '1', '2', 'newnew')";
  auto child = need(resumed->fork());
  EXPECT_TRUE(run(*resumed, "sum(range(10**12))").rolled_back);
  EXPECT_EQ(eval(*resumed, look), expected);
  EXPECT_EQ(eval(*child, look), expected);
}

TEST(Resume, OutlivesTheSessionAndTheRuntime) {
  std::optional<Snapshot> snapshot;
  {
    auto runtime = need(Runtime::create());
    auto session = need(runtime->open());
    run(*session, "x = list(range(1_000_000))");
    snapshot = need(session->snapshot());
  }
  auto resumed = need(testing::runtime()->resume(*snapshot));
  EXPECT_EQ(eval(*resumed, "sum(x)"), "499999500000");
}

// SESS-12: the guest's monotonic clock never goes back, not even in a clone.
TEST(Resume, ClocksGoOn) {
  auto session = open();
  run(*session, "import time\nt = time.monotonic(); c = time.process_time()");
  const Snapshot snapshot = need(session->snapshot());
  run(*session, "time.sleep(0.05)");
  auto resumed = need(testing::runtime()->resume(snapshot));
  EXPECT_EQ(eval(*resumed, "0 <= time.monotonic() - t < 5, time.process_time() >= c"), "(True, True)");
}

// ---- parking -------------------------------------------------------------------------------------------------

TEST(Park, NobodyNotices) {
  auto session = open();
  run(*session, "x = [1]; f = open('/tmp/f', 'w+'); f.write('abc')");
  for (int i = 0; i < 3; i++) {
    ASSERT_TRUE(session->park().ok());
    ASSERT_TRUE(session->park().ok());
    EXPECT_TRUE(need(session->usage()).is_parked);
    EXPECT_EQ(eval(*session, "x.append(len(x)); len(x)"), std::to_string(i + 2));
    EXPECT_FALSE(need(session->usage()).is_parked);
  }
  EXPECT_EQ(eval(*session, "f.seek(0); f.read()"), "'abc'");
}

TEST(Park, EverythingWorksOnAParkedSession) {
  auto session = open();
  run(*session, "x = 1");
  const Snapshot one = need(session->snapshot());
  run(*session, "x = 2");
  ASSERT_TRUE(session->park().ok());
  EXPECT_EQ(eval(*need(session->fork()), "x"), "2");
  EXPECT_EQ(eval(*need(testing::runtime()->resume(need(session->snapshot()))), "x"), "2");
  session->cancel();
  EXPECT_FALSE(session->is_stopping());
  ASSERT_TRUE(session->rollback(one).ok());
  EXPECT_TRUE(need(session->usage()).is_parked);
  EXPECT_EQ(eval(*session, "x"), "1");
}

TEST(Park, RandomNumbersGoOn) {
  auto session = open();
  run(*session, "import random; random.seed(7); random.random()");
  ASSERT_TRUE(session->park().ok());
  auto other = open();
  run(*other, "import random; random.seed(7); random.random()");
  EXPECT_EQ(eval(*session, "random.random()"), eval(*other, "random.random()"));
}

TEST(Park, SessionsMakeRoomForOthers) {
  RuntimeOptions options;
  options.max_live = 3;
  auto runtime = need(Runtime::create(options));
  std::vector<std::unique_ptr<Session>> sessions;
  for (int i = 0; i < 20; i++) {
    sessions.push_back(need(runtime->open()));
    run(*sessions.back(), "x = " + std::to_string(i));
  }
  for (int round = 0; round < 2; round++) {
    for (size_t i = 0; i < sessions.size(); i++) EXPECT_EQ(eval(*sessions[i], "x"), std::to_string(i));
  }
  EXPECT_LE(runtime->metrics().sessions - runtime->metrics().parked, 3u);
  EXPECT_GE(runtime->metrics().parks, 17u);
}

TEST(Park, WithoutRoomTheErrorSaysWhatToRaise) {
  RuntimeOptions options;
  options.max_live = 1;
  auto runtime = need(Runtime::create(options));
  auto session = need(runtime->open());
  RunOptions inside;
  inside.on_output = [&](Stream, std::string_view) {
    auto second = runtime->open();
    ASSERT_EQ(code_of(second), ErrorCode::kExhausted);
    EXPECT_NE(second.error().hint.find("max_live"), std::string::npos);
  };
  EXPECT_EQ(run(*session, "print(1)", inside).status, RunStatus::kOk);
  session = nullptr;
  EXPECT_TRUE(runtime->open().ok());
}

TEST(Park, ByItselfAfterAWhile) {
  RuntimeOptions options;
  options.park_after = std::chrono::milliseconds(20);
  auto runtime = need(Runtime::create(options));
  auto session = need(runtime->open());
  run(*session, "x = 1");
  bool parked = false;
  for (int i = 0; i < 500 && !parked; i++) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    parked = need(session->usage()).is_parked;
  }
  EXPECT_TRUE(parked);
  EXPECT_EQ(eval(*session, "x"), "1");
}

// Calls that meet the parking of their session wait for it: never kBusy, nothing lost.
TEST(Park, MeetsCalls) {
  RuntimeOptions options;
  options.park_after = std::chrono::nanoseconds(1);
  auto runtime = need(Runtime::create(options));
  std::vector<std::unique_ptr<Session>> sessions;
  for (int i = 0; i < 4; i++) {
    sessions.push_back(need(runtime->open()));
    run(*sessions.back(), "x = 0");
  }
  for (int i = 1; i <= 100; i++) {
    for (auto& session : sessions) ASSERT_EQ(eval(*session, "x += 1; x"), std::to_string(i));
  }
}

TEST(Sessions, MaximumIsKept) {
  RuntimeOptions options;
  options.max_sessions = 2;
  auto runtime = need(Runtime::create(options));
  auto one = need(runtime->open());
  auto two = need(one->fork());
  EXPECT_EQ(code_of(one->fork()), ErrorCode::kExhausted);
  EXPECT_EQ(code_of(one->fork(3)), ErrorCode::kExhausted);
  two = nullptr;
  EXPECT_TRUE(one->fork().ok());
}

// vm.max_map_count is met in words, not by the kernel.
TEST(Sessions, TakeNoMoreMappingsThanCounted) {
  const auto mappings = [] {
    std::ifstream maps("/proc/self/maps");
    return static_cast<uint64_t>(std::count(std::istreambuf_iterator<char>(maps), {}, '\n'));
  };
  constexpr uint64_t kSessions = 100;
  auto runtime = need(Runtime::create());
  auto parent = need(runtime->open());
  run(*parent, "x = bytearray(30_000_000)");
  const uint64_t before = mappings();
  auto children = need(parent->fork(kSessions));
  for (auto& child : children) run(*child, "y = bytearray(1_000_000); x[20_000_000] = 1");
  EXPECT_LE(mappings() - before, kSessions * kMappingsPerSlot);
}

// ---- one thread at a time ------------------------------------------------------------------------------------

// SESS-09, HOST-04: from inside its own callback every call is refused.
TEST(Busy, FromItsOwnCallback) {
  auto session = open();
  run(*session, "x = 1");
  const Snapshot snapshot = need(session->snapshot());
  int refused = 0;
  RunOptions inside;
  inside.on_output = [&](Stream, std::string_view) {
    refused += code_of(session->run("x = 2")) == ErrorCode::kBusy;
    refused += code_of(session->fork()) == ErrorCode::kBusy;
    refused += code_of(session->snapshot()) == ErrorCode::kBusy;
    refused += code_of(session->rollback(snapshot)) == ErrorCode::kBusy;
    refused += code_of(session->park()) == ErrorCode::kBusy;
    refused += code_of(session->usage()) == ErrorCode::kBusy;
  };
  EXPECT_EQ(run(*session, "print(1)", inside).status, RunStatus::kOk);
  EXPECT_EQ(refused, 6);
  EXPECT_EQ(eval(*session, "x"), "1");
}

TEST(Busy, OtherSessionsMayBeUsedFromACallback) {
  auto session = open(), other = open();
  run(*session, "x = 1");
  const Snapshot snapshot = need(session->snapshot());
  std::string seen;
  RunOptions inside;
  inside.on_output = [&](Stream, std::string_view text) {
    if (text == "\n") return;
    run(*other, "y = " + std::string(text));
    auto third = need(other->fork());
    auto fourth = need(testing::runtime()->resume(snapshot));
    seen += eval(*third, "y + 1") + eval(*fourth, "x");
  };
  EXPECT_EQ(run(*session, "print(41)", inside).status, RunStatus::kOk);
  EXPECT_EQ(seen, "421");
}

TEST(Forked, TheChildProcessGetsAnErrorAndAWorkingRuntime) {
  auto session = open();
  run(*session, "x = 1");
  const Snapshot snapshot = need(session->snapshot());
  const pid_t child = ::fork();
  if (child == 0) {
    const auto is_forked = [](const auto& result) { return !result.ok() && result.error().code == ErrorCode::kForked; };
    bool ok = is_forked(session->run("x")) && is_forked(session->fork()) && is_forked(session->snapshot()) &&
              is_forked(session->rollback(snapshot)) && is_forked(session->park()) && is_forked(session->usage()) &&
              is_forked(testing::runtime()->resume(snapshot));
    auto runtime = Runtime::create();
    auto resumed = runtime.ok() ? (*runtime)->resume(snapshot) : Result<std::unique_ptr<Session>>(runtime.error());
    auto result = resumed.ok() ? (*resumed)->run("x") : Result<RunResult>(resumed.error());
    ok = ok && result.ok() && value(*result) == "1";
    _exit(ok ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT_EQ(eval(*session, "x"), "1");
}

// ---- many threads --------------------------------------------------------------------------------------------

// 8 threads, each with sessions of its own and shared snapshots, a small Runtime that keeps parking them, and a thread
// that cancels whatever it finds. Every session knows what it must hold.
TEST(Threads, MixedOperations) {
  RuntimeOptions options;
  options.max_live = 6;
  options.park_after = std::chrono::milliseconds(1);
  auto runtime = need(Runtime::create(options));
  auto seed = need(runtime->open());
  run(*seed, "n = 0");
  const Snapshot shared = need(seed->snapshot());
  seed = nullptr;

  struct Live {
    std::unique_ptr<Session> session;
    int n;
  };
  std::atomic<int> failures{0};
  const auto check = [&](bool ok, const std::string& what) {
    if (!ok && failures++ < 3) std::fprintf(stderr, "%s\n", what.c_str());
  };
  const auto message = [](const auto& result) { return result.ok() ? "" : result.error().message; };
  const auto work = [&](unsigned number) {
    std::mt19937 random(number);
    std::vector<Live> mine;
    const int rounds = std::getenv("BELLJAR_SOAK") ? 5000 : 150;
    for (int round = 0; round < rounds; round++) {
      const size_t i = mine.empty() ? 0 : random() % mine.size();
      const auto try_add = [&](Result<std::unique_ptr<Session>> made, int n) {
        if (made.ok()) mine.push_back({std::move(*made), n});
        check(made.ok() || made.error().code == ErrorCode::kExhausted, "new: " + message(made));
      };
      switch (mine.empty() ? 0 : random() % 7) {
        case 0: try_add(runtime->resume(shared), 0); break;
        case 1: try_add(mine[i].session->fork(), mine[i].n); break;
        case 2: {
          const Status parked = mine[i].session->park();
          check(parked.ok(), "park: " + message(parked));
          break;
        }
        case 3: {
          const Status back = mine[i].session->rollback(shared);
          check(back.ok(), "rollback: " + message(back));
          mine[i].n = 0;
          break;
        }
        case 4: check(mine[i].session->usage().ok(), "usage"); break;
        default: {
          auto result = mine[i].session->run("n += 1; n");
          if (!result.ok()) {
            check(result.error().code == ErrorCode::kExhausted, "run: " + message(result));
          } else {
            check(value(*result) == std::to_string(++mine[i].n),
                  value(*result) + " in place of " + std::to_string(mine[i].n) + ", " +
                      std::string(to_string(result->status)) + (result->error ? result->error->message : ""));
          }
        }
      }
      if (mine.size() > 4) mine.erase(mine.begin());
    }
  };
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < 8; t++) threads.emplace_back(work, t);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
}

// cancel() from another thread while the session runs, idles, parks and comes back: it stops this session's run or none.
TEST(Threads, CancelMeetsEverything) {
  RuntimeOptions options;
  options.max_live = 1;
  auto runtime = need(Runtime::create(options));
  auto one = need(runtime->open()), two = need(runtime->open());
  std::atomic<bool> done{false};
  std::thread canceller([&] {
    while (!done) {
      one->cancel();
      std::this_thread::yield();
    }
  });
  for (int i = 0; i < 100; i++) {
    auto cancelled = one->run("x = 1");
    ASSERT_TRUE(cancelled.ok());
    auto other = two->run("x = 1");
    ASSERT_TRUE(other.ok());
    EXPECT_EQ(other->status, RunStatus::kOk);
  }
  done = true;
  canceller.join();
}

// ---- figures -------------------------------------------------------------------------------------------------

TEST(Usage, CountsWhatWasUsed) {
  auto session = open();
  run(*session, "print('abc')");
  run(*session, "x = bytearray(5_000_000)\nopen('f', 'wb').write(bytes(100_000))");
  const SessionUsage usage = need(session->usage());
  EXPECT_EQ(usage.runs, 2u);
  EXPECT_EQ(usage.output_bytes, 4u);
  EXPECT_GT(usage.wall_ns, 0u);
  EXPECT_GT(usage.private_bytes, 5'000'000u);
  EXPECT_GT(usage.memory_bytes, usage.private_bytes);
  EXPECT_GE(usage.file_bytes, 100'000u);
  EXPECT_EQ(usage.file_entries, 1u);
}

TEST(Metrics, CountWhatHappens) {
  auto runtime = need(Runtime::create());
  auto session = need(runtime->open());
  run(*session, "x = 1");
  run(*session, "1/0");
  auto child = need(session->fork());
  ASSERT_TRUE(session->rollback(need(session->snapshot())).ok());
  ASSERT_TRUE(session->park().ok());
  run(*session, "x");
  const Metrics metrics = runtime->metrics();
  EXPECT_EQ(metrics.sessions, 2u);
  EXPECT_EQ(metrics.parked, 0u);
  EXPECT_EQ(metrics.opened, 2u);
  EXPECT_EQ(metrics.forks, 1u);
  EXPECT_EQ(metrics.snapshots, 1u);
  EXPECT_EQ(metrics.rollbacks, 1u);
  EXPECT_EQ(metrics.parks, 1u);
  EXPECT_EQ(metrics.unparks, 1u);
  EXPECT_EQ(metrics.runs_by_status[static_cast<size_t>(RunStatus::kOk)], 2u);
  EXPECT_EQ(metrics.runs_by_status[static_cast<size_t>(RunStatus::kException)], 1u);
  EXPECT_EQ(metrics.runs.count, 3u);
  EXPECT_GE(metrics.runs.total_ns, metrics.runs.max_ns);
}

}  // namespace
}  // namespace belljar
