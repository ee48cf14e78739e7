// Python's functions as tools.
#ifndef BELLJAR_BINDINGS_TOOLS_H_
#define BELLJAR_BINDINGS_TOOLS_H_

#include "belljar/grants.h"
#include "belljar/tool.h"
#include "python.h"

namespace belljar::python {

/// From a belljar._tools.Prepared: what belljar.Tool was made of, ready to be called.
Tool make_tool(nb::handle prepared);

/// From a function that gets (method, url, headers, body) and returns (status, headers, body).
HttpHandler make_http_handler(nb::object function);

/// Binds the class that asynchronous tools answer through.
void bind_tools(nb::module_& module);

}  // namespace belljar::python

#endif  // BELLJAR_BINDINGS_TOOLS_H_
