/* SPDX-License-Identifier: GPL-3.0-or-later
 * map_web.h - the map of one keeper's people, or of the whole house as far as they may read it. */
#pragma once
#include "kit/web/page.h"
#include "talk/talk.h"
#include "ties/map.h"

extern const struct route map_routes[];

/* ---- for map_read.c and map.html only ------------------------------------------ */

enum { MAP_DRAWN = 100, MAP_PEOPLE = 2000, MAP_GROUPS = 12, MAP_LISTED = 12, MAP_COLOURS = 8 };
struct map_group {
    struct str name;    /* what they share: "Saltmere Brewery", "choir and piano" */
    const int *members; /* into map.node, those who matter most first */
    int n;
    struct str action; /* "Pat Colley has gone quiet" */
    id action_who;
    struct str action_name;
};
struct map_view {
    bool house, all; /* all: everybody, else those who write most */
    bool more;       /* there are more than this */
    struct map map;
    int drawn, named; /* the first so many nodes are drawn, so many with a name */
    struct map_group group[MAP_GROUPS];
    bool kept;         /* an arrangement was kept before */
    int groups, loose; /* groups of three or more; people in none of them */
    struct map_bridge bridge[5];
    int bridges;
};
const char *map_colour(const struct map_view *,
                       const struct map_node *); /* a class: "c3", or "" in no group */
struct map_label { /* where a name stands, so that neighbours on a ring don't cover each other */
    int x, y;
    const char *anchor;
};
struct map_label map_label(const struct map_view *, int node, int radius);
void map_read_own(struct ctx *, struct map_view *out);
/* Starts from where people were kept, so that the map stays as it is remembered. */
void map_read_house(struct ctx *, bool all, struct map_view *out);
void map_keep(struct tx *, const struct map_view *);
void map_forget(struct tx *);            /* where people were kept */
bool map_often(const struct map_link *); /* they write each other often */
/* What map.js draws: people as [number, name, x, y, group or -1, links], links as three numbers
 * each (two places in the list of people, and whether they write each other often), groups, the
 * viewer. */
struct str map_json(struct arena *, const struct map_view *, id viewer);
