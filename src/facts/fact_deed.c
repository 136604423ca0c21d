/* SPDX-License-Identifier: GPL-3.0-or-later
 * fact_deed.c - what is said of a fact afterwards, and how its words go. */
#include "facts/fact_log.h"
#include "kit/base/pack.h"
#include "kit/base/text.h"

#include <stdlib.h>

enum { BATCH = 500 };

static struct fact_wires wires;

void fact_wire(const struct fact_wires *w) { wires = *w; }

struct str fact_source_words(struct ctx *c, const struct fact *f)
{
    if (!wires.sentence || !f->source || !f->span_n || !may(c, MAY_SEE, THING_MESSAGE, f->source))
        return S("");
    return wires.sentence(c, f->source, f->span_at, f->span_n);
}

/* ---- one word ---------------------------------------------------------------- */

struct stands { /* of a fact, for who wants to change it */
    id person, recorder, grant;
    int64_t audience;
    fact_state state;
    fact_class class;
    fact_origin origin;
    bool own; /* the viewer is whom it is about */
};

static err stands_of(struct ctx *c, id fact, struct stands *out)
{
    *out = (struct stands){ 0 };
    if (!fact_may_change(c, fact)) return fail(c, E_NOTFOUND, "there is no such fact (any more)");
    EACH (r, c,
          SQL("SELECT person, recorder, coalesce(consent, 0), audience, state, class, origin FROM "
              "fact WHERE id=$1"),
          I(fact))
        *out = (struct stands){ row_int(&r, 0),
                                row_int(&r, 1),
                                row_int(&r, 2),
                                row_int(&r, 3),
                                (fact_state)row_int(&r, 4),
                                (fact_class)row_int(&r, 5),
                                (fact_origin)row_int(&r, 6),
                                row_int(&r, 0) == c->viewer };
    return OK;
}

static void say(struct tx *t, id fact, id person, channel ch, struct str data)
{
    log_append(t, (struct event){ .kind = EVENT_FACT_SAID,
                                  .subject = fact,
                                  .other = person,
                                  .channel = ch,
                                  .data = data });
}

static void say_state(struct tx *t, id fact, id person, channel ch, fact_state state,
                      int64_t expires)
{
    struct buf d = { .a = t->c.a };
    rec_int(&d, FACT_REC_STATE, state);
    if (expires) rec_int(&d, FACT_REC_EXPIRES, expires);
    say(t, fact, person, ch, buf_str(&d));
}

err fact_right(struct tx *t, id fact, channel said)
{
    struct ctx *c = &t->c;
    struct stands f;
    TRY(stands_of(c, fact, &f));
    if (!f.own && said == CHANNEL_NONE)
        return fail(c, E_DENIED, "only they can say that it is right");
    if (!f.own && (f.state == FACT_RESTRICTED || f.class == FACT_SPECIAL))
        return fail(c, E_DENIED, "this they have to say themselves, on their page");
    if (f.origin == FACT_OBSERVED)
        return fail(c, E_INVALID,
                    "what was noticed is a place in a message: note what they said to it");
    if (f.state == FACT_CONFIRMED) return OK;
    say_state(t, fact, f.person, said, FACT_CONFIRMED, c->now + (int64_t)FACT_TOLD_DAYS * DAY);
    return OK;
}

err fact_wrong(struct tx *t, id fact)
{
    struct stands f;
    TRY(stands_of(&t->c, fact, &f));
    fact_state to = f.own ? FACT_RESTRICTED : FACT_DISPUTED;
    if (f.state >= to) return OK;
    say_state(t, fact, f.person, CHANNEL_WEB, to, 0);
    return OK;
}

err fact_add_words(struct tx *t, id fact, struct str words)
{
    struct ctx *c = &t->c;
    struct stands f;
    struct buf d = { .a = c->a };
    TRY(stands_of(c, fact, &f));
    if (!f.own) return fail(c, E_DENIED, "this place is for their own words");
    words = str_trim(text_utf8(c->a, words));
    if (words.n > FACT_WORDS_MOST)
        return fail(c, E_INVALID, "please write at most %d letters", FACT_WORDS_MOST);
    rec_str(&d, FACT_REC_WORDS, words);
    say(t, fact, f.person, CHANNEL_WEB, buf_str(&d));
    return OK;
}

err fact_keep_longer(struct tx *t, id fact, int64_t until)
{
    struct ctx *c = &t->c;
    struct stands f;
    struct buf d = { .a = c->a };
    TRY(stands_of(c, fact, &f));
    if (!f.own) return fail(c, E_DENIED, "only they can say that it is kept longer");
    if (until <= c->now || until > c->now + (int64_t)FACT_TOLD_DAYS * DAY)
        return fail(c, E_INVALID, "it can be kept from tomorrow to %d days from now",
                    FACT_TOLD_DAYS);
    rec_int(&d, FACT_REC_EXPIRES, until);
    say(t, fact, f.person, CHANNEL_WEB, buf_str(&d));
    return OK;
}

/* Keepers and the person: as far as the grant goes, or to the house where there is none. */
static err may_share(struct ctx *c, const struct stands *f, const struct audience *to)
{
    struct audience most = audience_keepers(), now;
    struct grant g;
    if (f->own) return OK;
    if (f->origin == FACT_INTRODUCED || f->origin == FACT_OBSERVED || f->origin == FACT_RECEIVED)
        return fail(c, E_DENIED, "this is passed to nobody until they say that it is right");
    if (f->grant && grant_get(c, f->grant, &g) == OK) audience_read(c, g.audience, &most);
    audience_read(c, f->audience, &now);
    for (int i = 0; i < to->n_any; i++)
        if (to->any[i].kind == PARTY_PERSON && !f->grant && keeper_role_of(c, to->any[i].who))
            continue; /* one of the keepers */
        else if (!fact_within(&(struct audience){ .any = &to->any[i], .n_any = 1 }, &most) &&
                 !fact_within(&(struct audience){ .any = &to->any[i], .n_any = 1 }, &now))
            return fail(c, E_DENIED, "they agreed that fewer people see it");
    struct audience nobody_more = { .any = to->any, .none = to->none, .n_none = to->n_none };
    struct audience left_out = { .none = now.none, .n_none = now.n_none };
    if (!fact_within(&nobody_more, &left_out))
        return fail(c, E_DENIED, "somebody was left out, and stays so until they say otherwise");
    return OK;
}

err fact_share(struct tx *t, id fact, const struct audience *who)
{
    struct ctx *c = &t->c;
    struct stands f;
    struct buf d = { .a = c->a };
    TRY(stands_of(c, fact, &f));
    TRY(audience_check(c, who));
    TRY(may_share(c, &f, who));
    audience_put(&d, FACT_REC_AUDIENCE, who);
    say(t, fact, f.person, CHANNEL_WEB, buf_str(&d));
    return OK;
}

err fact_ask(struct tx *t, id fact, id message)
{
    struct ctx *c = &t->c;
    struct stands f;
    struct buf d = { .a = c->a };
    TRY(stands_of(c, fact, &f));
    if (f.own || f.state == FACT_RESTRICTED)
        return fail(c, E_CONFLICT, "they have said already what they think of it");
    rec_int(&d, FACT_REC_SOURCE, message);
    log_append(t, (struct event){ .kind = EVENT_FACT_ASKED,
                                  .subject = fact,
                                  .other = f.person,
                                  .data = buf_str(&d) });
    return OK;
}

/* ---- what they answer ----------------------------------------------------------- */

static id asking(struct ctx *c, id fact)
{
    id event = db_int(c, 0,
                      SQL("SELECT id FROM event WHERE kind=$1 AND subject=$2 ORDER BY id DESC "
                          "LIMIT 1"),
                      I(EVENT_FACT_ASKED), I(fact));
    struct event e;
    if (!event || log_get(c, event, &e) != OK) return 0;
    struct str rest = e.data;
    for (struct field f; rec_next(&rest, &f);)
        if (f.tag == FACT_REC_SOURCE) return field_int(f);
    return 0;
}

id fact_asked_by(struct ctx *c, id message, id person)
{
    enum { ASKED = 50 };
    id list[ASKED];
    int n = 0;
    EACH (r, c, SQL("SELECT id FROM fact WHERE person=$1 AND asked_at>0 ORDER BY id DESC LIMIT $2"),
          I(person_real(c, person)), I(ASKED))
        list[n++] = row_int(&r, 0);
    for (int i = 0; i < n; i++)
        if (asking(c, list[i]) == message) return list[i];
    return 0;
}

/* What was noticed becomes their own word, for those who saw it, and the place is needed no more.
 */
static err say_it(struct tx *t, const struct fact *f, channel said, struct str sentence)
{
    struct ctx *c = &t->c;
    struct fact_guess g = fact_guess(c->a, sentence);
    struct fact_new n = { .person = f->person,
                          .key = g.key,
                          .value = g.value,
                          .origin = FACT_TOLD,
                          .heard = said,
                          .source = f->source,
                          .span_at = f->span_at,
                          .span_n = f->span_n,
                          .valid_from = g.valid_from,
                          .valid_to = g.valid_to };
    id told;
    audience_read(c, f->audience, &n.audience);
    TRY(fact_note(t, &n, &told));
    return fact_forget(t, f->id);
}

err fact_answer(struct tx *t, id fact, bool right, channel said, struct str sentence)
{
    struct ctx *c = &t->c;
    struct fact f;
    id viewer = c->viewer;
    c->viewer = db_int(c, 0, SQL("SELECT person FROM fact WHERE id=$1"), I(fact));
    err e =
        c->viewer ? fact_get(c, fact, &f) : fail(c, E_NOTFOUND, "there is no such fact (any more)");
    if (e == OK)
        e = !right                      ? fact_wrong(t, fact)
            : f.origin == FACT_OBSERVED ? say_it(t, &f, said, sentence)
                                        : fact_right(t, fact, said);
    c->viewer = viewer;
    return e;
}

/* ---- taking it back ----------------------------------------------------------- */

static int by_number(const void *x, const void *y)
{
    id a = *(const id *)x, b = *(const id *)y;
    return (a > b) - (a < b);
}

/* How a fact stood by what was said of it. */
struct stood {
    int64_t state, expires;
    struct str audience, words;
};

static void stood_after(struct str data, struct stood *s)
{
    for (struct field f; rec_next(&data, &f);) switch (f.tag) {
        case FACT_REC_STATE: s->state = field_int(f); break;
        case FACT_REC_EXPIRES: s->expires = field_int(f); break;
        case FACT_REC_AUDIENCE: s->audience = f.value; break;
        case FACT_REC_WORDS: s->words = f.value; break;
        }
}

/* The same fields as the last word had, with what stood there before. */
static struct str as_before(struct arena *a, struct str last, const struct stood *s)
{
    struct buf d = { .a = a };
    for (struct field f; rec_next(&last, &f);) switch (f.tag) {
        case FACT_REC_STATE: rec_int(&d, f.tag, s->state); break;
        case FACT_REC_EXPIRES: rec_int(&d, f.tag, s->expires); break;
        case FACT_REC_AUDIENCE: rec_str(&d, f.tag, s->audience); break;
        case FACT_REC_WORDS: rec_str(&d, f.tag, s->words); break;
        }
    return buf_str(&d);
}

err fact_unsay(struct tx *t, id fact)
{
    struct ctx *c = &t->c;
    struct stands f;
    struct event e;
    struct stood was = { .audience = S(""), .words = S("") };
    TRY(stands_of(c, fact, &f));
    id *said;
    int n = fact_events(c, fact, &said);
    for (int i = 0; i < n; i++) {
        TRY(log_get(c, said[i], &e));
        if (i < n - 1) stood_after(e.data, &was);
    }
    if (n < 2 || e.actor != c->viewer)
        return fail(c, E_CONFLICT, "something else was said of it since");
    say(t, fact, f.person, CHANNEL_NONE, as_before(c->a, e.data, &was));
    return OK;
}

/* ---- going ------------------------------------------------------------------- */

int fact_events(struct ctx *c, id fact, id **out)
{
    if (db_int(c, 0, SQL("SELECT kind FROM event WHERE id=$1"), I(fact)) != EVENT_FACT_NOTED)
        return 0;
    int n = 0, all = 1 + (int)db_int(c, 0,
                                     SQL("SELECT count(*) FROM event WHERE kind=$1 AND id>$2 AND "
                                         "subject=$2"),
                                     I(EVENT_FACT_SAID), I(fact));
    *out = NEW(c->a, id, all);
    (*out)[n++] = fact;
    EACH (r, c,
          SQL("SELECT id FROM event WHERE kind=$1 AND id>$2 AND subject=$2 ORDER BY id LIMIT $3"),
          I(EVENT_FACT_SAID), I(fact), I(all - 1))
        (*out)[n++] = row_int(&r, 0);
    return n;
}

static void tell_gone(struct tx *t, const id *facts, int n)
{
    struct fact_trace *gone = NEW(t->c.a, struct fact_trace, MAX(n, 1));
    int m = 0;
    for (int i = 0; i < n; i++)
        EACH (r, &t->c, SQL("SELECT id, person, value FROM fact WHERE id=$1"), I(facts[i]))
            gone[m++] = (struct fact_trace){ row_int(&r, 0), row_int(&r, 1), row_str(&r, 2) };
    if (wires.gone && m) wires.gone(t, gone, m);
}

err fact_drop(struct tx *t, const id *facts, int n, erase_reason why)
{
    struct ctx *c = &t->c;
    if (!n) return OK;
    struct erasure e = { .reason = why,
                         .messages = NEW(c->a, id, n),
                         .never = NEW(c->a, int64_t, n) };
    struct of_one {
        id *events;
        int n;
    } *of = NEW(c->a, struct of_one, n);
    int n_events = 0;
    tell_gone(t, facts, n);
    for (int i = 0; i < n; i++) {
        int64_t name = db_int(c, 0, SQL("SELECT ext FROM event WHERE id=$1"), I(facts[i]));
        e.messages[e.n_messages++] = facts[i];
        if (name) e.never[e.n_never++] = name;
        of[i].n = fact_events(c, facts[i], &of[i].events);
        n_events += of[i].n;
    }
    id *events = NEW(c->a, id, MAX(n_events, 1)), *end = events;
    for (int i = 0; i < n; i++)
        for (int k = 0; k < of[i].n; k++) *end++ = of[i].events[k];
    qsort(e.messages, (size_t)e.n_messages, sizeof *e.messages, by_number);
    qsort(e.never, (size_t)e.n_never, sizeof *e.never, by_number);
    return log_erase(t, &e, events, n_events);
}

/* The skeleton says who took it back, and when; then its words go. */
static err take_back(struct tx *t, id fact, id person, fact_state to, erase_reason why)
{
    say_state(t, fact, person, CHANNEL_WEB, to, 0);
    return fact_drop(t, &fact, 1, why);
}

/* What a fact followed that is taken back: it is so until further notice. */
static void still_so(struct tx *t, id fact)
{
    struct buf d = { .a = t->c.a };
    id person = db_int(&t->c, 0, SQL("SELECT person FROM fact WHERE id=$1"), I(fact));
    if (!person) return;
    rec_int(&d, FACT_REC_TO, 0);
    say(t, fact, person, CHANNEL_NONE, buf_str(&d));
}

err fact_withdraw(struct tx *t, id fact)
{
    struct stands f;
    TRY(stands_of(&t->c, fact, &f));
    id before = db_int(&t->c, 0, SQL("SELECT supersedes FROM fact WHERE id=$1"), I(fact));
    if (before) still_so(t, before);
    return take_back(t, fact, f.person, FACT_WITHDRAWN, ERASE_MISTAKE);
}

err fact_forget(struct tx *t, id fact)
{
    struct ctx *c = &t->c;
    struct stands f;
    TRY(stands_of(c, fact, &f));
    if (!f.own && keeper_role_of(c, c->viewer) != KEEPER_OWNER && f.recorder != c->viewer)
        return fail(c, E_DENIED, "they, an owner, or who noted it can have it forgotten");
    return take_back(t, fact, f.person, FACT_ERASED, ERASE_ASKED);
}

/* ---- time -------------------------------------------------------------------- */

/* About to end; those of who did nothing since stay at the front, so each page begins behind the
 * last one. */
struct due {
    id fact, person;
    int64_t expires;
};
static int due_behind(struct ctx *c, struct due last, int max, struct due *out)
{
    int n = 0;
    EACH (r, c,
          SQL("SELECT id, person, expires_at FROM fact WHERE expires_at>=$1 AND expires_at<=$2 AND "
              "(expires_at>$1 OR id>$3) AND origin=$4 AND state=$5 AND consent IS NULL ORDER BY "
              "expires_at, id LIMIT $6"),
          I(last.expires), I(c->now + DAY), I(last.fact), I(FACT_TOLD), I(FACT_CONFIRMED), I(max))
        out[n++] = (struct due){ row_int(&r, 0), row_int(&r, 1), row_int(&r, 2) };
    return n;
}

/* What was told lives for FACT_TOLD_DAYS from the person's own last act. */
static bool lives_on(struct tx *t, const struct due *f)
{
    struct buf d = { .a = t->c.a };
    int64_t last = MIN(wires.last_act(&t->c, f->person), t->c.now),
            until = last + (int64_t)FACT_TOLD_DAYS * DAY;
    if (until <= f->expires + DAY) return false;
    rec_int(&d, FACT_REC_EXPIRES, until);
    say(t, f->fact, f->person, CHANNEL_NONE, buf_str(&d));
    return true;
}

static int live_on(struct tx *t, int max)
{
    struct due last = { .expires = t->c.now + 1 }, *due = NEW(t->c.a, struct due, MAX(max, 1));
    int done = 0;
    if (!wires.last_act) return 0;
    for (int n = max; n == max && done < max;) {
        n = due_behind(&t->c, last, max, due);
        for (int i = 0; i < n && done < max; i++) done += lives_on(t, &due[i]);
        if (n) last = due[n - 1];
    }
    return done;
}

int fact_sweep(struct tx *t, int max)
{
    struct ctx *c = &t->c;
    max = MIN(max, BATCH);
    int done = live_on(t, max), n = 0;
    id *over = NEW(c->a, id, MAX(max, 1));
    EACH (r, c, SQL("SELECT id FROM fact WHERE expires_at<=$1 ORDER BY expires_at LIMIT $2"),
          I(c->now), I(max))
        over[n++] = row_int(&r, 0);
    if (n && fact_drop(t, over, n, ERASE_UNNEEDED) != OK) return done;
    return done + n;
}
