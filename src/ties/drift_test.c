/* SPDX-License-Identifier: GPL-3.0-or-later
 * drift_test.c - silence against the own rhythm, its order, odds, one-way light. */
#include "ties/drift.h"

#include <cmocka.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

static struct tie_reading quiet(int silence, double gap)
{
    return (struct tie_reading){ .silence_days = silence, .gap = gap, .days = 5, .warmth = 1 };
}

static void test_states(void **state)
{
    (void)state;
    const struct {
        int silence;
        double gap;
        tie_drift want;
    } rows[] = {
        { 19, 10, TIE_STEADY }, { 20, 10, TIE_MENTION }, { 29, 10, TIE_MENTION },
        { 30, 10, TIE_ALARM },  { 79, 10, TIE_ALARM },   { 80, 10, TIE_LOST },
        { 2, 1, TIE_MENTION },  { 7, 1, TIE_ALARM },     { 0, 1, TIE_STEADY },
    };
    for (int i = 0; i < COUNT(rows); i++) {
        struct tie_reading r = quiet(rows[i].silence, rows[i].gap);
        assert_int_equal(tie_drift_state(&r, 61, 0), rows[i].want);
    }
}

static void test_eligible(void **state)
{
    (void)state;
    struct tie_reading r = quiet(100, 10);
    assert_true(tie_drift_eligible(&r, 61, 0));
    assert_false(tie_drift_eligible(&r, 60, 0));
    const unsigned about[] = { TIE_LEFT, TIE_DECEASED, TIE_PAUSED, TIE_LEAVE_ALONE };
    for (int i = 0; i < COUNT(about); i++) {
        assert_false(tie_drift_eligible(&r, 61, about[i]));
        assert_int_equal(tie_drift_state(&r, 61, about[i]), TIE_STEADY);
    }
    r.days = 4;
    assert_false(tie_drift_eligible(&r, 61, 0));
    r.days = 5, r.gap = 0;
    assert_false(tie_drift_eligible(&r, 61, 0));
}

static void test_order(void **state)
{
    (void)state;
    struct tie_drifting d[] = {
        { 1, TIE_KNOWN, TIE_LOST, 9 },     { 2, TIE_HUNDREDFIFTY, TIE_ALARM, 10 },
        { 3, TIE_FIFTY, TIE_MENTION, 1 },  { 4, TIE_FIFTEEN, TIE_MENTION, 2 },
        { 5, TIE_FIVE, TIE_MENTION, 1.5 }, { 6, TIE_FIFTY, TIE_MENTION, 1 },
    };
    const uint32_t want[] = { 4, 5, 3, 6, 2, 1 };
    tie_drift_sort(d, COUNT(d));
    for (int i = 0; i < COUNT(d); i++) assert_int_equal(d[i].other, want[i]);
    tie_drift_sort(NULL, 0);
    struct tie_reading r = quiet(0, 16);
    assert_true(fabs(tie_drift_value(&r) - 4) < 1e-12);
}

static void test_bins(void **state)
{
    (void)state;
    const double r[] = { 0, .49, .5, .99, 1, 2, 3, 4.9, 5, 8, 12, 12.01, 500 };
    const int want[] = { 0, 0, 1, 1, 2, 3, 4, 4, 5, 6, 6, 7, 7 };
    for (int i = 0; i < COUNT(r); i++) assert_int_equal(tie_odds_bin(r[i]), want[i]);
}

static void test_odds(void **state)
{
    (void)state;
    struct tie_odds o = { .cases = { [4] = 49 }, .back = { [4] = 20 } };
    struct tie_reading r = quiet(35, 10);
    double share = -1;
    r.warmth = .3; /* chance within 30 days 1 - exp(-30 * .3 / 17.02) = .411 */
    assert_false(tie_odds_say(&o, &r, &share));
    assert_true(share == -1);
    o.cases[4] = 50;
    assert_true(tie_odds_say(&o, &r, &share));
    assert_true(fabs(share - .4) < 1e-12);
    o.back[4] = 29; /* .58: further than .15 from the formula */
    assert_false(tie_odds_say(&o, &r, &share));
    o.back[4] = 12; /* .24 */
    assert_false(tie_odds_say(&o, &r, &share));
}

static void test_above(void **state)
{
    (void)state;
    assert_true(tie_above_rhythm(4, 5, 10));
    assert_false(tie_above_rhythm(3, 5, 10));
    assert_false(tie_above_rhythm(4, 4, 10));
    assert_false(tie_above_rhythm(4, 5, 0));
}

static void test_one_way(void **state)
{
    (void)state;
    struct tie_line l = { .a = 1, .b = 2 };
    for (uint32_t day = 0; day < 2; day++) tie_update(&l, 1, day * DAY, 0);
    tie_update(&l, 1, DAY + 5, 0);
    assert_int_equal(tie_one_way(&l, 1), 0); /* two days only */
    tie_update(&l, 1, 9 * DAY, 0);
    assert_int_equal(tie_one_way(&l, 1), 3);
    assert_int_equal(tie_one_way(&l, 0), 0);
    tie_update(&l, 0, 9 * DAY, 0); /* ever answered is the switch */
    for (uint32_t day = 10; day < 20; day++) tie_update(&l, 1, day * DAY, 0);
    assert_int_equal(l.dir[1].run, 10);
    assert_int_equal(tie_one_way(&l, 1), 0);
}

int main(void)
{
    tie_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_states),  cmocka_unit_test(test_eligible),
        cmocka_unit_test(test_order),   cmocka_unit_test(test_bins),
        cmocka_unit_test(test_odds),    cmocka_unit_test(test_above),
        cmocka_unit_test(test_one_way),
    };
    return cmocka_run_group_tests_name("ties/drift", tests, NULL, NULL);
}
