/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sessions on a real store, and passwords. */
#include "kit/web/session.h"

#include "kit/base/hash.h"
#include "kit/base/trace.h"
#include "kit/store/migrate.h"
#include "kit/web/password.h"

#include <cmocka.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

enum { ANN = 7, KARL = 8, START = 1900000000 };

static struct arena *a;
static struct store *store;
static struct secret secret;
static char file[] = "/tmp/snug_session_XXXXXX";

struct given {
    id person, session;
    struct str token;
    session_way way;
    struct session s;
    int64_t n;
    struct sessions list;
};

static err start(struct tx *t, void *arg)
{
    struct given *g = arg;
    g->s = session_start(t, g->person, g->way, S("Browser \x01of\nAnn"), &g->token);
    return OK;
}

static err find(struct ctx *c, void *arg)
{
    struct given *g = arg;
    g->n = session_find(c, g->token, &g->s);
    g->list = session_list(c, g->person);
    return OK;
}

static err touch(struct tx *t, void *arg)
{
    return session_touch(t, ((struct given *)arg)->session), OK;
}

static err end(struct tx *t, void *arg)
{
    struct given *g = arg;
    return session_end(t, g->person, g->session);
}

static err end_all(struct tx *t, void *arg)
{
    struct given *g = arg;
    g->n = session_end_all(t, g->person, g->session);
    return OK;
}

static err sweep(struct tx *t, void *arg)
{
    return ((struct given *)arg)->n = session_sweep(t), OK;
}

static err write_at(int64_t now, write_fn *fn, struct given *g)
{
    struct work w = { .a = a, .now = now };
    err e = work_write(store, &w, fn, g);
    assert_false(w.broken);
    return e;
}

static bool found_at(int64_t now, struct given *g)
{
    struct work w = { .a = a, .now = now };
    assert_int_equal(work_read(store, &w, find, g), OK);
    return g->n;
}

static void by_a_link_they_are_brief(void **state)
{
    (void)state;
    struct given g = { .person = KARL, .way = SESSION_BY_LINK };
    assert_int_equal(write_at(START, start, &g), OK);
    assert_true(found_at(START + 30 * MINUTE - 1, &g));
    assert_false(found_at(START + 30 * MINUTE, &g));
    assert_int_equal(g.list.n, 0);
    g.session = g.s.id;
    for (int64_t at = START; at < START + 12 * HOUR; at += 20 * MINUTE)
        assert_int_equal(write_at(at, touch, &g), OK);
    assert_true(found_at(START + 12 * HOUR - 1, &g));
    assert_int_equal(g.list.n, 1);
    assert_int_equal(g.list.at[0].way, SESSION_BY_LINK);
    assert_int_equal(g.s.way, SESSION_BY_LINK);
    assert_false(found_at(START + 12 * HOUR, &g));
    assert_int_equal(write_at(START, end_all, &(struct given){ .person = KARL }), OK);
}

static void they_end(void **state)
{
    (void)state;
    struct given g = { .person = ANN };
    assert_int_equal(write_at(START, start, &g), OK);
    assert_int_equal(g.token.n, 43);
    struct given wrong = { .person = ANN,
                           .token = S("0123456789012345678901234567890123456789012") };
    assert_false(found_at(START, &wrong));
    assert_true(found_at(START + 12 * HOUR - 1, &g));
    assert_int_equal(g.s.person, ANN);
    assert_true(str_find(g.s.agent, S("\n")) < 0);
    assert_false(found_at(START + 12 * HOUR, &g));
    /* used every ten hours it lasts for 14 days, and not longer */
    g.session = g.s.id;
    for (int64_t at = START; at < START + 14 * DAY; at += 10 * HOUR)
        assert_int_equal(write_at(at, touch, &g), OK);
    assert_true(found_at(START + 14 * DAY - 1, &g));
    assert_false(found_at(START + 14 * DAY, &g));
    assert_int_equal(g.list.n, 0);
    assert_int_equal(write_at(START + 13 * DAY, sweep, &g), OK);
    assert_int_equal(g.n, 0);
    assert_int_equal(write_at(START + 14 * DAY + 12 * HOUR, sweep, &g), OK);
    assert_int_equal(g.n, 1);
}

static void they_are_listed_and_killed(void **state)
{
    (void)state;
    struct given one = { .person = ANN }, two = { .person = ANN }, other = { .person = KARL };
    assert_int_equal(write_at(START, start, &one), OK);
    assert_int_equal(write_at(START + 5, start, &two), OK);
    assert_int_equal(write_at(START + 6, start, &other), OK);
    assert_true(found_at(START + 9, &one));
    assert_int_equal(one.list.n, 2);
    assert_int_equal(one.list.at[0].id, two.s.id); /* newest first */
    other.session = one.s.id;
    assert_int_equal(write_at(START + 9, end, &other), E_NOTFOUND); /* not his */
    one.session = one.s.id;
    assert_int_equal(write_at(START + 9, end, &one), OK);
    assert_false(found_at(START + 9, &one));
    assert_true(found_at(START + 9, &two));
    two.session = 0;
    assert_int_equal(write_at(START + 9, end_all, &two), OK);
    assert_int_equal(two.n, 1);
    assert_false(found_at(START + 9, &two));
    assert_true(found_at(START + 9, &other));
}

static void devices_have_names(void **state)
{
    static const char *const agents[][2] = {
        { "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
          "Firefox on Linux" },
        { "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
          "Chrome/126.0.0.0 Safari/537.36 Edg/126.0",
          "Edge on Windows" },
        { "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36",
          "Chrome on Android" },
        { "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1",
          "Safari on an iPhone" },
        { "curl/7.88.1", "" },
        { "", "" },
    };
    (void)state;
    for (int i = 0; i < COUNT(agents); i++)
        assert_true(str_eq(session_device(a, str_c(agents[i][0])), str_c(agents[i][1])));
}

static err token_in_table(struct ctx *c, void *arg)
{
    struct given *g = arg;
    EACH (r, c, SQL("SELECT token FROM web_session WHERE person=$1 LIMIT 9"), I(g->person))
        g->n = str_find(row_blob(&r, 0), str_upto(g->token, 8)) >= 0 ||
               row_blob(&r, 0).n != HASH_BYTES;
    return OK;
}

static void only_a_hash_is_stored(void **state)
{
    (void)state;
    struct given g = { .person = 99, .n = -1 };
    assert_int_equal(write_at(START, start, &g), OK);
    struct work w = { .a = a };
    assert_int_equal(work_read(store, &w, token_in_table, &g), OK);
    assert_int_equal(g.n, 0);
}

/* ---- passwords ------------------------------------------------------------------- */

static void passwords(void **state)
{
    (void)state;
    struct str h = password_hash(a, S("a brown owl at noon"));
    assert_true(str_begins(h, S("$argon2id$v=19$m=19456,t=2,p=1$")));
    assert_true(password_same(h, S("a brown owl at noon")));
    assert_false(password_same(h, S("a brown owl at moon")));
    assert_false(password_same(S(""), S("a brown owl at noon"))); /* nobody's */
    assert_false(password_same(S("$argon2id$broken"), S("x")));
    struct str again = password_hash(a, S("a brown owl at noon"));
    assert_false(str_eq(h, again)); /* salted */
    struct str known[] = { S("Meireles"), S("ann") };
    assert_non_null(password_weak(S("short"), known, 2));
    assert_non_null(password_weak(S("aaaaaaaaaaaaa"), known, 2));
    assert_non_null(password_weak(S("tomas-MEIRELES-1"), known, 2));
    assert_null(password_weak(S("canned pears 12"), known, 2)); /* "ann" is too short to count */
    assert_null(password_weak(S("\xc3\xa9t\xc3\xa9 \xc3\xa0 la mer"), known, 2));
}

static void *check(void *arg) { return password_same(*(struct str *)arg, S("open")) ? arg : NULL; }

static void many_wait_their_turn(void **state)
{
    (void)state;
    struct str h = password_hash(a, S("open"));
    pthread_t t[6];
    for (int i = 0; i < 6; i++) assert_int_equal(pthread_create(&t[i], NULL, check, &h), 0);
    for (int i = 0; i < 6; i++) {
        void *same = NULL;
        pthread_join(t[i], &same);
        assert_ptr_equal(same, &h);
    }
}

static int begin(void **state)
{
    (void)state;
    struct str why = S("");
    struct schema s = { "web", session_schema };
    hash_start();
    a = arena_open(64 * MIB);
    secret_derive(&secret, (uint8_t[32]){ 1 });
    close(mkstemp(file));
    store =
        store_open(a, &(struct store_opts){ .where = str_c(file), .readers = 1 }, &secret, &why);
    return !store || migrate(store, a, &s, 1, &why) != OK;
}

static int finish(void **state)
{
    (void)state;
    char name[64];
    store_close(store);
    arena_close(a);
    for (int i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "%s%s", file, (const char *[]){ "", "-wal", "-shm" }[i]);
        unlink(name);
    }
    return 0;
}

int main(void)
{
    trace_from(TRACE_ERROR);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_end),
        cmocka_unit_test(by_a_link_they_are_brief),
        cmocka_unit_test(they_are_listed_and_killed),
        cmocka_unit_test(devices_have_names),
        cmocka_unit_test(only_a_hash_is_stored),
        cmocka_unit_test(passwords),
        cmocka_unit_test(many_wait_their_turn),
    };
    return cmocka_run_group_tests_name("session", tests, begin, finish);
}
