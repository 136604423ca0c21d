/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/mail/relay.h"

#include "kit/mail/header.h"

static bool kept(struct str name)
{
    static const char *const names[] = { "mime-version", "subject",     "date",
                                         "message-id",   "in-reply-to", "references" };
    for (int i = 0; i < COUNT(names); i++)
        if (str_ieq(name, str_c(names[i]))) return true;
    return str_ibegins(name, S("content-"));
}

/* Any line end becomes CRLF; a lone CR, which ends a line for some, is one as well. */
static void put_lines(struct buf *o, struct str text)
{
    for (ptrdiff_t i = 0; i < text.n; i++) {
        char x = text.p[i];
        bool pair = x == '\r' && i + 1 < text.n && text.p[i + 1] == '\n';
        if (x != '\r' && x != '\n') buf_char(o, x);
        else buf_add(o, S("\r\n"));
        i += pair;
    }
}

bool mail_relay(struct arena *a, struct str head, struct str raw, struct str *out)
{
    struct headers h = headers_read(a, raw);
    struct buf o = { .a = a };
    int n = 0;
    buf_add(&o, head);
    for (int i = 0; i < h.n; i++) {
        if (!kept(h.at[i].name)) continue;
        buf_add(&o, h.at[i].name);
        buf_add(&o, S(": "));
        put_lines(&o, str_trim(h.at[i].value));
        buf_add(&o, S("\r\n"));
        n++;
    }
    buf_add(&o, S("\r\n"));
    put_lines(&o, str_from(raw, h.body));
    *out = buf_str(&o);
    return n > 0;
}
