/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/base/csv.h"

enum { LOOK_LINES = 5 };

static char guess(struct str text)
{
    static const char kinds[] = { ',', ';', '\t' };
    int count[COUNT(kinds)] = { 0 }, lines = 0, best = 0;
    bool quoted = false;
    for (ptrdiff_t i = 0; i < text.n && lines < LOOK_LINES; i++) {
        if (text.p[i] == '"') quoted = !quoted;
        if (quoted) continue;
        lines += text.p[i] == '\n';
        for (int k = 0; k < COUNT(kinds); k++) count[k] += text.p[i] == kinds[k];
    }
    for (int k = 1; k < COUNT(kinds); k++)
        if (count[k] > count[best]) best = k;
    return kinds[best];
}

void csv_open(struct csv *t, struct str text)
{
    if (str_begins(text, S("\xEF\xBB\xBF"))) text = str_from(text, 3);
    *t = (struct csv){ text, guess(text), 1 };
}

/* Behind the opening quote; the text up to the closing one, or to the end where it is missing. */
static struct str quoted_cell(struct csv *t, struct arena *a)
{
    struct buf o = { .a = a };
    while (t->rest.n) {
        char x = *t->rest.p;
        t->rest = str_from(t->rest, 1);
        if (x == '"' && (!t->rest.n || *t->rest.p != '"')) break;
        if (x == '"') t->rest = str_from(t->rest, 1);
        t->line += x == '\n';
        buf_char(&o, x);
    }
    return buf_str(&o);
}

/* One cell; *last: a line end or the end came behind it. */
static struct str cell(struct csv *t, struct arena *a, bool *last)
{
    struct str inside = S("");
    while (t->rest.n && *t->rest.p == ' ' && t->between != ' ') t->rest = str_from(t->rest, 1);
    bool quoted = t->rest.n && *t->rest.p == '"';
    if (quoted) {
        t->rest = str_from(t->rest, 1);
        inside = quoted_cell(t, a);
    }
    ptrdiff_t n = 0;
    while (n < t->rest.n && t->rest.p[n] != t->between && t->rest.p[n] != '\n' &&
           t->rest.p[n] != '\r')
        n++;
    struct str outside = str_upto(t->rest, n);
    *last = n == t->rest.n || t->rest.p[n] != t->between;
    bool crlf = *last && n + 1 < t->rest.n && t->rest.p[n] == '\r' && t->rest.p[n + 1] == '\n';
    t->line += *last && n < t->rest.n;
    t->rest = str_from(t->rest, n + 1 + crlf);
    outside = str_trim(outside);
    if (!quoted) return outside;
    return outside.n ? str_fmt(a, "%.*s%.*s", STR(inside), STR(outside)) : inside;
}

bool csv_next(struct csv *t, struct arena *a, struct csv_row *out)
{
    while (t->rest.n) {
        int cap = 0;
        bool last = false;
        *out = (struct csv_row){ .line = t->line };
        while (!last) {
            if (out->n == cap) {
                struct str *more = NEW(a, struct str, cap ? cap * 2 : 32);
                if (out->n) memcpy(more, out->at, sizeof *more * (size_t)out->n);
                out->at = more;
                cap = cap ? cap * 2 : 32;
            }
            out->at[out->n++] = cell(t, a, &last);
        }
        if (out->n > 1 || out->at[0].n) return true;
    }
    return false;
}
