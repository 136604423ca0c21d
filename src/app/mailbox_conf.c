/* SPDX-License-Identifier: GPL-3.0-or-later
 * mailbox_conf.c - the mailboxes of snug.conf become rows like those that were connected on pages.
 */
#include "app/files.h"
#include "app/mailboxes.h"
#include "people/people_mail.h"

#include <stdlib.h>

enum { PASSWORD_BYTES = 4 * KIB };

struct filing {
    const struct conf_mailbox *from;
    struct str *passwords;
    int n, waiting;
};

bool mailboxes_server(struct str typed, int tls_port, bool plain, struct mailbox_server *out)
{
    struct str host = typed;
    int64_t port = tls_port;
    ptrdiff_t colon = str_rchr(typed, ':');
    *out = (struct mailbox_server){ .host = S("") };
    if (!typed.n) return true;
    if (colon >= 0) {
        host = str_upto(typed, colon);
        if (!str_int(str_from(typed, colon + 1), &port) || port < 1 || port > 65535) return false;
    }
    *out = (struct mailbox_server){ host, (int)port,
                                    plain              ? MAILBOX_PLAIN
                                    : port == tls_port ? MAILBOX_TLS
                                                       : MAILBOX_STARTTLS };
    return host.n > 0;
}

static err wrong(struct arena *a, const struct conf_mailbox *m, struct str said, struct str *why)
{
    *why = str_fmt(a, "snug.conf:%d: mailbox %.*s: %.*s", m->line, STR(m->mailbox), STR(said));
    return E_INVALID;
}

/* From a file, beside snug.conf if its path does not begin with /, or from where systemd puts it.
 */
static err read_password(const struct home *h, struct arena *a, const struct conf_mailbox *m,
                         struct str *out, struct str *why)
{
    struct str path = m->mailbox_password_file, text, said;
    const char *given = getenv("CREDENTIALS_DIRECTORY");
    if (path.n && *path.p != '/') path = str_fmt(a, "%.*s/%.*s", STR(h->dir), STR(path));
    if (!path.n) {
        struct str name = m->mailbox_password_credential;
        if (str_chr(name, '/') >= 0)
            return wrong(a, m, S("a credential has a name, not a path"), why);
        if (!given) return wrong(a, m, S("systemd gives no credentials to this program"), why);
        path = str_fmt(a, "%s/%.*s", given, STR(name));
    }
    if (file_read(a, path, PASSWORD_BYTES, &text, &said) != OK) return wrong(a, m, said, why);
    if (!str_line(&text, out) || !out->n)
        return wrong(a, m, str_fmt(a, "%.*s is empty", STR(path)), why);
    return OK;
}

/* 0: nobody of that address keeps the house so far. */
static id keeper_of(struct ctx *c, const struct conf_mailbox *m)
{
    if (m->mailbox_keeper.n) return keeper_by_address(c, m->mailbox_keeper);
    id who = keeper_by_address(c, m->mailbox);
    return who ? who : keeper_first(c);
}

static err file_one(struct tx *t, const struct conf_mailbox *m, struct str password, id *out)
{
    struct ctx *c = &t->c;
    struct mailbox_settings s = { .address = m->mailbox,
                                  .name = m->mailbox_name,
                                  .login = m->mailbox_login,
                                  .password = password,
                                  .plus = m->mailbox_plus };
    if (!mailboxes_server(m->mailbox_imap, 993, m->mailbox_plain, &s.imap))
        return fail(c, E_INVALID, "mailbox_imap is HOST or HOST:PORT");
    if (!mailboxes_server(m->mailbox_smtp, 465, m->mailbox_plain, &s.smtp))
        return fail(c, E_INVALID, "mailbox_smtp is HOST or HOST:PORT");
    return mailbox_file(t, &s, m->mailbox_folders, out);
}

static err file_all(struct tx *t, void *arg)
{
    struct filing *f = arg;
    struct ctx *c = &t->c;
    id filed[CONF_MAILBOXES];
    int n = 0;
    f->waiting = 0;
    for (int i = 0; i < f->n; i++) {
        c->viewer = keeper_of(c, &f->from[i]);
        f->waiting += !c->viewer;
        if (!c->viewer) continue;
        if (file_one(t, &f->from[i], f->passwords[i], &filed[n++]) == OK) continue;
        struct str why;
        err e = wrong(c->a, &f->from[i], c->why, &why);
        return fail(c, e, "%.*s", STR(why));
    }
    mailbox_file_only(t, filed, n);
    return OK;
}

err mailboxes_conf(struct home *h, struct arena *a, int *waiting, struct str *why)
{
    struct filing f = { .from = h->conf.mailboxes, .n = h->conf.n_mailboxes };
    struct work w = { .a = a };
    f.passwords = NEW(a, struct str, f.n + 1);
    for (int i = 0; i < f.n; i++) TRY(read_password(h, a, &f.from[i], &f.passwords[i], why));
    err e = work_write(h->store, &w, file_all, &f);
    *why = w.why;
    *waiting = f.waiting;
    return e;
}

static err count_waiting(struct ctx *c, void *arg)
{
    struct filing *f = arg;
    for (int i = 0; i < f->n; i++) f->waiting += !keeper_of(c, &f->from[i]);
    return OK;
}

int mailboxes_conf_waiting(struct home *h, struct arena *a)
{
    struct filing f = { .from = h->conf.mailboxes, .n = h->conf.n_mailboxes };
    struct work w = { .a = a };
    return f.n && work_read(h->store, &w, count_waiting, &f) == OK ? f.waiting : 0;
}
