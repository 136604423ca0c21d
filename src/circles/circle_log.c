/* SPDX-License-Identifier: GPL-3.0-or-later
 * circle_log.c - what events do to circles: the only place that writes their tables. */
#include "circles/circle_log.h"

#include "kit/base/pack.h"
#include "kit/base/secretbox.h"
#include "kit/base/text.h"
#include "people/people_log.h"

struct told { /* a record */
    struct str name, why, token, seal, address, meeting;
    int64_t until;
    id invite;
    int size, cards, told;
    channel way;
};

static struct told read(struct str rest)
{
    struct told o = { .name = S(""), .why = S(""), .token = S("") };
    for (struct field f; rec_next(&rest, &f);) {
        switch (f.tag) {
        case CIRCLE_REC_NAME: o.name = f.value; break;
        case CIRCLE_REC_WHY: o.why = f.value; break;
        case CIRCLE_REC_SIZE: o.size = (int)field_int(f); break;
        case CIRCLE_REC_CARDS: o.cards = (int)field_int(f); break;
        case CIRCLE_REC_TOLD: o.told = (int)field_int(f); break;
        case CIRCLE_REC_MEETING: o.meeting = f.value; break;
        case CIRCLE_REC_TOKEN: o.token = f.value; break;
        case CIRCLE_REC_UNTIL: o.until = field_int(f); break;
        case CIRCLE_REC_INVITE: o.invite = field_int(f); break;
        case CIRCLE_REC_WAY: o.way = (channel)field_int(f); break;
        case CIRCLE_REC_SEAL: o.seal = f.value; break;
        case CIRCLE_REC_ADDRESS: o.address = f.value; break;
        }
    }
    return o;
}

static void made(struct tx *t, const struct event *e)
{
    struct told o = read(e->data);
    id face = person_face(t, o.name, str_fmt(t->c.a, "circle:%" PRId64, e->id));
    db_do(t,
          SQL("INSERT INTO circle(id, name, why, size, cards, told, made, face) VALUES($1, $2, $3, "
              "$4, $5, $6, $7, $8)"),
          I(e->id), T(o.name), T(o.why), I(o.size), I(o.cards), I(o.told), I(e->at), I(face));
}

static void changed(struct tx *t, const struct event *e)
{
    struct told o = read(e->data);
    db_do(t, SQL("UPDATE circle SET name=$1, why=$2 WHERE id=$3"), T(o.name), T(o.why),
          I(e->subject));
    db_do(t,
          SQL("UPDATE person SET name=$1, fold=$2 WHERE id=(SELECT face FROM circle WHERE id=$3)"),
          T(o.name), T(text_fold(t->c.a, o.name)), I(e->subject));
}

/* Whose face that is, 0: nobody's any more; of no face the person itself. */
static id behind(struct ctx *c, id who, id *face)
{
    id person = db_int(c, -1, SQL("SELECT person FROM persona WHERE face=$1"), I(who));
    *face = person < 0 ? 0 : who;
    return person < 0 ? who : person;
}

static void came_in(struct tx *t, const struct event *e)
{
    struct told o = read(e->data);
    id face, person = behind(&t->c, e->other, &face);
    if (o.invite) db_do(t, SQL("UPDATE circle_invite SET used=1 WHERE event=$1"), I(o.invite));
    if (!person) return; /* who was masked was erased */
    db_do(t,
          SQL("INSERT INTO circle_member(circle, person, until, since, at, face, way, who) "
              "VALUES($1, $2, 0, $3, $4, $5, $6, $7) ON CONFLICT(circle, person) DO UPDATE SET "
              "until=0, since=excluded.since, at=excluded.at, face=excluded.face, "
              "way=excluded.way, who=excluded.who"),
          I(e->subject), I(person), I(e->id), I(e->at), I(face), I(o.way),
          I(person_real(&t->c, person)));
}

static void went_out(struct tx *t, const struct event *e)
{
    db_do(t,
          SQL("UPDATE circle_member SET until=$1 WHERE circle=$2 AND until=0 AND (face=$3 OR "
              "face=0 AND who=$3)"),
          I(MAX(e->at, 1)), I(e->subject), I(e->other));
}

static void way_chosen(struct tx *t, const struct event *e, channel way)
{
    db_do(t,
          SQL("UPDATE circle_member SET way=$1 WHERE circle=$2 AND who=$3 AND until=0 AND face=0"),
          I(way), I(e->subject), I(e->other));
}

/* A link, or word that one is no longer good: then it has an invite and no token. */
static void invited(struct tx *t, const struct event *e)
{
    struct told o = read(e->data);
    struct meeting whom = meeting_of(o.meeting);
    whom.at = e->at;
    if (o.meeting.n) (void)person_meet(t, &whom);
    if (o.invite) db_do(t, SQL("UPDATE circle_invite SET used=1 WHERE event=$1"), I(o.invite));
    else
        db_do(t,
              SQL("INSERT INTO circle_invite(event, circle, person, token, until, used) VALUES($1, "
                  "$2, $3, $4, $5, 0)"),
              I(e->id), I(e->subject), I(e->actor), B(o.token), I(o.until));
}

static void masked(struct tx *t, const struct event *e)
{
    struct told o = read(e->data);
    struct str plain = S("");
    id person = 0, face = person_face(t, o.name, o.address);
    if (o.seal.n && !secret_unseal(t->c.secret, t->c.a, S(CIRCLE_SEAL), o.seal, &plain))
        die(&t->c, "a sealed persona does not open");
    for (struct field f; rec_next(&plain, &f);) person = field_int(f);
    db_do(t, SQL("INSERT INTO persona(face, person, circle, event) VALUES($1, $2, $3, $4)"),
          I(face), I(person), I(e->subject), I(e->id));
}

/* Places stay those of who came in; who that is today follows merges, and their undoing. */
static void became_one(struct tx *t, id stays, id goes)
{
    db_do(t, SQL("UPDATE circle_member SET who=$1 WHERE who=$2"), I(stays), I(goes));
}

static void became_two(struct tx *t, id from)
{
    enum { MOST = 100 };
    id came[MOST];
    int n = 0;
    EACH (r, &t->c, SQL("SELECT DISTINCT person FROM circle_member WHERE who=$1 LIMIT $2"), I(from),
          I(MOST))
        came[n++] = row_int(&r, 0);
    for (int i = 0; i < n; i++)
        db_do(t, SQL("UPDATE circle_member SET who=$1 WHERE person=$2"),
              I(person_real(&t->c, came[i])), I(came[i]));
}

/* Who was erased sits nowhere any more, and no mask leads to them. */
static void erased(struct tx *t, const struct event *e)
{
    struct ctx *c = &t->c;
    struct erasure x;
    erasure_read(c->a, e->data, &x);
    for (int i = 0; i < x.n_handles; i++) {
        id who = db_int(c, 0, SQL("SELECT person FROM handle WHERE key=$1"), I(x.handles[i]));
        if (!who || !person_goes(c, who, &x)) continue;
        db_do(t, SQL("DELETE FROM circle_member WHERE who=$1"), I(who));
        db_do(t, SQL("UPDATE persona SET person=0 WHERE person=$1 AND person<>0"), I(who));
    }
}

void circle_apply(struct tx *t, const struct event *e)
{
    switch (e->kind) {
    case EVENT_CIRCLE_MADE: made(t, e); break;
    case EVENT_CIRCLE_CHANGED:
        if (e->other) way_chosen(t, e, read(e->data).way);
        else changed(t, e);
        break;
    case EVENT_CIRCLE_IN: came_in(t, e); break;
    case EVENT_CIRCLE_OUT: went_out(t, e); break;
    case EVENT_CIRCLE_INVITED: invited(t, e); break;
    case EVENT_PERSONA_MADE: masked(t, e); break;
    case EVENT_PERSONA_SHED:
        db_do(t, SQL("UPDATE persona SET person=0 WHERE face=$1"), I(e->other));
        db_do(t, SQL("DELETE FROM circle_member WHERE face=$1 AND circle=$2"), I(e->other),
              I(e->subject));
        break;
    case EVENT_PERSON_MERGED: became_one(t, e->subject, e->other); break;
    case EVENT_PERSON_SPLIT: became_two(t, e->subject); break;
    case EVENT_ERASED: erased(t, e); break;
    }
}

/* Whose mask it was goes with the person, and where somebody was asked in. The name a mask had
 * stands below what was said by it. */
bool circle_left(struct tx *t, const struct event *x, const struct erasure *e, struct buf *out)
{
    struct str rest = x->data;
    if (x->kind != EVENT_PERSONA_MADE && x->kind != EVENT_CIRCLE_INVITED) return false;
    for (struct field f; rec_next(&rest, &f);) {
        struct meeting m = meeting_of(f.tag == CIRCLE_REC_MEETING ? f.value : S(""));
        if (f.tag == CIRCLE_REC_SEAL) continue;
        if (f.tag != CIRCLE_REC_MEETING) {
            rec_str(out, f.tag, f.value);
            continue;
        }
        meeting_strip(&t->c, &m, e->handles, e->n_handles);
        meeting_put(out, CIRCLE_REC_MEETING, &m);
    }
    return true;
}

int circle_events(struct ctx *c, id person, const struct erasure *e, id *out, int max)
{
    enum { ASKED = 10000 };
    id *asked = NEW(c->a, id, ASKED);
    int n = 0, k = 0;
    EACH (r, c, SQL("SELECT event FROM persona WHERE person=$1 AND person<>0 LIMIT $2"), I(person),
          I(max))
        out[n++] = row_int(&r, 0);
    EACH (r, c, SQL("SELECT event FROM circle_invite ORDER BY event LIMIT $1 /* scan */"), I(ASKED))
        asked[k++] = row_int(&r, 0);
    for (int i = 0; i < k && n < max; i++) {
        struct event x;
        if (log_get(c, asked[i], &x) != OK) continue;
        struct told o = read(x.data);
        struct meeting m = meeting_of(o.meeting);
        if (o.meeting.n && meeting_strip(c, &m, e->handles, e->n_handles)) out[n++] = x.id;
    }
    return n;
}
