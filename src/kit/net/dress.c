/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/net/dress.h"

#include <event2/buffer.h>

void http_dress(struct evbuffer *output, http_error_fn *error, void *arg)
{
    enum { LINE_MOST = 200, BEFORE_STATUS = 9 };
    char line[LINE_MOST];
    size_t n = evbuffer_get_length(output);
    if (n >= sizeof line || evbuffer_copyout(output, line, n) != (ev_ssize_t)n) return;
    struct str s = { line, (ptrdiff_t)n };
    if (!str_begins(s, S("HTTP/1.")) || s.n < BEFORE_STATUS + 3 ||
        str_find(s, S("\r\n")) != s.n - 2 ||
        (line[BEFORE_STATUS] != '4' && line[BEFORE_STATUS] != '5'))
        return;
    struct arena *a = arena_open(MIB);
    struct http_answer an = { .a = a };
    error(arg, &an);
    for (int i = 0; i < an.headers_n; i++)
        evbuffer_add_printf(output, "%.*s: %.*s\r\n", STR(an.headers[i].name),
                            STR(an.headers[i].value));
    arena_close(a);
}
