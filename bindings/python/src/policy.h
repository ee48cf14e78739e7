// Policies, secrets and audit logs, as belljar/_policy.py fills them in.
#ifndef BELLJAR_BINDINGS_POLICY_H_
#define BELLJAR_BINDINGS_POLICY_H_

#include "python.h"

namespace belljar::python {

void bind_policy(nb::module_& module);

}  // namespace belljar::python

#endif  // BELLJAR_BINDINGS_POLICY_H_
