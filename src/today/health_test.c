/* SPDX-License-Identifier: GPL-3.0-or-later
 * health_test.c - who is told what was brought in, and what was not understood. */
#include "today/today.h"

#include "talk/house_test.h"

struct brought {
    const char *path;
    id keeper;
    int skipped;
};

static err put_source(struct tx *t, void *arg)
{
    const struct brought *b = arg;
    db_do(t,
          SQL("INSERT INTO source(path, keeper, started, ended, beat, total, done, fresh, seen, "
              "unreadable, skipped, newest) VALUES($1, $2, 1, 2, 2, 9, 9, 9, 0, 0, $3, 0)"),
          T(str_c(b->path)), I(b->keeper), I(b->skipped));
    return OK;
}

static err get_sources(struct ctx *c, void *arg)
{
    today_sources(c, 10, arg);
    return OK;
}

static struct today_sources sources_of(id viewer)
{
    struct today_sources s;
    house.viewer = viewer;
    assert_int_equal(test_read(get_sources, &s), OK);
    return s;
}

static void where_mail_came_from(void **state)
{
    (void)state;
    struct brought early = { "/first", 0, 0 }, tom = { "/mail/of-tom", house.tom, 3 };
    assert_int_equal(test_write(put_source, &early), OK);
    assert_int_equal(test_write(put_source, &tom), OK);

    struct today_sources s = sources_of(house.tom);
    assert_int_equal(s.n, 1);
    assert_true(s.at[0].own);
    assert_true(str_eq(s.at[0].path, S("/mail/of-tom")));

    s = sources_of(house.mia); /* the owner */
    assert_int_equal(s.n, 2);
    assert_false(s.at[0].own);
    assert_int_equal(s.at[0].path.n, 0);
    assert_true(str_eq(s.at[0].by, S("Tom Tully")));
    assert_int_equal(s.at[0].skipped, 3);
    assert_true(s.at[1].own);
    assert_true(str_eq(s.at[1].path, S("/first")));
}

static err put_unreadable(struct tx *t, void *arg)
{
    log_append(t, (struct event){ .kind = EVENT_MAIL_UNREADABLE,
                                  .channel = CHANNEL_MAIL,
                                  .actor = *(id *)arg,
                                  .at = TEST_START });
    return OK;
}

static err get_today(struct ctx *c, void *arg)
{
    today_read(c, arg);
    return OK;
}

static bool told_of_one(id viewer)
{
    struct today t;
    house.viewer = viewer;
    assert_int_equal(test_read(get_today, &t), OK);
    for (int i = 0; i < t.cares.n; i++)
        if (str_eq(t.cares.at[i].words,
                   S("1 message could not be understood; it is kept as it came.")))
            return true;
    return false;
}

/* What came before there was a keeper is the owner's. */
static void what_was_not_understood(void **state)
{
    (void)state;
    id nobody = 0;
    house.viewer = 0;
    assert_int_equal(test_write(put_unreadable, &nobody), OK);
    assert_true(told_of_one(house.mia));
    assert_false(told_of_one(house.tom));
}

int main(void)
{
#undef T
#define T(f) cmocka_unit_test_setup_teardown(f, test_open, test_close)
    const struct CMUnitTest tests[] = { T(where_mail_came_from), T(what_was_not_understood) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
