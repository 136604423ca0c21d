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

/* ---- on paper -------------------------------------------------------------- */

struct paper {
    id person, whose;
    struct str code, typed, kept;
};
static err paper_make(struct tx *t, void *arg)
{
    struct paper *x = arg;
    x->code = str_dup(house.a, link_paper(t, x->person));
    EACH (r, &t->c, SQL("SELECT code FROM paper_code WHERE person=$1 /* scan */"), I(x->person))
        x->kept = str_dup(house.a, row_blob(&r, 0));
    return OK;
}
static err paper_use(struct tx *t, void *arg)
{
    struct paper *x = arg;
    x->whose = link_paper_use(t, x->typed);
    return OK;
}
static id types(struct str code)
{
    struct paper x = { .typed = code };
    assert_int_equal(test_write(paper_use, &x), OK);
    return x.whose;
}

/* As a person writes: in capitals, with blanks for dashes. */
static struct str by_hand(struct str code)
{
    char *z = str_z(house.a, code);
    for (char *p = z; *p; p++)
        if (*p == '-') *p = ' ';
        else if (*p >= 'a' && *p <= 'z') *p = (char)(*p - 32);
    return str_c(z);
}

static void a_code_on_paper_opens_once_and_for_a_day(void **state)
{
    (void)state;
    struct paper first = { .person = ADA }, second = { .person = ADA };
    assert_int_equal(test_write(paper_make, &first), OK);
    assert_int_equal(first.code.n, 14);
    assert_int_equal(test_write(paper_make, &second), OK);
    assert_int_equal(types(first.code), 0); /* void since the second */
    assert_int_equal(types(by_hand(second.code)), ADA);
    assert_int_equal(types(second.code), 0);
    assert_int_equal(test_write(paper_make, &second), OK);
    house.now += PAPER_S + 1;
    assert_int_equal(types(second.code), 0);
}

/* 60 bits are few: who has the database alone must not be able to try them out. */
static void what_is_stored_of_it_takes_the_key_of_the_house(void **state)
{
    (void)state;
    struct paper here = { .person = ADA };
    struct arena *a = house.a;
    assert_int_equal(test_write(paper_make, &here), OK);
    struct str bare =
        str_fmt(a, "%.*s%.*s%.*s", 4, here.code.p, 4, here.code.p + 5, 4, here.code.p + 10);
    const struct str guesses[] = { here.code, bare, by_hand(bare), by_hand(here.code) };
    for (int i = 0; i < COUNT(guesses); i++)
        assert_false(str_eq(here.kept, hash_token(a, guesses[i])));
    house.secret.form_key[0] ^= 1; /* another house */
    assert_int_equal(types(here.code), 0);
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
        TEST(a_code_on_paper_opens_once_and_for_a_day),
        TEST(what_is_stored_of_it_takes_the_key_of_the_house),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
