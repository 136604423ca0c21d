/* SPDX-License-Identifier: GPL-3.0-or-later
 * body_test.c - bodies on shelves: what was put there comes back, and what is erased takes nothing
 * with it. On every engine (see store_test.c for SNUG_TEST_PG). */
#include "kit/base/hash.h"
#include "kit/base/pack.h"
#include "kit/store/migrate.h"
#include "log/event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

enum { BODIES = 1200, EACH_LARGE = 100, LARGE = 40 * KIB, SHORT = 60 };
struct place {
    struct arena *a;
    struct store *s;
    struct secret secret;
    bool gone[BODIES + 1];
    int seen; /* bodies that came back */
};
static bool remote; /* which engine main() runs just now */

/* The i-th: digits that hardly shrink, of a length of its own. */
static struct str body(struct arena *a, int i)
{
    struct buf b = { .a = a };
    uint64_t x = (uint64_t)i * 0x9E3779B97F4A7C15u;
    ptrdiff_t n = i % EACH_LARGE ? SHORT + i % 97 : LARGE;
    buf_fmt(&b, "%d:", i);
    while (b.n < n) {
        x = x * 6364136223846793005u + 1442695040888963407u;
        buf_char(&b, (char)(x >> 56));
    }
    return buf_str(&b);
}

static id keep(struct tx *t, struct str plain)
{
    struct ctx *c = &t->c;
    return log_keep(t, log_name(c, plain), plain.n, pack_bytes(c->a, PACK_MAIL, plain));
}

static err keep_some(struct tx *t, void *arg)
{
    int *range = arg;
    for (int i = range[0]; i <= range[1]; i++) assert_int_equal(keep(t, body(t->c.a, i)), i);
    assert_int_equal(keep(t, body(t->c.a, range[1])), 0);
    struct str out;
    log_shelve(t);
    assert_int_equal(log_body(&t->c, range[1], MIB, &out), OK);
    assert_true(str_eq(out, body(t->c.a, range[1])));
    return OK;
}

static err read_all(struct tx *t, void *arg)
{
    struct place *h = arg;
    struct str out;
    h->seen = 0;
    for (int i = 1; i <= BODIES; i++) {
        err e = log_body(&t->c, i, MIB, &out);
        assert_int_equal(e, h->gone[i] ? E_NOTFOUND : OK);
        if (e == OK && str_eq(out, body(t->c.a, i))) h->seen++;
    }
    int64_t rooms = db_int(&t->c, -1, SQL("SELECT CAST(sum(room) AS BIGINT) FROM blob /* scan */"));
    assert_int_equal(rooms, db_int(&t->c, -2,
                                   SQL("SELECT CAST(sum(octet_length(bytes)) AS BIGINT) FROM "
                                       "shelf /* scan */")));
    return OK;
}

/* The events of a piece of work are told from those before it, from the first one on. */
static err note_two(struct tx *t, void *arg)
{
    id before = *(id *)arg;
    assert_int_equal(log_before(t), before);
    for (id i = 1; i <= 2; i++) {
        assert_int_equal(log_note(t, (struct event){ .kind = EVENT_MAIL_UNREADABLE }), before + i);
        assert_int_equal(log_before(t), before);
    }
    return OK;
}

static err erase(struct tx *t, void *arg)
{
    struct place *h = arg;
    const id go[] = { 1, 2, 57, EACH_LARGE, 600, 601, 602, BODIES - 1 };
    body_erase(t, go, COUNT(go));
    for (int i = 0; i < COUNT(go); i++) h->gone[go[i]] = true;
    return OK;
}

static err keep_again(struct tx *t, void *arg)
{
    (void)arg;
    assert_int_equal(keep(t, body(t->c.a, 57)), BODIES + 1); /* nobody's any more */
    assert_int_equal(keep(t, body(t->c.a, 58)), 0);
    return OK;
}

static void work(struct place *h, write_fn *fn, void *arg)
{
    struct work w = { .a = arena_open(256 * MIB), .now = 1000 };
    err e = work_write(h->s, &w, fn, arg);
    if (w.broken) fail_msg("it died: %.*s", STR(w.why));
    assert_int_equal(e, OK);
    arena_close(w.a);
}

static int open_place(void **state)
{
    static struct place h;
    static int n;
    struct str why = S(""), where = S(":memory:");
    const struct schema list[] = { { log_concept.name, log_concept.schema } };
    h = (struct place){ .a = arena_open(64 * MIB) };
    if (remote) /* a schema of its own; the cluster is thrown away */
        where = str_fmt(h.a, "%s#body_test_%d_%d", getenv("SNUG_TEST_PG"), (int)getpid(), n++);
    secret_derive(&h.secret, (const uint8_t[32]){ 7 });
    h.s = store_open(h.a, &(struct store_opts){ .where = where }, &h.secret, &why);
    if (!h.s || migrate(h.s, h.a, list, COUNT(list), &why) != OK) fail_msg("%.*s", STR(why));
    *state = &h;
    return 0;
}
static int close_place(void **state)
{
    struct place *h = *state;
    store_close(h->s);
    arena_close(h->a);
    return 0;
}

static void what_is_kept_comes_back(void **state)
{
    struct place *h = *state;
    work(h, keep_some, (int[]){ 1, 700 });
    work(h, keep_some, (int[]){ 701, BODIES });
    work(h, read_all, h);
    assert_int_equal(h->seen, BODIES);
}

static void what_is_new_is_known(void **state)
{
    struct place *h = *state;
    work(h, note_two, &(id){ 0 });
    work(h, note_two, &(id){ 2 });
}

static void erasing_takes_nothing_else(void **state)
{
    struct place *h = *state;
    work(h, keep_some, (int[]){ 1, BODIES });
    work(h, erase, h);
    work(h, read_all, h);
    assert_int_equal(h->seen, BODIES - 8);
    work(h, keep_again, h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_kept_comes_back, open_place, close_place),
        cmocka_unit_test_setup_teardown(what_is_new_is_known, open_place, close_place),
        cmocka_unit_test_setup_teardown(erasing_takes_nothing_else, open_place, close_place),
    };
    hash_start();
    int failed = cmocka_run_group_tests_name("bodies on SQLite", tests, NULL, NULL);
    remote = getenv("SNUG_TEST_PG") != NULL;
    if (remote) failed += cmocka_run_group_tests_name("bodies on PostgreSQL", tests, NULL, NULL);
    return failed;
}
