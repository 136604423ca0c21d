/* SPDX-License-Identifier: GPL-3.0-or-later
 * The two axes of a tie, with values worked out by hand. */
#include "ties/axes.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static bool near(double a, double b) { return fabs(a - b) < 1e-9; }

static struct tie_axes at(double out, double in)
{
    struct tie_axes x = { 0 };
    tie_axes_of(&(struct tie_reading){ .out = out, .in = in }, &x);
    return x;
}

static void four_things_are_asked(void **state)
{
    (void)state;
    struct tie_axes x = at(.5, .5); /* 1/2 1 1/2 1: the root of a quarter twice over */
    assert_true(near(x.factor[AXES_I_OPEN], .5) && near(x.factor[AXES_THEY_TAKE], 1));
    assert_true(near(x.factor[AXES_THEY_OPEN], .5) && near(x.factor[AXES_I_TAKE], 1));
    assert_true(near(x.close, sqrt(.5)));
    x = at(1.5, .12); /* 3/4; .15/1.53; .12/.62; 1 */
    assert_true(near(x.factor[AXES_I_OPEN], .75));
    assert_true(near(x.factor[AXES_THEY_TAKE], .15 / 1.53));
    assert_true(near(x.factor[AXES_THEY_OPEN], .12 / .62));
    assert_true(near(x.factor[AXES_I_TAKE], 1));
    assert_int_equal(x.weakest, AXES_THEY_TAKE);
    assert_true(near(x.close, pow(.75 * (.15 / 1.53) * (.12 / .62), .25)));
    struct tie_axes y =
        at(.12, 1.5); /* from the other side it is the same, and not theirs to say */
    assert_true(near(y.close, x.close));
    assert_int_equal(y.weakest, AXES_I_TAKE);
}

static void much_light_from_one_side_is_none(void **state)
{
    (void)state;
    assert_true(near(at(9, 0).close, 0));
    assert_int_equal(at(9, 0).weakest, AXES_THEY_OPEN);
    assert_true(near(at(0, 9).close, 0));
    assert_int_equal(at(0, 9).weakest, AXES_I_OPEN);
    assert_true(at(9, 9).close > .97 && at(9, 9).close < 1);
}

static void who_could_be_named(void **state)
{
    (void)state;
    assert_true(near(tie_hidden(1, 1024), 0));
    assert_true(near(tie_hidden(32, 1024), .5)); /* 5 bits of 10 */
    assert_true(near(tie_hidden(1024, 1024), 1));
    assert_true(near(tie_hidden(0, 0), 0));
}

static bool says(struct str have, const char *want)
{
    if (str_eq(have, str_c(want))) return true;
    print_error("%.*s\n", STR(have));
    return false;
}

static void it_is_said_without_numbers(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct tie_axes x = at(1.5, .12);
    tie_axes_say(a, S("Ada"), &x);
    assert_true(says(x.words[AXES_I_OPEN], "You write to Ada often."));
    assert_true(says(x.words[AXES_THEY_TAKE], "Little of it is answered."));
    assert_true(says(x.words[AXES_THEY_OPEN], "Ada has written little lately."));
    assert_true(says(x.words[AXES_I_TAKE], "You answer what is said to you."));
    assert_true(says(x.limit, "At present you carry more of it than Ada does."));
    assert_true(says(x.known, "You know each other by name."));
    x = at(9, 9);
    x.they_hide = 1;
    tie_axes_say(a, S("100% Ada"), &x);
    assert_true(says(x.limit, "Both of you are open, and both take it in."));
    assert_true(says(x.words[AXES_THEY_OPEN], "100% Ada writes to you often."));
    assert_true(
        says(x.known, "100% Ada knows you by name; you could not say for sure who 100% Ada is."));
    x = at(0, 9);
    tie_axes_say(a, S("Ada"), &x);
    assert_true(says(x.words[AXES_I_OPEN], "You have not written to Ada."));
    assert_true(says(x.limit, "It could be closer if you said more."));
    for (int i = 0; i < AXES_FACTORS; i++)
        for (char d = '0'; d <= '9'; d++) assert_int_equal(str_chr(x.words[i], d), -1);
    arena_close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(four_things_are_asked),
        cmocka_unit_test(much_light_from_one_side_is_none),
        cmocka_unit_test(who_could_be_named),
        cmocka_unit_test(it_is_said_without_numbers),
    };
    return cmocka_run_group_tests_name("axes", tests, NULL, NULL);
}
