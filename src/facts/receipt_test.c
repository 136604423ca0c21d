/* SPDX-License-Identifier: GPL-3.0-or-later
 * receipt_test.c - every step leaves a receipt that holds, and none that was touched does. With
 * SNUG_RECEIPTS=FOLDER they are left there, for a verifier that shares nothing with this one. */
#include "facts/receipt.h"

#include "facts/facts_test.h"
#include "facts/terms.h"

struct deal {
    struct grant_new g;
    struct fact_new f;
    id grant, fact;
    grant_state to;
    grant_way way;
    id event;
    struct str text;
};

static void wire(void)
{
    struct receipt_house us = { .url = S("https://corner.example"),
                                .postal = S("Kerkstraat 1, Utrecht"),
                                .contact = S("privacy@corner.example"),
                                .country = S("NL"),
                                .authority = S("https://authority.example"),
                                .kid = S("https://corner.example/actor#ed25519-key"),
                                .ready = true };
    sign_key_of(&us.key, (const uint8_t[SIGN_SEED_BYTES]){ 9, 8, 7 });
    us.keys = str_fmt(h.a, "{\"keys\":[{\"kid\":\"%.*s\",\"ed25519\":\"%.*s\"}]}", STR(us.kid),
                      STR(sign_key_text(h.a, &us.key)));
    receipt_wire(&us);
}

static err do_give(struct tx *t, void *arg)
{
    struct deal *d = arg;
    TRY(grant_give(t, &d->g, &d->grant));
    d->event = log_end(&t->c);
    return OK;
}
static err do_step(struct tx *t, void *arg)
{
    struct deal *d = arg;
    d->event = log_end(&t->c) + 1;
    return grant_step(t, d->grant, d->to, d->way);
}
static err do_note(struct tx *t, void *arg)
{
    struct deal *d = arg;
    return fact_note(t, &d->f, &d->fact);
}
static err do_terms(struct tx *t, void *iri)
{
    return terms_choose(t, h.who[ANA], *(struct str *)iri);
}
static err do_read(struct ctx *c, void *arg)
{
    struct deal *d = arg;
    return receipt_get(c, d->event, &d->text);
}

static struct deal deal(void)
{
    return (struct deal){ .g = { .person = h.who[ANA],
                                 .purposes = PURPOSE(PURPOSE_CARE) | PURPOSE(PURPOSE_OCCASIONS),
                                 .keys = S("usual birthday"),
                                 .language = S("nl"),
                                 .way = GRANT_BY_PAGE },
                          .f = { .person = h.who[ANA],
                                 .key = S("usual"),
                                 .value = S("zwetschge tea"),
                                 .origin = FACT_TOLD } };
}

static void leave(struct str text)
{
    const char *folder = getenv("SNUG_RECEIPTS");
    static int n;
    char name[300];
    if (!folder) return;
    snprintf(name, sizeof name, "%s/%d.json", folder, ++n);
    FILE *f = fopen(name, "wb");
    assert_non_null(f);
    fwrite(text.p, 1, (size_t)text.n, f);
    fclose(f);
    snprintf(name, sizeof name, "%s/keys", folder);
    f = fopen(name, "wb");
    assert_non_null(f);
    fwrite(receipt_keys().p, 1, (size_t)receipt_keys().n, f);
    fclose(f);
}

static struct receipt_seen holds(int who, struct deal *d)
{
    struct receipt_seen seen;
    struct str why;
    assert_int_equal(reads(who, do_read, d), OK);
    if (receipt_check(h.a, d->text, receipt_keys(), &seen, &why) != OK) fail_msg("%.*s", STR(why));
    leave(d->text);
    return seen;
}

static bool has(const struct deal *d, const char *words)
{
    return str_find(d->text, str_c(words)) >= 0;
}

static void every_step_leaves_one(void **state)
{
    struct deal d = deal();
    struct str iri = S("https://w3id.org/dpv/standards/p7012#SD-BASE-DP");
    (void)state;
    wire();
    assert_int_equal(as(PAT, do_terms, &iri), E_DENIED);
    assert_int_equal(as(ANA, do_terms, &iri), OK);
    assert_int_equal(as(ANA, do_give, &d), OK);
    assert_true(str_eq(holds(ANA, &d).state, S("ConsentGiven")));
    assert_int_equal(reads(BEN, do_read, &d), E_NOTFOUND);
    assert_true(has(&d, "\"proffered_terms\":\"SD-BASE-DP\""));
    assert_true(has(&d, "\"language\":\"nl\"") && has(&d, "\"fact.birthday\""));
    assert_false(has(&d, "fact.likes"));
    assert_int_equal(as(PAT, do_note, &d), OK);
    d.to = GRANT_RENEWED, d.way = GRANT_BY_WORD;
    assert_int_equal(as(PAT, do_step, &d), OK);
    assert_true(str_eq(holds(ANA, &d).state, S("RenewedConsentGiven")));
    assert_true(has(&d, "said to pat, who wrote it down"));
    d.to = GRANT_WITHDRAWN, d.way = GRANT_BY_PAGE;
    assert_int_equal(as(ANA, do_step, &d), OK);
    assert_true(str_eq(holds(ANA, &d).state, S("ConsentWithdrawn")));
    assert_true(has(&d, str_z(h.a, str_fmt(h.a, "\"erased\":[\"fact-%" PRId64 "\"]", d.fact))));
    assert_false(has(&d, "zwetschge")); /* no values */
}

static void none_that_was_touched_holds(void **state)
{
    struct deal d = deal();
    struct receipt_seen seen;
    struct str why;
    (void)state;
    wire();
    assert_int_equal(as(ANA, do_give, &d), OK);
    holds(ANA, &d);
    struct arena *round = arena_child(h.a);
    char *bytes = NEW(h.a, char, d.text.n);
    memcpy(bytes, d.text.p, (size_t)d.text.n);
    for (ptrdiff_t bit = 0; bit < d.text.n * 8; bit += 3, arena_clear(round)) {
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ (1 << bit % 8));
        struct str touched = { bytes, d.text.n };
        if (receipt_check(round, touched, receipt_keys(), &seen, &why) == OK)
            fail_msg("bit %td may be turned", bit);
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ (1 << bit % 8));
    }
    arena_close(round);
}

/* What a lenient reader would take; each is refused before the signature is looked at, or by it. */
static void what_reads_in_two_ways_is_refused(void **state)
{
    static const char *const bad[] = { "",
                                       "[]",
                                       "{\"payload\":{},\"payload\":{},\"signature\":{}}",
                                       "{\"payload\":{\"n\":1.5},\"signature\":{}}",
                                       "{\"payload\":{\"n\":9007199254740993},\"signature\":{}}",
                                       "{\"payload\":{\"\xc3\xa9\":1},\"signature\":{}}",
                                       "{\"payload\":{},\"signature\":{}} x",
                                       "{\"payload\":{},\"signature\":{},\"more\":1}",
                                       "{\"payload\":{\"s\":\"\\ud800\"},\"signature\":{}}" };
    struct receipt_seen seen;
    struct str why;
    struct deal d = deal();
    (void)state;
    wire();
    for (int i = 0; i < COUNT(bad); i++)
        assert_int_equal(receipt_check(h.a, str_c(bad[i]), receipt_keys(), &seen, &why), E_INVALID);
    assert_int_equal(as(ANA, do_give, &d), OK);
    holds(ANA, &d);
    assert_int_equal(receipt_check(h.a, d.text, S("{\"keys\":[]}"), &seen, &why), E_INVALID);
    struct sign_key other;
    sign_key_of(&other, (const uint8_t[SIGN_SEED_BYTES]){ 1 });
    struct str keys =
        str_fmt(h.a, "{\"kid\":\"https://corner.example/actor#ed25519-key\",\"ed25519\":\"%.*s\"}",
                STR(sign_key_text(h.a, &other)));
    assert_int_equal(receipt_check(h.a, d.text, keys, &seen, &why), E_INVALID);
}

/* Why a receipt is refused in which that word stands for "ConsentGiven". */
static struct str with_state(struct str receipt, const char *word)
{
    struct str written = S("\"ConsentGiven\"");
    struct receipt_seen seen;
    struct str why = S("");
    ptrdiff_t at = str_find(receipt, written);
    assert_true(at > 0);
    struct str other = str_fmt(h.a, "%.*s\"%s\"%.*s", STR(str_upto(receipt, at)), word,
                               STR(str_from(receipt, at + written.n)));
    assert_int_equal(receipt_check(h.a, other, receipt_keys(), &seen, &why), E_INVALID);
    return why;
}

static void states_are_those_of_the_standard(void **state)
{
    static const char *const known[] = { "ConsentRequested", "ConsentRequestDeferred",
                                         "ConsentRefused",   "RenewedConsentGiven",
                                         "ConsentWithdrawn", "ConsentExpired",
                                         "ConsentRevoked",   "ConsentInvalidated" },
                             *const other[] = { "ConsentUnknown", "given", "" };
    struct deal d = deal();
    (void)state;
    wire();
    assert_int_equal(as(ANA, do_give, &d), OK);
    holds(ANA, &d);
    for (int i = 0; i < COUNT(known); i++)
        assert_true(
            str_eq(with_state(d.text, known[i]), S("the signature does not fit: it was changed")));
    for (int i = 0; i < COUNT(other); i++)
        assert_true(str_eq(with_state(d.text, other[i]), S("it names a state that is none")));
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, place_open, place_close)
    const struct CMUnitTest tests[] = {
        CASE(every_step_leaves_one),
        CASE(none_that_was_touched_holds),
        CASE(what_reads_in_two_ways_is_refused),
        CASE(states_are_those_of_the_standard),
    };
    int failed = cmocka_run_group_tests_name("receipts on SQLite", tests, NULL, NULL);
    if (!getenv("SNUG_TEST_PG")) return failed;
    on_server = true;
    return failed + cmocka_run_group_tests_name("receipts on PostgreSQL", tests, NULL, NULL);
}
