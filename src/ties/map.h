/* SPDX-License-Identifier: GPL-3.0-or-later
 * map.h - where people stand on a map, which groups they form, who alone connects two of them.
 * Pure computation: who is on it, and what may be said of them, is decided by the caller. */
#pragma once
#include "kit/base/ctx.h"
#include "ties/layer.h"

struct map_node {
    id who;
    struct str name;
    tie_layer layer; /* for rings                              */
    int group;       /* out: from 0, largest first             */
    int degree;      /* out                                    */
    double x, y;     /* 0 .. MAP_SIDE after a layout           */
    bool placed;     /* in: x and y are where it stood before  */
};
struct map_link {
    int a, b;
    double strength; /* above 0: closeness */
};
struct map {
    struct map_node *node; /* those who matter most first */
    struct map_link *link;
    int nodes, links, groups;
};
/* Only one person of group `from` or `to` (who) has links to the other group. */
struct map_bridge {
    int who, from, to, links;
};
enum { MAP_SIDE = 1000, MAP_GROUP_MIN = 3 };

/* Fills groups and degrees. */
void map_groups(struct arena *, struct map *);
/* Rings around the middle by layer; members of a group stand side by side. Call map_groups first.
 */
void map_rings(struct arena *, struct map *);
/* Each group of at least MAP_GROUP_MIN is a disc, its first members in the middle, and lies beside
 * those it has most links with; all others stand in rings around them. Who was placed stays there,
 * and who is new then stands among those they know. No chance and no iteration, so that a page may
 * ask for it: the same input gives the same map. Call map_groups first. */
void map_discs(struct arena *, struct map *);
/* Between groups of at least MAP_GROUP_MIN members; at most max, most links first. */
int map_bridges(struct arena *, const struct map *, int max, struct map_bridge *out);
