// Python's functions as tools.
#ifndef BELLJAR_BINDINGS_TOOLS_H_
#define BELLJAR_BINDINGS_TOOLS_H_

#include "belljar/grants.h"
#include "belljar/tool.h"
#include "python.h"

namespace belljar::python {

/// From a belljar._tools.Prepared: what belljar.Tool was made of, ready to be called. The belljar.Policy keeps it; here it
/// is only looked up, so that Python's garbage collector sees what a tool holds, its session for instance.
Tool make_tool(nb::handle prepared);

/// From a function that gets (method, url, headers, body) and returns (status, headers, body). Likewise.
HttpHandler make_http_handler(nb::handle function);

/// Binds the class that asynchronous tools answer through.
void bind_tools(nb::module_& module);

}  // namespace belljar::python

#endif  // BELLJAR_BINDINGS_TOOLS_H_
