#include "session/policy_check.h"

#include "base/utf8.h"

namespace belljar {
namespace {

constexpr uint64_t kMaxMemory = uint64_t{4} << 30;

/// Output, values and files are held in this process's memory.
constexpr uint64_t kMaxHeld = uint64_t{64} << 30;
constexpr uint64_t kMaxToolBytes = uint64_t{1} << 30;

Status check_limits(const Limits& limits, uint64_t image_size) {
  if (limits.memory < image_size) {
    return invalid("the memory limit of " + std::to_string(limits.memory >> 20) + " MiB is below the " +
                       std::to_string((image_size + (1 << 20) - 1) >> 20) + " MiB that Python itself takes",
                   "give at least that, better 64 MiB");
  }
  if (limits.memory > kMaxMemory) return invalid("the memory limit is above 4 GiB", "give at most 4G");
  if (limits.output > kMaxHeld || limits.value > kMaxHeld || limits.files > kMaxHeld) {
    return invalid("a limit on output, value or files is above 64 GiB", "they are held in memory: give at most 64G");
  }
  if (limits.tool_bytes > kMaxToolBytes) return invalid("the limit on a tool call's bytes is above 1 GiB", "give at most 1 GiB");
  if (limits.cpu.count() <= 0 || limits.wall.count() <= 0) {
    return invalid("a time limit of zero or less leaves no time to run", "give a positive number of seconds");
  }
  return Ok{};
}

}  // namespace

Status check_text(std::string_view text, const char* what) {
  if (text.find('\0') != std::string_view::npos) return invalid(std::string(what) + " contains a NUL byte");
  if (!is_valid_utf8(text)) return invalid(std::string(what) + " is not valid UTF-8", "save it as UTF-8");
  return Ok{};
}

Status check_policy(const Policy& policy, uint64_t image_size) {
  BELLJAR_TRY(check_limits(policy.limits, image_size));
  for (const std::string& argument : policy.arguments) BELLJAR_TRY(check_text(argument, "an argument"));
  for (const auto& [name, value] : policy.environment) {
    BELLJAR_TRY(check_text(name, "the name of an environment variable"));
    BELLJAR_TRY(check_text(value, "the value of an environment variable"));
    if (name.empty() || name.find('=') != std::string::npos) {
      return invalid("'" + name + "' is no name for an environment variable", "write NAME=value");
    }
  }
  return Ok{};
}

}  // namespace belljar
