#include "json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_DEPTH = 100 };

static enum json_result encode(json_text *out, PyObject *value, int depth);

static enum json_result put(json_text *out, const char *data, size_t len) {
  if (len > out->budget - out->len) return JSON_OVER_BUDGET;
  if (len > out->capacity - out->len) {
    size_t capacity = out->capacity ? out->capacity * 2 : 256;
    while (capacity - out->len < len) capacity *= 2;
    char *bigger = realloc(out->data, capacity);
    if (!bigger) return JSON_OVER_BUDGET;
    out->data = bigger;
    out->capacity = capacity;
  }
  memcpy(out->data + out->len, data, len);
  out->len += len;
  return JSON_OK;
}

static enum json_result put_text(json_text *out, const char *text) { return put(out, text, strlen(text)); }

static enum json_result put_string(json_text *out, PyObject *string) {
  Py_ssize_t len;
  const char *text = PyUnicode_AsUTF8AndSize(string, &len);
  if (!text) {
    // Lone surrogates, or no memory: either way there is no JSON form of it here and now.
    PyErr_Clear();
    return JSON_NOT_JSON;
  }
  enum json_result r = put(out, "\"", 1);
  const char *run = text, *end = text + len;
  for (const char *p = text; r == JSON_OK && p < end; p++) {
    unsigned char c = (unsigned char)*p;
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    char escape[8];
    int n = c >= 0x20   ? snprintf(escape, sizeof escape, "\\%c", c)
            : c == '\n' ? snprintf(escape, sizeof escape, "\\n")
            : c == '\t' ? snprintf(escape, sizeof escape, "\\t")
            : c == '\r' ? snprintf(escape, sizeof escape, "\\r")
                        : snprintf(escape, sizeof escape, "\\u%04x", c);
    r = put(out, run, (size_t)(p - run));
    if (r == JSON_OK) r = put(out, escape, (size_t)n);
    run = p + 1;
  }
  if (r == JSON_OK) r = put(out, run, (size_t)(end - run));
  return r == JSON_OK ? put(out, "\"", 1) : r;
}

// int and float: their repr is their JSON form.
static enum json_result put_number(json_text *out, PyObject *number) {
  if (PyFloat_CheckExact(number) && !isfinite(PyFloat_AS_DOUBLE(number))) return JSON_NOT_JSON;
  PyObject *repr = PyObject_Repr(number);  // refuses ints of more than sys.get_int_max_str_digits()
  if (!repr) {
    PyErr_Clear();
    return JSON_NOT_JSON;
  }
  Py_ssize_t len;
  const char *text = PyUnicode_AsUTF8AndSize(repr, &len);
  enum json_result r = text ? put(out, text, (size_t)len) : JSON_NOT_JSON;
  if (!text) PyErr_Clear();
  Py_DECREF(repr);
  return r;
}

static enum json_result put_sequence(json_text *out, PyObject *sequence, int depth) {
  enum json_result r = put_text(out, "[");
  // No Python code runs in here, so the sequence cannot change under the loop.
  for (Py_ssize_t i = 0; r == JSON_OK && i < PySequence_Fast_GET_SIZE(sequence); i++) {
    if (i) r = put_text(out, ", ");
    if (r == JSON_OK) r = encode(out, PySequence_Fast_GET_ITEM(sequence, i), depth);
  }
  return r == JSON_OK ? put_text(out, "]") : r;
}

static enum json_result put_mapping(json_text *out, PyObject *dict, int depth) {
  enum json_result r = put_text(out, "{");
  Py_ssize_t position = 0, count = 0;
  PyObject *key, *value;
  while (r == JSON_OK && PyDict_Next(dict, &position, &key, &value)) {
    if (!PyUnicode_CheckExact(key)) return JSON_NOT_JSON;
    if (count++) r = put_text(out, ", ");
    if (r == JSON_OK) r = put_string(out, key);
    if (r == JSON_OK) r = put_text(out, ": ");
    if (r == JSON_OK) r = encode(out, value, depth);
  }
  return r == JSON_OK ? put_text(out, "}") : r;
}

static enum json_result encode(json_text *out, PyObject *value, int depth) {
  if (value == Py_None) return put_text(out, "null");
  if (value == Py_True) return put_text(out, "true");
  if (value == Py_False) return put_text(out, "false");
  if (PyUnicode_CheckExact(value)) return put_string(out, value);
  if (PyLong_CheckExact(value) || PyFloat_CheckExact(value)) return put_number(out, value);
  if (depth >= MAX_DEPTH) return JSON_NOT_JSON;
  if (PyList_CheckExact(value) || PyTuple_CheckExact(value)) return put_sequence(out, value, depth + 1);
  if (PyDict_CheckExact(value)) return put_mapping(out, value, depth + 1);
  return JSON_NOT_JSON;
}

enum json_result json_encode(PyObject *value, size_t budget, json_text *out) {
  *out = (json_text){.budget = budget};
  return encode(out, value, 0);
}

void json_free(json_text *text) { free(text->data); }
