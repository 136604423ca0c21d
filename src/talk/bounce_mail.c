/* SPDX-License-Identifier: GPL-3.0-or-later
 * bounce_mail.c - a report that one of our letters came back. Anybody can write one, so it is
 * believed only if it returns a Message-ID of ours, which nobody can guess, and that letter went to
 * whom it speaks of. */
#include "kit/base/hash.h"
#include "kit/mail/dsn_verdict.h"
#include "people/people_mail.h"
#include "post/outbox.h"
#include "talk/incoming.h"
#include "talk/talk_mail.h"

static int64_t handle_of(struct ctx *c, struct str recipient)
{
    struct mail_addr m = { .addr = recipient, .key = mail_key(c->a, recipient) };
    struct meeting who = meeting_of_mail(c->a, &m, false);
    return who.uri.n ? meeting_key(c, &who) : 0;
}

/* A letter to one may have come back from where it was passed on to. */
static int64_t whom(struct ctx *c, id message, struct str recipient)
{
    int64_t only = 0, n = 0;
    int64_t handle = handle_of(c, recipient);
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

/* What is noted of a report follows it at once in the log. */
static bool noted_of(struct ctx *c, id report, const int64_t *handles, int n)
{
    int64_t handle = db_int(c, 0, SQL("SELECT handle FROM returned WHERE event=$1"), I(report + 1));
    return handle && erasure_has(handles, n, handle);
}

int talk_reports_about(struct ctx *c, const int64_t *handles, int n, id *out, int most)
{
    struct arena *whole = c->a, *round = arena_child(whole);
    id *all = NEW(whole, id, most);
    int n_all = 0, found = 0;
    EACH (r, c, SQL("SELECT id FROM message WHERE class=$1 ORDER BY id DESC LIMIT $2 /* scan */"),
          I(TALK_BOUNCE), I(most))
        all[n_all++] = row_int(&r, 0);
    c->a = round;
    for (int i = 0; i < n_all; i++, arena_clear(round)) {
        struct event e;
        if (log_get(c, all[i], &e) != OK) continue;
        struct str recipient = incoming_read(round, e.data).dsn_recipient;
        int64_t handle = recipient.n ? handle_of(c, recipient) : 0;
        if ((handle && erasure_has(handles, n, handle)) || noted_of(c, all[i], handles, n))
            out[found++] = all[i];
    }
    c->a = whole;
    arena_close(round);
    return found;
}
