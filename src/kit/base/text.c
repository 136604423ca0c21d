/* SPDX-License-Identifier: GPL-3.0-or-later
 * text.c - the one file that includes utf8proc. */
#include "kit/base/text.h"

#include <utf8proc.h>

/* Length of the valid sequence at p, or 0; *bad = how many bytes one U+FFFD replaces. */
static int sequence(const unsigned char *p, ptrdiff_t n, int *bad)
{
    *bad = 1;
    if (p[0] < 0x80) return 1;
    int len = 0;
    if (p[0] >= 0xC2 && p[0] <= 0xDF) len = 2;
    if (p[0] >= 0xE0 && p[0] <= 0xEF) len = 3;
    if (p[0] >= 0xF0 && p[0] <= 0xF4) len = 4;
    if (!len) return 0;
    unsigned low = 0x80, high = 0xBF;
    if (p[0] == 0xE0) low = 0xA0;
    if (p[0] == 0xED) high = 0x9F;
    if (p[0] == 0xF0) low = 0x90;
    if (p[0] == 0xF4) high = 0x8F;
    for (int i = 1; i < len; i++) {
        if (i >= n || p[i] < low || p[i] > high) return *bad = i, 0;
        low = 0x80, high = 0xBF;
    }
    return len;
}

static ptrdiff_t ascii_run(struct str s)
{
    ptrdiff_t i = 0;
    uint64_t w;
    while (i + 8 <= s.n && (memcpy(&w, s.p + i, 8), (w & 0x8080808080808080u) == 0)) i += 8;
    while (i < s.n && (unsigned char)s.p[i] < 0x80) i++;
    return i;
}

static ptrdiff_t valid_run(struct str s)
{
    ptrdiff_t i = ascii_run(s);
    int bad;
    while (i < s.n) {
        int len = sequence((const unsigned char *)s.p + i, s.n - i, &bad);
        if (!len) return i;
        i += len;
        if (len > 1) i += ascii_run(str_from(s, i));
    }
    return i;
}

bool text_valid(struct str s) { return valid_run(s) == s.n; }

struct str text_utf8(struct arena *a, struct str s)
{
    ptrdiff_t run = valid_run(s);
    if (run == s.n) return s;
    struct buf b = { .a = a };
    while (s.n) {
        run = valid_run(s);
        buf_add(&b, str_upto(s, run));
        s = str_from(s, run);
        if (!s.n) break;
        int bad;
        (void)sequence((const unsigned char *)s.p, s.n, &bad);
        buf_add(&b, S("\xEF\xBF\xBD"));
        s = str_from(s, bad);
    }
    return buf_str(&b);
}

static int lower(unsigned char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; }

static bool plain_lower(struct str s)
{
    for (ptrdiff_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x80 || (s.p[i] >= 'A' && s.p[i] <= 'Z')) return false;
    return true;
}

/* One character as NFKD, case folded, without marks: at most 18 characters come of one. Marks are
 * dropped, so none has to be put in order and each character folds by itself. */
static void fold_point(struct buf *out, utf8proc_int32_t point)
{
    enum { MOST = 32 };
    utf8proc_int32_t to[MOST];
    int bound = 0;
    utf8proc_ssize_t n =
        utf8proc_decompose_char(point, to, MOST,
                                UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE |
                                    UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK | UTF8PROC_IGNORE,
                                &bound);
    char *p = buf_room(out, 4 * MOST);
    for (utf8proc_ssize_t i = 0; i < MIN(n, MOST); i++) {
        utf8proc_ssize_t len = utf8proc_encode_char(to[i], (utf8proc_uint8_t *)p);
        p += len;
        out->n += len;
    }
}

struct str text_fold(struct arena *a, struct str s)
{
    if (ascii_run(s) == s.n) return plain_lower(s) ? s : str_lower(a, s);
    struct buf b = { .a = a };
    s = text_utf8(a, s);
    (void)buf_room(&b, s.n + 128);
    while (s.n) {
        ptrdiff_t run = ascii_run(s);
        char *to = buf_room(&b, run);
        for (ptrdiff_t i = 0; i < run; i++) to[i] = (char)lower((unsigned char)s.p[i]);
        b.n += run;
        s = str_from(s, run);
        utf8proc_int32_t point;
        if (!s.n) break;
        s = str_from(s, utf8proc_iterate((const utf8proc_uint8_t *)s.p, s.n, &point));
        fold_point(&b, point);
    }
    return buf_str(&b);
}

static int32_t next_point(struct str *s)
{
    utf8proc_int32_t point = -1;
    if ((unsigned char)*s->p < 0x80) {
        point = (unsigned char)*s->p;
        s->p++;
        s->n--;
        return point;
    }
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)s->p, s->n, &point);
    *s = str_from(*s, n > 0 ? n : 1);
    return n > 0 ? point : 0xFFFD;
}

static bool shown(int32_t p)
{
    if (p < 0x20 || (p >= 0x7F && p <= 0x9F)) return false;
    return !(p == 0x200E || p == 0x200F || p == 0x061C || (p >= 0x202A && p <= 0x202E) ||
             (p >= 0x2066 && p <= 0x2069) || p == 0xFEFF || p == 0x2028 || p == 0x2029);
}

/* Printable ASCII with single blanks inside: nothing to do. */
static bool plain_line(struct str s)
{
    char before = ' ';
    for (ptrdiff_t i = 0; i < s.n; before = s.p[i++])
        if (s.p[i] < ' ' || s.p[i] > '~' || (s.p[i] == ' ' && before == ' ')) return false;
    return s.n == 0 || before != ' ';
}

struct str text_oneline(struct arena *a, struct str s)
{
    if (plain_line(s)) return s;
    struct buf b = { .a = a };
    bool gap = false;
    s = text_utf8(a, s);
    while (s.n) {
        struct str at = s;
        while (s.n && *s.p > ' ' && *s.p <= '~') s.p++, s.n--;
        if (s.n < at.n) {
            if (gap) buf_char(&b, ' ');
            gap = false;
            buf_add(&b, str_upto(at, at.n - s.n));
            continue;
        }
        int32_t p = next_point(&s);
        bool blank = p == ' ' || p == 0xA0 || (p >= '\t' && p <= '\r');
        if (blank) gap = b.n > 0;
        if (blank || !shown(p)) continue;
        if (gap) buf_char(&b, ' ');
        gap = false;
        buf_add(&b, str_upto(at, at.n - s.n));
    }
    return buf_str(&b);
}

struct str text_short(struct arena *a, struct str s, int n)
{
    struct str rest = s;
    ptrdiff_t cut = 0, blank = 0;
    for (int i = 0; rest.n; i++) {
        if (i == n) {
            struct str head = str_trim(str_upto(s, blank > cut * 3 / 4 ? blank : cut));
            return str_fmt(a, "%.*s\xE2\x80\xA6", STR(head));
        }
        if (next_point(&rest) == ' ') blank = s.n - rest.n;
        cut = s.n - rest.n;
    }
    return s;
}

int text_letters(struct str s)
{
    ptrdiff_t plain = ascii_run(s);
    int n = (int)plain;
    for (s = str_from(s, plain); s.n; n++) (void)next_point(&s);
    return n;
}

static bool plain(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
}

static bool in_word(int32_t p)
{
    if (p < 0x80) return plain((unsigned char)p);
    utf8proc_category_t c = utf8proc_category(p);
    return (c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_LO) ||
           (c >= UTF8PROC_CATEGORY_MN && c <= UTF8PROC_CATEGORY_NO) || c == UTF8PROC_CATEGORY_CO;
}

/* How far from p the characters are all of a word, or all of none. */
static ptrdiff_t span(struct str s, bool word)
{
    struct str rest = s;
    while (rest.n) {
        struct str at = rest;
        unsigned char c = (unsigned char)*rest.p;
        if (c < 0x80) {
            if (plain(c) != word) break;
            rest.p++, rest.n--;
        } else if (in_word(next_point(&rest)) != word) {
            rest = at;
            break;
        }
    }
    return s.n - rest.n;
}

bool text_word(struct str *rest, struct str *word)
{
    *rest = str_from(*rest, span(*rest, false));
    *word = str_upto(*rest, span(*rest, true));
    *rest = str_from(*rest, word->n);
    return word->n > 0;
}

struct str text_like(struct arena *a, struct str s)
{
    struct buf o = { .a = a };
    for (ptrdiff_t i = 0; i < s.n; i++) {
        if (s.p[i] == '%' || s.p[i] == '_' || s.p[i] == '!') buf_char(&o, '!');
        buf_char(&o, s.p[i]);
    }
    return buf_str(&o);
}

struct str text_grouped(struct arena *a, int64_t n)
{
    if (n < 1000) return str_fmt(a, "%" PRId64, n);
    struct str head = text_grouped(a, n / 1000);
    return str_fmt(a, "%.*s,%03d", STR(head), (int)(n % 1000));
}
