// Values that cross the wall, as CBOR: docs/formats/guest-abi.md.
#ifndef BELLJAR_GUEST_CBOR_H_
#define BELLJAR_GUEST_CBOR_H_

#include <Python.h>

#include <stdint.h>

enum { CBOR_MAX_DEPTH = 100, CBOR_INLINE_BYTES = 2048 };

// Where a value is, for the message when it cannot cross: `argument 'x'[3]['k']`.
typedef struct {
  PyObject *key;  // borrowed; NULL: `index`
  Py_ssize_t index;
} cbor_step;

typedef struct {
  uint8_t *data;
  size_t len, capacity;
  const char *what;  // "argument", or NULL for a variable
  cbor_step path[CBOR_MAX_DEPTH + 1];  // the first is the argument or variable itself
  uint8_t inline_data[CBOR_INLINE_BYTES];
} cbor_writer;

enum cbor_major { CBOR_TEXT = 3, CBOR_ARRAY = 4, CBOR_MAP = 5 };

// Empties the writer, whose memory must have been zero at first, and frees what it took.
void cbor_begin(cbor_writer *out);

// 0, or -1 with an exception set. Runs no Python code: the object's own value is taken, whatever its class overrides.
int cbor_write(cbor_writer *out, PyObject *value);
int cbor_write_head(cbor_writer *out, enum cbor_major major, uint64_t argument);
// A str.
int cbor_write_text(cbor_writer *out, PyObject *text);

typedef struct {
  const uint8_t *at, *end;
} cbor_reader;

// The next value, a new reference; NULL with an exception set.
PyObject *cbor_read(cbor_reader *in);

#endif  // BELLJAR_GUEST_CBOR_H_
