/* SPDX-License-Identifier: GPL-3.0-or-later
 * fact_erase_test.c - what was noted of somebody goes with them, and what points at a letter goes
 * with the letter. */
#include "facts/grant.h"
#include "facts/terms.h"
#include "people/look.h"
#include "talk/erase.h"
#include "talk/house_test.h"
#include "talk/objection.h"

static const char mia[] = "mia@pub.example", ada[] = "Ada Kestrel <ada@kestrel.example>",
                  bo[] = "Bo Plover <bo@plover.example>";

struct noting {
    id ada, bo, letter;
    id told, agreed, noticed, other, grant;
};

static void put_letters(void)
{
    test_put((struct letter){ "a", ada, mia, "", "", "Pelicans", "I would love a whirligig.",
                              "inbox", 0, 0, NULL, NULL, NULL });
    test_put((struct letter){ "b", bo, mia, "", "", "Rafts", "Nothing to say.", "inbox", HOUR, 0,
                              NULL, NULL, NULL });
}

static err note(struct tx *t, void *arg)
{
    struct noting *n = arg;
    struct grant_new g = { .person = n->ada,
                           .purposes = PURPOSE(PURPOSE_CARE),
                           .keys = S("usual"),
                           .way = GRANT_BY_WORD };
    struct fact_new f = {
        .person = n->ada, .key = S("likes"), .value = S("marmalade zwetschge"), .origin = FACT_TOLD
    };
    TRY(fact_note(t, &f, &n->told));
    TRY(grant_give(t, &g, &n->grant));
    f.key = S("usual"), f.value = S("quincewater"), f.supersedes = n->told;
    TRY(fact_note(t, &f, &n->agreed));
    f = (struct fact_new){ .person = n->ada,
                           .key = S("wants"),
                           .origin = FACT_OBSERVED,
                           .source = n->letter,
                           .span_at = 0,
                           .span_n = 25 };
    TRY(fact_note(t, &f, &n->noticed));
    f = (struct fact_new){
        .person = n->bo, .key = S("likes"), .value = S("bittern calls"), .origin = FACT_TOLD
    };
    return fact_note(t, &f, &n->other);
}

static struct noting put_facts(void)
{
    put_letters();
    struct noting n = { .ada = test_person("ada@kestrel.example"),
                        .bo = test_person("bo@plover.example"),
                        .letter = test_message("a").id };
    assert_int_equal(test_write(note, &n), OK);
    return n;
}

struct counts {
    int64_t facts, grants, words;
};
static err count(struct ctx *c, void *arg)
{
    struct counts *k = arg;
    k->facts = db_int(c, 0, SQL("SELECT count(*) FROM fact /* scan */"));
    k->grants = db_int(c, 0, SQL("SELECT count(*) FROM consent /* scan */"));
    k->words = 0;
    for (id e = log_end(c); e > 0; e--) {
        struct event x;
        static const char *const words[] = { "zwetschge", "quincewater" };
        for (int i = 0; i < COUNT(words) && log_get(c, e, &x) == OK; i++)
            k->words += str_find(x.data, str_c(words[i])) >= 0;
    }
    struct log_check check;
    log_verify(c, true, &check);
    assert_int_equal(check.broken, 0);
    return OK;
}
static void stands(int64_t facts, int64_t grants, int64_t words)
{
    struct counts k;
    assert_int_equal(test_read(count, &k), OK);
    assert_int_equal(k.facts, facts);
    assert_int_equal(k.grants, grants);
    assert_int_equal(k.words, words);
}

static err erase_ada(struct tx *t, void *arg)
{
    struct erase_plan p;
    TRY(erase_person_plan(&t->c, ((struct noting *)arg)->ada, &p));
    return erase_do(t, &p, ERASE_ASKED);
}
static err erase_letter(struct tx *t, void *arg)
{
    struct erase_plan p;
    TRY(erase_message_plan(&t->c, ((struct noting *)arg)->letter, &p));
    return erase_do(t, &p, ERASE_ASKED);
}

static void what_was_noted_of_them_goes_with_them(void **state)
{
    struct noting n = put_facts();
    (void)state;
    stands(4, 1, 2);
    assert_int_equal(test_write(erase_ada, &n), OK);
    stands(1, 0, 0); /* Bo's */
}

static void what_points_at_a_letter_goes_with_it(void **state)
{
    struct noting n = put_facts();
    (void)state;
    assert_int_equal(test_write(erase_letter, &n), OK);
    stands(3, 1, 2);
}

/* What a ledger says of one fact: found again by its name, although numbers mean nothing there. */
static err erase_by_ledger(struct tx *t, void *arg)
{
    struct noting *n = arg;
    int64_t name = db_int(&t->c, 0, SQL("SELECT ext FROM event WHERE id=$1"), I(n->told));
    struct erasure e = { .reason = ERASE_ASKED, .at = 1, .never = &name, .n_never = 1 };
    assert_int_not_equal(name, 0);
    assert_false(erasure_known(&t->c, &e));
    TRY(erase_again(t, &e));
    assert_true(erasure_known(&t->c, &e));
    return OK;
}
static void a_ledger_forgets_a_fact_again(void **state)
{
    struct noting n = put_facts();
    (void)state;
    assert_int_equal(test_write(erase_by_ledger, &n), OK);
    stands(3, 1, 1);
}

/* ---- what was said of them besides, and only of them ------------------------------ */

static err say_all(struct tx *t, id who, id fact, id letter)
{
    id keeper = t->c.viewer;
    look_note(t, who, LOOK_PAGE);
    objection_said(t, db_int(&t->c, 0, SQL("SELECT key FROM handle WHERE person=$1"), I(who)), 0,
                   CHANNEL_MAIL);
    TRY(fact_ask(t, fact, letter));
    t->c.viewer = who;
    TRY(fact_add_words(t, fact, S("only in summer")));
    TRY(terms_choose(t, who, S("SD-BASE")));
    t->c.viewer = keeper;
    return OK;
}
static err say_of_both(struct tx *t, void *arg)
{
    const struct noting *n = arg;
    struct fact_weighing w = { S("to know them"), S("nothing less would do"),
                               S("they may object") };
    /* its subject is a purpose, whose number is that of somebody */
    for (int p = PURPOSE_CARE; p <= PURPOSE_LAST; p++) TRY(fact_weigh(t, (fact_purpose)p, &w));
    TRY(say_all(t, n->ada, n->agreed, n->letter));
    return say_all(t, n->bo, n->other, n->letter);
}

static const event_kind about_them[] = { EVENT_FACT_NOTED,   EVENT_FACT_SAID,    EVENT_FACT_ASKED,
                                         EVENT_GRANT_SAID,   EVENT_TERMS_CHOSEN, EVENT_LOOKED,
                                         EVENT_NOTICE_GIVEN, EVENT_FACT_WEIGHED };
struct kept {
    int whole[COUNT(about_them)], emptied[COUNT(about_them)];
};
static err look_at_log(struct ctx *c, void *arg)
{
    struct kept *k = arg;
    for (int i = 0; i < COUNT(about_them); i++)
        EACH (r, c,
              SQL("SELECT coalesce(sum(CASE WHEN salt IS NULL THEN 0 ELSE 1 END), 0), "
                  "coalesce(sum(CASE WHEN salt IS NULL THEN 1 ELSE 0 END), 0) FROM event WHERE "
                  "kind=$1"),
              I(about_them[i])) {
            k->whole[i] = (int)row_int(&r, 0);
            k->emptied[i] = (int)row_int(&r, 1);
        }
    return OK;
}

static void of_each_kind_theirs_is_emptied_and_no_more(void **state)
{
    static const int hers[] = { 3, 1, 1, 1, 1, 1, 1, 0 }, bos[] = { 1, 1, 1, 0, 1, 1, 1, 6 };
    struct noting n = put_facts();
    struct kept k;
    (void)state;
    assert_int_equal(test_write(say_of_both, &n), OK);
    assert_int_equal(test_read(look_at_log, &k), OK);
    for (int i = 0; i < COUNT(hers); i++) assert_int_equal(k.whole[i], hers[i] + bos[i]);
    assert_int_equal(test_write(erase_ada, &n), OK);
    assert_int_equal(test_read(look_at_log, &k), OK);
    for (int i = 0; i < COUNT(hers); i++) {
        if (k.whole[i] != bos[i] || k.emptied[i] != hers[i])
            fail_msg("of kind %d %d stand and %d are emptied", (int)about_them[i], k.whole[i],
                     k.emptied[i]);
    }
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, test_open, test_close)
    const struct CMUnitTest tests[] = {
        CASE(what_was_noted_of_them_goes_with_them),
        CASE(what_points_at_a_letter_goes_with_it),
        CASE(a_ledger_forgets_a_fact_again),
        CASE(of_each_kind_theirs_is_emptied_and_no_more),
    };
    return TEST_BOTH("erasing facts", tests);
}
