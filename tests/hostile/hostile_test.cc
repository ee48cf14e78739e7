// A guest that has been taken over (guest.c) against the real engine, session and imports: whatever it calls, in
// whatever order, the host lives, tells the truth about the run, and gives the slot back as new.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <chrono>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "exposed_runtime.h"
#include "script.h"
#include "session/hostile_calls.h"
#include "witness.h"

namespace belljar::testing {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kImportNames[] = {
#define IMPORT(module, name, ...) #name,
#define IMPORT_VOID IMPORT
#include "imports.inc"
#undef IMPORT
#undef IMPORT_VOID
};

// A change of the imports must reach guest.c.
TEST(Hostile, GuestKnowsEveryImport) {
  const auto imports = guest_imports();
  ASSERT_EQ(std::size(kImportNames), imports.size());
  for (size_t i = 0; i < imports.size(); i++) EXPECT_EQ(kImportNames[i], imports[i].name);
}

// Every test that opens sessions on a Runtime that verifies resets relies on this.
TEST(VerifyResets, AMistakeShows) {
  auto runtime = RuntimeImpl::create({.verify_resets = true}, python_payload());
  ASSERT_TRUE(runtime) << runtime.error().message;
  for (const bool with_mistake : {false, true}) {
    auto sandbox = (*runtime)->take_sandbox();
    ASSERT_TRUE(sandbox) << sandbox.error().message;
    uint8_t* const page = (*sandbox)->slot().memory() + (uint64_t{8} << 20);
    page[0] ^= 1;
    if (with_mistake) {
      // Shared pages are none that a reset knows of.
      ASSERT_EQ(mmap(page, kPageSize, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0), page);
      page[0] = page[1] = 1;
    }
    (*runtime)->give_back(*std::move(sandbox));
  }
  const Status next = (*runtime)->admit_session();
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error().code, ErrorCode::kInternal);
}

class HostileTest : public ::testing::Test {
 protected:
  static constexpr uint32_t kWasmPage = 64 << 10;

  // The arena's use: paths and vectors for HostileCalls, then data, then the script's own needs.
  static constexpr uint32_t kMailboxBytes = 64 << 10, kArenaBytes = 256 << 10;
  static constexpr uint32_t kData = 64 << 10, kFrame = 128 << 10;

  uint32_t arena(uint32_t offset = 0) const { return runtime_.layout().mailbox + kMailboxBytes + offset; }
  /// What makes a request longer than the mailbox: every blank is a zero, OP_RETURN.
  const std::string kPadding = std::string(kMailboxBytes, ' ');

  uint64_t size() const { return runtime_.image_bytes(); }

  static Policy policy() {
    Policy policy;
    policy.limits.memory = uint64_t{8} << 20;
    policy.limits.cpu = policy.limits.wall = milliseconds(20);
    policy.limits.grace = milliseconds(2);
    add_tools(policy);
    return policy;
  }

  /// "echo" gives back what it gets; "ask" is answered at once when it is asked something, else never.
  static void add_tools(Policy& policy) {
    policy.tool("echo", "", "", [](const ToolCall& call) -> ToolResult {
      return Value::List{call.positional(), call.named()};
    });
    policy.tools.emplace_back();
    policy.tools.back().name = "ask";
    policy.tools.back().start = [](const ToolCall& call, const ToolFinish& finish) {
      if (!call.positional().empty()) finish(call.positional().front());
    };
  }

  /// echo(1), ask(2) and ask(), in CBOR.
  static constexpr std::string_view kEcho{"\x64""echo\x81\x01\xA0", 8}, kAsk{"\x63""ask\x81\x02\xA0", 7}, kAskInVain{"\x63""ask\x80\xA0", 6};

  Script& reply(Script& script, uint32_t status = 0, int32_t exit_code = 0) const {
    script.store_words(arena(kFrame), {status, static_cast<uint32_t>(exit_code)});
    return script.call("reply", {arena(kFrame), 8});
  }

  /// Leaves "kept" in memory and in a file.
  Script mark() const {
    Script script;
    script.store(arena(kData), "kept").store(arena(), "tmp/kept").store_words(arena(64), {arena(kData), 4});
    script.call("path_open", {3, 0, arena(), 8, 1 | 8, ~0u, ~0u, 0, arena(128)});
    script.call("fd_write", {4, arena(64), 1, arena(128)}).call("fd_close", {4});
    return reply(script).finish();
  }

  /// Prints what mark() left: "keptkept".
  Script show_mark() const {
    Script script;
    script.store(arena(), "tmp/kept").store_words(arena(64), {arena(kData), 4, arena(kData + 8), 4});
    script.call("path_open", {3, 0, arena(), 8, 0, ~0u, ~0u, 0, arena(128)});
    script.call("fd_read", {4, arena(72), 1, arena(128)}).call("fd_close", {4});
    script.call("fd_write", {1, arena(64), 2, arena(128)});
    return reply(script).finish();
  }

  RunResult run(ExposedRuntime::Opened& opened, const Script& script, const RunOptions& options = {},
                std::string_view padding = "") {
    witness_.begin_run();
    auto result = opened.session->run(script.text() + std::string(padding), options);
    if (!result) {
      // It brought the tools, and the guest refused them.
      EXPECT_EQ(result.error().code, ErrorCode::kGuest) << result.error().message;
      EXPECT_EQ(witness_.reply_status(), 3u);
      RunResult refused;
      refused.status = RunStatus::kTrap;
      refused.rolled_back = true;
      return refused;
    }
    witness_.expect_truthful(*result, last_policy_, size());
    return *result;
  }

  ExposedRuntime::Opened open(const Policy& policy) {
    last_policy_ = policy;
    last_policy_.limits.memory = policy.limits.memory / kWasmPage * kWasmPage;
    return runtime_.open(policy);
  }

  /// One script in a marked session: after a rollback the mark is there, and the session works; at the end, the slot
  /// is as new.
  RunResult run_marked(const Script& script, const Policy& policy, const RunOptions& options = {}) {
    auto opened = open(policy);
    EXPECT_EQ(run(opened, mark()).status, RunStatus::kOk);
    const MemoryCopy before = opened.memory();
    const RunResult result = run(opened, script, options);
    if (result.rolled_back) {
      EXPECT_TRUE(opened.memory() == before);
      const RunResult shown = run(opened, show_mark());
      EXPECT_EQ(shown.status, RunStatus::kOk) << (shown.error ? shown.error->message : "");
      EXPECT_EQ(shown.stdout_data, "keptkept");
    }
    runtime_.expect_clean_end(std::move(opened));
    return result;
  }
  RunResult run_marked(const Script& script) { return run_marked(script, policy()); }

  ExposedRuntime python_{python_payload()};
  ExposedRuntime runtime_{hostile_payload()};
  Canary python_canary_{python_, "secret = list(range(1000))", "print(sum(secret))", "499500\n"};
  Witness witness_;
  Policy last_policy_;
};

TEST_F(HostileTest, OneReplyAndAZeroIsARunThatWorked) {
  Script script;
  EXPECT_EQ(run_marked(reply(script).finish()).status, RunStatus::kOk);
  Script exception;
  EXPECT_EQ(run_marked(reply(exception, 1).finish()).status, RunStatus::kException);
  Script exit;
  const RunResult result = run_marked(reply(exit, 2, -7).finish());
  EXPECT_EQ(result.status, RunStatus::kExit);
  EXPECT_EQ(result.exit_code, -7);
}

TEST_F(HostileTest, EverythingElseIsATrapThatIsRolledBack) {
  const uint32_t idle = runtime_.layout().stack_pointer;
  const auto end = static_cast<uint32_t>(size());
  Script no_reply, twice, then_status, then_trap, forged, too_long, outside, past_the_end, short_frame, dirty_stack,
      half_stack, load_outside, store_outside, stack_overflow, overflow_after_reply, removes_the_mark;
  no_reply.finish();
  reply(reply(twice)).finish();
  reply(then_status).finish(1);
  reply(then_trap).trap();
  reply(forged, 3).finish();
  too_long.grow(64).call("reply", {0, (1 << 20) + (256 << 10) + 1}).finish();
  outside.call("reply", {end - 8, 9}).finish();
  past_the_end.call("reply", {~0u, ~0u}).finish();
  short_frame.call("reply", {arena(), 7}).finish();
  reply(dirty_stack).leave_stack_pointer(idle - 16).finish();
  reply(half_stack).leave_stack_pointer(~0u).finish();
  reply(load_outside).load(end).finish();
  reply(store_outside).store(0xFFFFFFF8u, "outside!").finish();
  reply(stack_overflow.recurse(100'000'000)).finish();
  reply(overflow_after_reply).recurse(100'000'000).finish();
  removes_the_mark.store(arena(), "tmp/kept").call("path_unlink_file", {3, arena(), 8});
  removes_the_mark.store(arena(kData), "lost").trap();
  for (const Script* script : {&no_reply, &twice, &then_status, &then_trap, &forged, &too_long, &outside, &past_the_end,
                               &short_frame, &dirty_stack, &half_stack, &load_outside, &store_outside, &stack_overflow,
                               &overflow_after_reply, &removes_the_mark}) {
    SCOPED_TRACE(script->text().substr(0, 200));
    Policy patient = policy();
    patient.limits.cpu = patient.limits.wall = std::chrono::seconds(20);  // deep recursion takes what it takes
    const RunResult result = run_marked(*script, patient);
    EXPECT_EQ(result.status, RunStatus::kTrap);
    EXPECT_TRUE(result.rolled_back);
  }
}

TEST_F(HostileTest, ExitEndsTheRunWhateverWasReplied) {
  Script script;
  const RunResult result = run_marked(reply(script).call("proc_exit", {0xFFFFFFFEu}));
  EXPECT_EQ(result.status, RunStatus::kExit);
  EXPECT_EQ(result.exit_code, -2);
  EXPECT_TRUE(result.rolled_back);
}

TEST_F(HostileTest, AReplyDoesNotEndTheTimeLimit) {
  Script script;
  const RunResult result = run_marked(reply(script).spin());
  EXPECT_EQ(result.status, RunStatus::kTimeLimit);
  EXPECT_TRUE(result.rolled_back);
}

TEST_F(HostileTest, WaitingForeverIsStopped) {
  Script sleep, read;
  std::string subscription(48, '\0');
  subscription[16] = 1;                              // the monotonic clock
  subscription.replace(24, 8, std::string(8, '\xFF'));  // never
  sleep.store(arena(), subscription);
  for (int i = 0; i < 100; i++) sleep.call("poll_oneoff", {arena(), arena(64), 1, arena(128)});
  EXPECT_EQ(run_marked(sleep.spin()).status, RunStatus::kTimeLimit);

  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  RunOptions options;
  options.stdin_fd = ends[0];
  read.store_words(arena(), {arena(64), 16});
  for (int i = 0; i < 100; i++) read.call("fd_read", {0, arena(), 1, arena(128)});
  EXPECT_EQ(run_marked(read.spin(), policy(), options).status, RunStatus::kTimeLimit);
  close(ends[0]);
  close(ends[1]);
}

// The buffer for a long request is the guest's to name.
TEST_F(HostileTest, BufferForALongRequest) {
  const auto long_run = [&](const Script& before, const Script& script, RunStatus expected) {
    auto opened = open(policy());
    EXPECT_EQ(run(opened, before).status, RunStatus::kOk);
    EXPECT_EQ(run(opened, script, {}, kPadding).status, expected) << script.text();
    runtime_.expect_clean_end(std::move(opened));
  };
  Script usual, ready, good_place, null, end, wraps, traps, spins, replies, grows, over_the_stack, exits;
  reply(usual);
  reply(ready).finish();
  const auto buffer = [&](Script& script) -> Script& { return reply(script).in_buffer(); };
  buffer(good_place).finish(arena());
  buffer(null).finish(0);
  buffer(end).finish(static_cast<uint32_t>(size()) - 100);
  buffer(wraps).finish(~0u);
  buffer(traps).trap();
  buffer(spins).spin();
  reply(buffer(replies)).finish(arena());
  buffer(grows).grow(1).finish(static_cast<uint32_t>(size()) - 100);
  buffer(over_the_stack).finish(8);
  buffer(exits).call("proc_exit", {3});
  long_run(ready, usual, RunStatus::kOk);
  long_run(good_place, usual, RunStatus::kOk);
  long_run(null, usual, RunStatus::kTrap);
  long_run(end, usual, RunStatus::kTrap);
  long_run(wraps, usual, RunStatus::kTrap);
  long_run(traps, usual, RunStatus::kTrap);
  long_run(spins, usual, RunStatus::kTimeLimit);
  long_run(exits, usual, RunStatus::kExit);
  long_run(grows, usual, RunStatus::kOk);
  long_run(over_the_stack, usual, RunStatus::kOk);  // what lies there is not in use
  long_run(replies, usual, RunStatus::kTrap);  // the second reply
  Script silent;
  silent.finish();
  long_run(replies, silent, RunStatus::kOk);  // its own reply, early: the guest's to send
}

using Results = std::vector<int32_t>;

// HOST-08, HOST-09: what a call gives and takes may lie anywhere.
TEST_F(HostileTest, ToolsAreCalledWithAnyNumbers) {
  const auto end = static_cast<uint32_t>(size());
  auto opened = open(policy());
  Script script;
  script.store(arena(), kEcho).store_words(arena(64), {arena(), 14});
  script.call("tool_call", {arena(), 8, arena(), 14});       // the answer over the request: [[1], {}]
  script.call("fd_write", {1, arena(64), 1, arena(128)});
  EXPECT_EQ(run(opened, reply(script).finish()).stdout_data, std::string("\0\x82\x81\x01\xA0\x81\x01\xA0\0\0\0\0\0\0", 14));
  EXPECT_EQ(witness_.results("tool_call"), Results{5});

  Script places;
  places.store(arena(), kEcho);
  places.call("tool_answer", {arena(64), 5});                // there is none
  places.call("tool_call", {arena(), 8, end - 4, 100});      // past the end: waits to be fetched
  places.call("tool_answer", {arena(64), 4}).call("tool_answer", {arena(64), 6}).call("tool_answer", {end - 4, 5});
  places.call("tool_answer", {~0u, 5}).call("tool_answer", {arena(64), 5}).call("tool_answer", {arena(64), 5});
  places.call("tool_call", {arena(), 8, arena(64), 4});      // no room
  places.call("tool_call", {arena(), 8, 0, 5});              // throws away what waits; address 0 is one like another
  places.call("tool_answer", {arena(64), 5});
  EXPECT_EQ(run(opened, reply(places).finish()).status, RunStatus::kOk);
  EXPECT_EQ(witness_.results("tool_answer"), (Results{-1, -1, -1, -1, -1, 0, -1, -1}));
  EXPECT_EQ(witness_.results("tool_call"), (Results{5, 5, 5}));

  // Refused, each with an answer: an error has a type and a message.
  Script malformed;
  malformed.store(arena(), kEcho).store(arena(32), std::string_view("\x9B\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 9));
  const std::initializer_list<uint64_t> requests[] = {
      {end - 4, 8, arena(64), 0}, {~0u, 8, arena(64), 0}, {0, ~0u, arena(64), 0}, {arena(), 0, arena(64), 0}, {arena(), 7, arena(64), 0},
      {arena(), 9, arena(64), 0}, {arena(32), 9, arena(64), 0}, {arena(), uint64_t{1} << 31, arena(64), 0}};
  for (const auto& request : requests) malformed.call("tool_call", request);
  EXPECT_EQ(run(opened, reply(malformed).finish()).usage.tool_calls, std::size(requests));
  for (const int32_t length : witness_.results("tool_call")) EXPECT_GT(length, 20);
  runtime_.expect_clean_end(std::move(opened));
}

// HOST-08: numbers of calls that were never made, or are over.
TEST_F(HostileTest, StartedCallsHaveTheirOwnNumbers) {
  auto opened = open(policy());
  Script script;
  script.store(arena(), kAsk).store(arena(32), kAskInVain).store(arena(48), kEcho);
  script.call("tool_wait", {~uint64_t{0}, arena(64), 100});                        // nothing is under way
  script.call("tool_start", {arena(), 7}).call("tool_start", {arena(32), 6}).call("tool_start", {arena(), 7});
  script.call("tool_cancel", {3}).call("tool_cancel", {3}).call("tool_cancel", {0}).call("tool_cancel", {~0u});
  script.call("tool_wait", {~uint64_t{0}, arena(64), 100});                        // 1, and its answer
  script.call("tool_wait", {0, arena(64), 100});                                   // 2 is never done
  script.call("tool_start", {arena(48), 8}).call("tool_call", {arena(), 7, arena(64), 100});  // the other kind each
  EXPECT_EQ(run(opened, reply(script).finish()).status, RunStatus::kOk);
  EXPECT_EQ(witness_.results("tool_wait"), (Results{0, 6, 0}));
  const Results started = witness_.results("tool_start");
  ASSERT_EQ(started.size(), 4u);
  EXPECT_EQ(Results(started.begin(), started.begin() + 3), (Results{1, 2, 3}));
  EXPECT_LT(started[3], -20);

  Script again;  // no number comes twice; nothing of the last run is left
  again.store(arena(), kAsk).call("tool_wait", {0, arena(64), 100}).call("tool_start", {arena(), 7});
  EXPECT_EQ(run(opened, reply(again).finish()).status, RunStatus::kOk);
  EXPECT_EQ(witness_.results("tool_wait"), Results{0});
  EXPECT_EQ(witness_.results("tool_start"), Results{4});

  Script many;
  many.store(arena(), kAskInVain);
  for (int i = 0; i < 1001; i++) many.call("tool_start", {arena(), 6});
  Policy patient = policy();
  patient.limits.cpu = patient.limits.wall = std::chrono::seconds(20);
  auto second = open(patient);
  EXPECT_EQ(run(second, reply(many).finish()).status, RunStatus::kOk);
  EXPECT_GT(witness_.results("tool_start").at(999), 0);
  EXPECT_LT(witness_.results("tool_start").at(1000), 0);
  runtime_.expect_clean_end(std::move(second));
  runtime_.expect_clean_end(std::move(opened));
}

TEST_F(HostileTest, WaitingForAToolIsStopped) {
  Script script;
  script.store(arena(), kAskInVain).call("tool_start", {arena(), 6});
  for (int i = 0; i < 100; i++) script.call("tool_wait", {i % 2 ? ~uint64_t{0} : ~uint64_t{0} >> 1, arena(64), 100});
  EXPECT_EQ(run_marked(script.spin()).status, RunStatus::kTimeLimit);
}

TEST_F(HostileTest, DisplaysAreCheckedLikeValues) {
  const auto end = static_cast<uint32_t>(size());
  auto opened = open(policy());
  Script script;
  // u32 tag 16, length, MIME length, "text/plain" padded, data
  script.store_words(arena(), {16, 20, 10}).store(arena(12), std::string_view("text/plain\0\0data", 16));
  script.call("display", {arena(), 28});
  script.call("display", {arena(), 27}).call("display", {arena(), 4}).call("display", {end - 4, 8}).call("display", {~0u, ~0u});
  script.call("display", {arena(), ~0u}).call("display", {0, 0}).store_words(arena(), {17}).call("display", {arena(), 28});
  const RunResult result = run(opened, reply(script).finish());
  ASSERT_EQ(result.displays.size(), 1u);
  EXPECT_EQ(result.displays[0][0].data, "data");
  const int32_t left = (1 << 20) - 64 - 4;
  EXPECT_EQ(witness_.results("display"), (Results{left, -1, -1, -1, -1, -1, left, -1}));
  runtime_.expect_clean_end(std::move(opened));
}

// Only a request that can be refused is.
TEST_F(HostileTest, ARefusalOfACellIsATrap) {
  auto opened = open(policy());
  const MemoryCopy fresh = opened.memory();
  Script script;
  auto refused = opened.session->run(reply(script, 3).finish().text(), {});  // it brings the tools
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kGuest);
  EXPECT_TRUE(opened.memory() == fresh);
  Script usual;
  EXPECT_EQ(run(opened, reply(usual).finish()).status, RunStatus::kOk);
  EXPECT_EQ(run(opened, script).status, RunStatus::kTrap);
  // How a cell ended is no answer to these; nor are bytes that are no value.
  EXPECT_FALSE(opened.session->define("x", 1));
  EXPECT_FALSE(opened.session->get("x"));
  runtime_.expect_clean_end(std::move(opened));
}

// Scripts at random.
class AnyScriptTest : public HostileTest {
 protected:
  uint64_t below(uint64_t n) { return random_() % n; }

  Policy any_policy() {
    Policy any = policy();
    any.limits.memory = below(8) == 0 ? uint64_t{4} << 30 : size() + below(100) * kWasmPage;
    any.limits.output = below(3) * 1000;
    any.limits.value = below(3) * 1000;
    any.limits.files = 1 << 20;
    any.limits.file_entries = 50;
    any.checkpoint = below(4) == 0 ? CheckpointMode::kManual : CheckpointMode::kEachCell;
    return any;
  }

  HostileCalls any_calls(uint64_t seed) const {
    const GuestLayout& layout = runtime_.layout();
    return {seed, size(), arena(), 12, {layout.mailbox, layout.stack_low, layout.stack_high, layout.stack_pointer,
                                        arena(), arena(kData), arena(kFrame), size(), uint64_t{1} << 31}};
  }

  /// Paths to try, and some files to begin with.
  Script prepare(HostileCalls& calls) const {
    Script script;
    calls.fill([&](uint32_t address, std::string_view bytes) { script.store(address, bytes); });
    for (const std::string_view path : {"tmp/a", "tmp/d/a", "workspace/f"}) {
      script.store(arena(kData), path).call("path_create_directory", {3, arena(kData), 5});
      script.call("path_open", {3, 0, arena(kData), path.size(), 1, ~0u, ~0u, 0, arena(kData + 64)});
    }
    script.store(arena(kData), "tmp/l").call("path_symlink", {arena(kData + 4), 1, 3, arena(kData), 5});
    return reply(script).finish();
  }

  /// A call of a tool that is mostly in order.
  void call_tool(Script& script, const engine::Import& import) {
    constexpr std::string_view kRequests[] = {kEcho, kAsk, kAskInVain};
    const std::string_view request = kRequests[below(3)];
    const uint64_t length = request.size() + (below(10) == 0), out = arena(static_cast<uint32_t>(below(kArenaBytes)));
    script.store(arena(kData), request);
    if (import.name == "tool_call") script.call(import.name, {arena(kData), length, out, below(20)});
    if (import.name == "tool_start") script.call(import.name, {arena(kData), length});
    if (import.name == "tool_wait") script.call(import.name, {below(50) ? below(2) : ~uint64_t{0}, out, below(20)});
    if (import.name == "tool_answer") script.call(import.name, {out, below(20)});
    if (import.name == "tool_cancel") script.call(import.name, {below(20)});
  }

  Script any_script(HostileCalls& calls) {
    const auto word = [&] { return static_cast<uint32_t>(calls.number()); };
    const auto once_in = [&](uint64_t n) { return below(n) == 0; };
    Script script;
    for (uint64_t steps = below(80); steps > 0; steps--) {
      // What ends a run is rare, so that there is something to be ended.
      switch (below(24)) {
        case 0: script.grow(once_in(2) ? word() : static_cast<uint32_t>(below(3))); break;
        case 1: script.store_words(arena(static_cast<uint32_t>(below(kArenaBytes))), {word()}); break;
        case 2: if (once_in(50)) script.store_words(word(), {word()}); break;
        case 3: if (once_in(50)) script.load(word()); break;
        case 4: if (once_in(8)) script.recurse(static_cast<uint32_t>(below(once_in(2) ? 1000 : 2'000'000))); break;
        case 5: if (once_in(60)) script.spin(); break;
        case 6: if (once_in(40)) script.leave_stack_pointer(word()); break;
        case 7: if (once_in(20)) script.in_buffer(); break;
        case 8: if (once_in(40)) reply(script, static_cast<uint32_t>(below(4)), static_cast<int32_t>(word())); break;
        default: {
          const engine::Import& import = guest_imports()[below(guest_imports().size())];
          const bool is_end = import.name == "proc_exit" || import.name == "reply";
          if (import.name.starts_with("tool_") && !once_in(4)) {
            call_tool(script, import);
          } else if (!is_end || once_in(30)) {
            script.call(import.name, calls.arguments(import));
          }
        }
      }
    }
    if (below(4) > 0) reply(script, static_cast<uint32_t>(below(3)));
    if (below(20) > 0) script.finish(below(20) == 0);
    return script;
  }

  void run_session(uint64_t seed, Canary& neighbour) {
    random_.seed(seed);
    const Policy any = any_policy();
    HostileCalls calls = any_calls(seed);
    uint64_t heard = 0;
    RunOptions options;
    options.stdin_data = std::string(below(5000), 'i');
    options.wants_value = below(2);
    if (below(2)) {
      options.on_output = [&](Stream, std::string_view bytes) {
        heard += bytes.size();
        // On the caller's stack again: another session may run from here.
        if (seed % 50 == 0) neighbour.expect_alive();
      };
    }
    auto opened = open(any);
    for (uint64_t cell = 0, cells = 1 + below(30); cell < cells && !HasFailure(); cell++) {
      if (cell % 5 == 0) run(opened, prepare(calls));
      const MemoryCopy before = opened.memory();
      heard = 0;
      const RunResult result = run(opened, any_script(calls), options, below(10) == 0 ? kPadding : "");
      ended_[static_cast<size_t>(result.status)]++;
      EXPECT_LE(heard, 2 * any.limits.output);
      if (result.rolled_back && any.checkpoint == CheckpointMode::kEachCell) {
        EXPECT_TRUE(opened.memory() == before) << "it is not what it was before the cell";
      }
    }
    runtime_.expect_clean_end(std::move(opened));
  }

  void expect_others_unharmed(const Canary& neighbour) {
    auto next = open(policy());
    EXPECT_EQ(run(next, mark()).status, RunStatus::kOk);
    EXPECT_EQ(run(next, show_mark()).stdout_data, "keptkept");
    runtime_.expect_clean_end(std::move(next));
    neighbour.expect_unharmed();
    python_canary_.expect_unharmed();
  }

  // The test is one only when everything happens, and calls get through.
  void expect_it_mattered() const {
    for (const RunStatus status : {RunStatus::kOk, RunStatus::kException, RunStatus::kExit, RunStatus::kTimeLimit,
                                   RunStatus::kMemoryLimit, RunStatus::kTrap}) {
      EXPECT_GT(ended_[static_cast<size_t>(status)], 0u) << to_string(status);
    }
    EXPECT_EQ(witness_.counts().size(), guest_imports().size());
    uint64_t calls = 0, successes = 0;
    for (const auto& [name, count] : witness_.counts()) {
      calls += count.calls;
      successes += count.successes;
      if (name.starts_with("sock_") || name == "proc_raise" || name == "proc_exit" || name == "reply") continue;
      EXPECT_TRUE(count.successes > 0 || count.calls < 10'000) << name;
    }
    EXPECT_GT(successes, calls / 10);
  }

  std::mt19937_64 random_;
  uint64_t ended_[7] = {};
};

TEST_F(AnyScriptTest, DoesNoHarm) {
  Canary neighbour(runtime_, mark().text(), show_mark().text(), "keptkept");
  std::optional<ProcessFigures> before;
  uint64_t rounds = 0;
  Seeds(120, 10'000).run([&](uint64_t seed) {
    run_session(seed, neighbour);
    if (seed % 20 == 0) expect_others_unharmed(neighbour);
    if (++rounds == 50) before = ProcessFigures::now();
  });
  if (rounds < 100) return;
  before->expect_no_growth_until(ProcessFigures::now());
  expect_it_mattered();
}

}  // namespace
}  // namespace belljar::testing
