#include "errors.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "frame.h"

enum { TYPE_BYTES = 1 << 10, MESSAGE_BYTES = 64 << 10, TRACEBACK_BYTES = 128 << 10 };
enum { RESERVE_BYTES = 2 << 20 };

static PyObject *format_exception;  // _belljar_kernel.format_exception, held so that the guest cannot replace it

// Memory to report a MemoryError with. When a cell was refused memory, the next one gets half of it: what a session at its
// limit runs to free something needs memory, too. When that is refused some again, half of the rest.
static void *reserve;
static size_t reserve_bytes = RESERVE_BYTES;

int errors_init(void) {
  format_exception = PyImport_ImportModuleAttrString("_belljar_kernel", "format_exception");
  memory_reserve_arm(false);
  return format_exception ? 0 : -1;
}

static void memory_reserve_release(void) {
  free(reserve);
  reserve = NULL;
}

void memory_reserve_arm(bool is_short) {
  size_t wanted = is_short ? reserve_bytes / 2 : RESERVE_BYTES;
  if (wanted != reserve_bytes) memory_reserve_release();
  reserve_bytes = wanted;
  if (!reserve) reserve = malloc(reserve_bytes);
}

// Where a character of UTF-8 text starts, at or before `at`.
static size_t character_start(const char *text, size_t at) {
  while (at > 0 && ((unsigned char)text[at] & 0xC0) == 0x80) at--;
  return at;
}

// Sends text of at most `limit` bytes. Longer text loses its tail, or its middle when both ends matter.
static void send_text(uint32_t tag, const char *text, size_t len, size_t limit, bool both_ends) {
  static const char kGap[] = "\n  [... cut ...]\n";
  if (len <= limit) {
    reply_field(tag, text, len);
    return;
  }
  if (!both_ends) {
    reply_field(tag, text, character_start(text, limit));
    return;
  }
  size_t half = (limit - sizeof kGap) / 2;
  size_t head = character_start(text, half), tail = character_start(text, len - half);
  size_t gap = sizeof kGap - 1;
  char *cut = malloc(head + gap + (len - tail));
  if (!cut) return;
  memcpy(cut, text, head);
  memcpy(cut + head, kGap, gap);
  memcpy(cut + head + gap, text + tail, len - tail);
  reply_field(tag, cut, head + gap + (len - tail));
  free(cut);
}

static bool send_str(uint32_t tag, PyObject *str, size_t limit, bool both_ends) {
  PyObject *bytes = str && PyUnicode_Check(str)
                        ? PyUnicode_AsEncodedString(str, "utf-8", "backslashreplace")
                        : NULL;
  if (!bytes) {
    PyErr_Clear();
    return false;
  }
  send_text(tag, PyBytes_AS_STRING(bytes), (size_t)PyBytes_GET_SIZE(bytes), limit, both_ends);
  Py_DECREF(bytes);
  return true;
}

static void send_type(PyObject *exception) {
  const char *name = Py_TYPE(exception)->tp_name;
  const char *dot = strrchr(name, '.');
  if (dot) name = dot + 1;
  send_text(TAG_ERROR_TYPE, name, strlen(name), TYPE_BYTES, false);
}

static void send_message(PyObject *exception) {
  static const char kBroken[] = "<exception str() failed>";
  PyObject *message = PyObject_Str(exception);
  if (!send_str(TAG_ERROR_MESSAGE, message, MESSAGE_BYTES, false)) {
    reply_field(TAG_ERROR_MESSAGE, kBroken, sizeof kBroken - 1);
  }
  Py_XDECREF(message);
}

// The traceback without the traceback module: file, line and function of each frame, newest last.
static PyObject *plain_traceback(PyObject *exception) {
  PyObject *text = PyUnicode_FromString("Traceback (most recent call last):\n");
  PyObject *first = PyException_GetTraceback(exception);
  for (PyTracebackObject *tb = (PyTracebackObject *)first; text && tb; tb = tb->tb_next) {
    PyCodeObject *code = PyFrame_GetCode(tb->tb_frame);
    int line = tb->tb_lineno >= 0 ? tb->tb_lineno : PyCode_Addr2Line(code, tb->tb_lasti);
    PyObject *entry =
        PyUnicode_FromFormat("  File \"%U\", line %d, in %U\n", code->co_filename, line, code->co_name);
    Py_DECREF(code);
    PyUnicode_AppendAndDel(&text, entry);
  }
  Py_XDECREF(first);
  if (!text) return NULL;
  const char *name = Py_TYPE(exception)->tp_name;
  PyObject *message = PyObject_Str(exception);
  if (!message) PyErr_Clear();
  PyUnicode_AppendAndDel(&text, message && PyUnicode_GetLength(message) > 0
                                    ? PyUnicode_FromFormat("%s: %U\n", name, message)
                                    : PyUnicode_FromFormat("%s\n", name));
  Py_XDECREF(message);
  return text;
}

static void send_traceback(PyObject *exception) {
  PyObject *text = PyObject_CallOneArg(format_exception, exception);
  bool sent = send_str(TAG_ERROR_TRACEBACK, text, TRACEBACK_BYTES, true);
  Py_XDECREF(text);
  if (sent) return;
  text = plain_traceback(exception);
  send_str(TAG_ERROR_TRACEBACK, text, TRACEBACK_BYTES, true);
  Py_XDECREF(text);
}

// SystemExit's code as CPython would hand it to the operating system; a code that is neither None nor an int is
// printed to sys.stderr and counts as 1.
static int32_t exit_code(PyObject *exception) {
  PyObject *code = PyObject_GetAttrString(exception, "code");
  if (!code) {
    PyErr_Clear();
    return 1;
  }
  int32_t result = 1;
  if (code == Py_None) {
    result = 0;
  } else if (PyLong_Check(code)) {
    result = (int32_t)PyLong_AsLongLong(code);
    if (result == -1) PyErr_Clear();
  } else {
    PyObject *err = PySys_GetObject("stderr");
    if (err && err != Py_None && PyFile_WriteObject(code, err, Py_PRINT_RAW) == 0) {
      PyFile_WriteString("\n", err);
    }
    PyErr_Clear();
  }
  Py_DECREF(code);
  return result;
}

void errors_reply(void) {
  if (PyErr_ExceptionMatches(PyExc_MemoryError)) memory_reserve_release();
  PyObject *exception = PyErr_GetRaisedException();
  if (PyErr_GivenExceptionMatches(exception, PyExc_SystemExit)) {
    reply_status(REPLY_EXIT, exit_code(exception));
    send_type(exception);
    send_message(exception);
  } else {
    reply_status(REPLY_EXCEPTION, 0);
    send_type(exception);
    send_message(exception);
    send_traceback(exception);
  }
  Py_DECREF(exception);
  PyErr_Clear();
}

void errors_refuse(void) {
  PyObject *exception = PyErr_GetRaisedException();
  reply_status(REPLY_REFUSED, 0);
  send_type(exception);
  send_message(exception);
  Py_DECREF(exception);
  PyErr_Clear();
}
