// CPython whose memory is damaged, between cells, while it calls the host, and while it runs: whatever becomes of it,
// the host lives, every run ends within its limits and is told truly, a rollback brings back what was before the cell,
// and the slot is as new in the end.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <thread>

#include "corruptor.h"
#include "exposed_runtime.h"
#include "witness.h"

namespace belljar::testing {
namespace {

using std::chrono::milliseconds;

/// Cells that call the host in many ways.
constexpr const char* kCells[] = {
    "print('x' * 100, flush=True)\nsum(range(1000))",
    "import sys\nfor i in range(20): print(i, file=sys.stderr)",
    "open('/tmp/a', 'w').write('text' * 1000)\nopen('/tmp/a').read().count('t')",
    "import os, random\nrandom.seed()\nos.urandom(100), random.random()",
    "import time\ntime.sleep(0.001)\ntime.time(), time.monotonic(), time.process_time()",
    "import sqlite3\nd = sqlite3.connect('/tmp/d')\nd.execute('create table if not exists t(x)')\n"
    "d.executemany('insert into t values(?)', [(i,) for i in range(50)])\nd.commit()\n"
    "d.execute('select sum(x) from t').fetchall()",
    "import os\nos.makedirs('/tmp/p/q', exist_ok=True)\nos.symlink('a', '/tmp/p/l')\n"
    "os.rename('/tmp/p/q', '/tmp/p/r')\n"
    "sorted(os.listdir('/usr/lib/python3.14'))[:3]",
    "import shutil\nshutil.rmtree('/tmp/p', ignore_errors=True)",
    "{'a': [1, 2.5, None, True], 'b': {'c': 'text' * 100}}",
    "import fractions, string, textwrap, csv\nfractions.Fraction(1, 3) + 1",
    "import sys\nsys.stdin.read(100)",
    "import asyncio\nasync def f(): await asyncio.sleep(0.001)\nawait asyncio.gather(f(), f())",
    "b = [bytearray(100_000) for _ in range(30)]",
    "import json, zlib\nzlib.crc32(json.dumps(list(range(1000))).encode())",
    "1 / 0",
    "import gc\ngc.collect()",
    "def f(n): return f(n + 1)\nf(0)",
};

class CorruptionTest : public ::testing::Test {
 protected:
  static constexpr size_t kStatuses = 7;

  static Policy policy() {
    Policy policy;
    policy.limits.memory = uint64_t{48} << 20;
    policy.limits.cpu = milliseconds(150);
    policy.limits.wall = milliseconds(600);
    policy.limits.grace = milliseconds(20);
    return policy;
  }

  RunResult run(ExposedRuntime::Opened& opened, std::string_view source, const RunOptions& options = {}) {
    witness_.begin_run();
    auto result = opened.session->run(source, options);
    EXPECT_TRUE(result) << (result ? "" : result.error().message);
    if (!result) return {};
    witness_.expect_truthful(*result, policy(), runtime_.image_bytes());
    ended_[static_cast<size_t>(result->status)]++;
    return *result;
  }

  /// So many cells in one session: `damage(corruptor, options)` arranges for the next one.
  template <typename Damage>
  void run_session(uint64_t seed, Damage&& damage) {
    auto opened = runtime_.open(policy());
    Corruptor corruptor(seed, opened.slot());
    run(opened, "kept = ['kept', 42]\nopen('/tmp/kept', 'w').write('kept')");
    for (uint64_t cells = corruptor.below(6); cells > 0; cells--) run(opened, "kept[1] += 0");  // busy: has a shadow
    bool is_sound = true;
    for (uint64_t cells = 1 + corruptor.below(12); cells > 0 && !HasFailure(); cells--) {
      RunOptions options;
      options.stdin_data = "input";
      const bool during_run_only = damage(corruptor, options);
      const bool compares = during_run_only && corruptor.below(4) == 0;
      std::optional<MemoryCopy> before;
      if (compares) before = opened.memory();
      const RunResult result = run(opened, kCells[corruptor.below(std::size(kCells))], options);
      witness_.interfere = nullptr;
      if (before && result.rolled_back) {
        EXPECT_TRUE(opened.memory() == *before) << "it is not what it was before the cell";
        compared_++;
      }
      is_sound = is_sound && during_run_only && result.rolled_back;
      if (is_sound) {
        EXPECT_EQ(run(opened, "print(*kept, open('/tmp/kept').read())").stdout_data, "kept 42 kept\n");
        worked_again_++;
      }
    }
    corruptions_ += corruptor.count();
    runtime_.expect_clean_end(std::move(opened));
    if (seed % 16 == 0) canary_.expect_unharmed();
  }

  /// What every corrupting test must have seen, unless it ran one seed alone.
  void expect_it_mattered(uint64_t corruptions) const {
    std::printf("corruptions: %llu; runs that ended", static_cast<unsigned long long>(corruptions_));
    for (size_t i = 0; i < kStatuses; i++) {
      std::printf(" %s %llu", std::string(to_string(static_cast<RunStatus>(i))).c_str(),
                  static_cast<unsigned long long>(ended_[i]));
    }
    std::printf("; rollbacks after which state was as before %llu, whose memory was compared %llu\n",
                static_cast<unsigned long long>(worked_again_), static_cast<unsigned long long>(compared_));
    if (getenv("BELLJAR_SEED")) return;
    EXPECT_GE(corruptions_, corruptions);
    EXPECT_GT(ended_[static_cast<size_t>(RunStatus::kOk)], 0u);
    EXPECT_GT(ended_[static_cast<size_t>(RunStatus::kTrap)], 0u);
  }

  ExposedRuntime runtime_{python_payload()};
  Canary canary_{runtime_, "secret = list(range(1000))", "print(sum(secret))", "499500\n"};
  Witness witness_;
  uint64_t corruptions_ = 0, worked_again_ = 0, compared_ = 0;
  uint64_t ended_[kStatuses] = {};
};

TEST_F(CorruptionTest, BetweenCells) {
  Seeds(60, 3000).run([&](uint64_t seed) {
    run_session(seed, [](Corruptor& corruptor, RunOptions&) {
      corruptor.strike(static_cast<uint32_t>(1 + corruptor.below(uint64_t{1} << corruptor.below(7))));
      return false;
    });
  });
  expect_it_mattered(1000);
}

// While an import runs: before it reads, after it has written, and from the callback in the middle of fd_write.
TEST_F(CorruptionTest, DuringHostCalls) {
  std::optional<ProcessFigures> before;
  Seeds(100, 4000).run([&](uint64_t seed) {
    run_session(seed, [&](Corruptor& corruptor, RunOptions& options) {
      const uint64_t rarity = uint64_t{1} << corruptor.below(8);
      witness_.interfere = [&corruptor, rarity](const engine::Import&, const GuestMemory&,
                                                std::span<const engine::Value> arguments) {
        if (corruptor.below(rarity) == 0) corruptor.strike(static_cast<uint32_t>(1 + corruptor.below(4)), arguments);
      };
      if (corruptor.below(2)) {
        options.on_output = [&corruptor](Stream, std::string_view bytes) {
          corruptor.strike(4);
          EXPECT_LE(bytes.size(), uint64_t{1} << 20);
        };
      }
      return true;
    });
    if (seed == 30) before = ProcessFigures::now();
  });
  expect_it_mattered(1000);
  if (!before) return;
  before->expect_no_growth_until(ProcessFigures::now());
  EXPECT_GT(worked_again_, 3u);
  EXPECT_GT(compared_, 0u);
}

// At any moment: between two instructions of the guest, and between two reads of an import.
TEST_F(CorruptionTest, FromAnotherThread) {
  witness_.memory_is_racy = true;
  Seeds(60, 3000).run([&](uint64_t seed) {
    auto opened = runtime_.open(policy());
    run(opened, "kept = 1");
    std::mt19937_64 random(seed);
    for (uint64_t cells = 1 + random() % 4; cells > 0 && !HasFailure(); cells--) {
      std::atomic<bool> quit{false};
      Corruptor corruptor(random(), opened.slot());
      const uint64_t pause_us = random() % 200;
      std::thread thread([&] {
        while (!quit) {
          corruptor.strike(2);
          std::this_thread::sleep_for(std::chrono::microseconds(pause_us));
        }
      });
      RunOptions options;
      options.stdin_data = "input";
      run(opened, kCells[random() % std::size(kCells)], options);
      quit = true;
      thread.join();
      corruptions_ += corruptor.count();
    }
    runtime_.expect_clean_end(std::move(opened));
    if (seed % 16 == 0) canary_.expect_unharmed();
  });
  expect_it_mattered(1000);
}

}  // namespace
}  // namespace belljar::testing
