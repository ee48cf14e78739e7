// A value as a MIME bundle, for the reply or to display.
#ifndef BELLJAR_GUEST_VALUE_H_
#define BELLJAR_GUEST_VALUE_H_

#include <Python.h>

#include "frame.h"

// Takes what it will need later from the modules of a pristine interpreter. -1 with an exception set.
int value_init(void);

// Adds the bundle of `value` to `out`: repr() first, JSON when it has that form, then what its type's _repr_html_,
// _repr_svg_ and _repr_png_ offer. Runs the guest's code. -1 with the exception of repr() set.
int value_bundle(PyObject *value, size_t budget, frame *out);

#endif  // BELLJAR_GUEST_VALUE_H_
