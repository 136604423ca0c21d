/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "people/people_mail.h"

#include "kit/base/hash.h"
#include "kit/base/text.h"
#include "people/keeper.h"

/* RFC 2606: nothing is ever delivered there. */
#define NOWHERE "@handle.invalid"

static bool plain(struct str rest)
{
    for (ptrdiff_t i = 0; i < rest.n; i++) {
        char c = rest.p[i];
        bool well = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-';
        if (!well) return false;
    }
    return rest.n > 0;
}

/* "tel:+4930" is tel=+4930@..., what has other letters in it goes as hexadecimal behind "x=". */
struct str handle_as_mail(struct arena *a, struct str uri)
{
    struct str scheme, rest = uri;
    if (str_begins(uri, S("mailto:"))) return str_from(uri, 7);
    if (str_cut(&rest, ':', &scheme) && plain(scheme) && plain(rest))
        return str_fmt(a, "%.*s=%.*s" NOWHERE, STR(scheme), STR(rest));
    struct str hex = hash_hex(a, uri);
    return str_fmt(a, "x=%.*s" NOWHERE, STR(hex));
}

struct str person_as_mail(struct ctx *c, id person)
{
    struct handles list;
    person_handles(c, person, &list);
    if (!list.n) return S("");
    const struct handle *mail = handle_mail(&list);
    return handle_as_mail(c->a, mail ? mail->uri : list.at[0].uri);
}

struct str handle_of_met(struct arena *a)
{
    uint8_t bits[16];
    random_bytes(bits, sizeof bits);
    struct str hex = hash_hex(a, (struct str){ (const char *)bits, sizeof bits });
    return str_fmt(a, "met:%.*s", STR(hex));
}

static int digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static struct str unhex(struct arena *a, struct str hex)
{
    struct buf o = { .a = a };
    for (ptrdiff_t i = 0; i + 1 < hex.n; i += 2) {
        if (digit(hex.p[i]) < 0 || digit(hex.p[i + 1]) < 0) return S("");
        buf_char(&o, (char)(digit(hex.p[i]) * 16 + digit(hex.p[i + 1])));
    }
    return text_valid(buf_str(&o)) ? buf_str(&o) : S("");
}

/* Back from such an address; false: it is none. */
static bool from_nowhere(struct arena *a, struct str key, struct meeting *m)
{
    struct str scheme, rest = str_upto(key, key.n - (ptrdiff_t)strlen(NOWHERE));
    if (!str_ends(key, S(NOWHERE)) || !str_cut(&rest, '=', &scheme) || !plain(scheme) || !rest.n)
        return false;
    *m = (struct meeting){ .kind = PERSON_HUMAN, .base_uri = S(""), .domain = S("") };
    m->uri =
        str_eq(scheme, S("x")) ? unhex(a, rest) : str_fmt(a, "%.*s:%.*s", STR(scheme), STR(rest));
    m->shown = str_begins(m->uri, S("met:")) ? S("met in person")
                                             : str_from(m->uri, str_chr(m->uri, ':') + 1);
    return m->uri.n > 0;
}

static struct str uri_of(struct arena *a, struct str key)
{
    return str_fmt(a, "mailto:%.*s", STR(key));
}

struct meeting meeting_of_mail(struct arena *a, const struct mail_addr *m, bool own)
{
    if (!m->key.n) return (struct meeting){ .uri = S("") };
    struct meeting other;
    if (from_nowhere(a, m->key, &other)) {
        other.name = mail_display_name(a, m->name);
        other.own = own;
        return other;
    }
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

bool meeting_typed(struct arena *a, struct str text, struct meeting *out)
{
    struct meetings list;
    if (!meetings_typed(a, text, &list) || list.n != 1) return false;
    *out = list.at[0];
    return true;
}

id keeper_by_address(struct ctx *c, struct str typed)
{
    struct meeting m;
    id who = meeting_typed(c->a, typed, &m) ? person_of_uri(c, m.uri) : 0;
    return who && keeper_role_of(c, who) ? who : 0;
}
