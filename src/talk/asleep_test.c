/* SPDX-License-Identifier: GPL-3.0-or-later
 * asleep_test.c - Ada waits on Mia, who put that away for a week; what wakes it. */
#include "talk/house_test.h"

struct counted {
    int waiting, asleep;
};
static err count(struct ctx *c, void *arg)
{
    struct counted *n = arg;
    struct waitings waits;
    struct sleepings away;
    talk_waiting(c, true, 10, &waits);
    wait_asleep(c, 10, &away);
    *n = (struct counted){ 0, away.n };
    for (int i = 0; i < waits.n; i++)
        n->waiting += waits.at[i].message == log_find(c, hash_name(c->secret, S("lamp@x")));
    return OK;
}
static void expect(int waiting, int asleep)
{
    struct counted n;
    assert_int_equal(test_read(count, &n), OK);
    assert_int_equal(n.waiting, waiting);
    assert_int_equal(n.asleep, asleep);
}

static err put_away(struct tx *t, void *unused)
{
    id event;
    (void)unused;
    return wait_sleep(t, log_find(&t->c, hash_name(t->c.secret, S("lamp@x"))), t->c.now + 7 * DAY,
                      &event);
}

static int open_away(void **state)
{
    if (test_open(state)) return -1;
    test_put((struct letter){ .id = "lamp@x",
                              .from = "Ada <ada@berg.example>",
                              .to = "mia@pub.example",
                              .subject = "The lamp",
                              .text = "Can you repair it?\n",
                              .at = 190 * DAY });
    expect(1, 0);
    assert_int_equal(test_write(put_away, NULL), OK);
    expect(0, 1);
    return 0;
}

static struct letter elsewhere(const char *name, const char *text)
{
    return (struct letter){ .id = name,
                            .from = "Ada <ada@berg.example>",
                            .to = "mia@pub.example",
                            .subject = "The garden chairs",
                            .text = text,
                            .at = 199 * DAY };
}

static void something_said_elsewhere_wakes_it(void **state)
{
    (void)state;
    test_put(elsewhere("chairs@x", "They have come, two are broken.\n"));
    expect(1, 0);
    assert_int_equal(test_write(put_away, NULL), OK); /* behind that it may sleep again */
    expect(0, 1);
}

static void what_says_nothing_to_us_does_not(void **state)
{
    (void)state;
    struct letter l = elsewhere("thanks@x", "Thank you!\n");
    test_put(l);
    l = elsewhere("will@x", "Will do.\n");
    test_put(l);
    l = elsewhere("copy@x", "The chairs are two too few.\n");
    l.to = "bo@lind.example";
    l.cc = "mia@pub.example";
    test_put(l);
    l = elsewhere("old@x", "They have come, two are broken.\n");
    l.at = 180 * DAY; /* read in late: it was said before she waited */
    test_put(l);
    l = elsewhere("machine@x", "Away until Monday, call the shop.\n");
    l.class = TALK_AUTO_REPLY;
    test_put(l);
    l = elsewhere("other@x", "They have come, two are broken.\n");
    l.from = "Otis <otis@okay.example>";
    test_put(l);
    expect(0, 1);
}

static void what_a_keeper_may_not_see_wakes_nothing_of_theirs(void **state)
{
    (void)state;
    struct letter l = elsewhere("tom@x", "They have come, two are broken.\n");
    l.to = "tom@pub.example";
    id mia = house.viewer;
    house.viewer = house.tom;
    test_put(l);
    house.viewer = mia;
    expect(0, 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_away, test_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(something_said_elsewhere_wakes_it),
        TEST(what_says_nothing_to_us_does_not),
        TEST(what_a_keeper_may_not_see_wakes_nothing_of_theirs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
