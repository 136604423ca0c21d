/* SPDX-License-Identifier: GPL-3.0-or-later
 * search_test.c - the same questions have the same hits on every engine (see store_test.c for
 * SNUG_TEST_PG). */
#include "kit/store/search.h"

#include "kit/base/text.h"
#include "kit/store/migrate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

struct house {
    struct store *s;
    struct arena *a;
    bool remote;
    char where[256];
};
static bool remote; /* which engine main() runs just now */

static err write_(struct house *h, write_fn *fn, void *arg)
{
    struct work w = { .a = arena_open(64 * MIB), .now = 1000 };
    err e = work_write(h->s, &w, fn, arg);
    arena_close(w.a);
    return w.broken ? E_PEER : e;
}

static err read_(struct house *h, read_fn *fn, void *arg)
{
    struct work w = { .a = arena_open(64 * MIB), .now = 1000 };
    err e = work_read(h->s, &w, fn, arg);
    arena_close(w.a);
    return w.broken ? E_PEER : e;
}

static void drop_files(struct house *h)
{
    char name[300];
    static const char *const ends[] = { "", "-wal", "-shm" };
    for (int i = 0; i < COUNT(ends); i++) {
        snprintf(name, sizeof name, "%s%s", h->where, ends[i]);
        unlink(name);
    }
}

static void open_store(struct house *h)
{
    struct str why = S("");
    h->a = arena_open(MIB);
    struct store_opts o = { .where = str_c(h->where), .readers = 1 };
    h->s = store_open(h->a, &o, NULL, &why);
    const struct schema list[] = { { "search", search_schema } };
    if (!h->s || migrate(h->s, h->a, list, 1, &why) != OK) fail_msg("%.*s", STR(why));
}

static void close_store(struct house *h)
{
    store_close(h->s);
    arena_close(h->a);
}

static int new_house(void **state)
{
    struct house *h = calloc(1, sizeof *h);
    h->remote = remote;
    if (remote) {
        snprintf(h->where, sizeof h->where, "%s#search_test_%d", getenv("SNUG_TEST_PG"),
                 (int)getpid());
    } else {
        const char *folder = getenv("TMPDIR");
        snprintf(h->where, sizeof h->where, "%s/snug_search_test_%d.db", folder ? folder : "/tmp",
                 (int)getpid());
        drop_files(h);
    }
    open_store(h);
    *state = h;
    return 0;
}

static err drop_schema(struct tx *t, void *arg)
{
    (void)arg;
    db_do(t, SQL("DO $$ BEGIN EXECUTE 'DROP SCHEMA '||current_schema()||' CASCADE'; END $$"));
    return OK;
}

static int no_house(void **state)
{
    struct house *h = *state;
    if (h->remote) (void)write_(h, drop_schema, NULL);
    close_store(h);
    if (!h->remote) drop_files(h);
    free(h);
    return 0;
}

/* ---- documents ----------------------------------------------------------- */

static const struct search_doc letters[] = {
    { 1, S_INIT("Anna \xC3\x85ngstr\xC3\xB6m <anna@boats.example>"), S_INIT("The boat trip"),
      S_INIT("Don't forget the life-jackets. Version 1.5e3 of the list is at "
             "http://boats.example/list-2.") },
    { 2, S_INIT("Bob O'Hara <bob.ohara+list@mail.example>"), S_INIT("Re: The boat trip"),
      S_INIT("The jackets are for life, said the trip leader: boat, life, jackets! 0x1F and -17 "
             "and 3rd.") },
    { 3, S_INIT("\xE7\x94\xB0\xE4\xB8\xAD <tanaka@mail.example>"),
      S_INIT("\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E"),
      S_INIT("\xE6\x9D\xB1\xE4\xBA\xAC\xE3\x81\xB8\xE8\xA1\x8C\xE3\x81\x8F boat\xE6\x97\xA5"
             " caf\xC3\xA9 STRASSE \xCE\x91\xCE\xB8\xCE\xAE\xCE\xBD\xCE\xB1") },
    { 4, S_INIT("Zo\xC3\xAB"), S_INIT(""),
      S_INIT("a_b foo--bar x.y.z \"quoted\" 'single' AND OR NOT NEAR c++ a:b stra\xC3\x9F"
             "e \xE2\x80\x9C"
             "dash\xE2\x80\x94here\xE2\x80\x9D \xEF\xBC\xA1\xEF\xBC\xA2 anna") },
    { 5, S_INIT(""), S_INIT("trip"), S_INIT("") },
};

static struct search_doc folded(struct arena *a, struct search_doc d)
{
    return (struct search_doc){ d.number, text_fold(a, d.who), text_fold(a, d.subject),
                                text_fold(a, d.body) };
}

static struct search_cut cut(struct tx *t, struct search_doc d)
{
    struct search_cut out;
    search_cut(t->c.a, db_engine(&t->c), &d, &out);
    return out;
}

static err put_letters(struct tx *t, void *arg)
{
    (void)arg;
    for (int i = 0; i < COUNT(letters); i++) {
        struct search_cut d = cut(t, folded(t->c.a, letters[i]));
        search_put(t, &d);
    }
    return OK;
}

struct asked {
    const char *typed;
    bool typing;
    int64_t before, after;
    int max;
    char hits[64]; /* "4 2 1" */
};

static err ask(struct ctx *c, void *arg)
{
    struct asked *q = arg;
    struct search_words w;
    int64_t numbers[20];
    int at = 0;
    search_parse(c->a, &w, str_c(q->typed), q->typing);
    int n = search_find(c, &w, q->before, q->after, numbers, q->max ? q->max : 20);
    q->hits[0] = 0;
    for (int i = 0; i < n && at < 60; i++)
        at += snprintf(q->hits + at, sizeof q->hits - (size_t)at, "%s%d", i ? " " : "",
                       (int)numbers[i]);
    return OK;
}

static void expect(struct house *h, const char *typed, bool typing, const char *hits)
{
    struct asked q = { .typed = typed, .typing = typing };
    assert_int_equal(read_(h, ask, &q), OK);
    if (strcmp(q.hits, hits) != 0) fail_msg("[%s] found [%s], not [%s]", typed, q.hits, hits);
}

static const struct {
    const char *typed, *hits;
} phrases_asked[] = {
    { "boat", "3 2 1" },
    { "BOAT trip", "2 1" },
    { "trip", "5 2 1" },
    { "nowhere", "" },
    { "", "" },
    { "  ", "" },
    { "\"boat trip\"", "2 1" },
    { "\"trip boat\"", "" },
    { "\"life jackets\"", "2 1" },
    { "life-jackets", "2 1" },
    { "\"jackets are\"", "2" },
    { "don't", "1" },
    { "dont", "" },
    { "who:anna", "1" },
    { "anna", "4 1" },
    { "subject:trip", "5 2 1" },
    { "subject:\"boat trip\"", "2 1" },
    { "subject:jackets", "" },
    { "WHO:angstrom", "1" },
    { "angstr\xC3\xB6m", "1" },
    { "A\xCC\x8Angstrom", "1" },
    { "anna@boats.example", "1" },
    { "bob.ohara+list@mail.example", "2" },
    { "boats.example", "1" },
    { "mail.example", "3 2" },
    { "o'hara", "2" },
    { "ohara", "2" },
    { "\"example the\"", "" }, /* not across fields */
    { "1.5e3", "1" },
    { "5e3", "1" },
    { "1", "1" },
    { "0x1f", "2" },
    { "-17", "" },
    { "boat -17", "3 1" },
    { "3rd", "2" },
    { "list-2", "1" },
    { "boat -jackets", "3" },
    { "boat -\"boat trip\"", "3" },
    { "-boat", "" },
    { "trip -who:anna -who:bob", "5" },
    { "boat -nowhere", "3 2 1" },
    { "caf\xC3\xA9", "3" },
    { "cafe", "3" },
    { "strasse", "4 3" },
    { "stra\xC3\x9F"
      "e",
      "4 3" },
    { "\xCE\xB1\xCE\xB8\xCE\xB7\xCE\xBD\xCE\xB1", "3" },
    { "ab", "4" },
    { "dash", "4" },
    { "here", "4" },
    { "\xE6\x97\xA5\xE6\x9C\xAC", "3" },
    { "\xE6\x97\xA5", "3" },
    { "\xE6\x9C\xAC\xE8\xAA\x9E", "3" },
    { "\xE6\x9C\xAC\xE6\x97\xA5", "" },
    { "who:\xE7\x94\xB0\xE4\xB8\xAD", "3" },
    { "boat\xE6\x97\xA5", "3" },
    { "\xE3\x81\xB8\xE8\xA1\x8C", "3" },
    { "and", "4 2" },
    { "AND", "4 2" },
    { "a AND", "4" },
    { "NOT near", "4" },
    { "a:b", "4" },
    { "c++", "4" },
    { "foo--bar", "4" },
    { "\"foo bar\"", "4" },
    { "x.y.z", "4" },
    { "a_b", "4" },
    { "\"open", "" },
    { "quoted' OR 1=1 --", "" },
    { "quoted' OR", "4" },
    { "*", "" },
    { "^a", "4" },
    { "{who}:a", "" },
    { "(boat)", "3 2 1" },
    { "jack*", "2 1" },
    { "ja", "" },
    { "who: boat", "3 2 1" },
};

static void words_phrases_fields(void **state)
{
    assert_int_equal(write_(*state, put_letters, NULL), OK);
    for (int i = 0; i < COUNT(phrases_asked); i++)
        expect(*state, phrases_asked[i].typed, false, phrases_asked[i].hits);
}

static void words_hardly_begun(void **state)
{
    static const struct {
        const char *typed, *hits;
    } asked[] = {
        { "b", "4 3 2 1" },
        { "bo", "3 2 1" },
        { "boa", "3 2 1" },
        { "jac", "2 1" },
        { "boat j", "2 1" },
        { "boat ja", "2 1" },
        { "boat jac", "2 1" },
        { "\"boat tr", "2 1" },
        { "\"boat tri", "2 1" },
        { "life-ja", "2 1" },
        { "life-jac", "2 1" },
        { "b ", "4" },
        { "bo ", "" },
        { "who:a", "1" },
        { "who:an", "1" },
        { "who:ann", "1" },
        { "subject:t", "5 2 1" },
        { "\xE6\x97\xA5", "3" },
        { "\xE6\x97\xA5\xE6\x9C\xAC", "3" },
        { "c", "4 3" },
        { "\xC3\xA5", "4 2 1" },
        { "\xCE\xB1\xCE\xB8", "3" },
        { "\xCE\xB1\xCE\xB8\xCE\xB7", "3" },
        { "boat -j", "3 2 1" },
        { "1", "2 1" },
        { "\"boat trip\"", "2 1" },
        { "zz", "" },
        { "caf", "3" },
        { "1f", "" },
        { "0x1", "2" },
        { "zo\xC3\xAB", "4" },
        { "jackx", "" },
    };
    assert_int_equal(write_(*state, put_letters, NULL), OK);
    for (int i = 0; i < COUNT(asked); i++) expect(*state, asked[i].typed, true, asked[i].hits);
}

static void newest_first_and_bounded(void **state)
{
    struct asked q = { .typed = "boat", .max = 2 };
    assert_int_equal(write_(*state, put_letters, NULL), OK);
    assert_int_equal(read_(*state, ask, &q), OK);
    assert_string_equal(q.hits, "3 2");
    q.before = 2;
    assert_int_equal(read_(*state, ask, &q), OK);
    assert_string_equal(q.hits, "1");
    q = (struct asked){ .typed = "b*", .before = 4, .after = 1 };
    assert_int_equal(read_(*state, ask, &q), OK);
    assert_string_equal(q.hits, "3 2");
}

static err put_boatyard(struct tx *t, void *arg)
{
    (void)arg;
    struct search_cut d = cut(t, (struct search_doc){ 9, S(""), S(""), S("boatyard") });
    search_put(t, &d);
    return OK;
}

/* A word being typed may go on, unless enough is found of it as it stands. */
static void a_word_that_may_be_whole(void **state)
{
    struct asked few = { .typed = "boat", .typing = true, .max = 3 },
                 more = { .typed = "boat", .typing = true, .max = 4 },
                 begun = { .typed = "boat*", .typing = true, .max = 3 };
    assert_int_equal(write_(*state, put_letters, NULL), OK);
    assert_int_equal(write_(*state, put_boatyard, NULL), OK);
    assert_int_equal(read_(*state, ask, &few), OK);
    assert_string_equal(few.hits, "3 2 1");
    assert_int_equal(read_(*state, ask, &more), OK);
    assert_string_equal(more.hits, "9 3 2 1");
    assert_int_equal(read_(*state, ask, &begun), OK);
    assert_string_equal(begun.hits, "9 3 2");
}

/* ---- leaving ------------------------------------------------------------- */

static err drop_one(struct tx *t, void *arg)
{
    struct search_cut d = cut(t, folded(t->c.a, letters[*(int *)arg]));
    search_drop(t, &d);
    return OK;
}

static err scrub(struct tx *t, void *arg)
{
    (void)arg;
    search_scrub(t);
    return OK;
}

static err clear(struct tx *t, void *arg)
{
    (void)arg;
    search_clear(t);
    search_settle(t);
    return OK;
}

static bool file_holds(struct house *h, const char *word)
{
    FILE *f = fopen(h->where, "rb");
    size_t most = 4 * MIB, n;
    char *all = malloc(most);
    assert_true(f && all);
    n = fread(all, 1, most, f);
    assert_true(n > 0 && n < most);
    fclose(f);
    bool found = memmem(all, n, word, strlen(word)) != NULL;
    free(all);
    return found;
}

static void what_is_dropped_is_gone(void **state)
{
    struct house *h = *state;
    int which = 3;
    assert_int_equal(write_(h, put_letters, NULL), OK);
    if (!h->remote) { /* closing checkpoints the log */
        close_store(h);
        assert_true(
            file_holds(h, "gle")); /* of "single": the index leaves out what neighbours share */
        open_store(h);
    }
    assert_int_equal(write_(h, drop_one, &which), OK);
    expect(h, "quoted", false, "");
    expect(h, "anna", false, "1");
    expect(h, "b", true, "3 2 1");
    assert_int_equal(write_(h, scrub, NULL), OK);
    expect(h, "boat", false, "3 2 1");
    if (!h->remote) {
        close_store(h);
        assert_false(file_holds(h, "gle"));
        assert_true(file_holds(h, "kets"));
        open_store(h);
    }
    assert_int_equal(write_(h, clear, NULL), OK);
    expect(h, "boat", false, "");
    assert_int_equal(write_(h, put_letters, NULL), OK);
    expect(h, "quoted", false, "4");
}

/* ---- size ---------------------------------------------------------------- */

static err put_long(struct tx *t, void *arg)
{
    (void)arg;
    struct buf b = { .a = t->c.a };
    for (int i = 0; i < 70000; i++) buf_fmt(&b, "w%x ", i);
    struct buf noise = { .a = t->c.a };
    for (int i = 0; i < 3000; i++) buf_char(&noise, "ab9"[i % 3]);
    for (int i = 0; i < 300; i++) buf_fmt(&noise, " same other%d", i);
    struct search_cut one = cut(t, (struct search_doc){ 1, S("x"), S("y"), buf_str(&b) }),
                      two = cut(t, (struct search_doc){ 2, S(""), S(""), buf_str(&noise) });
    search_put(t, &one);
    search_put(t, &two);
    search_drop(t, &one);
    search_put(t, &one);
    return OK;
}

static void long_texts_are_cut_alike(void **state)
{
    char noise[200];
    for (int i = 0; i < 120; i++) noise[i] = "ab9"[i % 3], noise[i + 1] = 0;
    assert_int_equal(write_(*state, put_long, NULL), OK);
    expect(*state, "w0", false, "1");
    expect(*state, "wfffd", false, "1"); /* words 1 and 2 are x and y */
    expect(*state, "wfffe", false, "");
    expect(*state, noise, false, "2");
    noise[70] = 0;
    expect(*state, noise, false, "2"); /* words are known by their first 64 bytes */
    noise[60] = 0;
    expect(*state, noise, false, "");
    expect(*state, noise, true, "2");
    expect(*state, "\"same other200\"", false, "2");
}

#define ON_A_HOUSE(f) cmocka_unit_test_setup_teardown(f, new_house, no_house)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_A_HOUSE(words_phrases_fields),     ON_A_HOUSE(words_hardly_begun),
        ON_A_HOUSE(newest_first_and_bounded), ON_A_HOUSE(what_is_dropped_is_gone),
        ON_A_HOUSE(long_texts_are_cut_alike), ON_A_HOUSE(a_word_that_may_be_whole),
    };
    int bad = cmocka_run_group_tests_name("search on SQLite", tests, NULL, NULL);
    remote = getenv("SNUG_TEST_PG") != NULL;
    if (remote) bad += cmocka_run_group_tests_name("search on PostgreSQL", tests, NULL, NULL);
    return bad;
}
