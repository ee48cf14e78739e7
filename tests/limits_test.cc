// Limits, stops and rollbacks in the real guest.
#include "support.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <random>
#include <thread>
#include <vector>

namespace belljar {
namespace {

using testing::open;
using testing::quick_limits;
using testing::run;
using testing::run_fresh;
using testing::value;

struct Runaway {
  const char* name;
  const char* source;
};

// Ways to not end. Some never poll for signals, some swallow what is raised, some sit in the C library.
const Runaway kRunaways[] = {
    {"Loop", "while True: pass"},
    {"LoopWithWork", "x = 0\nwhile True: x += 1"},
    {"SwallowsEverything", "while True:\n  try:\n    while True: pass\n  except BaseException: pass"},
    {"SwallowsInFinally", "def f():\n  try:\n    while True: pass\n  finally:\n    while True: pass\nf()"},
    {"NeverPollsSum", "sum(range(10**12))"},
    {"NeverPollsMax", "import itertools\nmax(itertools.repeat(1))"},
    {"NeverPollsDeque", "import itertools, collections\ncollections.deque(itertools.repeat(1), maxlen=0)"},
    {"RegexBomb", "import re\nre.match('(a+)+$', 'a' * 40 + 'b')"},
    {"BigPower", "3 ** (10 ** 9)"},
    {"BigString", "int('9' * 10**6, 32)\nwhile True: int('9' * 10**6, 32)"},
    {"MemoryCopies", "a = bytes(10**7)\nwhile True: b = a + a"},
    {"MemoryCopiesInOneCall", "bytes(10**7) * 10 in bytearray(10**8)\nwhile True: bytes(10**8).count(b'')"},
    {"EvilComparison", "class E:\n  def __lt__(s, o):\n    while True: pass\nsorted([E(), E()])"},
    {"EvilRepr", "class E:\n  def __repr__(s):\n    while True: pass\nE()"},
    {"EvilStrOfException", "class E(Exception):\n  def __str__(s):\n    while True: pass\nraise E"},
    {"EvilFlush", "import sys\nclass W:\n  def write(s, t): pass\n  def flush(s):\n    while True: pass\nsys.stdout = W()"},
    {"IgnoresInterrupts", "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"},
    {"ReplacesHandler", "import signal\nsignal.signal(signal.SIGINT, lambda *a: None)\nwhile True: pass"},
    {"Generator", "def g():\n  while True:\n    try: yield\n    except BaseException: pass\nfor _ in g(): pass"},
    {"AsyncLoop", "import asyncio\nasync def f():\n  while True: await asyncio.sleep(0)\nawait f()"},
    {"Sorting", "import itertools\nlist(itertools.permutations(range(13)))"},
    {"Comprehension", "[x for x in iter(int, 1)]"},
    {"Zlib", "import zlib\nd = bytes(10**8)\nwhile True: zlib.compress(d, 9)"},
    {"Sqlite", "import sqlite3\nsqlite3.connect(':memory:').execute('with recursive c(x) as (select 1 union all select x+1 from c) select sum(x) from c').fetchall()"},
    {"OutputFlood", "while True: print('x' * 100)"},
};

class RunawayTest : public ::testing::TestWithParam<Runaway> {};

TEST_P(RunawayTest, IsStoppedAndTheSessionLives) {
  auto session = open(quick_limits(200));
  run(*session, "kept = 'kept'");
  const RunResult stopped = run(*session, GetParam().source);
  // A program that fills memory first may also end there.
  EXPECT_TRUE(stopped.status == RunStatus::kTimeLimit || stopped.status == RunStatus::kException ||
              stopped.status == RunStatus::kMemoryLimit)
      << to_string(stopped.status);
  const RunResult next = run(*session, "kept");
  EXPECT_EQ(next.status, RunStatus::kOk) << (next.error ? next.error->message : "");
  EXPECT_EQ(value(next), "'kept'");
}

INSTANTIATE_TEST_SUITE_P(All, RunawayTest, ::testing::ValuesIn(kRunaways),
                         [](const auto& runaway) { return runaway.param.name; });

TEST(SoftStop, KeepsTheStateAndRunsFinally) {
  auto session = open(quick_limits(100, 5000));
  const RunResult result = run(*session, "n = 0\ntry:\n  while True: n += 1\nfinally: cleaned = True");
  EXPECT_EQ(result.status, RunStatus::kTimeLimit);
  EXPECT_FALSE(result.rolled_back);
  EXPECT_EQ(result.error->type, "TimeLimit");
  EXPECT_NE(result.error->message.find("CPU"), std::string::npos);
  EXPECT_EQ(value(run(*session, "cleaned and n > 0")), "True");
}

TEST(SoftStop, IsReportedEvenWhenSwallowed) {
  const RunResult result =
      run_fresh("try:\n  while True: pass\nexcept KeyboardInterrupt: pass\nprint('done')", quick_limits(100, 5000));
  EXPECT_EQ(result.status, RunStatus::kTimeLimit);
  EXPECT_EQ(result.stdout_data, "done\n");
}

TEST(HardStop, GoesBackToBeforeTheCell) {
  auto session = open(quick_limits(500, 20));
  run(*session, "x = 1\nwith open('f', 'w') as f: f.write('before')");
  const RunResult result = run(*session,
                               "x = 2\nopen('f', 'w').write('after')\nopen('g', 'w').close()\nprint('out')\n"
                               "big = bytearray(50_000_000)\nsum(range(10**12))");
  EXPECT_EQ(result.status, RunStatus::kTimeLimit);
  EXPECT_TRUE(result.rolled_back);
  EXPECT_EQ(result.stdout_data, "out\n") << "what was written stays in the result";
  EXPECT_GT(result.usage.memory_peak_bytes, uint64_t{60} << 20);
  EXPECT_EQ(value(run(*session, "import os\nx, open('f').read(), sorted(os.listdir()), 'big' in globals()")),
            "(1, 'before', ['f'], False)");
}

TEST(HardStop, OfTheFirstCellGoesBackToTheImage) {
  Policy policy = quick_limits(50, 20);
  policy.environment = {{"E", "1"}};
  auto session = open(policy);
  EXPECT_TRUE(run(*session, "y = 1\nsum(range(10**12))").rolled_back);
  EXPECT_EQ(value(run(*session, "import os\n'y' in globals(), os.environ['E']")), "(False, '1')");
}

TEST(HardStop, WithoutCheckpointsGoesBackToTheImage) {
  Policy policy = quick_limits(50, 20);
  policy.checkpoint = CheckpointMode::kManual;
  auto session = open(policy);
  run(*session, "y = 1");
  EXPECT_TRUE(run(*session, "sum(range(10**12))").rolled_back);
  EXPECT_EQ(value(run(*session, "'y' in globals()")), "False");
}

// Past a few MiB a session's checkpoint is a shadow that follows what cells write (session/shadow_checkpoint.h).
TEST(HardStop, OfALargeSessionRestoresEveryByte) {
  auto session = open(quick_limits(800, 20));
  run(*session, "import hashlib, random\nr = random.Random(1)\nheld = [bytearray(r.randbytes(100_000)) for _ in range(100)]");
  const char* digest = "hashlib.sha256(b''.join(held)).hexdigest(), len(held), n";
  for (int round = 0; round < 4; round++) {
    ASSERT_EQ(run(*session, "n = " + std::to_string(round)).status, RunStatus::kOk);
    run(*session, "for _ in range(50): held[r.randrange(100)][r.randrange(100_000)] ^= 1\nheld.append(bytearray(300_000))");
    const std::string before = value(run(*session, digest));
    const RunResult result = run(*session,
                                 "n = -1\nfor b in held: b[0] ^= 255; b[50_000] ^= 255\ndel held[10:]\n"
                                 "more = bytearray(30_000_000)\nsum(range(10**12))");
    ASSERT_EQ(result.status, RunStatus::kTimeLimit);
    ASSERT_TRUE(result.rolled_back);
    EXPECT_EQ(value(run(*session, digest)), before);
  }
}

// Cells in quick succession are followed by a shadow, too; more sessions than there are shadows for take turns with it
// (session/shadow_pool.h).
TEST(HardStop, OfBusySessionsRestoresEveryByte) {
  constexpr int kSessions = 40, kCells = 6;
  std::vector<std::unique_ptr<Session>> sessions;
  for (int i = 0; i < kSessions; i++) sessions.push_back(open(quick_limits(60, 20)));
  const char* digest = "hashlib.sha256(repr(sorted(held.items())).encode()).hexdigest(), n";
  for (int round = 0; round < 2; round++) {
    for (auto& session : sessions) {
      run(*session, "import hashlib\nheld = {}");
      for (int cell = 0; cell < kCells; cell++) {
        run(*session, "n = " + std::to_string(cell) + "\nheld[n] = list(range(n * 1000, n * 1000 + 500))");
      }
      // Beyond what the shadow followed at first, and smaller than that again.
      run(*session, round == 0 ? "block = bytearray(3_000_000)" : "del block");
    }
    for (size_t i = 0; i < sessions.size(); i += 7) {
      const std::string before = value(run(*sessions[i], digest));
      const RunResult result = run(*sessions[i], "held.clear(); n = -1\nmore = bytearray(9_000_000)\nsum(range(10**12))");
      ASSERT_EQ(result.status, RunStatus::kTimeLimit);
      ASSERT_TRUE(result.rolled_back);
      EXPECT_EQ(value(run(*sessions[i], digest)), before);
    }
  }
}

TEST(HardStop, OfBusySessionsOnTwoThreads) {
  const auto work = [] {
    for (int i = 0; i < 30; i++) {
      auto session = open(quick_limits(60, 20));
      for (int cell = 0; cell < 6; cell++) run(*session, "x = " + std::to_string(cell) + "; y = list(range(20_000))");
      EXPECT_TRUE(run(*session, "x = 9\nsum(range(10**12))").rolled_back);
      EXPECT_EQ(value(run(*session, "x, len(y)")), "(5, 20000)");
    }
  };
  std::thread other(work);
  work();
  other.join();
}

// The loop's own handling of interrupts would cancel the task, which never awaits.
// Each cell takes what is left; there is still enough to compile the one that gives it back.
TEST(Memory, SessionsRecoverFromSeveralShortages) {
  Policy policy;
  policy.limits.memory = uint64_t{64} << 20;
  auto session = open(policy);
  run(*session, "held = []");
  for (const char* hog : {"while True: held.append(bytes(10_000))", "while True: held.append('x' * 100)",
                          "while True: held.append(object())"}) {
    EXPECT_EQ(run(*session, hog).error->type, "MemoryError") << hog;
  }
  EXPECT_EQ(run(*session, "held.clear()").status, RunStatus::kOk);
  EXPECT_EQ(value(run(*session, "len(bytearray(30_000_000)), held")), "(30000000, [])");
}

TEST(SoftStop, EndsACoroutineThatNeverAwaits) {
  auto session = open(quick_limits(100, 2000));
  run(*session, "kept = 'kept'");
  const RunResult result = run(*session, "import asyncio\nasync def f():\n  while True: pass\nasyncio.run(f())");
  EXPECT_EQ(result.status, RunStatus::kTimeLimit);
  EXPECT_FALSE(result.rolled_back);
  EXPECT_EQ(value(run(*session, "kept, asyncio.run(asyncio.sleep(0, 'works'))")), "('kept', 'works')");
}

TEST(WallTime, EndsWaiting) {
  for (const char* source : {"import time\ntime.sleep(1000)", "import asyncio\nawait asyncio.sleep(1000)",
                             "import select\nselect.select([], [], [], 1000)"}) {
    Policy policy;
    policy.limits.wall = std::chrono::milliseconds(100);
    auto session = open(policy);
    const RunResult result = run(*session, source);
    EXPECT_EQ(result.status, RunStatus::kTimeLimit) << source;
    EXPECT_NE(result.error->message.find("wall"), std::string::npos);
    EXPECT_LT(result.usage.wall_ns, 5'000'000'000u) << source;
    EXPECT_EQ(value(run(*session, "1")), "1");
  }
}

TEST(WallTime, EndsWaitingForInput) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  Policy policy;
  policy.limits.wall = std::chrono::milliseconds(100);
  auto session = open(policy);
  RunOptions options;
  options.stdin_fd = ends[0];
  EXPECT_EQ(run(*session, "input()", options).status, RunStatus::kTimeLimit);
  ASSERT_EQ(write(ends[1], "late\n", 5), 5);
  EXPECT_EQ(value(run(*session, "input()", options)), "'late'");
  close(ends[0]);
  close(ends[1]);
}

TEST(Memory, LimitIsMemoryErrorAndTheSessionLives) {
  const char* hogs[] = {
      "x = [0] * 10**9",
      "x = bytearray(10**9)",
      "x = []\nwhile True: x.append('y' * 10000)",
      "x = {}\ni = 0\nwhile True:\n  x[i] = object(); i += 1",
      "x = 'a'\nwhile True: x += x",
      "x = [[] for _ in iter(int, 1)]",
  };
  for (const char* hog : hogs) {
    Policy policy;
    policy.limits.memory = uint64_t{64} << 20;
    auto session = open(policy);
    run(*session, "kept = 1");
    const RunResult result = run(*session, hog);
    EXPECT_TRUE(result.status == RunStatus::kException || result.status == RunStatus::kMemoryLimit) << hog;
    EXPECT_LE(result.usage.memory_peak_bytes, uint64_t{64} << 20) << hog;
    if (result.status == RunStatus::kException) {
      EXPECT_EQ(result.error->type, "MemoryError") << hog;
    }
    EXPECT_EQ(run(*session, "x = None").status, RunStatus::kOk) << hog;
    EXPECT_EQ(value(run(*session, "kept")), "1") << hog;
  }
}

TEST(Trap, IsContainedAndRollsBack) {
  const char* crashes[] = {
      // Bytecode that pops from an empty stack and jumps into nothing.
      "def f(): pass\nf.__code__ = f.__code__.replace(co_code=bytes([31, 0] * 50), co_stacksize=1)\nf()",
      // Nested iterators: recursion in C that no check sees.
      "x = iter([])\nfor _ in range(10**6): x = map(int, x)\nlist(x)",
      "t = ()\nfor _ in range(10**6): t = (t,)\nhash(t)",
  };
  for (const char* crash : crashes) {
    auto session = open();
    run(*session, "kept = 1");
    const RunResult result = run(*session, crash);
    if (result.status == RunStatus::kTrap) {
      EXPECT_TRUE(result.rolled_back);
      EXPECT_EQ(result.error->type, "Trap");
    } else {
      EXPECT_NE(result.status, RunStatus::kTimeLimit) << crash;
    }
    EXPECT_EQ(value(run(*session, "kept")), "1") << crash;
  }
}

TEST(Files, QuotaIsEnospc) {
  Policy policy;
  policy.limits.files = 1 << 20;
  policy.limits.file_entries = 20;
  auto session = open(policy);
  EXPECT_EQ(run(*session, "open('big', 'wb').write(bytes(2 << 20))").error->message.substr(0, 10), "[Errno 28]");
  EXPECT_EQ(value(run(*session, "import os\nos.unlink('big')\nopen('small', 'w').write('ok')")), "2");
  EXPECT_EQ(run(*session, "for i in range(100): open(f'f{i}', 'w').close()").error->type, "OSError");
}

TEST(Cancel, FromAnotherThread) {
  auto session = open();
  std::atomic<bool> started{false};
  RunOptions options;
  options.on_output = [&](Stream, std::string_view) { started = true; };
  std::thread canceller([&] {
    while (!started) std::this_thread::yield();
    session->cancel();
  });
  const RunResult soft = run(*session, "x = 5\nprint(1)\nwhile True: pass", options);
  canceller.join();
  EXPECT_EQ(soft.status, RunStatus::kCancelled);
  EXPECT_FALSE(soft.rolled_back);
  EXPECT_EQ(value(run(*session, "x")), "5");
  session->cancel();
  EXPECT_EQ(value(run(*session, "x + 1")), "6") << "a cancel between runs is nothing";

  started = false;
  std::thread twice([&] {
    while (!started) std::this_thread::yield();
    session->cancel();
    session->cancel();
  });
  const RunResult hard = run(*session, "print(1)\nsum(range(10**12))", options);
  twice.join();
  EXPECT_EQ(hard.status, RunStatus::kCancelled);
  EXPECT_TRUE(hard.rolled_back);
  EXPECT_EQ(value(run(*session, "x")), "5");
}

// Runs that end at the very moment they are stopped: softly, hard, in the guest, in an import.
TEST(Race, EndOfRunAgainstTheStop) {
  const int runs = getenv("BELLJAR_SOAK") ? 1'000'000 : 100'000;
  auto session = open();
  run(*session, "import time\nn = 0");
  std::atomic<bool> quit{false};
  std::thread canceller([&] {
    std::mt19937 random(7);
    while (!quit) {
      const auto until = std::chrono::steady_clock::now() + std::chrono::nanoseconds(random() % 200'000);
      while (std::chrono::steady_clock::now() < until && !quit) {
      }
      session->cancel();
      if (random() % 2) session->cancel();
    }
  });
  const char* cells[] = {"n += 1", "time.time()", "for i in range(300): time.time()", "sum(range(3000))",
                         "print('x', end='', flush=True)", "time.sleep(0.00002)", "[bytearray(2000) for _ in range(20)]"};
  int cancelled = 0, rolled_back = 0;
  for (int i = 0; i < runs; i++) {
    const RunResult result = run(*session, cells[static_cast<size_t>(i) % std::size(cells)]);
    ASSERT_TRUE(result.status == RunStatus::kOk || result.status == RunStatus::kCancelled ||
                (result.status == RunStatus::kException && result.error->type == "KeyboardInterrupt"))
        << to_string(result.status) << " " << (result.error ? result.error->message : "");
    cancelled += result.status == RunStatus::kCancelled;
    rolled_back += result.rolled_back;
  }
  quit = true;
  canceller.join();
  EXPECT_GT(cancelled, 0);
  EXPECT_EQ(value(run(*session, "n >= 0")), "True");
  RecordProperty("cancelled", cancelled);
  RecordProperty("rolled_back", rolled_back);
}

// Thousands of mixed runs through a few slots, each reset compared with the image byte for byte (support.h).
TEST(Reset, ComparesEqualAfterMixedRuns) {
  const int rounds = getenv("BELLJAR_SOAK") ? 50'000 : 2'000;
  const char* programs[] = {
      "print(1 + 1)",
      "import json; json.dumps({'a': 1})",
      "x = bytearray(5_000_000)",
      "x = [str(i) for i in range(20000)]",
      "1/0",
      "import decimal, fractions, statistics; statistics.mean([decimal.Decimal(1), 2])",
      "def f(n): return f(n + 1)\nf(0)",
      "open('/tmp/x', 'w').write('y' * 10000)",
      "import sys; sys.modules.clear()",
      "import os; os._exit(3)",
      "l = []\nfor i in range(50000): l = [l]\nrepr(l)",
      "import gc; gc.collect(); gc.unfreeze(); gc.collect()",
  };
  for (int i = 0; i < rounds; i++) {
    auto session = open();
    (void)session->run(programs[static_cast<size_t>(i) % std::size(programs)]);
  }
  EXPECT_EQ(value(run_fresh("1")), "1");
}

TEST(Fork, ChildGetsErrorsAndCanStartAnew) {
  auto session = open();
  for (int cell = 0; cell < 8; cell++) run(*session, "x = 1");  // busy: it has a shadow
  const pid_t child = fork();
  if (child == 0) {
    auto old_session = session->run("x");
    auto old_runtime = testing::runtime()->open();
    if (old_session || old_session.error().code != ErrorCode::kForked) _exit(1);
    if (old_runtime || old_runtime.error().code != ErrorCode::kForked) _exit(2);
    session.reset();
    auto fresh = Runtime::create();
    if (!fresh) _exit(3);
    auto new_session = (*fresh)->open();
    if (!new_session) _exit(4);
    auto result = (*new_session)->run("6 * 7");
    _exit(result && value(*result) == "42" ? 0 : 5);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_EQ(value(run(*session, "x")), "1") << "the parent goes on";
}

volatile sig_atomic_t foreign_faults = 0;
void* volatile foreign_page = nullptr;

void foreign_handler(int, siginfo_t* info, void*) {
  foreign_faults = foreign_faults + 1;
  if (info->si_addr == foreign_page) mprotect(foreign_page, 4096, PROT_READ | PROT_WRITE);
}

// Somebody (CPython's faulthandler, a crash reporter) puts a handler on top of ours: stops still work, and the other's
// own faults still reach it.
TEST(Handlers, LaterOnesAreSurvivedAndServed) {
  auto session = open(quick_limits(50, 20));
  run(*session, "x = 1");
  struct sigaction action {}, old {};
  action.sa_sigaction = foreign_handler;
  action.sa_flags = SA_SIGINFO;
  ASSERT_EQ(sigaction(SIGSEGV, &action, &old), 0);
  EXPECT_EQ(run(*session, "sum(range(10**12))").status, RunStatus::kTimeLimit);
  EXPECT_EQ(foreign_faults, 0);
  foreign_page = mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  *static_cast<volatile char*>(foreign_page) = 1;
  EXPECT_EQ(foreign_faults, 1);
  EXPECT_EQ(run(*session, "sum(range(10**12))").status, RunStatus::kTimeLimit);
  EXPECT_EQ(foreign_faults, 1);
  munmap(foreign_page, 4096);
  EXPECT_EQ(value(run(*session, "x")), "1");
}

// The same while the run is under way: the watchdog looks again before it stops hard.
TEST(Handlers, InstalledDuringARunAreSurvived) {
  auto session = open(quick_limits(100, 20));
  foreign_faults = 0;
  RunOptions options;
  options.on_output = [](Stream, std::string_view) {
    struct sigaction action {};
    action.sa_sigaction = foreign_handler;
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGSEGV, &action, nullptr);
  };
  EXPECT_EQ(run(*session, "print(1)\nsum(range(10**12))", options).status, RunStatus::kTimeLimit);
  EXPECT_EQ(foreign_faults, 0);
}

TEST(Stacks, TheCallersSizeDoesNotMatter) {
  const char* deep = "l = []\nfor i in range(100000): l = [l]\ntry:\n  repr(l)\nexcept RecursionError: print('RecursionError')";
  std::string outcomes[2];
  const size_t sizes[] = {size_t{256} << 10, size_t{8} << 20};
  for (int i = 0; i < 2; i++) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, sizes[i]);
    struct Job {
      const char* source;
      std::string* out;
    } job{deep, &outcomes[i]};
    pthread_t thread;
    ASSERT_EQ(pthread_create(&thread, &attributes,
                             [](void* p) -> void* {
                               auto* j = static_cast<Job*>(p);
                               const RunResult r = run_fresh(j->source);
                               *j->out = std::string(to_string(r.status)) + r.stdout_data;
                               return nullptr;
                             },
                             &job),
              0);
    pthread_join(thread, nullptr);
    pthread_attr_destroy(&attributes);
  }
  EXPECT_EQ(outcomes[0], outcomes[1]);
  EXPECT_EQ(outcomes[0], "okRecursionError\n");
}

TEST(Threads, RunInParallel) {
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  for (int t = 0; t < 4; t++) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 100; i++) {
        auto session = open();
        good += value(run(*session, "sum(range(" + std::to_string(t * 100 + i) + "))")) ==
                std::to_string((t * 100 + i) * (t * 100 + i - 1) / 2);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 400);
}

}  // namespace
}  // namespace belljar
