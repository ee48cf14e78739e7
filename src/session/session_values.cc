// Values that the caller puts into a session's guest, and asks it for.

#include <algorithm>
#include <utility>

#include "session/policy_check.h"
#include "session/session_impl.h"
#include "tools/signature.h"
#include "wire/cbor.h"

namespace belljar {
namespace {

/// A value for define(): it must fit the guest's memory, beside its own encoding.
constexpr uint64_t kMaxDefinedBytes = uint64_t{1} << 30;
constexpr size_t kMaxNameBytes = 1000;

// The guest looks at names that are not ASCII: what is a letter is its business.
Status check_name(std::string_view name) {
  const bool is_ascii = std::all_of(name.begin(), name.end(), [](char c) { return static_cast<uint8_t>(c) < 0x80; });
  BELLJAR_TRY(check_text(name, "the name of a variable"));
  if (name.size() > kMaxNameBytes || (is_ascii && !is_tool_name(name))) {
    return invalid("'" + std::string(name.substr(0, kMaxNameBytes)) + "' is not the name of a variable",
                   "use letters, digits and '_', and no keyword");
  }
  return Ok{};
}

ErrorCode code_of(std::string_view exception) {
  if (exception == "NameError") return ErrorCode::kNotFound;
  return exception == "TypeError" || exception == "ValueError" ? ErrorCode::kInvalidArgument : ErrorCode::kGuest;
}

}  // namespace

// What the guest answers. An error that is the guest's own refusal leaves the session as it was.
Result<std::vector<uint8_t>> SessionImpl::exchange(Request request) {
  const Using use(in_use);
  BELLJAR_TRY(check_usable(use));
  BELLJAR_TRY(wake());
  Before before = BELLJAR_TRY(save_before());

  const bool sends_tools = tool_set_ != tools_.tools()->id();
  const RunOptions quiet;
  begin_request(request, quiet);
  Attempt attempt = call_guest();
  // A reply that says how a cell ended is no answer to this.
  if (attempt.reply && attempt.reply->status != Reply::kOk && attempt.reply->status != Reply::kRefused) attempt.reply.reset();
  std::vector<uint8_t> data = attempt.reply ? std::move(attempt.reply->data) : std::vector<uint8_t>();
  const RunResult result = finish_request(attempt);
  const bool answers = !result.rolled_back && (result.status == RunStatus::kOk || !sends_tools);
  if (!answers) BELLJAR_TRY(roll_back(std::move(before)));
  idle_since_ns.store(checkpoint_.finish(), std::memory_order_relaxed);
  if (result.status == RunStatus::kOk) return data;
  const RunError& error = *result.error;
  const bool is_full = error.type == "MemoryError" || error.type == "MemoryLimit";
  return Error{answers ? code_of(error.type) : ErrorCode::kGuest,
               error.message.empty() ? "the guest raised " + error.type : error.message,
               is_full ? "raise the limit on memory, or pass less at a time" : ""};
}

Status SessionImpl::define(std::string_view name, const Value& value) {
  BELLJAR_TRY(check_name(name));
  std::vector<uint8_t> data;
  if (const CborError error = encode_cbor(value, kMaxDefinedBytes, &data); error != CborError::kNone) {
    return invalid("the value of '" + std::string(name) + "' is " + std::string(describe(error)));
  }
  Request request;
  request.kind = Request::kDefine;
  request.name = name;
  request.data = data;
  BELLJAR_TRY(exchange(request));
  return Ok{};
}

Result<Value> SessionImpl::get(std::string_view name) {
  BELLJAR_TRY(check_name(name));
  Request request;
  request.kind = Request::kGet;
  request.name = name;
  request.value_budget = static_cast<uint32_t>(std::min(policy_->limits.tool_bytes, kMaxDefinedBytes));
  const std::vector<uint8_t> data = BELLJAR_TRY(exchange(request));
  CborReader reader(data);
  Value value;
  if (const CborError error = reader.next(&value); error != CborError::kNone || !reader.at_end()) {
    const bool is_limit = error == CborError::kTooMany || error == CborError::kDuplicateKey;
    return Error{is_limit ? ErrorCode::kInvalidArgument : ErrorCode::kGuest,
                 "the value of '" + std::string(name) + "' is " +
                     std::string(describe(error == CborError::kNone ? CborError::kMalformed : error)),
                 ""};
  }
  return value;
}

Status Session::define(std::string_view name, const Value& value) { return impl_->define(name, value); }

Result<Value> Session::get(std::string_view name) { return impl_->get(name); }

}  // namespace belljar
