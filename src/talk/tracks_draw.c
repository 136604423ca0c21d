/* SPDX-License-Identifier: GPL-3.0-or-later
 * tracks_draw.c - from messages to places in a picture. */
#include "kit/base/date.h"
#include "talk/tracks_web.h"

#include <stdlib.h>

enum {
    ROW_ROOMY = 42, /* a lane with two lines of name, while there are few */
    ROW_TIGHT = 26,
    FEW_LANES = 40,
    STEP = 20, /* between neighbours */
    ANSWERS = 4000
};

int track_y(const struct track_picture *p, int lane) { return lane * p->row + p->row / 2; }

static int x_of(const struct tracks *t, int64_t at)
{
    double part = (double)(at - t->from) / (double)(t->to - t->from);
    return TRACK_LEFT + (int)(part * (TRACK_RIGHT - TRACK_LEFT));
}

/* ---- the axis ------------------------------------------------------------ */

static const struct unit {
    int64_t seconds; /* about */
    enum { BY_MINUTE, BY_DAY, BY_MONTH } kind;
    int n;
} units[] = {
    { 1 * MINUTE, BY_MINUTE, 1 },  { 5 * MINUTE, BY_MINUTE, 5 }, { 15 * MINUTE, BY_MINUTE, 15 },
    { HOUR, BY_MINUTE, 60 },       { 3 * HOUR, BY_MINUTE, 180 }, { 6 * HOUR, BY_MINUTE, 360 },
    { 12 * HOUR, BY_MINUTE, 720 }, { DAY, BY_DAY, 1 },           { 2 * DAY, BY_DAY, 2 },
    { 7 * DAY, BY_DAY, 7 },        { 14 * DAY, BY_DAY, 14 },     { 30 * DAY, BY_MONTH, 1 },
    { 61 * DAY, BY_MONTH, 2 },     { 91 * DAY, BY_MONTH, 3 },    { 183 * DAY, BY_MONTH, 6 },
    { 365 * DAY, BY_MONTH, 12 },   { 730 * DAY, BY_MONTH, 24 },  { 1826 * DAY, BY_MONTH, 60 },
    { 3652 * DAY, BY_MONTH, 120 },
};

/* The first tick at or behind that time; months are counted from the year 0. */
static int64_t month_start(int64_t months, int offset_s)
{
    return date_days((int)(months / 12), (int)(months % 12) + 1, 1) * DAY - offset_s;
}

static int64_t first_tick(const struct unit *u, int64_t from, int offset_s)
{
    if (u->kind == BY_MONTH) {
        struct civil d = date_civil(from, offset_s);
        int64_t m = (int64_t)d.year * 12 + d.month - 1;
        m -= m % u->n;
        while (month_start(m, offset_s) < from) m += u->n;
        return m;
    }
    int64_t step = u->kind == BY_DAY ? u->n * DAY : u->n * MINUTE, local = from + offset_s;
    /* weeks begin on a Monday: the first day of all was a Thursday */
    int64_t shift = u->kind == BY_DAY && u->n % 7 == 0 ? 4 * DAY : 0;
    local -= shift;
    return (local + step - 1) / step * step + shift - offset_s;
}

static struct str tick_says(struct ctx *c, const struct unit *u, int64_t at, bool first)
{
    struct civil d = date_civil(at, c->offset_s);
    const char *month = date_months[d.month - 1];
    if (u->kind == BY_MONTH)
        return u->n >= 12                 ? str_fmt(c->a, "%d", d.year)
               : first || d.month <= u->n ? str_fmt(c->a, "%.3s %d", month, d.year)
                                          : str_fmt(c->a, "%s", month);
    if (u->kind == BY_DAY || (!first && !d.hour && !d.minute))
        return str_fmt(c->a, "%d %.3s", d.day, month);
    return first ? str_fmt(c->a, "%d %.3s, %02d:%02d", d.day, month, d.hour, d.minute)
                 : str_fmt(c->a, "%02d:%02d", d.hour, d.minute);
}

static void add_tick(struct ctx *c, struct track_picture *p, const struct unit *u, int64_t at)
{
    int x = x_of(p->t, at);
    p->tick[p->ticks] = (struct track_tick){ x, tick_says(c, u, at, !p->ticks),
                                             x > TRACK_WIDTH - 36 ? "end" : "middle" };
    p->ticks++;
}

static void draw_axis(struct ctx *c, struct track_picture *p)
{
    enum { MOST = 11 };
    const struct tracks *t = p->t;
    int k = 0;
    while (k < COUNT(units) - 1 && (t->to - t->from) / units[k].seconds > MOST) k++;
    const struct unit *u = &units[k];
    int64_t at = first_tick(u, t->from, c->offset_s);
    for (; p->ticks < TRACK_TICKS; at += u->kind == BY_MONTH ? u->n
                                         : u->kind == BY_DAY ? u->n * DAY
                                                             : u->n * MINUTE) {
        int64_t when = u->kind == BY_MONTH ? month_start(at, c->offset_s) : at;
        if (when >= t->to) break;
        add_tick(c, p, u, when);
    }
}

/* ---- marks --------------------------------------------------------------- */

static int radius(int n) { return n == 1 ? 4 : n < 10 ? 8 : n < 100 ? 9 : 10; }

/* Marks by lane; within a lane they stay in order of time. */
static int *by_lane(struct arena *a, const struct tracks *t)
{
    int *start = NEW(a, int, t->lanes + 2), *out = NEW(a, int, t->marks + 1);
    for (int i = 0; i < t->marks; i++) start[t->mark[i].lane + 1]++;
    for (int i = 0; i < t->lanes; i++) start[i + 1] += start[i];
    for (int i = 0; i < t->marks; i++) out[start[t->mark[i].lane]++] = i;
    return out;
}

static int slot_of(const struct tracks *t, int mark, int step)
{
    return (x_of(t, t->mark[mark].at) - TRACK_LEFT) / step;
}

static int count_dots(const struct tracks *t, const int *sorted, int step)
{
    int n = 0;
    for (int i = 0; i < t->marks; i++)
        n += !i || t->mark[sorted[i]].lane != t->mark[sorted[i - 1]].lane ||
             slot_of(t, sorted[i], step) != slot_of(t, sorted[i - 1], step);
    return n;
}

static struct track_dot dot_of(const struct track_picture *p, const int *sorted, int from, int to,
                               int step)
{
    const struct tracks *t = p->t;
    const struct track_mark *m = &t->mark[sorted[from]];
    int64_t sum = 0;
    int n = MAX(to - from, 1),
        middle = TRACK_LEFT + slot_of(t, sorted[from], step) * step + step / 2,
        play = n > 1 ? step / 2 - 9 : step / 2 - 5;
    bool ours = true;
    for (int i = from; i < to; i++) {
        sum += x_of(t, t->mark[sorted[i]].at);
        ours = ours && t->mark[sorted[i]].ours;
    }
    int x = (int)(sum / n);
    return (struct track_dot){ .x = MIN(MAX(x, middle - play), middle + play),
                               .y = track_y(p, m->lane),
                               .r = radius(n),
                               .n = n,
                               .lane = m->lane,
                               .first = sorted[from],
                               .last = sorted[to - 1],
                               .ours = ours };
}

static void draw_dots(struct ctx *c, struct track_picture *p)
{
    const struct tracks *t = p->t;
    int *sorted = by_lane(c->a, t), step = STEP;
    while (step < 8 * STEP && count_dots(t, sorted, step) > TRACK_DOTS) step *= 2;
    p->dot = NEW(c->a, struct track_dot, t->marks + 1);
    p->of = NEW(c->a, int, t->marks + 1);
    for (int i = 0, k; i < t->marks; i = k) {
        p->of[sorted[i]] = p->dots;
        for (k = i + 1; k < t->marks && t->mark[sorted[k]].lane == t->mark[sorted[i]].lane &&
                        slot_of(t, sorted[k], step) == slot_of(t, sorted[i], step);
             k++)
            p->of[sorted[k]] = p->dots;
        p->dot[p->dots++] = dot_of(p, sorted, i, k, step);
    }
}

static void draw_lines(struct ctx *c, struct track_picture *p)
{
    struct buf lines = { .a = c->a }, rules = { .a = c->a }, steps = { .a = c->a };
    for (int i = 0; i < p->dots; i++) {
        const struct track_dot *d = &p->dot[i];
        bool begins = !i || p->dot[i - 1].lane != d->lane,
             ends = i == p->dots - 1 || p->dot[i + 1].lane != d->lane;
        if (begins && !ends) buf_fmt(&lines, "M%d %d", d->x, d->y);
        if (ends && !begins) buf_fmt(&lines, "H%d", d->x);
    }
    for (int i = 1; i <= p->t->lanes; i++) buf_fmt(&rules, "M0 %dH%d", i * p->row, TRACK_WIDTH);
    for (int i = 0; i < p->ticks; i++) buf_fmt(&steps, "M%d 0V%d", p->tick[i].x, p->height);
    p->lines = buf_str(&lines);
    p->rules = buf_str(&rules);
    p->steps = buf_str(&steps);
}

/* ---- answers and threads --------------------------------------------------- */

/* In its lane an answer is a low arc; between lanes, a line that leaves and comes in level. */
static void add_curve(struct buf *o, const struct track_dot *a, const struct track_dot *b)
{
    int dx = b->x - a->x, reach = MAX(abs(dx) / 2, 12);
    if (a->lane == b->lane)
        buf_fmt(o, "M%d %dq%d %d %d 0", a->x, a->y - 3, dx / 2, -MIN(6 + abs(dx) / 12, 16), dx);
    else
        buf_fmt(o, "M%d %dC%d %d %d %d %d %d", a->x, a->y, a->x + reach, a->y, b->x - reach, b->y,
                b->x, b->y);
}

static void draw_answers(struct ctx *c, struct track_picture *p)
{
    struct buf o = { .a = c->a };
    const struct tracks *t = p->t;
    int *last = NEW(c->a, int, p->dots + 1), n = 0; /* the dot each was joined with, from 1 */
    for (int i = 0; i < t->marks && n < ANSWERS; i++) {
        if (t->mark[i].answers < 0) continue;
        int from = p->of[t->mark[i].answers], to = p->of[i];
        if (from == to || last[to] == from + 1) continue;
        last[to] = from + 1;
        n++;
        add_curve(&o, &p->dot[from], &p->dot[to]);
    }
    p->answers = buf_str(&o);
}

static int mark_of(const struct tracks *t, const struct idea_place *x)
{
    int low = 0, high = t->marks;
    while (low < high) {
        int mid = (low + high) / 2;
        if (t->mark[mid].at < x->at) low = mid + 1;
        else high = mid;
    }
    for (; low < t->marks && t->mark[low].at == x->at; low++)
        if (t->mark[low].message == x->message) return low;
    return -1;
}

static int by_mark(const void *x, const void *y)
{
    return ((const struct track_badge *)x)->mark - ((const struct track_badge *)y)->mark;
}

/* Badges on the same dot stand side by side, and beside a number. */
static void draw_thread(struct ctx *c, struct track_picture *p, struct track_thread *h, int *taken)
{
    struct buf o = { .a = c->a };
    if (h->n) qsort(h->at, (size_t)h->n, sizeof *h->at, by_mark);
    for (int i = 0; i < h->n; i++) {
        int dot = p->of[h->at[i].mark];
        struct track_dot at = p->dot[dot], before;
        if (i) {
            before = p->dot[p->of[h->at[i - 1].mark]];
            if (before.lane != at.lane || before.x != at.x) add_curve(&o, &before, &at);
        }
        h->at[i].x = at.x + (at.n > 1 ? at.r + 10 : 0) + 17 * taken[dot]++;
        h->at[i].y = at.y;
    }
    h->path = buf_str(&o);
}

static void draw_threads(struct ctx *c, struct track_picture *p, id only)
{
    enum { PLACES = 2000 };
    struct ideas all = { NULL, 0 };
    struct idea_places m;
    idea_places_all(c, PLACES, &m);
    if (!m.n) return;
    int *taken = NEW(c->a, int, p->dots + 1);
    idea_list(c, 0, PLACES, &all);
    for (int i = 0; i < all.n && p->threads < TRACK_IDEAS; i++) {
        struct track_thread *h = &p->thread[p->threads];
        if (only && all.at[i].id != only) continue;
        *h = (struct track_thread){ .idea = all.at[i],
                                    .at = NEW(c->a, struct track_badge, all.at[i].places + 1) };
        for (int k = 0; k < m.n && h->n < all.at[i].places; k++) {
            int mark = m.at[k].idea == all.at[i].id ? mark_of(p->t, &m.at[k]) : -1;
            if (mark >= 0) h->at[h->n++].mark = mark;
        }
        draw_thread(c, p, h, taken);
        p->threads += h->n > 0;
    }
}

void track_draw(struct ctx *c, const struct tracks *t, id idea, struct track_picture *out)
{
    *out = (struct track_picture){ .t = t, .row = t->lanes <= FEW_LANES ? ROW_ROOMY : ROW_TIGHT };
    out->height = t->lanes * out->row + 4;
    draw_axis(c, out);
    draw_dots(c, out);
    draw_lines(c, out);
    draw_answers(c, out);
    draw_threads(c, out, idea);
}
