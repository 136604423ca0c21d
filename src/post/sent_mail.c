/* SPDX-License-Identifier: GPL-3.0-or-later
 * sent_mail.c - the copy of a letter in the Sent folder of the account it went out from. Asking
 * first whether it is there costs a command and makes that a second try never lays down a second
 * copy. On a connection of its own: the one that reads waits for news. */
#include "kit/base/hash.h"
#include "kit/mail/header.h"
#include "kit/mail/imap.h"
#include "kit/mail/message.h"
#include "kit/store/work.h"
#include "post/mailbox.h"
#include "post/post_mail.h"

enum { RAW_MOST = 64 * MIB, LEASE_S = 10 * MINUTE, TRIES = 100 };

struct copy {
    id message, keeper, account;
    int tries;
    bool found, ready;
    struct mailbox box;
    struct str password, folder, raw, message_id;
    int64_t at;
};

/* A letter of which nothing was taken yet, or nothing at all, has no copy. */
static bool next_copy(struct ctx *c, struct copy *s)
{
    EACH (r, c,
          SQL("SELECT k.message, k.account, k.keeper, k.tries FROM outbox_copy k WHERE "
              "k.next_at<=$1 AND k.lease<=$1 AND EXISTS(SELECT 1 FROM outbox o WHERE "
              "o.message=k.message AND o.state IN($2, $3)) AND NOT EXISTS(SELECT 1 FROM mailbox b "
              "WHERE b.id=k.account AND b.stopped<>0) ORDER BY k.next_at, k.message LIMIT 1"),
          I(c->now), I(OUTBOX_HANDED), I(OUTBOX_RETURNED)) {
        *s = (struct copy){ .message = row_int(&r, 0),
                            .account = row_int(&r, 1),
                            .keeper = row_int(&r, 2),
                            .tries = (int)row_int(&r, 3),
                            .found = true };
        return true;
    }
    return false;
}

static err look(struct ctx *c, void *arg)
{
    next_copy(c, arg);
    return OK;
}

static err claim(struct tx *t, void *arg)
{
    struct copy *s = arg;
    struct ctx *c = &t->c;
    s->found = next_copy(c, s) &&
               db_do(t,
                     SQL("UPDATE outbox_copy SET lease=$1, tries=tries+1 WHERE message=$2 AND "
                         "lease<=$3"),
                     I(c->now + LEASE_S), I(s->message), I(c->now)) == 1;
    return OK;
}

static struct str sent_folder(struct ctx *c, id account)
{
    struct mailbox_folders list;
    mailbox_folders(c, account, &list);
    for (int i = 0; i < list.n; i++)
        if (list.at[i].role == MAILBOX_SENT && !list.at[i].gone) return list.at[i].raw;
    return S("");
}

/* E_NOTFOUND: there never will be a copy. */
static err load(struct ctx *c, void *arg)
{
    struct copy *s = arg;
    struct event e;
    TRY(mailbox_get(c, s->account, &s->box));
    s->folder = sent_folder(c, s->account);
    if (!s->folder.n || !s->box.imap.host.n) return fail(c, E_NOTFOUND, "no Sent folder");
    TRY(mailbox_secret(c, s->account, &s->password));
    TRY(log_get(c, s->message, &e));
    TRY(log_body(c, e.body, RAW_MOST, &s->raw));
    struct headers h = headers_read(c->a, s->raw);
    struct mail_ids ids = mail_ids_read(c->a, headers_get(&h, S("Message-ID")));
    if (!ids.n) return fail(c, E_NOTFOUND, "no Message-ID");
    s->message_id = ids.at[0];
    s->at = e.at;
    return OK;
}

static err lay_down(struct ctx *c, const struct copy *s, struct imap_stop *stop)
{
    static const enum mail_safety safety[] = { MAIL_TLS, MAIL_STARTTLS, MAIL_PLAIN };
    struct imap_server server = { .host = s->box.imap.host,
                                  .port = s->box.imap.port,
                                  .safety = safety[s->box.imap.safety],
                                  .user = s->box.login,
                                  .password = s->password,
                                  .ca_file = post_authorities };
    struct imap *im;
    struct imap_state state;
    bool there = false;
    TRY(imap_open(c, &server, stop, &im));
    err e = imap_select(c, im, s->folder, &state);
    if (e == OK) e = imap_holds(c, im, s->message_id, &there);
    if (e == OK && !there) e = imap_append(c, im, s->folder, s->raw, s->at);
    imap_close(im);
    return e;
}

static err done(struct tx *t, void *arg)
{
    const struct copy *s = arg;
    db_do(t, SQL("DELETE FROM outbox_copy WHERE message=$1"), I(s->message));
    return OK;
}

static err later(struct tx *t, void *arg)
{
    const struct copy *s = arg;
    db_do(t, SQL("UPDATE outbox_copy SET lease=0, next_at=$1 WHERE message=$2"),
          I(t->c.now + (s->tries < 4 ? MINUTE : HOUR)), I(s->message));
    return OK;
}

bool outbox_copy_step(struct store *store, struct arena *a, struct imap_stop *stop)
{
    struct copy *s = NEW(a, struct copy, 1);
    struct work looking = { .a = a }, claiming = { .a = a };
    if (work_read(store, &looking, look, s) != OK || !s->found) return false;
    if (work_write(store, &claiming, claim, s) != OK || !s->found) return false;
    struct work loading = { .a = a, .viewer = s->keeper }, noting = { .a = a };
    struct ctx c = { .a = a };
    bool never = work_read(store, &loading, load, s) != OK && !loading.broken;
    err e = never || loading.broken ? E_NOTFOUND : lay_down(&c, s, stop);
    bool over = never || e == OK || s->tries >= TRIES;
    return work_write(store, &noting, over ? done : later, s) == OK;
}
