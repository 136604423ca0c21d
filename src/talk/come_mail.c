/* SPDX-License-Identifier: GPL-3.0-or-later
 * come_mail.c - what comes in on any channel, in the shape of a mail; and the channel web. */
#include "kit/base/date.h"
#include "kit/base/text.h"
#include "kit/base/trace.h"
#include "people/keeper.h"
#include "people/people_mail.h"
#include "talk/come.h"
#include "talk/draft_mail.h"
#include "talk/participant.h"
#include "talk/talk_mail.h"
#include "talk/thread_mail.h"

/* ---- from any channel ---------------------------------------------------------------- */

/* A guest reads what was passed to them; the one who added them can pass on what they say. */
static void pass_on(struct tx *t, id message, id about)
{
    struct ctx *c = &t->c;
    struct participant p;
    id viewer = c->viewer;
    if (about && !keeper_role_of(c, viewer) && talk_own_part(c, about, &p)) c->viewer = p.keeper;
    talk_relay(t, message);
    c->viewer = viewer;
}

err talk_come(struct tx *t, channel way, const struct channel_came *came, id *message)
{
    struct ctx *c = &t->c;
    const struct post_channel *on = channel_get(way);
    struct mail_result r;
    if (!on || !on->parse) return fail(c, E_INVALID, "Nothing comes into this house that way.");
    TRY(on->parse(c, came, &r));
    switch (talk_own_bring(t, &r, 0, way, message)) {
    case TAKEN_NEW: break;
    case TAKEN_ERASED: return fail(c, E_CONFLICT, "That was erased here before.");
    case TAKEN_SEEN:
    case TAKEN_SIGHTED: return OK;
    }
    if (came->about) draft_hold_together(t, *message, came->about);
    pass_on(t, *message, came->about);
    return OK;
}

/* ---- looking ---------------------------------------------------------------------------- */

struct polled {
    struct store *store;
    channel way;
    const struct channel_came *came;
};

static err take(struct tx *t, void *arg)
{
    struct polled *p = arg;
    id message;
    t->c.viewer = p->came->keeper ? p->came->keeper : keeper_first(&t->c);
    return talk_come(t, p->way, p->came, &message);
}

/* What is refused would be refused again. */
static bool take_one(void *arg, const struct channel_came *came)
{
    struct polled *p = arg;
    struct arena *a = arena_open(64 * MIB);
    struct work w = { .a = a };
    p->came = came;
    err e = work_write(p->store, &w, take, p);
    bool broken = w.broken;
    if (e != OK) trace_line(TRACE_WARN, "came", "channel=%d taken=0", p->way);
    arena_close(a);
    return !broken;
}

bool talk_poll_step(struct store *store, struct arena *a, const atomic_bool *cancel)
{
    bool any = false;
    for (int i = 0; i < CHANNELS_MOST; i++) {
        const struct post_channel *on = channel_get((channel)i);
        struct polled p = { .store = store, .way = (channel)i };
        if (on && on->poll) any |= on->poll(a, cancel, take_one, &p);
    }
    return any;
}

/* ---- the web ------------------------------------------------------------------------------ */

/* One who came in by a letter has an address; the keeper has those of the house. */
static err address_of(struct ctx *c, id person, struct mail_addr *out)
{
    struct person who;
    TRY(person_get(c, person, &who));
    struct str address = person_mail(c, who.id), key = mail_key(c->a, address);
    if (!address.n) return fail(c, E_DENIED, "%.*s has no mail address here.", STR(who.name));
    *out = (struct mail_addr){ .name = text_oneline(c->a, who.name),
                               .addr = address,
                               .key = key,
                               .base = mail_key_base(c->a, key) };
    return OK;
}

static err compose(struct ctx *c, const struct message *about, const struct participant *p,
                   struct str words, struct mail_result *out)
{
    struct mail_addr from, to;
    struct thread_place place;
    TRY(address_of(c, c->viewer, &from));
    TRY(address_of(c, p->keeper, &to));
    thread_of(c, about, mail_domain(to.key), &place);
    struct mail_letter l = { .id = mail_id_make(c->a, mail_domain(to.key)),
                             .from = { &from, 1 },
                             .to = { &to, 1 },
                             .subject = text_oneline(c->a, talk_re(c->a, about->subject)),
                             .date = c->now,
                             .date_offset_s = c->offset_s,
                             .in_reply_to = place.in_reply_to,
                             .references = place.references,
                             .text = words };
    return talk_own_write(c, &l, out);
}

static err not_too_often(struct ctx *c, id who)
{
    if (db_int(c, 0,
               SQL("SELECT count(*) FROM handle h JOIN message m ON m.author=h.key WHERE "
                   "h.person=$1 AND m.at>$2 /* scan */"),
               I(who), I(c->now - HOUR)) < TALK_SAY_HOUR)
        return OK;
    return fail(c, E_INVALID, "That is a lot for one hour. Please go on a little later.");
}

err talk_say_words(struct ctx *c, id who, struct str typed, struct str *out)
{
    struct str words = str_trim(text_utf8(c->a, typed));
    if (!words.n || words.n > TALK_SAY_BYTES)
        return fail(c, E_INVALID, "Please write something, of at most %d letters.", TALK_SAY_BYTES);
    TRY(not_too_often(c, who));
    *out = words;
    return OK;
}

static err parse(struct ctx *c, const struct channel_came *came, struct mail_result *out)
{
    struct message about;
    struct participant p = { 0 };
    struct str words;
    TRY(talk_message(c, came->about, &about));
    if (!talk_own_part(c, about.id, &p))
        return fail(c, E_DENIED, "You do not take part in this conversation any more.");
    TRY(talk_say_words(c, c->viewer, came->bytes, &words));
    return compose(c, &about, &p, str_fmt(c->a, "%.*s\n", STR(words)), out);
}

err talk_say(struct tx *t, id about, struct str words, id *message)
{
    struct channel_came came = { .bytes = words, .about = about };
    return talk_come(t, CHANNEL_WEB, &came, message);
}

/* They see it since it was passed to them. */
static struct channel_result deliver(struct arena *a, const struct channel_parcel *p,
                                     const atomic_bool *cancel)
{
    (void)a, (void)p, (void)cancel;
    return (struct channel_result){ CHANNEL_HANDED, CHANNEL_SAYS_NOTHING, S("") };
}

const struct post_channel talk_web_channel = { .number = CHANNEL_WEB,
                                               .name = "web",
                                               .reads = "in the browser",
                                               .patience_s = DAY,
                                               .fetched = true,
                                               .parse = parse,
                                               .deliver = deliver };
