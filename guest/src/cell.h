// Compiles and runs the source of one cell in __main__.
#ifndef BELLJAR_GUEST_CELL_H_
#define BELLJAR_GUEST_CELL_H_

#include <Python.h>

#include <stdint.h>

// Takes what it will need later from a pristine interpreter. -1 with an exception set.
int cell_init(void);

// The dict that is the globals of every cell (borrowed).
PyObject *cell_globals(void);

// Runs `source` (UTF-8, ends with NUL). Returns a new reference to the value of its last statement when that is an
// expression, else None; NULL with an exception set. Top-level `await` is allowed.
PyObject *cell_run(const char *source, PyObject *filename);

// The cell of that name is over and reported: drops its source unless functions or classes of it may live on.
void cell_forget(PyObject *filename);

// The built-in module `_belljar`: cell_source(filename), through which linecache finds the source of cells.
PyObject *PyInit__belljar(void);

#endif  // BELLJAR_GUEST_CELL_H_
