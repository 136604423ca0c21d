/* SPDX-License-Identifier: GPL-3.0-or-later
 * said.c - what keepers say of waits (asleep, needless, muted) and of conversations (what they are,
 * what settles them). */
#include "kit/base/pack.h"
#include "talk/incoming.h"

enum { REC_UNTIL = 1, REC_OFF, REC_KIND }; /* fields of the events' records */

static const char *const kind_words[] = { "", "talk", "question", "idea", "problem", "praise" };

const char *talk_kind_word(talk_kind k)
{
    return k >= 0 && k < COUNT(kind_words) ? kind_words[k] : "";
}

talk_kind talk_kind_of(struct str word)
{
    for (int i = KIND_TALK; i < COUNT(kind_words); i++)
        if (str_eq(word, str_c(kind_words[i]))) return (talk_kind)i;
    return KIND_UNSAID;
}

/* ---- deeds --------------------------------------------------------------- */

static err say(struct tx *t, int kind, id message, int tag, int64_t value, id *event)
{
    struct message m;
    struct buf data = { .a = t->c.a };
    TRY(talk_message(&t->c, message, &m));
    if (tag) rec_int(&data, tag, value);
    *event =
        log_append(t, (struct event){ .kind = kind, .subject = message, .data = buf_str(&data) });
    return OK;
}

err wait_sleep(struct tx *t, id message, int64_t until, id *event)
{
    if (until <= t->c.now) return fail(&t->c, E_INVALID, "Please choose a day to come.");
    return say(t, EVENT_WAIT_ASLEEP, message, REC_UNTIL, until, event);
}

err wait_needless(struct tx *t, id message, id *event)
{
    return say(t, EVENT_WAIT_NEEDLESS, message, 0, 0, event);
}

err talk_set_kind(struct tx *t, id message, talk_kind kind, id *event)
{
    struct message m;
    TRY(talk_message(&t->c, message, &m));
    if (kind <= KIND_UNSAID || kind > KIND_PRAISE)
        return fail(&t->c, E_INVALID, "There is no such kind.");
    return say(t, EVENT_TALK_KIND, message, REC_KIND, kind, event);
}

err talk_settled_by(struct tx *t, id message, id *event)
{
    return say(t, EVENT_TALK_SETTLED, message, 0, 0, event);
}

err wait_mute(struct tx *t, id person, bool mute)
{
    struct ctx *c = &t->c;
    struct person p;
    struct buf data = { .a = c->a };
    TRY(person_get(c, person, &p));
    id as = db_int(c, 0,
                   SQL("SELECT u.person FROM muted u CROSS JOIN person q WHERE u.keeper=$1 AND "
                       "q.id=u.person AND (q.id=$2 OR q.merged=$2) LIMIT 1"),
                   I(c->viewer), I(p.id));
    if (mute == (as != 0)) return fail(c, E_CONFLICT, "That has been said already.");
    if (!mute) rec_int(&data, REC_OFF, 1);
    log_append(t, (struct event){ .kind = EVENT_WAIT_MUTED,
                                  .subject = mute ? p.id : as,
                                  .data = buf_str(&data) });
    return OK;
}

/* ---- what events do ------------------------------------------------------ */

static int64_t value_of(struct str data)
{
    int64_t v = 0;
    for (struct field f; rec_next(&data, &f);) v = field_int(f);
    return v;
}

static void mute(struct tx *t, const struct event *e)
{
    if (value_of(e->data))
        db_do(t, SQL("DELETE FROM muted WHERE keeper=$1 AND person=$2"), I(e->actor),
              I(e->subject));
    else
        db_do(t,
              SQL("INSERT INTO muted(keeper, person, event) VALUES($1, $2, $3) ON "
                  "CONFLICT(keeper, person) DO NOTHING"),
              I(e->actor), I(e->subject), I(e->id));
}

static void needless(struct tx *t, const struct event *e)
{
    db_do(t,
          SQL("INSERT INTO needless(message, event) VALUES($1, $2) ON CONFLICT(message) DO UPDATE "
              "SET event=excluded.event"),
          I(e->subject), I(e->id));
}

static void asleep(struct tx *t, const struct event *e)
{
    db_do(t,
          SQL("INSERT INTO asleep(keeper, message, until, event) VALUES($1, $2, $3, $4) ON "
              "CONFLICT(keeper, message) DO UPDATE SET until=excluded.until, event=excluded.event"),
          I(e->actor), I(e->subject), I(value_of(e->data)), I(e->id));
}

void wait_noted(struct tx *t, const struct event *e)
{
    if (e->kind == EVENT_WAIT_MUTED) {
        mute(t, e);
        return;
    }
    if (e->kind == EVENT_WAIT_ASLEEP) asleep(t, e);
    else if (e->kind == EVENT_WAIT_NEEDLESS) needless(t, e);
    else
        db_do(t, SQL("INSERT INTO verdict(event, message, kind) VALUES($1, $2, $3)"), I(e->id),
              I(e->subject), I(e->kind == EVENT_TALK_KIND ? value_of(e->data) : KIND_UNSAID));
    id in = db_int(&t->c, 0, SQL("SELECT conversation FROM message WHERE id=$1"), I(e->subject));
    if (in && e->kind != EVENT_WAIT_ASLEEP) log_dirty(t, DIRTY_WAIT, in, 0);
}

void wait_undone(struct tx *t, id event)
{
    db_do(t, SQL("DELETE FROM asleep WHERE event=$1 /* scan */"), I(event));
    db_do(t, SQL("DELETE FROM needless WHERE event=$1 /* scan */"), I(event));
    db_do(t, SQL("DELETE FROM verdict WHERE event=$1"), I(event));
}

/* ---- lists --------------------------------------------------------------- */

void wait_asleep(struct ctx *c, int max, struct sleepings *out)
{
    id *who = NEW(c->a, id, MAX(max, 1));
    int n = 0;
    *out = (struct sleepings){ NEW(c->a, struct sleeping, MAX(max, 1)), 0 };
    EACH (r, c,
          SQL("SELECT w.conversation, w.message, m.subject, w.since, z.until, z.event, w.person "
              "FROM asleep z CROSS JOIN message m CROSS JOIN wait w CROSS JOIN sight s WHERE "
              "z.keeper=$1 AND z.until>$2 AND m.id=z.message AND w.conversation=m.conversation AND "
              "w.keeper IN($1, 0) AND w.message=m.id AND s.message=m.id AND s.who=$1 AND "
              "NOT " WROTE_AGAIN " ORDER BY z.until, z.event, w.person LIMIT $3"),
          I(c->viewer), I(c->now), I(max)) {
        out->at[n] = (struct sleeping){ .wait = { .conversation = row_int(&r, 0),
                                                  .message = row_int(&r, 1),
                                                  .subject = row_str(&r, 2),
                                                  .since = row_int(&r, 3),
                                                  .days = (int)((c->now - row_int(&r, 3)) / DAY) },
                                        .until = row_int(&r, 4),
                                        .event = row_int(&r, 5) };
        who[n++] = row_int(&r, 6);
    }
    for (int i = 0; i < n; i++) {
        out->at[out->n] = out->at[i];
        if (person_get(c, who[i], &out->at[out->n].wait.who) == OK) out->n++;
    }
}

void wait_muted(struct ctx *c, int max, struct person_lines *out, int *all)
{
    *out = (struct person_lines){ NEW(c->a, struct person_line, MAX(max, 1)), 0 };
    *all = 0;
    EACH (r, c,
          SQL("SELECT p.id, p.name, count(*) OVER () FROM muted u CROSS JOIN person q CROSS JOIN "
              "person p WHERE u.keeper=$1 AND q.id=u.person AND p.id=CASE WHEN q.merged>0 THEN "
              "q.merged ELSE q.id END AND p.merged=0 ORDER BY p.fold, p.id LIMIT $2"),
          I(c->viewer), I(max)) {
        out->at[out->n++] = (struct person_line){ .id = row_int(&r, 0), .name = row_str(&r, 1) };
        *all = (int)row_int(&r, 2);
    }
}
