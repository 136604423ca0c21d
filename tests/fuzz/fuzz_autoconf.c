/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a domain publishes about its mail servers: whatever is found can be connected to safely. */
#include "kit/mail/autoconf.h"

#include "fuzz.h"

static void judge(const struct autoconf_server *s)
{
    must(s->host.n > 0 && s->host.n <= 253 && s->port > 0 && s->port < 65536);
    must(s->safety == MAIL_TLS || s->safety == MAIL_STARTTLS);
    for (ptrdiff_t i = 0; i < s->host.n; i++)
        must(strchr("abcdefghijklmnopqrstuvwxyz0123456789-.", s->host.p[i]));
    must(s->user.n > 0);
    must_be_line(s->user);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *a = arena_open((size_t)64 * MIB);
    struct str s = { (const char *)data, (ptrdiff_t)n };
    struct autoconf f;
    if (autoconf_read(a, s, S("ada@house.example"), &f)) {
        judge(&f.imap);
        if (f.smtp.host.n) judge(&f.smtp);
    }
    if (n < 400 && autoconf_find(a, s, NULL, NULL, &f)) must(f.provider);
    arena_close(a);
    return 0;
}
