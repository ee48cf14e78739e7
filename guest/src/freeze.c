#define Py_BUILD_CORE 1
#include "freeze.h"

#include <Python.h>

#include "internal/pycore_code.h"
#include "internal/pycore_interp.h"
#include "internal/pycore_object.h"
#include "internal/pycore_typeobject.h"
#include "internal/pycore_unicodeobject.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

// Objects whose referents are still to be visited. An explicit stack: object graphs are deeper than any C stack.
typedef struct {
  PyObject **items;
  size_t len, capacity;
  bool failed;
} worklist;

static void push(worklist *w, PyObject *op) {
  if (w->len == w->capacity) {
    size_t capacity = w->capacity ? w->capacity * 2 : 1 << 14;
    PyObject **items = realloc(w->items, capacity * sizeof *items);
    if (!items) {
      w->failed = true;
      return;
    }
    w->items = items;
    w->capacity = capacity;
  }
  w->items[w->len++] = op;
}

static int reach(PyObject *op, void *arg) {
  if (!op || _Py_IsImmortal(op)) return 0;
  if (PyUnicode_CheckExact(op) && PyUnicode_CHECK_INTERNED(op)) {
    // Also tells the table of interned strings; it would otherwise count on getting its references back.
    _PyUnicode_InternImmortal(PyInterpreterState_Get(), &op);
  } else {
    _Py_SetImmortalUntracked(op);
  }
  push(arg, op);
  return 0;
}

static void reach_code(PyCodeObject *code, worklist *w) {
  PyObject *parts[] = {code->co_consts,   code->co_names,    code->co_exceptiontable, code->co_localsplusnames,
                       code->co_localspluskinds, code->co_filename, code->co_name,    code->co_qualname,
                       code->co_linetable};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) reach(parts[i], w);
}

// What tp_traverse leaves out of a type because it cannot be part of a cycle, and a static type's dict, which
// the collector never sees.
static void reach_type(PyTypeObject *type, worklist *w) {
  reach(_PyType_GetDict(type), w);
  reach(_PyType_GetBases(type), w);
  reach(_PyType_GetMRO(type), w);
  if (type->tp_flags & Py_TPFLAGS_HEAPTYPE) {
    PyHeapTypeObject *heap = (PyHeapTypeObject *)type;
    reach(type->tp_subclasses, w);
    reach(heap->ht_name, w);
    reach(heap->ht_qualname, w);
    reach(heap->ht_slots, w);
  }
}

static void visit_referents(PyObject *op, worklist *w) {
  reach((PyObject *)Py_TYPE(op), w);
  if (PyCode_Check(op)) {
    reach_code((PyCodeObject *)op, w);
  } else if (PyType_Check(op)) {
    reach_type((PyTypeObject *)op, w);
  }
  bool is_static_type = PyType_Check(op) && !(((PyTypeObject *)op)->tp_flags & Py_TPFLAGS_HEAPTYPE);
  if (Py_TYPE(op)->tp_traverse && !is_static_type) Py_TYPE(op)->tp_traverse(op, reach, w);
}

static int reach_tracked(PyObject *op, void *arg) {
  reach(op, arg);
  return 1;
}

// Static types are born immortal, so reach() never pushes them: they are found through `object`'s subclasses.
static int push_static_types(worklist *w) {
  PyObject *known = PySet_New(NULL);
  PyObject *pending = PyList_New(0);
  if (!known || !pending || PyList_Append(pending, (PyObject *)&PyBaseObject_Type) < 0) return -1;
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(pending); i++) {
    PyObject *type = PyList_GET_ITEM(pending, i);
    int seen = PySet_Contains(known, type);
    if (seen < 0 || (!seen && PySet_Add(known, type) < 0)) return -1;
    if (seen) continue;
    if (!(((PyTypeObject *)type)->tp_flags & Py_TPFLAGS_HEAPTYPE)) push(w, type);
    PyObject *children = PyObject_CallMethod((PyObject *)&PyType_Type, "__subclasses__", "O", type);
    if (!children) return -1;
    for (Py_ssize_t c = 0; c < PyList_GET_SIZE(children); c++) {
      if (PyList_Append(pending, PyList_GET_ITEM(children, c)) < 0) return -1;
    }
    Py_DECREF(children);
  }
  Py_DECREF(known);
  Py_DECREF(pending);
  return 0;
}

static int call_gc(const char *name) {
  PyObject *gc = PyImport_ImportModule("gc");
  PyObject *r = gc ? PyObject_CallMethod(gc, name, NULL) : NULL;
  Py_XDECREF(gc);
  Py_XDECREF(r);
  return r ? 0 : -1;
}

// Fills the holes that the boot left in pymalloc's pools, and leaves one empty pool of each size class's next block:
// what a cell allocates then comes from pools of its own, side by side, instead of a page here and a page there.
static void fill_holes(void) {
  enum { STEP = 16, LARGEST = 512, POOL = 1 << 14, TRIES = 1 << 14 };
  for (size_t size = STEP; size <= LARGEST; size += STEP) {
    uintptr_t first_in_pool = 0;
    for (int i = 0; i < TRIES; i++) {
      void *block = PyObject_Malloc(size);
      if (!block) return;
      uintptr_t offset = (uintptr_t)block % POOL;
      if (offset < 64) {  // right behind a pool's header: a pool that was empty
        first_in_pool = (uintptr_t)block;
        break;
      }
    }
    if (first_in_pool) PyObject_Free((void *)first_in_pool);
  }
}

// The same for the C heap: takes every hole for good, so that what a cell allocates lies side by side at the end.
static void fill_c_holes(void) {
  enum { LARGEST = 1 << 20, SMALLEST = 16 };
  char *end = malloc(LARGEST);  // no hole is that large
  for (size_t size = LARGEST / 2; end && size >= SMALLEST; size -= size > 1024 ? size / 8 : 16) {
    char *block;
    while ((block = malloc(size)) && block < end) {
    }
    free(block);
  }
  free(end);
}

// Zeroes the C heap's free memory: what the boot left there would be stored with the image, and zero pages are not.
static void scrub_free_memory(void) {
  enum { LARGEST = 1 << 20, SMALLEST = 1 << 14 };
  struct block {
    struct block *next;
  } *held = NULL;
  for (size_t size = LARGEST; size >= SMALLEST; size >>= 2) {
    size_t memory = __builtin_wasm_memory_size(0);
    struct block *block;
    while ((block = malloc(size))) {
      memset(block, 0, size);
      block->next = held;
      held = block;
      if (__builtin_wasm_memory_size(0) != memory) break;  // no hole of this size is left
    }
  }
  while (held) {
    struct block *next = held->next;
    held->next = NULL;
    free(held);
    held = next;
  }
}

int freeze_everything(void) {
  if (call_gc("collect") < 0) return -1;
  worklist w = {0};
  if (push_static_types(&w) < 0) return -1;
  PyUnstable_GC_VisitObjects(reach_tracked, &w);
  while (w.len > 0) visit_referents(w.items[--w.len], &w);
  bool failed = w.failed;
  free(w.items);
  if (failed) {
    PyErr_NoMemory();
    return -1;
  }
  if (call_gc("freeze") < 0) return -1;
  fill_holes();
  scrub_free_memory();
  fill_c_holes();
  return 0;
}
