/* SPDX-License-Identifier: GPL-3.0-or-later
 * map_test.c - two groups of four and one who alone knows both. */
#include "ties/map.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* 0..3 and 4..7 know each other; 3 knows 4 and 5; 8 knows nobody. */
static struct map planted(struct arena *a)
{
    struct map m = { .nodes = 9 };
    m.node = NEW(a, struct map_node, 9);
    m.link = NEW(a, struct map_link, 14);
    for (int i = 0; i < 9; i++)
        m.node[i] = (struct map_node){ .who = i + 1, .layer = i < 5 ? TIE_FIVE : TIE_FIFTEEN };
    for (int i = 0; i < 8; i++)
        for (int k = i + 1; k < 8; k++)
            if (i / 4 == k / 4) m.link[m.links++] = (struct map_link){ i, k, 1 };
    m.link[m.links++] = (struct map_link){ 3, 4, .2 };
    m.link[m.links++] = (struct map_link){ 3, 5, .2 };
    return m;
}

static double apart(const struct map *m, int a, int b)
{
    return hypot(m->node[a].x - m->node[b].x, m->node[a].y - m->node[b].y);
}

static void groups_are_found_largest_first(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct map m = planted(a);
    map_groups(a, &m);
    assert_int_equal(m.groups, 3);
    for (int i = 0; i < 8; i++) assert_int_equal(m.node[i].group, i / 4);
    assert_int_equal(m.node[8].group, 2);
    assert_int_equal(m.node[3].degree, 5);
    assert_int_equal(m.node[8].degree, 0);
    arena_close(a);
}

static void the_one_between_is_named(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct map m = planted(a);
    struct map_bridge b[4];
    map_groups(a, &m);
    assert_int_equal(map_bridges(a, &m, 4, b), 1);
    assert_int_equal(b[0].who, 3);
    assert_int_equal(b[0].from, 0);
    assert_int_equal(b[0].to, 1);
    assert_int_equal(b[0].links, 2);
    m.link[m.links++] =
        (struct map_link){ 0, 6, .2 }; /* a second way: nobody alone connects them */
    map_groups(a, &m);
    assert_int_equal(map_bridges(a, &m, 4, b), 0);
    arena_close(a);
}

static void rings_keep_their_distance(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct map m = planted(a);
    map_groups(a, &m);
    map_rings(a, &m);
    for (int i = 0; i < 9; i++) {
        double far = hypot(m.node[i].x - MAP_SIDE / 2., m.node[i].y - MAP_SIDE / 2.);
        assert_true(fabs(far - (i < 5 ? 110 : 210)) < 1e-6);
        for (int k = 0; k < i; k++) assert_true(apart(&m, i, k) > 50);
    }
    arena_close(a);
}

static void groups_lie_apart_the_same_each_time(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct map m = planted(a), again = planted(a);
    double inside = 0, across = HUGE_VAL;
    map_groups(a, &m);
    map_groups(a, &again);
    map_discs(a, &m);
    map_discs(a, &again);
    for (int i = 0; i < 9; i++) {
        assert_true(m.node[i].x >= 0 && m.node[i].x <= MAP_SIDE && m.node[i].y >= 0 &&
                    m.node[i].y <= MAP_SIDE);
        assert_true(m.node[i].x == again.node[i].x && m.node[i].y == again.node[i].y);
        for (int k = 0; k < i; k++) assert_true(apart(&m, i, k) > 80);
    }
    for (int i = 0; i < 4; i++) /* the first of a group stand in its middle */
        for (int k = 0; k < 4; k++) {
            inside = fmax(inside, apart(&m, i, 0));
            across = fmin(across, apart(&m, i, 4 + k));
        }
    assert_true(across > inside * .6 && apart(&m, 0, 4) > 1.5 * inside);
    arena_close(a);
}

/* Seven groups of nine; the last one knows the second. */
static void groups_that_write_each_other_lie_side_by_side(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct map m = { .nodes = 63, .node = NEW(a, struct map_node, 63) };
    m.link = NEW(a, struct map_link, 7 * 36 + 1);
    for (int i = 0; i < 63; i++) {
        m.node[i].who = i + 1;
        for (int k = 0; k < i; k++)
            if (i / 9 == k / 9) m.link[m.links++] = (struct map_link){ k, i, 1 };
    }
    m.link[m.links++] = (struct map_link){ 9, 54, .5 };
    map_groups(a, &m);
    assert_int_equal(m.groups, 7);
    map_discs(a, &m);
    for (int g = 0; g < 7; g++) /* of nine, the middle is where their places balance */
        for (int i = 1; i < 9; i++) {
            m.node[9 * g].x += m.node[9 * g + i].x;
            m.node[9 * g].y += m.node[9 * g + i].y;
        }
    for (int g = 0; g < 6; g++) assert_true(apart(&m, 54, 9) < apart(&m, 54, 9 * g) * 1.1);
    double far = 0;
    for (int g = 0; g < 6; g++) far = fmax(far, apart(&m, 54, 9 * g));
    assert_true(far > 1.8 * apart(&m, 54, 9)); /* not everybody is beside them */
    arena_close(a);
}

static void people_stay_where_they_stood(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct map m = planted(a), more = planted(a);
    map_groups(a, &m);
    map_discs(a, &m);
    map_groups(a, &more);
    for (int i = 0; i < 9; i++) {
        more.node[i].x = m.node[i].x / 2;
        more.node[i].y = m.node[i].y / 2;
        more.node[i].placed = i != 2; /* 2 is new: it comes in among its neighbours */
    }
    map_discs(a, &more);
    for (int i = 0; i < 9; i++)
        assert_true(i == 2 ||
                    (more.node[i].x == m.node[i].x / 2 && more.node[i].y == m.node[i].y / 2));
    assert_true(apart(&more, 2, 0) < apart(&more, 2, 6));
    arena_close(a);
}

static void many_are_laid_out_without_falling_on_each_other(void **state)
{
    enum { MANY = 2000 };
    (void)state;
    struct arena *a = arena_open(16 * MIB);
    struct map m = { .nodes = MANY, .node = NEW(a, struct map_node, MANY) };
    m.link = NEW(a, struct map_link, MANY);
    for (int i = 0; i < MANY; i++) {
        m.node[i].who = i + 1;
        if (i % 20 < 12 && i % 20) m.link[m.links++] = (struct map_link){ i - i % 20, i, 1 };
    }
    map_groups(a, &m);
    assert_int_equal(m.groups, 100 + 800);
    map_discs(a, &m);
    double least = HUGE_VAL;
    for (int i = 0; i < MANY; i++)
        for (int k = 0; k < i; k++) least = fmin(least, apart(&m, i, k));
    assert_true(least > 5);
    arena_close(a);
}

static void nobody_makes_no_map(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct map m = { 0 };
    struct map_bridge b[1];
    map_groups(a, &m);
    map_rings(a, &m);
    map_discs(a, &m);
    assert_int_equal(m.groups, 0);
    assert_int_equal(map_bridges(a, &m, 1, b), 0);
    arena_close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_are_found_largest_first),
        cmocka_unit_test(the_one_between_is_named),
        cmocka_unit_test(rings_keep_their_distance),
        cmocka_unit_test(groups_lie_apart_the_same_each_time),
        cmocka_unit_test(groups_that_write_each_other_lie_side_by_side),
        cmocka_unit_test(people_stay_where_they_stood),
        cmocka_unit_test(many_are_laid_out_without_falling_on_each_other),
        cmocka_unit_test(nobody_makes_no_map),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
