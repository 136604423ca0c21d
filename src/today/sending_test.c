/* SPDX-License-Identifier: GPL-3.0-or-later
 * sending_test.c - what Today says of letters of Mia's that did not arrive. */
#include "talk/house_test.h"
#include "today/today.h"

static err put_row(struct tx *t, const char *to, outbox_state state, const char *said, int i)
{
    id message = log_find(&t->c, hash_name(t->c.secret, str_fmt(t->c.a, "m%d@x", i)));
    struct str address = str_c(to), uri = str_fmt(t->c.a, "mailto:%s", to);
    struct outbox_letter l = { .message = message, .channel = CHANNEL_MAIL };
    struct outbox_to one = { .handle = hash_name(t->c.secret, uri), address, S("") };
    outbox_put(t, &l, &one, 1);
    db_do(t, SQL("UPDATE outbox SET state=$1, said=$2, done_at=$3 WHERE message=$4 AND handle=$5"),
          I(state), T(str_c(said)), I(t->c.now - DAY), I(message), I(one.handle));
    return OK;
}

static err fail_some(struct tx *t, void *many)
{
    TRY(put_row(t, "ada@berg.example", OUTBOX_HANDED, "", 1));
    TRY(put_row(t, "ada@berg.example", OUTBOX_REFUSED, "no such user here", 2));
    TRY(put_row(t, "bo@lind.example", OUTBOX_HELD, "Bo is marked as left.", 3));
    if (!many) return OK;
    TRY(put_row(t, "bo@lind.example", OUTBOX_GIVEN_UP, "", 1));
    TRY(put_row(t, "bo@lind.example", OUTBOX_RETURNED, "gone", 2));
    return put_row(t, "cy@gmail.com", OUTBOX_REFUSED, "full", 3);
}

static err read_cares(struct ctx *c, void *out)
{
    struct today t = { .house = { .name = S("") } };
    struct buf o = { .a = house.a };
    today_sending(c, &t);
    for (int i = 0; i < t.cares.n; i++)
        buf_fmt(&o, "%.*s [%.*s %.*s]\n", STR(t.cares.at[i].words), STR(t.cares.at[i].label),
                STR(t.cares.at[i].path));
    *(struct str *)out = buf_str(&o);
    return OK;
}

static int open_pub(void **state)
{
    if (test_open(state)) return -1;
    for (int i = 1; i <= 3; i++)
        test_put((struct letter){ .id = str_z(house.a, str_fmt(house.a, "m%d@x", i)),
                                  .from = "mia@pub.example",
                                  .to = "Ada <ada@berg.example>, Bo <bo@lind.example>",
                                  .subject = i == 2 ? "Saturday, and whatever else there is to say"
                                                    : "The menu",
                                  .text = "Come and see.\n",
                                  .at = 190 * DAY });
    return 0;
}

static void each_is_named_with_what_was_said(void **state)
{
    (void)state;
    struct str said = S("");
    assert_int_equal(test_write(fail_some, NULL), OK);
    assert_int_equal(test_read(read_cares, &said), OK);
    struct str want =
        str_fmt(house.a,
                "\u201CThe menu\u201D was not sent to Bo: Bo is marked as left. "
                "[See the letter /talk/%" PRId64 "]\n"
                "\u201CSaturday, and whatever else there is to\u2026\u201D did not reach "
                "Ada: no such user here. [See the letter /talk/%" PRId64 "]\n",
                test_message("m3@x").id, test_message("m2@x").id);
    assert_string_equal(str_z(house.a, said), str_z(house.a, want));
}

static void of_many_the_rest_is_a_number(void **state)
{
    (void)state;
    struct str said = S("");
    int lines = 0;
    assert_int_equal(test_write(fail_some, state), OK);
    assert_int_equal(test_read(read_cares, &said), OK);
    for (ptrdiff_t i = 0; i < said.n; i++) lines += said.p[i] == '\n';
    assert_int_equal(lines, 4);
    assert_true(str_find(said, S("1 letter besides did not arrive. [See why ")) > 0);
    assert_true(str_find(said, S("did not reach Bo. [")) > 0); /* nothing was said */
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_pub, test_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_is_named_with_what_was_said),
        TEST(of_many_the_rest_is_a_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
