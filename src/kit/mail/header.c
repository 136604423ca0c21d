/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/mail/header.h"

/* Length of "Name" before blanks and a colon; 0: no header line. */
static ptrdiff_t name_length(struct str line, ptrdiff_t *value_at)
{
    ptrdiff_t n = 0;
    while (n < line.n && (unsigned char)line.p[n] > ' ' && line.p[n] != ':' && line.p[n] != 0x7F)
        n++;
    ptrdiff_t at = n;
    while (at < line.n && (line.p[at] == ' ' || line.p[at] == '\t')) at++;
    if (!n || at >= line.n || line.p[at] != ':') return 0;
    *value_at = at + 1;
    return n;
}

static void push(struct arena *a, struct headers *h, int *cap, struct header line)
{
    if (h->n == *cap) {
        *cap = *cap ? *cap * 2 : 48;
        struct header *at = NEW(a, struct header, *cap);
        if (h->n) memcpy(at, h->at, sizeof *at * (size_t)h->n);
        h->at = at;
    }
    h->at[h->n++] = line;
}

struct headers headers_read(struct arena *a, struct str raw)
{
    struct headers h = { 0 };
    struct str rest = raw, line;
    int cap = 0;
    bool open = false; /* may the next line continue the last header? */
    while (rest.n) {
        struct str before = rest;
        (void)str_line(&rest, &line);
        if (!line.n) break;
        ptrdiff_t value_at;
        if (open && (*line.p == ' ' || *line.p == '\t')) {
            struct str *v = &h.at[h.n - 1].value;
            v->n = line.p + line.n - v->p;
            continue;
        }
        ptrdiff_t n = name_length(line, &value_at);
        open = n > 0;
        if (n) push(a, &h, &cap, (struct header){ str_upto(line, n), str_from(line, value_at) });
        else if (!h.n && !str_begins(line, S("From ")) && !str_begins(line, S(">From "))) {
            rest = before; /* no headers at all */
            break;
        }
    }
    for (int i = 0; i < h.n; i++) h.at[i].value = str_trim(h.at[i].value);
    h.body = raw.n - rest.n;
    return h;
}

struct str headers_get(const struct headers *h, struct str name)
{
    for (int i = 0; i < h->n; i++)
        if (str_ieq(h->at[i].name, name)) return h->at[i].value;
    return S("");
}

bool headers_has(const struct headers *h, struct str name) { return headers_count(h, name) > 0; }

int headers_count(const struct headers *h, struct str name)
{
    int n = 0;
    for (int i = 0; i < h->n; i++) n += str_ieq(h->at[i].name, name);
    return n;
}
