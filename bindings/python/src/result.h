// RunResult as Python's objects.
#ifndef BELLJAR_BINDINGS_RESULT_H_
#define BELLJAR_BINDINGS_RESULT_H_

#include "belljar/run_result.h"
#include "python.h"

namespace belljar::python {

/// MIME type -> text.
nb::object to_dict(const MimeBundle& bundle);

/// The arguments of belljar.RunResult (belljar/_result.py), in their order.
nb::object to_tuple(const RunResult& result);

}  // namespace belljar::python

#endif  // BELLJAR_BINDINGS_RESULT_H_
