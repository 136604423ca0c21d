/* SPDX-License-Identifier: GPL-3.0-or-later
 * map_disc.c - the layout of a whole house: a disc for each group. */
#include "ties/map.h"

#include <math.h>

enum {
    DISCS = 40,   /* more groups than that stand in the rings around, side by side */
    BEARINGS = 16 /* places that are tried around each disc */
};
#define GOLDEN 2.399963229728653 /* the angle by which seeds of a sunflower follow each other */
#define RIM    .9                /* free room around a disc; two neighbours are about 1.8 apart */
#define MIDDLE .15               /* how much everything wants to the middle, in links */

struct disc {
    double x, y, r;
    double *pull; /* strength of the links with each other disc, by links of the strongest */
};

static double seed_far(int k) { return sqrt(k + .5); }

/* ---- where discs lie ------------------------------------------------------------- */

static struct disc *make_discs(struct arena *a, const struct map *m, int *n)
{
    int *size = NEW(a, int, m->groups + 1);
    struct disc *d = NEW(a, struct disc, DISCS);
    double most = 0;
    for (int i = 0; i < m->nodes; i++) size[m->node[i].group]++;
    for (*n = 0; *n < MIN(m->groups, DISCS) && size[*n] >= MAP_GROUP_MIN; ++*n)
        d[*n] = (struct disc){ .r = seed_far(size[*n]) + RIM, .pull = NEW(a, double, DISCS) };
    for (int i = 0; i < m->links; i++) {
        int g = m->node[m->link[i].a].group, h = m->node[m->link[i].b].group;
        if (g == h || g >= *n || h >= *n) continue;
        d[g].pull[h] += m->link[i].strength;
        d[h].pull[g] += m->link[i].strength;
        most = fmax(most, d[g].pull[h]);
    }
    for (int g = 0; g < *n; g++)
        for (int h = 0; h < *n; h++) d[g].pull[h] /= fmax(most, 1e-9);
    return d;
}

/* The cost of disc g where it stands now; HUGE_VAL when it lies on another. */
static double cost(const struct disc *d, int g)
{
    double sum = MIDDLE * hypot(d[g].x, d[g].y);
    for (int h = 0; h < g; h++) {
        double far = hypot(d[g].x - d[h].x, d[g].y - d[h].y);
        if (far < d[g].r + d[h].r - 1e-6) return HUGE_VAL;
        sum += d[g].pull[h] * far;
    }
    return sum;
}

/* The largest in the middle, each other one at the best place that touches one before it. */
static void lay_discs(struct disc *d, int n)
{
    for (int g = 1; g < n; g++) {
        double least = HUGE_VAL, x = 0, y = 0;
        for (int k = 0; k < g * BEARINGS; k++) {
            const struct disc *at = &d[k / BEARINGS];
            double turn = 2 * M_PI * (k % BEARINGS) / BEARINGS, far = at->r + d[g].r;
            d[g].x = at->x + far * cos(turn);
            d[g].y = at->y + far * sin(turn);
            double now = cost(d, g);
            if (now >= least) continue;
            least = now;
            x = d[g].x;
            y = d[g].y;
        }
        d[g].x = x;
        d[g].y = y;
    }
}

/* ---- where people stand ------------------------------------------------------------ */

struct spot {
    double x, y;
};

/* Around all discs, ring by ring; those of one small group come one after the other. */
static void seat_loose(const struct map *m, const struct disc *d, int n, struct spot *at)
{
    double far = n ? 0 : .5, turn = 0;
    for (int g = 0; g < n; g++) far = fmax(far, hypot(d[g].x, d[g].y) + d[g].r + 1);
    for (int g = n; g < m->groups; g++)
        for (int i = 0; i < m->nodes; i++) {
            if (m->node[i].group != g) continue;
            at[i].x = far * sin(turn);
            at[i].y = -far * cos(turn);
            turn += 2 / far;
            if (turn < 2 * M_PI - 1 / far) continue;
            turn = 0;
            far += 2;
        }
}

static void seat(struct arena *a, const struct map *m, const struct disc *d, int n, struct spot *at)
{
    int *before = NEW(a, int, m->groups + 1);
    for (int i = 0; i < m->nodes; i++) {
        int g = m->node[i].group;
        if (g >= n) continue;
        int k = before[g]++;
        at[i].x = d[g].x + seed_far(k) * cos(k * GOLDEN + g);
        at[i].y = d[g].y + seed_far(k) * sin(k * GOLDEN + g);
    }
    seat_loose(m, d, n, at);
}

/* Into the square with a margin, without turning or stretching it. */
static void fit(struct spot *at, int n)
{
    double x0 = HUGE_VAL, x1 = -HUGE_VAL, y0 = HUGE_VAL, y1 = -HUGE_VAL;
    for (int i = 0; i < n; i++) {
        x0 = fmin(x0, at[i].x), x1 = fmax(x1, at[i].x);
        y0 = fmin(y0, at[i].y), y1 = fmax(y1, at[i].y);
    }
    double scale = .92 * MAP_SIDE / fmax(1, fmax(x1 - x0, y1 - y0));
    for (int i = 0; i < n; i++) {
        at[i].x = MAP_SIDE / 2. + (at[i].x - (x0 + x1) / 2) * scale;
        at[i].y = MAP_SIDE / 2. + (at[i].y - (y0 + y1) / 2) * scale;
    }
}

/* New ones among those they know who were placed, a little beside each other. */
static void join_placed(struct arena *a, const struct map *m, struct spot *at)
{
    struct spot *sum = NEW(a, struct spot, m->nodes);
    double *weight = NEW(a, double, m->nodes);
    for (int i = 0; i < 2 * m->links; i++) {
        const struct map_link *l = &m->link[i / 2];
        int from = i % 2 ? l->a : l->b, to = i % 2 ? l->b : l->a;
        if (!m->node[from].placed) continue;
        sum[to].x += m->node[from].x * l->strength;
        sum[to].y += m->node[from].y * l->strength;
        weight[to] += l->strength;
    }
    for (int i = 0; i < m->nodes; i++) {
        if (m->node[i].placed) at[i] = (struct spot){ m->node[i].x, m->node[i].y };
        else if (weight[i] > 0)
            at[i] = (struct spot){ sum[i].x / weight[i] + 12 * cos(i * GOLDEN),
                                   sum[i].y / weight[i] + 12 * sin(i * GOLDEN) };
    }
}

void map_discs(struct arena *a, struct map *m)
{
    int n;
    struct spot *at = NEW(a, struct spot, MAX(m->nodes, 1));
    if (!m->nodes) return;
    struct disc *d = make_discs(a, m, &n);
    lay_discs(d, n);
    seat(a, m, d, n, at);
    fit(at, m->nodes);
    join_placed(a, m, at);
    for (int i = 0; i < m->nodes; i++) {
        m->node[i].x = fmin(MAP_SIDE, fmax(0, at[i].x));
        m->node[i].y = fmin(MAP_SIDE, fmax(0, at[i].y));
    }
}
