// belljar._native: the C++ interface for belljar's own Python code, which is what users see. Nothing here is stable.
#include <string>
#include <utility>
#include <vector>

#include "command_line.h"
#include "policy.h"
#include "session.h"
#include "tools.h"

NB_MODULE(_native, module) {
  using namespace belljar::python;
  // What still lives when the interpreter ends is let go of by the system.
  nb::set_leak_warnings(false);
  module.attr("version") = BELLJAR_VERSION;
  module.attr("python_version") = BELLJAR_PYTHON_VERSION;
  bind_policy(module);
  bind_tools(module);
  bind_sessions(module);
  // Bytes: arguments need not be text.
  module.def("command_line", [](const std::vector<nb::bytes>& given) {
    std::vector<std::string> arguments;
    for (const nb::bytes& argument : given) arguments.emplace_back(argument.c_str(), argument.size());
    const Released released;
    return belljar::cli::command_line(std::move(arguments));
  });
}
