/* SPDX-License-Identifier: GPL-3.0-or-later
 * mailbox_try.c - from an address and a password to an open mailbox. */
#include "app/mailboxes.h"
#include "kit/mail/smtp.h"
#include "kit/net/client.h"
#include "post/post_mail.h"

enum { FETCH_S = 10, TRY_S = 10 };

static bool fetch(void *arg, struct arena *a, const char *url, struct str *out)
{
    return client_get(a, url, AUTOCONF_MOST, FETCH_S, arg, out);
}

static void take_server(struct mailbox_server *into, const struct autoconf_server *from)
{
    if (into->host.n || !from->host.n) return;
    *into = (struct mailbox_server){ from->host, from->port, (mailbox_safety)from->safety };
}

/* What the domain's name service says (RFC 6186). */
static void ask_names(struct arena *a, struct mailbox *m)
{
    struct autoconf_srv names[AUTOCONF_SRVS];
    int n = autoconf_srv(a, m->address, names);
    for (int i = 0; i < n; i++) {
        struct mailbox_server *s = names[i].smtp ? &m->smtp : &m->imap, found = { .host = S("") };
        if (s->host.n || !client_service(a, names[i].name, &found.host, &found.port)) continue;
        found.safety = (mailbox_safety)names[i].safety;
        *s = found;
    }
}

bool mailboxes_find(struct arena *a, struct mailbox *m, const atomic_bool *cancel)
{
    struct autoconf found;
    if (m->imap.host.n) return true;
    if (autoconf_find(a, m->address, fetch, (void *)cancel, &found)) {
        take_server(&m->imap, &found.imap);
        take_server(&m->smtp, &found.smtp);
        if (!m->login.n) m->login = found.imap.user;
        m->keeps_sent = found.provider && found.provider->keeps_sent;
    } else ask_names(a, m);
    return m->imap.host.n > 0;
}

err mailboxes_try(struct ctx *c, struct mailbox *m, struct str password, const atomic_bool *cancel,
                  struct imap_stop *stop, struct imap **out, struct imap_folders *folders)
{
    if (!mailboxes_find(c->a, m, cancel))
        return fail(
            c, E_INVALID,
            "Its servers are not published. Please fill in the IMAP server; your provider's "
            "help pages name it.");
    if (!m->login.n) m->login = m->address;
    struct imap_server s = { .host = m->imap.host,
                             .port = m->imap.port,
                             .safety = (enum mail_safety)m->imap.safety,
                             .user = m->login,
                             .password = password,
                             .ca_file = S("") };
    TRY(imap_open(c, &s, stop, out));
    return imap_folders(c, *out, folders);
}

struct str mailboxes_try_sending(struct arena *a, const struct mailbox *m, struct str password,
                                 const atomic_bool *cancel)
{
    static const smtp_security ways[] = {
        [MAILBOX_TLS] = SMTP_TLS, [MAILBOX_STARTTLS] = SMTP_STARTTLS, [MAILBOX_PLAIN] = SMTP_PLAIN
    };
    if (!m->smtp.host.n) return S("");
    struct smtp_server s = { .host = m->smtp.host,
                             .port = m->smtp.port,
                             .security = ways[m->smtp.safety],
                             .user = m->login,
                             .password = password,
                             .authorities = post_authorities,
                             .connect_s = TRY_S,
                             .reply_s = TRY_S,
                             .total_s = 3 * TRY_S };
    struct smtp_result r = smtp_try(a, &s, m->address, cancel);
    if (r.outcome == SMTP_ACCEPTED || r.outcome == SMTP_CANCELLED) return S("");
    return str_fmt(a, "Reading works, but sending doesn't: %.*s%s", STR(r.said),
                   str_ends(r.said, S(".")) ? "" : ".");
}

struct mailbox_folder *mailboxes_folders(struct arena *a, const struct imap_folders *list, int *n)
{
    struct mailbox_folder *out = NEW(a, struct mailbox_folder, list->n + 1);
    *n = 0;
    for (int i = 0; i < list->n; i++)
        if (!list->at[i].closed)
            out[(*n)++] = (struct mailbox_folder){ .raw = list->at[i].raw,
                                                   .name = list->at[i].name,
                                                   .role = (mailbox_role)list->at[i].role };
    return out;
}
