/* SPDX-License-Identifier: GPL-3.0-or-later
 * counter_mail.c - what was said, written down in the shape of a mail: threads, ties, waits,
 * search, export and erasing then need no second way. */
#include "talk/counter.h"

#include "kit/base/text.h"
#include "people/people_mail.h"
#include "talk/come.h"
#include "talk/draft_mail.h"
#include "talk/incoming.h"
#include "talk/talk_mail.h"
#include "talk/thread_mail.h"

#define NO_DOMAIN "counter.invalid" /* of ids that name no mail */

enum { NAME_MOST = 200, SUBJECT_LETTERS = 70 };

static err address_of(struct ctx *c, id who, struct mail_addr *out)
{
    struct person p;
    TRY(person_get(c, who, &p));
    *out = (struct mail_addr){ .name = p.name, .addr = person_as_mail(c, p.id) };
    if (out->addr.n) return OK;
    return fail(c, E_INVALID, "Nothing can be noted about somebody without any address.");
}

static err recipients(struct ctx *c, const struct counter *n, struct str met, struct mail_addrs *to)
{
    *to = (struct mail_addrs){ NEW(c->a, struct mail_addr, n->n_others + 1), 0 };
    struct str name = text_oneline(c->a, text_utf8(c->a, n->name));
    if (n->who) {
        TRY(address_of(c, n->who, &to->at[to->n++]));
    } else {
        if (!name.n || name.n > NAME_MOST)
            return fail(c, E_INVALID, "Please write a name of at most 200 letters.");
        to->at[to->n++] = (struct mail_addr){ .name = name, .addr = handle_as_mail(c->a, met) };
    }
    for (int i = 0; i < n->n_others; i++) TRY(address_of(c, n->others[i], &to->at[to->n++]));
    return OK;
}

static err about(struct ctx *c, id message, struct mail_letter *l)
{
    struct message m;
    struct thread_place place;
    TRY(talk_message(c, message, &m));
    thread_of(c, &m, S(NO_DOMAIN), &place);
    l->subject = talk_re(c->a, m.subject);
    l->in_reply_to = place.in_reply_to;
    l->references = place.references;
    return OK;
}

static err words_of(struct ctx *c, struct str words, struct mail_letter *l)
{
    struct str first, rest;
    words = str_trim(text_utf8(c->a, words));
    if (!words.n || words.n > COUNTER_MOST)
        return fail(c, E_INVALID, "Please write down what was said, in at most %d letters.",
                    COUNTER_MOST);
    rest = l->text = words;
    (void)str_line(&rest, &first);
    l->subject = text_short(c->a, text_oneline(c->a, first), SUBJECT_LETTERS);
    return OK;
}

struct noting {
    const struct counter *n;
    struct str met; /* the handle of who is new */
};

static err parse(struct ctx *c, const struct channel_came *came, struct mail_result *out)
{
    const struct noting *own = came->own;
    const struct counter *n = own->n;
    struct mail_addr *from = NEW(c->a, struct mail_addr, 1);
    struct mail_letter l = { .id = mail_id_make(c->a, S(NO_DOMAIN)),
                             .from = { from, 1 },
                             .date = came->at ? came->at : c->now,
                             .date_offset_s = c->offset_s,
                             .contact = n->phoned ? S("phoned") : S("spoken") };

    if (l.date > c->now) return fail(c, E_INVALID, "That is still to come.");
    if (l.date < 1) return fail(c, E_INVALID, "That is too long ago to be noted.");
    TRY(words_of(c, came->bytes, &l));
    if (came->about) TRY(about(c, came->about, &l));
    TRY(recipients(c, n, own->met, &l.to));
    TRY(address_of(c, c->viewer, from));
    return talk_own_write(c, &l, out);
}

const struct post_channel counter_channel = { .number = CHANNEL_COUNTER,
                                              .name = "counter",
                                              .parse = parse };

err counter_note(struct tx *t, const struct counter *n, id *message, id *who)
{
    struct noting own = { n, handle_of_met(t->c.a) };
    struct channel_came came = { .bytes = n->words, .at = n->at, .about = n->about, .own = &own };
    TRY(talk_come(t, CHANNEL_COUNTER, &came, message));
    *who = n->who ? n->who : person_of_uri(&t->c, own.met);

    return OK;
}
