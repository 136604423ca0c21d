/* SPDX-License-Identifier: GPL-3.0-or-later
 * layer.c - ranks and floors. */
#include "ties/layer.h"

#include <math.h>
#include <stdlib.h>

const int tie_layer_size[TIE_KNOWN] = { 5, 15, 50, 150 };
const double tie_layer_floor[TIE_KNOWN] = { .60, .30, .12, .075 };

static int by_closeness(const void *x, const void *y)
{
    const struct tie_member *a = x, *b = y;
    if (a->closeness != b->closeness) return a->closeness > b->closeness ? -1 : 1;
    return (a->other > b->other) - (a->other < b->other);
}

tie_layer tie_layer_at(int rank, double closeness)
{
    int layer = TIE_FIVE;
    while (layer < TIE_KNOWN &&
           (rank > tie_layer_size[layer] || closeness < tie_layer_floor[layer]))
        layer++;
    return (tie_layer)layer;
}

void tie_layers(struct tie_member *m, int n)
{
    if (n > 1) qsort(m, (size_t)n, sizeof *m, by_closeness);
    for (int i = 0; i < n; i++) m[i].layer = tie_layer_at(i + 1, m[i].closeness);
}

bool tie_layer_full(const struct tie_member *m, int n, tie_layer layer)
{
    int inside = 0;
    if (layer >= TIE_KNOWN) return false;
    for (int i = 0; i < n; i++) inside += m[i].layer <= layer;
    return inside >= tie_layer_size[layer];
}

static bool after(const struct tie_member *a, const struct tie_member *b)
{
    if (a->wanted != b->wanted) return a->wanted > b->wanted;
    if (a->closeness != b->closeness) return a->closeness < b->closeness;
    return a->other > b->other;
}

int tie_layer_last(const struct tie_member *m, int n, tie_layer layer)
{
    int last = -1;
    if (!tie_layer_full(m, n, layer)) return -1;
    for (int i = 0; i < n; i++)
        if (m[i].layer <= layer && (last < 0 || after(&m[i], &m[last]))) last = i;
    return last;
}

void tie_shares(double *years, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++) sum += years[i];
    for (int i = 0; i < n; i++) years[i] = sum > 0 ? years[i] / sum : 0;
}

double tie_intimacy(double out, double in, const double *said, tie_factor *weakest)
{
    double f[TIE_FACTORS] = {
        [TIE_I_OPEN] = out / (out + .5),
        [TIE_THEY_SEE] = MIN(1., (in + TIE_FLOOR) / (out + TIE_FLOOR)),
        [TIE_THEY_OPEN] = in / (in + .5),
        [TIE_I_SEE] = MIN(1., (out + TIE_FLOOR) / (in + TIE_FLOOR)),
    };
    double product = 1;
    int least = 0;
    for (int i = 0; i < TIE_FACTORS; i++) {
        if (said && said[i] >= 0) f[i] = MIN(1., said[i]);
        product *= f[i];
        if (f[i] < f[least]) least = i;
    }
    *weakest = (tie_factor)least;
    return sqrt(sqrt(product));
}

double tie_anonymity(int64_t people, const double *q, int n)
{
    double bits = people > 1 ? log2((double)people) : 0;
    for (int i = 0; i < n; i++) bits += q[i] > 0 ? log2(MIN(1., q[i])) : -HUGE_VAL;
    return MAX(0., bits);
}
