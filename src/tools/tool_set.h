// The tools of a policy, checked. Immutable; shared by the sessions that have the same policy.
#ifndef BELLJAR_TOOLS_TOOL_SET_H_
#define BELLJAR_TOOLS_TOOL_SET_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "belljar/result.h"
#include "belljar/tool.h"

namespace belljar {

class ToolSet {
 public:
  /// kInvalidArgument says which tool cannot be, and why.
  /// `modules` (Policy::modules) goes the same way into the guest.
  static Result<std::shared_ptr<const ToolSet>> create(std::vector<Tool> tools,
                                                       const std::optional<std::vector<std::string>>& modules = {});

  /// What belljar itself offers to its modules in the guest (session/services.h); nothing there is checked.
  static std::shared_ptr<const ToolSet> of_services(std::vector<Tool> services);

  const std::vector<Tool>& tools() const { return tools_; }

  /// Names with spaces in between; nothing: the guest may import what it likes.
  const std::optional<std::string>& modules() const { return modules_; }

  /// Null when there is none of that name.
  const Tool* find(std::string_view name) const;

  /// Position in tools() of one that find() returned.
  size_t index_of(const Tool& tool) const { return static_cast<size_t>(&tool - tools_.data()); }

  /// "a, b, c".
  std::string names() const;

  /// Differs between any two sets of this process; 0 when there is nothing to tell the guest.
  uint64_t id() const { return id_; }

 private:
  ToolSet(std::vector<Tool> tools, std::optional<std::string> modules);

  std::vector<Tool> tools_;  // by name
  const std::optional<std::string> modules_;
  uint64_t id_;
};

}  // namespace belljar

#endif  // BELLJAR_TOOLS_TOOL_SET_H_
