#define Py_BUILD_CORE 1
#include "hooks.h"

#include <Python.h>

#include "internal/pycore_ceval.h"
#include "internal/pycore_interp.h"
#include "internal/pycore_runtime.h"
#include "internal/pycore_signal.h"

#include <signal.h>

// CPython's own, and not in a header.
int _PyMonitoring_ClearToolId(int tool_id);

static PyObject *set_signal, *interrupt_handler;  // signal.signal, signal.default_int_handler

int hooks_init(void) {
  set_signal = PyImport_ImportModuleAttrString("_signal", "signal");
  interrupt_handler = PyImport_ImportModuleAttrString("_signal", "default_int_handler");
  return set_signal && interrupt_handler ? 0 : -1;
}

static void remove_tools(PyInterpreterState *interp) {
  for (int id = 0; id < PY_MONITORING_TOOL_IDS; id++) {
    if (!interp->monitoring_tool_names[id]) continue;
    if (_PyMonitoring_ClearToolId(id) < 0) PyErr_Clear();
    Py_CLEAR(interp->monitoring_tool_names[id]);
  }
}

static void restore_interrupt(void) {
  if (_PyRuntime.signals.handlers[SIGINT].func == interrupt_handler) return;
  PyObject *number = PyLong_FromLong(SIGINT);
  PyObject *previous = number ? PyObject_CallFunctionObjArgs(set_signal, number, interrupt_handler, NULL) : NULL;
  if (!previous) PyErr_Clear();
  Py_XDECREF(previous);
  Py_XDECREF(number);
}

void hooks_remove(void) {
  PyThreadState *thread = PyThreadState_Get();
  PyObject *exception = PyErr_GetRaisedException();
  Py_CLEAR(thread->interp->audit_hooks);  // first: the rest is audited
  if (thread->c_tracefunc) PyEval_SetTrace(NULL, NULL);
  if (thread->c_profilefunc) PyEval_SetProfile(NULL, NULL);
  remove_tools(thread->interp);
  restore_interrupt();
  PyErr_SetRaisedException(exception);
}
