#include "tools/tool_calls.h"

#include <sched.h>

#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "base/utf8.h"
#include "wire/cbor.h"

namespace belljar {
namespace {

enum AnswerKind : uint8_t { kResult = 0, kError = 1 };

/// Numbers are positive in the guest's 32 bits.
constexpr uint32_t kMaxNumber = 0x7FFFFFFF;

/// Of a type and a message; the rest is cut off.
constexpr size_t kMaxTypeBytes = 256, kMaxMessageBytes = 64 << 10;

std::string cut(std::string text, size_t most) {
  if (text.size() > most) text.resize(most);
  return to_valid_utf8(std::move(text));
}

/// No tool has such a name. Asking whether there is one counts as no call.
bool is_service_name(std::string_view name) { return name.find('.') != std::string_view::npos; }

ToolError limit_error(const std::string& what) { return {"RuntimeError", what}; }

uint64_t deadline_of(const Tool& tool) {
  if (tool.timeout.count() == 0) return ToolCalls::kForEver;
  const auto timeout = static_cast<uint64_t>(tool.timeout.count());
  const uint64_t now = monotonic_ns();
  return timeout > ToolCalls::kForEver - 1 - now ? ToolCalls::kForEver - 1 : now + timeout;
}

/// Stops the wall clock while it lives.
class Pause {
 public:
  Pause(ToolRunner& runner, bool pauses) : runner_(runner), pauses_(pauses) {
    if (pauses_) runner_.pause_wall();
  }
  ~Pause() {
    if (pauses_) runner_.resume_wall();
  }
  Pause(const Pause&) = delete;
  Pause& operator=(const Pause&) = delete;

 private:
  ToolRunner& runner_;
  const bool pauses_;
};

}  // namespace

void ToolCalls::begin_run() {
  calls_ = bytes_ = 0;
  calls_of_.assign(tools_->tools().size(), 0);
  if (services_ && services_->events().begin_run) services_->events().begin_run();
}

void ToolCalls::rolled_back() {
  if (services_ && services_->events().rolled_back) services_->events().rolled_back();
}

ToolCalls::~ToolCalls() {
  end_run();
  if (services_ && services_->events().session_ended) services_->events().session_ended();
}

void ToolCalls::end_run() {
  for (const auto& [number, state] : pending_) state->cancel();
  pending_.clear();
}

// ---- admission -----------------------------------------------------------------------------------------------

ToolCalls::State ToolCalls::admit(std::span<const uint8_t> request, bool is_async, ToolRunner& runner, Answer* answer) {
  answer->clear();
  CborReader reader(request);
  Value parts[3];
  CborError problem = CborError::kNone;
  for (Value& part : parts) {
    if (problem == CborError::kNone) problem = reader.next(&part, 1);
  }
  const std::string* name = parts[0].as_string();
  if (problem == CborError::kNone && !(name && parts[1].as_list() && parts[2].as_map() && reader.at_end())) {
    problem = CborError::kMalformed;
  }
  const Tool* tool = problem == CborError::kNone && services_ ? services_->find(*name) : nullptr;
  const std::shared_ptr<const ToolSet>& set = tool ? services_ : tools_;
  if (!tool && problem == CborError::kNone && is_service_name(*name)) {
    encode_error({"LookupError", "there is no service '" + cut(*name, kMaxTypeBytes) + "'"}, answer);
    return nullptr;
  }
  if (!tool) {
    calls_++;
    bytes_ += request.size();
    if (problem != CborError::kNone) {
      encode_error({"ValueError", "the arguments of a tool are " + std::string(describe(problem))}, answer);
      return nullptr;
    }
    tool = tools_->find(*name);
    const std::optional<ToolError> error = refuse(tool, *name, is_async, request.size());
    if (audit_) {
      audit_->record("belljar.tool.call", {{"gen_ai.tool.name", tool ? std::string_view(tool->name) : "unknown"},
                                           {"belljar.verdict", error ? std::string_view("denied") : "allowed"}});
    }
    if (error) {
      encode_error(*error, answer);
      return nullptr;
    }
  }
  const uint64_t held = request.size() + reader.items() * sizeof(Value);
  return std::make_shared<ToolCallState>(set, *tool, std::move(*const_cast<Value::List*>(parts[1].as_list())),
                                         std::move(*const_cast<Value::Map*>(parts[2].as_map())), runner.signal(),
                                         deadline_of(*tool), held);
}

std::optional<ToolError> ToolCalls::refuse(const Tool* tool, const std::string& name, bool is_async, uint64_t bytes) {
  if (bytes > limits_.bytes) return large_arguments(bytes);
  if (calls_ > limits_.calls) {
    return limit_error("the limit of " + std::to_string(limits_.calls) + " calls of tools in one run is reached (tool_calls)");
  }
  if (!tool) {
    const std::string known = tools_->tools().empty() ? "this sandbox has no tools" : "the tools are " + tools_->names();
    return ToolError{"LookupError", "no tool is named '" + cut(name, kMaxTypeBytes) + "': " + known};
  }
  if (tool->is_async != is_async) {
    return ToolError{"RuntimeError", "the tool '" + name + "' is " + (is_async ? "not asynchronous" : "asynchronous")};
  }
  uint32_t& calls = calls_of_[tools_->index_of(*tool)];
  if (calls >= tool->max_calls) {
    return limit_error("the limit of " + std::to_string(tool->max_calls) + " calls of the tool '" + name +
                       "' in one run is reached (max_calls)");
  }
  calls++;
  return std::nullopt;
}

ToolError ToolCalls::large_arguments(uint64_t bytes) const {
  return {"ValueError", "the arguments of a tool take " + std::to_string(bytes) + " bytes, above the limit of " +
                            std::to_string(limits_.bytes) + " (tool_bytes)"};
}

void ToolCalls::refuse_large(uint64_t bytes, Answer* answer) {
  calls_++;
  answer->clear();
  encode_error(large_arguments(bytes), answer);
}

// ---- synchronous calls ---------------------------------------------------------------------------------------

bool ToolCalls::call(std::span<const uint8_t> request, ToolRunner& runner, Answer* answer) {
  const State state = admit(request, false, runner, answer);
  if (!state) return true;
  const Pause pause(runner, state->tool().waits);
  const bool stays = state->deadline_ns() == kForEver && !is_service(state->tool());
  return stays ? run_here(state, runner, answer) : run_elsewhere(state, runner, answer);
}

bool ToolCalls::run_here(const State& state, ToolRunner& runner, Answer* answer) {
  ToolResult result;
  runner.on_caller_stack([&] { result = call_function(state); });
  state->cancel();  // whoever kept the call sees that it is over
  encode(state->tool(), std::move(result), answer);
  return true;
}

bool ToolCalls::run_elsewhere(const State& state, ToolRunner& runner, Answer* answer) {
  run_on_thread(state);
  const ToolRunner::Waited waited = runner.wait_until(state->deadline_ns(), [&] { return state->is_finished(); });
  if (waited != ToolRunner::Waited::kReady && state->cancel()) {
    if (waited == ToolRunner::Waited::kInterrupted) return false;
    encode_error(timeout_error(state->tool()), answer);
    return true;
  }
  // It may be in the middle of handing over its result.
  while (!state->is_finished()) sched_yield();
  encode(state->tool(), state->take_result(), answer);
  return true;
}

void ToolCalls::run_on_thread(const State& state) {
  state->enqueue();
  const std::shared_ptr<CallLine> line = is_service(state->tool()) ? line_ : nullptr;
  if (line && !line->enter(state)) return;
  const bool runs = threads_.run([state, line] {
    for (State next = state; next; next = line ? line->leave(next->tool()) : nullptr) {
      if (next->begin()) next->finish(call_function(next));
    }
  });
  if (runs) return;
  for (State next = state; next; next = line ? line->leave(next->tool()) : nullptr) {
    next->finish(ToolError{"RuntimeError", "there is no thread for the tool"});
  }
}

// ---- asynchronous calls --------------------------------------------------------------------------------------

std::optional<uint32_t> ToolCalls::start(std::span<const uint8_t> request, ToolRunner& runner, Answer* answer) {
  const State state = admit(request, true, runner, answer);
  if (!state) return std::nullopt;
  if (pending_.size() >= kMaxUnderWay || last_number_ >= kMaxNumber) {
    encode_error(limit_error("more than " + std::to_string(kMaxUnderWay) + " calls of tools are under way"), answer);
    return std::nullopt;
  }
  uint64_t held = state->held_bytes();
  for (const auto& [number, other] : pending_) held += other->held_bytes();
  if (!pending_.empty() && held > std::max(kMaxHeldBytes, limits_.bytes)) {
    encode_error(limit_error("the arguments of the calls of tools that are under way take more than 64 MiB"), answer);
    return std::nullopt;
  }
  const uint32_t number = ++last_number_;
  pending_.emplace(number, state);
  if (!state->tool().start) {
    run_on_thread(state);
    return number;
  }
  runner.on_caller_stack([&] {
    try {
      state->tool().start(ToolCall(state), [state](ToolResult result) { state->finish(std::move(result)); });
    } catch (...) {
      state->finish(ToolError{"RuntimeError", "the tool failed"});
    }
  });
  return number;
}

std::map<uint32_t, ToolCalls::State>::iterator ToolCalls::find_done() {
  return std::find_if(pending_.begin(), pending_.end(), [](const auto& entry) { return entry.second->is_finished(); });
}

// Ends the calls whose time is over; when the next one's is.
uint64_t ToolCalls::give_up_late() {
  uint64_t next = kForEver;
  for (const auto& [number, state] : pending_) {
    if (state->deadline_ns() != kForEver && !state->is_over() && monotonic_ns() >= state->deadline_ns()) {
      state->finish(timeout_error(state->tool()));
    }
    if (!state->is_over()) next = std::min(next, state->deadline_ns());
  }
  return next;
}

ToolCalls::Waited ToolCalls::wait(uint64_t deadline, ToolRunner& runner, uint32_t* number, Answer* answer) {
  answer->clear();
  for (;;) {
    const uint64_t next = give_up_late();
    if (const auto done = find_done(); done != pending_.end()) {
      *number = done->first;
      const State state = std::move(done->second);
      pending_.erase(done);
      encode(state->tool(), state->take_result(), answer);
      return Waited::kDone;
    }
    if ((deadline == kForEver && pending_.empty()) || monotonic_ns() >= deadline) return Waited::kNone;
    const bool waits = std::any_of(pending_.begin(), pending_.end(), [](const auto& entry) { return entry.second->tool().waits; });
    const Pause pause(runner, waits);
    if (runner.wait_until(std::min(deadline, next), [&] { return find_done() != pending_.end(); }) ==
        ToolRunner::Waited::kInterrupted) {
      return Waited::kInterrupted;
    }
  }
}

void ToolCalls::cancel(uint32_t number) {
  const auto at = pending_.find(number);
  if (at == pending_.end()) return;
  at->second->cancel();
  pending_.erase(at);
}

// ---- answers -------------------------------------------------------------------------------------------------

void ToolCalls::encode(const Tool& tool, ToolResult result, Answer* answer) {
  if (const auto* error = std::get_if<ToolError>(&result)) return encode_error(*error, answer);
  answer->assign(1, kResult);
  const bool counts = !is_service(tool);
  const CborError problem = encode_cbor(std::get<Value>(result), counts ? limits_.bytes : kMaxServiceBytes, answer);
  if (problem == CborError::kNone) {
    if (counts) bytes_ += answer->size();
  } else if (problem == CborError::kTooLarge) {
    encode_error({"RuntimeError", "the result of the tool '" + tool.name + "' is above the limit of " +
                                      std::to_string(limits_.bytes) + " bytes (tool_bytes)"},
                 answer);
  } else {
    encode_error({"RuntimeError", "the result of the tool '" + tool.name + "' is " + std::string(describe(problem))}, answer);
  }
}

void ToolCalls::encode_error(const ToolError& error, Answer* answer) {
  answer->assign(1, kError);
  encode_cbor_text(cut(error.type, kMaxTypeBytes), kForEver, answer);
  encode_cbor_text(cut(error.message, kMaxMessageBytes), kForEver, answer);
  bytes_ += answer->size();
}

}  // namespace belljar
