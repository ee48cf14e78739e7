// Requests and replies as byte frames: docs/formats/guest-abi.md.
#ifndef BELLJAR_GUEST_FRAME_H_
#define BELLJAR_GUEST_FRAME_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum request_kind { REQUEST_CELL = 1, REQUEST_DEFINE = 2, REQUEST_GET = 3 };

enum request_flag {
  REQUEST_RESEED = 1,
  REQUEST_FIRST = 2,
  REQUEST_SCRIPT = 4,
  REQUEST_FINISH = 8,
  REQUEST_BIND = 16,
  REQUEST_SHORT = 32,
  REQUEST_TOOLS = 64,
};

enum request_tag {
  TAG_SOURCE = 1,
  TAG_FILENAME = 2,
  TAG_ARGUMENT = 3,
  TAG_ENVIRONMENT = 4,
  TAG_TOOL = 5,
  TAG_NAME = 6,
  TAG_DATA = 7,
};

enum reply_status { REPLY_OK = 0, REPLY_EXCEPTION = 1, REPLY_EXIT = 2, REPLY_REFUSED = 3 };

enum reply_tag {
  TAG_VALUE = 16,
  TAG_ERROR_TYPE = 17,
  TAG_ERROR_MESSAGE = 18,
  TAG_ERROR_TRACEBACK = 19,
  TAG_VALUE_DROPPED = 20,
  TAG_RESULT = 21,
};

typedef struct {
  uint32_t kind;
  uint32_t flags;
  uint32_t cell;
  uint32_t value_budget;
  const uint8_t *fields;
  size_t fields_len;
} request;

typedef struct {
  uint32_t tag;
  const char *data;
  uint32_t len;
} field;

// False when the frame is shorter than its header.
bool request_parse(const uint8_t *frame, size_t len, request *out);

// Steps through the fields; `*offset` starts at 0. False at the end.
bool request_next(const request *req, size_t *offset, field *out);

// Fields for the host, one after the other. Nothing here raises a Python exception: when memory is short a field is left
// out, so that a reply can always be sent.
typedef struct {
  uint8_t *data;
  size_t len, capacity;
  bool is_borrowed;  // `data` is not ours to free
} frame;

bool frame_field(frame *out, uint32_t tag, const char *data, size_t len);
// A field of two parts, the first one itself length-prefixed and padded (a MIME type and its data).
bool frame_pair(frame *out, uint32_t tag, const char *name, const char *data, size_t len);
void frame_free(frame *out);

// The one reply under construction.
void reply_begin(void);
void reply_status(uint32_t status, int32_t exit_code);
bool reply_field(uint32_t tag, const char *data, size_t len);
// The same, for more fields.
frame *reply_frame(void);
// Hands the reply to the host and forgets it.
void reply_send(void);

#endif  // BELLJAR_GUEST_FRAME_H_
