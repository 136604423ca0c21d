/* SPDX-License-Identifier: GPL-3.0-or-later
 * find_test.c - the language of search, and what it finds. */
#include "talk/house_test.h"

#include "kit/base/date.h"

/* ---- reading ------------------------------------------------------------- */

struct asked {
    const char *query;
    bool typing;
    struct find_query q;
    struct str why;
};

static err read_query(struct ctx *c, void *arg)
{
    struct asked *x = arg;
    err e = talk_find_read(c, str_c(x->query), x->typing, &x->q);
    x->why = c->why;
    return e;
}

static struct find_query reads(const char *query)
{
    struct asked x = { .query = query };
    if (test_read(read_query, &x) != OK) fail_msg("%s: %.*s", query, STR(x.why));
    return x.q;
}

static void refuses(const char *query, const char *because)
{
    struct asked x = { .query = query };
    assert_int_equal(test_read(read_query, &x), E_INVALID);
    if (str_find(x.why, str_c(because)) < 0) fail_msg("%s: said %.*s", query, STR(x.why));
}

static void test_words(void **state)
{
    (void)state;
    struct find_query q = reads("Boat \"red harbour\" -storm lamp* subject:menu");
    assert_int_equal(q.words.n, 5);
    assert_int_equal(q.positive, 4);
    assert_true(str_eq(q.words.at[0].word[0], S("boat")));
    assert_int_equal(q.words.at[1].n, 2);
    assert_true(q.words.at[2].negated);
    assert_true(q.words.at[3].last);
    assert_int_equal(q.words.at[4].field, SEARCH_SUBJECT);
    assert_true(str_eq(q.people, S("Boat red harbour lamp*")));
    /* what is no key of ours is a word like others */
    q = reads("re:boat http://x.example");
    assert_int_equal(q.n_who, 0);
    assert_int_equal(q.positive, 2);
    assert_false(reads("   ").asks);
    assert_false(reads("&").asks);
}

static void test_dates(void **state)
{
    (void)state;
    struct find_query q = reads("after:2026-04 before:2026-05-02");
    assert_int_equal(q.after, date_days(2026, 4, 1) * DAY);
    assert_int_equal(q.before, date_days(2026, 5, 2) * DAY);
    assert_int_equal(reads("-before:2026").after, date_days(2026, 1, 1) * DAY);
    assert_int_equal(reads("after:7d").after, TEST_NOW - 7 * DAY);
    assert_int_equal(reads("after:2w").after, TEST_NOW - 14 * DAY);
    struct civil then = date_civil(reads("after:3m").after, 0), now = date_civil(TEST_NOW, 0);
    assert_int_equal(then.month, now.month - 3); /* from May: February */
    assert_int_equal(then.day, MIN(now.day, 28));
    assert_int_equal(date_civil(reads("before:1y").before, 0).year, now.year - 1);
    refuses("before:yesterday", "before: wants a date like 2024-05-01");
    refuses("after:2026-02-30", "after: wants a date");
}

static void test_kind_words(void **state)
{
    (void)state;
    refuses("has:wings", "has: knows file and question");
    refuses("from:", "from: wants a name");
    refuses("in: boat", "in: wants");
    assert_int_equal(reads("has:file").file, 1);
    assert_int_equal(reads("-has:question").question, -1);
    assert_int_equal(reads("in:list").in[0].classes, 1u << TALK_LIST);
    assert_int_equal(reads("in:Receipts").in[0].classes, 0);
    /* unfinished while typing is left out, not refused; what stands before it counts */
    struct asked x = { .query = "boat before:20", .typing = true };
    assert_int_equal(test_read(read_query, &x), OK);
    assert_int_equal(x.q.positive, 1);
    x = (struct asked){ .query = "red boa", .typing = true };
    assert_int_equal(test_read(read_query, &x), OK);
    assert_false(x.q.words.at[0].last);
    assert_true(x.q.words.at[1].last);
}

/* ---- finding ------------------------------------------------------------- */

static void put_letters(void)
{
    test_put((struct letter){ .id = "a@x",
                              .from = "Ada Bell <ada@bell.example>",
                              .to = "mia@pub.example",
                              .subject = "Boat trip",
                              .at = 1 * DAY,
                              .text = "Shall we take the red boat out?\n",
                              .folder = "Summer Plans" });
    test_put((struct letter){
        .id = "b@x",
        .from = "Mia Moon <mia@pub.example>",
        .to = "ada@bell.example",
        .subject = "Re: Boat trip",
        .refs = "a@x",
        .at = 2 * DAY,
        .text = "Yes, the harbour is quiet.\n\n> Shall we take the red boat out?\n" });
    house.viewer = house.tom; /* whose mail it is */
    test_put((struct letter){ .id = "c@x",
                              .from = "Bo Stern <bo@gmail.com>",
                              .to = "tom@pub.example",
                              .cc = "ada@bell.example",
                              .subject = "Secret boat",
                              .at = 3 * DAY,
                              .text = "Only for Tom.\n" });
    house.viewer = house.mia;
    test_put((struct letter){ .id = "d@x",
                              .from = "Shop <news@shop.example>",
                              .to = "mia@pub.example",
                              .subject = "Sale",
                              .at = 4 * DAY,
                              .text = "A boat for every bath.\n",
                              .class = TALK_BULK });
    test_put((struct letter){ .id = "e@x",
                              .from = "Bo Stern <bo@gmail.com>",
                              .to = "mia@pub.example, tom@pub.example",
                              .subject = "Storm",
                              .at = 5 * DAY,
                              .text = "The boats came back. Angstrom: Ångström.\n" });
}

struct found_ids {
    const char *query;
    int64_t before;
    int max;
    struct find_hits hits;
    struct str names;
};

/* The message ids found, newest first, as "e b a". */
static err find_names(struct ctx *c, void *arg)
{
    struct found_ids *f = arg;
    struct buf o = { .a = c->a };
    TRY(talk_find(c, str_c(f->query), f->before, f->max ? f->max : 20, &f->hits));
    for (int i = 0; i < f->hits.n; i++) {
        struct event e;
        TRY(log_get(c, f->hits.at[i].message, &e));
        struct incoming in = incoming_read(c->a, e.data);
        buf_fmt(&o, "%s%.*s", i ? " " : "", STR(str_upto(in.message_id, 1)));
    }
    f->names = buf_str(&o);
    return OK;
}

static void finds(const char *query, const char *names)
{
    struct found_ids f = { .query = query };
    assert_int_equal(test_read(find_names, &f), OK);
    if (!str_eq(f.names, str_c(names)))
        fail_msg("%s: found \"%.*s\", not \"%s\"", query, STR(f.names), names);
}

static void test_finding(void **state)
{
    (void)state;
    put_letters();
    finds("boat", "d b a"); /* b by its subject; not c, which was not written to Mia; boats is
                               another word */
    finds("boat*", "e d b a");
    finds("\"red boat\"", "a");
    finds("red boat -trip", "");
    finds("boat -trip", "d");
    finds("ångstrom", "e");
    finds("from:ada", "a");
    finds("from:ada boat", "a");
    finds("to:ada", "b");
    finds("with:bell", "b a");
    finds("from:me", "b");
    finds("to:me", "e d a");
    finds("-from:bo to:me", "d a");
    finds("from:bo@gmail.com", "e");
    finds("subject:boat", "b a");
    finds("in:people", "e b a");
    finds("in:newsletters", "d");
    finds("in:\"summer plans\"", "a");
    finds("has:question", "a");
    finds("-has:question boat", "d b");
    finds("to:me -boat", "e");         /* only words that shall be absent */
    finds("before:2025-11-12", "b a"); /* b was written on the 11th */
    finds("after:2025-11-12 boat", "d");
}

static void test_sight(void **state)
{
    (void)state;
    put_letters();
    house.viewer = house.tom;
    finds("boat*", "e c");
    finds("from:ada", "");
    house.viewer = 0;
    finds("boat*", "");
}

struct seen_raw {
    const char *id;
    struct str raw;
    struct recipients to;
};

static err see_raw(struct ctx *c, void *arg)
{
    struct seen_raw *x = arg;
    id message = log_find(c, hash_name(c->secret, str_c(x->id)));
    x->to = (struct recipients){ 0 };
    talk_recipients_of(c, &message, 1, &x->to);
    return talk_raw(c, message, &x->raw);
}

/* Who was in blind copy is told to the writer, and to themselves; to nobody else, by no way. */
static void test_blind_copies(void **state)
{
    (void)state;
    struct letter l = { .id = "z",
                        .from = "tom@pub.example",
                        .to = "ada@x.example",
                        .cc = "mia@pub.example",
                        .bcc = "Nora Secret <nora@y.example>",
                        .subject = "Cellar",
                        .text = "The cellar is wet.\n" };
    struct seen_raw x = { .id = "z" };
    test_put(l);
    finds("cellar", "z");
    finds("to:ada", "z");
    finds("to:nora@y.example", "");
    finds("with:nora", "");
    finds("nora", "");
    finds("-to:nora cellar", "z");
    assert_int_equal(test_read(see_raw, &x), OK);
    assert_true(str_eq(x.raw, S("Message-ID: z\n\nThe cellar is wet.\n")));
    assert_int_equal(x.to.n, 2);
    house.viewer = house.tom;
    finds("to:nora@y.example", "z");
    finds("with:nora", "z");
    assert_int_equal(test_read(see_raw, &x), OK);
    assert_true(str_begins(x.raw, S("Bcc: Nora Secret <nora@y.example>\nMessage-ID: z\n")));
    assert_int_equal(x.to.n, 3);
    assert_int_equal(x.to.at[2].role, ROLE_BCC);

    l = (struct letter){ .id = "y",
                         .from = "ada@x.example",
                         .to = "tom@pub.example",
                         .bcc = "mia@pub.example",
                         .subject = "Roof",
                         .text = "The roof is dry.\n" };
    x.id = "y";
    test_put(l);
    assert_int_equal(test_read(see_raw, &x), OK);
    assert_int_equal(x.to.n, 1);
    finds("to:mia@pub.example", "z");
    house.viewer = house.mia;
    assert_int_equal(test_read(see_raw, &x), OK);
    assert_true(str_begins(x.raw, S("Bcc: mia@pub.example\n")));
    assert_int_equal(x.to.n, 2);
    finds("to:me", "y z");
}

static void test_pages(void **state)
{
    (void)state;
    put_letters();
    struct found_ids f = { .query = "boat*", .max = 2 };
    assert_int_equal(test_read(find_names, &f), OK);
    assert_true(str_eq(f.names, S("e d")));
    f.before = f.hits.next;
    assert_int_equal(test_read(find_names, &f), OK);
    assert_true(str_eq(f.names, S("b a")));
    f.before = f.hits.next;
    assert_int_equal(test_read(find_names, &f), OK);
    assert_int_equal(f.hits.n, 0);
    assert_int_equal(f.hits.next, 0);
    f = (struct found_ids){ .query = "from:nemo boat" };
    assert_int_equal(test_read(find_names, &f), OK);
    assert_true(str_eq(f.hits.nobody, S("nemo")));
}

static void test_excerpt(void **state)
{
    (void)state;
    put_letters();
    struct found_ids f = { .query = "harbour" };
    assert_int_equal(test_read(find_names, &f), OK);
    assert_int_equal(f.hits.n, 1);
    const struct find_hit *h = &f.hits.at[0];
    assert_int_equal(h->spans, 3);
    assert_true(str_eq(h->excerpt[0].words, S("Yes, the ")));
    assert_true(h->excerpt[1].hit);
    assert_true(str_eq(h->excerpt[1].words, S("harbour")));
    assert_true(str_eq(h->excerpt[2].words, S(" is quiet.")));
    assert_true(str_eq(h->to, S("Ada Bell")));
}

int main(void)
{
#undef T
#define T(f) cmocka_unit_test_setup_teardown(f, test_open, test_close)
    const struct CMUnitTest tests[] = { T(test_words),   T(test_dates),       T(test_kind_words),
                                        T(test_finding), T(test_sight),       T(test_pages),
                                        T(test_excerpt), T(test_blind_copies) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
