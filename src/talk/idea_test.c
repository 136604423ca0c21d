/* SPDX-License-Identifier: GPL-3.0-or-later
 * idea_test.c - sentences, where an idea goes, who may see it. */
#include "talk/idea.h"

#include "kit/mail/quote.h"
#include "talk/house_test.h"

/* ---- sentences ------------------------------------------------------------- */

static struct talk_text as_text(struct arena *a, struct str words)
{
    return (struct talk_text){ .words = words,
                               .quotes = quote_pack(a, quote_mark(a, words, NULL, 0, NULL)) };
}

static void says(const struct idea_sentences *s, int i, const char *words)
{
    if (i >= s->n || !str_eq(s->at[i].words, str_c(words)))
        fail_msg("sentence %d is not: %s", i, words);
}

static void test_sentences(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct talk_text t = as_text(a, S("Hello Ada,\n"
                                      "\n"
                                      "we could paint it, e.g. in red. Shall we take the small\n"
                                      "brush? \"Yes!\" said Bo.\n"
                                      "- one tin\n"
                                      "- two rags\n"
                                      "\n"
                                      "On Monday Cy wrote:\n"
                                      "> This was said by somebody else entirely.\n"));
    struct idea_sentences s;
    idea_sentences(a, &t, &s);
    assert_int_equal(s.n, 6);
    says(&s, 0, "Hello Ada,");
    says(&s, 1, "we could paint it, e.g. in red.");
    says(&s, 2, "Shall we take the small brush?"); /* a line's end is a blank */
    says(&s, 3, "\"Yes!\" said Bo.");
    says(&s, 4, "- one tin");
    says(&s, 5, "- two rags");
    assert_int_equal(s.at[0].span.at, 0);
    assert_int_equal(s.at[0].span.size, 10);
    assert_int_equal(s.at[1].span.at, 12);
    arena_close(a);
}

static void test_words_are_found(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct idea_span span = { 0, 0 };
    struct talk_text t = as_text(a, S("Shall we take the small\nbrush, Žofie? Yes.\n"));
    assert_true(idea_find_words(a, &t, S("the small brush"), &span));
    assert_int_equal(span.at, 14);
    assert_int_equal(span.size, 15);
    assert_true(str_eq(idea_span_words(a, &t, span), S("the small brush")));
    assert_false(idea_find_words(a, &t, S("the large brush"), &span));
    assert_false(idea_find_words(a, &t, S(""), &span));
    assert_true(idea_span_good(&t, (struct idea_span){ 31, 2 }));  /* the letter Ž */
    assert_false(idea_span_good(&t, (struct idea_span){ 31, 1 })); /* half of it */
    assert_false(idea_span_good(&t, (struct idea_span){ 32, 3 }));
    assert_false(idea_span_good(&t, (struct idea_span){ -1, 3 }));
    assert_false(idea_span_good(&t, (struct idea_span){ 0, 0 }));
    assert_false(idea_span_good(&t, (struct idea_span){ 40, 400 }));
    assert_false(idea_span_good(&t, (struct idea_span){ 1, INT64_MAX }));
    arena_close(a);
}

/* ---- a house ---------------------------------------------------------------- */

#define ADA  "Ada Bell <ada@far.example>"
#define MIA  "mia@pub.example"
#define BOTH "mia@pub.example, tom@pub.example"

struct deed {
    id message, idea, event;
    const char *words, *name;
};

static err span_of(struct ctx *c, struct deed *d, struct idea_span *out)
{
    struct talk_texts t;
    talk_texts_of(c, &d->message, 1, TALK_HEAD, &t);
    if (t.n && idea_find_words(c->a, &t.at[0], str_c(d->words), out)) return OK;
    *out = (struct idea_span){ 0, 5 };
    return OK;
}

static err do_mark(struct tx *t, void *arg)
{
    struct deed *d = arg;
    struct idea_span span;
    TRY(span_of(&t->c, d, &span));
    return idea_mark(t, d->message, span, str_c(d->name), &d->idea);
}

static err do_carry(struct tx *t, void *arg)
{
    struct deed *d = arg;
    struct idea_span span;
    TRY(span_of(&t->c, d, &span));
    return idea_carry(t, d->idea, d->message, span);
}

static err do_drop(struct tx *t, void *arg)
{
    struct deed *d = arg;
    return idea_drop(t, d->idea, d->message, &d->event);
}

static err do_undo(struct tx *t, void *arg)
{
    struct deed *d = arg;
    return idea_undo(t, d->event, &d->idea);
}

struct look {
    id idea;
    struct idea got;
    struct idea_places places;
    int listed, touched;
    struct str key;
};

static err look(struct ctx *c, void *arg)
{
    struct look *l = arg;
    struct ideas all;
    struct idea_places everywhere;
    idea_list(c, 0, 50, &all);
    l->listed = all.n;
    idea_places(c, l->idea, 50, &l->places);
    idea_places_all(c, 50, &everywhere);
    l->touched = everywhere.n;
    l->key = idea_key(c, l->idea);
    return idea_get(c, l->idea, &l->got);
}

static struct look seen(id idea)
{
    struct look l = { .idea = idea };
    assert_int_equal(test_read(look, &l), OK);
    assert_int_equal(l.got.places, l.places.n);
    assert_int_equal(l.touched, l.places.n); /* there is one idea */
    return l;
}

static id at_place(const struct look *l, int i) { return l->places.at[i].message; }

static void letters(void)
{
    test_put(
        (struct letter){ .id = "<yard>",
                         .from = ADA,
                         .to = BOTH,
                         .subject = "Yard",
                         .text = "The yard is empty.\nWe could hang a swing under the tree.\n" });
    test_put((struct letter){ .id = "<yes>",
                              .from = MIA,
                              .to = ADA,
                              .refs = "<yard>",
                              .at = DAY,
                              .subject = "Re: Yard",
                              .text =
                                  "> We could hang a swing under the tree.\nA strong one, then. "
                                  "Leave it to me.\n" });
    test_put((struct letter){ .id = "<thanks>",
                              .from = ADA,
                              .to = MIA,
                              .refs = "<yard> <yes>",
                              .at = 2 * DAY,
                              .subject = "Re: Yard",
                              .text = "Thank you, gladly.\n\n> > We could hang a swing under the "
                                      "tree.\n> A strong one, then. Leave it to me.\n" });
    test_put((struct letter){ .id = "<iron>",
                              .from = "Cy <cy@iron.example>",
                              .to = MIA,
                              .at = 3 * DAY,
                              .subject = "Rings",
                              .text = "I forge two rings.\n" });
}

static struct deed mark_swing(void)
{
    struct deed d = { .message = test_message("<yard>").id,
                      .words = "We could hang a swing under the tree.",
                      .name = "A swing" };
    assert_int_equal(test_write(do_mark, &d), OK);
    return d;
}

static void test_goes_on(void **state)
{
    (void)state;
    letters();
    struct deed d = mark_swing();
    struct look l = seen(d.idea);
    assert_int_equal(l.places.n, 2); /* what stands below "Thank you" continues nothing */
    assert_int_equal(at_place(&l, 0), test_message("<yard>").id);
    assert_int_equal(l.places.at[0].how, IDEA_MARKED);
    assert_true(str_eq(l.places.at[0].words, S("We could hang a swing under the tree.")));
    assert_int_equal(at_place(&l, 1), test_message("<yes>").id);
    assert_int_equal(l.places.at[1].how, IDEA_QUOTED);
    assert_true(str_eq(l.places.at[1].words, S("A strong one, then.")));
    assert_int_equal(l.got.began, TEST_START);
    assert_int_equal(l.got.last_at, TEST_START + DAY);
    /* an answer that comes later */
    test_put((struct letter){ .id = "<when>",
                              .from = ADA,
                              .to = MIA,
                              .refs = "<yard> <yes>",
                              .at = 4 * DAY,
                              .subject = "Re: Yard",
                              .text = "> > We could hang a swing under the tree.\nBy Friday?\n" });
    assert_int_equal(seen(d.idea).places.n, 3);
}

static void test_carried(void **state)
{
    (void)state;
    letters();
    struct deed d = mark_swing(), iron = d;
    iron.message = test_message("<iron>").id;
    iron.words = "two rings";
    assert_int_equal(test_write(do_carry, &iron), OK);
    assert_int_equal(test_write(do_carry, &iron), E_CONFLICT);
    struct look l = seen(d.idea);
    assert_int_equal(l.places.n, 3);
    assert_int_equal(l.places.at[2].how, IDEA_CARRIED);
    assert_true(str_eq(l.places.at[2].words, S("two rings")));
    /* not there, taken back, not there, and there once more */
    assert_int_equal(test_write(do_drop, &iron), OK);
    assert_int_equal(seen(d.idea).places.n, 2);
    assert_int_equal(test_write(do_undo, &iron), OK);
    assert_int_equal(test_write(do_undo, &iron), E_NOTFOUND);
    assert_int_equal(seen(d.idea).places.n, 3);
    assert_int_equal(test_write(do_drop, &iron), OK);
    assert_int_equal(test_write(do_drop, &iron), E_NOTFOUND);
    assert_int_equal(test_write(do_carry, &iron), OK);
    assert_int_equal(seen(d.idea).places.n, 3);
    /* what went on by itself stays away when a keeper says so */
    struct deed yes = d;
    yes.message = test_message("<yes>").id;
    assert_int_equal(test_write(do_drop, &yes), OK);
    assert_int_equal(seen(d.idea).places.n, 2);
    /* where it began it can't be dropped alone; the whole can, and comes back */
    assert_int_equal(test_write(do_drop, &d), E_INVALID);
    d.message = 0;
    assert_int_equal(test_write(do_drop, &d), OK);
    struct look gone = { .idea = d.idea };
    assert_int_equal(test_read(look, &gone), E_NOTFOUND);
    assert_int_equal(gone.listed + gone.places.n + gone.touched, 0);
    assert_int_equal(test_write(do_undo, &d), OK);
    assert_int_equal(seen(d.idea).places.n, 2);
}

static void test_linked(void **state)
{
    (void)state;
    letters();
    struct deed d = mark_swing();
    struct look l = seen(d.idea);
    struct str good = str_fmt(house.a,
                              "I saw it. Look at https://pub.example/ideas/%" PRId64
                              "?k=%.*s and say.\n",
                              d.idea, STR(l.key)),
               bad =
                   str_fmt(house.a,
                           "Look at https://pub.example/ideas/%" PRId64 "?k=0000000000 and say.\n",
                           d.idea);
    test_put((struct letter){ .id = "<good>",
                              .from = ADA,
                              .to = MIA,
                              .at = 5 * DAY,
                              .subject = "Look",
                              .text = str_z(house.a, good) });
    test_put((struct letter){ .id = "<bad>",
                              .from = ADA,
                              .to = MIA,
                              .at = 6 * DAY,
                              .subject = "Other",
                              .text = str_z(house.a, bad) });
    test_put(
        (struct letter){ .id = "<below>",
                         .from = MIA,
                         .to = ADA,
                         .at = 7 * DAY,
                         .refs = "<good>",
                         .subject = "Re: Look",
                         .text = str_z(house.a, str_fmt(house.a, "Nice.\n\n> %.*s", STR(good))) });
    l = seen(d.idea);
    assert_int_equal(l.places.n, 3);
    assert_int_equal(at_place(&l, 2), test_message("<good>").id);
    assert_int_equal(l.places.at[2].how, IDEA_LINKED);
    assert_true(str_begins(l.places.at[2].words, S("Look at https://")));
}

static void test_who_sees(void **state)
{
    (void)state;
    letters();
    struct deed d = mark_swing(), iron = { .words = "two rings", .name = "Rings" };
    iron.message = test_message("<iron>").id;
    iron.idea = d.idea;
    assert_int_equal(test_write(do_carry, &iron), OK);
    assert_int_equal(seen(d.idea).places.n, 3);
    house.viewer = house.tom; /* stood in the first letter alone */
    struct look l = seen(d.idea);
    assert_int_equal(l.places.n, 1);
    assert_int_equal(l.got.last_at, TEST_START);
    assert_int_equal(test_write(do_mark, &iron), E_NOTFOUND);
    assert_int_equal(test_write(do_carry, &iron), E_NOTFOUND);
    assert_int_equal(test_write(do_drop, &iron), E_NOTFOUND);
    house.viewer = house.mia;
    iron.words = "I forge two rings.";
    assert_int_equal(test_write(do_mark, &iron), OK);
    house.viewer = house.tom; /* it began where he was not */
    l = (struct look){ .idea = iron.idea };
    assert_int_equal(test_read(look, &l), E_NOTFOUND);
    assert_int_equal(l.listed, 1);
    assert_int_equal(l.places.n, 0);
    iron.message = 0;
    assert_int_equal(test_write(do_drop, &iron), E_NOTFOUND);
    house.viewer = house.mia;
    assert_int_equal(test_write(do_drop, &iron), OK);
    house.viewer = house.tom;
    assert_int_equal(test_write(do_undo, &iron), E_NOTFOUND);
    house.viewer = house.mia;
}

static void test_refused(void **state)
{
    (void)state;
    letters();
    struct deed d = { .message = test_message("<yard>").id, .words = "The yard", .name = "  " };
    char *name = NEW(house.a, char, IDEA_NAME + 2);
    assert_int_equal(test_write(do_mark, &d), E_INVALID);
    d.name = memset(name, 'x', IDEA_NAME + 1);
    assert_int_equal(test_write(do_mark, &d), E_INVALID);
    name[IDEA_NAME] = 0;
    assert_int_equal(test_write(do_mark, &d), OK);
    assert_int_equal(seen(d.idea).got.sign, 0);
    d.name = "Second";
    assert_int_equal(test_write(do_mark, &d), OK);
    struct look l = { .idea = d.idea };
    assert_int_equal(test_read(look, &l), OK);
    assert_int_equal(l.got.sign, 1); /* the next letter */
    assert_int_equal(idea_letter(1), 'B');
    assert_int_equal(idea_letter(27), 'B');
    assert_int_equal(idea_colour(IDEA_COLOURS), 0);
}

#define IN_HOUSE(f) cmocka_unit_test_setup_teardown(f, test_open, test_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sentences),
        cmocka_unit_test(test_words_are_found),
        IN_HOUSE(test_goes_on),
        IN_HOUSE(test_carried),
        IN_HOUSE(test_linked),
        IN_HOUSE(test_who_sees),
        IN_HOUSE(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
