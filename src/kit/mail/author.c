/* SPDX-License-Identifier: GPL-3.0-or-later
 * author.c - lists and relays that put themselves into From. */
#include "kit/mail/author.h"

#include "kit/base/text.h"

static bool is_relay(struct str key) { return str_begins(key, S("devnull+")); }

static bool header_is(struct arena *a, const struct headers *h, struct str name, struct str key)
{
    struct mail_addrs l;
    (void)mail_addrs_read(a, headers_get(h, name), 4, &l);
    for (int i = 0; i < l.n; i++)
        if (l.at[i].key.n && str_eq(l.at[i].key, key)) return true;
    return false;
}

static bool is_list(struct arena *a, const struct headers *h, const struct mail *m, struct str key,
                    struct str *why)
{
    if (!key.n) return false;
    if (str_eq(key, m->list_post)) return *why = S("List-Post"), true;
    if (header_is(a, h, S("X-BeenThere"), key)) return *why = S("X-BeenThere"), true;
    if (header_is(a, h, S("X-Mailing-List"), key)) return *why = S("X-Mailing-List"), true;
    return false;
}

/* "Ada Abel via Potters": what stands before the via, or nothing */
static struct str before_via(struct str name)
{
    ptrdiff_t at = str_ifind(name, S(" via "));
    return at > 0 ? str_trim(str_upto(name, at)) : S("");
}

static bool sure_person(struct arena *a, const struct headers *h, const struct mail *m,
                        const struct mail_addr *who)
{
    struct str why;
    return who->key.n && !is_relay(who->key) && !is_list(a, h, m, who->key, &why) &&
           !(m->from.n && str_eq(who->key, m->from.at[0].key));
}

static bool find_behind(struct arena *a, const struct headers *h, const struct mail *m,
                        struct mail_addr *out)
{
    struct mail_addrs original;
    (void)mail_addrs_read(a, headers_get(h, S("X-Original-From")), 2, &original);
    if (original.n && sure_person(a, h, m, &original.at[0])) return *out = original.at[0], true;
    int found = 0;
    for (int i = 0; i < m->reply_to.n; i++) {
        if (!sure_person(a, h, m, &m->reply_to.at[i])) continue;
        if (found && str_eq(out->key, m->reply_to.at[i].key)) continue;
        *out = m->reply_to.at[i];
        found++;
    }
    return found == 1;
}

void author_find(struct arena *a, const struct headers *h, struct mail *m)
{
    m->author_why = S("");
    if (!m->from.n) {
        m->author = m->sender.key.n ? m->sender : (struct mail_addr){ S(""), S(""), S(""), S("") };
        m->author_how = MAIL_AUTHOR_FROM;
        return;
    }
    struct mail_addr from = m->from.at[0];
    struct str via = before_via(from.name), why = S("");
    if (via.n) why = S("via");
    else if (is_relay(from.key)) why = S("relay");
    else if (!is_list(a, h, m, from.key, &why)) {
        m->author = from;
        m->author_how = MAIL_AUTHOR_FROM;
        return;
    }
    m->author_why = why;
    struct mail_addr who;
    if (find_behind(a, h, m, &who)) {
        if (!who.name.n) who.name = via.n ? via : is_relay(from.key) ? from.name : S("");
        m->author = who;
        m->author_how = MAIL_AUTHOR_UNMUNGED;
    } else {
        m->author = (struct mail_addr){ via, S(""), S(""), S("") };
        m->author_how = MAIL_AUTHOR_UNKNOWN;
    }
}
