/* SPDX-License-Identifier: GPL-3.0-or-later
 * tie_test.c - who counts as met changes, and with it which pairs have a tie: at once, and as a
 * rebuild would have it, which the end of every test proves. */
#include "facts/terms.h"
#include "talk/house_test.h"

static const char ada[] = "ada@bell.example", mia[] = "mia@pub.example", bo[] = "bo@stern.example",
                  tess[] = "tess@hill.example", pat[] = "pat@hill.example",
                  second[] = "ada@home.example";

static void put(const char *name, const char *from, const char *to, const char *answers, int day)
{
    test_put((struct letter){ .id = name,
                              .from = from,
                              .to = to,
                              .cc = strcmp(from, mia) && strcmp(to, mia) ? mia : "",
                              .refs = answers,
                              .subject = name,
                              .text = "As we said.\n",
                              .at = day * DAY });
}

/* Ada is met; Tess, Pat and Bo are not, and have each heard from her. */
static void put_letters(void)
{
    put("1@x", ada, mia, "", 100);
    put("2@x", mia, ada, "1@x", 101);
    put("3@x", ada, tess, "", 102);
    put("4@x", ada, pat, "", 103);
    put("5@x", ada, bo, "", 104);
}

struct pair {
    const char *a, *b;
    bool tied;
};

static err look(struct ctx *c, void *arg)
{
    struct pair *p = arg;
    struct tie_line line;
    p->tied = tie_get(c, person_of_uri(c, str_fmt(c->a, "mailto:%s", p->a)),
                      person_of_uri(c, str_fmt(c->a, "mailto:%s", p->b)), &line);
    return OK;
}

static bool tied(const char *a, const char *b)
{
    struct pair p = { .a = a, .b = b };
    assert_int_equal(test_read(look, &p), OK);
    return p.tied;
}

static err join_tess(struct tx *t, void *unused)
{
    struct meetings m;
    id who;
    (void)unused;
    assert_true(meetings_typed(t->c.a, str_c(tess), &m));
    return keeper_join(t,
                       &(struct keeper_new){ .name = S("Tess Hill"), .addresses = m.at, .n = m.n },
                       &who);
}

struct two {
    id stays, goes;
};
static err merge(struct tx *t, void *arg)
{
    return person_merge(t, ((struct two *)arg)->stays, ((struct two *)arg)->goes);
}
static err unmerge(struct tx *t, void *arg) { return person_unmerge(t, ((struct two *)arg)->goes); }
static err know(struct tx *t, void *arg) { return person_know(t, ((struct two *)arg)->goes, true); }

/* Whom Ada wrote to before keeps the house now, and whose domain that is belongs to it. */
static void who_wrote_before_a_keeper_came(void **state)
{
    (void)state;
    put_letters();
    assert_true(tied(ada, mia) && !tied(ada, tess) && !tied(ada, pat));
    assert_int_equal(test_write(join_tess, NULL), OK);
    assert_true(tied(ada, tess) && tied(ada, pat) && !tied(ada, bo));
}

/* By answering they were met; as a keeper they are so without. */
static void who_answered_becomes_a_keeper(void **state)
{
    (void)state;
    put("1@x", mia, "somebody@else.example", "", 100);
    put("2@x", tess, mia, "1@x", 101);
    assert_true(tied(tess, mia));
    assert_int_equal(test_write(join_tess, NULL), OK);
    assert_true(tied(tess, mia));
}

/* One of the house turns out to be Bo. */
static void one_with_a_colleague(void **state)
{
    (void)state;
    put_letters();
    put("6@x", mia, "kit@pub.example", "", 105);
    struct two bo_kit = { test_person(bo), test_person("kit@pub.example") };
    assert_false(tied(ada, bo));
    assert_int_equal(test_write(merge, &bo_kit), OK);
    assert_true(tied(ada, bo));
    assert_int_equal(test_write(unmerge, &bo_kit), OK);
    assert_false(tied(ada, bo));
}

/* A keeper knows somebody, who turns out to be Bo. */
static void one_with_somebody_known(void **state)
{
    (void)state;
    put_letters();
    put("6@x", "bo@home.example", mia, "", 105);
    struct two both = { test_person(bo), test_person("bo@home.example") };
    assert_int_equal(test_write(know, &both), OK);
    assert_false(tied(ada, bo));
    assert_int_equal(test_write(merge, &both), OK);
    assert_true(tied(ada, bo));
}

/* ---- terms of those who become one ------------------------------------------------- */

enum { CROWD = 550, LETTER = 50 };

static char *crowd(int i) { return str_z(house.a, str_fmt(house.a, "p%d@crowd.example", i)); }

/* More than are walked at a time. */
static void put_crowd(void)
{
    for (int i = 0; i < CROWD; i += LETTER - 2) {
        struct buf cc = { .a = house.a };
        for (int k = i; k < MIN(i + LETTER - 2, CROWD); k++) buf_fmt(&cc, "%s,", crowd(k));
        test_put((struct letter){ .id = str_z(house.a, str_fmt(house.a, "c%d@x", i)),
                                  .from = mia,
                                  .to = "all@crowd.example",
                                  .cc = str_z(house.a, buf_str(&cc)),
                                  .subject = "Beer",
                                  .text = "There is.\n",
                                  .at = i * HOUR });
    }
}

static err choose_terms(struct tx *t, void *unused)
{
    (void)unused;
    for (int i = 0; i <= CROWD; i++) {
        const char *address = i < CROWD ? crowd(i) : ada;
        id who = person_of_uri(&t->c, str_fmt(t->c.a, "mailto:%s", address));
        t->c.viewer = who;
        TRY(terms_choose(t, who, S("SD-BASE")));
    }
    return OK;
}

static void terms_hold_for_all_of_somebody(void **state)
{
    (void)state;
    put_letters();
    put_crowd();
    put("6@x", second, mia, "", 105);
    put("7@x", mia, second, "6@x", 106);
    struct two both = { .stays = test_person(second), .goes = test_person(ada) };
    assert_true(both.stays > test_person(crowd(CROWD - 1)));
    assert_int_equal(test_write(choose_terms, NULL), OK);
    assert_true(tied(second, mia) && !tied(ada, mia));
    assert_int_equal(test_write(merge, &both), OK);
    assert_false(tied(second, mia));
    assert_int_equal(test_write(unmerge, &both), OK);
    assert_true(tied(second, mia) && !tied(ada, mia));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, test_open, test_close)
    const struct CMUnitTest tests[] = {
        TEST(who_wrote_before_a_keeper_came), TEST(who_answered_becomes_a_keeper),
        TEST(one_with_a_colleague),           TEST(one_with_somebody_known),
        TEST(terms_hold_for_all_of_somebody),
    };
    return cmocka_run_group_tests_name("tie", tests, NULL, NULL);
}
