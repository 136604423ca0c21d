/* SPDX-License-Identifier: GPL-3.0-or-later
 * circle_talk.c - which messages are for a circle, and who sees them. */
#include "talk/circle_talk.h"

#include "kit/base/pack.h"
#include "post/mailbox.h"
#include "talk/incoming.h"

enum { R_FOR = 1 };

/* ---- reading ---------------------------------------------------------------- */

bool talk_circle_any(struct ctx *c)
{
    return db_int(c, 0, SQL("SELECT 1 FROM message_for LIMIT 1")) != 0;
}

id talk_circle_of(struct ctx *c, id message)
{
    return db_int(c, 0, SQL("SELECT circle FROM message_for WHERE message=$1"), I(message));
}

err talk_circle_keeps(struct ctx *c, id message)
{
    if (!db_int(c, 0,
                SQL("SELECT 1 FROM message x JOIN message m ON m.conversation=x.conversation JOIN "
                    "message_for f ON f.message=m.id WHERE x.id=$1 LIMIT 1"),
                I(message)))
        return OK;
    return fail(c, E_DENIED, "What was said in a circle stays there.");
}

void talk_circle_list(struct ctx *c, id circle, int max, struct talk_lines *out)
{
    id *conversations = NEW(c->a, id, MAX(max, 1));
    *out = (struct talk_lines){ NEW(c->a, struct talk_line, MAX(max, 1)), 0 };
    EACH (r, c,
          SQL("SELECT m.conversation, max(m.at), max(m.id), count(*) FROM message_for f JOIN "
              "message m ON m.id=f.message JOIN sight s ON s.message=m.id AND s.who=$1 WHERE "
              "f.circle=$2 GROUP BY m.conversation ORDER BY max(m.at) DESC, max(m.id) DESC LIMIT "
              "$3"),
          I(c->viewer), I(circle), I(max)) {
        conversations[out->n] = row_int(&r, 0);
        out->at[out->n++] = (struct talk_line){ .last_at = row_int(&r, 1),
                                                .message = row_int(&r, 2),
                                                .messages = (int)row_int(&r, 3) };
    }
    talk_see_lines(c, conversations, out);
}

bool talk_circle_quiet(struct ctx *c, id circle)
{
    struct circle_seat own;
    if (!circle_seat(c, circle, &own) || own.at > c->now - TALK_QUIET_S) return false;
    return !db_int(c, 0,
                   SQL("SELECT 1 FROM message_for f JOIN message m ON m.id=f.message JOIN handle h "
                       "ON h.key=m.author WHERE f.circle=$1 AND h.person=$2 AND m.at>$3 LIMIT 1"),
                   I(circle), I(own.face), I(c->now - TALK_QUIET_S)) &&
           db_int(c, 0,
                  SQL("SELECT 1 FROM message_for f JOIN message m ON m.id=f.message WHERE "
                      "f.circle=$1 AND m.at>$2 LIMIT 1"),
                  I(circle), I(c->now - TALK_QUIET_S));
}

/* ---- marking ---------------------------------------------------------------- */

void talk_circle_mark(struct tx *t, id message, id circle)
{
    struct buf data = { .a = t->c.a };
    id before;
    const struct party all = { PARTY_CIRCLE, circle };
    audience_put(&data, R_FOR, &(struct audience){ .any = &all, .n_any = 1 });
    if (!circle_as(&t->c, circle, &before)) die(&t->c, "said in a circle by nobody of it");
    log_append(t, (struct event){
                      .kind = EVENT_TALK_FOR, .subject = message, .data = buf_str(&data) });
    t->c.viewer = before;
}

/* One who parted from a conversation is not asked again. */
void talk_circle_seat(struct tx *t, id message, id circle)
{
    struct ctx *c = &t->c;
    struct mailbox unused;
    id persons[CIRCLE_MEMBERS_MOST], viewer = c->viewer;
    int n = 0;
    if (!talk_circle_post(c, &unused)) return;
    circle_by_mail(c, circle, persons, CIRCLE_MEMBERS_MOST, &n);
    for (int i = 0; i < n; i++) {
        if (db_int(c, 0,
                   SQL("SELECT 1 FROM message x JOIN message m ON m.conversation=x.conversation "
                       "JOIN participant p ON p.message=m.id JOIN message_for f ON "
                       "f.message=p.message WHERE x.id=$1 AND p.person=$2 AND f.circle=$3 LIMIT 1"),
                   I(message), I(persons[i]), I(circle)))
            continue;
        c->viewer = 0; /* the house does it, not who speaks */
        participant_seat(t, message, persons[i]);
        c->viewer = viewer;
    }
}

/* ---- what events do ----------------------------------------------------------- */

/* Of all audiences a message can have one circle so far. */
static id circle_in(struct ctx *c, struct str record)
{
    struct audience x;
    audience_of(c->a, record, &x);
    return x.n_any == 1 && x.any[0].kind == PARTY_CIRCLE ? x.any[0].who : 0;
}

static void said(struct tx *t, const struct event *e)
{
    struct str rest = e->data;
    id circle = 0,
       conversation =
           db_int(&t->c, 0, SQL("SELECT conversation FROM message WHERE id=$1"), I(e->subject));
    for (struct field f; rec_next(&rest, &f);)
        if (f.tag == R_FOR) circle = circle_in(&t->c, f.value);
    db_do(t,
          SQL("INSERT INTO message_for(message, circle, event) VALUES($1, $2, $3) ON "
              "CONFLICT(message) DO NOTHING"),
          I(e->subject), I(circle), I(e->id));
    db_do(t, SQL("DELETE FROM sight WHERE message=$1"), I(e->subject));
    db_do(t,
          SQL("INSERT INTO sight(who, message, lent) SELECT k.who, f.message, 0 FROM "
              "message_for f JOIN circle_member k ON k.circle=f.circle AND k.until=0 WHERE "
              "f.message=$1 ON CONFLICT(who, message) DO NOTHING"),
          I(e->subject));
    if (conversation) log_dirty(t, DIRTY_WAIT, conversation, 0);
}

/* What that person (0: anybody) may see of circles, from what is so now. */
static void sees_anew(struct tx *t, id person)
{
    db_do(t,
          SQL("DELETE FROM sight WHERE ($1=0 OR who=$1) AND message IN(SELECT message FROM "
              "message_for) /* scan */"),
          I(person));
    db_do(t,
          SQL("INSERT INTO sight(who, message, lent) SELECT k.who, f.message, 0 FROM "
              "circle_member k JOIN message_for f ON f.circle=k.circle JOIN message m ON "
              "m.id=f.message WHERE ($1=0 OR k.who=$1) AND k.until=0 AND k.since<f.event AND "
              "(m.marks & $2)=0 ON CONFLICT(who, message) DO NOTHING /* scan */"),
          I(person), I(TALK_MARK_BACK));
}

static void left(struct tx *t, id circle, id who)
{
    id person = db_int(&t->c, 0,
                       SQL("SELECT who FROM circle_member WHERE circle=$1 AND (who=$2 OR face=$2)"),
                       I(circle), I(who));
    if (person) sees_anew(t, person);
}

/* Behind all else that an event did to sight. */
void talk_circle_apply(struct tx *t, const struct event *e)
{
    if (e->kind == EVENT_TALK_FOR) said(t, e);
    else if (e->kind == EVENT_CIRCLE_OUT) left(t, e->subject, e->other);
    else if ((e->kind == EVENT_PERSON_MERGED || e->kind == EVENT_PERSON_SPLIT ||
              e->kind == EVENT_KEEPER_JOINED || e->kind == EVENT_ERASED) &&
             talk_circle_any(&t->c))
        sees_anew(t, 0);
}
