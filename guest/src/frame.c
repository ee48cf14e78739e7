#include "frame.h"

#include <stdlib.h>
#include <string.h>

__attribute__((import_module("belljar"), import_name("reply"))) void host_reply(const uint8_t *frame,
                                                                                uint32_t len);

enum { HEADER = 16, REPLY_HEADER = 8, INLINE_REPLY = 4096 };

static uint32_t load32(const uint8_t *p) {
  uint32_t v;
  memcpy(&v, p, 4);
  return v;
}

static size_t padded(size_t n) { return (n + 3) & ~(size_t)3; }

bool request_parse(const uint8_t *frame, size_t len, request *out) {
  if (len < HEADER) return false;
  out->kind = load32(frame);
  out->flags = load32(frame + 4);
  out->cell = load32(frame + 8);
  out->value_budget = load32(frame + 12);
  out->fields = frame + HEADER;
  out->fields_len = len - HEADER;
  return true;
}

bool request_next(const request *req, size_t *offset, field *out) {
  if (req->fields_len < 8 || *offset > req->fields_len - 8) return false;
  const uint8_t *p = req->fields + *offset;
  out->tag = load32(p);
  out->len = load32(p + 4);
  out->data = (const char *)p + 8;
  if (out->len > req->fields_len - *offset - 8) return false;
  *offset += 8 + padded(out->len);
  return true;
}

// Small replies live in static memory: the common case allocates nothing, and one that reports MemoryError cannot
// fail for want of memory.
static uint8_t inline_reply[INLINE_REPLY];
static uint8_t *reply = inline_reply;
static size_t reply_len, reply_capacity = INLINE_REPLY;

void reply_begin(void) {
  if (reply != inline_reply) free(reply);
  reply = inline_reply;
  reply_capacity = INLINE_REPLY;
  reply_len = REPLY_HEADER;
  memset(reply, 0, REPLY_HEADER);
}

void reply_status(uint32_t status, int32_t exit_code) {
  memcpy(reply, &status, 4);
  memcpy(reply + 4, &exit_code, 4);
}

static bool reserve(size_t more) {
  if (more <= reply_capacity - reply_len) return true;
  size_t capacity = reply_capacity * 2;
  while (capacity - reply_len < more) capacity *= 2;
  uint8_t *bigger = malloc(capacity);
  if (!bigger) return false;
  memcpy(bigger, reply, reply_len);
  if (reply != inline_reply) free(reply);
  reply = bigger;
  reply_capacity = capacity;
  return true;
}

static void put32(uint32_t v) {
  memcpy(reply + reply_len, &v, 4);
  reply_len += 4;
}

static void put_bytes(const char *data, size_t len) {
  memcpy(reply + reply_len, data, len);
  memset(reply + reply_len + len, 0, padded(len) - len);
  reply_len += padded(len);
}

bool reply_field(uint32_t tag, const char *data, size_t len) {
  if (!reserve(8 + padded(len))) return false;
  put32(tag);
  put32((uint32_t)len);
  put_bytes(data, len);
  return true;
}

bool reply_pair(uint32_t tag, const char *name, const char *data, size_t len) {
  size_t name_len = strlen(name);
  size_t body = 4 + padded(name_len) + len;
  if (!reserve(8 + padded(body))) return false;
  put32(tag);
  put32((uint32_t)body);
  put32((uint32_t)name_len);
  put_bytes(name, name_len);
  put_bytes(data, len);
  return true;
}

void reply_send(void) { host_reply(reply, (uint32_t)reply_len); }
