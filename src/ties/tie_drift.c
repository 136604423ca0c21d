/* SPDX-License-Identifier: GPL-3.0-or-later
 * tie_drift.c - who drifts, who delights, who writes in vain, who should meet; from live rows. */
#include "ties/graph.h"
#include "ties/tie_row.h"
#include "ties/words.h"

#include <stdlib.h>

enum {
    BURSTS = 12,  /* pairs looked at closely for joy          */
    JOY_DAYS = 4, /* days of 30 that make one                 */
    PAIR_ROWS = 5000,
    NEAR = 50, /* acquaintances among whom people may meet */
    EDGES = 4000,
    YEAR = 365,
};

#define MEET_CLOSE .16 /* the one between knows both at least every few months */

/* TIE-24: an unsettled question whether this is one person or two. */
static bool unsettled(struct ctx *c, id who)
{
    return db_int(c, 0,
                  SQL("SELECT 1 FROM person p JOIN person q ON q.fold=p.fold AND q.id<>p.id WHERE "
                      "p.id=$1 AND p.fold LIKE '% %'"
                      " AND q.kind=$2 AND q.merged=0 AND NOT EXISTS(SELECT 1 FROM apart x WHERE "
                      "x.a=least(p.id, q.id)"
                      " AND x.b=greatest(p.id, q.id)) LIMIT 1"),
                  I(who), I(PERSON_HUMAN)) != 0;
}

/* Somebody outside, with whom it can be as it is said. */
static bool speakable(const struct tie_own *o)
{
    return !o->ours && o->kind == PERSON_HUMAN && !o->about && !o->silent;
}

static bool said_fine(const struct tie_own *o)
{
    return o->said.fine_at && o->said.fine_at >= tie_last(&o->line);
}

static void add(struct ctx *c, struct drifts *out, const struct tie_own *o, tie_drift state,
                struct str words)
{
    struct drift d = { .reading = o->reading, .state = state, .words = words };
    if (words.n && person_get(c, o->other, &d.who) == OK) out->at[out->n++] = d;
}

/* ---- below expectation -------------------------------------------------------- */

void tie_drifts(struct ctx *c, const struct tie_owns *all, int max, struct drifts *out)
{
    struct tie_drifting *list = NEW(c->a, struct tie_drifting, MAX(all->n, 1));
    int n = 0;
    *out = (struct drifts){ NEW(c->a, struct drift, MAX(max, 1)), 0, 0 };
    for (int i = 0; i < all->n; i++) {
        const struct tie_own *o = &all->at[i];
        tie_drift state = tie_drift_state(&o->reading, all->house_days, o->about);
        if (state == TIE_STEADY || !speakable(o) || said_fine(o) ||
            all->stale_days > MAX(o->reading.gap, 1.))
            continue;
        list[n++] = (struct tie_drifting){ (uint32_t)o->other, o->layer, state,
                                           tie_drift_value(&o->reading) };
    }
    tie_drift_sort(list, n);
    for (int i = 0; i < n && out->n < max; i++) {
        const struct tie_own *o = tie_own_find(all, list[i].other);
        if (!unsettled(c, o->other)) add(c, out, o, list[i].state, tie_own_say(c, all, o));
    }
    out->all = n;
}

void tie_drifting(struct ctx *c, id keeper, int max, struct drifts *out)
{
    struct tie_owns all;
    tie_lately_of(c, keeper, &all);
    tie_drifts(c, &all, MIN(max, TIE_DRIFT_A_DAY), out);
}

/* ---- above expectation ---------------------------------------------------------- */

/* How much of a direction's year lies in its last month. */
static double burst(const struct tie_own *o, struct ctx *c)
{
    int side = !tie_side(&o->line, o->reading.me);
    const struct tie_dir *d = &o->line.dir[side];
    const float *left = tie_faded(tie_day(c->now, c->offset_s) - tie_day(d->last, c->offset_s));
    double year = (double)d->s[3] * (double)left[3];
    return d->n && year > 0 ? (double)d->s[2] * (double)left[2] / year : 0;
}

/* Their active days of the last 30, and the pair as it stood before. */
static bool month_of(struct ctx *c, const struct tie_own *o, int *days, struct tie_line *before)
{
    struct tie_event *e = NEW(c->a, struct tie_event, PAIR_ROWS);
    int n = 0;
    int32_t from = tie_day(c->now, c->offset_s) - 30, last = 0;
    EACH (r, c,
          SQL("SELECT at, side FROM contact WHERE a=$1 AND b=$2 ORDER BY at, event, side LIMIT $3"),
          I(o->line.a), I(o->line.b), I(PAIR_ROWS)) {
        bool back = row_int(&r, 1) != 0;
        e[n] = (struct tie_event){ (uint32_t)row_int(&r, 0), back ? o->line.b : o->line.a,
                                   back ? o->line.a : o->line.b };
        int32_t day = tie_day(e[n].at, c->offset_s);
        if (day > from && e[n].from == (uint32_t)o->other && day != last) {
            last = day;
            ++*days;
        }
        n++;
    }
    int64_t until = ((int64_t)from + 1) * DAY - c->offset_s - 1;
    return n < PAIR_ROWS &&
           tie_replay_pair(o->line.a, o->line.b, e, n, (uint32_t)until, c->offset_s, before);
}

struct bursting {
    const struct tie_own *own;
    double by;
};

static int by_burst(const void *x, const void *y)
{
    const struct bursting *a = x, *b = y;
    if (a->by != b->by) return a->by > b->by ? -1 : 1;
    return (a->own->other > b->own->other) - (a->own->other < b->own->other);
}

void tie_joys(struct ctx *c, const struct tie_owns *all, int max, struct drifts *out)
{
    struct bursting *list = NEW(c->a, struct bursting, MAX(all->n, 1));
    int n = 0;
    *out = (struct drifts){ NEW(c->a, struct drift, MAX(max, 1)), 0, 0 };
    if (all->house_days <= TIE_HOUSE_DAYS_MIN) return;
    for (int i = 0; i < all->n; i++) {
        const struct tie_own *o = &all->at[i];
        bool lately = o->reading.n_in && c->now - (int64_t)o->reading.last_in < 30 * DAY;
        if (speakable(o) && lately && o->reading.days >= TIE_DRIFT_DAYS_MIN + JOY_DAYS)
            list[n++] = (struct bursting){ o, burst(o, c) };
    }
    if (n > 1) qsort(list, (size_t)n, sizeof *list, by_burst);
    for (int i = 0; i < MIN(n, BURSTS) && out->n < max; i++) {
        struct tie_line before = { 0 };
        int days = 0;
        if (!month_of(c, list[i].own, &days, &before) || days < JOY_DAYS) continue;
        /* twice the rhythm: half of all people are a little above their mean */
        if (!tie_above_rhythm(days / 2, before.days, (double)before.gap)) continue;
        struct str every = tie_say_every(c->a, (double)before.gap);
        add(c, out, list[i].own, TIE_STEADY,
            str_fmt(c->a, "Wrote on %d of the last 30 days; you used to hear from each other %.*s.",
                    days, STR(every)));
    }
    out->all = out->n;
}

/* ---- light in one direction -------------------------------------------------------- */

void tie_one_ways(struct ctx *c, const struct tie_owns *all, int max, struct drifts *out)
{
    *out = (struct drifts){ NEW(c->a, struct drift, MAX(max, 1)), 0, 0 };
    for (int i = 0; i < all->n; i++) {
        const struct tie_own *o = &all->at[i];
        int mine = tie_side(&o->line, (uint32_t)all->me);
        bool told =
            tie_one_way(&o->line, !mine) || tie_one_way(&o->line, mine) >= TIE_ONE_WAY_SENDER;
        if (!told || !speakable(o) || said_fine(o) || o->reading.silence_days > YEAR ||
            all->stale_days)
            continue;
        out->all++;
        if (out->n < max) add(c, out, o, TIE_STEADY, tie_own_say(c, all, o));
    }
}

/* ---- who should meet ------------------------------------------------------------------ */

static int by_number(const void *x, const void *y)
{
    const uint32_t *a = x, *b = y;
    return (*a > *b) - (*a < *b);
}

/* Only what the owner may read tells them who knows whom: table sight is may's. */
void tie_around(struct ctx *c, const struct tie_owns *all, int near, bool colleagues,
                struct tie_lines *out)
{
    uint32_t *who = NEW(c->a, uint32_t, MAX(near, 1));
    int n = 0;
    for (int i = 0; i < all->n && n < near; i++)
        if (colleagues || !all->at[i].ours) who[n++] = (uint32_t)all->at[i].other;
    if (n > 1) qsort(who, (size_t)n, sizeof *who, by_number);
    *out = (struct tie_lines){ NEW(c->a, struct tie_line, EDGES), 0 };
    for (int i = 0; i < n && out->n < EDGES; i++)
        EACH (r, c,
              SQL("SELECT " TIE_COLUMNS " FROM tie WHERE a=$1 AND b<>$2 AND days>=2 AND (last0>=$3 "
                  "OR last1>=$3) AND EXISTS(SELECT 1 FROM"
                  " contact e JOIN sight s ON s.message=e.event AND s.who=$2 WHERE e.a=tie.a AND "
                  "e.b=tie.b) ORDER BY b LIMIT $4"),
              I(who[i]), I(all->me), I(MAX(0, c->now - YEAR * DAY)), I(EDGES - out->n)) {
            struct tie_line l = tie_row(&r);
            if (bsearch(&l.b, who, (size_t)n, sizeof *who, by_number)) out->at[out->n++] = l;
        }
}

/* What connects the owner's acquaintances with each other, the owner left out; loose ties prove
 * nothing. */
static struct tie_graph around(struct ctx *c, const struct tie_owns *all)
{
    struct tie_lines l;
    tie_around(c, all, NEAR, false, &l);
    struct tie_pair *p = NEW(c->a, struct tie_pair, MAX(l.n, 1));
    uint64_t n = 0;
    int32_t today = tie_day(c->now, c->offset_s);
    for (int k = 0; k < l.n; k++) {
        double o = tie_memory(&l.at[k], 0, today, c->offset_s),
               i = tie_memory(&l.at[k], 1, today, c->offset_s);
        p[n++] = (struct tie_pair){ l.at[k].a, l.at[k].b, (float)tie_closeness(o, i),
                                    (float)tie_warmth(o, i) };
    }
    return tie_graph_of(c->a, p, n);
}

static bool same_house(struct ctx *c, id a, id b)
{
    return db_int(c, 0,
                  SQL("SELECT 1 FROM person x JOIN person y ON y.org=x.org WHERE x.id=$1 AND "
                      "y.id=$2 AND x.org<>0"),
                  I(a), I(b)) ||
           db_int(c, 0, SQL("SELECT 1 FROM contact WHERE a=$1 AND b=$2 LIMIT 1"), I(MIN(a, b)),
                  I(MAX(a, b)));
}

static double edge_of(const struct tie_graph *g, uint32_t a, uint32_t b)
{
    for (uint64_t e = g->start[a]; e < g->start[a + 1]; e++)
        if (g->edge[e].to == b) return (double)g->edge[e].closeness;
    return 0;
}

static void propose(struct ctx *c, const struct tie_graph *g, const struct tie_owns *all,
                    const struct tie_own *i, const struct tie_introduction *x,
                    struct tie_meets *out)
{
    const struct tie_own *j = tie_own_find(all, x->who);
    if (!j || !speakable(j) || (double)x->strength < MEET_CLOSE ||
        same_house(c, i->other, j->other))
        return;
    for (int m = 0; m < out->n; m++)
        if ((out->at[m].a == j->other && out->at[m].b == i->other) || out->at[m].by == x->by)
            return;
    struct person by;
    if (person_get(c, x->by, &by) != OK) return;
    struct str often_i = tie_say_often(edge_of(g, x->by, (uint32_t)i->other)),
               often_j = tie_say_often(edge_of(g, x->by, x->who));
    struct buf o = { .a = c->a };
    buf_fmt(&o, "%.*s knows both: ", STR(by.name));
    if (str_eq(often_i, often_j)) buf_fmt(&o, "%.*s contact with each.", STR(often_i));
    else
        buf_fmt(&o, "%.*s contact with %.*s, %.*s with %.*s.", STR(often_i), STR(i->name),
                STR(often_j), STR(j->name));
    out->at[out->n++] =
        (struct tie_meet){ i->other, j->other, x->by, i->name, j->name, buf_str(&o), x->shared };
}

void tie_should_meet(struct ctx *c, const struct tie_owns *all, int max, struct tie_meets *out)
{
    struct tie_introduction x[3];
    *out = (struct tie_meets){ NEW(c->a, struct tie_meet, MAX(max, 1)), 0 };
    struct tie_graph g = around(c, all);
    uint8_t *willing = NEW(c->a, uint8_t, (ptrdiff_t)g.people + 1);
    for (int i = 0; i < all->n; i++) /* colleagues know everybody: that says nothing */
        if (speakable(&all->at[i]) && all->at[i].other <= g.people) willing[all->at[i].other] = 1;
    for (int i = 0; i < all->n && i < 2 * NEAR && out->n < max; i++) {
        const struct tie_own *o = &all->at[i];
        if (o->layer > TIE_HUNDREDFIFTY || !speakable(o)) continue;
        int n = tie_introductions(&g, c->a, (uint32_t)o->other, willing, COUNT(x), x);
        for (int k = 0; k < n && out->n < max; k++) propose(c, &g, all, o, &x[k], out);
    }
}
