/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../tests/vectors.h"
#include "kit/mail/said.h"

static const struct {
    const char *text, *what, *line; /* what: q question, t thanks only, a acknowledgement */
} rows[] = {
    { "Thanks!", "t", "Thanks!" },
    { "Thank you so much, that helps.", "t", "Thank you so much, that helps." },
    { "Hi Ada,\n\nthanks a lot!\n\nBest regards\nTom", "t", "thanks a lot!" },
    { "Thanks, but when?", "q", "Thanks, but when?" },
    { "Thanks, but the handle is broken again.", "", "Thanks, but the handle is broken again." },
    { "Will do.", "a", "Will do." },
    { "Thanks, will do!", "a", "Thanks, will do!" },
    { "Got it, I'm on it", "a", "Got it, I'm on it" },
    { "Hello,\n\nthe glaze is ready. Could you come on Tuesday? Bring a box.", "q",
      "Could you come on Tuesday?" },
    { "Please let me know which colour you want.", "q",
      "Please let me know which colour you want." },
    { "All is packed. If you have any questions, let me know.", "", "All is packed." },
    { "See https://example.org/?q=1 for the list of the cups.", "",
      "See https://example.org/?q=1 for the list of the cups." },
    { "The list is long. Could https://example.org/list you send it.", "q",
      "Could https://example.org/list you send it." },
    { "The list is long. Could the cups be sent to you.", "", "The list is long." },
    { "Dear Tom,\n\nI will send the blue cups on Friday. They are lovely.", "",
      "I will send the blue cups on Friday." },
    /* what greets and what closes is not said, whatever words it has */
    { "Dear Ada,\n\nOK\n\nKind regards\nTom", "a", "OK" },
    { "The box is here.\n\nCheers\nTom", "", "The box is here." },
    { "Kære Ada,\n\ntak\n\nVenlig hilsen\nTom", "t", "tak" },
    { "... Hello\n\nWill do.\n\nCould you go? Regards", "q", "Could you go?" },
    { "Vielen Dank!", "t", "Vielen Dank!" },
    { "Wird erledigt, danke.", "a", "Wird erledigt, danke." },
    { "Könnten Sie mir den Preis schicken.", "q", "Könnten Sie mir den Preis schicken." },
    { "Merci beaucoup", "t", "Merci beaucoup" },
    { "C'est noté, merci", "a", "C'est noté, merci" },
    { "Pourriez-vous confirmer la date", "q", "Pourriez-vous confirmer la date" },
    { "Muchas gracias", "t", "Muchas gracias" },
    { "Entendido", "a", "Entendido" },
    { "Grazie mille", "t", "Grazie mille" },
    { "Va bene, grazie", "a", "Va bene, grazie" },
    { "Dank je wel", "t", "Dank je wel" },
    { "Komt goed!", "a", "Komt goed!" },
    { "Tack så mycket", "t", "Tack så mycket" },
    { "Mange tak", "t", "Mange tak" },
    { "Muito obrigada", "t", "Muito obrigada" },
    { "Dziękuję bardzo", "t", "Dziękuję bardzo" },
    { "Zrozumiałem", "a", "Zrozumiałem" },
    { "谢谢你", "t", "谢谢你" },
    { "いつですか？", "q", "いつですか？" },
    { "", "", "" },
};

static void words_are_understood(void **state)
{
    (void)state;
    for (int i = 0; i < COUNT(rows); i++) {
        struct arena *a = arena_open(MIB);
        struct said s = said_read(a, str_c(rows[i].text));
        struct str what = str_fmt(a, "%s%s%s", s.question ? "q" : "", s.thanks_only ? "t" : "",
                                  s.acknowledgement ? "a" : "");
        if (!str_eq(what, str_c(rows[i].what)))
            fail_msg("\"%s\" is %.*s, wanted %s", rows[i].text, STR(what), rows[i].what);
        assert_text(s.line, str_c(rows[i].line));
        assert_int_equal(s.empty, !*rows[i].text);
        arena_close(a);
    }
}

static void a_word_to_be_left_alone_stands_alone(void **state)
{
    (void)state;
    static const char *const yes[] = { "STOP",           "stop.",
                                       "  Unsubscribe ", "Unsubscribe me!",
                                       "Abmelden",       "D\xC3\xA9sabonner",
                                       "BAJA",           "\xD0\xA1\xD0\xA2\xD0\x9E\xD0\x9F" };
    static const char *const no[] = { "",           "Stop by on Friday?",
                                      "Don't stop", "the last stop",
                                      "Ada",        "unsubscribe from what?",
                                      "stop stop" };
    struct arena *a = arena_open(MIB);
    for (int i = 0; i < COUNT(yes); i++)
        if (!said_stop(a, str_c(yes[i]))) fail_msg("%s", yes[i]);
    for (int i = 0; i < COUNT(no); i++)
        if (said_stop(a, str_c(no[i]))) fail_msg("%s", no[i]);
    arena_close(a);
}

static void the_first_line_is_the_first_that_says_something(void **state)
{
    (void)state;
    assert_true(str_eq(said_first_line(S("\r\n \t\n  STOP. \r\n\n> Shall we?\n")), S("STOP.")));
    assert_true(str_eq(said_first_line(S("yes")), S("yes")));
    assert_int_equal(said_first_line(S(" \n\n")).n, 0);
    assert_int_equal(said_first_line(S("")).n, 0);
}

static void long_thanks_say_more(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct said s = said_read(
        a,
        S("Thanks for the cups, they came on Monday and we put all twelve of them on the shelf."));
    assert_false(s.thanks_only);
    assert_int_equal(s.words, 18);
    uint64_t open = said_read(a, S("When do you open?")).same;
    assert_true(open == said_read(a, S("when do  you open\n")).same);
    assert_false(open == said_read(a, S("When do you close?")).same);
    arena_close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(words_are_understood),
                                        cmocka_unit_test(
                                            the_first_line_is_the_first_that_says_something),
                                        cmocka_unit_test(long_thanks_say_more),
                                        cmocka_unit_test(a_word_to_be_left_alone_stands_alone) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
