#define Py_BUILD_CORE 1
#include "cbor.h"

#include "internal/pycore_long.h"

#include <stdlib.h>
#include <string.h>

enum major { UNSIGNED = 0, NEGATIVE = 1, BYTES = 2, TEXT = CBOR_TEXT, ARRAY = CBOR_ARRAY, MAP = CBOR_MAP, TAG = 6, SIMPLE = 7 };
enum { FALSE_BYTE = 0xF4, TRUE_BYTE = 0xF5, NULL_BYTE = 0xF6, FLOAT_BYTE = 0xFB };
enum { POSITIVE_BIG = 2, NEGATIVE_BIG = 3 };

void cbor_begin(cbor_writer *out) {
  if (out->data != out->inline_data) free(out->data);
  out->data = out->inline_data;
  out->capacity = sizeof out->inline_data;
  out->len = 0;
}

// ---- writing ---------------------------------------------------------------------------------------------------

static uint8_t *room(cbor_writer *out, size_t more) {
  if (more > out->capacity - out->len) {
    if (more > SIZE_MAX / 4 || out->len > SIZE_MAX / 4) return (uint8_t *)PyErr_NoMemory();
    size_t capacity = out->capacity * 2;
    while (capacity - out->len < more) capacity *= 2;
    bool is_inline = out->data == out->inline_data;
    uint8_t *bigger = realloc(is_inline ? NULL : out->data, capacity);
    if (!bigger) return (uint8_t *)PyErr_NoMemory();
    if (is_inline) memcpy(bigger, out->data, out->len);
    out->data = bigger;
    out->capacity = capacity;
  }
  uint8_t *at = out->data + out->len;
  out->len += more;
  return at;
}

static int put_byte(cbor_writer *out, uint8_t byte) {
  uint8_t *at = room(out, 1);
  if (!at) return -1;
  *at = byte;
  return 0;
}

static int put_head(cbor_writer *out, enum major major, uint64_t argument) {
  uint8_t first = (uint8_t)(major << 5);
  if (argument < 24) return put_byte(out, first | (uint8_t)argument);
  int log = argument <= 0xFF ? 0 : argument <= 0xFFFF ? 1 : argument <= 0xFFFFFFFF ? 2 : 3;
  size_t size = (size_t)1 << log;
  uint8_t *at = room(out, 1 + size);
  if (!at) return -1;
  *at = first | (uint8_t)(24 + log);
  for (size_t i = 0; i < size; i++) at[size - i] = (uint8_t)(argument >> (8 * i));
  return 0;
}

static int put_string(cbor_writer *out, enum major major, const void *data, size_t len) {
  if (put_head(out, major, len) < 0) return -1;
  uint8_t *at = room(out, len);
  if (!at) return -1;
  memcpy(at, data, len);
  return 0;
}

// Name of the place that `depth` steps lead to.
static PyObject *place(const cbor_writer *out, int depth) {
  const cbor_step *root = out->path;
  PyObject *text = out->what ? root->key ? PyUnicode_FromFormat("%s %R", out->what, root->key)
                                         : PyUnicode_FromFormat("%s %zd", out->what, root->index + 1)
                             : Py_NewRef(root->key);
  for (int i = 1; text && i <= depth; i++) {
    const cbor_step *step = out->path + i;
    // A key that is a str: its repr() is C, unless its class has another, which would run code in here.
    PyObject *key = step->key && PyUnicode_CheckExact(step->key) ? PyUnicode_FromFormat("[%R]", step->key)
                    : step->key                                  ? PyUnicode_FromString("[...]")
                                                                 : PyUnicode_FromFormat("[%zd]", step->index);
    PyUnicode_AppendAndDel(&text, key);
  }
  return text;
}

static int refuse(const cbor_writer *out, int depth, PyObject *exception, const char *format, const char *type) {
  PyObject *where = place(out, depth);
  PyObject *why = where ? PyUnicode_FromFormat(format, type) : NULL;
  if (why) PyErr_Format(exception, "%U %U", where, why);
  Py_XDECREF(why);
  Py_XDECREF(where);
  return -1;
}

static int write_text(cbor_writer *out, PyObject *text, int depth) {
  if (PyUnicode_IS_COMPACT_ASCII(text)) {
    return put_string(out, TEXT, PyUnicode_1BYTE_DATA(text), (size_t)PyUnicode_GET_LENGTH(text));
  }
  PyObject *bytes = PyUnicode_AsUTF8String(text);
  if (!bytes) {
    if (!PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) return -1;
    PyErr_Clear();
    return refuse(out, depth, PyExc_ValueError, "has lone surrogates, which are not text", "");
  }
  int r = put_string(out, TEXT, PyBytes_AS_STRING(bytes), (size_t)PyBytes_GET_SIZE(bytes));
  Py_DECREF(bytes);
  return r;
}

static int write_big(cbor_writer *out, PyObject *value, bool is_negative) {
  // For a negative n, -1 - n. Not through the class, which may have a method of its own there.
  PyObject *number = is_negative ? PyLong_Type.tp_as_number->nb_invert(value) : Py_NewRef(value);
  if (!number) return -1;
  int64_t bits = _PyLong_NumBits(number);
  size_t size = (size_t)(bits + 7) / 8;
  uint8_t small[8];
  int r = -1;
  if (bits >= 0 && size <= sizeof small) {
    r = _PyLong_AsByteArray((PyLongObject *)number, small, sizeof small, 0, 0, 1);
    uint64_t argument = 0;
    for (size_t i = 0; i < sizeof small; i++) argument = argument << 8 | small[i];
    if (r == 0) r = put_head(out, is_negative ? NEGATIVE : UNSIGNED, argument);
  } else if (bits >= 0 && put_head(out, TAG, is_negative ? NEGATIVE_BIG : POSITIVE_BIG) == 0 &&
             put_head(out, BYTES, size) == 0) {
    uint8_t *at = room(out, size);
    if (at) r = _PyLong_AsByteArray((PyLongObject *)number, at, size, 0, 0, 1);
  }
  Py_DECREF(number);
  return r;
}

static int write_int(cbor_writer *out, PyObject *value) {
  int overflow;
  long long number = PyLong_AsLongLongAndOverflow(value, &overflow);
  if (overflow) return write_big(out, value, overflow < 0);
  return number >= 0 ? put_head(out, UNSIGNED, (uint64_t)number) : put_head(out, NEGATIVE, ~(uint64_t)number);
}

static int write_float(cbor_writer *out, double number) {
  uint8_t *at = room(out, 9);
  if (!at) return -1;
  uint64_t bits;
  memcpy(&bits, &number, sizeof bits);
  *at = FLOAT_BYTE;
  for (int i = 0; i < 8; i++) at[8 - i] = (uint8_t)(bits >> (8 * i));
  return 0;
}

static int write_memory(cbor_writer *out, PyObject *view) {
  Py_buffer buffer;
  if (PyObject_GetBuffer(view, &buffer, PyBUF_FULL_RO) < 0) return -1;
  uint8_t *at = put_head(out, BYTES, (uint64_t)buffer.len) == 0 ? room(out, (size_t)buffer.len) : NULL;
  int r = at ? PyBuffer_ToContiguous(at, &buffer, buffer.len, 'C') : -1;
  PyBuffer_Release(&buffer);
  return r;
}

static int write_item(cbor_writer *out, PyObject *value, int depth);

static int write_items(cbor_writer *out, PyObject *const *items, Py_ssize_t count, int depth) {
  if (depth >= CBOR_MAX_DEPTH) return refuse(out, 0, PyExc_TypeError, "is nested deeper than 100", "");
  if (put_head(out, ARRAY, (uint64_t)count) < 0) return -1;
  cbor_step *step = &out->path[depth + 1];
  step->key = NULL;
  for (Py_ssize_t i = 0; i < count; i++) {
    step->index = i;
    if (write_item(out, items[i], depth + 1) < 0) return -1;
  }
  return 0;
}

static int write_dict(cbor_writer *out, PyObject *dict, int depth) {
  if (depth >= CBOR_MAX_DEPTH) return refuse(out, 0, PyExc_TypeError, "is nested deeper than 100", "");
  if (put_head(out, MAP, (uint64_t)PyDict_GET_SIZE(dict)) < 0) return -1;
  Py_ssize_t position = 0;
  PyObject *key, *value;
  while (PyDict_Next(dict, &position, &key, &value)) {
    if (!PyUnicode_Check(key)) {
      return refuse(out, depth, PyExc_TypeError, "has a key of type %s: only str keys can cross", Py_TYPE(key)->tp_name);
    }
    out->path[depth + 1].key = key;
    if (write_text(out, key, depth + 1) < 0 || write_item(out, value, depth + 1) < 0) return -1;
  }
  return 0;
}

static int write_item(cbor_writer *out, PyObject *value, int depth) {
  if (value == Py_None) return put_byte(out, NULL_BYTE);
  if (value == Py_True || value == Py_False) return put_byte(out, value == Py_True ? TRUE_BYTE : FALSE_BYTE);
  if (PyUnicode_Check(value)) return write_text(out, value, depth);
  if (PyLong_Check(value)) return write_int(out, value);
  if (PyFloat_Check(value)) return write_float(out, PyFloat_AS_DOUBLE(value));
  if (PyDict_Check(value)) return write_dict(out, value, depth);
  if (PyList_Check(value)) return write_items(out, ((PyListObject *)value)->ob_item, PyList_GET_SIZE(value), depth);
  if (PyTuple_Check(value)) return write_items(out, ((PyTupleObject *)value)->ob_item, PyTuple_GET_SIZE(value), depth);
  if (PyBytes_Check(value)) return put_string(out, BYTES, PyBytes_AS_STRING(value), (size_t)PyBytes_GET_SIZE(value));
  if (PyByteArray_Check(value)) {
    return put_string(out, BYTES, PyByteArray_AS_STRING(value), (size_t)PyByteArray_GET_SIZE(value));
  }
  if (PyMemoryView_Check(value)) return write_memory(out, value);
  return refuse(out, depth, PyExc_TypeError,
                "is of type %s, which cannot cross: None, bool, int, float, str, bytes, list, tuple, and dict with str "
                "keys can", Py_TYPE(value)->tp_name);
}

int cbor_write(cbor_writer *out, PyObject *value) { return write_item(out, value, 0); }

int cbor_write_head(cbor_writer *out, enum cbor_major major, uint64_t argument) {
  return put_head(out, (enum major)major, argument);
}

int cbor_write_text(cbor_writer *out, PyObject *text) { return write_text(out, text, 0); }

// ---- reading ---------------------------------------------------------------------------------------------------

static PyObject *malformed(void) {
  PyErr_SetString(PyExc_SystemError, "malformed data from the host");
  return NULL;
}

// False at the end of the data.
static bool take(cbor_reader *in, size_t count, const uint8_t **data) {
  if (count > (size_t)(in->end - in->at)) return false;
  *data = in->at;
  in->at += count;
  return true;
}

static bool read_head(cbor_reader *in, enum major *major, uint64_t *argument) {
  const uint8_t *p;
  if (!take(in, 1, &p)) return false;
  *major = (enum major)(*p >> 5);
  uint8_t low = *p & 31;
  *argument = low;
  if (low < 24) return true;
  if (low > 27 || !take(in, (size_t)1 << (low - 24), &p)) return false;
  *argument = 0;
  while (p < in->at) *argument = *argument << 8 | *p++;
  return true;
}

static PyObject *read_simple(cbor_reader *in) {
  switch (*in->at++) {
    case NULL_BYTE: return Py_NewRef(Py_None);
    case TRUE_BYTE: return Py_NewRef(Py_True);
    case FALSE_BYTE: return Py_NewRef(Py_False);
    case FLOAT_BYTE: break;
    default: return malformed();
  }
  const uint8_t *p;
  if (!take(in, 8, &p)) return malformed();
  uint64_t bits = 0;
  for (int i = 0; i < 8; i++) bits = bits << 8 | p[i];
  double number;
  memcpy(&number, &bits, sizeof number);
  return PyFloat_FromDouble(number);
}

// -1 - n, the other half of the integers.
static PyObject *inverted(PyObject *number) {
  PyObject *result = number ? PyLong_Type.tp_as_number->nb_invert(number) : NULL;
  Py_XDECREF(number);
  return result;
}

static PyObject *read_big(cbor_reader *in, uint64_t tag) {
  enum major major;
  uint64_t len;
  const uint8_t *p;
  if (tag != POSITIVE_BIG && tag != NEGATIVE_BIG) return malformed();
  if (!read_head(in, &major, &len) || major != BYTES || len > SIZE_MAX || !take(in, (size_t)len, &p)) return malformed();
  PyObject *number = _PyLong_FromByteArray(p, (size_t)len, 0, 0);
  return tag == NEGATIVE_BIG ? inverted(number) : number;
}

static PyObject *read_item(cbor_reader *in, int depth);

static PyObject *read_list(cbor_reader *in, uint64_t count, int depth) {
  if (depth >= CBOR_MAX_DEPTH || count > (uint64_t)(in->end - in->at)) return malformed();
  PyObject *list = PyList_New((Py_ssize_t)count);
  for (Py_ssize_t i = 0; list && i < (Py_ssize_t)count; i++) {
    PyObject *item = read_item(in, depth + 1);
    if (!item) Py_CLEAR(list);
    else PyList_SET_ITEM(list, i, item);
  }
  return list;
}

static PyObject *read_map(cbor_reader *in, uint64_t count, int depth) {
  if (depth >= CBOR_MAX_DEPTH) return malformed();
  PyObject *dict = PyDict_New();
  for (; dict && count > 0; count--) {
    PyObject *key = read_item(in, depth + 1);
    PyObject *value = key ? read_item(in, depth + 1) : NULL;
    int r = value ? PyDict_SetItem(dict, key, value) : -1;
    Py_XDECREF(key);
    Py_XDECREF(value);
    if (r < 0) Py_CLEAR(dict);
  }
  return dict;
}

static PyObject *read_item(cbor_reader *in, int depth) {
  enum major major;
  uint64_t argument;
  const uint8_t *p;
  if (in->at < in->end && *in->at >> 5 == SIMPLE) return read_simple(in);
  if (!read_head(in, &major, &argument)) return malformed();
  switch (major) {
    case UNSIGNED: return PyLong_FromUnsignedLongLong(argument);
    case NEGATIVE:
      return argument <= INT64_MAX ? PyLong_FromLongLong((int64_t)~argument)
                                   : inverted(PyLong_FromUnsignedLongLong(argument));
    case ARRAY: return read_list(in, argument, depth);
    case MAP: return read_map(in, argument, depth);
    case TAG: return read_big(in, argument);
    default: break;
  }
  if (argument > SIZE_MAX || !take(in, (size_t)argument, &p)) return malformed();
  return major == BYTES ? PyBytes_FromStringAndSize((const char *)p, (Py_ssize_t)argument)
                        : PyUnicode_DecodeUTF8((const char *)p, (Py_ssize_t)argument, NULL);
}

PyObject *cbor_read(cbor_reader *in) { return read_item(in, 0); }
