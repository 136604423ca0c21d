/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../tests/vectors.h"
#include "kit/mail/date.h"

static void valid(struct arena *a, struct str f[3])
{
    int64_t got = -1, want;
    (void)a;
    if (!mail_date(f[0], &got)) fail_msg("refused: %.*s", STR(f[0]));
    assert_true(str_int(f[1], &want));
    if (got != want) fail_msg("%.*s: got %" PRId64 ", wanted %" PRId64, STR(f[0]), got, want);
}

static void invalid(struct arena *a, struct str f[3])
{
    int64_t got = 77;
    (void)a;
    if (mail_date(f[0], &got)) fail_msg("taken for a date: %.*s", STR(f[0]));
    assert_int_equal(got, 77);
}

static void dates_are_read(void **state)
{
    (void)state, each_vector("mail_date_valid.txt", 15, valid);
}
static void junk_is_no_date(void **state)
{
    (void)state, each_vector("mail_date_invalid.txt", 10, invalid);
}

static void the_zone_is_kept(void **state)
{
    int64_t at;
    int zone;
    (void)state;
    assert_true(mail_date_zone(S("Tue, 4 Mar 2014 12:00:00 +0530"), &at, &zone));
    assert_int_equal(zone, 19800);
    assert_true(mail_date_zone(S("Tue, 4 Mar 2014 12:00:00 PST"), &at, &zone));
    assert_int_equal(zone, -8 * HOUR);
}

static void from_lines_end_like_dates(void **state)
{
    int64_t at = 0;
    (void)state;
    assert_true(mail_date_mbox(S("ada@example.org Mon Jan  2 03:04:05 2006"), &at));
    assert_int_equal(at, 1136171045);
    assert_true(mail_date_mbox(S("- Mon Jan  2 03:04:05 2006"), &at));
    assert_true(mail_date_mbox(S("1234@xxx Mon Jan 02 03:04:05 +0000 2006"), &at));
    assert_int_equal(at, 1136171045);
    assert_true(mail_date_mbox(S("a b c Mon, 2 Jan 2006 03:04:05 +0100"), &at));
    assert_int_equal(at, 1136171045 - 3600);
    assert_false(mail_date_mbox(S("Russia with love"), &at));
    assert_false(mail_date_mbox(S("Monday on we meet at 03:04:05 in January 2006"), &at));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(dates_are_read),
                                        cmocka_unit_test(junk_is_no_date),
                                        cmocka_unit_test(the_zone_is_kept),
                                        cmocka_unit_test(from_lines_end_like_dates) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
