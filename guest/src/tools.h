// The host's tools, display(), and values that the host puts into the guest or asks for.
#ifndef BELLJAR_GUEST_TOOLS_H_
#define BELLJAR_GUEST_TOOLS_H_

#include <Python.h>

#include <stdbool.h>

#include "frame.h"

// The built-in module `_belljar_host`, which guest/lib/_belljar_tools.py builds on.
PyObject *PyInit__belljar_host(void);

// Takes what it will need later from the modules of a pristine interpreter. -1 with an exception set.
int tools_init(void);

// Puts the request's tools into builtins, in place of those that are there. -1 with an exception set.
int tools_install(const request *req);

// The cell is over: what still waits for a call learns that nobody will answer. An exception that is set stays set.
void tools_abandon(void);

// Bytes that a value may take in the reply of this request, what has been displayed considered.
size_t tools_value_budget(size_t budget);

// Carry out REQUEST_DEFINE and REQUEST_GET in these globals. -1 with an exception set.
int tools_define(const request *req, PyObject *globals);
int tools_get(const request *req, PyObject *globals);

#endif  // BELLJAR_GUEST_TOOLS_H_
