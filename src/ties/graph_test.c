/* SPDX-License-Identifier: GPL-3.0-or-later
 * graph_test.c - introductions and trust paths, by hand and against trying every way. */
#include "ties/graph.h"

#include <cmocka.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

enum { PEOPLE = 24 };

static uint64_t seed = 3;
static uint32_t dice(uint32_t sides)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((seed >> 33) % sides);
}

/*      2 --.9-- 4          1 knows 2 (.5) and 3 (.8); 4 is known by 2, 3 and 5;
 *   1 <         | .6       6 is known by 5 only; 7 stands alone with 8 */
static const struct tie_pair house[] = {
    { 1, 2, .5f, 4 }, { 3, 1, .8f, 1 }, { 2, 4, .9f, 1 }, { 3, 4, .2f, 9 },
    { 4, 5, .6f, 1 }, { 5, 6, .7f, 1 }, { 7, 8, .9f, 1 },
};

static void test_graph(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct tie_graph g = tie_graph_of(a, house, COUNT(house));
    assert_int_equal(g.people, 8);
    assert_int_equal(tie_degree(&g, 4), 3);
    assert_int_equal(tie_degree(&g, 0), 0);
    assert_int_equal(tie_degree(&g, 9), 0);
    const struct tie_edge *e = &g.edge[g.start[4]];
    assert_true(e[0].to == 2 && e[1].to == 5 && e[2].to == 3);
    struct tie_graph none = tie_graph_of(a, NULL, 0);
    assert_int_equal(tie_degree(&none, 1), 0);
    arena_close(a);
}

static void test_introductions(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct tie_graph g = tie_graph_of(a, house, COUNT(house));
    struct tie_introduction in[3];
    assert_int_equal(tie_introductions(&g, a, 1, NULL, 3, in), 1);
    assert_int_equal(in[0].who, 4);
    assert_int_equal(in[0].by, 2); /* min(.5, .9) beats min(.8, .2) */
    assert_int_equal(in[0].shared, 2);
    assert_true(in[0].strength == .5f);
    /* sqrt(4 * 1) / ln 3 + sqrt(1 * 9) / ln 3 */
    assert_true(fabs(in[0].score - 5 / log(3)) < 1e-9);
    uint8_t willing[9] = { 0, 1, 0, 1, 1, 1, 1, 1, 1 };
    assert_int_equal(tie_introductions(&g, a, 1, willing, 3, in), 1);
    assert_int_equal(in[0].by, 3); /* 2 does not want to be named */
    willing[4] = 0;
    assert_int_equal(tie_introductions(&g, a, 1, willing, 3, in), 0);
    assert_int_equal(tie_introductions(&g, a, 7, NULL, 3, in), 0);
    assert_int_equal(tie_introductions(&g, a, 99, NULL, 3, in), 0);
    assert_int_equal(tie_introductions(&g, a, 4, NULL, 3, in), 2); /* 1 by two, 6 by one */
    assert_int_equal(in[0].who, 1);
    assert_int_equal(in[1].who, 6);
    assert_int_equal(tie_introductions(&g, a, 4, NULL, 1, in), 1);
    assert_int_equal(in[0].who, 1);
    arena_close(a);
}

static void path_is(const struct tie_path *p, int links, float width, uint32_t last)
{
    assert_int_equal(p->links, links);
    assert_true(p->width == width);
    if (links) assert_int_equal(p->who[links], last);
}

static void test_paths(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct tie_graph g = tie_graph_of(a, house, COUNT(house));
    struct tie_path p = tie_trust_path(&g, a, 1, 4, NULL);
    path_is(&p, 2, .5f, 4);
    assert_int_equal(p.who[1], 2);
    p = tie_trust_path(&g, a, 1, 5, NULL);
    path_is(&p, 3, .5f, 5);
    p = tie_trust_path(&g, a, 1, 6, NULL); /* four links away */
    assert_int_equal(p.links, 0);
    p = tie_trust_path(&g, a, 1, 7, NULL);
    assert_int_equal(p.links, 0);
    p = tie_trust_path(&g, a, 1, 1, NULL);
    assert_int_equal(p.links, 0);
    p = tie_trust_path(&g, a, 3, 4, NULL); /* the weak link of one, or 3-1-2-4 */
    path_is(&p, 3, .5f, 4);
    const uint8_t willing[9] = { 0, 1, 0, 1, 1, 1, 1, 1, 1 };
    p = tie_trust_path(&g, a, 1, 4, willing);
    path_is(&p, 2, .2f, 4);
    p = tie_trust_path(&g, a, 2, 4, willing); /* the ends need no leave here */
    path_is(&p, 1, .9f, 4);
    arena_close(a);
}

/* ---- against trying every way ---- */

static float close_to[PEOPLE + 1][PEOPLE + 1], warm[PEOPLE + 1][PEOPLE + 1];

static struct tie_graph random_graph(struct arena *a, uint32_t one_in)
{
    static struct tie_pair p[PEOPLE * PEOPLE];
    uint64_t n = 0;
    memset(close_to, 0, sizeof close_to);
    for (uint32_t i = 1; i <= PEOPLE; i++)
        for (uint32_t j = i + 1; j <= PEOPLE; j++) {
            if (dice(one_in)) continue;
            float c = (float)(1 + dice(9)) / 8; /* few values: many are equal */
            p[n++] = (struct tie_pair){ i, j, c, c + 1 };
            close_to[i][j] = close_to[j][i] = c;
            warm[i][j] = warm[j][i] = c + 1;
        }
    return tie_graph_of(a, p, n);
}

static float width_of(const uint32_t *who, int links)
{
    float w = HUGE_VALF;
    for (int i = 0; i < links; i++) w = MIN(w, close_to[who[i]][who[i + 1]]);
    return w;
}

static void check_path(struct tie_path p, uint32_t me, uint32_t to, const uint8_t *willing)
{
    float best[4] = { 0, close_to[me][to], 0, 0 };
    for (uint32_t k = 1; k <= PEOPLE; k++) {
        if (k == me || k == to || !willing[k]) continue;
        best[2] = MAX(best[2], MIN(close_to[me][k], close_to[k][to]));
        for (uint32_t l = 1; l <= PEOPLE; l++)
            if (willing[l] && l != me && l != to && l != k)
                best[3] = MAX(best[3], MIN(MIN(close_to[me][k], close_to[k][l]), close_to[l][to]));
    }
    float widest = MAX(best[1], MAX(best[2], best[3]));
    int links = widest == 0.f ? 0 : best[1] == widest ? 1 : best[2] == widest ? 2 : 3;
    assert_int_equal(p.links, links);
    if (!links) return;
    assert_true(p.width == widest && width_of(p.who, links) == widest);
    assert_true(p.who[0] == me && p.who[links] == to);
    for (int i = 1; i < links; i++) assert_true(willing[p.who[i]]);
}

static void test_paths_by_trying(void **state)
{
    (void)state;
    for (int round = 0; round < 40; round++) {
        struct arena *a = arena_open(8 * MIB);
        struct tie_graph g = random_graph(a, 3 + (uint32_t)round % 12);
        uint8_t willing[PEOPLE + 1];
        for (int i = 0; i <= PEOPLE; i++) willing[i] = dice(5) > 0;
        for (uint32_t i = 1; i <= g.people; i++)
            for (uint32_t j = 1; j <= g.people; j++)
                if (i != j) check_path(tie_trust_path(&g, a, i, j, willing), i, j, willing);
        arena_close(a);
    }
}

static void check_introduction(const struct tie_graph *g, uint32_t me,
                               const struct tie_introduction *in)
{
    double score = 0;
    float best = 0;
    assert_true(close_to[me][in->who] == 0.f && in->who != me);
    for (uint32_t k = 1; k <= PEOPLE; k++) {
        float c = MIN(close_to[me][k], close_to[k][in->who]);
        best = MAX(best, c);
        if (c > 0)
            score += sqrt((double)warm[me][k] * (double)warm[k][in->who]) /
                     log(1 + (double)tie_degree(g, k));
    }
    assert_true(fabs(score - in->score) < 1e-9);
    assert_true(in->strength == best);
    assert_true(MIN(close_to[me][in->by], close_to[in->by][in->who]) == best);
}

static void test_introductions_by_trying(void **state)
{
    (void)state;
    for (int round = 0; round < 40; round++) {
        struct arena *a = arena_open(8 * MIB);
        struct tie_graph g = random_graph(a, 3 + (uint32_t)round % 12);
        for (uint32_t i = 1; i <= g.people; i++) {
            struct tie_introduction all[PEOPLE], some[3];
            int n = tie_introductions(&g, a, i, NULL, PEOPLE, all), candidates = 0;
            for (int k = 0; k < n; k++) {
                check_introduction(&g, i, &all[k]);
                if (k) assert_true(all[k - 1].score >= all[k].score);
            }
            for (uint32_t j = 1; j <= PEOPLE; j++) {
                bool common = false;
                for (uint32_t k = 1; k <= PEOPLE; k++)
                    common = common || (close_to[i][k] > 0 && close_to[k][j] > 0);
                candidates += common && j != i && close_to[i][j] == 0.f;
            }
            assert_int_equal(n, candidates);
            int m = tie_introductions(&g, a, i, NULL, 3, some);
            assert_int_equal(m, MIN(n, 3));
            assert_memory_equal(some, all, (size_t)m * sizeof *some);
        }
        arena_close(a);
    }
}

/* 1 knows 2, who knows 5,000 more, closer from number to number: the last 2,000 are asked for. */
static void test_too_many_to_know(void **state)
{
    (void)state;
    enum { CROWD = 5000 };
    static struct tie_pair p[CROWD];
    static struct tie_introduction in[CROWD];
    struct arena *a = arena_open(8 * MIB);
    p[0] = (struct tie_pair){ 1, 2, .5f, 1 };
    for (uint32_t i = 1; i < CROWD; i++)
        p[i] = (struct tie_pair){ 2, 2 + i, 1 + (float)i / CROWD, 1 };
    struct tie_graph g = tie_graph_of(a, p, CROWD);
    int n = tie_introductions(&g, a, 1, NULL, CROWD, in);
    assert_int_equal(n, TIE_ASK_MAX);
    for (int i = 0; i < n; i++) { /* equal scores: by number */
        assert_int_equal(in[i].who, CROWD + 2 - TIE_ASK_MAX + i);
        assert_true(fabs(in[i].score - 1 / log(1 + CROWD)) < 1e-12);
    }
    arena_close(a);
}

static void test_graph_of_table(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct tie_table *t = tie_table_open(a, 0, 0);
    const struct tie_event e[] = { { 100, 1, 2 }, { 200, 2, 1 }, { 300, 3, 2 } };
    tie_table_add(t, e, COUNT(e));
    struct tie_graph g = tie_graph_of_table(a, t, 400);
    assert_int_equal(tie_degree(&g, 2), 2);
    const struct tie_edge *edge = &g.edge[g.start[2]];
    assert_true(edge[0].to == 1 && edge[1].to == 3);
    assert_true(edge[0].closeness == 1.03f && edge[0].warmth == 1.3f);
    assert_true(fabs((double)edge[1].closeness - sqrt(.03 * 1.03)) < 1e-7);
    arena_close(a);
}

int main(void)
{
    tie_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_graph),
        cmocka_unit_test(test_introductions),
        cmocka_unit_test(test_paths),
        cmocka_unit_test(test_paths_by_trying),
        cmocka_unit_test(test_introductions_by_trying),
        cmocka_unit_test(test_too_many_to_know),
        cmocka_unit_test(test_graph_of_table),
    };
    return cmocka_run_group_tests_name("ties/graph", tests, NULL, NULL);
}
