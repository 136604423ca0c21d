/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/net/rate.h"

#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

static const struct rate_class two_a_second = { 2, 3 };
enum { SECOND = 1000000 };

static void a_burst_then_a_trickle(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct rate r;
    rate_open(&r, a, 64);
    int64_t now = 5 * SECOND;
    for (int i = 0; i < 3; i++) assert_int_equal(rate_take(&r, &two_a_second, 7, now), 0);
    assert_int_equal(rate_take(&r, &two_a_second, 7, now), 1);
    assert_int_equal(rate_take(&r, &two_a_second, 8, now),
                     0); /* somebody else is not kept waiting */
    assert_int_equal(rate_take(&r, &two_a_second, 7, now + SECOND / 2), 0);
    assert_int_equal(rate_take(&r, &two_a_second, 7, now + SECOND / 2), 1);
    for (int i = 0; i < 3; i++)
        assert_int_equal(rate_take(&r, &two_a_second, 7, now + 60 * SECOND), 0);
    assert_int_equal(rate_take(&r, &two_a_second, 7, now + 60 * SECOND),
                     1); /* never more than the burst */
    arena_close(a);
}

static void waiting_is_said_in_whole_seconds(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct rate r;
    rate_open(&r, a, 16);
    const struct rate_class ten_a_minute = { 10.0 / 60, 1 };
    assert_int_equal(rate_wait(&r, &ten_a_minute, 1, 0), 0);
    assert_int_equal(rate_take(&r, &ten_a_minute, 1, 0), 0);
    assert_int_equal(rate_wait(&r, &ten_a_minute, 1, 0), 6);
    assert_int_equal(rate_take(&r, &ten_a_minute, 1, 3 * SECOND), 3);
    arena_close(a);
}

static void a_full_table_goes_on(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct rate r;
    rate_open(&r, a, 16);
    for (uint64_t k = 1; k <= 1000; k++)
        assert_int_equal(rate_take(&r, &two_a_second, k, (int64_t)k), 0);
    arena_close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_burst_then_a_trickle),
        cmocka_unit_test(waiting_is_said_in_whole_seconds),
        cmocka_unit_test(a_full_table_goes_on),
    };
    return cmocka_run_group_tests_name("rate", tests, NULL, NULL);
}
