/* SPDX-License-Identifier: GPL-3.0-or-later
 * circle_say_mail.c - words to a circle, written down in the shape of a mail as all words are:
 * from a member or a mask, to the circle, which has an address no server takes. */
#include "kit/base/text.h"
#include "kit/mail/compose.h"
#include "kit/mail/header.h"
#include "people/keeper.h"
#include "people/people_mail.h"
#include "post/mailbox.h"
#include "talk/circle_talk.h"
#include "talk/draft_mail.h"
#include "talk/talk_mail.h"
#include "talk/thread_mail.h"

enum { SUBJECT_MOST = 200 };

/* The same for every member, so that it tells nothing of who speaks. */
bool talk_circle_post(struct ctx *c, struct mailbox *out) { return mailbox_of_house(c, true, out); }

/* Without a name: what somebody is called by is not counted from what they say in here. */
static err from_of(struct ctx *c, id face, struct mail_addr *out)
{
    *out = (struct mail_addr){ .name = S(""), .addr = person_as_mail(c, face) };
    return out->addr.n ? OK
                       : fail(c, E_INVALID, "Nobody without any address can say something here.");
}

static struct str domain_of_house(struct ctx *c)
{
    struct mailbox box;
    if (talk_circle_post(c, &box)) return mail_domain(mail_key(c->a, box.address));
    return S("circle.invalid");
}

static err check(struct ctx *c, id face, struct talk_circle_words *w, struct message *about)
{
    w->subject = text_oneline(c->a, text_utf8(c->a, w->subject));
    if (w->about) {
        TRY(talk_message(c, w->about, about));
        if (talk_circle_of(c, w->about) != w->circle)
            return fail(c, E_NOTFOUND, "That was not said in this circle.");
        w->subject = talk_re(c->a, about->subject);
    }
    if (!w->subject.n || w->subject.n > SUBJECT_MOST)
        return fail(c, E_INVALID, "Please say in a few words what it is about.");
    return talk_say_words(c, face, w->words, &w->words);
}

static err compose(struct ctx *c, const struct talk_circle_words *w, const struct message *about,
                   id face, struct mail_result *out)
{
    struct mail_addr from,
        to = { .name = S(""),
               .addr = handle_as_mail(c->a, str_fmt(c->a, "circle:%" PRId64, w->circle)) };
    struct thread_place place = { { NULL, 0 }, { NULL, 0 } };
    struct str domain = domain_of_house(c);
    TRY(from_of(c, face, &from));
    if (w->about) thread_of(c, about, domain, &place);
    struct mail_letter l = { .id = mail_id_make(c->a, domain),
                             .from = { &from, 1 },
                             .to = { &to, 1 },
                             .subject = w->subject,
                             .date = c->now,
                             .date_offset_s = c->offset_s,
                             .in_reply_to = place.in_reply_to,
                             .references = place.references,
                             .text = str_fmt(c->a, "%.*s\n", STR(w->words)) };
    return talk_own_write(c, &l, out);
}

err talk_circle_say(struct tx *t, const struct talk_circle_words *given, id *message)
{
    struct ctx *c = &t->c;
    struct talk_circle_words w = *given;
    struct message about = { .id = 0 };
    struct circle_seat own;
    struct mail_result result;
    id viewer = c->viewer;
    if (!circle_seat(c, w.circle, &own))
        return fail(c, E_NOTFOUND, "You are in no circle of that number.");
    TRY(check(c, own.face, &w, &about));
    TRY(compose(c, &w, &about, own.face, &result));
    c->viewer = own.face;
    *message = talk_own_take(t, &result, c->now, CHANNEL_WEB);
    if (w.about) draft_hold_together(t, *message, w.about);
    c->viewer = viewer;
    talk_circle_mark(t, *message, w.circle);
    talk_relay(t, *message);
    return OK;
}
