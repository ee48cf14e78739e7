#define Py_BUILD_CORE 1
#include "tools.h"

#include "cbor.h"
#include "internal/pycore_interpframe.h"
#include "internal/pycore_pystate.h"
#include "value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define IMPORT(name) __attribute__((import_module("belljar"), import_name(#name)))

IMPORT(display) int32_t host_display(const uint8_t *frame, uint32_t len);
IMPORT(tool_call) int32_t host_tool_call(const uint8_t *call, uint32_t len, uint8_t *answer, uint32_t room);
IMPORT(tool_start) int32_t host_tool_start(const uint8_t *call, uint32_t len);
IMPORT(tool_wait) int32_t host_tool_wait(int64_t deadline, uint8_t *answer, uint32_t room);
IMPORT(tool_answer) int32_t host_tool_answer(uint8_t *answer, uint32_t len);
IMPORT(tool_cancel) int32_t host_tool_cancel(uint32_t number);

enum { ANSWER_RESULT = 0, ANSWER_ERROR = 1 };

// Held from the boot on (see cell.c).
static PyObject *install, *abandon, *pending;  // of _belljar_tools
static PyObject *exceptions;                   // name -> class, of the built-in ones

// No Python code runs while these are in use, so one of each is enough.
static cbor_writer out;
static uint8_t answer[2048];

static bool has_displayed;  // in this request

static PyObject *built_in_exceptions(void) {
  PyObject *found = PyDict_New();
  PyObject *builtins = PyEval_GetFrameBuiltins();
  Py_ssize_t position = 0;
  PyObject *name, *value;
  while (found && builtins && PyDict_Next(builtins, &position, &name, &value)) {
    if (!PyType_Check(value) || !PyType_IsSubtype((PyTypeObject *)value, (PyTypeObject *)PyExc_Exception)) continue;
    if (PyDict_SetItem(found, name, value) < 0) Py_CLEAR(found);
  }
  Py_XDECREF(builtins);
  return found;
}

int tools_init(void) {
  install = PyImport_ImportModuleAttrString("_belljar_tools", "install");
  abandon = PyImport_ImportModuleAttrString("_belljar_tools", "abandon");
  pending = PyImport_ImportModuleAttrString("_belljar_tools", "pending");
  exceptions = built_in_exceptions();
  return install && abandon && pending && exceptions ? 0 : -1;
}

// ---- calls -----------------------------------------------------------------------------------------------------

static int write_argument(PyObject *name, Py_ssize_t index, PyObject *value) {
  out.what = "argument";
  out.path[0] = (cbor_step){.key = name, .index = index};
  return cbor_write(&out, value);
}

// What a function was called with: its frame's first variables, as its code names them. Whoever calls this from another
// function than a tool's gets that one's, and no more.
typedef struct {
  PyCodeObject *code;
  _PyStackRef *locals;
} call_frame;

static PyObject *local(const call_frame *f, int index) {
  if (index >= f->code->co_nlocalsplus || PyStackRef_IsNull(f->locals[index])) return NULL;
  return PyStackRef_AsPyObjectBorrow(f->locals[index]);
}

static PyObject *local_name(const call_frame *f, int index) { return PyTuple_GET_ITEM(f->code->co_localsplusnames, index); }

static int no_call(void) {
  PyErr_SetString(PyExc_SystemError, "this is for the functions of tools only");
  return -1;
}

// Positional-only parameters and what `*args` got.
static int write_positional(const call_frame *f, PyObject *rest) {
  int only = f->code->co_posonlyargcount;
  Py_ssize_t more = rest ? PyTuple_GET_SIZE(rest) : 0;
  if (cbor_write_head(&out, CBOR_ARRAY, (uint64_t)(only + more)) < 0) return -1;
  for (int i = 0; i < only; i++) {
    PyObject *value = local(f, i);
    if (!value) return no_call();
    if (write_argument(local_name(f, i), i, value) < 0) return -1;
  }
  for (Py_ssize_t i = 0; i < more; i++) {
    if (write_argument(NULL, only + i, PyTuple_GET_ITEM(rest, i)) < 0) return -1;
  }
  return 0;
}

// All others, and what `**kwargs` got.
static int write_named(const call_frame *f, PyObject *rest) {
  int only = f->code->co_posonlyargcount, count = f->code->co_argcount + f->code->co_kwonlyargcount;
  Py_ssize_t more = rest ? PyDict_GET_SIZE(rest) : 0, position = 0;
  if (cbor_write_head(&out, CBOR_MAP, (uint64_t)(count - only + more)) < 0) return -1;
  for (int i = only; i < count; i++) {
    PyObject *name = local_name(f, i), *value = local(f, i);
    if (!value) return no_call();
    if (cbor_write_text(&out, name) < 0 || write_argument(name, 0, value) < 0) return -1;
  }
  PyObject *key, *value;
  while (rest && PyDict_Next(rest, &position, &key, &value)) {
    if (!PyUnicode_Check(key)) return no_call();
    out.path[0] = (cbor_step){.key = key};
    if (cbor_write_text(&out, key) < 0 || write_argument(key, 0, value) < 0) return -1;
  }
  return 0;
}

static int write_call(void) {
  _PyInterpreterFrame *frame = _PyThreadState_GetFrame(_PyThreadState_GET());
  if (!frame) return no_call();
  call_frame f = {.code = _PyFrame_GetCode(frame), .locals = frame->localsplus};
  int next = f.code->co_argcount + f.code->co_kwonlyargcount;
  PyObject *args = f.code->co_flags & CO_VARARGS ? local(&f, next++) : NULL;
  PyObject *kwargs = f.code->co_flags & CO_VARKEYWORDS ? local(&f, next) : NULL;
  if ((args && !PyTuple_CheckExact(args)) || (kwargs && !PyDict_CheckExact(kwargs))) return no_call();
  cbor_begin(&out);
  out.what = "argument";
  out.path[0] = (cbor_step){.key = f.code->co_name};
  return cbor_write_text(&out, f.code->co_name) == 0 && write_positional(&f, args) == 0 ? write_named(&f, kwargs) : -1;
}

// ---- answers ---------------------------------------------------------------------------------------------------

// A tool's error: the built-in exception of that name, or RuntimeError with the name in front.
static void raise_error(cbor_reader *in) {
  PyObject *type = cbor_read(in);
  PyObject *message = type ? cbor_read(in) : NULL;
  PyObject *class = message ? PyDict_GetItemWithError(exceptions, type) : NULL;
  PyObject *exception = class ? PyObject_CallOneArg(class, message) : NULL;
  if (exception) {
    PyErr_SetObject(class, exception);
  } else if (message) {
    PyErr_Clear();  // a class that is not made from a message
    PyErr_Format(PyExc_RuntimeError, "%S: %S", type, message);
  }
  Py_XDECREF(exception);
  Py_XDECREF(message);
  Py_XDECREF(type);
}

// The result, a new reference; NULL with an exception set.
static PyObject *read_answer(const uint8_t *data, size_t len) {
  cbor_reader in = {.at = data, .end = data + len};
  if (len > 0 && *in.at++ == ANSWER_RESULT) return cbor_read(&in);
  raise_error(&in);
  return NULL;
}

// The answer of `len` bytes: where it fits, or in memory that `*taken` owns.
static const uint8_t *fetch(size_t len, bool is_here, uint8_t **taken) {
  *taken = NULL;
  if (is_here) return answer;
  *taken = malloc(len);
  if (!*taken) return (const uint8_t *)PyErr_NoMemory();
  if (host_tool_answer(*taken, (uint32_t)len) == 0) return *taken;
  PyErr_SetString(PyExc_SystemError, "the host has no such answer");
  free(*taken);
  *taken = NULL;
  return NULL;
}

static PyObject *receive(size_t len, bool is_here) {
  uint8_t *taken;
  const uint8_t *data = fetch(len, is_here, &taken);
  PyObject *result = data ? read_answer(data, len) : NULL;
  free(taken);
  return result;
}

// Something outside has told the guest to stop.
static PyObject *interrupted(void) {
  if (PyErr_CheckSignals() == 0) PyErr_SetNone(PyExc_KeyboardInterrupt);
  return NULL;
}

// A call of one of belljar's own services: its name, then its arguments.
static int write_service(PyObject *const *args, Py_ssize_t count) {
  if (count < 1 || !PyUnicode_Check(args[0])) {
    PyErr_SetString(PyExc_TypeError, "the name of a service is missing");
    return -1;
  }
  cbor_begin(&out);
  out.what = "argument";
  out.path[0] = (cbor_step){.key = args[0]};
  if (cbor_write_text(&out, args[0]) < 0 || cbor_write_head(&out, CBOR_ARRAY, (uint64_t)(count - 1)) < 0) return -1;
  for (Py_ssize_t i = 1; i < count; i++) {
    if (write_argument(NULL, i - 1, args[i]) < 0) return -1;
  }
  return cbor_write_head(&out, CBOR_MAP, 0);
}

static PyObject *call_written(void) {
  int32_t len = host_tool_call(out.data, (uint32_t)out.len, answer, sizeof answer);
  if (len <= 0) return interrupted();
  return receive((size_t)len, (size_t)len <= sizeof answer);
}

static PyObject *start_written(void) {
  int32_t number = host_tool_start(out.data, (uint32_t)out.len);
  if (number > 0) return PyLong_FromLong(number);
  return number < 0 ? receive((size_t)-(int64_t)number, false) : interrupted();
}

static PyObject *tool_call(PyObject *module, PyObject *unused) { return write_call() < 0 ? NULL : call_written(); }

static PyObject *tool_start(PyObject *module, PyObject *unused) { return write_call() < 0 ? NULL : start_written(); }

static PyObject *service_request(PyObject *module, PyObject *const *args, Py_ssize_t count) {
  return write_service(args, count) < 0 ? NULL : call_written();
}

static PyObject *service_launch(PyObject *module, PyObject *const *args, Py_ssize_t count) {
  return write_service(args, count) < 0 ? NULL : start_written();
}

// (number, None, result) or (number, exception, None).
static PyObject *completion(const uint8_t *data, size_t len) {
  uint32_t number;
  memcpy(&number, data, sizeof number);
  PyObject *result = read_answer(data + sizeof number, len - sizeof number);
  PyObject *exception = result ? NULL : PyErr_GetRaisedException();
  PyObject *tuple = Py_BuildValue("IOO", (unsigned)number, exception ? exception : Py_None, result ? result : Py_None);
  Py_XDECREF(result);
  Py_XDECREF(exception);
  return tuple;
}

// -1 for ever; -2 with an exception set.
static int64_t deadline_of(PyObject *timeout) {
  if (timeout == Py_None) return -1;
  double seconds = PyFloat_AsDouble(timeout);
  if (seconds == -1 && PyErr_Occurred()) return -2;
  PyTime_t now;
  if (!(seconds > 0)) return 0;
  if (PyTime_MonotonicRaw(&now) < 0) return 0;
  return seconds < 1e9 ? now + (int64_t)ceil(seconds * 1e9) : -1;
}

static PyObject *tool_wait(PyObject *module, PyObject *timeout) {
  const int64_t deadline = deadline_of(timeout);
  if (deadline == -2) return NULL;
  for (;;) {
    int32_t len = host_tool_wait(deadline, answer, sizeof answer);
    if (len == 0) return Py_NewRef(Py_None);
    if (len > (int32_t)sizeof(uint32_t)) {
      uint8_t *taken;
      const uint8_t *data = fetch((size_t)len, (size_t)len <= sizeof answer, &taken);
      PyObject *done = data ? completion(data, (size_t)len) : NULL;
      free(taken);
      return done;
    }
    if (PyErr_CheckSignals() < 0) return NULL;
  }
}

static PyObject *tool_cancel(PyObject *module, PyObject *number) {
  unsigned long value = PyLong_AsUnsignedLongMask(number);
  if (value == (unsigned long)-1 && PyErr_Occurred()) return NULL;
  host_tool_cancel((uint32_t)value);
  return Py_NewRef(Py_None);
}

// ---- display ---------------------------------------------------------------------------------------------------

static PyObject *display(PyObject *module, PyObject *const *objects, Py_ssize_t count) {
  for (Py_ssize_t i = 0; i < count; i++) {
    frame bundle = {0};
    has_displayed = true;
    int32_t left = host_display(NULL, 0);
    if (value_bundle(objects[i], left > 0 ? (size_t)left : 0, &bundle) < 0) {
      frame_free(&bundle);
      return NULL;
    }
    host_display(bundle.data, (uint32_t)bundle.len);
    frame_free(&bundle);
  }
  return Py_NewRef(Py_None);
}

size_t tools_value_budget(size_t budget) {
  if (!has_displayed) return budget;
  int32_t left = host_display(NULL, 0);
  return left <= 0 ? 0 : (size_t)left < budget ? (size_t)left : budget;
}

// ---- requests --------------------------------------------------------------------------------------------------

static PyObject *read_tool(const field *f) {
  cbor_reader in = {.at = (const uint8_t *)f->data, .end = (const uint8_t *)f->data + f->len};
  PyObject *tool = PyTuple_New(4);
  for (int i = 0; tool && i < 4; i++) {
    PyObject *part = cbor_read(&in);
    if (part) PyTuple_SET_ITEM(tool, i, part);
    else Py_CLEAR(tool);
  }
  return tool;
}

int tools_install(const request *req) {
  PyObject *tools = PyList_New(0);
  if (!tools) return -1;
  size_t offset = 0;
  field f;
  int r = 0;
  while (r == 0 && request_next(req, &offset, &f)) {
    if (f.tag != TAG_TOOL) continue;
    PyObject *tool = read_tool(&f);
    r = tool ? PyList_Append(tools, tool) : -1;
    Py_XDECREF(tool);
  }
  PyObject *done = r == 0 ? PyObject_CallOneArg(install, tools) : NULL;
  Py_DECREF(tools);
  Py_XDECREF(done);
  return done ? 0 : -1;
}

void tools_abandon(void) {
  has_displayed = false;
  if (PyDict_GET_SIZE(pending) == 0) return;
  PyObject *exception = PyErr_GetRaisedException();
  PyObject *done = PyObject_CallNoArgs(abandon);
  Py_XDECREF(done);
  PyErr_SetRaisedException(exception);
}

// The variable's name, a new reference.
static PyObject *variable_name(const request *req) {
  size_t offset = 0;
  field f;
  while (request_next(req, &offset, &f)) {
    if (f.tag != TAG_NAME) continue;
    PyObject *name = PyUnicode_DecodeUTF8(f.data, (Py_ssize_t)f.len, NULL);
    if (name && PyUnicode_IsIdentifier(name)) return name;
    if (name) PyErr_Format(PyExc_ValueError, "%R is not an identifier", name);
    Py_XDECREF(name);
    return NULL;
  }
  PyErr_SetString(PyExc_ValueError, "request without a name");
  return NULL;
}

int tools_define(const request *req, PyObject *globals) {
  PyObject *name = variable_name(req);
  if (!name) return -1;
  size_t offset = 0;
  field f;
  int r = -1;
  while (request_next(req, &offset, &f)) {
    if (f.tag != TAG_DATA) continue;
    cbor_reader in = {.at = (const uint8_t *)f.data, .end = (const uint8_t *)f.data + f.len};
    PyObject *value = cbor_read(&in);
    r = value ? PyDict_SetItem(globals, name, value) : -1;
    Py_XDECREF(value);
    break;
  }
  Py_DECREF(name);
  return r;
}

int tools_get(const request *req, PyObject *globals) {
  PyObject *name = variable_name(req);
  if (!name) return -1;
  PyObject *value = Py_XNewRef(PyDict_GetItemWithError(globals, name));
  int r = -1;
  if (value) {
    cbor_begin(&out);
    out.what = NULL;
    out.path[0] = (cbor_step){.key = name};
    r = cbor_write(&out, value);
    if (r == 0 && out.len > req->value_budget) {
      PyErr_Format(PyExc_ValueError, "%U takes %zu bytes, above the limit of %u (tool_bytes)", name, out.len,
                   req->value_budget);
      r = -1;
    }
    if (r == 0 && !reply_field(TAG_RESULT, (const char *)out.data, out.len)) {
      PyErr_NoMemory();
      r = -1;
    }
    cbor_begin(&out);
  } else if (!PyErr_Occurred()) {
    PyErr_Format(PyExc_NameError, "name '%U' is not defined", name);
  }
  Py_XDECREF(value);
  Py_DECREF(name);
  return r;
}

// ---- the module ------------------------------------------------------------------------------------------------

static PyMethodDef methods[] = {
    {"call", tool_call, METH_NOARGS, "call() -> the result of the tool whose function calls this"},
    {"start", tool_start, METH_NOARGS, "start() -> number of a call of the tool whose function calls this"},
    {"request", (PyCFunction)(void (*)(void))service_request, METH_FASTCALL,
     "request(service, *arguments) -> its answer"},
    {"launch", (PyCFunction)(void (*)(void))service_launch, METH_FASTCALL,
     "launch(service, *arguments) -> number of a call of it"},
    {"wait", tool_wait, METH_O, "wait(timeout) -> (number, exception, result) of a call that is done, or None"},
    {"cancel", tool_cancel, METH_O, "cancel(number): nobody waits for that call any more"},
    {"display", (PyCFunction)(void (*)(void))display, METH_FASTCALL,
     "display($module, /, *objects)\n--\n\nShow objects to whoever runs this code, each in its richest form."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, .m_name = "_belljar_host", .m_size = 0, .m_methods = methods};

PyObject *PyInit__belljar_host(void) { return PyModuleDef_Init(&module); }
