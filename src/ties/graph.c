/* SPDX-License-Identifier: GPL-3.0-or-later
 * graph.c - adjacency sorted by closeness, introductions, widest paths. */
#include "ties/graph.h"

#include <math.h>
#include <stdlib.h>

/* ---- building ---- */

static int by_closeness(const void *x, const void *y)
{
    const struct tie_edge *a = x, *b = y;
    if (a->closeness != b->closeness) return a->closeness > b->closeness ? -1 : 1;
    return (a->to > b->to) - (a->to < b->to);
}

struct building {
    uint32_t people;
    uint64_t *start; /* moves up while edges are filled in */
    struct tie_edge *edge;
};

/* Counted by number first: start[i + 2] holds the degree of i, then the place of its edges. */
static struct building build_open(struct arena *a, uint32_t people, uint64_t pairs)
{
    struct building g = { .people = people };
    g.start = NEW(a, uint64_t, (ptrdiff_t)people + 3);
    g.edge = NEW(a, struct tie_edge, (ptrdiff_t)MAX(2 * pairs, 1u));
    return g;
}

static void build_places(struct building *g)
{
    for (uint64_t i = 2; i <= (uint64_t)g->people + 2; i++) g->start[i] += g->start[i - 1];
}

static void build_pair(struct building *g, struct tie_pair p)
{
    g->edge[g->start[p.a + 1]++] = (struct tie_edge){ p.b, p.closeness, p.warmth };
    g->edge[g->start[p.b + 1]++] = (struct tie_edge){ p.a, p.closeness, p.warmth };
}

static struct tie_graph build_sorted(struct building *g)
{
    for (uint64_t i = 0; i <= g->people; i++) {
        uint64_t n = g->start[i + 1] - g->start[i];
        if (n > 1) qsort(&g->edge[g->start[i]], n, sizeof *g->edge, by_closeness);
    }
    return (struct tie_graph){ g->people, g->start, g->edge };
}

struct tie_graph tie_graph_of(struct arena *a, const struct tie_pair *p, uint64_t n)
{
    uint32_t people = 0;
    for (uint64_t i = 0; i < n; i++) people = MAX(people, MAX(p[i].a, p[i].b));
    struct building g = build_open(a, people, n);
    for (uint64_t i = 0; i < n; i++) g.start[p[i].a + 2]++, g.start[p[i].b + 2]++;
    build_places(&g);
    for (uint64_t i = 0; i < n; i++) build_pair(&g, p[i]);
    return build_sorted(&g);
}

struct tie_graph tie_graph_of_table(struct arena *a, const struct tie_table *t, uint32_t at)
{
    uint32_t people = 0;
    int32_t offset = tie_table_offset(t), today = tie_day(at, offset);
    uint64_t i = 0, j = 0, k = 0;
    for (const struct tie_line *l; (l = tie_table_next(t, &i));) people = MAX(people, l->b);
    struct building g = build_open(a, people, tie_table_pairs(t));
    for (const struct tie_line *l; (l = tie_table_next(t, &j));)
        g.start[l->a + 2]++, g.start[l->b + 2]++;
    build_places(&g);
    for (const struct tie_line *l; (l = tie_table_next(t, &k));) {
        double o = tie_memory(l, 0, today, offset), in = tie_memory(l, 1, today, offset);
        build_pair(&g, (struct tie_pair){ l->a, l->b, (float)tie_closeness(o, in),
                                          (float)tie_warmth(o, in) });
    }
    return build_sorted(&g);
}

/* ---- a small table of persons, sized by what can be met ---- */

struct met {
    uint32_t who; /* 0: free */
    uint32_t by;
    float strength;
    int shared; /* -1: known already */
    double score;
};
struct crowd {
    struct met *at;
    uint32_t mask;
};

static struct crowd crowd_open(struct arena *a, uint64_t most)
{
    uint64_t size = 16;
    while (size < 2 * most) size *= 2;
    return (struct crowd){ NEW(a, struct met, (ptrdiff_t)size), (uint32_t)(size - 1) };
}

static struct met *crowd_find(const struct crowd *c, uint32_t who)
{
    uint32_t i = (uint32_t)((who * 0x9e3779b97f4a7c15u) >> 32) & c->mask;
    while (c->at[i].who && c->at[i].who != who) i = (i + 1) & c->mask;
    return &c->at[i];
}

static bool may_name(tie_willing w, uint32_t who) { return !w || w[who]; }

/* ---- introductions ---- */

static bool better(const struct met *x, const struct tie_introduction *y)
{
    return x->score != y->score ? x->score > y->score : x->who < y->who;
}

static int keep(struct tie_introduction *out, int n, int max, const struct met *m)
{
    int i = n;
    if (n == max && !better(m, &out[n - 1])) return n;
    if (n == max) i--;
    for (; i > 0 && better(m, &out[i - 1]); i--) out[i] = out[i - 1];
    out[i] = (struct tie_introduction){ m->who, m->by, m->strength, m->shared, m->score };
    return MIN(n + 1, max);
}

static uint64_t answers(const struct tie_graph *g, uint32_t k)
{
    return MIN(tie_degree(g, k), (uint64_t)TIE_ASK_MAX);
}

/* Everybody k knows is a little more worth meeting. */
static void ask(const struct tie_graph *g, struct crowd *c, const struct tie_edge *ik)
{
    uint32_t k = ik->to;
    double per = 1 / log(1 + (double)tie_degree(g, k));
    for (uint64_t e = g->start[k]; e < g->start[k] + answers(g, k); e++) {
        const struct tie_edge *kj = &g->edge[e];
        struct met *m = crowd_find(c, kj->to);
        if (m->shared < 0) continue;
        float strength = MIN(ik->closeness, kj->closeness);
        if (!m->who || strength > m->strength) {
            m->strength = strength;
            m->by = k;
        }
        m->who = kj->to;
        m->shared++;
        m->score += sqrt((double)ik->warmth * (double)kj->warmth) * per;
    }
}

int tie_introductions(const struct tie_graph *g, struct arena *a, uint32_t me, tie_willing willing,
                      int max, struct tie_introduction *out)
{
    uint64_t known = tie_degree(g, me), steps = 0, asked = 0;
    if (!known || max < 1) return 0;
    const struct tie_edge *mine = &g->edge[g->start[me]];
    for (; asked < known && steps < TIE_STEPS_MAX; asked++)
        if (may_name(willing, mine[asked].to)) steps += answers(g, mine[asked].to);

    struct crowd c = crowd_open(a, known + MIN(steps, g->people) + 1);
    *crowd_find(&c, me) = (struct met){ .who = me, .shared = -1 };
    for (uint64_t i = 0; i < known; i++)
        *crowd_find(&c, mine[i].to) = (struct met){ .who = mine[i].to, .shared = -1 };
    for (uint64_t i = 0; i < asked; i++)
        if (may_name(willing, mine[i].to)) ask(g, &c, &mine[i]);

    int n = 0;
    for (uint64_t i = 0; i <= c.mask; i++) {
        const struct met *m = &c.at[i];
        if (m->who && m->shared > 0 && may_name(willing, m->who)) n = keep(out, n, max, m);
    }
    return n;
}

/* ---- trust path ---- */

static void wider(struct tie_path *best, struct tie_path p)
{
    if (!best->links || p.width > best->width) *best = p;
}

/* me - k - stranger, me - k - l - stranger. Lists fall by closeness, so that each may be left
 * as soon as it is no wider than what was found; links are tried in rising number. */
static void two_links(const struct tie_graph *g, const struct crowd *last, uint32_t me,
                      tie_willing willing, struct tie_path *best)
{
    for (uint64_t e = g->start[me]; e < g->start[me + 1]; e++) {
        const struct tie_edge *ik = &g->edge[e];
        if (best->links && ik->closeness <= best->width) return;
        const struct met *kj = crowd_find(last, ik->to);
        if (!kj->who || !may_name(willing, ik->to)) continue;
        wider(best,
              (struct tie_path){ 2, { me, ik->to, kj->by }, MIN(ik->closeness, kj->strength) });
    }
}

static void three_links(const struct tie_graph *g, const struct crowd *last, uint32_t me,
                        tie_willing willing, struct tie_path *best)
{
    for (uint64_t e = g->start[me]; e < g->start[me + 1]; e++) {
        const struct tie_edge *ik = &g->edge[e];
        if (best->links && ik->closeness <= best->width) return;
        if (!may_name(willing, ik->to)) continue;
        for (uint64_t f = g->start[ik->to]; f < g->start[ik->to + 1]; f++) {
            const struct tie_edge *kl = &g->edge[f];
            if (best->links && kl->closeness <= best->width) break;
            const struct met *lj = crowd_find(last, kl->to);
            if (!lj->who || kl->to == me || !may_name(willing, kl->to)) continue;
            float width = MIN(MIN(ik->closeness, kl->closeness), lj->strength);
            wider(best, (struct tie_path){ 3, { me, ik->to, kl->to, lj->by }, width });
        }
    }
}

struct tie_path tie_trust_path(const struct tie_graph *g, struct arena *a, uint32_t me,
                               uint32_t stranger, tie_willing willing)
{
    struct tie_path best = { 0 };
    if (me == stranger || !tie_degree(g, me) || !tie_degree(g, stranger)) return best;
    struct crowd last = crowd_open(a, tie_degree(g, stranger));
    for (uint64_t e = g->start[stranger]; e < g->start[stranger + 1]; e++) {
        const struct tie_edge *kj = &g->edge[e];
        *crowd_find(&last, kj->to) =
            (struct met){ .who = kj->to, .by = stranger, .strength = kj->closeness };
    }
    const struct met *direct = crowd_find(&last, me);
    if (direct->who) best = (struct tie_path){ 1, { me, stranger }, direct->strength };
    two_links(g, &last, me, willing, &best);
    three_links(g, &last, me, willing, &best);
    return best;
}
