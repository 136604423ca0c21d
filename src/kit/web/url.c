/* SPDX-License-Identifier: GPL-3.0-or-later
 * url.c - addresses that are safe by the way they are made. */
#include "kit/base/text.h"
#include "kit/web/html.h"

#include <stdlib.h>

void url_encode(struct buf *o, struct str s)
{
    static const char hex[] = "0123456789ABCDEF";
    for (ptrdiff_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     (c != 0 && strchr("-._~", c));
        if (plain) buf_char(o, (char)c);
        else buf_add(o, (struct str){ (char[]){ '%', hex[c >> 4], hex[c & 15] }, 3 });
    }
}

static int hex_of(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

struct str url_decode(struct arena *a, struct str s, bool plus_is_blank)
{
    char *p = NEW(a, char, s.n + 1);
    ptrdiff_t n = 0;
    for (ptrdiff_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '+' && plus_is_blank) c = ' ';
        if (c == '%' && i + 2 < s.n && hex_of(s.p[i + 1]) >= 0 && hex_of(s.p[i + 2]) >= 0) {
            c = (char)(hex_of(s.p[i + 1]) * 16 + hex_of(s.p[i + 2]));
            i += 2;
        }
        p[n++] = c;
    }
    return (struct str){ p, n };
}

/* ---- url_to ------------------------------------------------------------------ */

struct spec {
    bool string, counted, wide; /* %s, %.*s, %ld and its kin */
    bool is_unsigned;
    ptrdiff_t n; /* bytes behind '%' */
};

/* Only what addresses need: %s %.*s %d %u %ld %lu %lld %llu %td %%. */
static struct spec spec_at(const char *f)
{
    struct spec s = { 0 };
    const char *at = f;
    if (!strncmp(at, ".*s", 3)) return (struct spec){ .string = true, .counted = true, .n = 3 };
    if (*at == 's') return (struct spec){ .string = true, .n = 1 };
    while (*at == 'l' || *at == 't' || *at == 'z' || *at == 'j') at++, s.wide = true;
    if (*at != 'd' && *at != 'i' && *at != 'u') abort(); /* a fault of the program */
    s.is_unsigned = *at == 'u';
    s.n = at - f + 1;
    return s;
}

struct url url_to(struct arena *a, const char *fmt, ...)
{
    struct buf o = { .a = a };
    va_list ap;
    bool inside = (*fmt == '/' && fmt[1] != '/' && fmt[1] != '\\') || *fmt == '?' || *fmt == '#';
    if (!inside) abort(); /* the beginning of an address is never an argument */
    va_start(ap, fmt);
    for (const char *f = fmt; *f; f++) {
        if (*f != '%' || f[1] == '%') {
            buf_char(&o, *f);
            f += *f == '%';
            continue;
        }
        struct spec s = spec_at(f + 1);
        if (s.string) {
            int n = s.counted ? va_arg(ap, int) : -1;
            const char *p = va_arg(ap, const char *);
            url_encode(&o, n >= 0 ? (struct str){ p, n } : str_c(p));
        } else if (s.wide) buf_fmt(&o, "%" PRId64, va_arg(ap, int64_t));
        else if (s.is_unsigned) buf_fmt(&o, "%u", va_arg(ap, unsigned));
        else buf_fmt(&o, "%d", va_arg(ap, int));
        f += s.n;
    }
    va_end(ap);
    return (struct url){ buf_str(&o) };
}

/* ---- addresses from outside ---------------------------------------------------- */

static bool clean(struct str s)
{
    for (ptrdiff_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f) return false;
    return text_valid(s);
}

bool url_is_outside(struct str s)
{
    static const struct str schemes[] = { S_INIT("https://"), S_INIT("http://"), S_INIT("mailto:"),
                                          S_INIT("tel:") };
    if (!clean(s)) return false;
    for (int i = 0; i < COUNT(schemes); i++)
        if (str_ibegins(s, schemes[i]) && s.n > schemes[i].n) return true;
    return false;
}

struct url url_outside(struct arena *a, struct str s)
{
    s = str_trim(s);
    return url_is_outside(s) ? (struct url){ str_dup(a, s) } : URL("#");
}

struct url url_inside(struct arena *a, struct str s)
{
    bool ok =
        s.n > 0 && s.n < 2000 && s.p[0] == '/' && (s.n == 1 || (s.p[1] != '/' && s.p[1] != '\\'));
    return ok && clean(s) && str_chr(s, '\\') < 0 ? (struct url){ str_dup(a, s) } : URL("/");
}
