/* SPDX-License-Identifier: GPL-3.0-or-later
 * layer_test.c - ranks, floors, who moves out, attention, the two axes. */
#include "ties/layer.h"

#include <cmocka.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

static void near(double got, double want)
{
    if (!(fabs(got - want) < 1e-9)) fail_msg("%.12f, expected %.12f", got, want);
}

static void test_rank_and_floor(void **state)
{
    (void)state;
    const struct {
        int rank;
        double closeness;
        tie_layer want;
    } rows[] = {
        { 1, .60, TIE_FIVE },
        { 5, 9, TIE_FIVE },
        { 6, 9, TIE_FIFTEEN },
        { 1, .599, TIE_FIFTEEN },
        { 15, .30, TIE_FIFTEEN },
        { 16, .59, TIE_FIFTY },
        { 2, .29, TIE_FIFTY },
        { 50, .12, TIE_FIFTY },
        { 51, .2, TIE_HUNDREDFIFTY },
        { 3, .119, TIE_HUNDREDFIFTY },
        { 150, .075, TIE_HUNDREDFIFTY },
        { 151, 5, TIE_KNOWN },
        { 1, .0749, TIE_KNOWN },
    };
    for (int i = 0; i < COUNT(rows); i++)
        assert_int_equal(tie_layer_at(rows[i].rank, rows[i].closeness), rows[i].want);
}

static void test_layers_sort(void **state)
{
    (void)state;
    struct tie_member m[] = {
        { .other = 9, .closeness = .05 }, { .other = 3, .closeness = 1 },
        { .other = 2, .closeness = 1 },   { .other = 7, .closeness = .4 },
        { .other = 1, .closeness = .13 },
    };
    const uint32_t want[] = { 2, 3, 7, 1, 9 };
    const tie_layer layer[] = { TIE_FIVE, TIE_FIVE, TIE_FIFTEEN, TIE_FIFTY, TIE_KNOWN };
    tie_layers(m, COUNT(m));
    for (int i = 0; i < COUNT(m); i++) {
        assert_int_equal(m[i].other, want[i]);
        assert_int_equal(m[i].layer, layer[i]);
    }
    assert_false(tie_layer_full(m, COUNT(m), TIE_FIVE));
    assert_int_equal(tie_layer_last(m, COUNT(m), TIE_FIFTEEN), -1);
    tie_layers(NULL, 0);
}

/* What tie_near_of() leaves out. */
static void test_few_days_long_ago_are_in_no_layer(void **state)
{
    (void)state;
    struct tie_line l = { .a = 1, .b = 2 };
    uint32_t began = 1700000000;
    tie_start();
    for (uint32_t i = 0; i < 4; i++)
        for (int side = 0; side < 2; side++) tie_update(&l, side, began + i * DAY, 0);
    double at[2];
    for (int late = 0; late < 2; late++) {
        int32_t day = tie_day(began + 3 * DAY, 0) + (late ? 366 : 60);
        at[late] = tie_closeness(tie_memory(&l, 0, day, 0), tie_memory(&l, 1, day, 0));
    }
    assert_true(at[1] < tie_layer_floor[TIE_HUNDREDFIFTY]);
    assert_true(at[0] > tie_layer_floor[TIE_HUNDREDFIFTY]); /* else the first says nothing */
}

static void test_who_moves_out(void **state)
{
    (void)state;
    struct tie_member m[8];
    for (int i = 0; i < COUNT(m); i++)
        m[i] = (struct tie_member){ .other = (uint32_t)i + 1, .closeness = 2 - i * .1 };
    tie_layers(m, COUNT(m));
    for (int i = 0; i < COUNT(m); i++) m[i].wanted = m[i].layer;
    assert_true(tie_layer_full(m, COUNT(m), TIE_FIVE));
    assert_int_equal(tie_layer_last(m, COUNT(m), TIE_FIVE), 4); /* the least close of five */
    m[1].wanted = TIE_FIFTY; /* wanted further out beats closeness */
    assert_int_equal(tie_layer_last(m, COUNT(m), TIE_FIVE), 1);
    assert_false(tie_layer_full(m, COUNT(m), TIE_FIFTEEN));
    assert_false(tie_layer_full(m, COUNT(m), TIE_KNOWN));
}

static void test_shares(void **state)
{
    (void)state;
    double years[] = { 3, 1, 0 }, nothing[] = { 0, 0 };
    tie_shares(years, 3);
    near(years[0], .75);
    near(years[1], .25);
    near(years[2], 0);
    tie_shares(nothing, 2);
    near(nothing[0], 0);
}

static void test_intimacy(void **state)
{
    (void)state;
    tie_factor weakest;
    near(tie_intimacy(.5, .5, NULL, &weakest), sqrt(.5)); /* (.5 * 1 * .5 * 1)^(1/4) */
    near(tie_intimacy(5, 0, NULL, &weakest), 0);          /* light in one direction */
    assert_int_equal(weakest, TIE_THEY_OPEN);
    near(tie_intimacy(0, 5, NULL, &weakest), 0);
    assert_int_equal(weakest, TIE_I_OPEN);
    /* out 1.5, in .5: .75, .53/1.53, .5, 1 */
    near(tie_intimacy(1.5, .5, NULL, &weakest), pow(.75 * .53 / 1.53 * .5, .25));
    assert_int_equal(weakest, TIE_THEY_SEE);
    const double said[TIE_FACTORS] = { -1, 1, -1, .2 };
    near(tie_intimacy(1.5, .5, said, &weakest), pow(.75 * 1 * .5 * .2, .25));
    assert_int_equal(weakest, TIE_I_SEE);
}

static void test_anonymity(void **state)
{
    (void)state;
    const double facts[] = { .25, .5 }, name[] = { 1. / 1024 }, rare[] = { 1e-9 };
    near(tie_anonymity(1024, facts, 2), 7);
    near(tie_anonymity(1024, facts, 0), 10);
    near(tie_anonymity(1024, name, 1), 0);
    near(tie_anonymity(1024, rare, 1), 0); /* never below */
    near(tie_anonymity(1, NULL, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rank_and_floor),
        cmocka_unit_test(test_layers_sort),
        cmocka_unit_test(test_few_days_long_ago_are_in_no_layer),
        cmocka_unit_test(test_who_moves_out),
        cmocka_unit_test(test_shares),
        cmocka_unit_test(test_intimacy),
        cmocka_unit_test(test_anonymity),
    };
    return cmocka_run_group_tests_name("ties/layer", tests, NULL, NULL);
}
