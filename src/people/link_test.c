/* SPDX-License-Identifier: GPL-3.0-or-later
 * link_test.c - Ada, person 7, asks to be let in; what her browser is known by is "here". */
#include "people/link.h"

#include "kit/base/hash.h"
#include "talk/house_test.h"

enum { ADA = 7 };

struct trying {
    struct link_asked asked;
    id person; /* of the one who asks */
    const char *browser;
    struct str code;
    struct link got;
};
static err ask(struct tx *t, void *arg)
{
    struct trying *x = arg;
    x->asked = link_ask(t, S("here"), x->person, S("/with/3"));
    return OK;
}
static err use(struct tx *t, void *arg)
{
    struct trying *x = arg;
    return link_use(t, x->asked.token, str_c(x->browser), x->code, &x->got);
}
static err look(struct ctx *c, void *arg)
{
    struct trying *x = arg;
    return link_look(c, x->asked.token, str_c(x->browser), &x->got);
}
static err code_of(struct ctx *c, void *arg)
{
    struct trying *x = arg;
    x->code = link_code(c, str_c(x->browser));
    return OK;
}
static struct trying asked(void)
{
    struct trying x = { .person = ADA, .browser = "here", .code = S("") };
    assert_int_equal(test_write(ask, &x), OK);
    assert_int_equal(x.asked.code.n, LINK_CODE_DIGITS);
    return x;
}

static void where_it_was_asked_a_click_opens_it_once(void **state)
{
    (void)state;
    struct trying x = asked();
    assert_int_equal(test_read(look, &x), OK);
    assert_true(x.got.here);
    assert_int_equal(test_read(look, &x), OK); /* looking uses nothing up */
    assert_int_equal(test_write(use, &x), OK);
    assert_int_equal(x.got.person, ADA);
    assert_true(str_eq(x.got.next, S("/with/3")));
    assert_int_equal(test_write(use, &x), E_NOTFOUND);
}

static void elsewhere_the_code_is_wanted(void **state)
{
    (void)state;
    struct trying x = asked(), page = { .browser = "here" };
    x.browser = "there";
    assert_int_equal(test_write(use, &x), OK); /* a scanner that clicks */
    assert_int_equal(x.got.person, 0);
    assert_false(x.got.here);
    assert_int_equal(test_read(code_of, &page), OK);
    assert_true(str_eq(page.code, x.asked.code));
    x.code = page.code;
    assert_int_equal(test_write(use, &x), OK);
    assert_int_equal(x.got.person, ADA);
    assert_int_equal(test_read(code_of, &page), OK);
    assert_int_equal(page.code.n, 0);
}

static void five_wrong_codes_end_it(void **state)
{
    (void)state;
    struct trying x = asked();
    x.browser = "there";
    x.code = str_eq(x.asked.code, S("000000")) ? S("000001") : S("000000");
    for (int i = 0; i < LINK_TRIES; i++) {
        assert_int_equal(test_write(use, &x), OK);
        assert_int_equal(x.got.person, 0);
    }
    x.code = x.asked.code;
    assert_int_equal(test_write(use, &x), E_NOTFOUND);
}

static void it_ends_after_ten_minutes(void **state)
{
    (void)state;
    struct trying x = asked();
    house.now += LINK_S - 1;
    assert_int_equal(test_read(look, &x), OK);
    house.now += 1;
    assert_int_equal(test_read(look, &x), E_NOTFOUND);
    assert_int_equal(test_write(use, &x), E_NOTFOUND);
}

static void nobody_gets_no_letter_and_sees_the_same(void **state)
{
    (void)state;
    struct trying x = { .person = 0, .browser = "here" };
    assert_int_equal(test_write(ask, &x), OK);
    assert_int_equal(x.asked.person, 0);
    assert_int_equal(test_read(code_of, &x), OK);
    assert_true(str_eq(x.code, x.asked.code));
    assert_int_equal(test_write(use, &x), E_NOTFOUND); /* had somebody guessed the token */
}

static void no_more_than_five_letters_an_hour(void **state)
{
    (void)state;
    for (int i = 0; i < LINK_LETTERS_AN_HOUR; i++) assert_int_equal(asked().asked.person, ADA);
    assert_int_equal(asked().asked.person, 0);
    house.now += HOUR + 1;
    assert_int_equal(asked().asked.person, ADA);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, test_open, test_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(where_it_was_asked_a_click_opens_it_once),
        TEST(elsewhere_the_code_is_wanted),
        TEST(five_wrong_codes_end_it),
        TEST(it_ends_after_ten_minutes),
        TEST(nobody_gets_no_letter_and_sees_the_same),
        TEST(no_more_than_five_letters_an_hour),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
