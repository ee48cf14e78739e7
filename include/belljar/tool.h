// Tools: functions of the host that the guest calls like its own.
//
//   policy.tool("price", "(symbol: str, currency: str = 'EUR') -> float", "The last price.",
//               [](const ToolCall& call) -> ToolResult { return quotes.at(*call.find("symbol")->as_string()); });
//
// In the guest `price("ACME")` is then a built-in name with that signature and doc string. The guest checks arguments
// against the signature, as Python does; *values* are for the tool to check: what arrives is what hostile code chose.
// Arguments and results are copied (value.h), never shared.
#ifndef BELLJAR_TOOL_H_
#define BELLJAR_TOOL_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "belljar/export.h"
#include "belljar/value.h"

namespace belljar {

class ToolCallState;

/// One call. Copies are the same call.
class BELLJAR_EXPORT ToolCall {
 public:
  explicit ToolCall(std::shared_ptr<ToolCallState> state) : state_(std::move(state)) {}

  std::string_view tool() const;

  /// With a signature: what its `*args` and positional-only parameters got. Without one: all positional arguments.
  const Value::List& positional() const;

  /// With a signature: all other parameters by name, defaults included. Without one: the keyword arguments.
  const Value::Map& named() const;

  /// The argument of that name; null when there is none.
  const Value* find(std::string_view name) const;

  /// From any thread: nobody waits for the result any more (the run is being stopped, the guest's task was cancelled,
  /// the tool's time is over). A tool that takes long looks now and then, and gives up.
  bool is_cancelled() const;

 private:
  std::shared_ptr<ToolCallState> state_;
};

/// What the guest gets to see in place of a result: `type` is the name of one of Python's built-in exceptions, else
/// the guest raises RuntimeError with "type: message". Put nothing into the message that the guest must not know.
struct ToolError {
  std::string type = "RuntimeError";
  std::string message;
};

using ToolResult = std::variant<Value, ToolError>;

/// Must not use the session that calls it (ErrorCode::kBusy); other sessions it may. An exception that it throws is
/// RuntimeError("the tool failed") in the guest: its text stays outside.
using ToolFunction = std::function<ToolResult(const ToolCall&)>;

/// For an asynchronous tool that does its own waiting: called on the thread that runs the guest, returns at once, and
/// some time later, on any thread, somebody calls `finish` once (further calls do nothing).
using ToolFinish = std::function<void(ToolResult)>;
using ToolStarter = std::function<void(ToolCall call, ToolFinish finish)>;

struct Tool {
  std::string name;       ///< a Python identifier, not a keyword
  std::string signature;  ///< Python's parameter list with parentheses and, if wanted, a return annotation; "" = any
  std::string doc;

  /// One of the two. A `function` runs on the thread that called Session::run(), on that thread's own stack. Its CPU
  /// time is not the run's (but for calls of some 100 us and less); its wall time is, unless it `waits`.
  ToolFunction function;
  ToolStarter start;

  /// The guest sees a coroutine function: `await price("ACME")`; calls under asyncio.gather() are in flight together. A
  /// `function` then runs on a thread of the Runtime, several at the same time. Always so with `start`.
  bool is_async = false;

  /// It may take long (a person's approval, a slow service): the run's wall clock stands still while the guest can do
  /// nothing but wait for it.
  bool waits = false;

  /// Calls in one run; beyond them the guest gets RuntimeError. The policy's Limits::tool_calls count all tools.
  uint32_t max_calls = 10'000;

  /// After this time the guest gets TimeoutError, and the call counts as cancelled; its result is thrown away. A
  /// `function` with a timeout runs on a thread of the Runtime, which costs some 20 us a call, and keeps that thread
  /// until it returns. 0: none; a function that never returns then holds up Session::run() for ever.
  std::chrono::nanoseconds timeout{0};
};

}  // namespace belljar

#endif  // BELLJAR_TOOL_H_
