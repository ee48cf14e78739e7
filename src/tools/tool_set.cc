#include "tools/tool_set.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "base/utf8.h"
#include "tools/signature.h"

namespace belljar {
namespace {

/// The guest compiles all of them before its first cell.
constexpr size_t kMaxTools = 1000;
constexpr size_t kMaxModules = 10'000;
constexpr size_t kMaxTextBytes = 64 << 10;

bool by_name(const Tool& a, const Tool& b) { return a.name < b.name; }

Error invalid(const Tool& tool, std::string_view what, std::string hint = "") {
  return {ErrorCode::kInvalidArgument, "the tool '" + to_valid_utf8(tool.name) + "': " + std::string(what), std::move(hint)};
}

Status check(const Tool& tool) {
  if (!is_tool_name(tool.name)) {
    return invalid(tool, "its name is not a Python identifier", "use ASCII letters, digits and '_', and no keyword");
  }
  if (tool.name == "call_tool" || tool.name == "display") return invalid(tool, "that name is taken", "choose another");
  if (const std::string_view problem = check_signature(tool.signature); !problem.empty()) {
    return invalid(tool, "its signature is not one: " + std::string(problem), "write it as in Python: (x: int, y=2) -> str");
  }
  for (const std::string* text : {&tool.signature, &tool.doc}) {
    if (text->size() > kMaxTextBytes) return invalid(tool, "its signature or doc string is longer than 64 KiB");
    if (!is_valid_utf8(*text)) return invalid(tool, "its signature or doc string is not valid UTF-8");
  }
  if (!tool.function && !tool.start) return invalid(tool, "it has nothing to call", "set function or start");
  if (tool.function && tool.start) return invalid(tool, "it has two things to call", "set function or start, not both");
  if (tool.timeout.count() < 0) return invalid(tool, "its timeout is negative", "0 is none");
  return Ok{};
}

/// Joined with spaces.
Result<std::string> check_modules(const std::vector<std::string>& modules) {
  if (modules.size() > kMaxModules) {
    return Error{ErrorCode::kInvalidArgument, "a policy names at most 10000 modules", "leave the list out to allow all"};
  }
  std::string joined;
  for (const std::string& name : modules) {
    if (!is_tool_name(name)) {
      return Error{ErrorCode::kInvalidArgument, "'" + to_valid_utf8(name) + "' is not the name of a top-level module",
                   "name modules such as 'json': what is inside them, 'json.decoder', is allowed with them"};
    }
    joined += (joined.empty() ? "" : " ") + name;
  }
  return joined;
}

}  // namespace

Result<std::shared_ptr<const ToolSet>> ToolSet::create(std::vector<Tool> tools,
                                                       const std::optional<std::vector<std::string>>& modules) {
  if (tools.size() > kMaxTools) {
    return Error{ErrorCode::kInvalidArgument, "a policy has at most 1000 tools", "offer fewer, or one that takes a name"};
  }
  for (const Tool& tool : tools) BELLJAR_TRY(check(tool));
  std::optional<std::string> names;
  if (modules) names = BELLJAR_TRY(check_modules(*modules));
  std::shared_ptr<const ToolSet> set(new ToolSet(std::move(tools), std::move(names)));
  const auto twice = std::adjacent_find(set->tools_.begin(), set->tools_.end(),
                                        [](const Tool& a, const Tool& b) { return a.name == b.name; });
  if (twice != set->tools_.end()) return invalid(*twice, "there are two of that name");
  return set;
}

std::shared_ptr<const ToolSet> ToolSet::of_services(std::vector<Tool> services, Events events) {
  std::shared_ptr<ToolSet> set(new ToolSet(std::move(services), std::nullopt));
  set->events_ = std::move(events);
  return set;
}

ToolSet::ToolSet(std::vector<Tool> tools, std::optional<std::string> modules)
    : tools_(std::move(tools)), modules_(std::move(modules)) {
  static std::atomic<uint64_t> last_id{0};
  id_ = tools_.empty() && !modules_ ? 0 : ++last_id;
  for (Tool& tool : tools_) tool.is_async = tool.is_async || tool.start;
  std::sort(tools_.begin(), tools_.end(), by_name);
}

const Tool* ToolSet::find(std::string_view name) const {
  const auto at = std::lower_bound(tools_.begin(), tools_.end(), name,
                                   [](const Tool& tool, std::string_view wanted) { return tool.name < wanted; });
  return at != tools_.end() && at->name == name ? &*at : nullptr;
}

std::string ToolSet::names() const {
  std::string names;
  for (const Tool& tool : tools_) names += (names.empty() ? "" : ", ") + tool.name;
  return names;
}

}  // namespace belljar
