#define Py_BUILD_CORE 1
#include "streams.h"

#include <Python.h>

#include "internal/pycore_global_objects.h"
#include "internal/pycore_runtime.h"

#include <stdbool.h>

typedef struct {
  const char *name, *original_name;
  PyObject *original;
} stream;

static stream streams[] = {{"stdin", "__stdin__", NULL}, {"stdout", "__stdout__", NULL}, {"stderr", "__stderr__", NULL}};
static PyObject *open_standard;  // _belljar_kernel.open_standard

int streams_init(void) {
  open_standard = PyImport_ImportModuleAttrString("_belljar_kernel", "open_standard");
  if (!open_standard) return -1;
  for (int fd = 0; fd < 3; fd++) {
    streams[fd].original = PyImport_ImportModuleAttrString("sys", streams[fd].name);
    if (!streams[fd].original) return -1;
  }
  return 0;
}

// False when the stream is not to be used any more: closed, detached, or over its time in its own flush, which would eat
// that of the next cell, too.
static bool is_usable(PyObject *file, bool is_output) {
  PyObject *flushed = is_output ? PyObject_CallMethodNoArgs(file, &_Py_ID(flush)) : NULL;
  bool interrupted = PyErr_Occurred() && PyErr_ExceptionMatches(PyExc_KeyboardInterrupt);
  Py_XDECREF(flushed);
  PyErr_Clear();
  if (interrupted) return false;
  PyObject *closed = PyObject_GetAttr(file, &_Py_ID(closed));
  // A file of the guest's own need not say whether it is closed; a detached one raises ValueError.
  bool is_closed = closed ? PyObject_IsTrue(closed) != 0 : !PyErr_ExceptionMatches(PyExc_AttributeError);
  Py_XDECREF(closed);
  PyErr_Clear();
  return !is_closed;
}

static void renew(stream *s, int fd) {
  PyObject *opened = PyObject_CallFunction(open_standard, "i", fd);
  if (opened && PySys_SetObject(s->original_name, opened) == 0) Py_XSETREF(s->original, Py_NewRef(opened));
  Py_XDECREF(opened);
  PyErr_Clear();
}

static void settle(stream *s, int fd) {
  bool is_output = fd != 0;
  PyObject *current = Py_XNewRef(PySys_GetObject(s->name));
  bool is_original = current == s->original;
  bool keeps = current && current != Py_None && !is_original && is_usable(current, is_output);
  Py_XDECREF(current);
  bool renewed = !is_usable(s->original, is_output);
  if (renewed) renew(s, fd);
  if (!keeps && (renewed || !is_original)) PySys_SetObject(s->name, s->original);
  PyErr_Clear();
}

void streams_settle(void) {
  for (int fd = 0; fd < 3; fd++) settle(&streams[fd], fd);
}
