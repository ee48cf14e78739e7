#include "witness.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/utf8.h"
#include "session/frames.h"
#include "session/imports.h"

namespace belljar::testing {
namespace {

constexpr size_t kMostImports = 64;
constexpr size_t kMostParameters = 9;

thread_local Witness* witness = nullptr;

// An import is a plain function, so each needs one of its own that knows which it stands for.
template <size_t index>
engine::Outcome call_witnessed(void* context, const GuestMemory& memory, engine::Value* values) {
  const engine::Import& import = guest_imports()[index];
  return witness ? witness->call(import, context, memory, values) : import.function(context, memory, values);
}

template <size_t... index>
constexpr std::array<engine::ImportFunction, sizeof...(index)> functions(std::index_sequence<index...>) {
  return {call_witnessed<index>...};
}

void expect_plain_data(const RunResult& result, const Limits& limits) {
  EXPECT_LE(result.stdout_data.size(), limits.output);
  EXPECT_LE(result.stderr_data.size(), limits.output);
  uint64_t value_bytes = 0;
  for (const MimeEntry& entry : result.value) {
    value_bytes += entry.data.size();
    EXPECT_TRUE(is_valid_utf8(entry.data)) << entry.type;
    EXPECT_TRUE(entry.type != "application/json" || is_json(entry.data, 100)) << entry.data;
  }
  // A byte that is not UTF-8 becomes three.
  EXPECT_LE(value_bytes, 3 * (limits.value + kReplyOverhead));
  EXPECT_EQ(result.error.has_value(), result.status != RunStatus::kOk);
  if (!result.error) return;
  for (const std::string* text : {&result.error->type, &result.error->message, &result.error->traceback}) {
    EXPECT_TRUE(is_valid_utf8(*text));
    EXPECT_LE(text->size(), 3 * (limits.value + kReplyOverhead));
  }
}

void expect_within_limits_of_tools(const RunResult& result, const Limits& limits) {
  uint64_t displayed = 0;
  for (const MimeBundle& bundle : result.displays) {
    EXPECT_FALSE(bundle.empty());
    for (const MimeEntry& entry : bundle) {
      displayed += entry.data.size();
      EXPECT_TRUE(is_valid_utf8(entry.data));
    }
  }
  for (const MimeEntry& entry : result.value) displayed += entry.data.size();
  EXPECT_LE(displayed, limits.value);
  EXPECT_LE(result.displays.size(), limits.value / 64);
}

}  // namespace

std::span<const engine::Import> witnessed_imports() {
  static const std::vector<engine::Import> imports = [] {
    static constexpr auto kFunctions = functions(std::make_index_sequence<kMostImports>());
    const std::span<const engine::Import> real = guest_imports();
    std::vector<engine::Import> all(real.begin(), real.end());
    for (size_t i = 0; i < all.size(); i++) all[i].function = kFunctions.at(i);
    return all;
  }();
  return imports;
}

Witness::Witness() : earlier_(std::exchange(witness, this)) {}
Witness::~Witness() { witness = earlier_; }

std::vector<int32_t> Witness::results(std::string_view name) const {
  const auto at = results_.find(name);
  return at == results_.end() ? std::vector<int32_t>() : at->second;
}

void Witness::begin_run() {
  results_.clear();
  replies_ = 0;
  reply_.reset();
  exit_code_.reset();
  was_ended_ = false;
}

engine::Outcome Witness::call(const engine::Import& import, void* context, const GuestMemory& memory,
                              engine::Value* values) {
  EXPECT_FALSE(was_ended_) << "the guest went on after " << import.name;
  std::array<engine::Value, kMostParameters> passed{};
  const size_t parameters = import.signature.find('>');
  std::copy(values, values + parameters, passed.begin());
  const std::span arguments(passed.data(), parameters);
  if (interfere) interfere(import, memory, arguments);

  ReplyHead head{};
  const bool is_reply = import.name == "reply";
  const bool has_head = is_reply && passed[1].i32 >= 8 && memory.read(static_cast<uint32_t>(passed[0].i32), &head);
  const engine::Outcome outcome = import.function(context, memory, values);

  Count& count = counts_[import.name];
  count.calls++;
  if (outcome == engine::Outcome::kTrap) {
    was_ended_ = true;
    if (import.name == "proc_exit") exit_code_ = static_cast<uint32_t>(passed[0].i32);
  } else if (is_reply) {
    if (++replies_ == 1 && has_head) reply_ = head;
    EXPECT_EQ(replies_, 1) << "a second reply was taken";
  } else if (import.module == "belljar") {
    results_[import.name].push_back(values[0].i32);
    count.successes += values[0].i32 > 0 || (values[0].i32 == 0 && import.name.starts_with("tool_"));
  } else {
    EXPECT_TRUE(values[0].i32 >= 0 && values[0].i32 <= wasi::kNotcapable) << import.name << " " << values[0].i32;
    count.successes += values[0].i32 == 0;
  }
  if (interfere) interfere(import, memory, arguments);
  return outcome;
}

void Witness::expect_told_by_reply(const RunResult& result) const {
  EXPECT_EQ(replies_, 1);
  EXPECT_FALSE(result.rolled_back);
  if (memory_is_racy) return;
  ASSERT_TRUE(reply_);
  EXPECT_EQ(reply_->status, static_cast<uint32_t>(result.status));  // the same numbers
  EXPECT_EQ(result.exit_code, result.status == RunStatus::kExit ? reply_->exit_code : 0);
}

void Witness::expect_truthful(const RunResult& result, const Policy& policy, uint64_t image_bytes) const {
  const Limits& limits = policy.limits;
  SCOPED_TRACE(std::string(to_string(result.status)) + (result.error ? ": " + result.error->message : ""));
  expect_plain_data(result, limits);

  const bool out_of_time = result.usage.cpu_ns >= static_cast<uint64_t>(limits.cpu.count()) ||
                           result.usage.wall_ns >= static_cast<uint64_t>(limits.wall.count());
  switch (result.status) {
    case RunStatus::kOk:
    case RunStatus::kException: expect_told_by_reply(result); break;
    case RunStatus::kExit:
      if (!result.rolled_back) {
        expect_told_by_reply(result);
      } else {
        ASSERT_TRUE(exit_code_);
        EXPECT_EQ(result.exit_code, static_cast<int32_t>(*exit_code_));
      }
      break;
    case RunStatus::kTimeLimit: EXPECT_TRUE(out_of_time); break;
    case RunStatus::kMemoryLimit:
    case RunStatus::kTrap: EXPECT_TRUE(result.rolled_back); break;
    case RunStatus::kCancelled: ADD_FAILURE() << "nobody cancelled"; break;
  }
  EXPECT_TRUE(!was_ended_ || result.rolled_back);
  EXPECT_TRUE(!exit_code_ || result.status == RunStatus::kExit || result.status == RunStatus::kTimeLimit);
  EXPECT_TRUE(result.rolled_back || replies_ == 1) << replies_;
  expect_within_limits_of_tools(result, limits);

  EXPECT_GE(result.usage.memory_peak_bytes, image_bytes);
  EXPECT_LE(result.usage.memory_peak_bytes, limits.memory);
  // No promise of speed: far beyond this is a hang.
  const std::chrono::nanoseconds hang = limits.wall + limits.grace + std::chrono::seconds(10);
  EXPECT_LT(result.usage.wall_ns, static_cast<uint64_t>(hang.count()));
}

}  // namespace belljar::testing
