/* SPDX-License-Identifier: GPL-3.0-or-later
 * words_test.c - each sentence, and when there is none. */
#include "ties/words.h"

#include <cmocka.h>
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

static struct arena *a;

static void same(struct str got, const char *want)
{
    if (!str_eq(got, str_c(want))) fail_msg("\"%.*s\", expected \"%s\"", STR(got), want);
}

/* Tuesday 14 November 2023, noon; eight days of an even exchange, every 9 days. */
static const uint32_t tuesday = 1699963200;
static struct tie_reading even(int silence)
{
    return (struct tie_reading){ .me = 1,
                                 .other = 2,
                                 .out = .5,
                                 .in = .5,
                                 .closeness = .53,
                                 .warmth = .65,
                                 .rhythm_days = 26,
                                 .reciprocity = 1,
                                 .gap = 9.2,
                                 .silence_days = silence,
                                 .days = 8,
                                 .n_out = 5,
                                 .n_in = 5,
                                 .run_in = 1,
                                 .last_out = tuesday - DAY,
                                 .last_in = tuesday };
}
static struct tie_about mia(void)
{
    return (struct tie_about){ .name = S("Mia"),
                               .he = S("she"),
                               .him = S("her"),
                               .now = tuesday + 3 * DAY,
                               .house_days = 400 };
}

static void state_is(struct tie_reading r, struct tie_about w, const char *want)
{
    same(tie_say_state(a, &r, &w), want);
}

static void test_in_rhythm(void **state)
{
    (void)state;
    state_is(even(3), mia(), "You write each other about every 9 days; last Tuesday.");
    state_is(even(0), mia(), "You write each other about every 9 days; today.");
    state_is(even(1), mia(), "You write each other about every 9 days; yesterday.");
    state_is(even(12), mia(), "You write each other about every 9 days; last 12 days ago.");
    struct tie_reading r = even(3);
    r.reciprocity = .4, r.in = .1;
    state_is(r, mia(), "You write each other about every 9 days, mostly you; last Tuesday.");
    r.in = .5, r.out = .1;
    state_is(r, mia(), "You write each other about every 9 days, mostly her; last Tuesday.");
    r = even(3);
    r.gap = 1;
    r.silence_days = 1;
    state_is(r, mia(), "You write each other about every day; yesterday.");
}

static void test_quiet(void **state)
{
    (void)state;
    struct tie_about w = mia();
    state_is(even(20), w, "You used to write every 9 days; it has been 20.");
    state_is(even(31), w, "You used to write every 9 days; it has been 31.");
    w.has_odds = true;
    w.odds = .43;
    state_is(even(20), w, "You used to write every 9 days; it has been 20.");
    state_is(even(31), w,
             "You used to write every 9 days; it has been 31."
             " In your house about 4 in 10 come back within a month.");
    state_is(even(80), w,
             "This one has gone quiet: every 9 days once, 80 days now. Write, or let it rest?");
    struct tie_reading r = even(5);
    r.gap = 1.3;
    w.has_odds = false;
    state_is(r, w, "You used to write every day; it has been 5 days.");
    r.gap = 60, r.silence_days = 130;
    state_is(r, w, "You used to write every 60 days; it has been about 4 months.");
    r.gap = 122, r.silence_days = 365;
    state_is(r, w, "You used to write every 4 months; it has been about a year.");
}

static void test_thresholds(void **state)
{
    (void)state;
    struct tie_reading r = even(18);
    r.gap = 9;
    state_is(r, mia(), "You used to write every 9 days; it has been 18.");
    r.silence_days = 17;
    state_is(r, mia(), "You write each other about every 9 days; last 17 days ago.");
    r.silence_days = 71;
    state_is(r, mia(), "You used to write every 9 days; it has been 71.");
    r.silence_days = 72;
    state_is(r, mia(),
             "This one has gone quiet: every 9 days once, 72 days now. Write, or let it rest?");
}

static void test_new(void **state)
{
    (void)state;
    struct tie_reading r = even(40);
    r.days = 3;
    state_is(r, mia(), "You have met on 3 days.");
    r.days = 1;
    state_is(r, mia(), "You have met on 1 day.");
    r.n_in = 0, r.run_in = 0, r.run_out = 1;
    state_is(r, mia(), "You wrote on 1 day.");
    r = (struct tie_reading){ .days = 2, .n_in = 2, .run_in = 2 };
    state_is(r, mia(), "She wrote on 2 days.");
    r = (struct tie_reading){ 0 };
    state_is(r, mia(), "");
}

static void test_one_way(void **state)
{
    (void)state;
    struct tie_about w = mia();
    struct tie_reading in = { .days = 4, .n_in = 9, .run_in = 4, .gap = 2 };
    state_is(in, w,
             "She wrote on 4 days and you have not answered. Answer, mute, or ask her to stop?");
    w.he = w.him = S("");
    state_is(in, w,
             "Mia wrote on 4 days and you have not answered. Answer, mute, or ask Mia to stop?");
    struct tie_reading out = { .days = 4, .n_out = 9, .run_out = 4, .gap = 2 };
    state_is(out, w, "You wrote on 4 days.");
    out.days = out.run_out = 5;
    state_is(out, w,
             "You wrote on 5 days; no answer has come. People who never answered seldom begin to.");
    w.propose_stop = true;
    state_is(out, w,
             "You wrote on 5 days; no answer has come. People who never answered seldom begin to."
             " Stop writing to Mia?");
}

static void test_silence(void **state)
{
    (void)state;
    struct tie_about w = mia();
    w.silent = TIE_SILENT_OFF | TIE_SILENT_HOLIDAY;
    state_is(even(31), w, "Not computed: Mia asked for that.");
    const unsigned silent[] = { TIE_SILENT_UNSETTLED, TIE_SILENT_HOLIDAY, TIE_SILENT_ELSEWHERE };
    for (int i = 0; i < COUNT(silent); i++) {
        w = mia();
        w.silent = silent[i];
        state_is(even(31), w, "");
        state_is(even(3), w, "");
    }
    const unsigned about[] = { TIE_LEFT, TIE_DECEASED, TIE_PAUSED, TIE_LEAVE_ALONE };
    for (int i = 0; i < COUNT(about); i++) {
        w = mia();
        w.about = about[i];
        state_is(even(31), w, "");
    }
}

static void test_young_house(void **state)
{
    (void)state;
    struct tie_about w = mia();
    w.house_days = 21;
    state_is(even(31), w, "I have known these people for only 3 weeks.");
    struct tie_reading r = even(31);
    same(tie_say_close(a, &r, &w), "I have known these people for only 3 weeks.");
    state_is(even(3), w, "You write each other about every 9 days; last Tuesday.");
    w.house_days = 60;
    state_is(even(31), w, "I have known these people for only 9 weeks.");
    w.house_days = 61;
    state_is(even(31), w, "You used to write every 9 days; it has been 31.");
}

static void test_stale_mailbox(void **state)
{
    (void)state;
    struct tie_about w = mia();
    w.stale_days = 9; /* not longer than the gap of 9.2 days */
    state_is(even(31), w, "You used to write every 9 days; it has been 31.");
    w.stale_days = 12;
    state_is(even(31), w,
             "The mailbox was last fetched 12 days ago, so the silence may not be one.");
    w.stale = S("the mailbox info@inn.example");
    state_is(even(31), w,
             "The mailbox info@inn.example was last fetched 12 days ago,"
             " so the silence may not be one.");
    struct tie_reading r = even(31);
    r.days = 3;
    state_is(r, w, "You have met on 3 days.");
}

static void test_close(void **state)
{
    (void)state;
    struct tie_about w = mia();
    struct tie_reading r = even(3);
    w.days_out = 12, w.days_in = 10;
    same(tie_say_close(a, &r, &w),
         "As close as a monthly exchange, and even: 12 days from you, 10 from her.");
    w.days_out = 0;
    same(tie_say_close(a, &r, &w), "As close as a monthly exchange, and even.");
    r.reciprocity = .3, r.out = .1;
    w.days_out = 1, w.days_in = 6;
    same(tie_say_close(a, &r, &w),
         "As close as a monthly exchange, mostly her: 1 day from you, 6 from her.");
}

static void test_often(void **state)
{
    (void)state;
    /* floors of the layers: monthly, half-yearly, yearly both ways; 2.4 and more is weekly */
    same(tie_say_often(2.46), "weekly");
    same(tie_say_often(.60), "monthly");
    same(tie_say_often(.30), "quarterly");
    same(tie_say_often(.12), "half-yearly");
    same(tie_say_often(.075), "yearly");
    same(tie_say_often(.04), "rare");
    same(tie_say_often(.03), "rare");
    same(tie_say_often(9), "daily");
    same(tie_say_introducer(a, S("Ana"), 2.4, .6, S("him"), S("Ben")),
         "Ana knows you both: weekly with you, monthly with him.");
    same(tie_say_introducer(a, S("Ana"), .03, .6, S(""), S("Ben")),
         "Ana knows you both: rarely with you, monthly with Ben.");
}

static void test_other_sentences(void **state)
{
    (void)state;
    struct tie_reading r = even(20);
    r.gap = 11.4;
    same(tie_say_room(a, 15, S("Ben"), &r),
         "There's room for 15; Ben would move out."
         " You wrote each other every 11 days, last 20 days ago.");
    r.rhythm_days = 9.1;
    same(tie_say_warm(a, &r), "as warm as somebody you hear from every 9 days");
    r.rhythm_days = tie_rhythm(0);
    same(tie_say_warm(a, &r), "");
    same(tie_say_above(a, 8, 9),
         "You write more than you used to: on 8 of the last 30 days, every 9 days before.");
}

static void test_parts(void **state)
{
    (void)state;
    same(tie_say_days(a, 1), "1 day");
    same(tie_say_days(a, 89), "89 days");
    same(tie_say_days(a, 90), "about 3 months");
    same(tie_say_days(a, 365), "about a year");
    same(tie_say_days(a, 730), "about 2 years");
    same(tie_say_every(a, .4), "every day");
    same(tie_say_every(a, 1.5), "every 2 days");
    same(tie_say_every(a, 91), "every 3 months");
    same(tie_say_every(a, 370), "every year");
    same(tie_say_every(a, 1100), "every 3 years");
    same(tie_say_odds(a, .04), "fewer than 1 in 10");
    same(tie_say_odds(a, .05), "about 1 in 10");
    same(tie_say_odds(a, .44), "about 4 in 10");
    same(tie_say_odds(a, .97), "nearly all");
}

/* Whatever the tie: whole numbers only, no signs of a computed value. */
static void test_no_numbers_of_the_model(void **state)
{
    (void)state;
    struct tie_about w = mia();
    w.days_out = 3, w.days_in = 4;
    for (int i = 0; i < 20000; i++) {
        struct tie_line l = { .a = 1, .b = 2 };
        uint32_t at = tuesday, bits = (uint32_t)i * 2654435761u;
        for (int k = 0; k < 12; k++, bits = bits >> 1 | bits << 31)
            tie_update(&l, bits & 1, at += (bits >> 3) % (40 * DAY), 3600);
        struct tie_reading r = tie_read(&l, 1 + (bits & 1), at + (bits >> 5) % (400 * DAY), 3600);
        struct str said[] = { tie_say_state(a, &r, &w), tie_say_close(a, &r, &w),
                              tie_say_warm(a, &r) };
        for (int s = 0; s < COUNT(said); s++)
            for (ptrdiff_t c = 0; c < said[s].n; c++) {
                if (said[s].p[c] == '%') fail();
                if (c + 1 < said[s].n && said[s].p[c] == '.' && isdigit(said[s].p[c + 1])) fail();
            }
        if (!said[0].n) fail();
        if (i % 1000 == 999) arena_close(a), a = arena_open(64 * MIB);
    }
}

int main(void)
{
    tie_start();
    a = arena_open(64 * MIB);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_in_rhythm),
        cmocka_unit_test(test_quiet),
        cmocka_unit_test(test_thresholds),
        cmocka_unit_test(test_new),
        cmocka_unit_test(test_one_way),
        cmocka_unit_test(test_silence),
        cmocka_unit_test(test_young_house),
        cmocka_unit_test(test_stale_mailbox),
        cmocka_unit_test(test_close),
        cmocka_unit_test(test_often),
        cmocka_unit_test(test_other_sentences),
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_no_numbers_of_the_model),
    };
    int bad = cmocka_run_group_tests_name("ties/words", tests, NULL, NULL);
    arena_close(a);
    return bad;
}
