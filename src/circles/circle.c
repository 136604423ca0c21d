/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "circles/circle.h"

#include "kit/base/pack.h"

enum { REC_NAME = 1 }; /* fields of the records; numbers are for ever */

struct str circle_name(struct ctx *c, id circle)
{
    struct str name = S("");
    EACH (r, c, SQL("SELECT name FROM circle WHERE id=$1"), I(circle)) name = row_str(&r, 0);
    return name;
}

static void made(struct tx *t, const struct event *e)
{
    struct str name = S(""), rest = e->data;
    for (struct field f; rec_next(&rest, &f);)
        if (f.tag == REC_NAME) name = f.value;
    db_do(t, SQL("INSERT INTO circle(id, name) VALUES($1, $2)"), I(e->id), T(name));
}

static void circle_apply(struct tx *t, const struct event *e)
{
    switch (e->kind) {
    case EVENT_CIRCLE_MADE: made(t, e); break;
    case EVENT_CIRCLE_IN:
        db_do(t,
              SQL("INSERT INTO circle_member(circle, person, until) VALUES($1, $2, 0) ON "
                  "CONFLICT(circle, person) DO UPDATE SET until=0"),
              I(e->subject), I(e->other));
        break;
    case EVENT_CIRCLE_OUT:
        db_do(t, SQL("UPDATE circle_member SET until=$1 WHERE circle=$2 AND person=$3"), I(e->at),
              I(e->subject), I(e->other));
        break;
    }
}

static const char schema[] =
#include "circles/circle_sql.inc"
    ;
static const struct derived derived[] = {
    { "circle", "is", SQL("DELETE FROM circle"),
      SQL("SELECT id, name FROM circle ORDER BY id /* scan */") },
    { "circle_member", "iii", SQL("DELETE FROM circle_member"),
      SQL("SELECT circle, person, until FROM circle_member ORDER BY circle, person /* scan */") },
};
const struct concept circles_concept = {
    .name = "circles",
    .schema = schema,
    .derived = derived,
    .n_derived = COUNT(derived),
    .apply = circle_apply,
};
