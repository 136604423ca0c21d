/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "may/may.h"

static may_rule_fn *rules[THING_LAST + 1];

void may_rule(thing_kind kind, may_rule_fn *rule) { rules[kind] = rule; }

/* Who may see a message may answer it, sort it and show it to the house. */
static bool may_message(struct ctx *c, id message)
{
    return db_int(c, 0, SQL("SELECT 1 FROM sight WHERE who=$1 AND message=$2"), I(c->viewer),
                  I(message)) != 0;
}

/* Persons are every keeper's; anybody sees themselves, and changes that on their own page. */
static bool may_person(struct ctx *c, verb v, id person)
{
    id real = person_real(c, person);
    if (real <= 0 || !db_int(c, 0, SQL("SELECT 1 FROM person WHERE id=$1"), I(real))) return false;
    if (keeper_role_of(c, c->viewer)) return true;
    return c->viewer && real == c->viewer && v == MAY_SEE;
}

bool may(struct ctx *c, verb v, thing_kind kind, id thing)
{
    if (kind == THING_MESSAGE) return may_message(c, thing);
    if (kind == THING_PERSON) return may_person(c, v, thing);
    if (kind < THING_MESSAGE || kind > THING_LAST || !rules[kind])
        die(c, "no rule says who may do what with things of kind %d", (int)kind);
    return rules[kind](c, v, thing);
}

void may_grant(struct tx *t, id message, id who)
{
    db_do(t,
          SQL("INSERT INTO sight(who, message, lent) VALUES($1, $2, 0) ON CONFLICT(who, message) "
              "DO UPDATE SET lent=0 WHERE sight.lent<>0"),
          I(who), I(message));
}

void may_open(struct tx *t, id message, int64_t at)
{
    db_do(t,
          SQL("INSERT INTO opened(message, at) VALUES($1, $2) ON CONFLICT(message) DO UPDATE SET "
              "at=excluded.at"),
          I(message), I(at));
}

bool may_see(struct ctx *c, id message) { return may(c, MAY_SEE, THING_MESSAGE, message); }

/* ---- whom an event brings into reach, or out of it -------------------------- */

static void mark_all(struct tx *t)
{
    EACH (r, &t->c, SQL("SELECT key FROM audience ORDER BY key /* scan */"))
        log_dirty(t, DIRTY_REACH, row_int(&r, 0), 0);
}

static void mark_circle(struct tx *t, id circle)
{
    EACH (r, &t->c, SQL("SELECT audience FROM audience_part WHERE kind=$1 AND who=$2"),
          I(PARTY_CIRCLE), I(circle))
        log_dirty(t, DIRTY_REACH, row_int(&r, 0), 0);
}

/* Who was erased sits in no circle any more: what reached them by one does no more, and who is left
 * out by one may be another. */
static void mark_gone(struct tx *t, struct str record)
{
    struct ctx *c = &t->c;
    struct erasure e;
    erasure_read(c->a, record, &e);
    for (int i = 0; i < e.n_handles; i++) {
        id who = db_int(c, 0, SQL("SELECT person FROM handle WHERE key=$1"), I(e.handles[i]));
        if (!who || person_real(c, who) > 0) continue;
        EACH (r, c, SQL("SELECT audience FROM reach WHERE who=$1"), I(who))
            log_dirty(t, DIRTY_REACH, row_int(&r, 0), 0);
    }
    if (e.n_handles)
        EACH (r, c, SQL("SELECT audience FROM audience_part WHERE kind=$1 AND yes=0"),
              I(PARTY_CIRCLE))
            log_dirty(t, DIRTY_REACH, row_int(&r, 0), 0);
}

/* What only they could see, the heir sees. What another keeper sees as well stays between those. */
static void inherit(struct tx *t, id from, id heir)
{
    db_do(
        t,
        SQL("INSERT INTO sight(who, message, lent) SELECT $2, s.message, 0 FROM sight s WHERE "
            "s.who=$1 AND s.lent=0 AND NOT EXISTS(SELECT 1 FROM sight o JOIN keeper k ON "
            "k.person=o.who AND k.gone=0 WHERE o.message=s.message AND o.lent=0) ON CONFLICT(who, "
            "message) DO UPDATE SET lent=0"),
        I(from), I(heir));
}

static void may_apply(struct tx *t, const struct event *e)
{
    if (e->kind == EVENT_KEEPER_LEFT && e->other) inherit(t, e->subject, e->other);
    switch (e->kind) {
    case EVENT_KEEPER_JOINED:
    case EVENT_KEEPER_LEFT:
    case EVENT_PERSON_MERGED:
    case EVENT_PERSON_SPLIT: mark_all(t); break;
    case EVENT_CIRCLE_IN:
    case EVENT_CIRCLE_OUT: mark_circle(t, e->subject); break;
    case EVENT_ERASED: mark_gone(t, e->data); break;
    }
}

bool may_see_own(struct ctx *c, id who, id message)
{
    return db_int(c, 0, SQL("SELECT 1 FROM sight WHERE who=$1 AND message=$2 AND lent=0"), I(who),
                  I(message)) != 0;
}

static const char schema[] =
#include "may/may_sql.inc"
    ;
static const struct derived derived[] = {
    { "sight", "iii", SQL("DELETE FROM sight"),
      SQL("SELECT who, message, lent FROM sight ORDER BY who, message /* scan */") },
    { "opened", "ii", SQL("DELETE FROM opened"),
      SQL("SELECT message, at FROM opened ORDER BY message /* scan */") },
    { "reach", "iii", SQL("DELETE FROM reach"),
      SQL("SELECT audience, who, yes FROM reach ORDER BY audience, who /* scan */") },
    { "audience_part", "iiii", SQL("DELETE FROM audience_part"),
      SQL("SELECT audience, yes, kind, who FROM audience_part ORDER BY audience, yes, kind, who /* "
          "scan */") },
    { "audience", "is", SQL("DELETE FROM audience"),
      SQL("SELECT key, text FROM audience ORDER BY key /* scan */") },
};
const struct concept may_concept = {
    .name = "may",
    .schema = schema,
    .derived = derived,
    .n_derived = COUNT(derived),
    .apply = may_apply,
    .settle = may_settle,
};
