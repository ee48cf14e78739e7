#include "session/run_audit.h"

#include <cstdint>
#include <string>

#include "base/sha256.h"

namespace belljar {
namespace {

std::string_view limit_of(const RunResult& result, engine::StopReason reason) {
  if (result.status == RunStatus::kMemoryLimit) return "memory";
  if (result.status == RunStatus::kTimeLimit) return reason == engine::StopReason::kCpuTime ? "cpu" : "wall";
  if (result.stdout_dropped > 0 || result.stderr_dropped > 0) return "output";
  return result.value_dropped > 0 ? "value" : "";
}

}  // namespace

Status audit_run_begin(SessionAudit& audit, std::string_view source) {
  if (!audit) return Ok{};
  Sha256 hash;
  hash.add({reinterpret_cast<const uint8_t*>(source.data()), source.size()});
  const std::string digest = to_hex(hash.finish());
  return audit.require("belljar.run.begin", {{"belljar.source.sha256", std::string_view(digest)},
                                             {"belljar.source.size", static_cast<int64_t>(source.size())}});
}

void audit_run_end(SessionAudit& audit, const RunResult& result, engine::StopReason reason) {
  if (!audit) return;
  if (const std::string_view limit = limit_of(result, reason); !limit.empty()) {
    audit.record("belljar.limit", {{"belljar.limit.name", limit}});
  }
  audit.record("belljar.run.end", {{"belljar.run.status", to_string(result.status)},
                                   {"belljar.run.rolled_back", result.rolled_back},
                                   {"belljar.run.wall_us", static_cast<int64_t>(result.usage.wall_ns / 1000)},
                                   {"belljar.run.cpu_us", static_cast<int64_t>(result.usage.cpu_ns / 1000)},
                                   {"belljar.run.output_bytes", static_cast<int64_t>(result.usage.output_bytes)},
                                   {"belljar.run.tool_calls", static_cast<int64_t>(result.usage.tool_calls)}});
}

}  // namespace belljar
