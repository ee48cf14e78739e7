// One call of a tool: what ToolCall shows of it, and who ends it.
#ifndef BELLJAR_TOOLS_TOOL_CALL_H_
#define BELLJAR_TOOLS_TOOL_CALL_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include "base/runner_signal.h"
#include "belljar/tool.h"
#include "tools/tool_set.h"

namespace belljar {

/// A call ends once: with a result, from any thread, or with the word of the thread that runs the guest that nobody
/// waits any more. Shared by both, so that the one that comes too late finds it still there.
class ToolCallState {
 public:
  /// `deadline_ns` is when the tool's time is over; ~0: never. `held_bytes` is about what the arguments take.
  ToolCallState(std::shared_ptr<const ToolSet> tools, const Tool& tool, Value::List positional, Value::Map named,
                std::shared_ptr<RunnerSignal> signal, uint64_t deadline_ns, uint64_t held_bytes)
      : tools_(std::move(tools)),
        tool_(tool),
        positional_(std::move(positional)),
        named_(std::move(named)),
        signal_(std::move(signal)),
        deadline_ns_(deadline_ns),
        held_bytes_(held_bytes) {}

  const Tool& tool() const { return tool_; }
  // Not after it has ended in the queue.
  const Value::List& positional() const { return positional_; }
  const Value::Map& named() const { return named_; }
  uint64_t deadline_ns() const { return deadline_ns_; }
  uint64_t held_bytes() const { return held_bytes_; }

  bool is_cancelled() const { return is_over() || signal_->is_stopping.load(std::memory_order_acquire); }
  bool is_over() const { return phase_.load(std::memory_order_acquire) > kRunning; }

  /// The runner, before others know of it: it is to wait for a thread, which calls begin(). False: it has ended already.
  void enqueue() { phase_.store(kQueued, std::memory_order_relaxed); }
  bool begin();

  /// Any thread. Only the first call counts, and none after cancel(); the runner is woken.
  void finish(ToolResult result);

  /// The runner: true from the moment on when take_result() may be called.
  bool is_finished() const { return phase_.load(std::memory_order_acquire) == kFinished; }
  ToolResult take_result() { return std::move(result_); }

  /// The runner: false when it has been finished, or is just being finished.
  bool cancel();

 private:
  enum Phase : uint8_t { kQueued, kRunning, kFinishing, kFinished, kCancelled };

  /// False when it has ended already. What ends in the queue gives up its arguments: nobody will look at them, and the
  /// queue may be long.
  bool end(Phase phase);

  const std::shared_ptr<const ToolSet> tools_;  // keeps tool_
  const Tool& tool_;
  Value::List positional_;
  Value::Map named_;
  const std::shared_ptr<RunnerSignal> signal_;
  const uint64_t deadline_ns_, held_bytes_;
  std::atomic<Phase> phase_{kRunning};
  ToolResult result_;
};

/// What the guest gets when the tool's time is over.
ToolError timeout_error(const Tool& tool);

/// Calls the tool's function; an exception of its becomes "the tool failed".
ToolResult call_function(const std::shared_ptr<ToolCallState>& state);

}  // namespace belljar

#endif  // BELLJAR_TOOLS_TOOL_CALL_H_
