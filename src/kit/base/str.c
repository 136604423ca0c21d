/* SPDX-License-Identifier: GPL-3.0-or-later
 * str.c - strings by value, and the growing output. */
#include "kit/base/base.h"

#include <stdlib.h>

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }
static bool blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

struct str str_c(const char *z) { return (struct str){ z ? z : "", z ? (ptrdiff_t)strlen(z) : 0 }; }

bool str_ieq(struct str a, struct str b) { return a.n == b.n && str_ibegins(a, b); }

int str_cmp(struct str a, struct str b)
{
    ptrdiff_t n = MIN(a.n, b.n);
    int c = n ? memcmp(a.p, b.p, (size_t)n) : 0;
    return c ? c : (a.n > b.n) - (a.n < b.n);
}

bool str_ibegins(struct str s, struct str prefix)
{
    if (s.n < prefix.n) return false;
    for (ptrdiff_t i = 0; i < prefix.n; i++)
        if (lower(s.p[i]) != lower(prefix.p[i])) return false;
    return true;
}

ptrdiff_t str_find(struct str s, struct str what)
{
    if (what.n == 0) return 0;
    if (s.n < what.n) return -1;
    const char *p = memmem(s.p, (size_t)s.n, what.p, (size_t)what.n);
    return p ? p - s.p : -1;
}

ptrdiff_t str_ifind(struct str s, struct str what)
{
    if (what.n == 0) return 0;
    char first = lower(*what.p);
    for (ptrdiff_t i = 0; i + what.n <= s.n; i++)
        if (lower(s.p[i]) == first && str_ibegins(str_from(s, i), what)) return i;
    return -1;
}

ptrdiff_t str_chr(struct str s, char c)
{
    const char *p = s.n > 0 ? memchr(s.p, c, (size_t)s.n) : NULL;
    return p ? p - s.p : -1;
}

ptrdiff_t str_rchr(struct str s, char c)
{
    const char *p = s.n > 0 ? memrchr(s.p, c, (size_t)s.n) : NULL;
    return p ? p - s.p : -1;
}

struct str str_trim(struct str s)
{
    while (s.n && blank(s.p[s.n - 1])) s.n--;
    while (s.n && blank(*s.p)) s = str_from(s, 1);
    return s;
}

bool str_cut(struct str *rest, char sep, struct str *part)
{
    if (rest->n <= 0) return false;
    ptrdiff_t at = str_chr(*rest, sep);
    *part = at < 0 ? *rest : str_upto(*rest, at);
    *rest = at < 0 ? str_from(*rest, rest->n) : str_from(*rest, at + 1);
    return true;
}

bool str_line(struct str *rest, struct str *line)
{
    if (!str_cut(rest, '\n', line)) return false;
    if (line->n && line->p[line->n - 1] == '\r') line->n--;
    return true;
}

bool str_int(struct str s, int64_t *out)
{
    bool minus = s.n && *s.p == '-';
    if (s.n && (*s.p == '-' || *s.p == '+')) s = str_from(s, 1);
    if (s.n == 0 || s.n > 19) return false;
    uint64_t v = 0;
    for (ptrdiff_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9') return false;
        v = v * 10 + (uint64_t)(s.p[i] - '0');
    }
    if (v > INT64_MAX) return false;
    *out = minus ? -(int64_t)v : (int64_t)v;
    return true;
}

struct str str_dup(struct arena *a, struct str s) { return (struct str){ str_z(a, s), s.n }; }

char *str_z(struct arena *a, struct str s)
{
    char *p = NEW(a, char, s.n + 1);
    if (s.n) memcpy(p, s.p, (size_t)s.n);
    return p;
}

struct str str_lower(struct arena *a, struct str s)
{
    char *p = str_z(a, s);
    for (ptrdiff_t i = 0; i < s.n; i++) p[i] = lower(p[i]);
    return (struct str){ p, s.n };
}

/* Nearly all fit at the first try: to measure first would be to format twice. */
struct str str_vfmt(struct arena *a, const char *fmt, va_list ap)
{
    char first[256];
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(first, sizeof first, fmt, ap);
    if (n < 0) abort();
    char *p = NEW(a, char, n + 1);
    if (n < (int)sizeof first) memcpy(p, first, (size_t)n);
    else vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    return (struct str){ p, n };
}

struct str str_fmt(struct arena *a, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    struct str s = str_vfmt(a, fmt, ap);
    va_end(ap);
    return s;
}

void buf_grow(struct buf *b, ptrdiff_t n)
{
    ptrdiff_t cap = b->cap ? b->cap * 2 : 256;
    while (cap - b->n < n) cap *= 2;
    char *p = NEW(b->a, char, cap);
    if (b->n) memcpy(p, b->p, (size_t)b->n);
    b->p = p;
    b->cap = cap;
}

void buf_fmt(struct buf *b, const char *fmt, ...)
{
    enum { GUESS = 64 };
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    char *p = buf_room(b, GUESS);
    int n = vsnprintf(p, (size_t)(b->cap - b->n), fmt, ap);
    if (n < 0) abort();
    if (n >= b->cap - b->n) vsnprintf(buf_room(b, n + 1), (size_t)n + 1, fmt, again);
    b->n += n;
    va_end(again);
    va_end(ap);
}

struct str buf_str(const struct buf *b) { return (struct str){ b->p ? b->p : "", b->n }; }
