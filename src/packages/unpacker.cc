#include "packages/unpacker.h"

#include <utility>

#include "packages/scripts.h"

namespace belljar::packages {
namespace {

constexpr uint64_t kToolBytes = uint64_t{300} << 20;  // an artefact of 256 MiB

constexpr std::string_view kEnvironment =
    "import os, platform, sys\n"
    "_result = {'implementation_name': sys.implementation.name, 'implementation_version': platform.python_version(),\n"
    "  'os_name': os.name, 'platform_machine': platform.machine(), 'platform_release': platform.release(),\n"
    "  'platform_system': platform.system(), 'platform_version': platform.version(),\n"
    "  'python_full_version': platform.python_version(), 'python_version': '.'.join(platform.python_version_tuple()[:2]),\n"
    "  'platform_python_implementation': platform.python_implementation(), 'sys_platform': sys.platform}\n";

bool is_text_list(const Value* value) {
  if (!value || !value->as_list()) return false;
  for (const Value& item : *value->as_list()) {
    if (!item.as_string()) return false;
  }
  return true;
}

bool is_finding(const Value& finding) {
  const Value *file = finding.find("file"), *line = finding.find("line"), *what = finding.find("what");
  return file && file->as_string() && line && line->as_int() && what && what->as_string();
}

// The shape that everybody after this relies on.
bool is_answer(const Value& answer) {
  const Value *license = answer.find("license"), *findings = answer.find("findings");
  if (!license || !license->as_string() || !is_text_list(answer.find("modules")) || !findings || !findings->as_list()) {
    return false;
  }
  for (const Value& finding : *findings->as_list()) {
    if (!is_finding(finding)) return false;
  }
  return true;
}

std::string text(const Value& value, std::string_view key) {
  const Value* found = value.find(key);
  return found && found->as_string() ? *found->as_string() : "";
}

}  // namespace

Result<std::unique_ptr<Unpacker>> Unpacker::create(Runtime& runtime, const Runner& run, fs::PackWriter* writer) {
  std::unique_ptr<Unpacker> unpacker(new Unpacker(run, writer));
  Policy policy;
  policy.checkpoint = CheckpointMode::kManual;
  policy.limits.memory = uint64_t{3} << 30;
  policy.limits.cpu = std::chrono::minutes(5);
  policy.limits.wall = std::chrono::minutes(10);
  policy.limits.tool_bytes = kToolBytes;
  policy.limits.tool_calls = 200'000;
  Unpacker* self = unpacker.get();
  policy.tool("put", "(path, content)", "", [self](const ToolCall& call) { return self->put(call); });
  policy.tool("artifact", "()", "", [self](const ToolCall&) -> ToolResult { return Value(Bytes{self->artifact_}); });
  for (Tool& tool : policy.tools) tool.max_calls = policy.limits.tool_calls;
  unpacker->session_ = BELLJAR_TRY(runtime.open(policy));
  BELLJAR_TRY(unpacker->run_cell(scan_script()));
  BELLJAR_TRY(unpacker->run_cell(unpack_script()));
  return unpacker;
}

ToolResult Unpacker::put(const ToolCall& call) {
  const Value *path = call.find("path"), *content = call.find("content");
  if (!path || !path->as_string() || !content || !content->as_bytes()) return ToolError{"TypeError", "a path and bytes"};
  Status added = writer_->add(*path->as_string(), content->as_bytes()->data);
  if (added) return Value();
  if (refusal_.empty()) refusal_ = added.error().message;
  return ToolError{"ValueError", added.error().message};
}

Status Unpacker::run_cell(std::string_view source) {
  RunOptions options;
  options.wants_value = false;
  const RunResult result = BELLJAR_TRY(run_(*session_, source, options));
  if (result.status == RunStatus::kOk) return Ok{};
  if (!refusal_.empty()) return Error{ErrorCode::kInvalidArgument, refusal_, ""};
  const std::string reason = result.error ? result.error->type + ": " + result.error->message : "it ended";
  return Error{ErrorCode::kInvalidArgument, "cannot be unpacked: " + reason, ""};
}

Result<Value> Unpacker::environment() {
  BELLJAR_TRY(run_cell(kEnvironment));
  return session_->get("_result");
}

Result<Value> Unpacker::unpack(const Value& package, std::string artifact) {
  artifact_ = std::move(artifact);
  refusal_.clear();
  const std::string file = text(package, "file");
  const Status unpacked = [&]() -> Status {
    BELLJAR_TRY(session_->define("_job", package));
    return run_cell("_result = unpack(_job, artifact(), put, scan)");
  }();
  artifact_.clear();
  if (!unpacked) return Error{unpacked.error().code, file + ": " + unpacked.error().message, unpacked.error().hint};
  Value answer = BELLJAR_TRY(session_->get("_result"));
  if (answer.find("error")) {
    return Error{ErrorCode::kInvalidArgument, text(package, "name") + " cannot be in an image: " + text(answer, "error"), ""};
  }
  if (!is_answer(answer)) return Error{ErrorCode::kInvalidArgument, file + ": the sandbox that unpacked it went wrong", ""};
  return answer;
}

}  // namespace belljar::packages
