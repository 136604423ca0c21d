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
};
const struct concept may_concept = {
    .name = "may", .schema = schema, .derived = derived, .n_derived = COUNT(derived)
};
