/* SPDX-License-Identifier: GPL-3.0-or-later
 * view_test.c - a conversation as its page gets it. */
#include "talk/house_test.h"

static void letter_of(const char *name, const char *from, const char *to, int64_t at,
                      const char *refs, const char *text)
{
    test_put((struct letter){ .id = name,
                              .from = from,
                              .to = to,
                              .refs = refs,
                              .subject = "Boats",
                              .text = text,
                              .at = at });
}

struct viewed {
    const char *name;
    struct talk_view v;
    int queries;
};

static err get_view(struct ctx *c, void *arg)
{
    struct viewed *x = arg;
    int before = c->queries;
    TRY(talk_view(c, log_find(c, hash_name(c->secret, str_c(x->name))), &x->v));
    x->queries = c->queries - before;
    return OK;
}

/* A view of a long conversation takes as many statements as one of a short one that fills a
 * stretch. */
static void test_view(void **state)
{
    enum { LONG = 230 };
    (void)state;
    for (int i = 0; i < LONG; i++) {
        char *name = str_z(house.a, str_fmt(house.a, "%d@x", i)),
             *refs = str_z(house.a, i ? str_fmt(house.a, "%d@x", i - 1) : S(""));
        if (i % 2)
            letter_of(name, "mia@pub.example", "ada@x.example", i * HOUR, refs, "So it is.\n");
        else letter_of(name, "ada@x.example", "mia@pub.example", i * HOUR, refs, "Is it so?\n");
    }
    struct viewed first = { .name = "3@x" }, last = { .name = "229@x" };
    assert_int_equal(test_read(get_view, &first), OK);
    assert_int_equal(test_read(get_view, &last), OK);
    assert_int_equal(first.v.all, LONG);
    assert_int_equal(first.v.messages.n, TALK_STRETCH);
    assert_int_equal(first.v.earlier, 0);
    assert_int_equal(first.v.later, test_message("100@x").id);
    assert_int_equal(last.v.first, 200);
    assert_int_equal(last.v.messages.n, 30);
    assert_int_equal(last.v.earlier, test_message("199@x").id);
    assert_int_equal(last.v.later, 0);
    assert_true(str_eq(last.v.texts[29].words, S("So it is.\n")));
    assert_int_equal(last.v.to[29].n, 1);
    assert_true(first.queries <= 20);
}

/* Delivered-To and the like repeat who is addressed, or tell somebody who is not that they got it.
 */
static void test_laid_down(void **state)
{
    (void)state;
    struct viewed v = { .name = "0@x" };
    test_put((struct letter){ .id = "0@x",
                              .from = "ada@x.example",
                              .to = "mia@pub.example,bo@y.example",
                              .envelope = "mia@pub.example,tom@pub.example",
                              .subject = "Saturday",
                              .text = "Are you open?\n" });
    assert_int_equal(test_read(get_view, &v), OK);
    assert_int_equal(v.v.to[0].n, 2);
    house.viewer = house.tom;
    assert_int_equal(test_read(get_view, &v), OK);
    assert_int_equal(v.v.to[0].n, 3);
    assert_int_equal(v.v.to[0].at[2].person, house.tom);
}

static const char *long_text(const char *word, int bytes)
{
    struct buf b = { .a = house.a };
    while (b.n < bytes) buf_fmt(&b, "%s and so on, for another line of it.\n", word);
    return str_z(house.a, buf_str(&b));
}

/* Long letters show their beginning, the one that was asked for all of it; and a stretch of them
 * ends sooner: of 8 KiB each sixteen fill 128. */
static void test_long_letters(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++) {
        char *name = str_z(house.a, str_fmt(house.a, "%d@x", i)),
             *refs = str_z(house.a, i ? str_fmt(house.a, "%d@x", i - 1) : S(""));
        letter_of(name, "ada@x.example", "mia@pub.example", i * HOUR, refs,
                  long_text(name, i == 3 ? 20000 : 9000));
    }
    struct viewed one = { .name = "3@x" }, end = { .name = "16@x" }, last = { .name = "15@x" };
    assert_int_equal(test_read(get_view, &one), OK);
    assert_int_equal(test_read(get_view, &end), OK);
    assert_int_equal(test_read(get_view, &last), OK);
    assert_int_equal(one.v.all, 20);
    assert_int_equal(one.v.first, 0);
    assert_int_equal(one.v.messages.n, 16);
    assert_int_equal(one.v.later, test_message("16@x").id);
    assert_int_equal(end.v.first, 16);
    assert_int_equal(end.v.messages.n, 4);
    assert_int_equal(end.v.earlier, test_message("15@x").id);
    assert_int_equal(last.v.first, 0);
    assert_int_equal(last.v.messages.n, 16);
    assert_true(one.v.texts[2].cut);
    assert_int_equal(one.v.texts[2].words.n, 8192);
    assert_false(one.v.texts[3].cut);
    assert_true(one.v.texts[3].words.n >= 20000);
    assert_true(last.v.texts[3].cut);
}

/* As a house that was written before the table was there: empty, and its messages dirty. */
static err age(struct tx *t, void *unused)
{
    (void)unused;
    db_do(t, SQL("DELETE FROM class_why"));
    for (int i = 1; i < 20; i++) log_dirty(t, DIRTY_WHY, i, 0);
    log_settle(t);
    return OK;
}

/* Of what is no talk it is said why, also in a house that learned to keep it later. */
static void test_why(void **state)
{
    (void)state;
    struct letter l = { .id = "1@x",
                        .from = "ada@x.example",
                        .to = "mia@pub.example",
                        .subject = "News",
                        .text = "So it is.\n",
                        .class = TALK_LIST,
                        .why = "list-id" };
    test_put(l);
    l.id = "2@x", l.refs = "1@x", l.class = TALK_DIRECT;
    test_put(l);
    for (int aged = 0; aged < 2; aged++) {
        struct viewed x = { .name = "1@x" };
        assert_int_equal(test_read(get_view, &x), OK);
        assert_int_equal(x.v.messages.n, 2);
        assert_true(str_eq(x.v.why[0], S("list-id")));
        assert_int_equal(x.v.why[1].n, 0);
        assert_int_equal(test_write(age, NULL), OK);
    }
}

int main(void)
{
#undef T
#define T(f) cmocka_unit_test_setup_teardown(f, test_open, test_close)
    const struct CMUnitTest tests[] = { T(test_view), T(test_laid_down), T(test_long_letters),
                                        T(test_why) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
