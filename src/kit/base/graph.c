/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/base/graph.h"

#include <igraph.h>
#include <pthread.h>
#include <stdlib.h>

enum { SEED = 1729 };

/* igraph's chance is one for all threads. */
static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

/* Only memory can fail here, and as everywhere that ends the program. */
static void must(igraph_error_t e)
{
    if (e != IGRAPH_SUCCESS) abort();
}

static void louvain(int n, const struct graph_edge *e, int edges, int *group)
{
    igraph_t g;
    igraph_vector_int_t ends, member;
    igraph_vector_t weight;
    must(igraph_vector_int_init(&ends, 2 * (igraph_integer_t)edges));
    must(igraph_vector_init(&weight, edges));
    must(igraph_vector_int_init(&member, 0));
    for (int i = 0; i < edges; i++) {
        VECTOR(ends)[2 * i] = e[i].a;
        VECTOR(ends)[2 * i + 1] = e[i].b;
        VECTOR(weight)[i] = e[i].weight;
    }
    must(igraph_create(&g, &ends, n, IGRAPH_UNDIRECTED));
    must(igraph_rng_seed(igraph_rng_default(), SEED));
    must(igraph_community_multilevel(&g, &weight, 1, &member, NULL, NULL));
    for (int i = 0; i < n; i++) group[i] = (int)VECTOR(member)[i];
    igraph_destroy(&g);
    igraph_vector_int_destroy(&member);
    igraph_vector_destroy(&weight);
    igraph_vector_int_destroy(&ends);
}

struct sized {
    int group, size, first;
};

static int by_size(const void *x, const void *y)
{
    const struct sized *a = x, *b = y;
    return a->size != b->size ? b->size - a->size : a->first - b->first;
}

int graph_groups(struct arena *a, int n, const struct graph_edge *e, int edges, int *group)
{
    struct sized *s = NEW(a, struct sized, n + 1);
    int *place = NEW(a, int, n + 1), groups = 0;
    if (!n) return 0;
    pthread_mutex_lock(&one_at_a_time);
    louvain(n, e, edges, group);
    pthread_mutex_unlock(&one_at_a_time);
    for (int i = 0; i < n; i++) s[i] = (struct sized){ i, 0, n };
    for (int i = n - 1; i >= 0; i--) {
        s[group[i]].size++;
        s[group[i]].first = i;
    }
    qsort(s, (size_t)n, sizeof *s, by_size);
    for (; groups < n && s[groups].size; groups++) place[s[groups].group] = groups;
    for (int i = 0; i < n; i++) group[i] = place[group[i]];
    return groups;
}
