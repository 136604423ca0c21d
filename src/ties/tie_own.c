/* SPDX-License-Identifier: GPL-3.0-or-later
 * tie_own.c - all ties of one person as the rows stand now: layers, one pair, room. */
#include "ties/tie_row.h"
#include "ties/words.h"

#include <stdlib.h>

enum { MOST = 5000, RECENT_DAYS = 120, NEAR_DAYS = 365 };

const char *tie_layer_word(tie_layer l)
{
    static const char *const words[] = { "innermost", "close", "near", "wider", "known" };
    return words[MAX(0, MIN((int)l, TIE_KNOWN))];
}

/* ---- loading --------------------------------------------------------------- */

#define OWN_COLUMNS                                                                                \
    TIE_COLUMNS ", p.name, p.kind, p.ours, p.left_at, p.dead_at, p.paused, p.mute, p.engine_off"

static struct tie_own own_row(struct rows *r, id me)
{
    struct ctx *c = r->c;
    int k = TIE_COLUMN_N;
    struct tie_own o = { .line = tie_row(r),
                         .name = row_str(r, k),
                         .kind = (person_kind)row_int(r, k + 1),
                         .ours = row_bool(r, k + 2) };
    o.other = o.line.a == me ? o.line.b : o.line.a;
    o.about = (row_int(r, k + 3) ? TIE_LEFT : 0u) | (row_int(r, k + 4) ? TIE_DECEASED : 0u) |
              (row_int(r, k + 5) > c->now ? TIE_PAUSED : 0u) |
              (row_bool(r, k + 6) ? TIE_LEAVE_ALONE : 0u);
    o.silent = row_bool(r, k + 7) ? TIE_SILENT_OFF : 0u;
    o.reading = tie_read(&o.line, (uint32_t)me, (uint32_t)c->now, c->offset_s);
    return o;
}

static void add_own(struct tie_owns *out, struct rows *r)
{
    struct tie_own o = own_row(r, out->me);
    if (out->n % 64 == 0) { /* doubling: most people have few */
        bool full = out->n == 0 || (out->n & (out->n - 1)) == 0;
        struct tie_own *more = full ? NEW(r->c->a, struct tie_own, MAX(64, 2 * out->n)) : out->at;
        if (full && out->n) memcpy(more, out->at, (size_t)out->n * sizeof *more);
        out->at = more;
    }
    out->at[out->n++] = o;
}

static int by_closeness(const void *x, const void *y)
{
    const struct tie_own *a = x, *b = y;
    if (a->reading.closeness != b->reading.closeness)
        return a->reading.closeness > b->reading.closeness ? -1 : 1;
    return (a->other > b->other) - (a->other < b->other);
}

/* What was said of them, by one short statement: most ties have nothing said. */
static void add_said(struct ctx *c, struct tie_owns *all)
{
    EACH (r, c, SQL("SELECT other, wanted, fine_at FROM tie_said WHERE owner=$1 LIMIT $2"),
          I(all->me), I(MOST)) {
        struct tie_own *o = (struct tie_own *)tie_own_find(all, row_int(&r, 0));
        if (o) o->said = (struct tie_said){ (int)row_int(&r, 1), row_int(&r, 2) };
    }
}

/* Ties of fewer days than that, quiet for longer than `quiet` days, are left out. */
static void load(struct ctx *c, id me, int days, int quiet, struct tie_owns *out)
{
    *out = (struct tie_owns){ .me = me, .house_days = tie_house_days(c) };
    int64_t recent = MAX(0, c->now - (int64_t)quiet * DAY);
    EACH (r, c,
          SQL("SELECT " OWN_COLUMNS " FROM tie JOIN person p ON p.id=b WHERE a=$1 AND (days>=$2 OR "
              "last0>=$3 OR last1>=$3) LIMIT $4"),
          I(me), I(days), I(recent), I(MOST))
        add_own(out, &r);
    EACH (r, c,
          SQL("SELECT " OWN_COLUMNS " FROM tie JOIN person p ON p.id=a WHERE b=$1 AND (days>=$2 OR "
              "last0>=$3 OR last1>=$3) LIMIT $4"),
          I(me), I(days), I(recent), I(MOST))
        add_own(out, &r);
    if (out->n > 1) qsort(out->at, (size_t)out->n, sizeof *out->at, by_closeness);
    add_said(c, out);
    int rank = 0; /* the dead keep no place that the living need */
    for (int i = 0; i < out->n; i++) {
        struct tie_own *o = &out->at[i];
        o->layer = o->about & TIE_DECEASED ? TIE_KNOWN : tie_layer_at(++rank, o->reading.closeness);
        o->wanted = o->said.wanted ? (tie_layer)(o->said.wanted - 1) : o->layer;
    }
}

void tie_layers_of(struct ctx *c, id me, struct tie_owns *out) { load(c, me, 0, 0, out); }
void tie_lately_of(struct ctx *c, id me, struct tie_owns *out)
{
    load(c, me, TIE_DRIFT_DAYS_MIN, RECENT_DAYS, out);
}

/* The widest layer begins at .075, so its larger side is above .045; after a year a day has left
 * .0100, four days .0400. */
void tie_near_of(struct ctx *c, id me, struct tie_owns *out)
{
    load(c, me, TIE_DRIFT_DAYS_MIN, NEAR_DAYS, out);
}

const struct tie_own *tie_own_find(const struct tie_owns *all, id other)
{
    for (int i = 0; i < all->n; i++)
        if (all->at[i].other == other) return &all->at[i];
    return NULL;
}

/* ---- words ------------------------------------------------------------------- */

/* The name somebody is called by in a sentence. */
static struct str called(struct str name)
{
    ptrdiff_t at = str_chr(name, ' ');
    bool comma = str_chr(name, ',') >= 0;
    return at > 1 && !comma ? str_upto(name, at) : name;
}

static struct tie_about about(struct ctx *c, const struct tie_owns *all, const struct tie_own *o)
{
    return (struct tie_about){ .name = called(o->name),
                               .now = c->now,
                               .offset = c->offset_s,
                               .house_days = all->house_days,
                               .about = o->about,
                               .silent = o->silent,
                               .stale_days = all->stale_days,
                               .stale = S("The mail"),
                               .propose_stop = !o->ours };
}

struct str tie_own_say(struct ctx *c, const struct tie_owns *all, const struct tie_own *o)
{
    struct tie_about w = about(c, all, o);
    return tie_say_state(c->a, &o->reading, &w);
}

struct str tie_room(struct ctx *c, const struct tie_owns *all, tie_layer layer)
{
    struct tie_member *m = NEW(c->a, struct tie_member, MAX(all->n, 1));
    for (int i = 0; i < all->n; i++)
        m[i] = (struct tie_member){ .other = (uint32_t)all->at[i].other,
                                    .wanted = all->at[i].wanted,
                                    .closeness = all->at[i].reading.closeness,
                                    .layer = all->at[i].layer };
    int last = tie_layer_last(m, all->n, layer);
    if (last < 0 || !all->at) return S("");
    return tie_say_room(c->a, tie_layer_size[layer], called(all->at[last].name),
                        &all->at[last].reading);
}

static bool own_pair(struct ctx *c, id me, id other, struct tie_own *out)
{
    bool found = false;
    EACH (r, c,
          SQL("SELECT " OWN_COLUMNS
              " FROM tie CROSS JOIN person p WHERE a=$1 AND b=$2 AND p.id=$3"),
          I(MIN(me, other)), I(MAX(me, other)), I(other)) {
        *out = own_row(&r, me);
        found = true;
    }
    return found;
}

static int closer(struct rows *r, const struct tie_own *o, id me)
{
    struct tie_line l = tie_row(r);
    int32_t today = tie_day(r->c->now, r->c->offset_s);
    int mine = tie_side(&l, (uint32_t)me);
    id other = mine ? l.a : l.b;
    double by = tie_closeness(tie_memory(&l, mine, today, r->c->offset_s),
                              tie_memory(&l, !mine, today, r->c->offset_s));
    return by != o->reading.closeness ? by > o->reading.closeness : other < o->other;
}

/* As load() gives it to all of them; here only those that stand before it are counted. */
static tie_layer layer_of(struct ctx *c, const struct tie_own *o, id me)
{
    int before = 0;
    if (o->about & TIE_DECEASED) return TIE_KNOWN;
    EACH (r, c,
          SQL("SELECT " TIE_COLUMNS " FROM tie WHERE a=$1 AND b NOT IN(SELECT id FROM person WHERE "
              "dead_at<>0) LIMIT $2 /* scan */"),
          I(me), I(MOST))
        before += closer(&r, o, me);
    EACH (r, c,
          SQL("SELECT " TIE_COLUMNS " FROM tie WHERE b=$1 AND a NOT IN(SELECT id FROM person WHERE "
              "dead_at<>0) LIMIT $2 /* scan */"),
          I(me), I(MOST))
        before += closer(&r, o, me);
    return tie_layer_at(before + 1, o->reading.closeness);
}

/* Could somebody be named who is called so? An address alone names a mailbox and nobody. */
static double hidden(struct ctx *c, id who)
{
    struct str name = S("");
    id org = 0;
    EACH (r, c, SQL("SELECT name, org FROM person WHERE id=$1"), I(who)) {
        name = row_str(&r, 0);
        org = row_int(&r, 1);
    }
    if (name.n && str_chr(name, '@') < 0) return 0;
    int64_t people = db_int(c, 0, SQL("SELECT max(id) FROM person")); /* about as many */
    if (!org) return tie_hidden(people, people);
    return tie_hidden(db_int(c, 0, SQL("SELECT count(*) FROM person WHERE org=$1 AND org<>0"),
                             I(org)),
                      people);
}

/* Of ties of which something may be said at all, see tie_say_close(). */
static void load_axes(struct ctx *c, id me, const struct tie_own *o, const struct tie_about *w,
                      struct tie_axes *out)
{
    *out = (struct tie_axes){ .shown = o->reading.days >= TIE_DRIFT_DAYS_MIN && !w->silent &&
                                       !(w->about & TIE_DECEASED) &&
                                       w->house_days > TIE_HOUSE_DAYS_MIN };
    if (!out->shown) return;
    tie_axes_of(&o->reading, out);
    out->i_hide = hidden(c, me);
    out->they_hide = hidden(c, o->other);
    tie_axes_say(c->a, w->name, out);
}

struct tie_view tie_view(struct ctx *c, id me, id other, int stale_days)
{
    struct tie_owns all = { .me = me, .house_days = tie_house_days(c), .stale_days = stale_days };
    struct tie_own o;
    struct tie_view v = {
        .words = S(""), .close = S(""), .room = S(""), .layer = TIE_KNOWN, .wanted = TIE_KNOWN
    };
    struct tie_said said = tie_said(c, me, other);
    v.wanted_said = said.wanted != 0;
    if (v.wanted_said) v.wanted = (tie_layer)(said.wanted - 1);
    if (own_pair(c, me, other, &o)) {
        struct tie_about w = about(c, &all, &o);
        v.known = true;
        v.layer = layer_of(c, &o, me);
        if (!v.wanted_said) v.wanted = v.layer;
        v.reading = o.reading;
        v.words = tie_say_state(c->a, &o.reading, &w);
        v.close = tie_say_close(c->a, &o.reading, &w);
        load_axes(c, me, &o, &w, &v.axes);
        v.drift = tie_drift_state(&o.reading, all.house_days, o.about);
        v.fine = said.fine_at && said.fine_at >= tie_last(&o.line);
    }
    if (v.wanted < v.layer) tie_layers_of(c, me, &all);
    if (v.wanted < v.layer) v.room = tie_room(c, &all, v.wanted);
    return v;
}
