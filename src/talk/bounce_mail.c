/* SPDX-License-Identifier: GPL-3.0-or-later
 * bounce_mail.c - a report that one of our letters came back. Anybody can write one, so it is
 * believed only if it returns a Message-ID of ours, which nobody can guess, and that letter went to
 * whom it speaks of. */
#include "kit/base/hash.h"
#include "kit/mail/dsn_verdict.h"
#include "people/people_mail.h"
#include "post/outbox.h"
#include "talk/talk_mail.h"

/* A letter to one may have come back from where it was passed on to. */
static int64_t whom(struct ctx *c, id message, struct str recipient)
{
    int64_t only = 0, n = 0;
    struct mail_addr m = { .addr = recipient, .key = mail_key(c->a, recipient) };
    struct meeting who = meeting_of_mail(c->a, &m, false);
    int64_t handle = who.uri.n ? meeting_key(c, &who) : 0;
    if (handle && outbox_went_to(c, message, handle)) return handle;
    EACH (r, c, SQL("SELECT handle FROM outbox WHERE message=$1 LIMIT 2"), I(message)) {
        only = row_int(&r, 0);
        n++;
    }
    return n == 1 ? only : 0;
}

void talk_note_report(struct tx *t, const struct mail_dsn *d)
{
    struct ctx *c = &t->c;
    static const outbox_return meant[] = { [DSN_SOFT] = RETURN_SOFT,
                                           [DSN_GONE] = RETURN_GONE,
                                           [DSN_OURS] = RETURN_OURS,
                                           [DSN_COMPLAINT] = RETURN_COMPLAINT };
    outbox_return what = meant[dsn_judge_report(d)];
    id message = d->message_id.n ? log_find(c, hash_name(c->secret, d->message_id)) : 0;
    int64_t handle = what && message ? whom(c, message, d->recipient) : 0;
    struct str said = d->diagnostic.n ? d->diagnostic : d->status;
    if (!said.n) said = d->abuse ? S("called unwanted by its recipient") : S("no reason was given");
    if (handle) outbox_report(t, &(struct outbox_report){ message, handle, what, said });
}
