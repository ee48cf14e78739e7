// The memory functions of the C library, in SIMD and without the bulk-memory instructions.
//
// The host stops runaway code by taking pages of this memory away. A plain load or store then traps cleanly, while
// memory.copy and memory.fill are calls into the engine where the fault has no owner. These versions also beat the
// byte loops that wasi-libc has for comparing and searching, on which str and bytes lean.
//
// guest/build compiles this file alone as a plain object with -fno-builtin, never as LTO bitcode: the optimiser
// would recognise the loops and turn each function into a call of itself.
#include <stddef.h>
#include <stdint.h>
#include <wasm_simd128.h>

typedef uint16_t __attribute__((aligned(1), may_alias)) u16;
typedef uint32_t __attribute__((aligned(1), may_alias)) u32;
typedef uint64_t __attribute__((aligned(1), may_alias)) u64;

#define LOAD(address) wasm_v128_load(address)
#define STORE(address, value) wasm_v128_store(address, value)

// Up to 16 bytes. Both ends are loaded before either is stored, so the ranges may overlap.
static inline void copy_small(char *to, const char *from, size_t n) {
  if (n >= 8) {
    uint64_t head = *(const u64 *)from, tail = *(const u64 *)(from + n - 8);
    *(u64 *)to = head;
    *(u64 *)(to + n - 8) = tail;
  } else if (n >= 4) {
    uint32_t head = *(const u32 *)from, tail = *(const u32 *)(from + n - 4);
    *(u32 *)to = head;
    *(u32 *)(to + n - 4) = tail;
  } else if (n >= 2) {
    uint16_t head = *(const u16 *)from, tail = *(const u16 *)(from + n - 2);
    *(u16 *)to = head;
    *(u16 *)(to + n - 2) = tail;
  } else if (n == 1) {
    *to = *from;
  }
}

// 16 to 64 bytes, under the same rule.
static inline void copy_medium(char *to, const char *from, size_t n) {
  v128_t head = LOAD(from), tail = LOAD(from + n - 16);
  if (n > 32) {
    v128_t second = LOAD(from + 16), last_but_one = LOAD(from + n - 32);
    STORE(to + 16, second);
    STORE(to + n - 32, last_but_one);
  }
  STORE(to, head);
  STORE(to + n - 16, tail);
}

// More than 64 bytes, upwards. Right for disjoint ranges and for `to` below `from`: what a step overwrites was
// loaded in this step or before it, and the tail is loaded before anything is stored.
static void copy_up(char *to, const char *from, size_t n) {
  char *last = to + n - 64;
  const v128_t tail0 = LOAD(from + n - 64), tail1 = LOAD(from + n - 48);
  const v128_t tail2 = LOAD(from + n - 32), tail3 = LOAD(from + n - 16);
  for (char *t = to; t < last; t += 64, from += 64) {
    v128_t a = LOAD(from), b = LOAD(from + 16), c = LOAD(from + 32), d = LOAD(from + 48);
    STORE(t, a);
    STORE(t + 16, b);
    STORE(t + 32, c);
    STORE(t + 48, d);
  }
  STORE(last, tail0);
  STORE(last + 16, tail1);
  STORE(last + 32, tail2);
  STORE(last + 48, tail3);
}

// More than 64 bytes, downwards: for `to` above `from` with an overlap.
static void copy_down(char *to, const char *from, size_t n) {
  const v128_t head0 = LOAD(from), head1 = LOAD(from + 16), head2 = LOAD(from + 32), head3 = LOAD(from + 48);
  size_t left = n;
  for (; left > 64; left -= 64) {
    const char *f = from + left - 64;
    char *t = to + left - 64;
    v128_t a = LOAD(f), b = LOAD(f + 16), c = LOAD(f + 32), d = LOAD(f + 48);
    STORE(t + 48, d);
    STORE(t + 32, c);
    STORE(t + 16, b);
    STORE(t, a);
  }
  STORE(to, head0);
  STORE(to + 16, head1);
  STORE(to + 32, head2);
  STORE(to + 48, head3);
}

void *memcpy(void *restrict to, const void *restrict from, size_t n) {
  if (n < 16)
    copy_small(to, from, n);
  else if (n <= 64)
    copy_medium(to, from, n);
  else
    copy_up(to, from, n);
  return to;
}

void *memmove(void *to, const void *from, size_t n) {
  if (n < 16)
    copy_small(to, from, n);
  else if (n <= 64)
    copy_medium(to, from, n);
  else if ((uintptr_t)to - (uintptr_t)from >= n)  // `to` lies below `from`, or beyond its end
    copy_up(to, from, n);
  else
    copy_down(to, from, n);
  return to;
}

void *memset(void *to, int byte, size_t n) {
  char *t = to;
  if (n >= 16) {
    v128_t value = wasm_i8x16_splat((int8_t)byte);
    char *last = t + n - 16;
    for (; t + 48 < last; t += 64) {
      STORE(t, value);
      STORE(t + 16, value);
      STORE(t + 32, value);
      STORE(t + 48, value);
    }
    for (; t < last; t += 16) STORE(t, value);
    STORE(last, value);
    return to;
  }
  uint64_t value = 0x0101010101010101u * (uint8_t)byte;
  if (n >= 8) {
    *(u64 *)t = value;
    *(u64 *)(t + n - 8) = value;
  } else if (n >= 4) {
    *(u32 *)t = (uint32_t)value;
    *(u32 *)(t + n - 4) = (uint32_t)value;
  } else if (n >= 2) {
    *(u16 *)t = (uint16_t)value;
    *(u16 *)(t + n - 2) = (uint16_t)value;
  } else if (n == 1) {
    *t = (char)byte;
  }
  return to;
}

static inline int compare64(uint64_t a, uint64_t b) {
  a = __builtin_bswap64(a);
  b = __builtin_bswap64(b);
  return (a > b) - (a < b);
}

static inline int compare32(uint32_t a, uint32_t b) {
  a = __builtin_bswap32(a);
  b = __builtin_bswap32(b);
  return (a > b) - (a < b);
}

// The bit of each differing byte, lowest address first.
static inline uint32_t difference(const uint8_t *a, const uint8_t *b) {
  return wasm_i8x16_bitmask(wasm_i8x16_ne(LOAD(a), LOAD(b)));
}

static inline int compare_at(const uint8_t *a, const uint8_t *b, uint32_t mask) {
  int i = __builtin_ctz(mask);
  return a[i] - b[i];
}

int memcmp(const void *left, const void *right, size_t n) {
  const uint8_t *a = left, *b = right;
  if (n >= 16) {
    uint32_t mask;
    size_t last = n - 16;
    for (size_t i = 0; i < last; i += 16)
      if ((mask = difference(a + i, b + i)) != 0) return compare_at(a + i, b + i, mask);
    mask = difference(a + last, b + last);
    return mask ? compare_at(a + last, b + last, mask) : 0;
  }
  if (n >= 8) {
    int order = compare64(*(const u64 *)a, *(const u64 *)b);
    return order ? order : compare64(*(const u64 *)(a + n - 8), *(const u64 *)(b + n - 8));
  }
  if (n >= 4) {
    int order = compare32(*(const u32 *)a, *(const u32 *)b);
    return order ? order : compare32(*(const u32 *)(a + n - 4), *(const u32 *)(b + n - 4));
  }
  for (; n; n--, a++, b++)
    if (*a != *b) return *a - *b;
  return 0;
}

int bcmp(const void *left, const void *right, size_t n) { return memcmp(left, right, n); }

void *memchr(const void *start, int byte, size_t n) {
  const uint8_t *p = start;
  v128_t wanted = wasm_i8x16_splat((int8_t)byte);
  for (; n >= 16; n -= 16, p += 16) {
    uint32_t mask = wasm_i8x16_bitmask(wasm_i8x16_eq(LOAD(p), wanted));
    if (mask) return (void *)(p + __builtin_ctz(mask));
  }
  for (; n; n--, p++)
    if (*p == (uint8_t)byte) return (void *)p;
  return NULL;
}

void *memrchr(const void *start, int byte, size_t n) {
  const uint8_t *p = start;
  v128_t wanted = wasm_i8x16_splat((int8_t)byte);
  for (; n >= 16; n -= 16) {
    uint32_t mask = wasm_i8x16_bitmask(wasm_i8x16_eq(LOAD(p + n - 16), wanted));
    if (mask) return (void *)(p + n - 16 + (31 - __builtin_clz(mask)));
  }
  while (n)
    if (p[--n] == (uint8_t)byte) return (void *)(p + n);
  return NULL;
}

// Reads whole aligned blocks: they may reach past the end of the string, never past the end of the memory.
size_t strlen(const char *string) {
  const char *block = (const char *)((uintptr_t)string & ~(uintptr_t)15);
  v128_t zero = wasm_i8x16_splat(0);
  uint32_t mask = (uint32_t)wasm_i8x16_bitmask(wasm_i8x16_eq(LOAD(block), zero)) >> (string - block);
  if (mask) return (size_t)__builtin_ctz(mask);
  do {
    block += 16;
    mask = wasm_i8x16_bitmask(wasm_i8x16_eq(LOAD(block), zero));
  } while (!mask);
  return (size_t)(block - string) + (size_t)__builtin_ctz(mask);
}
