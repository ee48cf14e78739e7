// From what a call into the guest came to, to what the caller is told. The status is the host's word: the guest only
// says how its own code ended, and is believed only when nothing else ended it.
#ifndef BELLJAR_SESSION_VERDICT_H_
#define BELLJAR_SESSION_VERDICT_H_

#include <cstdint>
#include <optional>

#include "belljar/policy.h"
#include "belljar/run_result.h"
#include "engine/instance.h"
#include "engine/watchdog.h"
#include "session/frames.h"

namespace belljar {

struct Attempt {
  engine::CallResult call{};
  bool stopped = false;  ///< the watchdog took the memory away
  engine::StopReason reason = engine::StopReason::kNone;
  bool growth_denied = false;         ///< the guest was refused memory at some time in the run
  std::optional<uint32_t> exit_code;  ///< of os._exit, which leaves the interpreter in the middle of a call
  std::optional<Reply> reply;         ///< nothing unless the call returned in order
  uint64_t wall_ns = 0;
  uint64_t cpu_ns = 0;
};

/// Status, error, value, exit code and whether the session must be rolled back. Takes the reply's strings.
RunResult judge(Attempt& attempt, const Limits& limits);

}  // namespace belljar

#endif  // BELLJAR_SESSION_VERDICT_H_
