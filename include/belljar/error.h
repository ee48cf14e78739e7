// Errors: what could not be done for the *caller*, as data. What happened to the guest's own code is never an
// Error; it is a RunResult (run_result.h).
#ifndef BELLJAR_ERROR_H_
#define BELLJAR_ERROR_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "belljar/export.h"

namespace belljar {

// Numbers are part of the ABI: append, never renumber.
enum class ErrorCode : uint8_t {
  kInvalidArgument = 1,  ///< a value the caller passed is out of range or malformed
  kUnsupported = 2,      ///< this kernel, CPU or build cannot do it
  kExhausted = 3,        ///< a ceiling of the process or the Runtime is reached: sessions, mappings, descriptors, memory
  kCorrupt = 4,          ///< bytes that must be ours are not: image, code or executable damaged, or of another build
  kBusy = 5,             ///< the session is in use by another thread, or called from inside its own callback
  kForked = 6,           ///< the process has forked since the Runtime was made; make a new one in the child
  kIo = 7,               ///< the operating system refused an operation on a file or descriptor
  kInternal = 8,         ///< a broken invariant of belljar itself; the session is unusable, the process goes on
  kNotFound = 9,         ///< no such name in the guest, or no such file on the host
  kGuest = 10,           ///< the guest could not do what was asked of it outside of a run: the message is its exception
};

/// The stable, lower-case name of a code, as used in every binding: "invalid_argument", ...
BELLJAR_EXPORT std::string_view to_string(ErrorCode code);

/// `message` is one sentence for a person; `hint` says what to do next and may be empty.
struct Error {
  ErrorCode code;
  std::string message;
  std::string hint;
};

}  // namespace belljar

#endif  // BELLJAR_ERROR_H_
