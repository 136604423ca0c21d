/* SPDX-License-Identifier: GPL-3.0-or-later
 * shown_test.c - how the words of a letter are laid out. */
#include "kit/mail/quote.h"
#include "talk/talk_web.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* Marks the text as an answer to said (number 7), and lays it out. */
static struct shown_list lay(struct arena *a, struct str text, struct str said)
{
    struct shown_list out;
    struct messages none = { .n = 0 };
    const struct quote_text *above[1] = { quote_prepare(a, said, 7) };
    struct talk_text t = { .message = 9,
                           .words = text,
                           .quotes =
                               quote_pack(a, quote_mark(a, text, above, said.n ? 1 : 0, NULL)) };
    talk_shown(a, &t, &none, &out);
    return out;
}

static void test_wrapped(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct shown_list l = lay(a,
                              S("The goose is the lower bearing, and the broken glass is because\n"
                                "the arm comes up.\n"
                                "\n"
                                "- one\n"
                                "- two\n"
                                "Yours,\n"
                                "Bo\n"),
                              S(""));
    assert_int_equal(l.n, 1);
    /* only the first break was the program's: behind "up." another word would have fitted */
    assert_true(str_begins(l.at[0].words, S("The goose is the lower bearing, and the broken glass "
                                            "is because the arm comes up.\n\n- one\n- two\n")));
    assert_true(str_find(l.at[0].words, S("Yours,\nBo")) > 0);
    arena_close(a);
}

static void test_answered_in_line(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct shown_list l = lay(a,
                              S("On Monday Ada wrote:\n"
                                "> Shall we take the red boat out on Saturday?\n"
                                "Yes, gladly, if the wind allows it.\n"
                                "> Who brings the bread and the kettle then?\n"
                                "I do.\n"),
                              S("Shall we take the red boat out on Saturday?\nWho brings the bread "
                                "and the kettle then?\n"));
    assert_int_equal(l.n, 4);
    assert_int_equal(l.at[0].kind, SHOWN_ANSWERED);
    assert_int_equal(l.at[0].source, 7);
    assert_true(str_eq(l.at[0].line, S("Shall we take the red boat out on Saturday?")));
    assert_int_equal(l.at[1].kind, SHOWN_WORDS);
    assert_int_equal(l.at[2].kind, SHOWN_ANSWERED);
    assert_int_equal(l.at[3].kind, SHOWN_WORDS);
    arena_close(a);
}

/* A letter quoted whole below, with the signature above it, is one fold. */
static void test_one_fold(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct shown_list l = lay(a,
                              S("Gladly, I will bring the bread.\n"
                                "-- \n"
                                "Bo Stern, lamps\n"
                                "\n"
                                "On Monday Ada wrote:\n"
                                "> Shall we take the red boat out on Saturday?\n"),
                              S("Shall we take the red boat out on Saturday?\n"));
    assert_int_equal(l.n, 2);
    assert_int_equal(l.at[0].kind, SHOWN_WORDS);
    assert_int_equal(l.at[1].kind, SHOWN_BEFORE);
    arena_close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_wrapped),
                                        cmocka_unit_test(test_answered_in_line),
                                        cmocka_unit_test(test_one_fold) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
