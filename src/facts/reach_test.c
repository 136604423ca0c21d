/* SPDX-License-Identifier: GPL-3.0-or-later
 * reach_test.c - whom an audience reaches, as the house changes around it. */
#include "facts/facts_test.h"

struct look {
    struct audience who;
    int64_t key;
    bool reached[EVERYBODY + 1]; /* the last: nobody in particular */
    struct str words;
    id circle;
};

/* The only way to an audience is an event: a fact's. */
static err keep(struct tx *t, void *arg)
{
    struct look *l = arg;
    id fact;
    struct fact_new f = { .person = h.who[CLEO],
                          .key = S("likes"),
                          .value = S("cards"),
                          .origin = FACT_TOLD,
                          .audience = l->who };
    TRY(fact_note(t, &f, &fact));
    l->key = db_int(&t->c, 0, SQL("SELECT audience FROM fact WHERE id=$1"), I(fact));
    return OK;
}
static err look_at(struct ctx *c, void *arg)
{
    struct look *l = arg;
    for (int i = 0; i <= EVERYBODY; i++)
        l->reached[i] = audience_reaches(c, l->key, i < EVERYBODY ? h.who[i] : 0);
    l->words = audience_words(c, l->key);
    return OK;
}
/* "OP a  " : who is reached, by first letters; * is anybody */
static void reaches(struct look *l, const char *whom)
{
    static const char letters[] = "opabc*";
    assert_int_equal(reads(PAT, look_at, l), OK);
    for (int i = 0; i <= EVERYBODY; i++)
        if (l->reached[i] != (strchr(whom, letters[i]) != NULL))
            fail_msg("%c is%s reached; wanted: %s", letters[i], l->reached[i] ? "" : " not", whom);
}

static err make_circle(struct tx *t, void *arg)
{
    struct look *l = arg;
    struct buf name = { .a = t->c.a };
    rec_str(&name, 1, S("Tuesday table"));
    l->circle = log_append(t, (struct event){ .kind = EVENT_CIRCLE_MADE, .data = buf_str(&name) });
    for (int i = ANA; i <= BEN; i++)
        log_append(t, (struct event){
                          .kind = EVENT_CIRCLE_IN, .subject = l->circle, .other = h.who[i] });
    return OK;
}
static err leave_circle(struct tx *t, void *arg)
{
    log_append(t, (struct event){ .kind = EVENT_CIRCLE_OUT,
                                  .subject = ((struct look *)arg)->circle,
                                  .other = h.who[BEN] });
    return OK;
}
static err olga_leaves(struct tx *t, void *unused)
{
    (void)unused;
    log_append(t, (struct event){ .kind = EVENT_KEEPER_LEFT, .subject = h.who[OLGA] });
    return OK;
}
static err merge_ben_into_cleo(struct tx *t, void *unused)
{
    (void)unused;
    return person_merge(t, h.who[CLEO], h.who[BEN]);
}
static err take_ben_apart(struct tx *t, void *unused)
{
    (void)unused;
    return person_unmerge(t, h.who[BEN]);
}

static void no_beats_yes_beats_unsaid(void **state)
{
    struct look l = { .key = 0 };
    (void)state;
    assert_int_equal(as(OLGA, make_circle, &l), OK);
    const struct party ana = { PARTY_PERSON, h.who[ANA] }, keepers = { PARTY_KEEPERS, 0 },
                       all = { PARTY_PUBLIC, 0 }, circle = { PARTY_CIRCLE, l.circle },
                       pat_and_circle[] = { { PARTY_PERSON, h.who[PAT] }, circle },
                       ana_and_circle[] = { ana, circle };
#define TO(any_, n, none_, m)                                                                      \
    l.who = (struct audience){ any_, none_, n, m };                                                \
    assert_int_equal(as(OLGA, keep, &l), OK)
    TO(&keepers, 1, NULL, 0);
    reaches(&l, "op");
    TO(pat_and_circle, 2, &ana, 1);
    reaches(&l, "pb");
    assert_true(str_eq(l.words, S("you and a circle, but not ana")));
    TO(&ana, 1, &ana, 1);
    reaches(&l, "");
    TO(&ana, 1, &circle, 1);
    reaches(&l, "");
    TO(&all, 1, NULL, 0);
    reaches(&l, "opabc*");
    TO(&all, 1, ana_and_circle, 2);
    reaches(&l, "opc*");
    TO(&keepers, 1, &all, 1);
    reaches(&l, "");
    l.who = (struct audience){ .none = &ana, .n_none = 1 };
    l.who.n_any = 0;
    assert_int_equal(as(ANA, keep, &l), E_DENIED); /* Cleo's fact is not hers to note */
}

static void an_audience_follows_the_house(void **state)
{
    struct look l = { .key = 0 }, k = l, x = l;
    (void)state;
    assert_int_equal(as(OLGA, make_circle, &l), OK);
    const struct party mixed[] = { { PARTY_CIRCLE, l.circle }, { PARTY_PERSON, h.who[OLGA] } },
                       keepers = { PARTY_KEEPERS, 0 }, all = { PARTY_PUBLIC, 0 },
                       circle = { PARTY_CIRCLE, l.circle };
    l.who = (struct audience){ .any = mixed, .n_any = 2 };
    k.who = (struct audience){ .any = &keepers, .n_any = 1 };
    x.who = (struct audience){ .any = &all, .none = &circle, .n_any = 1, .n_none = 1 };
    assert_int_equal(as(OLGA, keep, &l), OK);
    assert_int_equal(as(OLGA, keep, &k), OK);
    assert_int_equal(as(OLGA, keep, &x), OK);
    reaches(&l, "abo");
    reaches(&x, "opc*");
    assert_int_equal(as(PAT, merge_ben_into_cleo, NULL), OK);
    reaches(&l, "aco"); /* Ben is Cleo */
    reaches(&x, "opb*");
    assert_int_equal(as(PAT, take_ben_apart, NULL), OK);
    reaches(&l, "abo");
    assert_int_equal(as(OLGA, leave_circle, &l), OK);
    reaches(&l, "ao");
    reaches(&x, "opbc*");
    reaches(&k, "op");
    assert_int_equal(as(OLGA, olga_leaves, NULL), OK);
    reaches(&k, "p");
    reaches(&l, "a");
}

static err erase_ana(struct tx *t, void *unused)
{
    struct ctx *c = &t->c;
    int64_t handle = db_int(c, 0, SQL("SELECT key FROM handle WHERE person=$1"), I(h.who[ANA]));
    struct erasure e = {
        .person = h.who[ANA], .reason = ERASE_ASKED, .handles = &handle, .n_handles = 1
    };
    (void)unused;
    return log_erase(t, &e, NULL, 0);
}

static void who_was_erased_is_reached_by_no_circle(void **state)
{
    struct look in = { .key = 0 }, out = in, all = in;
    (void)state;
    assert_int_equal(as(OLGA, make_circle, &in), OK);
    const struct party circle = { PARTY_CIRCLE, in.circle }, everybody = { PARTY_PUBLIC, 0 },
                       two[] = { { PARTY_PERSON, h.who[ANA] }, { PARTY_PERSON, h.who[CLEO] } };
    in.who = (struct audience){ .any = &circle, .n_any = 1 };
    out.who = (struct audience){ .any = two, .none = &circle, .n_any = 2, .n_none = 1 };
    all.who = (struct audience){ .any = &everybody, .none = &circle, .n_any = 1, .n_none = 1 };
    assert_int_equal(as(OLGA, keep, &in), OK);
    assert_int_equal(as(OLGA, keep, &out), OK);
    assert_int_equal(as(OLGA, keep, &all), OK);
    reaches(&in, "ab");
    reaches(&out, "c");
    reaches(&all, "opc*");
    assert_int_equal(as(OLGA, erase_ana, NULL), OK);
    reaches(&in, "b");
    reaches(&out, "ac"); /* by a number that nobody signs in with */
    reaches(&all, "opac*");
}

static err ask_may(struct ctx *c, void *arg)
{
    struct look *l = arg;
    l->reached[0] = may(c, MAY_SEE, THING_PERSON, h.who[ANA]);
    l->reached[1] = may(c, MAY_CHANGE, THING_PERSON, h.who[ANA]);
    l->reached[2] = may(c, MAY_SEE, THING_PERSON, 999);
    l->reached[3] = may(c, MAY_SEE, THING_FACT, 999) || may(c, MAY_SEE, THING_GRANT, 999) ||
                    may(c, MAY_SEE, THING_MESSAGE, 999);
    return OK;
}

static void persons_are_the_keepers_and_their_own(void **state)
{
    static const bool want[EVERYBODY][2] = {
        [OLGA] = { true, true }, [PAT] = { true, true }, [ANA] = { true, false }
    };
    struct look l;
    (void)state;
    for (int i = 0; i < EVERYBODY; i++) {
        assert_int_equal(reads(i, ask_may, &l), OK);
        assert_int_equal(l.reached[0], want[i][0]);
        assert_int_equal(l.reached[1], want[i][1]);
        assert_false(l.reached[2] || l.reached[3]);
    }
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, place_open, place_close)
    const struct CMUnitTest tests[] = {
        CASE(no_beats_yes_beats_unsaid),
        CASE(an_audience_follows_the_house),
        CASE(who_was_erased_is_reached_by_no_circle),
        CASE(persons_are_the_keepers_and_their_own),
    };
    int failed = cmocka_run_group_tests_name("reach on SQLite", tests, NULL, NULL);
    if (!getenv("SNUG_TEST_PG")) return failed;
    on_server = true;
    return failed + cmocka_run_group_tests_name("reach on PostgreSQL", tests, NULL, NULL);
}
