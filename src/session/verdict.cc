#include "session/verdict.h"

#include <cstdio>
#include <utility>

namespace belljar {
namespace {

std::string seconds(std::chrono::nanoseconds duration) {
  char text[32];
  std::snprintf(text, sizeof text, "%g s", static_cast<double>(duration.count()) / 1e9);
  return text;
}

RunError stop_error(engine::StopReason reason, const Limits& limits) {
  switch (reason) {
    case engine::StopReason::kCpuTime:
      return {"TimeLimit", "the CPU time limit of " + seconds(limits.cpu) + " was reached (raise it with cpu / --cpu)", ""};
    case engine::StopReason::kWallTime:
      return {"TimeLimit", "the wall time limit of " + seconds(limits.wall) + " was reached (raise it with wall / --wall)",
              ""};
    default: return {"Cancelled", "the run was cancelled by the caller", ""};
  }
}

void judge_stop(Attempt& attempt, const Limits& limits, RunResult* result) {
  result->status = attempt.reason == engine::StopReason::kCancelled ? RunStatus::kCancelled : RunStatus::kTimeLimit;
  result->error = stop_error(attempt.reason, limits);
  if (attempt.reply) result->error->traceback = std::move(attempt.reply->error_traceback);
}

void judge_failure(const Attempt& attempt, const Limits& limits, RunResult* result) {
  if (attempt.call.kind == engine::CallResult::kHostTrap && attempt.exit_code) {
    result->status = RunStatus::kExit;
    result->exit_code = static_cast<int32_t>(*attempt.exit_code);
    result->error = RunError{"SystemExit", std::to_string(result->exit_code), ""};
  } else if (attempt.growth_denied && !attempt.call.stack_overflow) {
    result->status = RunStatus::kMemoryLimit;
    result->error = RunError{"MemoryLimit",
                             "the memory limit of " + std::to_string(limits.memory >> 20) +
                                 " MiB was reached and Python could not go on (raise it with memory / --memory)",
                             ""};
  } else {
    result->status = RunStatus::kTrap;
    std::string message = "the interpreter crashed inside the sandbox";
    if (attempt.call.stack_overflow) {
      message += ": the stack overflowed, by recursion too deep in C code";
    } else if (*attempt.call.reason) {
      message += std::string(": ") + attempt.call.reason;
    }
    result->error = RunError{"Trap", std::move(message), ""};
  }
}

// The kernel keeps to the limit. A guest that writes its reply itself does not, and replacing its bad bytes makes them more.
void keep_within(uint64_t limit, RunResult* result) {
  std::erase_if(result->value, [&](const MimeEntry& entry) {
    if (entry.data.size() > limit) {
      result->value_dropped += entry.data.size();
      return true;
    }
    limit -= entry.data.size();
    return false;
  });
}

void judge_reply(Reply& reply, const Limits& limits, RunResult* result) {
  result->value = std::move(reply.value);
  result->value_dropped = reply.value_dropped;
  keep_within(limits.value, result);
  if (reply.status == Reply::kOk) return;
  result->status = reply.status == Reply::kExit ? RunStatus::kExit : RunStatus::kException;
  result->exit_code = reply.status == Reply::kExit ? reply.exit_code : 0;
  result->error = RunError{std::move(reply.error_type), std::move(reply.error_message), std::move(reply.error_traceback)};
}

}  // namespace

RunResult judge(Attempt& attempt, const Limits& limits) {
  RunResult result;
  result.rolled_back = attempt.stopped || !attempt.reply;
  if (attempt.reason != engine::StopReason::kNone) {
    judge_stop(attempt, limits, &result);
  } else if (!attempt.reply) {
    judge_failure(attempt, limits, &result);
  } else {
    judge_reply(*attempt.reply, limits, &result);
  }
  return result;
}

}  // namespace belljar
