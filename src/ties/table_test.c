/* SPDX-License-Identifier: GPL-3.0-or-later
 * table_test.c - the table against replay of each pair by itself. */
#include "ties/table.h"

#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

static uint64_t seed = 7;
static uint32_t dice(uint32_t sides)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((seed >> 33) % sides);
}

static void test_empty(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct tie_table *t = tie_table_open(a, 0, 3600);
    uint64_t at = 0;
    assert_null(tie_table_next(t, &at));
    assert_null(tie_table_find(t, 1, 2));
    assert_int_equal(tie_table_pairs(t), 0);
    assert_int_equal(tie_table_offset(t), 3600);
    assert_non_null(tie_table_sorted(t, a));
    tie_table_add(t, NULL, 0);
    assert_int_equal(tie_table_pairs(t), 0);
    arena_close(a);
}

static void test_what_is_passed_over(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct tie_table *t = tie_table_open(a, 10, 0);
    const struct tie_event e[] = { { 100, 1, 1 }, { 101, 0, 2 }, { 102, 2, 0 },
                                   { 200, 5, 3 }, { 150, 3, 5 }, { 200, 3, 5 } };
    tie_table_add(t, e, COUNT(e));
    assert_int_equal(tie_table_pairs(t), 1);
    assert_int_equal(tie_table_late(t), 1);
    const struct tie_line *l = tie_table_find(t, 5, 3);
    assert_non_null(l);
    assert_ptr_equal(l, tie_table_find(t, 3, 5));
    assert_true(l->a == 3 && l->b == 5 && l->dir[0].n == 1 && l->dir[1].n == 1);
    assert_null(tie_table_find(t, 3, 3));
    assert_null(tie_table_find(t, 0, 3));
    arena_close(a);
}

static void test_put(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct tie_table *t = tie_table_open(a, 0, 0);
    struct tie_line l = { .a = 2, .b = 9, .days = 4 }, twisted = { .a = 9, .b = 2 }, none = { 0 };
    assert_true(tie_table_put(t, &l));
    assert_false(tie_table_put(t, &l));
    assert_false(tie_table_put(t, &twisted));
    assert_false(tie_table_put(t, &none));
    assert_memory_equal(tie_table_find(t, 9, 2), &l, sizeof l);
    arena_close(a);
}

/* Every line equals the replay of its own events, for any number of calls and batches. */
static void test_equals_replay_of_pairs(void **state)
{
    (void)state;
    enum { EVENTS = 30000, PEOPLE = 60 };
    static struct tie_event e[EVENTS], own[EVENTS];
    struct arena *a = arena_open(4 * MIB);
    struct tie_table *t = tie_table_open(a, 0, -7200);
    for (int i = 0; i < EVENTS; i++)
        e[i] = (struct tie_event){ (uint32_t)i * 3000, 1 + dice(PEOPLE), 1 + dice(PEOPLE) };
    for (int i = 0; i < EVENTS;) {
        int some = MIN((int)dice(100), EVENTS - i);
        tie_table_add(t, e + i, some);
        i += some;
    }
    assert_int_equal(tie_table_pairs(t), PEOPLE * (PEOPLE - 1) / 2);
    assert_int_equal(tie_table_late(t), 0);
    const struct tie_line **sorted = tie_table_sorted(t, a);
    uint64_t k = 0;
    for (uint32_t p = 1; p <= PEOPLE; p++)
        for (uint32_t q = p + 1; q <= PEOPLE; q++, k++) {
            struct tie_line want;
            int n = 0;
            for (int i = 0; i < EVENTS; i++)
                if (MIN(e[i].from, e[i].to) == p && MAX(e[i].from, e[i].to) == q) own[n++] = e[i];
            assert_true(tie_replay_pair(p, q, own, n, UINT32_MAX, -7200, &want));
            assert_memory_equal(sorted[k], &want, sizeof want);
        }
    arena_close(a);
}

/* Enough pairs that many share a hash of 32 bits, that the index grows often and that more
 * than one segment of lines is needed; each pair is met again after all of this. */
static void test_many_pairs(void **state)
{
    (void)state;
    enum { PAIRS = 1000000, STEP = 1000 };
    static struct tie_event e[STEP];
    struct arena *a = arena_open(64 * MIB);
    struct tie_table *t = tie_table_open(a, 0, 0);
    for (uint32_t round = 0; round < 2; round++)
        for (uint32_t i = 0; i < PAIRS; i += STEP) {
            for (uint32_t j = 0; j < STEP; j++) {
                uint32_t p = 1 + (i + j) % 997, q = 1000 + (i + j) / 997 * 65537;
                e[j] = (struct tie_event){ round, round ? q : p, round ? p : q };
            }
            tie_table_add(t, e, STEP);
        }
    assert_int_equal(tie_table_pairs(t), PAIRS);
    assert_int_equal(tie_table_late(t), 0);
    assert_true(tie_table_bytes(t) <= (uint64_t)PAIRS * 64 * 2);
    const struct tie_line **l = tie_table_sorted(t, a);
    uint64_t at = 0, seen = 0;
    for (uint64_t i = 0; i < PAIRS; i++) {
        if (l[i]->dir[0].n != 1 || l[i]->dir[1].n != 1 || l[i]->days != 1) fail();
        if (i && !(l[i - 1]->a < l[i]->a || (l[i - 1]->a == l[i]->a && l[i - 1]->b < l[i]->b)))
            fail();
        if (tie_table_find(t, l[i]->b, l[i]->a) != l[i]) fail();
    }
    while (tie_table_next(t, &at)) seen++;
    assert_int_equal(seen, PAIRS);
    arena_close(a);
}

int main(void)
{
    tie_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty),      cmocka_unit_test(test_what_is_passed_over),
        cmocka_unit_test(test_put),        cmocka_unit_test(test_equals_replay_of_pairs),
        cmocka_unit_test(test_many_pairs),
    };
    return cmocka_run_group_tests_name("ties/table", tests, NULL, NULL);
}
