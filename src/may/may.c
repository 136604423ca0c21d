/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "may/may.h"

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

bool may_see(struct ctx *c, id message)
{
    return db_int(c, 0, SQL("SELECT 1 FROM sight WHERE who=$1 AND message=$2"), I(c->viewer),
                  I(message)) != 0;
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
}

static const char schema[] =
#include "may/may_sql.inc"
    ;
static const struct derived derived[] = {
    { "sight", "iii", SQL("DELETE FROM sight"),
      SQL("SELECT who, message, lent FROM sight ORDER BY who, message /* scan */") },
    { "opened", "ii", SQL("DELETE FROM opened"),
      SQL("SELECT message, at FROM opened ORDER BY message /* scan */") },
};
const struct concept may_concept = { .name = "may",
                                     .schema = schema,
                                     .derived = derived,
                                     .n_derived = COUNT(derived),
                                     .apply = may_apply };
