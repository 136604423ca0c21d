/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "people/people_mail.h"

static struct str uri_of(struct arena *a, struct str key)
{
    return str_fmt(a, "mailto:%.*s", STR(key));
}

struct meeting meeting_of_mail(struct arena *a, const struct mail_addr *m, bool own)
{
    if (!m->key.n) return (struct meeting){ .uri = S("") };
    struct str domain = mail_domain(m->key);
    bool machine = mail_is_noreply(m->key) || mail_is_mailer(m->key);
    return (struct meeting){ .uri = uri_of(a, m->key),
                             .shown = m->addr,
                             .base_uri = m->base.n ? uri_of(a, m->base) : S(""),
                             .name = mail_display_name(a, m->name),
                             .domain = mail_is_public_provider(domain) ? S("") : domain,
                             .kind = machine                                      ? PERSON_MACHINE
                                     : mail_is_role(m->base.n ? m->base : m->key) ? PERSON_ROLE
                                                                                  : PERSON_HUMAN,
                             .own = own };
}

bool meetings_typed(struct arena *a, struct str text, struct meetings *out)
{
    enum { MOST = 50 };
    *out = (struct meetings){ NEW(a, struct meeting, MOST), 0 };
    char *plain = str_z(a, text);
    for (ptrdiff_t i = 0; i < text.n; i++)
        if (strchr(" \t\r\n;", plain[i])) plain[i] = ',';
    struct str rest = { plain, text.n }, one;
    while (str_cut(&rest, ',', &one) && out->n < MOST) {
        if (!one.n) continue;
        struct mail_addr m = { .addr = one, .key = mail_key(a, one) };
        if (!m.key.n) return false;
        m.base = mail_key_base(a, m.key);
        out->at[out->n++] = meeting_of_mail(a, &m, false);
    }
    return true;
}
