/* SPDX-License-Identifier: GPL-3.0-or-later
 * deeds_test.c - somebody outside turns out to be of the house, whose questions nobody waits on:
 * at once, and as a rebuild would have it, which the end of every test proves. */
#include "talk/house_test.h"

static const char bo[] = "bo@stern.example", mia[] = "mia@pub.example", kit[] = "kit@pub.example";

static void put(const char *name, const char *from, const char *to, int day)
{
    test_put((struct letter){ .id = name,
                              .from = from,
                              .to = to,
                              .cc = "",
                              .refs = "",
                              .subject = name,
                              .text = "Could you keep the table by the window?\n",
                              .folder = "inbox",
                              .at = day * DAY });
}

struct two {
    id stays, goes;
    int64_t waits;
};
static err merge(struct tx *t, void *arg)
{
    return person_merge(t, ((struct two *)arg)->stays, ((struct two *)arg)->goes);
}
static err unmerge(struct tx *t, void *arg) { return person_unmerge(t, ((struct two *)arg)->goes); }
static err count(struct ctx *c, void *arg)
{
    ((struct two *)arg)->waits = db_int(c, 0, SQL("SELECT count(*) FROM wait"));
    return OK;
}
static int64_t waits(struct two *w)
{
    assert_int_equal(test_read(count, w), OK);
    return w->waits;
}

static void who_is_one_with_a_colleague_waits_no_more(void **state)
{
    (void)state;
    put("1@x", bo, mia, 100);
    put("2@x", mia, kit, 105);
    struct two both = { .stays = test_person(bo), .goes = test_person(kit) };
    assert_int_equal(waits(&both), 1);
    assert_int_equal(test_write(merge, &both), OK);
    assert_int_equal(waits(&both), 0);
    assert_int_equal(test_write(unmerge, &both), OK);
    assert_int_equal(waits(&both), 1);
}

static void and_stays_so(void **state)
{
    (void)state;
    put("1@x", bo, mia, 100);
    put("2@x", mia, kit, 105);
    struct two both = { .stays = test_person(bo), .goes = test_person(kit) };
    assert_int_equal(test_write(merge, &both), OK);
    assert_int_equal(waits(&both), 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, test_open, test_close)
    const struct CMUnitTest tests[] = { TEST(who_is_one_with_a_colleague_waits_no_more),
                                        TEST(and_stays_so) };
    return TEST_BOTH("deeds", tests);
}
