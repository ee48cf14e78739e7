#include "session/tool_host.h"

#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "session/frames.h"

namespace belljar {
namespace {

constexpr int32_t kInterrupted = -1;
constexpr int32_t kRefused = -1;

/// What a bundle takes of the budget beside its data, so that many small ones have an end, too.
constexpr uint64_t kBundleBytes = 64;

/// Types and framing around a bundle's data.
constexpr uint64_t kBundleOverhead = 4 << 10;

/// Buffers of this size are kept from one call to the next; larger ones only for the run.
constexpr size_t kKeptBytes = 16 << 10;

/// As guests see a budget: 32 bits with a sign.
int32_t clamped(uint64_t bytes) { return static_cast<int32_t>(std::min<uint64_t>(bytes, 16 << 20)); }

void shrink(std::vector<uint8_t>& buffer) {
  buffer.clear();
  if (buffer.capacity() > kKeptBytes) buffer.shrink_to_fit();
}

}  // namespace

ToolHost::ToolHost(std::shared_ptr<const ToolSet> tools, std::shared_ptr<const ToolSet> services, const Limits& limits,
                   ThreadPool& threads, engine::Watchdog& watchdog, LatencyCounter& latency, AuditSink* audit)
    : calls_(std::move(tools), {limits.tool_calls, limits.tool_bytes}, threads, std::move(services), audit),
      watchdog_(watchdog),
      latency_(latency),
      value_limit_(limits.value) {}

void ToolHost::begin_run(Sandbox& sandbox, const RunOptions& options, uint64_t monotonic_offset) {
  sandbox_ = &sandbox;
  options_ = &options;
  monotonic_offset_ = monotonic_offset;
  displayed_ = displays_dropped_ = 0;
  calls_.begin_run();
}

void ToolHost::end_run(RunResult* result) {
  calls_.end_run();
  result->usage.tool_calls = calls_.calls();
  result->usage.tool_bytes = calls_.bytes();
  result->displays = std::exchange(displays_, {});
  result->value_dropped += displays_dropped_;
  shrink(request_);
  shrink(answer_);
  sandbox_ = nullptr;
  options_ = nullptr;
}

// ---- tools ---------------------------------------------------------------------------------------------------

bool ToolHost::take_request(const GuestMemory& memory, uint32_t address, uint32_t length) {
  answer_.clear();
  if (length > calls_.max_bytes()) {
    calls_.refuse_large(length, &answer_);
    return false;
  }
  // Out of bounds: nothing to decode, which is refused as that.
  request_.resize(memory.contains(address, length) ? length : 0);
  return memory.read_bytes(address, request_) || request_.empty();
}

int32_t ToolHost::hand_over(const GuestMemory& memory, uint32_t out, uint32_t room) {
  const auto length = static_cast<int32_t>(answer_.size());
  if (answer_.size() <= room && memory.write_bytes(out, answer_)) answer_.clear();
  return length;
}

int32_t ToolHost::tool_call(const GuestMemory& memory, uint32_t address, uint32_t length, uint32_t out, uint32_t room) {
  const uint64_t start = monotonic_ns();
  if (take_request(memory, address, length) && !calls_.call(request_, *this, &answer_)) return 0;
  latency_.add(monotonic_ns() - start);
  return hand_over(memory, out, room);
}

int32_t ToolHost::tool_start(const GuestMemory& memory, uint32_t address, uint32_t length) {
  if (take_request(memory, address, length)) {
    if (const std::optional<uint32_t> number = calls_.start(request_, *this, &answer_)) return static_cast<int32_t>(*number);
  }
  return -static_cast<int32_t>(answer_.size());
}

int32_t ToolHost::tool_wait(const GuestMemory& memory, int64_t deadline, uint32_t out, uint32_t room) {
  uint64_t host_deadline = ToolCalls::kForEver;
  if (deadline >= 0) host_deadline = static_cast<uint64_t>(deadline) + monotonic_offset_;
  uint32_t number = 0;
  answer_.clear();
  switch (calls_.wait(host_deadline, *this, &number, &answer_)) {
    case ToolCalls::Waited::kNone: return 0;
    case ToolCalls::Waited::kInterrupted: return kInterrupted;
    case ToolCalls::Waited::kDone: break;
  }
  const auto* bytes = reinterpret_cast<const uint8_t*>(&number);
  answer_.insert(answer_.begin(), bytes, bytes + sizeof number);
  return hand_over(memory, out, room);
}

int32_t ToolHost::tool_answer(const GuestMemory& memory, uint32_t address, uint32_t length) {
  if (answer_.empty() || length != answer_.size() || !memory.write_bytes(address, answer_)) return kRefused;
  answer_.clear();
  return 0;
}

int32_t ToolHost::tool_cancel(const GuestMemory&, uint32_t number) {
  calls_.cancel(number);
  return 0;
}

void ToolHost::on_caller_stack(const std::function<void()>& function) {
  const engine::Watch::HostCode host_code(sandbox_->watch());
  sandbox_->instance().on_caller_stack([&] { function(); });
}

ToolRunner::Waited ToolHost::wait_until(uint64_t monotonic_ns, const std::function<bool()>& is_ready) {
  switch (sandbox_->watch().wait_until(monotonic_ns, is_ready)) {
    case engine::Watch::Waited::kReady: return Waited::kReady;
    case engine::Watch::Waited::kTime: return Waited::kTime;
    case engine::Watch::Waited::kInterrupted: break;
  }
  return Waited::kInterrupted;
}

// ---- display -------------------------------------------------------------------------------------------------

int32_t ToolHost::display(const GuestMemory& memory, uint32_t address, uint32_t length) {
  if (length == 0) return clamped(room_to_display());
  if (length > room_to_display() + kBundleOverhead || !memory.contains(address, length)) return kRefused;
  std::vector<uint8_t> frame(length);
  if (!memory.read_bytes(address, frame)) return kRefused;
  std::optional<Bundle> bundle = decode_bundle(frame);
  if (!bundle) return kRefused;
  displays_dropped_ += bundle->dropped;
  show(std::move(bundle->entries));
  return clamped(room_to_display());
}

void ToolHost::show(MimeBundle bundle) {
  uint64_t bytes = kBundleBytes;
  for (const MimeEntry& entry : bundle) bytes += entry.data.size();
  if (bundle.empty()) return;
  if (bytes > room_to_display()) {
    displays_dropped_ += bytes - kBundleBytes;
    return;
  }
  displayed_ += bytes;
  if (!options_->on_display) {
    displays_.push_back(std::move(bundle));
    return;
  }
  on_caller_stack([&] {
    try {
      options_->on_display(bundle);
    } catch (...) {
      // The contract forbids it; an exception must not unwind through the guest's frames.
    }
  });
}

}  // namespace belljar
