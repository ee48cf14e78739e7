// JSON text of a value made of exact built-in types, without calling any Python code.
#ifndef BELLJAR_GUEST_JSON_H_
#define BELLJAR_GUEST_JSON_H_

#include <Python.h>

typedef struct {
  char *data;  // malloc'ed; free with json_free
  size_t len, capacity;
  size_t budget;
} json_text;

enum json_result {
  JSON_OK,
  JSON_NOT_JSON,    // a type, a key, a float or a string that JSON has no form for; or nested deeper than 100
  JSON_OVER_BUDGET, // longer than the budget, or no memory for it
};

// None, bool, int, finite float, str without lone surrogates, list, tuple, dict with str keys: exact types only.
// Leaves no Python exception set.
enum json_result json_encode(PyObject *value, size_t budget, json_text *out);
void json_free(json_text *text);

#endif  // BELLJAR_GUEST_JSON_H_
