/* SPDX-License-Identifier: GPL-3.0-or-later
 * map_force.c - the layout of a whole house: repulsion by a tree of quarters, attraction by links.
 */
#include "ties/map.h"

#include <math.h>

enum { DEEP = 24 };
#define FAR      1.2 /* a quarter is taken as one body from this many of its sides away */
#define REPEL    40.
#define GRAVITY  1.
#define TOLERANT 1.

struct body {
    double x, y, mass, fx, fy, old_fx, old_fy;
};
struct quarter {                     /* a square of the plane; leaf: holds one place */
    double x, y, half, mass, cx, cy; /* middle, half a side, mass and its centre */
    int child[4];                    /* 0: none */
    bool leaf;
};
struct tree {
    struct quarter *at;
    int n, cap;
};

/* ---- the tree -------------------------------------------------------------------- */

static int quarter_new(struct tree *t, double x, double y, double half)
{
    t->at[t->n] = (struct quarter){ .x = x, .y = y, .half = half };
    return t->n++;
}

static int child_of(struct tree *t, int q, double x, double y)
{
    const struct quarter *s = &t->at[q];
    int which = (x > s->x) + 2 * (y > s->y);
    double half = s->half / 2;
    if (!s->child[which]) {
        int made = quarter_new(t, s->x + (which & 1 ? half : -half),
                               s->y + (which & 2 ? half : -half), half);
        t->at[q].child[which] = made;
    }
    return t->at[q].child[which];
}

static void weigh(struct quarter *s, double x, double y, double mass)
{
    s->cx = (s->cx * s->mass + x * mass) / (s->mass + mass);
    s->cy = (s->cy * s->mass + y * mass) / (s->mass + mass);
    s->mass += mass;
}

/* Places that coincide share a leaf at the depth where there is nothing left to divide. */
static void insert(struct tree *t, double x, double y, double mass)
{
    int q = 0;
    for (int depth = 0;; depth++) {
        struct quarter s = t->at[q];
        bool room = t->n + 2 < t->cap && depth < DEEP;
        if (s.mass > 0 && s.leaf && room) {
            int down = child_of(t, q, s.cx, s.cy);
            t->at[down].leaf = true;
            weigh(&t->at[down], s.cx, s.cy, s.mass);
        }
        t->at[q].leaf = s.mass == 0 || (s.leaf && !room);
        weigh(&t->at[q], x, y, mass);
        if (t->at[q].leaf || !room) return;
        q = child_of(t, q, x, y);
    }
}

static void build(struct tree *t, const struct body *b, int n)
{
    double low = HUGE_VAL, high = -HUGE_VAL;
    for (int i = 0; i < n; i++) {
        low = fmin(low, fmin(b[i].x, b[i].y));
        high = fmax(high, fmax(b[i].x, b[i].y));
    }
    t->n = 0;
    quarter_new(t, (low + high) / 2, (low + high) / 2, (high - low) / 2 + 1);
    for (int i = 0; i < n; i++) insert(t, b[i].x, b[i].y, b[i].mass);
}

static void repel(const struct tree *t, struct body *b)
{
    int stack[4 * (DEEP + 2)], n = 0;
    stack[n++] = 0;
    while (n) {
        const struct quarter *s = &t->at[stack[--n]];
        double dx = b->x - s->cx, dy = b->y - s->cy, d2 = dx * dx + dy * dy;
        bool one = s->leaf || d2 > FAR * FAR * 4 * s->half * s->half;
        if (!one) {
            for (int k = 0; k < 4; k++)
                if (s->child[k]) stack[n++] = s->child[k];
            continue;
        }
        if (d2 < 1e-9) continue; /* itself */
        double f = REPEL * b->mass * s->mass / d2;
        b->fx += dx * f;
        b->fy += dy * f;
    }
}

/* ---- a step --------------------------------------------------------------------- */

static void pull(struct body *b, const struct map *m)
{
    for (int i = 0; i < m->links; i++) {
        const struct map_link *l = &m->link[i];
        double w = sqrt(l->strength), dx = b[l->b].x - b[l->a].x, dy = b[l->b].y - b[l->a].y;
        b[l->a].fx += w * dx;
        b[l->a].fy += w * dy;
        b[l->b].fx -= w * dx;
        b[l->b].fy -= w * dy;
    }
}

/* Speeds after the paper: those who swing are slowed, the whole is as fast as it can be without. */
static void move(struct body *b, int n, double *speed)
{
    double swing = 0, traction = 0;
    for (int i = 0; i < n; i++) {
        swing += b[i].mass * hypot(b[i].fx - b[i].old_fx, b[i].fy - b[i].old_fy);
        traction += b[i].mass * hypot(b[i].fx + b[i].old_fx, b[i].fy + b[i].old_fy) / 2;
    }
    double wanted = TOLERANT * traction / fmax(swing, 1e-9);
    *speed += fmin(wanted - *speed, .5 * *speed);
    for (int i = 0; i < n; i++) {
        double own = b[i].mass * hypot(b[i].fx - b[i].old_fx, b[i].fy - b[i].old_fy);
        double by = .1 * *speed / (1 + *speed * sqrt(own)), f = hypot(b[i].fx, b[i].fy);
        if (f > 0) by = fmin(by, 10 / f);
        b[i].x += b[i].fx * by;
        b[i].y += b[i].fy * by;
        b[i].old_fx = b[i].fx;
        b[i].old_fy = b[i].fy;
        b[i].fx = b[i].fy = 0;
    }
}

/* ---- where it begins and ends --------------------------------------------------- */

static void begin(const struct map *m, struct body *b)
{
    for (int i = 0; i < m->nodes; i++) {
        const struct map_node *n = &m->node[i];
        double turn = 2.399963229728653 * n->group, far = 60 * sqrt(n->group + .5),
               own = 2.399963229728653 * i, near = sqrt(i + 1.);
        b[i] = (struct body){ .x = far * cos(turn) + near * cos(own),
                              .y = far * sin(turn) + near * sin(own),
                              .mass = n->degree + 1. };
        if (n->placed) b[i].x = n->x - MAP_SIDE / 2., b[i].y = n->y - MAP_SIDE / 2.;
    }
    for (int i = 0; i < m->nodes; i++) {
        double x = 0, y = 0, w = 0;
        for (int k = 0; !m->node[i].placed && k < m->links; k++) {
            const struct map_link *l = &m->link[k];
            int other = l->a == i ? l->b : l->b == i ? l->a : -1;
            if (other < 0 || !m->node[other].placed) continue;
            x += b[other].x * l->strength;
            y += b[other].y * l->strength;
            w += l->strength;
        }
        if (w > 0) b[i].x = x / w + .1 * (i % 7), b[i].y = y / w + .1 * (i % 5);
    }
}

/* Into the square with a margin, without turning or stretching it. */
static void fit(struct map *m, const struct body *b)
{
    double x0 = HUGE_VAL, x1 = -HUGE_VAL, y0 = HUGE_VAL, y1 = -HUGE_VAL;
    for (int i = 0; i < m->nodes; i++) {
        x0 = fmin(x0, b[i].x), x1 = fmax(x1, b[i].x);
        y0 = fmin(y0, b[i].y), y1 = fmax(y1, b[i].y);
    }
    double scale = .92 * MAP_SIDE / fmax(1, fmax(x1 - x0, y1 - y0));
    for (int i = 0; i < m->nodes; i++) {
        m->node[i].x = MAP_SIDE / 2. + (b[i].x - (x0 + x1) / 2) * scale;
        m->node[i].y = MAP_SIDE / 2. + (b[i].y - (y0 + y1) / 2) * scale;
    }
}

void map_force(struct arena *a, struct map *m, int steps)
{
    struct body *b = NEW(a, struct body, MAX(m->nodes, 1));
    struct tree t = { .cap = 8 * m->nodes + 64 };
    double speed = 1;
    if (!m->nodes) return;
    t.at = NEW(a, struct quarter, t.cap);
    begin(m, b);
    for (int s = 0; s < steps; s++) {
        build(&t, b, m->nodes);
        for (int i = 0; i < m->nodes; i++) {
            double far = fmax(1, hypot(b[i].x, b[i].y)), g = GRAVITY * b[i].mass * 4 / far;
            repel(&t, &b[i]);
            b[i].fx -= b[i].x * g;
            b[i].fy -= b[i].y * g;
        }
        pull(b, m);
        move(b, m->nodes, &speed);
    }
    fit(m, b);
}
