// Runtimes, sessions and snapshots.
#ifndef BELLJAR_BINDINGS_SESSION_H_
#define BELLJAR_BINDINGS_SESSION_H_

#include "python.h"

namespace belljar::python {

void bind_sessions(nb::module_& module);

}  // namespace belljar::python

#endif  // BELLJAR_BINDINGS_SESSION_H_
