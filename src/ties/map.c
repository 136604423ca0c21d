/* SPDX-License-Identifier: GPL-3.0-or-later
 * map.c - groups, rings, bridges; discs are in map_disc.c. */
#include "ties/map.h"

#include "kit/base/graph.h"

#include <math.h>
#include <stdlib.h>

void map_groups(struct arena *a, struct map *m)
{
    struct graph_edge *e = NEW(a, struct graph_edge, MAX(m->links, 1));
    int *group = NEW(a, int, MAX(m->nodes, 1));
    for (int i = 0; i < m->nodes; i++) m->node[i].degree = 0;
    for (int i = 0; i < m->links; i++) {
        const struct map_link *l = &m->link[i];
        e[i] = (struct graph_edge){ l->a, l->b, l->strength };
        m->node[l->a].degree++;
        m->node[l->b].degree++;
    }
    m->groups = graph_groups(a, m->nodes, e, m->links, group);
    for (int i = 0; i < m->nodes; i++) m->node[i].group = group[i];
}

/* ---- rings --------------------------------------------------------------------- */

static int by_ring(const void *x, const void *y)
{
    const struct map_node *a = *(struct map_node *const *)x, *b = *(struct map_node *const *)y;
    if (a->layer != b->layer) return (int)a->layer - (int)b->layer;
    if (a->group != b->group) return a->group - b->group;
    return (a->who > b->who) - (a->who < b->who);
}

/* Where a group lies around the clock: by its share of all, so that each ring agrees with the
 * others. */
static double *bearings(struct arena *a, const struct map *m)
{
    double *at = NEW(a, double, m->groups + 1);
    int *size = NEW(a, int, m->groups + 1), before = 0;
    for (int i = 0; i < m->nodes; i++) size[m->node[i].group]++;
    for (int g = 0; g < m->groups; g++) {
        at[g] = 2 * M_PI * (before + size[g] / 2.) / MAX(m->nodes, 1);
        before += size[g];
    }
    return at;
}

/* A ring's members stand evenly, in order of their groups, turned so that each is as near to its
 * group's bearing as the others let it; nobody stands straight above the middle, where the ring is
 * named. */
static void place_ring(struct map_node **ring, int n, double radius, const double *bearing)
{
    double step = 2 * M_PI / n, east = 0, north = 0;
    for (int i = 0; i < n; i++) {
        east += cos(bearing[ring[i]->group] - i * step);
        north += sin(bearing[ring[i]->group] - i * step);
    }
    double shift = (floor(atan2(north, east) / step) + .5) * step;
    for (int i = 0; i < n; i++) {
        ring[i]->x = MAP_SIDE / 2. + radius * sin(shift + i * step);
        ring[i]->y = MAP_SIDE / 2. - radius * cos(shift + i * step);
    }
}

void map_rings(struct arena *a, struct map *m)
{
    static const double radius[] = { 110, 210, 330, 450, 480 };
    struct map_node **all = NEW(a, struct map_node *, MAX(m->nodes, 1));
    double *bearing = bearings(a, m);
    for (int i = 0; i < m->nodes; i++) all[i] = &m->node[i];
    if (m->nodes > 1) qsort(all, (size_t)m->nodes, sizeof(*all), by_ring);
    for (int i = 0, n; i < m->nodes; i += n) {
        for (n = 1; i + n < m->nodes && all[i + n]->layer == all[i]->layer;) n++;
        place_ring(&all[i], n, radius[MIN((int)all[i]->layer, COUNT(radius) - 1)], bearing);
    }
}

/* ---- bridges ------------------------------------------------------------------------ */

struct crossing { /* a link between groups, g < h */
    int g, h, in_g, in_h;
};

static int by_groups(const void *x, const void *y)
{
    const struct crossing *a = x, *b = y;
    if (a->g != b->g) return a->g - b->g;
    if (a->h != b->h) return a->h - b->h;
    return a->in_g != b->in_g ? a->in_g - b->in_g : a->in_h - b->in_h;
}

static int by_links(const void *x, const void *y)
{
    const struct map_bridge *a = x, *b = y;
    if (a->links != b->links) return b->links - a->links;
    if (a->from != b->from) return a->from - b->from;
    return a->to - b->to;
}

int map_bridges(struct arena *a, const struct map *m, int max, struct map_bridge *out)
{
    struct crossing *x = NEW(a, struct crossing, MAX(m->links, 1));
    struct map_bridge *all = NEW(a, struct map_bridge, MAX(m->links, 1));
    int *size = NEW(a, int, m->groups + 1), n = 0, found = 0;
    for (int i = 0; i < m->nodes; i++) size[m->node[i].group]++;
    for (int i = 0; i < m->links; i++) {
        int p = m->link[i].a, q = m->link[i].b, g = m->node[p].group, h = m->node[q].group;
        if (g == h || size[g] < MAP_GROUP_MIN || size[h] < MAP_GROUP_MIN) continue;
        x[n++] = g < h ? (struct crossing){ g, h, p, q } : (struct crossing){ h, g, q, p };
    }
    if (n > 1) qsort(x, (size_t)n, sizeof *x, by_groups);
    for (int i = 0, k; i < n; i += k) {
        bool one_g = true, one_h = true;
        for (k = 0; i + k < n && x[i + k].g == x[i].g && x[i + k].h == x[i].h; k++) {
            one_g = one_g && x[i + k].in_g == x[i].in_g;
            one_h = one_h && x[i + k].in_h == x[i].in_h;
        }
        if (one_g) all[found++] = (struct map_bridge){ x[i].in_g, x[i].g, x[i].h, k };
        else if (one_h) all[found++] = (struct map_bridge){ x[i].in_h, x[i].h, x[i].g, k };
    }
    if (found > 1) qsort(all, (size_t)found, sizeof *all, by_links);
    found = MIN(found, max);
    memcpy(out, all, (size_t)found * sizeof *out);
    return found;
}
