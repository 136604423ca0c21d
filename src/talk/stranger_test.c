/* SPDX-License-Identifier: GPL-3.0-or-later
 * stranger_test.c - who was met only in the mail of others is announced, then forgotten; nobody
 * else is. */
#include "talk/house_test.h"
#include "talk/stranger.h"

#include "talk/participant.h"

static const char mia[] = "mia@pub.example", ada[] = "Ada Kestrel <ada@kestrel.example>";

static void letter(const char *name, const char *from, const char *to, const char *cc)
{
    test_put((struct letter){ name, from, to, cc, "", "The raft race", "Nothing but words.",
                              "inbox", 0, 0, NULL, NULL, NULL });
}

static err look(struct tx *t, void *unused)
{
    id after = 0;
    (void)unused;
    do TRY(stranger_look(t, &after));
    while (after);
    return OK;
}

static err forget(struct tx *t, void *gone) { return stranger_forget(t, gone); }

/* The house looks on that day after the letters came; how many it forgot. */
static int on_day(int day)
{
    int all = 0, some;
    house.now = TEST_NOW + day * DAY;
    assert_int_equal(test_write(look, NULL), OK);
    do {
        assert_int_equal(test_write(forget, &some), OK);
        all += some;
    } while (some);
    return all;
}

struct listed {
    struct strangers list;
    int n;
    int64_t first;
};

static err list_them(struct ctx *c, void *arg)
{
    struct listed *l = arg;
    stranger_list(c, STRANGER_LIST, &l->list);
    l->n = stranger_count(c, &l->first);
    return OK;
}

static struct listed listed(void)
{
    struct listed l;
    assert_int_equal(test_read(list_them, &l), OK);
    return l;
}

static err name_of(struct ctx *c, void *arg)
{
    struct str *words = arg;
    *words = db_int(c, 0, SQL("SELECT count(*) FROM handle WHERE shown=$1 /* scan */"), T(*words))
                 ? S("there")
                 : S("");
    return OK;
}

static bool known(const char *address)
{
    struct str words = str_c(address);
    assert_int_equal(test_read(name_of, &words), OK);
    return words.n > 0;
}

static void who_is_told_of_and_then_forgotten(void **state)
{
    (void)state;
    letter("a", ada, mia, "Bo Plover <bo@plover.example>, bea@plover.example");
    assert_int_equal(on_day(24), 0);
    assert_int_equal(listed().n, 0);
    assert_int_equal(on_day(25), 0);
    struct listed l = listed();
    assert_int_equal(l.n, 2);
    assert_int_equal(l.list.n, 2);
    assert_int_equal(l.first, TEST_NOW + 30 * DAY);
    assert_int_equal(l.list.at[0].messages, 1);
    assert_true(known("bo@plover.example"));
    assert_int_equal(on_day(30), 2);
    assert_false(known("bo@plover.example"));
    assert_false(known("bea@plover.example"));
    assert_true(known("ada@kestrel.example"));
    assert_int_equal(listed().n, 0);
    struct message a = test_message("a");
    assert_string_equal(str_z(house.a, a.subject), "The raft race");
    assert_int_equal(on_day(31), 0);
}

static err speak_of(struct tx *t, void *arg)
{
    id who = *(id *)arg;
    return person_know(t, who, true);
}

static void who_is_in_touch_or_known_stays(void **state)
{
    (void)state;
    id known_to_us;
    letter("a", ada, mia, "wrote@x.example, told@x.example, known@x.example, copied@x.example");
    letter("b", "wrote@x.example", mia, "");
    letter("c", "tom@pub.example", "told@x.example", "copied@x.example");
    known_to_us = test_person("known@x.example");
    assert_int_equal(test_write(speak_of, &known_to_us), OK);
    assert_int_equal(on_day(31), 0);
    assert_true(known("known@x.example"));
}

static void who_gets_in_touch_in_the_last_days_stays(void **state)
{
    (void)state;
    letter("a", ada, mia, "bo@plover.example");
    assert_int_equal(on_day(26), 0);
    assert_int_equal(listed().n, 1);
    letter("b", "bo@plover.example", mia, "");
    house.now = TEST_NOW + 31 * DAY;
    int gone = -1; /* without another look before */
    assert_int_equal(test_write(forget, &gone), OK);
    assert_int_equal(gone, 0);
    assert_true(known("bo@plover.example"));
    assert_int_equal(on_day(32), 0);
}

static void who_occurs_again_has_another_month(void **state)
{
    (void)state;
    letter("a", ada, mia, "bo@plover.example");
    assert_int_equal(on_day(30), 1);
    letter("b", ada, mia, "bo@plover.example");
    assert_true(known("bo@plover.example"));
    assert_int_equal(on_day(40), 0);
    assert_int_equal(listed().n, 0);
    assert_int_equal(on_day(55), 0);
    assert_int_equal(listed().n, 1);
    assert_int_equal(listed().list.at[0].messages, 1);
    assert_int_equal(on_day(60), 1);
    assert_false(known("bo@plover.example"));
}

static void machines_and_lists_are_nobody(void **state)
{
    (void)state;
    letter("a", ada, mia, "noreply@shop.example, mailer-daemon@shop.example");
    assert_int_equal(on_day(31), 0);
    assert_true(known("noreply@shop.example"));
}

/* Of a crowd every one who was met in others' mail only goes, and nobody else. */
static void a_crowd_is_divided_rightly(void **state)
{
    enum { LETTERS = 30, EACH_ONE = 20 };
    (void)state;
    for (int i = 0; i < LETTERS; i++) {
        char name[20], from[60], cc[EACH_ONE * 40] = "";
        snprintf(name, sizeof name, "m%d", i);
        snprintf(from, sizeof from, "f%d@crowd.example", i);
        for (int k = 0; k < EACH_ONE; k++) /* every tenth also writes a letter */
            snprintf(cc + strlen(cc), sizeof cc - strlen(cc), "%sf%d@crowd.example", k ? "," : "",
                     (i * EACH_ONE + k) % 300);
        letter(name, from, mia, cc);
    }
    assert_int_equal(on_day(25), 0);
    assert_int_equal(listed().n, 300 - LETTERS);
    assert_int_equal(on_day(31), 300 - LETTERS);
    for (int i = 0; i < 300; i++) {
        char one[60];
        snprintf(one, sizeof one, "f%d@crowd.example", i);
        assert_int_equal(known(one), i < LETTERS);
    }
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, test_open, test_close)
    const struct CMUnitTest tests[] = {
        TEST(who_is_told_of_and_then_forgotten),
        TEST(who_is_in_touch_or_known_stays),
        TEST(who_gets_in_touch_in_the_last_days_stays),
        TEST(who_occurs_again_has_another_month),
        TEST(machines_and_lists_are_nobody),
        TEST(a_crowd_is_divided_rightly),
    };
    return cmocka_run_group_tests_name("strangers", tests, NULL, NULL);
}
