// The kernel: boots CPython once, while the base image is made, and then carries out requests. It is C, so that no
// frame of ours shows in a traceback and nothing a cell does to Python's own modules can change what is reported.
#define Py_BUILD_CORE 1
#include <Python.h>

#include "cell.h"
#include "errors.h"
#include "frame.h"
#include "freeze.h"
#include "hooks.h"
#include "internal/pycore_ceval.h"
#include "internal/pycore_moduleobject.h"
#include "internal/pycore_pylifecycle.h"
#include "internal/pycore_global_objects.h"
#include "internal/pycore_runtime.h"
#include "internal/pycore_signal.h"
#include "streams.h"
#include "tools.h"
#include "value.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT(name) __attribute__((export_name(name)))

enum { MAILBOX_BYTES = 64 << 10, LAYOUT_VERSION = 1 };

static uint8_t mailbox[MAILBOX_BYTES];
static uint8_t *large_request;  // for a request that does not fit the mailbox; freed after it

// Held from the boot on (see cell.c).
static PyObject *os_environ, *reseed;

extern uint8_t __stack_low, __stack_high;  // set by wasm-ld

// ---- boot ----------------------------------------------------------------------------------------------------

static int configure(void) {
  PyPreConfig pre;
  PyPreConfig_InitIsolatedConfig(&pre);
  pre.utf8_mode = 1;
  if (PyStatus_Exception(Py_PreInitialize(&pre))) return -1;

  PyConfig config;
  PyConfig_InitIsolatedConfig(&config);
  // As a person's own python3 would report them in sys.flags; there is no environment to be isolated from.
  config.isolated = 0;
  config.safe_path = 0;
  config.install_signal_handlers = 1;  // the soft interrupt is a SIGINT that never was
  config.site_import = 0;
  config.write_bytecode = 0;
  config.use_hash_seed = 1;  // fixed per image, and public: docs/threat-model.md
  config.hash_seed = 0;
  config.pathconfig_warnings = 0;
  config.module_search_paths_set = 1;
  PyWideStringList_Append(&config.module_search_paths, L"/usr/lib/python3.14");
  PyWideStringList_Append(&config.module_search_paths, L"/usr/lib/python3.14/site-packages");
  PyConfig_SetString(&config, &config.program_name, L"python3");
  PyConfig_SetString(&config, &config.executable, L"");
  PyConfig_SetString(&config, &config.home, L"/usr");
  PyConfig_SetString(&config, &config.stdlib_dir, L"/usr/lib/python3.14");  // os.__file__ and the like
  PyConfig_SetString(&config, &config.stdio_encoding, L"utf-8");
  PyConfig_SetString(&config, &config.stdio_errors, L"surrogateescape");  // as python3 has it with LANG=C.UTF-8
  PyStatus status = Py_InitializeFromConfig(&config);
  PyConfig_Clear(&config);
  if (PyStatus_Exception(status)) {
    fprintf(stderr, "cannot start Python: %s: %s\n", status.func ? status.func : "", status.err_msg);
    return -1;
  }
  return 0;
}

static int hold(PyObject **slot, const char *module, const char *attribute) {
  *slot = PyImport_ImportModuleAttrString(module, attribute);
  return *slot ? 0 : -1;
}

EXPORT("bj_boot") int bj_boot(void) {
  PyImport_AppendInittab("_belljar", PyInit__belljar);
  PyImport_AppendInittab("_belljar_host", PyInit__belljar_host);
  if (configure() < 0) return 1;
  PyObject *warm = PyImport_ImportModuleAttrString("_belljar_kernel", "warm_up");
  PyObject *warmed = warm ? PyObject_CallNoArgs(warm) : NULL;
  bool ready = warmed && cell_init() == 0 && value_init() == 0 && errors_init() == 0 &&
               hooks_init() == 0 && streams_init() == 0 && tools_init() == 0 &&
               hold(&os_environ, "os", "environ") == 0 && hold(&reseed, "_belljar_kernel", "reseed") == 0;
  Py_XDECREF(warmed);
  Py_XDECREF(warm);
  if (!ready || freeze_everything() < 0) {
    PyErr_Print();
    return 2;
  }
  return 0;
}

EXPORT("bj_layout") const uint32_t *bj_layout(void) {
  static uint32_t layout[8];
  struct _signals_runtime_state *signals = &_PyRuntime.signals;
  layout[0] = LAYOUT_VERSION;
  layout[1] = (uint32_t)mailbox;
  layout[2] = sizeof mailbox;
  layout[3] = (uint32_t)&PyThreadState_Get()->eval_breaker;
  layout[4] = (uint32_t)&signals->is_tripped;
  layout[5] = (uint32_t)&signals->handlers[SIGINT].tripped;
  layout[6] = (uint32_t)&__stack_low;
  layout[7] = (uint32_t)&__stack_high;
  return layout;
}

// ---- requests ------------------------------------------------------------------------------------------------

EXPORT("bj_buffer") void *bj_buffer(uint32_t len) {
  free(large_request);
  large_request = malloc(len);
  return large_request;
}

// An interrupt that came too late for one cell must not hit the next. Nearly always there is none: what is not written
// is a page less that the host has to put back.
static void clear_interrupts(void) {
  struct _signals_runtime_state *signals = &_PyRuntime.signals;
  uintptr_t *eval_breaker = &PyThreadState_Get()->eval_breaker;
  if (signals->is_tripped) signals->is_tripped = 0;
  if (signals->handlers[SIGINT].tripped) signals->handlers[SIGINT].tripped = 0;
  if (*eval_breaker & _PY_SIGNALS_PENDING_BIT) *eval_breaker &= ~(uintptr_t)_PY_SIGNALS_PENDING_BIT;
}

static int set_environment(const field *f) {
  const char *equals = memchr(f->data, '=', f->len);
  if (!equals) return 0;
  PyObject *name = PyUnicode_DecodeFSDefaultAndSize(f->data, equals - f->data);
  PyObject *value = PyUnicode_DecodeFSDefaultAndSize(equals + 1, f->data + f->len - equals - 1);
  int r = name && value ? PyObject_SetItem(os_environ, name, value) : -1;
  Py_XDECREF(name);
  Py_XDECREF(value);
  return r;
}

static int append_argument(PyObject *argv, const field *f) {
  PyObject *argument = PyUnicode_DecodeFSDefaultAndSize(f->data, f->len);
  int r = argument ? PyList_Append(argv, argument) : -1;
  Py_XDECREF(argument);
  return r;
}

// argv and environ, for the first request of a session.
static int set_up(const request *req) {
  PyObject *argv = PyList_New(0);
  if (!argv) return -1;
  size_t offset = 0;
  field f;
  int r = 0;
  while (r == 0 && request_next(req, &offset, &f)) {
    if (f.tag == TAG_ENVIRONMENT) r = set_environment(&f);
    if (f.tag == TAG_ARGUMENT) r = append_argument(argv, &f);
  }
  if (r == 0 && PyList_GET_SIZE(argv) > 0) r = PySys_SetObject("argv", argv);
  Py_DECREF(argv);
  return r;
}

static bool find_field(const request *req, uint32_t tag, field *out) {
  size_t offset = 0;
  while (request_next(req, &offset, out)) {
    if (out->tag == tag) return true;
  }
  return false;
}

static PyObject *file_name(const request *req) {
  field f;
  if (find_field(req, TAG_FILENAME, &f)) return PyUnicode_DecodeFSDefaultAndSize(f.data, f.len);
  return PyUnicode_FromFormat("<cell %u>", req->cell);
}

// What a request changes before it is carried out.
static int prepare(const request *req) {
  if (req->flags & REQUEST_RESEED) {
    // The guest may have changed even this function's code: then it draws what it likes, and its cell runs.
    PyObject *r = PyObject_CallNoArgs(reseed);
    if (!r) PyErr_Clear();
    Py_XDECREF(r);
  }
  if ((req->flags & REQUEST_FIRST) && set_up(req) < 0) return -1;
  return 0;
}

// What Python's own prompt does, sys.displayhook(): the value is `_` from then on. In builtins, so that a program's own
// `_` comes first. When repr() fails, `_` is None, as there.
static int bind_value(PyObject *value) {
  PyObject *builtins = PyEval_GetFrameBuiltins();
  int r = builtins ? PyDict_SetItemString(builtins, "_", value) : -1;
  Py_XDECREF(builtins);
  return r;
}

// The value of a cell that had one goes into the reply. -1 with an exception set.
static int show_value(const request *req, PyObject *value) {
  bool binds = req->flags & REQUEST_BIND;
  if (binds && bind_value(Py_None) < 0) return -1;
  if (req->value_budget > 0 && value_bundle(value, tools_value_budget(req->value_budget), reply_frame()) < 0) return -1;
  return binds ? bind_value(value) : 0;
}

// -1 with an exception set.
static int run_source(const request *req, PyObject *filename) {
  field source;
  if (!find_field(req, TAG_SOURCE, &source) || source.len == 0 || source.data[source.len - 1]) {
    PyErr_SetString(PyExc_ValueError, "request without a source");
    return -1;
  }
  if (prepare(req) < 0) return -1;
  if ((req->flags & REQUEST_SCRIPT) && PyDict_SetItemString(cell_globals(), "__file__", filename) < 0) return -1;
  PyObject *value = cell_run(source.data, filename);
  if (!value) return -1;
  int r = value != Py_None ? show_value(req, value) : 0;
  Py_DECREF(value);
  return r;
}

// Runs the cell; its value or its exception goes into the reply.
static void run_cell(const request *req) {
  PyObject *filename = file_name(req);
  bool failed = !filename || run_source(req, filename) < 0;
  hooks_remove();
  tools_abandon();
  if (failed) errors_reply();
  if (filename) cell_forget(filename);
  Py_XDECREF(filename);
}

// Reads or writes a variable.
static void exchange_value(const request *req) {
  int r = prepare(req);
  if (r == 0) r = req->kind == REQUEST_DEFINE ? tools_define(req, cell_globals()) : tools_get(req, cell_globals());
  if (r < 0) errors_refuse();
}

static void carry_out(const request *req) {
  if ((req->flags & REQUEST_TOOLS) && tools_install(req) < 0) {
    errors_refuse();
  } else if (req->kind == REQUEST_CELL) {
    run_cell(req);
  } else {
    exchange_value(req);
  }
}

// What CPython does at exit that a program can see.
static void finish(void) {
  _PyAtExit_Call(PyInterpreterState_Get());
  PyErr_Clear();
  _PyModule_ClearDict(cell_globals());
  PyErr_Clear();
}

EXPORT("bj_run") int bj_run(const uint8_t *frame, uint32_t len) {
  request req;
  if (!request_parse(frame, len, &req) || req.kind < REQUEST_CELL || req.kind > REQUEST_GET) return 1;
  clear_interrupts();
  memory_reserve_arm(req.flags & REQUEST_SHORT);
  reply_begin();
  carry_out(&req);
  streams_settle();
  if (req.flags & REQUEST_FINISH) {
    finish();
    streams_settle();
  }
  clear_interrupts();
  free(large_request);
  large_request = NULL;
  reply_send();
  return 0;
}
