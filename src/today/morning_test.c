/* SPDX-License-Identifier: GPL-3.0-or-later
 * morning_test.c - Mia wants Today at seven; the pub's clock is that of UTC. */
#include "today/morning.h"

#include "talk/house_test.h"

enum { MIDNIGHT = TEST_NOW / DAY * DAY };

static err set(struct tx *t, void *hour) { return morning_set(t, *(int *)hour); }

/* Did a letter go out at that moment? */
static bool goes_at(int64_t at)
{
    struct arena *a = arena_open((size_t)64 * MIB);
    test_clock(at);
    bool went = morning_step(house.s, a, S("https://pub.example"));
    assert_false(morning_step(house.s, a, S("https://pub.example")));
    arena_close(a);
    return went;
}

struct looked {
    int64_t n;
    struct str raw, address;
};
static err look(struct ctx *c, void *arg)
{
    struct looked *l = arg;
    l->n = db_int(c, 0, SQL("SELECT count(*) FROM outbox /* scan */"));
    EACH (r, c, SQL("SELECT raw, address FROM outbox ORDER BY id DESC LIMIT 1")) {
        l->raw = str_dup(house.a, row_blob(&r, 0));
        l->address = str_dup(house.a, row_str(&r, 1));
    }
    return OK;
}

static void once_a_day_at_its_hour(void **state)
{
    (void)state;
    int hour = 7, never = MORNING_NEVER, night = 2;
    struct looked l = { 0 };
    house.now = MIDNIGHT + 6 * HOUR;
    test_mailbox();
    assert_int_equal(test_write(set, &night), E_INVALID);
    assert_int_equal(test_write(set, &hour), OK);
    assert_false(goes_at(MIDNIGHT + 7 * HOUR - 1));
    assert_true(goes_at(MIDNIGHT + 7 * HOUR));
    assert_false(goes_at(MIDNIGHT + 23 * HOUR));
    assert_false(goes_at(MIDNIGHT + DAY + 6 * HOUR));
    assert_true(goes_at(MIDNIGHT + DAY + 9 * HOUR)); /* the server was off at seven */
    assert_int_equal(test_read(look, &l), OK);
    assert_int_equal(l.n, 2);
    assert_true(str_eq(l.address, S("mia@pub.example")) || str_eq(l.address, S("bar@pub.example")));
    assert_int_equal(test_write(set, &never), OK);
    assert_false(goes_at(MIDNIGHT + 2 * DAY + 9 * HOUR));
    unsetenv("SNUG_CLOCK");
}

/* Chosen at noon it begins tomorrow. */
static void chosen_later_it_begins_tomorrow(void **state)
{
    (void)state;
    int hour = 7;
    house.now = MIDNIGHT + 12 * HOUR;
    test_mailbox();
    assert_int_equal(test_write(set, &hour), OK);
    assert_false(goes_at(MIDNIGHT + 13 * HOUR));
    assert_true(goes_at(MIDNIGHT + DAY + 7 * HOUR));
    unsetenv("SNUG_CLOCK");
}

static void each_line_leads_back(void **state)
{
    (void)state;
    int hour = 7;
    struct looked l = { 0 };
    test_put((struct letter){ .id = "a@x",
                              .from = "Ada <ada@bell.example>",
                              .to = "mia@pub.example",
                              .subject = "Boat trip",
                              .text = "Shall we go on Sunday?\n",
                              .at = 195 * DAY });
    id message = test_message("a@x").id;
    test_mailbox();
    house.now = MIDNIGHT + 6 * HOUR;
    assert_int_equal(test_write(set, &hour), OK);
    assert_true(goes_at(MIDNIGHT + DAY + 8 * HOUR));
    unsetenv("SNUG_CLOCK");
    assert_int_equal(test_read(look, &l), OK);
    struct str link = str_fmt(house.a, "    https://pub.example/talk/%" PRId64 "\r\n", message);
    assert_true(str_find(l.raw, link) > 0);
    assert_true(str_find(l.raw, S("> Shall we go on Sunday?")) > 0);
    assert_true(str_find(l.raw, S("Auto-Submitted: auto-generated\r\n")) > 0);
    assert_true(str_find(l.raw, S("https://pub.example/settings")) > 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, test_open, test_close)

int main(void)
{
    const struct CMUnitTest tests[] = { TEST(once_a_day_at_its_hour),
                                        TEST(chosen_later_it_begins_tomorrow),
                                        TEST(each_line_leads_back) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
