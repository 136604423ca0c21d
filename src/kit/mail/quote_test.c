/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../tests/vectors.h"
#include "kit/mail/quote.h"

#define PARENT                                                                                     \
    "Hello Tom,\n\nthe blue cups are ready to be fetched on Tuesday.\nShall I pack them in a box " \
    "for you?\n\nAda\n"

/* One letter a line: n q a s f w */
static struct str kinds(struct arena *a, const char *text, const char *parent,
                        struct quote_marks *out)
{
    const struct quote_text *up = parent ? quote_prepare(a, str_c(parent), 7) : NULL;
    struct quote_marks m = quote_mark(a, str_c(text), up ? &up : NULL, up ? 1 : 0, NULL);
    struct buf b = { .a = a };
    for (int i = 0; i < m.n; i++)
        for (int k = 0; k < m.at[i].lines; k++) buf_char(&b, "nqasfw"[m.at[i].kind]);
    *out = m;
    return buf_str(&b);
}

static const struct {
    const char *text, *parent, *kinds, *new_text;
} rows[] = {
    { "just new\nwords\n", NULL, "nn", "just new\nwords" },
    { "Yes please.\n\nOn Mon, 2 Jan 2006, Ada wrote:\n> the blue cups are ready to be fetched on "
      "Tuesday.\n",
      PARENT, "nnaq", "Yes please." },
    { "> Shall I pack them in a box for you?\nYes.\n> Ada\nBye\n", PARENT, "qnqn", "Yes.\nBye" },
    /* no > at all: only the match finds it */
    { "Yes.\n\nthe blue cups are ready to be fetched on Tuesday.\nShall I pack them in a box for "
      "you?\n",
      PARENT, "nnqq", "Yes." },
    /* rewrapped */
    { "Fine!\nthe blue cups are ready to be fetched\non Tuesday. Shall I pack\nthem in a box for "
      "you?\n",
      PARENT, "nqqq", "Fine!" },
    /* a short line goes on a quote */
    { "Fine!\nHello Tom,\nthe blue cups are ready to be fetched on Tuesday.\n", PARENT, "nqq",
      "Fine!" },
    /* Outlook's block, parent held: the answer between the lines stays */
    { "See below.\n\n-----Original Message-----\nFrom: Ada\nSent: Monday\nTo: Tom\nSubject: "
      "Cups\n\nthe blue cups are ready to be fetched on Tuesday.\n"
      "I come at nine o'clock, if that is not too early.\nShall I pack them in a box for you?\n",
      PARENT, "nnaaaaanqnq", "See below.\n\n\nI come at nine o'clock, if that is not too early." },
    /* the same, parent not held */
    { "See below.\n\nVon: Ada\nGesendet: Montag\nAn: Tom\nBetreff: Tassen\n\nSomething that nobody "
      "here has ever seen.\n",
      NULL, "nnaaaanq", "See below." },
    { "Look:\n\nBegin forwarded message:\n\nFrom: Ada\nDate: today\nTo: Tom\n\nwords of Ada, "
      "passed on to you\n",
      NULL, "nnaaaaanw", "Look:" },
    { "Words.\n-- \nTom Reed\nhttps://example.org\n", NULL, "nsss", "Words." },
    { "Words.\n\nSent from my phone\n", NULL, "nns", "Words." },
    { "Words.\n_______________________________________________\nRegulars mailing "
      "list\nregulars@house.example\n",
      NULL, "nfff", "Words." },
    { "Words.\n--\nTo unsubscribe from this list: send a mail\n", NULL, "nff", "Words." },
    { "Am 2.1.2006 um 03:04 schrieb Ada Abel:\n> Tassen\nJa.\n", NULL, "aqn", "Ja." },
    { "Le lun. 2 janv. 2006, Ada\n<ada@example.org> a é"
      "crit :\n\n> tasses\n\nOui.\n",
      NULL, "aanqnn", "Oui." },
    { "As Ada wrote: cups are fine.\n", NULL, "n", "As Ada wrote: cups are fine." },
    { "A patch:\n\nFrom: Ada <ada@example.org>\nDate: Mon, 2 Jan 2006\nSubject: cups: hold more "
      "tea\n\nThis makes them larger by a third.\n",
      NULL, "nnnnnnn",
      "A patch:\n\nFrom: Ada <ada@example.org>\nDate: Mon, 2 Jan 2006\nSubject: cups: hold more "
      "tea\n\nThis makes them larger by a third." },
    { "", NULL, "", "" },
};

static void lines_are_marked(void **state)
{
    (void)state;
    for (int i = 0; i < COUNT(rows); i++) {
        struct arena *a = arena_open(MIB);
        struct quote_marks m, again;
        struct str got = kinds(a, rows[i].text, rows[i].parent, &m);
        if (!str_eq(got, str_c(rows[i].kinds)))
            fail_msg("row %d: %.*s, wanted %s", i, STR(got), rows[i].kinds);
        assert_text(quote_new_text(a, str_c(rows[i].text), m), str_c(rows[i].new_text));
        assert_true(quote_unpack(a, quote_pack(a, m), &again));
        assert_int_equal(again.n, m.n);
        for (int k = 0; k < m.n; k++) {
            assert_int_equal(again.at[k].lines, m.at[k].lines);
            assert_int_equal(again.at[k].kind, m.at[k].kind);
            assert_int_equal(again.at[k].source, m.at[k].source);
            assert_int_equal(again.at[k].source_line, m.at[k].source_line);
        }
        arena_close(a);
    }
}

static void the_source_is_named(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct quote_marks m;
    (void)kinds(a,
                "> the blue cups are ready to be fetched on Tuesday.\n> Shall I pack them in a box "
                "for you?\nYes.\n",
                PARENT, &m);
    assert_int_equal(m.n, 2);
    assert_int_equal(m.at[0].lines, 2);
    assert_int_equal(m.at[0].source, 7);
    assert_int_equal(m.at[0].source_line, 2);
    assert_int_equal(m.at[1].source, 0);
    arena_close(a);
}

static void the_oldest_said_it(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    const struct quote_text *up[] = {
        quote_prepare(a, S("Yes.\n> the blue cups are ready on Tuesday\n"), 2),
        quote_prepare(a, S("the blue cups are ready on Tuesday\n"), 1)
    };
    struct quote_marks m = quote_mark(a, S(">> the blue cups are ready on Tuesday\n"), up, 2, NULL);
    assert_int_equal(m.at[0].source, 1);
    arena_close(a);
}

static void other_scripts_count_letters(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct quote_marks m;
    const char *russian = "Спасибо, "
                          "чашка "
                          "завтра\n";
    assert_text(kinds(a, russian, russian, &m), S("q")); /* 18 letters */
    assert_text(kinds(a,
                      "завтра "
                      "чашка\n",
                      russian, &m),
                S("n"));
    arena_close(a);
}

static void a_known_footer_is_found(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    const struct quote_text *footer =
        quote_prepare(a,
                      S("Regulars of the house, every Friday\nWrite to regulars@house.example\n"),
                      1);
    struct str text = S(
        "Words of mine.\n\nRegulars of the house, every Friday\nWrite to regulars@house.example\n");
    struct quote_marks m = quote_mark(a, text, NULL, 0, footer);
    assert_text(quote_new_text(a, text, m), S("Words of mine."));
    assert_int_equal(m.at[m.n - 1].kind, QUOTE_FOOTER);
    arena_close(a);
}

/* Rewrapped, a line may begin at any letter of what it quotes. */
static void a_line_is_found_wherever_it_begins(void **state)
{
    (void)state;
    const char letters[] = "thebluecupsarereadytobefetchedontuesday";
    enum { LENGTH = 17, LETTERS = sizeof letters - 1 };
    struct arena *a = arena_open(MIB);
    struct quote_marks m;
    for (int at = 0; at + LENGTH <= LETTERS; at++) {
        struct str line = { letters + at, LENGTH };
        const char *text = str_z(a, str_fmt(a, "Fine!\n%.*s\n", STR(line)));
        assert_text(kinds(a, text, "The blue cups are ready to be fetched on Tuesday.\n", &m),
                    S("nq"));
        text = str_z(a, str_fmt(a, "Fine!\n%.*sx\n", STR(line)));
        assert_text(kinds(a, text, "The blue cups are ready to be fetched on Tuesday.\n", &m),
                    S("nn"));
    }
    arena_close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(lines_are_marked),
                                        cmocka_unit_test(a_line_is_found_wherever_it_begins),
                                        cmocka_unit_test(the_source_is_named),
                                        cmocka_unit_test(the_oldest_said_it),
                                        cmocka_unit_test(other_scripts_count_letters),
                                        cmocka_unit_test(a_known_footer_is_found) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
