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

void ToolCallState::finish(ToolResult result) {
  Phase expected = kRunning;
  if (!phase_.compare_exchange_strong(expected, kFinishing, std::memory_order_acq_rel)) return;
  if (deadline_ns_ != ~uint64_t{0} && monotonic_ns() >= deadline_ns_) result = timeout_error(tool_);
  result_ = std::move(result);
  // Once it is finished the runner may throw everything away.
  const std::shared_ptr<RunnerSignal> signal = signal_;
  phase_.store(kFinished, std::memory_order_release);
  signal->notify();
}

bool ToolCallState::cancel() {
  Phase expected = kRunning;
  return phase_.compare_exchange_strong(expected, kCancelled, std::memory_order_acq_rel);
}

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
