#include "belljar/run_result.h"

namespace belljar {

std::string_view to_string(RunStatus status) {
  switch (status) {
    case RunStatus::kOk: return "ok";
    case RunStatus::kException: return "exception";
    case RunStatus::kExit: return "exit";
    case RunStatus::kTimeLimit: return "time_limit";
    case RunStatus::kMemoryLimit: return "memory_limit";
    case RunStatus::kTrap: return "trap";
    case RunStatus::kCancelled: return "cancelled";
  }
  return "unknown";
}

}  // namespace belljar
