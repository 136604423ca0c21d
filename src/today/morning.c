/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "today/morning.h"

/* ---- who wants it, and when ------------------------------------------------- */

int morning_hour(struct ctx *c, id keeper)
{
    return (int)db_int(c, MORNING_NEVER, SQL("SELECT hour FROM morning WHERE keeper=$1"),
                       I(keeper));
}

static int64_t day_of(struct ctx *c) { return (c->now + c->offset_s) / DAY; }
static int64_t hour_of(struct ctx *c) { return (c->now + c->offset_s) % DAY / HOUR; }

err morning_set(struct tx *t, int hour)
{
    struct ctx *c = &t->c;
    if (hour != MORNING_NEVER && (hour < MORNING_FIRST || hour > MORNING_LAST))
        return fail(c, E_INVALID, "Please choose an hour of the morning.");
    db_do(t, SQL("DELETE FROM morning WHERE keeper=$1"), I(c->viewer));
    if (hour != MORNING_NEVER)
        db_do(t, SQL("INSERT INTO morning(keeper, hour, sent) VALUES($1, $2, $3)"), I(c->viewer),
              I(hour), I(hour_of(c) >= hour ? day_of(c) : day_of(c) - 1));
    return OK;
}

id morning_due(struct ctx *c)
{
    return db_int(c, 0,
                  SQL("SELECT m.keeper FROM morning m JOIN keeper k ON k.person=m.keeper AND "
                      "k.gone=0 WHERE m.sent<$1 AND m.hour<=$2 ORDER BY m.keeper LIMIT 1 "
                      "/* scan */"),
                  I(day_of(c)), I(hour_of(c)));
}

bool morning_done(struct tx *t, id keeper)
{
    return db_do(t, SQL("UPDATE morning SET sent=$1 WHERE keeper=$2 AND sent<$1"), I(day_of(&t->c)),
                 I(keeper)) > 0;
}
