// strftime as glibc has it in the C locale: flags, widths, %P, %k, %l, and what is no directive stays as it is. The C
// library below us formats the single directive; padding and case are done here.
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

typedef struct {
  char pad;  // '_', '-' or '0' as written; 0 when none was
  bool upper, swap_case;
  int width;
  char modifier;  // 'E', 'O' or 0
  char directive;
} spec;

typedef struct {
  char *out;
  size_t len, size;
} text;

enum { WIDEST = 1 << 20 };

// Past the directive; its last character is '\0' when the format ended within it.
static const char *parse(const char *at, spec *s) {
  *s = (spec){0};
  for (;; at++) {
    if (*at == '_' || *at == '-' || *at == '0') s->pad = *at;
    else if (*at == '^') s->upper = true;
    else if (*at == '#') s->swap_case = true;
    else break;
  }
  for (; isdigit((unsigned char)*at); at++) {
    s->width = s->width < WIDEST ? s->width * 10 + (*at - '0') : WIDEST;
  }
  if (*at == 'E' || *at == 'O') s->modifier = *at++;
  s->directive = *at;
  return *at ? at + 1 : at;
}

static bool is_one_of(char c, const char *set) { return c && strchr(set, c); }

static bool is_known(const spec *s) {
  const char *all = "aAbBcCdDeFgGhHIjklmMnpPrRsStTuUVwWxXyYzZ%";
  const char *with_modifier = s->modifier == 'E' ? "cCnpPrRstTuxXyYzZ%" : "bBCdegGhHIjklmMnpPrRsStTuUVwWyzZ%";
  return is_one_of(s->directive, s->modifier ? with_modifier : all);
}

// How many digits a number has at least; 0 for what is not padded as a number.
static int digits(char directive) {
  if (is_one_of(directive, "CdegHIklmMSUVWy")) return 2;
  if (directive == 'j') return 3;
  return is_one_of(directive, "sGYuw") ? 1 : 0;
}

// The directive without flags and width, as the C library writes it.
static size_t plain(const spec *s, const struct tm *tm, char *out, size_t size) {
  char directive = s->directive == 'k' ? 'H' : s->directive == 'l' ? 'I' : s->directive == 'P' ? 'p' : s->directive;
  // The C library would fill the year up to four digits.
  if (directive == 'Y') return (size_t)snprintf(out, size, "%lld", 1900LL + tm->tm_year);
  const char format[] = {'%', directive, 0};
  size_t len = strftime(out, size, format, tm);
  if (s->directive == 'P') {
    for (size_t i = 0; i < len; i++) out[i] = (char)tolower((unsigned char)out[i]);
  }
  return len;
}

static void change_case(const spec *s, char *out, size_t len) {
  bool lower = s->swap_case && is_one_of(s->directive, "pZ");
  if (s->directive == 'P' || (!s->upper && !(s->swap_case && is_one_of(s->directive, "aAbBhpZ")))) return;
  for (size_t i = 0; i < len; i++) {
    out[i] = (char)(lower ? tolower((unsigned char)out[i]) : toupper((unsigned char)out[i]));
  }
}

static bool put(text *t, char c) {
  if (t->len + 1 >= t->size) return false;
  t->out[t->len++] = c;
  return true;
}

static bool put_padded(text *t, const spec *s, const char *from, size_t len) {
  size_t least = (size_t)digits(s->directive);
  char pad = is_one_of(s->directive, "ekls") || least == 0 ? ' ' : '0';
  if (s->pad) pad = s->pad == '0' ? '0' : ' ';
  if (least > 0) {
    while (len > 1 && (*from == '0' || *from == ' ')) from++, len--;
    if (s->pad == '-') least = 0;
  }
  size_t width = s->pad == '-' && s->width == 0 ? 0 : s->width > 0 ? (size_t)s->width : least;
  if (width < least) width = least;
  for (size_t i = len; i < width; i++) {
    if (!put(t, pad)) return false;
  }
  for (size_t i = 0; i < len; i++) {
    if (!put(t, from[i])) return false;
  }
  return true;
}

// 0 when `size` is too small, as strftime does it.
size_t linux_strftime(char *out, size_t size, const char *format, const struct tm *tm) {
  text t = {out, 0, size};
  while (*format) {
    spec s;
    char piece[128];
    const char *end = *format == '%' ? parse(format + 1, &s) : format + 1;
    if (*format == '%' && is_known(&s)) {
      size_t len = plain(&s, tm, piece, sizeof piece);
      change_case(&s, piece, len);
      if (!put_padded(&t, &s, piece, len)) return 0;
    } else {
      for (; format < end; format++) {
        if (!put(&t, *format)) return 0;
      }
    }
    format = end;
  }
  if (t.len >= size) return 0;
  out[t.len] = 0;
  return t.len;
}
