/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "talk/stranger.h"

#include "talk/erase.h"
#include "talk/participant.h"

enum { LOOK = 500, FORGET = 100 };

/* ---- who is one ------------------------------------------------------------ */

/* Did they write, or did one of ours write to them? */
static bool in_touch(struct ctx *c, id person)
{
    return db_int(c, 0,
                  SQL("SELECT 1 FROM handle h JOIN message m ON m.author=h.key WHERE h.person=$1 "
                      "LIMIT 1"),
                  I(person)) ||
           db_int(c, 0,
                  SQL("SELECT 1 FROM handle h JOIN recipient q ON q.handle=h.key JOIN message m ON "
                      "m.id=q.message JOIN handle f ON f.key=m.author JOIN person o ON "
                      "o.id=f.person WHERE h.person=$1 AND o.ours=1 LIMIT 1"),
                  I(person));
}

/* When the house first heard of them, in an event behind that one; 0: only before, or never. */
static int64_t first_heard(struct ctx *c, id person, id behind)
{
    return db_int(c, 0,
                  SQL("SELECT e.seen FROM event e WHERE e.id=(SELECT min(q.message) FROM handle h "
                      "JOIN recipient q ON q.handle=h.key WHERE h.person=$1 AND h.shown<>'' AND "
                      "q.message>$2)"),
                  I(person), I(behind));
}

/* What their own row says: nothing that anybody would have noted of them. $1: PERSON_HUMAN. */
#define BARE                                                                                       \
    "p.kind=$1 AND p.ours=0 AND p.met=0 AND p.named=0 AND p.kinded=0 AND p.merged=0 AND "          \
    "p.left_at=0 AND p.dead_at=0 AND p.mute=0 AND p.paused=0 AND p.engine_off=0"

/* By anything else than their own row. */
static bool known_by_more(struct ctx *c, id person)
{
    return db_int(c, 0,
                  SQL("SELECT 1 FROM handle h JOIN card_handle x ON x.handle=h.key WHERE "
                      "h.person=$1 LIMIT 1"),
                  I(person)) ||
           db_int(c, 0,
                  SQL("SELECT 1 FROM person p WHERE p.id=$1 AND (EXISTS(SELECT 1 FROM fact f "
                      "WHERE f.person=p.id) OR EXISTS(SELECT 1 FROM circle_member m WHERE "
                      "m.person=p.id))"),
                  I(person)) ||
           in_touch(c, person) || talk_takes_part(c, person);
}

bool stranger_is(struct ctx *c, id person)
{
    return db_int(c, 0, SQL("SELECT 1 FROM person p WHERE " BARE " AND p.id=$2"), I(PERSON_HUMAN),
                  I(person)) &&
           !known_by_more(c, person);
}

/* ---- looking --------------------------------------------------------------- */

struct candidate {
    id person, behind;
    int64_t goes_at; /* as it was noted */
    bool bare;
};

static int candidates(struct ctx *c, id after, struct candidate *out)
{
    int n = 0;
    EACH (r, c,
          SQL("SELECT p.id, coalesce(s.behind, 0), coalesce(s.goes_at, 0), CASE WHEN " BARE
              " THEN 1 ELSE 0 END FROM person p LEFT JOIN stranger s ON s.person=p.id WHERE "
              "p.id>$2 ORDER BY p.id LIMIT $3"),
          I(PERSON_HUMAN), I(after), I(LOOK))
        out[n++] =
            (struct candidate){ row_int(&r, 0), row_int(&r, 1), row_int(&r, 2), row_bool(&r, 3) };
    return n;
}

/* Most people are no strangers, and of most strangers the right day stands there already. */
static void note(struct tx *t, const struct candidate *x)
{
    struct ctx *c = &t->c;
    int64_t heard =
        x->bare && !known_by_more(c, x->person) ? first_heard(c, x->person, x->behind) : 0;
    int64_t goes_at = heard && heard + STRANGER_TOLD_S <= c->now ? heard + STRANGER_KEPT_S : 0;
    if (goes_at == x->goes_at) return;
    if (goes_at)
        db_do(t,
              SQL("INSERT INTO stranger(person, behind, heard, goes_at) VALUES($1, $2, $3, $4) ON "
                  "CONFLICT(person) DO UPDATE SET heard=excluded.heard, goes_at=excluded.goes_at"),
              I(x->person), I(x->behind), I(heard), I(goes_at));
    else db_do(t, SQL("UPDATE stranger SET goes_at=0 WHERE person=$1"), I(x->person));
}

err stranger_look(struct tx *t, id *after)
{
    struct candidate *all = NEW(t->c.a, struct candidate, LOOK);
    int n = candidates(&t->c, *after, all);
    for (int i = 0; i < n; i++) note(t, &all[i]);
    *after = n == LOOK ? all[n - 1].person : 0;
    return OK;
}

/* ---- forgetting ------------------------------------------------------------ */

err stranger_forget(struct tx *t, int *gone)
{
    struct ctx *c = &t->c;
    struct erase_plan plan;
    id *due = NEW(c->a, id, FORGET), *go = NEW(c->a, id, FORGET);
    int n = 0, m = 0;
    EACH (r, c,
          SQL("SELECT person FROM stranger WHERE goes_at>0 AND goes_at<=$1 ORDER BY goes_at, "
              "person LIMIT $2"),
          I(c->now), I(FORGET))
        due[n++] = row_int(&r, 0);
    for (int i = 0; i < n; i++) {
        if (stranger_is(c, due[i])) go[m++] = due[i];
        db_do(t, SQL("UPDATE stranger SET goes_at=0 WHERE person=$1"), I(due[i]));
    }
    *gone = m;
    if (!m) return OK;
    erase_strangers_plan(c, go, m, &plan);
    TRY(erase_do(t, &plan, ERASE_UNNOTICED));
    for (int i = 0; i < m; i++)
        db_do(t, SQL("UPDATE stranger SET behind=$1 WHERE person=$2"), I(log_end(c)), I(go[i]));
    return OK;
}

/* ---- reading --------------------------------------------------------------- */

void stranger_list(struct ctx *c, int max, struct strangers *out)
{
    *out = (struct strangers){ .at = NEW(c->a, struct stranger, max) };
    EACH (r, c,
          SQL("SELECT p.id, p.name, s.heard, s.goes_at, coalesce((SELECT h.shown FROM handle h "
              "WHERE h.person=p.id ORDER BY h.key LIMIT 1), ''), (SELECT count(*) FROM handle h "
              "JOIN recipient q ON q.handle=h.key WHERE h.person=p.id AND q.message>s.behind) FROM "
              "stranger s JOIN person p ON p.id=s.person WHERE s.goes_at>0 AND p.met=0 ORDER BY "
              "s.goes_at, p.id LIMIT $1"),
          I(max))
        out->at[out->n++] = (struct stranger){ .person = row_int(&r, 0),
                                               .name = row_str(&r, 1),
                                               .first_at = row_int(&r, 2),
                                               .goes_at = row_int(&r, 3),
                                               .handle = row_str(&r, 4),
                                               .messages = (int)row_int(&r, 5) };
}

int stranger_count(struct ctx *c, int64_t *first)
{
    int n = 0;
    EACH (r, c, SQL("SELECT coalesce(min(goes_at), 0), count(*) FROM stranger WHERE goes_at>0")) {
        *first = row_int(&r, 0);
        n = (int)row_int(&r, 1);
    }
    return n;
}
