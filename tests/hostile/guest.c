// A guest that has been taken over: it has no Python, and does to the host whatever a script says. A request's source
// is the script, as numbers in hex, each followed by a blank. tests/hostile/script.h writes them.
#include <stdint.h>

#define EXPORT(name) __attribute__((export_name(#name)))

#define U32(n) uint32_t
#define U64(n) uint64_t
#define IMPORT(module, name, ...) \
  __attribute__((import_module(#module), import_name(#name))) uint32_t name(__VA_ARGS__);
#define IMPORT_VOID(module, name, ...) \
  __attribute__((import_module(#module), import_name(#name))) void name(__VA_ARGS__);
#include "imports.inc"
#undef U32
#undef U64
#undef IMPORT
#undef IMPORT_VOID

// Keep in step with script.h.
enum operation {
  OP_RETURN,         // status
  OP_CALL,           // import, count, arguments...
  OP_STORE,          // address, 8 bytes
  OP_LOAD,           // address
  OP_GROW,           // pages
  OP_RECURSE,        // depth: the rest of the script runs that many calls deeper
  OP_TRAP,           //
  OP_SPIN,           // rounds
  OP_STACK_POINTER,  // what __stack_pointer is left at
  OP_BUFFER,         // the rest of the script is for bj_buffer, when the next request is a long one
};

enum { MAILBOX_BYTES = 64 << 10, ARENA_BYTES = 256 << 10, PROGRAM_WORDS = 16 << 10, MOST_ARGUMENTS = 9 };

typedef struct {
  uint32_t length, next;
  uint64_t words[PROGRAM_WORDS];
} program;

// In one piece, so that the test knows from the mailbox's address where the arena is, and the arena ends the memory's
// used part: the mailbox first, then what scripts play with.
static struct {
  uint8_t mailbox[MAILBOX_BYTES];
  uint8_t arena[ARENA_BYTES];
  program run, buffer;
  uint32_t interrupts[3];
  uint32_t sets_stack_pointer, stack_pointer;
} guest;

static volatile uint32_t sink;

static uint64_t next(program *p) { return p->next < p->length ? p->words[p->next++] : 0; }

static uint32_t call(uint64_t import, const uint64_t *a) {
  enum {
#define IMPORT(module, name, ...) INDEX_##name,
#define IMPORT_VOID IMPORT
#include "imports.inc"
#undef IMPORT
#undef IMPORT_VOID
  };
#define U32(n) (uint32_t)a[n]
#define U64(n) a[n]
#define IMPORT(module, name, ...) \
  case INDEX_##name: return name(__VA_ARGS__);
#define IMPORT_VOID(module, name, ...) \
  case INDEX_##name: name(__VA_ARGS__); return 0;
  switch (import) {
#include "imports.inc"
    default: return 0;
  }
}

static uint32_t interpret(program *p);

// On the native stack alone, which has room for more calls than the stack in memory.
__attribute__((noinline)) static uint32_t descend(program *p, uint32_t depth) {
  if (depth == 0) return interpret(p);
  const uint32_t status = descend(p, depth - 1);
  sink = depth;
  return status;
}

static uint32_t interpret(program *p) {
  while (p->next < p->length) {
    switch (next(p)) {
      case OP_RETURN: return (uint32_t)next(p);
      case OP_CALL: {
        const uint64_t import = next(p), count = next(p);
        uint64_t arguments[MOST_ARGUMENTS];
        for (uint64_t i = 0; i < MOST_ARGUMENTS; i++) arguments[i] = i < count ? next(p) : 0;
        sink = call(import, arguments);
        break;
      }
      case OP_STORE: {
        volatile uint64_t *at = (uint64_t *)(uint32_t)next(p);
        *at = next(p);
        break;
      }
      case OP_LOAD: sink = *(volatile uint32_t *)(uint32_t)next(p); break;
      case OP_GROW: sink = (uint32_t)__builtin_wasm_memory_grow(0, (uint32_t)next(p)); break;
      case OP_RECURSE: return descend(p, (uint32_t)next(p));
      case OP_TRAP: __builtin_trap();
      case OP_SPIN:
        for (uint64_t rounds = next(p); rounds > 0; rounds--) sink = (uint32_t)rounds;
        break;
      case OP_STACK_POINTER:
        guest.stack_pointer = (uint32_t)next(p);
        guest.sets_stack_pointer = 1;
        break;
      case OP_BUFFER:
        guest.buffer.length = guest.buffer.next = 0;
        while (p->next < p->length && guest.buffer.length < PROGRAM_WORDS) {
          guest.buffer.words[guest.buffer.length++] = next(p);
        }
        break;
      default: break;
    }
  }
  return 0;
}

static void load(program *p, const char *text, const char *end) {
  p->length = p->next = 0;
  uint64_t word = 0;
  for (; text < end && *text && p->length < PROGRAM_WORDS; text++) {
    if (*text == ' ') {
      p->words[p->length++] = word;
      word = 0;
    } else {
      word = word << 4 | (uint64_t)(*text <= '9' ? *text - '0' : *text - 'a' + 10);
    }
  }
}

// ---- what the host calls: docs/formats/guest-abi.md -------------------------------------------------------------

extern uint8_t __stack_low, __stack_high;  // set by wasm-ld

EXPORT(_initialize) void initialize(void) {}

EXPORT(bj_boot) int bj_boot(void) { return 0; }

EXPORT(bj_layout) const uint32_t *bj_layout(void) {
  static uint32_t layout[8];
  layout[0] = 1;
  layout[1] = (uint32_t)guest.mailbox;
  layout[2] = sizeof guest.mailbox;
  for (uint32_t i = 0; i < 3; i++) layout[3 + i] = (uint32_t)&guest.interrupts[i];
  layout[6] = (uint32_t)&__stack_low;
  layout[7] = (uint32_t)&__stack_high;
  return layout;
}

EXPORT(bj_buffer) uint32_t bj_buffer(uint32_t length) {
  if (guest.buffer.length > 0) return interpret(&guest.buffer);
  return length <= ARENA_BYTES ? (uint32_t)guest.arena : 0;
}

EXPORT(bj_run) uint32_t bj_run(const char *request, uint32_t length) {
  enum { HEADER_BYTES = 16, FIELD_BYTES = 8 };
  guest.sets_stack_pointer = 0;
  load(&guest.run, request + HEADER_BYTES + FIELD_BYTES, request + length);
  const uint32_t status = interpret(&guest.run);
  if (guest.sets_stack_pointer) {
    __asm__ volatile(
        ".globaltype __stack_pointer, i32\n"
        "local.get %0\n"
        "global.set __stack_pointer\n" ::"r"(guest.stack_pointer));
  }
  return status;
}
