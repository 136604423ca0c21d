/* SPDX-License-Identifier: GPL-3.0-or-later
 * base.h - what every file includes first: strings, memory, output, failure. */
#pragma once
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define MUST_USE     __attribute__((warn_unused_result))
#define PRINTF(f, a) __attribute__((format(printf, f, a)))
#define NORETURN     __attribute__((noreturn))
#define COUNT(a)     ((int)(sizeof(a) / sizeof(a)[0]))
#define MIN(a, b)    ((a) < (b) ? (a) : (b))
#define MAX(a, b)    ((a) > (b) ? (a) : (b))

enum { MINUTE = 60, HOUR = 3600, DAY = 86400 };
enum { KIB = 1024, MIB = 1024 * 1024 };

/* ---- strings ----------------------------------------------------------- */

/* A borrowed run of bytes: never freed, rarely NUL-terminated, passed by value. */
struct str {
    const char *p;
    ptrdiff_t n;
};
/* clang-format off */
#define S(lit)      ((struct str){ "" lit "", sizeof(lit) - 1 }) /* literals only    */
#define S_INIT(lit) { "" lit "", sizeof(lit) - 1 }               /* in static tables */
#define STR(s)      (int)(s).n, (s).p                            /* for "%.*s"       */
/* clang-format on */

struct arena;
struct str str_c(const char *z); /* borrows z; NULL is empty */
/* Asked of every word and line there is: here, so that nobody has to call them. */
static inline struct str str_from(struct str s, ptrdiff_t at) /* without its first at bytes */
{
    at = MAX(0, MIN(at, s.n));
    return (struct str){ s.p + at, s.n - at };
}
static inline struct str str_upto(struct str s, ptrdiff_t at) /* its first at bytes, or all */
{
    return (struct str){ s.p, MAX(0, MIN(at, s.n)) };
}
static inline bool str_eq(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, (size_t)a.n) == 0);
}
static inline bool str_begins(struct str s, struct str prefix)
{
    return s.n >= prefix.n && str_eq(str_upto(s, prefix.n), prefix);
}
static inline bool str_ends(struct str s, struct str suffix)
{
    return s.n >= suffix.n && str_eq(str_from(s, s.n - suffix.n), suffix);
}
bool str_ieq(struct str a, struct str b); /* ASCII case ignored, for protocol words */
int str_cmp(struct str a, struct str b);  /* by bytes, as memcmp orders them */
bool str_ibegins(struct str s, struct str prefix);
ptrdiff_t str_find(struct str s, struct str what);  /* first place, or -1 */
ptrdiff_t str_ifind(struct str s, struct str what); /* ASCII case ignored */
ptrdiff_t str_chr(struct str s, char c);            /* first place, or -1 */
ptrdiff_t str_rchr(struct str s, char c);           /* last place, or -1  */
struct str str_trim(struct str s);                  /* without ASCII blanks at both ends */
/* Takes the part of *rest before sep into *part and moves *rest behind sep; false at the end. */
bool str_cut(struct str *rest, char sep, struct str *part);
/* The next line of *rest without its LF or CRLF; false at the end. */
bool str_line(struct str *rest, struct str *line);
/* A whole decimal number, sign allowed, nothing else; false leaves *out alone. */
bool str_int(struct str s, int64_t *out) MUST_USE;

struct str str_dup(struct arena *, struct str);
char *str_z(struct arena *, struct str);          /* NUL-terminated copy, for libc's edge */
struct str str_lower(struct arena *, struct str); /* ASCII only; words of people: text_fold() */
struct str str_fmt(struct arena *, const char *fmt, ...) PRINTF(2, 3);
struct str str_vfmt(struct arena *, const char *fmt, va_list) PRINTF(2, 0);

/* ---- failure ----------------------------------------------------------- */

/* Expected failures. More than three from one function means it does too much. */
typedef enum err { OK, E_NOTFOUND, E_DENIED, E_INVALID, E_CONFLICT, E_PEER } err;
#define TRY(x)                                                                                     \
    do {                                                                                           \
        err try_ = (x);                                                                            \
        if (try_ != OK) return try_;                                                               \
    } while (0)

/* ---- memory ------------------------------------------------------------ */

/* All memory of one piece of work (a request, a job, a delivery). Freed at once.
 * Zeroed, never NULL: past its limit the arena jumps to arena_catch()'s place,
 * and without one it ends the program. */
struct arena *arena_open(size_t limit_bytes);
void arena_close(struct arena *); /* runs the defers, newest first */
/* For long loops: a child counts its own bytes against the parent's limit, is emptied
 * between rounds and closed with its parent at the latest. */
struct arena *arena_child(struct arena *parent);
void arena_clear(struct arena *);
void arena_catch(struct arena *, jmp_buf *full); /* NULL: nobody catches any more  */
void *arena_alloc(struct arena *, ptrdiff_t size, ptrdiff_t count)
    __attribute__((malloc, returns_nonnull));
void arena_defer(struct arena *, void (*fn)(void *), void *arg);
size_t arena_used(const struct arena *);
#define NEW(a, T, n) ((T *)arena_alloc((a), sizeof(T), (n)))

/* ---- output ------------------------------------------------------------ */

/* A growing output. Writes never fail for the caller: the arena does. */
struct buf {
    struct arena *a;
    char *p;
    ptrdiff_t n, cap;
};
void buf_grow(struct buf *, ptrdiff_t n);
/* n writable bytes behind the end; add them by b->n += */
static inline char *buf_room(struct buf *b, ptrdiff_t n)
{
    if (n > b->cap - b->n) buf_grow(b, n);
    return b->p + b->n;
}
static inline void buf_add(struct buf *b, struct str s)
{
    if (s.n <= 0) return;
    memcpy(buf_room(b, s.n), s.p, (size_t)s.n);
    b->n += s.n;
}
static inline void buf_char(struct buf *b, char c)
{
    *buf_room(b, 1) = c;
    b->n++;
}
void buf_fmt(struct buf *, const char *fmt, ...) PRINTF(2, 3);
struct str buf_str(const struct buf *); /* what was written so far, borrowed */
