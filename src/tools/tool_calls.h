// The calls that one session's guest makes of its tools: what it may call, how often, what is under way. On the wire:
// docs/formats/guest-abi.md.
#ifndef BELLJAR_TOOLS_TOOL_CALLS_H_
#define BELLJAR_TOOLS_TOOL_CALLS_H_

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/audit_event.h"
#include "base/runner_signal.h"
#include "tools/call_line.h"
#include "tools/thread_pool.h"
#include "tools/tool_call.h"
#include "tools/tool_set.h"

namespace belljar {

/// The thread that runs the guest, as its tools see it.
class ToolRunner {
 public:
  virtual ~ToolRunner() = default;

  enum class Waited : uint8_t { kReady, kTime, kInterrupted };

  /// A call of something that belongs to whoever called run(): on their stack.
  virtual void on_caller_stack(const std::function<void()>& function) = 0;
  /// Until `is_ready()`, asked again after each notification of signal(), or the time, or an interrupt of the guest.
  virtual Waited wait_until(uint64_t monotonic_ns, const std::function<bool()>& is_ready) = 0;
  virtual const std::shared_ptr<RunnerSignal>& signal() = 0;
  /// The wall clock of the run stands still in between.
  virtual void pause_wall() = 0;
  virtual void resume_wall() = 0;
};

struct ToolLimits {
  uint32_t calls;
  uint64_t bytes;  ///< of a call, and of an answer
};

class ToolCalls {
 public:
  using Answer = std::vector<uint8_t>;
  static constexpr uint64_t kForEver = ~uint64_t{0};

  /// Calls of one session that are under way at the same time.
  static constexpr size_t kMaxUnderWay = 1000;
  /// What their arguments may take here; a call that is alone may take more.
  static constexpr uint64_t kMaxHeldBytes = uint64_t{64} << 20;

  /// What a service's request or answer takes at most.
  static constexpr uint64_t kMaxServiceBytes = (uint64_t{1} << 20) + (uint64_t{128} << 10);

  /// `services` are what belljar's own modules in the guest call (the network). They count their own use, run on a thread
  /// of the pool, and may be called both ways. Null: none. `audit` is told of each call of a tool; may be null.
  ToolCalls(std::shared_ptr<const ToolSet> tools, const ToolLimits& limits, ThreadPool& threads,
            std::shared_ptr<const ToolSet> services = nullptr, AuditSink* audit = nullptr)
      : tools_(std::move(tools)), services_(std::move(services)), limits_(limits), threads_(threads), audit_(audit) {}
  ~ToolCalls();

  const std::shared_ptr<const ToolSet>& tools() const { return tools_; }
  /// Of a request.
  uint64_t max_bytes() const { return services_ ? std::max(limits_.bytes, kMaxServiceBytes) : limits_.bytes; }

  void begin_run();
  /// The guest's memory is that of another moment: services forget what they had under way.
  void rolled_back();
  /// Nobody waits any more for what is still under way.
  void end_run();

  /// Calls a tool, and waits for it. False: interrupted, and no answer.
  bool call(std::span<const uint8_t> request, ToolRunner& runner, Answer* answer);

  /// Starts an asynchronous call: its number. Nothing: refused, with an answer.
  std::optional<uint32_t> start(std::span<const uint8_t> request, ToolRunner& runner, Answer* answer);

  enum class Waited : uint8_t { kDone, kNone, kInterrupted };
  /// Waits for a started call to be done: at most until then, and not for ever when none is under way.
  Waited wait(uint64_t monotonic_ns, ToolRunner& runner, uint32_t* number, Answer* answer);

  void cancel(uint32_t number);

  /// A call whose request is too large to be looked at.
  void refuse_large(uint64_t bytes, Answer* answer);

  /// Of this run.
  uint64_t calls() const { return calls_; }
  uint64_t bytes() const { return bytes_; }

 private:
  using State = std::shared_ptr<ToolCallState>;

  /// Nothing: refused, with an answer.
  State admit(std::span<const uint8_t> request, bool is_async, ToolRunner& runner, Answer* answer);
  std::optional<ToolError> refuse(const Tool* tool, const std::string& name, bool is_async, uint64_t bytes);
  bool is_service(const Tool& tool) const { return services_ && services_->find(tool.name) == &tool; }
  bool run_here(const State& state, ToolRunner& runner, Answer* answer);
  bool run_elsewhere(const State& state, ToolRunner& runner, Answer* answer);
  void run_on_thread(const State& state);
  ToolError large_arguments(uint64_t bytes) const;
  void encode(const Tool& tool, ToolResult result, Answer* answer);
  void encode_error(const ToolError& error, Answer* answer);
  uint64_t give_up_late();
  std::map<uint32_t, State>::iterator find_done();

  const std::shared_ptr<const ToolSet> tools_;
  const std::shared_ptr<const ToolSet> services_;
  const ToolLimits limits_;
  ThreadPool& threads_;
  const std::shared_ptr<CallLine> line_ = std::make_shared<CallLine>();  // with the threads, which may outlive the session
  AuditSink* const audit_;

  uint32_t last_number_ = 0;          // of the session: none is used twice
  std::map<uint32_t, State> pending_;  // started, and not yet reported

  // Of this run.
  uint64_t calls_ = 0, bytes_ = 0;
  std::vector<uint32_t> calls_of_;  // by the tool's index
};

}  // namespace belljar

#endif  // BELLJAR_TOOLS_TOOL_CALLS_H_
