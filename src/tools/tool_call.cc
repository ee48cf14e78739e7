#include "tools/tool_call.h"

#include <cstdio>

#include "base/clock.h"

namespace belljar {

std::string_view ToolCall::tool() const { return state_->tool().name; }
const Value::List& ToolCall::positional() const { return state_->positional(); }
const Value::Map& ToolCall::named() const { return state_->named(); }
bool ToolCall::is_cancelled() const { return state_->is_cancelled(); }

const Value* ToolCall::find(std::string_view name) const {
  for (const auto& [key, value] : state_->named()) {
    if (key == name) return &value;
  }
  return nullptr;
}

bool ToolCallState::begin() {
  Phase expected = kQueued;
  return phase_.compare_exchange_strong(expected, kRunning, std::memory_order_acq_rel);
}

bool ToolCallState::end(Phase phase) {
  Phase now = phase_.load(std::memory_order_acquire);
  do {
    if (now > kRunning) return false;
  } while (!phase_.compare_exchange_weak(now, phase, std::memory_order_acq_rel));
  if (now == kQueued) {
    positional_ = {};
    named_ = {};
  }
  return true;
}

void ToolCallState::finish(ToolResult result) {
  if (!end(kFinishing)) return;
  if (deadline_ns_ != ~uint64_t{0} && monotonic_ns() >= deadline_ns_) result = timeout_error(tool_);
  result_ = std::move(result);
  // Once it is finished the runner may throw everything away.
  const std::shared_ptr<RunnerSignal> signal = signal_;
  phase_.store(kFinished, std::memory_order_release);
  signal->notify();
}

bool ToolCallState::cancel() { return end(kCancelled); }

ToolError timeout_error(const Tool& tool) {
  char seconds[32];
  std::snprintf(seconds, sizeof seconds, "%g", static_cast<double>(tool.timeout.count()) / 1e9);
  return {"TimeoutError", "the tool '" + tool.name + "' took longer than its " + seconds + " s"};
}

ToolResult call_function(const std::shared_ptr<ToolCallState>& state) {
  try {
    return state->tool().function(ToolCall(state));
  } catch (...) {
    return ToolError{"RuntimeError", "the tool failed"};
  }
}

}  // namespace belljar
