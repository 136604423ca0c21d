/* SPDX-License-Identifier: GPL-3.0-or-later
 * graph.h - who should meet whom, and by whom one could reach a stranger.
 *
 * A snapshot of all ties at one time, in memory: the neighbours of each person, closest
 * first. Nobody gets a trust score here: what is answered is who could vouch. */
#pragma once
#include "ties/table.h"

struct tie_edge {
    uint32_t to;
    float closeness, warmth;
};
struct tie_pair {
    uint32_t a, b; /* in either order, each pair once */
    float closeness, warmth;
};

struct tie_graph {
    uint32_t people;             /* highest number of a person              */
    const uint64_t *start;       /* edges of person i: start[i] .. start[i+1] */
    const struct tie_edge *edge; /* by falling closeness, then by number */
};

/* The graph lives in the arena (24 bytes a pair, 8 a person). */
struct tie_graph tie_graph_of(struct arena *, const struct tie_pair *, uint64_t n);
/* All pairs of a table as they stand at this time. */
struct tie_graph tie_graph_of_table(struct arena *, const struct tie_table *, uint32_t at);
static inline uint64_t tie_degree(const struct tie_graph *g, uint32_t who)
{
    return who && who <= g->people ? g->start[who + 1] - g->start[who] : 0;
}

/* Who may be named as the one between, and proposed: one byte a person, index by number;
 * NULL means everybody. Whoever did not agree leads nowhere. */
typedef const uint8_t *tie_willing;

struct tie_introduction {
    uint32_t who;
    uint32_t by;    /* the one who could introduce best ...                     */
    float strength; /* ... whose weaker closeness to both of them is the largest */
    int shared;     /* acquaintances in common                                   */
    double score;   /* for the order only: sum of sqrt(Wik Wkj) / ln(1 + degree k) */
};
enum {
    /* Who has more ties than anybody can know is asked for the closest of them only, and no
     * further friend is asked after so many steps, so that the answer stays quick. */
    TIE_ASK_MAX = 2000,
    TIE_STEPS_MAX = 50000,
};
/* Whom me should meet: strangers with common acquaintances, best first, at most max of them.
 * Equal scores by person number. Returns how many. Scratch memory comes from the arena. */
int tie_introductions(const struct tie_graph *, struct arena *, uint32_t me, tie_willing, int max,
                      struct tie_introduction *out);

struct tie_path {
    int links; /* 1 to 3; 0: no way */
    uint32_t who[4];
    float width; /* the smallest closeness along it */
};
/* The chain of at most three links from me to stranger whose smallest closeness is largest;
 * among equals the one with fewest links. Persons between must be willing. */
struct tie_path tie_trust_path(const struct tie_graph *, struct arena *, uint32_t me,
                               uint32_t stranger, tie_willing);
