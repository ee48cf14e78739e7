// What happened to the guest's code. None of it is an Error (error.h): it is data.
#ifndef BELLJAR_RUN_RESULT_H_
#define BELLJAR_RUN_RESULT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "belljar/export.h"

namespace belljar {

enum class RunStatus : uint8_t {
  kOk = 0,           ///< finished
  kException = 1,    ///< an uncaught Python exception
  kExit = 2,         ///< sys.exit(n), or os._exit(n)
  kTimeLimit = 3,    ///< CPU or wall time; also when the guest swallowed the interrupt
  kMemoryLimit = 4,  ///< could not even raise MemoryError
  kTrap = 5,         ///< the interpreter crashed inside the wall
  kCancelled = 6,    ///< the caller cancelled
};

/// "ok", "exception", "exit", "time_limit", "memory_limit", "trap", "cancelled".
BELLJAR_EXPORT std::string_view to_string(RunStatus status);

/// The exception, or the limit or trap that ended the run in its place. All three are what the guest produced (valid
/// UTF-8, bad bytes replaced by U+FFFD): never more trustworthy than the guest.
struct RunError {
  std::string type;       ///< class name: "ValueError"; or "TimeLimit", "MemoryLimit", "Trap", "Cancelled"
  std::string message;
  std::string traceback;  ///< as CPython prints it; empty when there is none
};

/// One representation of a value.
struct MimeEntry {
  std::string type;  ///< "text/plain", "application/json", "text/html", "image/svg+xml", "image/png"
  std::string data;  ///< valid UTF-8; JSON is validated; a PNG is base64
};

struct Usage {
  uint64_t wall_ns = 0;
  uint64_t cpu_ns = 0;
  uint64_t memory_peak_bytes = 0;  ///< largest size of the linear memory, image included
  uint64_t output_bytes = 0;       ///< written to standard output and error, dropped bytes included
  uint64_t tool_calls = 0;         ///< of the host's tools, refused ones included
  uint64_t tool_bytes = 0;         ///< of their arguments and results, encoded
};

/// What `display(object)` showed while the cell ran.
using MimeBundle = std::vector<MimeEntry>;

struct RunResult {
  RunStatus status = RunStatus::kOk;
  bool rolled_back = false;  ///< the session is in the state before this cell; false: it has the new state

  std::string stdout_data;  ///< empty when RunOptions::on_output took it
  std::string stderr_data;
  uint64_t stdout_dropped = 0;  ///< bytes over Limits::output
  uint64_t stderr_dropped = 0;

  MimeBundle value;  ///< empty when the last statement is no expression, or its value is None
  std::vector<MimeBundle> displays;  ///< in order; empty when RunOptions::on_display took them
  uint64_t value_dropped = 0;  ///< bytes of value and displays over Limits::value

  std::optional<RunError> error;  ///< nothing when status is kOk
  int32_t exit_code = 0;          ///< for kExit
  Usage usage;
};

}  // namespace belljar

#endif  // BELLJAR_RUN_RESULT_H_
