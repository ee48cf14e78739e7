#define Py_BUILD_CORE 1
#include "cell.h"

#include "freeze.h"
#include "internal/pycore_asdl.h"
#include "internal/pycore_ast.h"
#include "internal/pycore_compile.h"
#include "internal/pycore_parser.h"
#include "internal/pycore_pyarena.h"

#include <stdbool.h>
#include <string.h>

// Held from the boot on: whatever the guest does to sys.modules or to a module's attributes, these stay ours.
static PyObject *globals;          // __main__.__dict__
static PyObject *sources;          // file name -> source, for tracebacks
static PyObject *run_coroutine;    // _belljar_kernel.run_coroutine
static PyObject *linecache_cache;  // linecache.cache
static bool keep_source;           // of the cell under way
static int future_flags;           // `from __future__` imports of earlier cells, as in a REPL

int cell_init(void) {
  PyObject *main_module = PyImport_AddModuleRef("__main__");
  if (!main_module) return -1;
  globals = Py_NewRef(PyModule_GetDict(main_module));
  sources = PyDict_New();
  run_coroutine = PyImport_ImportModuleAttrString("_belljar_kernel", "run_coroutine");
  linecache_cache = PyImport_ImportModuleAttrString("linecache", "cache");
  return sources && run_coroutine && linecache_cache ? 0 : -1;
}

PyObject *cell_globals(void) { return globals; }

static int remember_source(const char *source, PyObject *filename) {
  int known = PyDict_Contains(sources, filename);
  if (known < 0) return -1;
  // Another text under a name already seen: linecache must not show the old one.
  if (known && PyDict_CheckExact(linecache_cache)) {
    if (PyDict_Pop(linecache_cache, filename, NULL) < 0) return -1;
  }
  PyObject *text = PyBytes_FromString(source);
  if (!text) return -1;
  int r = PyDict_SetItem(sources, filename, text);
  Py_DECREF(text);
  return r;
}

static PyObject *cell_source(PyObject *module, PyObject *filename) {
  (void)module;
  PyObject *text = PyDict_GetItemWithError(sources, filename);
  if (!text) return PyErr_Occurred() ? NULL : Py_NewRef(Py_None);
  return PyUnicode_DecodeUTF8(PyBytes_AS_STRING(text), PyBytes_GET_SIZE(text), "replace");
}

// Functions and classes outlive their cell, and so must its source; a plain statement's is only needed while it runs.
static bool defines_code(PyCodeObject *code) {
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(code->co_consts); i++) {
    if (PyCode_Check(PyTuple_GET_ITEM(code->co_consts, i))) return true;
  }
  return false;
}

// The last statement's expression, cut off the module's body; NULL when the last statement is none.
static expr_ty take_last_expression(mod_ty tree) {
  asdl_stmt_seq *body = tree->v.Module.body;
  Py_ssize_t n = asdl_seq_LEN(body);
  if (n == 0) return NULL;
  stmt_ty last = asdl_seq_GET(body, n - 1);
  if (last->kind != Expr_kind) return NULL;
  body->size = n - 1;
  return last->v.Expr.value;
}

// A cell's statements, and the expression that is its value: one or both of them. A new tuple of code objects, or NULL.
static PyObject *compile_parts(mod_ty tree, PyObject *filename, PyCompilerFlags *flags, PyArena *arena) {
  expr_ty last = take_last_expression(tree);
  mod_ty parts[2];
  Py_ssize_t count = 0;
  if (!last || asdl_seq_LEN(tree->v.Module.body) > 0) parts[count++] = tree;
  if (last && !(parts[count++] = _PyAST_Expression(last, arena))) return NULL;
  PyObject *codes = PyTuple_New(count);
  for (Py_ssize_t i = 0; codes && i < count; i++) {
    PyCodeObject *code = _PyAST_Compile(parts[i], filename, flags, -1, arena);
    if (!code) {
      Py_CLEAR(codes);
      break;
    }
    PyTuple_SET_ITEM(codes, i, (PyObject *)code);
    keep_source = keep_source || defines_code(code);
    future_flags |= code->co_flags & PyCF_MASK;
    flags->cf_flags |= future_flags;
  }
  return codes;
}

static PyObject *evaluate(PyObject *code) { return PyEval_EvalCode(code, globals, globals); }

// For run_coroutine.
static PyObject *evaluate_part(PyObject *module, PyObject *code) {
  (void)module;
  if (PyCode_Check(code)) return evaluate(code);
  PyErr_SetString(PyExc_TypeError, "not a code object");
  return NULL;
}

// All parts in one coroutine, as soon as one of them awaits: what the statements start, the last expression waits for.
static PyObject *run_awaiting(PyObject *codes) {
  PyObject *outcome = PyObject_CallOneArg(run_coroutine, codes);  // (value, None) or (None, exception)
  PyObject *result = NULL;
  if (outcome && PyTuple_CheckExact(outcome) && PyTuple_GET_SIZE(outcome) == 2) {
    PyObject *exception = PyTuple_GET_ITEM(outcome, 1);
    if (PyExceptionInstance_Check(exception)) {
      PyErr_SetRaisedException(Py_NewRef(exception));
    } else {
      result = Py_NewRef(PyTuple_GET_ITEM(outcome, 0));
    }
  }
  Py_XDECREF(outcome);
  return result;
}

static bool awaits(PyObject *codes) {
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(codes); i++) {
    if (((PyCodeObject *)PyTuple_GET_ITEM(codes, i))->co_flags & CO_COROUTINE) return true;
  }
  return false;
}

static PyObject *run_parts(PyObject *codes) {
  if (awaits(codes)) return run_awaiting(codes);
  PyObject *result = NULL;
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(codes); i++) {
    Py_XDECREF(result);
    result = evaluate(PyTuple_GET_ITEM(codes, i));
    if (!result) return NULL;
  }
  return result;
}

static PyObject *freeze(PyObject *module, PyObject *unused) {
  return freeze_everything() < 0 ? NULL : Py_NewRef(Py_None);
}

static PyMethodDef methods[] = {
    {"freeze", freeze, METH_NOARGS, "freeze(): makes all that is alive permanent, before an image is made of it"},
    {"cell_source", cell_source, METH_O, "cell_source(filename) -> source text of that cell, or None"},
    {"evaluate", evaluate_part, METH_O, "evaluate(code) -> its value, in the globals of the cells"},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, .m_name = "_belljar", .m_size = 0, .m_methods = methods};

PyObject *PyInit__belljar(void) { return PyModuleDef_Init(&module); }

PyObject *cell_run(const char *source, PyObject *filename) {
  static const char kByteOrderMark[] = "\xEF\xBB\xBF";
  if (strncmp(source, kByteOrderMark, 3) == 0) source += 3;
  if (remember_source(source, filename) < 0) return NULL;
  PyArena *arena = _PyArena_New();
  if (!arena) return NULL;
  PyCompilerFlags flags = {
      .cf_flags = PyCF_SOURCE_IS_UTF8 | PyCF_IGNORE_COOKIE | PyCF_ALLOW_TOP_LEVEL_AWAIT | future_flags,
      .cf_feature_version = PY_MINOR_VERSION,
  };
  keep_source = false;
  mod_ty tree = _PyParser_ASTFromString(source, filename, Py_file_input, &flags, arena);
  PyObject *codes = tree ? compile_parts(tree, filename, &flags, arena) : NULL;
  _PyArena_Free(arena);
  PyObject *result = codes ? run_parts(codes) : NULL;
  Py_XDECREF(codes);
  return result;
}

void cell_forget(PyObject *filename) {
  if (!keep_source && PyDict_Pop(sources, filename, NULL) < 0) PyErr_Clear();
}
