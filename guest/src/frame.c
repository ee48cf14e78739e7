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

static bool reserve(frame *out, size_t more) {
  if (more <= out->capacity - out->len) return true;
  size_t capacity = out->capacity ? out->capacity * 2 : 1024;
  while (capacity - out->len < more) capacity *= 2;
  uint8_t *bigger = malloc(capacity);
  if (!bigger) return false;
  if (out->len > 0) memcpy(bigger, out->data, out->len);
  frame_free(out);
  out->data = bigger;
  out->capacity = capacity;
  out->is_borrowed = false;
  return true;
}

static void put32(frame *out, uint32_t v) {
  memcpy(out->data + out->len, &v, 4);
  out->len += 4;
}

static void put_bytes(frame *out, const char *data, size_t len) {
  memcpy(out->data + out->len, data, len);
  memset(out->data + out->len + len, 0, padded(len) - len);
  out->len += padded(len);
}

bool frame_field(frame *out, uint32_t tag, const char *data, size_t len) {
  if (!reserve(out, 8 + padded(len))) return false;
  put32(out, tag);
  put32(out, (uint32_t)len);
  put_bytes(out, data, len);
  return true;
}

bool frame_pair(frame *out, uint32_t tag, const char *name, const char *data, size_t len) {
  size_t name_len = strlen(name);
  size_t body = 4 + padded(name_len) + len;
  if (!reserve(out, 8 + padded(body))) return false;
  put32(out, tag);
  put32(out, (uint32_t)body);
  put32(out, (uint32_t)name_len);
  put_bytes(out, name, name_len);
  put_bytes(out, data, len);
  return true;
}

void frame_free(frame *out) {
  if (!out->is_borrowed) free(out->data);
}

// Small replies live in static memory: the common case allocates nothing, and one that reports MemoryError cannot
// fail for want of memory.
static uint8_t inline_reply[INLINE_REPLY];
static frame reply = {.data = inline_reply, .capacity = INLINE_REPLY, .is_borrowed = true};

void reply_begin(void) {
  frame_free(&reply);
  reply = (frame){.data = inline_reply, .len = REPLY_HEADER, .capacity = INLINE_REPLY, .is_borrowed = true};
  memset(reply.data, 0, REPLY_HEADER);
}

void reply_status(uint32_t status, int32_t exit_code) {
  memcpy(reply.data, &status, 4);
  memcpy(reply.data + 4, &exit_code, 4);
}

bool reply_field(uint32_t tag, const char *data, size_t len) { return frame_field(&reply, tag, data, len); }

frame *reply_frame(void) { return &reply; }

void reply_send(void) { host_reply(reply.data, (uint32_t)reply.len); }
