/* SPDX-License-Identifier: GPL-3.0-or-later
 * graph.h - what igraph is used for: groups in a network of people. */
#pragma once
#include "kit/base/base.h"

struct graph_edge {
    int a, b;      /* nodes from 0, a is not b */
    double weight; /* above 0 */
};
/* Which group each of n nodes belongs to, by modularity (Blondel et al. 2008, Louvain). Groups are
 * numbered from 0 by falling size, equal ones by their first node. The same graph gives the same
 * groups: chance is seeded. Returns how many groups there are; 0 when there are no nodes. */
int graph_groups(struct arena *, int n, const struct graph_edge *, int edges, int *group);
