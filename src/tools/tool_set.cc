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

}  // namespace

Result<std::shared_ptr<const ToolSet>> ToolSet::create(std::vector<Tool> tools) {
  if (tools.size() > kMaxTools) {
    return Error{ErrorCode::kInvalidArgument, "a policy has at most 1000 tools", "offer fewer, or one that takes a name"};
  }
  for (const Tool& tool : tools) BELLJAR_TRY(check(tool));
  std::shared_ptr<const ToolSet> set(new ToolSet(std::move(tools)));
  const auto twice = std::adjacent_find(set->tools_.begin(), set->tools_.end(),
                                        [](const Tool& a, const Tool& b) { return a.name == b.name; });
  if (twice != set->tools_.end()) return invalid(*twice, "there are two of that name");
  return set;
}

std::shared_ptr<const ToolSet> ToolSet::of_services(std::vector<Tool> services) {
  return std::shared_ptr<const ToolSet>(new ToolSet(std::move(services)));
}

ToolSet::ToolSet(std::vector<Tool> tools) : tools_(std::move(tools)) {
  static std::atomic<uint64_t> last_id{0};
  id_ = tools_.empty() ? 0 : ++last_id;
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
