#include "c_api/tool_call.h"

#include <atomic>
#include <optional>

#include "c_api/boundary.h"
#include "c_api/value.h"

using namespace belljar;
using namespace belljar::c_api;

/// A call as C sees it: of a `function` while that runs, of a `start` until it is freed.
struct belljar_tool_call {
  explicit belljar_tool_call(ToolCall c, ToolFinish f = {}) : call(std::move(c)), finish(std::move(f)) {}

  void give(ToolResult given) {
    if (is_done.exchange(true)) return;
    if (finish) {
      finish(std::move(given));
    } else {
      result = std::move(given);
    }
  }

  ToolCall call;
  ToolFinish finish;  ///< empty: of a `function`
  std::atomic<bool> is_done{false};
  std::optional<ToolResult> result;
};

namespace belljar::c_api {

ToolFunction call_function(ToolCallback function, std::shared_ptr<ToolContext> context) {
  return [function, context = std::move(context)](const ToolCall& call) -> ToolResult {
    belljar_tool_call handle(call);
    function(context->pointer(), &handle);
    return handle.result ? std::move(*handle.result) : ToolResult(Value());
  };
}

ToolStarter call_start(ToolCallback start, std::shared_ptr<ToolContext> context) {
  return [start, context = std::move(context)](ToolCall call, ToolFinish finish) {
    start(context->pointer(), new belljar_tool_call(std::move(call), std::move(finish)));
  };
}

}  // namespace belljar::c_api

extern "C" {

const char* belljar_tool_call_tool(const belljar_tool_call* call, size_t* size) {
  if (!call) return give_nothing(size);
  const std::string_view name = call->call.tool();
  if (size) *size = name.size();
  return name.data();
}

size_t belljar_tool_call_positional_count(const belljar_tool_call* call) {
  return call ? call->call.positional().size() : 0;
}

const belljar_value* belljar_tool_call_positional(const belljar_tool_call* call, size_t index) {
  return index < belljar_tool_call_positional_count(call) ? view(&call->call.positional()[index]) : nullptr;
}

size_t belljar_tool_call_named_count(const belljar_tool_call* call) { return call ? call->call.named().size() : 0; }

const char* belljar_tool_call_name_at(const belljar_tool_call* call, size_t index, size_t* size) {
  if (index >= belljar_tool_call_named_count(call)) return give_nothing(size, nullptr);
  return give(call->call.named()[index].first, size);
}

const belljar_value* belljar_tool_call_named(const belljar_tool_call* call, size_t index) {
  return index < belljar_tool_call_named_count(call) ? view(&call->call.named()[index].second) : nullptr;
}

const belljar_value* belljar_tool_call_find(const belljar_tool_call* call, const char* name, size_t size) {
  if (!call || (size != 0 && (!name || size > PTRDIFF_MAX))) return nullptr;
  return view(call->call.find(std::string_view(name, size)));
}

bool belljar_tool_call_is_cancelled(const belljar_tool_call* call) { return call && call->call.is_cancelled(); }

belljar_error* belljar_tool_call_return(belljar_tool_call* call, belljar_value* value) {
  return guarded([&]() -> Status {
    const std::unique_ptr<Value> taken = take(value);
    BELLJAR_TRY(require(call, "tool call"));
    BELLJAR_TRY(require(value, "value to return"));
    call->give(std::move(*taken));
    return Ok{};
  });
}

belljar_error* belljar_tool_call_raise(belljar_tool_call* call, const char* type, size_t type_size, const char* message,
                                       size_t message_size) {
  return guarded([&]() -> Status {
    BELLJAR_TRY(require(call, "tool call"));
    const std::string_view name = BELLJAR_TRY(text_of(type, type_size, "the type of an exception"));
    const std::string_view text = BELLJAR_TRY(text_of(message, message_size, "the message of an exception"));
    call->give(ToolError{std::string(name), std::string(text)});
    return Ok{};
  });
}

void belljar_tool_call_free(belljar_tool_call* call) {
  if (!call || !call->finish) return;  // the call of a `function` is not the tool's to free
  belljar_error_free(guarded([&]() -> Status {
    call->give(ToolError{"RuntimeError", "the tool gave no result"});
    return Ok{};
  }));
  delete call;
}

}  // extern "C"
