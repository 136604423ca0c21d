/* SPDX-License-Identifier: GPL-3.0-or-later
 * grant_test.c - what is agreed to permits, what is not doesn't, and what rests on it goes with it.
 */
#include "facts/facts_test.h"

struct deal {
    struct grant_new g;
    struct fact_new f;
    id grant, fact;
    grant_state to;
    grant_way way;
    struct grant now;
    struct facts list;
    int n;
};

static err do_give(struct tx *t, void *arg)
{
    struct deal *d = arg;
    return grant_give(t, &d->g, &d->grant);
}
static err do_request(struct tx *t, void *arg)
{
    struct deal *d = arg;
    return grant_request(t, &d->g, &d->grant);
}
static err do_step(struct tx *t, void *arg)
{
    struct deal *d = arg;
    return grant_step(t, d->grant, d->to, d->way);
}
static err do_note(struct tx *t, void *arg)
{
    struct deal *d = arg;
    return fact_note(t, &d->f, &d->fact);
}
static err do_get(struct ctx *c, void *arg)
{
    struct deal *d = arg;
    return grant_get(c, d->grant, &d->now);
}
static err do_list(struct ctx *c, void *arg)
{
    struct deal *d = arg;
    fact_list(c, &(struct fact_query){ .person = h.who[ANA], .max = 50 }, &d->list);
    return OK;
}
static err do_chain(struct ctx *c, void *arg)
{
    struct deal *d = arg;
    struct grant_chain chain;
    grant_chain(c, d->grant, 50, &chain);
    d->n = chain.n;
    return OK;
}
static err do_sweep(struct tx *t, void *arg)
{
    ((struct deal *)arg)->n = grant_sweep(t, 10);
    return OK;
}

static struct deal deal(grant_way way)
{
    return (
        struct deal){ .g = { .person = h.who[ANA], .purposes = PURPOSE(PURPOSE_CARE), .way = way },
                      .f = { .person = h.who[ANA],
                             .key = S("usual"),
                             .value = S("a pot of tea"),
                             .origin = FACT_TOLD,
                             .basis = S("6-1-a") } };
}
static int facts_for(int who)
{
    struct deal d = { .n = 0 };
    assert_int_equal(reads(who, do_list, &d), OK);
    return d.list.n;
}

static void two_states_permit_and_no_other(void **state)
{
    static const bool want[] = {
        [GRANT_GIVEN] = true, [GRANT_RENEWED] = true, [GRANT_UNKNOWN] = false
    };
    (void)state;
    for (int s = GRANT_REQUESTED; s <= GRANT_UNKNOWN; s++)
        assert_int_equal(grant_permits((grant_state)s), want[s]);
}

static void what_rests_on_consent_needs_it(void **state)
{
    struct deal d = deal(GRANT_BY_PAGE);
    (void)state;
    assert_int_equal(as(PAT, do_note, &d), E_INVALID); /* nothing was agreed to */
    assert_int_equal(as(PAT, do_request, &d), OK);
    assert_int_equal(as(PAT, do_note, &d), E_INVALID); /* only asked for */
    assert_int_equal(reads(BEN, do_get, &d), E_NOTFOUND);
    d.to = GRANT_GIVEN, d.way = GRANT_BY_PAGE;
    assert_int_equal(as(BEN, do_step, &d), E_NOTFOUND);
    assert_int_equal(as(PAT, do_step, &d), E_DENIED); /* nobody else presses that button */
    assert_int_equal(as(ANA, do_step, &d), OK);
    assert_int_equal(as(PAT, do_note, &d), OK);
    assert_int_equal(facts_for(OLGA), 1); /* the grant's audience: the keepers */
    d.f.purposes = PURPOSE(PURPOSE_OFFERS);
    assert_int_equal(as(PAT, do_note, &d), E_INVALID); /* not for that */
}

static err do_get_tx(struct tx *t, void *arg) { return do_get(&t->c, arg); }

static void what_is_withdrawn_is_gone_in_the_same_transaction(void **state)
{
    struct deal d = deal(GRANT_BY_PAGE);
    (void)state;
    assert_int_equal(as(ANA, do_give, &d), OK);
    assert_int_equal(as(PAT, do_note, &d), OK);
    assert_int_equal(facts_for(PAT), 1);
    d.to = GRANT_WITHDRAWN, d.way = GRANT_BY_PAGE;
    assert_int_equal(as(ANA, do_step, &d), OK);
    assert_int_equal(facts_for(PAT), 0);
    assert_int_equal(facts_for(ANA), 0);
    assert_int_equal(as(PAT, do_note, &d), E_INVALID);
    assert_int_equal(as(ANA, do_step, &d), E_CONFLICT);
    d.to = GRANT_RENEWED;
    assert_int_equal(as(ANA, do_step, &d), E_CONFLICT); /* a new one has to be given */
    assert_int_equal(as(ANA, do_get_tx, &d), OK);
    assert_int_equal(d.now.state, GRANT_WITHDRAWN);
    assert_int_equal(reads(ANA, do_chain, &d), OK);
    assert_int_equal(d.n, 2);
}

static void its_time_is_over_by_itself(void **state)
{
    struct deal d = deal(GRANT_BY_PAGE);
    (void)state;
    d.g.days = 10;
    assert_int_equal(as(ANA, do_give, &d), OK);
    assert_int_equal(as(PAT, do_note, &d), OK);
    h.now = START + 10 * DAY - 1;
    assert_int_equal(facts_for(PAT), 1);
    h.now++;
    assert_int_equal(facts_for(PAT), 0);
    assert_int_equal(as(PAT, do_note, &d), E_INVALID);
    assert_int_equal(as(HOUSE, do_sweep, &d), OK);
    assert_int_equal(d.n, 1);
    assert_int_equal(as(HOUSE, do_sweep, &d), OK);
    assert_int_equal(d.n, 0);
    d.to = GRANT_RENEWED, d.way = GRANT_BY_PAGE;
    assert_int_equal(as(ANA, do_step, &d), OK);
    assert_int_equal(as(PAT, do_note, &d), OK);
    d.g.days = 731;
    assert_int_equal(as(ANA, do_give, &d), E_INVALID);
}

/* Half a year was asked for: a yes on the third day, and another on the hundredth, each give that.
 */
static void each_yes_is_for_as_long_as_was_asked(void **state)
{
    struct deal d = deal(GRANT_BY_PAGE);
    (void)state;
    d.g.days = 182;
    assert_int_equal(as(PAT, do_request, &d), OK);
    h.now = START + 3 * DAY;
    d.to = GRANT_GIVEN;
    d.way = GRANT_BY_PAGE;
    assert_int_equal(as(ANA, do_step, &d), OK);
    assert_int_equal(reads(ANA, do_get, &d), OK);
    assert_int_equal(d.now.until, START + 185 * DAY);
    h.now = START + 100 * DAY;
    d.to = GRANT_RENEWED;
    assert_int_equal(as(ANA, do_step, &d), OK);
    assert_int_equal(reads(ANA, do_get, &d), OK);
    assert_int_equal(d.now.until, START + 282 * DAY);
}

static void how_long_is_said_in_words(void **state)
{
    static const struct {
        int64_t days;
        const char *words;
    } all[] = { { 1, "for a day" },      { 14, "for 14 days" }, { 30, "for a month" },
                { 182, "for 6 months" }, { 365, "for a year" }, { 730, "for 2 years" } };
    (void)state;
    for (int i = 0; i < COUNT(all); i++) {
        struct grant g = { .lasts = all[i].days * DAY };
        assert_true(str_eq(grant_lasts(h.a, &g), str_c(all[i].words)));
    }
}

static void what_is_special_they_say_themselves_in_so_many_words(void **state)
{
    struct deal d = deal(GRANT_BY_WORD);
    (void)state;
    d.f.key = S("allergy"), d.f.value = S("nuts"), d.f.basis = S("");
    d.g.keys = S("allergy");
    assert_int_equal(as(PAT, do_give, &d), E_INVALID); /* does not say so */
    d.g.special = true;
    d.g.keys = S("");
    assert_int_equal(as(PAT, do_give, &d), E_INVALID); /* of what? */
    d.g.keys = S("allergy");
    assert_int_equal(as(PAT, do_give, &d), OK);
    assert_int_equal(as(PAT, do_note, &d), E_INVALID); /* only Pat says that Ana said so */
    d.to = GRANT_GIVEN, d.way = GRANT_BY_PAGE;
    assert_int_equal(as(ANA, do_step, &d), OK);
    assert_int_equal(as(PAT, do_note, &d), OK);
    assert_int_equal(as(PAT, do_get_tx, &d), OK);
    assert_true(d.now.seen && d.now.permits);
    d.f.key = S("health");
    assert_int_equal(as(PAT, do_note, &d), E_INVALID);
    d.f.key = S("likes"), d.f.value = S("tea"), d.f.basis = S("6-1-a");
    assert_int_equal(as(PAT, do_note, &d), E_INVALID); /* it covers nothing else */
}

static void a_parent_speaks_for_who_is_under_age(void **state)
{
    struct deal d = deal(GRANT_BY_WORD);
    (void)state;
    d.f.basis = S("");
    d.f.key = S("birthday"), d.f.value = S("2015-03-01"); /* eleven */
    assert_int_equal(as(PAT, do_note, &d), E_INVALID);
    d.g.purposes |= PURPOSE(PURPOSE_OCCASIONS);
    assert_int_equal(as(PAT, do_give, &d), OK);
    assert_int_equal(as(PAT, do_note, &d), E_INVALID); /* a child's own word */
    d.g.parent = true;
    assert_int_equal(as(PAT, do_give, &d), OK);
    assert_int_equal(as(PAT, do_note, &d), OK);
    d.f.key = S("likes"), d.f.value = S("lemonade");
    assert_int_equal(as(PAT, do_note, &d), OK); /* known to be a child now */
    d.f.origin = FACT_INTRODUCED, d.f.introducer = h.who[BEN];
    assert_int_equal(as(PAT, do_note, &d), E_INVALID);
    d.g.parent = false;
    assert_int_equal(as(ANA, do_give, &d), E_INVALID);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, place_open, place_close)
    const struct CMUnitTest tests[] = {
        CASE(two_states_permit_and_no_other),
        CASE(what_rests_on_consent_needs_it),
        CASE(what_is_withdrawn_is_gone_in_the_same_transaction),
        CASE(its_time_is_over_by_itself),
        CASE(each_yes_is_for_as_long_as_was_asked),
        CASE(how_long_is_said_in_words),
        CASE(what_is_special_they_say_themselves_in_so_many_words),
        CASE(a_parent_speaks_for_who_is_under_age),
    };
    int failed = cmocka_run_group_tests_name("grants on SQLite", tests, NULL, NULL);
    if (!getenv("SNUG_TEST_PG")) return failed;
    on_server = true;
    return failed + cmocka_run_group_tests_name("grants on PostgreSQL", tests, NULL, NULL);
}
