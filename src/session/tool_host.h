// What a session's guest calls apart from WASI: tools, and display(). Copies out of the guest, then looks.
#ifndef BELLJAR_SESSION_TOOL_HOST_H_
#define BELLJAR_SESSION_TOOL_HOST_H_

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/guest_memory.h"
#include "belljar/session.h"
#include "engine/watchdog.h"
#include "session/counters.h"
#include "session/sandbox.h"
#include "tools/tool_calls.h"

namespace belljar {

class ToolHost final : private ToolRunner {
 public:
  /// `services`, `audit`: see ToolCalls.
  ToolHost(std::shared_ptr<const ToolSet> tools, std::shared_ptr<const ToolSet> services, const Limits& limits,
           ThreadPool& threads, engine::Watchdog& watchdog, LatencyCounter& latency, AuditSink* audit);

  const std::shared_ptr<const ToolSet>& tools() const { return calls_.tools(); }

  /// `sandbox` and `options` stay until end_run(). `monotonic_offset`: from the guest's clock to the host's.
  void begin_run(Sandbox& sandbox, const RunOptions& options, uint64_t monotonic_offset);
  /// Fills in what the run called and showed. What it called and did not wait for is cancelled.
  void end_run(RunResult* result);

  /// See ToolCalls.
  void rolled_back() { calls_.rolled_back(); }

  /// Of Limits::value.
  uint64_t displayed() const { return displayed_; }

  // The imports: docs/formats/guest-abi.md.
  int32_t display(const GuestMemory& memory, uint32_t address, uint32_t length);
  int32_t tool_call(const GuestMemory& memory, uint32_t address, uint32_t length, uint32_t out, uint32_t room);
  int32_t tool_start(const GuestMemory& memory, uint32_t address, uint32_t length);
  int32_t tool_wait(const GuestMemory& memory, int64_t deadline, uint32_t out, uint32_t room);
  int32_t tool_answer(const GuestMemory& memory, uint32_t address, uint32_t length);
  int32_t tool_cancel(const GuestMemory& memory, uint32_t number);

 private:
  void on_caller_stack(const std::function<void()>& function) override;
  Waited wait_until(uint64_t monotonic_ns, const std::function<bool()>& is_ready) override;
  const std::shared_ptr<RunnerSignal>& signal() override { return sandbox_->watch().signal(); }
  void pause_wall() override { watchdog_.pause_wall(sandbox_->watch()); }
  void resume_wall() override { watchdog_.resume_wall(sandbox_->watch()); }

  bool take_request(const GuestMemory& memory, uint32_t address, uint32_t length);
  int32_t hand_over(const GuestMemory& memory, uint32_t out, uint32_t room);
  uint64_t room_to_display() const { return value_limit_ - displayed_; }
  void show(MimeBundle bundle);

  ToolCalls calls_;
  engine::Watchdog& watchdog_;
  LatencyCounter& latency_;
  const uint64_t value_limit_;

  // Of the run under way.
  Sandbox* sandbox_ = nullptr;
  const RunOptions* options_ = nullptr;
  uint64_t monotonic_offset_ = 0;
  std::vector<uint8_t> request_;
  std::vector<uint8_t> answer_;  // until it is fetched; empty: there is none
  std::vector<MimeBundle> displays_;
  uint64_t displayed_ = 0, displays_dropped_ = 0;
};

}  // namespace belljar

#endif  // BELLJAR_SESSION_TOOL_HOST_H_
