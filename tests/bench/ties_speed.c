/* SPDX-License-Identifier: GPL-3.0-or-later
 * ties_speed.c - how fast the tie engine replays, reads and answers, beside a raw floor.
 *
 *   ties_speed [EVENTS [SEED]]
 *
 * A synthetic log of 1 M people: who writes and to whom follows a power law, 45 % of the
 * events answer a recent one. Every rate is of one core; compare ratios within one run. */
#include "kit/base/date.h"
#include "ties/graph.h"
#include "ties/table.h"

#include <math.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>

enum { PEOPLE = 1000000, YEARS = 3, START = 1600000000, RECENT = 65536, REPLIES = 45 };

static uint64_t seed = 1;
static uint64_t dice(void) /* SplitMix64 */
{
    uint64_t x = seed += 0x9e3779b97f4a7c15u;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

static double cpu(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* The part of it that the kernel took: pages handed out and cleared. */
static double system_time(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (double)u.ru_stime.tv_sec + (double)u.ru_stime.tv_usec * 1e-6;
}

static void *room(size_t bytes)
{
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) {
        fputs("ties_speed: not enough memory\n", stderr);
        exit(1);
    }
    (void)madvise(p, bytes, MADV_HUGEPAGE);
    return p;
}

/* Person of a power law: density falls as rank^(-3/4), ranks scattered over the numbers. */
static uint32_t somebody(void)
{
    double u = (double)(dice() >> 11) * 0x1p-53;
    uint64_t rank = (uint64_t)(u * u * u * u * PEOPLE);
    return (uint32_t)(rank * 611953 % PEOPLE) + 1;
}

static struct tie_event *make_log(int64_t n)
{
    struct tie_event *e = room((size_t)n * sizeof *e);
    double step = (double)YEARS * 365 * DAY / (double)n;
    for (int64_t i = 0; i < n; i++) {
        uint32_t at = START + (uint32_t)((double)i * step);
        if (i && dice() % 100 < REPLIES) {
            const struct tie_event *o = &e[i - 1 - (int64_t)(dice() % (uint64_t)MIN(i, RECENT))];
            e[i] = (struct tie_event){ at, o->to, o->from };
            continue;
        }
        uint32_t from = somebody(), to = somebody();
        while (to == from) to = somebody();
        e[i] = (struct tie_event){ at, from, to };
    }
    return e;
}

/* ---- the floor: the same bytes moved with nothing computed ---- */

static double raw_sum(const struct tie_event *e, int64_t n)
{
    double start = cpu();
    uint64_t sum = 0;
    for (int64_t i = 0; i < n; i++) sum += e[i].at ^ e[i].from ^ e[i].to;
    double took = cpu() - start;
    printf("raw: read and sum the log      %8.3f s  %6.1f ns an event  (%" PRIx64 ")\n", took,
           took / (double)n * 1e9, sum);
    return took;
}

/* Without, and in *fresh with, the first touch of its memory. */
static double raw_touch(const struct tie_event *e, int64_t n, uint64_t bytes, double *fresh)
{
    enum { BATCH = 32 };
    uint64_t slots = bytes / 64, sum = 0;
    uint64_t(*line)[8] = room(bytes);
    *fresh = -cpu();
    for (uint64_t i = 0; i < bytes; i += 4096) line[i / 64][0] = 1;
    double start = cpu();
    *fresh += start;
    for (int64_t i = 0; i + BATCH <= n; i += BATCH) {
        uint64_t at[BATCH];
        for (int j = 0; j < BATCH; j++) {
            uint64_t x = ((uint64_t)MIN(e[i + j].from, e[i + j].to) << 32 |
                          MAX(e[i + j].from, e[i + j].to)) *
                         0x9e3779b97f4a7c15u;
            at[j] = (x >> 32) * slots >> 32;
            __builtin_prefetch(line[at[j]], 1);
        }
        for (int j = 0; j < BATCH; j++) line[at[j]][0] += e[i + j].at;
    }
    double took = cpu() - start;
    *fresh += took;
    for (uint64_t i = 0; i < slots; i++) sum += line[i][0];
    printf("raw: touch a hashed line each  %8.3f s  %6.1f ns an event  (%" PRIx64 ")\n", took,
           took / (double)n * 1e9, sum);
    munmap(line, bytes);
    return took;
}

/* ---- the engine ---- */

static struct tie_table *replay(struct arena *a, const struct tie_event *e, int64_t n, double *took,
                                double *sys)
{
    double start = cpu(), before = system_time();
    struct tie_table *t = tie_table_open(a, 0, 0);
    tie_table_add(t, e, n);
    *took = cpu() - start;
    *sys = system_time() - before;
    printf("replay                         %8.3f s  %6.1f ns an event  %.1f M events/s\n", *took,
           *took / (double)n * 1e9, (double)n / *took * 1e-6);
    printf(
        "  of it %.3f s for the first touch of fresh memory (kernel), %.1f ns an event without\n",
        *sys, (*took - *sys) / (double)n * 1e9);
    uint64_t pairs = tie_table_pairs(t), at = 0, directed = 0;
    for (const struct tie_line *l; (l = tie_table_next(t, &at));)
        directed += (l->dir[0].n > 0) + (l->dir[1].n > 0);
    printf("  %" PRIu64 " pairs, %" PRIu64 " directed, %.1f bytes a pair, %.0f %% of slots empty,"
           " %" PRIu64 " late\n",
           pairs, directed, (double)tie_table_bytes(t) / (double)pairs,
           100 - 6400. * (double)pairs / (double)tie_table_bytes(t), tie_table_late(t));
    return t;
}

static void read_all(const struct tie_table *t)
{
    uint32_t now = START + YEARS * 365u * DAY;
    int32_t today = tie_day(now, 0);
    uint64_t at = 0;
    double sum = 0, start = cpu();
    for (const struct tie_line *l; (l = tie_table_next(t, &at));)
        sum += tie_closeness(tie_memory(l, 0, today, 0), tie_memory(l, 1, today, 0));
    double took = cpu() - start;
    printf("read closeness of every pair   %8.3f s  %.1f M ties/s  (sum %.9g)\n", took,
           (double)tie_table_pairs(t) / took * 1e-6, sum);
}

static void sort_all(const struct tie_table *t)
{
    struct arena *a = arena_open((size_t)1 << 40);
    double start = cpu();
    const struct tie_line **l = tie_table_sorted(t, a);
    printf("pairs in order                 %8.3f s  (first %u-%u)\n", cpu() - start, l[0]->a,
           l[0]->b);
    arena_close(a);
}

static void late_event(void)
{
    enum { EVENTS = 1000, TIMES = 200 };
    static struct tie_event e[EVENTS];
    struct tie_line l = { 0 };
    for (uint32_t i = 0; i < EVENTS; i++) {
        bool back = dice() & 1;
        e[i] = (struct tie_event){ START + i * 70000, back ? 2 : 1, back ? 1 : 2 };
    }
    double start = cpu();
    for (int i = 0; i < TIMES; i++)
        if (!tie_replay_pair(1, 2, e, EVENTS, UINT32_MAX, 0, &l)) exit(1);
    printf("S-5 recompute a pair of 1,000  %8.1f us\n", (cpu() - start) / TIMES * 1e6);
}

/* ---- questions over the whole graph ---- */

enum { ASKED = 300 };

static int by_size(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

static void print_spread(const char *what, double *ms, int n)
{
    qsort(ms, (size_t)n, sizeof *ms, by_size);
    printf("%s  median %.3f ms, 95 %% %.3f ms, worst %.3f ms\n", what, ms[n / 2], ms[n * 95 / 100],
           ms[n - 1]);
}

static uint32_t with_ties(const struct tie_graph *g, uint64_t least, uint64_t most)
{
    for (;;) {
        uint32_t who = 1 + (uint32_t)(dice() % g->people);
        if (tie_degree(g, who) >= least && tie_degree(g, who) <= most) return who;
    }
}

static void ask_graph(const struct tie_graph *g, const char *who, uint64_t least, uint64_t most)
{
    double meet[ASKED], path[ASKED];
    int ways = 0, links = 0;
    for (int i = 0; i < ASKED; i++) {
        struct arena *a = arena_open((size_t)1 << 34);
        uint32_t me = with_ties(g, least, most), stranger = with_ties(g, 1, most);
        struct tie_introduction in[5];
        double start = cpu();
        (void)tie_introductions(g, a, me, NULL, 5, in);
        meet[i] = (cpu() - start) * 1e3;
        start = cpu();
        struct tie_path p = tie_trust_path(g, a, me, stranger, NULL);
        path[i] = (cpu() - start) * 1e3;
        ways += p.links > 0;
        links += p.links;
        arena_close(a);
    }
    printf("S-7 %s\n", who);
    print_spread("    introductions", meet, ASKED);
    print_spread("    trust path   ", path, ASKED);
    printf("    %d of %d strangers reached, %.2f links\n", ways, ASKED,
           ways ? (double)links / ways : 0);
}

static void whole_graph(const struct tie_table *t)
{
    struct arena *a = arena_open((size_t)1 << 40);
    double start = cpu();
    struct tie_graph g = tie_graph_of_table(a, t, START + YEARS * 365u * DAY);
    printf("adjacency of %u people, %" PRIu64 " edges: %.2f s\n", g.people, tie_table_pairs(t),
           cpu() - start);
    uint64_t most = 0;
    for (uint32_t i = 1; i <= g.people; i++) most = MAX(most, tie_degree(&g, i));
    printf("  largest number of ties: %" PRIu64 "\n", most);
    ask_graph(&g, "anybody", 1, UINT64_MAX);
    ask_graph(&g, "people with 20 to 200 ties", 20, 200);
    ask_graph(&g, "people with more than 1,000 ties", 1000, UINT64_MAX);
    arena_close(a);
}

int main(int argc, char **argv)
{
    int64_t n = argc > 1 ? (int64_t)strtod(argv[1], NULL) : 10000000;
    if (argc > 2) seed = strtoull(argv[2], NULL, 10);
    if (n < 1000 || n > 1000000000) {
        fputs("usage: ties_speed [EVENTS [SEED]], 1000 to 1e9 events\n", stderr);
        return 2;
    }
    double took, sys, fresh;
    tie_start();
    struct arena *a = arena_open(MIB);
    struct tie_event *e = make_log(n);
    printf("%" PRId64 " events of %d people\n", n, PEOPLE);
    (void)raw_sum(e, n);
    struct tie_table *t = replay(a, e, n, &took, &sys);
    double warm = raw_touch(e, n, tie_table_bytes(t), &fresh);
    printf("S-1 replay / raw touch at the same table size (bar 4.5): %.2f both on fresh memory,"
           " %.2f both without its first touch\n",
           took / fresh, (took - sys) / warm);
    read_all(t);
    sort_all(t);
    late_event();
    munmap(e, (size_t)n * sizeof *e);
    whole_graph(t);
    arena_close(a);
    return 0;
}
