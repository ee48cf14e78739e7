// The tools of a policy, checked. Immutable; shared by the sessions that have the same policy.
#ifndef BELLJAR_TOOLS_TOOL_SET_H_
#define BELLJAR_TOOLS_TOOL_SET_H_

#include <cstdint>
#include <functional>
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

  /// What services want to know of their session; each may be null.
  struct Events {
    std::function<void()> begin_run;
    std::function<void()> rolled_back;  ///< the guest's memory is that of another moment
    std::function<void()> session_ended;  ///< calls may still be under way
  };

  /// What belljar itself offers to its modules in the guest (make_services); nothing there is checked. Of each
  /// Tool::max_calls are under way at the same time, more wait in line.
  static std::shared_ptr<const ToolSet> of_services(std::vector<Tool> services, Events events = {});

  const Events& events() const { return events_; }

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
  Events events_;
  uint64_t id_;
};

}  // namespace belljar

#endif  // BELLJAR_TOOLS_TOOL_SET_H_
