#include "value.h"

#include <stdbool.h>

#include "json.h"

static PyObject *to_base64;  // binascii.b2a_base64, held so that the guest cannot put another in its place

int value_init(void) {
  to_base64 = PyImport_ImportModuleAttrString("binascii", "b2a_base64");
  return to_base64 ? 0 : -1;
}

typedef struct {
  frame *out;
  size_t left;
  uint32_t dropped;
} budget;

// The longest prefix of UTF-8 text that fits without splitting a character.
static size_t fitting(const char *text, size_t len, size_t room) {
  if (len <= room) return len;
  while (room > 0 && ((unsigned char)text[room] & 0xC0) == 0x80) room--;
  return room;
}

// Text may be cut to the budget; anything else is sent whole or not at all.
static void send(budget *b, const char *mime, const char *data, size_t len, bool may_cut) {
  size_t sent = may_cut ? fitting(data, len, b->left) : len <= b->left ? len : 0;
  if (sent == 0 && len > 0) {
    b->dropped += (uint32_t)len;
    return;
  }
  if (!frame_pair(b->out, TAG_VALUE, mime, data, sent)) sent = 0;
  b->left -= sent;
  b->dropped += (uint32_t)(len - sent);
}

static int send_repr(budget *b, PyObject *value) {
  PyObject *repr = PyObject_Repr(value);
  if (!repr) return -1;
  // A repr may hold lone surrogates; the reader of a result sees them escaped, as on a terminal.
  PyObject *bytes = PyUnicode_AsEncodedString(repr, "utf-8", "backslashreplace");
  Py_DECREF(repr);
  if (!bytes) return -1;
  send(b, "text/plain", PyBytes_AS_STRING(bytes), (size_t)PyBytes_GET_SIZE(bytes), true);
  Py_DECREF(bytes);
  return 0;
}

static void send_json(budget *b, PyObject *value) {
  json_text text;
  enum json_result r = json_encode(value, b->left, &text);
  if (r == JSON_OK) send(b, "application/json", text.data, text.len, false);
  if (r == JSON_OVER_BUDGET) b->dropped += (uint32_t)text.len;
  json_free(&text);
}

// What `value._repr_X_()` returned, as bytes to send; a new reference, or NULL when there is nothing to show.
static PyObject *rich_bytes(PyObject *rich, bool binary) {
  // The host puts U+FFFD in the place of lone surrogates, as for all bytes that are not UTF-8.
  if (PyUnicode_Check(rich)) return PyUnicode_AsEncodedString(rich, "utf-8", "surrogatepass");
  if (binary && PyBytes_Check(rich)) {
    PyObject *line = PyObject_CallOneArg(to_base64, rich);
    if (!line || !PyBytes_Check(line)) return line;
    PyObject *text = PyBytes_FromStringAndSize(PyBytes_AS_STRING(line), PyBytes_GET_SIZE(line) - 1);
    Py_DECREF(line);
    return text;
  }
  return NULL;
}

static void send_rich(budget *b, PyObject *value, const char *method_name, const char *mime, bool binary) {
  PyObject *method = NULL, *rich = NULL, *bytes = NULL;
  // Looked up on the type, as the interpreter does for its own protocols: a module or a mock object that answers
  // to every attribute is not a rich value.
  if (PyObject_GetOptionalAttrString((PyObject *)Py_TYPE(value), method_name, &method) > 0) {
    rich = PyObject_CallOneArg(method, value);
  }
  if (rich) bytes = rich_bytes(rich, binary);
  if (bytes && PyBytes_Check(bytes)) {
    send(b, mime, PyBytes_AS_STRING(bytes), (size_t)PyBytes_GET_SIZE(bytes), false);
  }
  PyErr_Clear();  // a broken rich form costs only itself: the repr is already there
  Py_XDECREF(bytes);
  Py_XDECREF(rich);
  Py_XDECREF(method);
}

static bool is_plain(PyObject *value) {
  return PyLong_CheckExact(value) || PyUnicode_CheckExact(value) || PyFloat_CheckExact(value) ||
         PyBool_Check(value) || PyList_CheckExact(value) || PyDict_CheckExact(value) ||
         PyTuple_CheckExact(value) || PyBytes_CheckExact(value) || PyType_Check(value);
}

int value_bundle(PyObject *value, size_t bytes, frame *out) {
  budget b = {.out = out, .left = bytes};
  if (send_repr(&b, value) < 0) return -1;
  send_json(&b, value);
  if (!is_plain(value)) {
    send_rich(&b, value, "_repr_html_", "text/html", false);
    send_rich(&b, value, "_repr_svg_", "image/svg+xml", false);
    send_rich(&b, value, "_repr_png_", "image/png", true);
  }
  if (b.dropped) frame_field(out, TAG_VALUE_DROPPED, (const char *)&b.dropped, sizeof b.dropped);
  return 0;
}
