/* SPDX-License-Identifier: GPL-3.0-or-later
 * store_test.c - the same tests on every engine: SQLite, and PostgreSQL where
 * SNUG_TEST_PG=postgresql://... names a server and a database to use. */
#include "kit/store/driver.h"
#include "kit/store/migrate.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static const char tables[] =
    "-- version 1\n"
    "CREATE TABLE thing(id {id}, whole {int}, part {real}, words TEXT, bytes {blob}) {strict};\n"
    "CREATE TABLE note(key {key}, who {int} NOT NULL, turn {int} NOT NULL, words TEXT NOT NULL) "
    "{strict};\n"
    "CREATE UNIQUE INDEX note_who ON note(who, turn);\n"
    "-- version 2\n"
    "CREATE TABLE pair(a {int} NOT NULL, b {int} NOT NULL, PRIMARY KEY(a, b)) {rowless};\n";

struct house {
    struct store *s;
    struct arena *a; /* of the store */
    bool remote;
    char where[256];
};
static bool remote; /* which engine main() runs just now */

static void open_store(struct house *h, bool threads)
{
    struct str why = S("");
    struct store_opts o = { .where = str_c(h->where), .threads = threads, .readers = 4 };
    h->a = arena_open(MIB);
    h->s = store_open(h->a, &o, NULL, &why);
    if (!h->s) fail_msg("%.*s", STR(why));
}

static void close_store(struct house *h)
{
    store_close(h->s);
    arena_close(h->a);
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

static err run_script(struct tx *t, void *arg)
{
    db_do(t, *(struct sql *)arg);
    return OK;
}

static err write_(struct house *h, write_fn *fn, void *arg)
{
    struct work w = { .a = arena_open(4 * MIB), .now = 1000 };
    err e = work_write(h->s, &w, fn, arg);
    arena_close(w.a);
    return w.broken ? E_PEER : e;
}

static err read_(struct house *h, read_fn *fn, void *arg)
{
    struct work w = { .a = arena_open(4 * MIB), .now = 1000 };
    err e = work_read(h->s, &w, fn, arg);
    arena_close(w.a);
    return w.broken ? E_PEER : e;
}

static void fresh_tables(struct house *h)
{
    struct arena *a = arena_open(MIB);
    struct str why = S("");
    const struct schema list[] = { { "test", tables } };
    if (migrate(h->s, a, list, 1, &why) != OK) fail_msg("%.*s", STR(why));
    arena_close(a);
}

static int new_house(void **state)
{
    struct house *h = calloc(1, sizeof *h);
    h->remote = remote;
    if (remote) {
        snprintf(h->where, sizeof h->where, "%s#store_test_%d", getenv("SNUG_TEST_PG"),
                 (int)getpid());
    } else {
        const char *folder = getenv("TMPDIR");
        snprintf(h->where, sizeof h->where, "%s/snug_store_test_%d.db", folder ? folder : "/tmp",
                 (int)getpid());
        drop_files(h);
    }
    open_store(h, false);
    fresh_tables(h);
    *state = h;
    return 0;
}

static int no_house(void **state)
{
    struct house *h = *state;
    struct sql all =
        SQL("DO $$ BEGIN EXECUTE 'DROP SCHEMA '||current_schema()||' CASCADE'; END $$");
    if (h->remote) (void)write_(h, run_script, &all);
    close_store(h);
    if (!h->remote) drop_files(h);
    free(h);
    return 0;
}

/* ---- values -------------------------------------------------------------- */

static err put_things(struct tx *t, void *arg)
{
    (void)arg;
    struct str words = S("H\xC3\xA6r er \xE6\x97\xA5\xE6\x9C\xAC, it's \"so\" \\ $1"),
               bytes = S("\0\xFF\\x00'\0");
    assert_int_equal(
        db_new(t,
               SQL("INSERT INTO thing(whole, part, words, bytes) VALUES($1,$2,$3,$4) RETURNING id"),
               I(INT64_C(1) << 62), R(0.1), T(words), B(bytes)),
        1);
    assert_int_equal(
        db_new(t,
               SQL("INSERT INTO thing(whole, part, words, bytes) VALUES($1,$2,$3,$4) RETURNING id"),
               NUL, NUL, NUL, NUL),
        2);
    assert_int_equal(
        db_new(t,
               SQL("INSERT INTO thing(bytes, words, part, whole) VALUES($4,$3,$2,$1) RETURNING id"),
               I(INT64_MIN), R(-1e300), T(S("")), B(S(""))),
        3);
    return OK;
}

static err see_things(struct ctx *c, void *arg)
{
    int n = 0;
    (void)arg;
    EACH (r, c, SQL("SELECT whole, part, words, bytes, id FROM thing ORDER BY id LIMIT 9")) {
        int64_t want[] = { INT64_C(1) << 62, 0, INT64_MIN };
        double part[] = { 0.1, 0, -1e300 };
        assert_int_equal(row_int(&r, 4), ++n);
        assert_true(row_int(&r, 0) == want[n - 1]);
        assert_true(row_real(&r, 1) == part[n - 1]);
        for (int col = 0; col < 4; col++) assert_int_equal(row_null(&r, col), n == 2);
        struct str words = row_str(&r, 2), bytes = row_blob(&r, 3);
        assert_true(
            str_eq(words, n == 1 ? S("H\xC3\xA6r er \xE6\x97\xA5\xE6\x9C\xAC, it's \"so\" \\ $1")
                                 : S("")));
        assert_true(str_eq(bytes, n == 1 ? S("\0\xFF\\x00'\0") : S("")));
    }
    assert_int_equal(n, 3);
    return OK;
}

static void values_come_back_as_they_went(void **state)
{
    assert_int_equal(write_(*state, put_things, NULL), OK);
    assert_int_equal(read_(*state, see_things, NULL), OK);
}

static err see_sums(struct ctx *c, void *arg)
{
    (void)arg;
    EACH (
        r, c,
        SQL("SELECT count(*), sum(id), max(id), avg(id), count(*)=3, count(*)=4, length(max(words))"
            " FROM thing")) {
        assert_int_equal(row_int(&r, 0), 3);
        assert_int_equal(row_int(&r, 1), 6); /* numeric on PostgreSQL */
        assert_true(row_real(&r, 1) == 6);
        assert_int_equal(row_int(&r, 2), 3);
        assert_true(row_real(&r, 3) == 2);
        assert_int_equal(row_int(&r, 3), 2);
        assert_true(row_bool(&r, 4));
        assert_false(row_bool(&r, 5));
        assert_true(row_int(&r, 6) > 10);
    }
    EACH (r, c,
          SQL("SELECT greatest($1, 5, 7), least(CAST($2 AS BIGINT), 9), greatest('b', 'a'), "
              "least(2.5, $3)"),
          I(6), NUL, R(2.25)) {
        assert_int_equal(row_int(&r, 0), 7);
        assert_int_equal(row_int(&r, 1), 9);
        assert_true(str_eq(row_str(&r, 2), S("b")));
        assert_true(row_real(&r, 3) == 2.25);
    }
    EACH (r, c,
          SQL("SELECT string_agg(x, '; '), octet_length(string_agg(x, ''))"
              " FROM (SELECT words AS x FROM thing WHERE id<>1 UNION ALL SELECT 'z\xC3\xA9') y")) {
        assert_true(str_eq(row_str(&r, 0), S("; z\xC3\xA9")));
        assert_int_equal(row_int(&r, 1), 3);
    }
    EACH (r, c, SQL("SELECT string_agg(words, ',') FROM thing WHERE id>99"))
        assert_true(row_null(&r, 0));
    /* one literal, two kinds of value: each has its own meaning */
    for (int i = 0; i < 2; i++)
        assert_int_equal(
            db_int(c, -1, SQL("SELECT count(*) FROM thing WHERE whole IS NOT DISTINCT FROM $1"),
                   I_OR_NUL(i * (INT64_C(1) << 62))),
            1);
    assert_int_equal(db_int(c, -1, SQL("SELECT id FROM thing WHERE id>$1 AND id>$1-10"), I(77)),
                     -1);
    return OK;
}

static void expressions_read_alike(void **state)
{
    assert_int_equal(write_(*state, put_things, NULL), OK);
    assert_int_equal(read_(*state, see_sums, NULL), OK);
}

/* ---- rows ---------------------------------------------------------------- */

static err put_notes(struct tx *t, void *arg)
{
    (void)arg;
    for (int i = 1; i <= 5; i++)
        assert_int_equal(db_do(t,
                               SQL("INSERT INTO note(key, who, turn, words) VALUES($1,$2,$1,$3)"),
                               I(i), I(7), T(S("n"))),
                         1);
    assert_int_equal(db_do(t, SQL("UPDATE note SET words='m' WHERE key>$1"), I(2)), 3);
    assert_int_equal(db_new(t,
                            SQL("INSERT INTO note(key, who, turn, words) VALUES($1,7,1,'x')"
                                " ON CONFLICT DO NOTHING RETURNING key"),
                            I(99)),
                     0);
    assert_int_equal(db_do(t, SQL("DELETE FROM note WHERE key>$1"), I(99)), 0);
    return OK;
}

static int64_t first_note(struct ctx *c)
{
    EACH (r, c, SQL("SELECT key FROM note ORDER BY key LIMIT 10")) return row_int(&r, 0);
    return 0;
}

/* the same literal, read while it is being read */
static int64_t count_down(struct ctx *c, int depth)
{
    int64_t n = 0;
    EACH (r, c, SQL("SELECT key FROM note WHERE key>=$1 ORDER BY key LIMIT 9"), I(6 - depth))
        n += 1 + (depth > 1 ? count_down(c, depth - 1) : 0);
    return n;
}

static err see_notes(struct ctx *c, void *arg)
{
    (void)arg;
    int n = 0;
    for (int i = 0; i < 3; i++) {
        EACH (r, c, SQL("SELECT key FROM note ORDER BY key LIMIT 10"))
            if (row_int(&r, 0) == 2) break;
        assert_int_equal(first_note(c), 1);
    }
    EACH (r, c, SQL("SELECT key FROM note ORDER BY key LIMIT 10")) n++;
    assert_int_equal(n, 5);
    assert_int_equal(count_down(c, 3),
                     3 + 3 * (2 + 2 * 1)); /* rows: 3 of depth 3, each with 2 of depth 2, ... */
    return OK;
}

static err die_in_each(struct ctx *c, void *arg)
{
    (void)arg;
    EACH (r, c, SQL("SELECT key FROM note ORDER BY key LIMIT 10"))
        EACH (q, c, SQL("SELECT key FROM note ORDER BY key LIMIT 10")) die(c, "on purpose");
    return OK;
}

static void rows_are_released_on_every_way_out(void **state)
{
    assert_int_equal(write_(*state, put_notes, NULL), OK);
    assert_int_equal(read_(*state, see_notes, NULL), OK);
    for (int i = 0; i < 40; i++) assert_int_equal(read_(*state, die_in_each, NULL), E_PEER);
    assert_int_equal(read_(*state, see_notes, NULL), OK);
}

/* ---- failing ------------------------------------------------------------- */

struct plan {
    int64_t key;
    enum { WELL, FAILS, DIES, BREAKS, FILLS } how;
};

static err put_note(struct tx *t, void *arg)
{
    struct plan *p = arg;
    db_do(t, SQL("INSERT INTO note(key, who, turn, words) VALUES($1,1,$1,'one')"), I(p->key));
    if (p->how == FAILS) return (fail)(&t->c, E_INVALID, "no such day");
    if (p->how == DIES) die(&t->c, "on purpose");
    if (p->how == BREAKS)
        db_do(t, SQL("INSERT INTO note(key, who, turn, words) VALUES($1,1,$1,'two')"), I(p->key));
    while (p->how == FILLS) (void)NEW(t->c.a, char, 64 * KIB);
    return OK;
}

static err keys_of(struct ctx *c, void *arg)
{
    *(int64_t *)arg = db_int(c, -1, SQL("SELECT coalesce(sum(key), 0) FROM note"));
    return OK;
}

static int64_t keys_sum(struct house *h)
{
    int64_t sum = -1;
    assert_int_equal(read_(h, keys_of, &sum), OK);
    return sum;
}

static void a_piece_that_fails_leaves_nothing(void **state)
{
    struct plan plans[] = { { 1, WELL },   { 2, FAILS },  { 4, DIES },
                            { 8, BREAKS }, { 16, FILLS }, { 32, WELL } };
    err want[] = { OK, E_INVALID, E_PEER, E_PEER, E_PEER, OK };
    for (int i = 0; i < COUNT(plans); i++)
        assert_int_equal(write_(*state, put_note, &plans[i]), want[i]);
    assert_int_equal(keys_sum(*state), 33);
}

static void the_viewer_is_told_why(void **state)
{
    struct house *h = *state;
    struct plan p = { 2, FAILS };
    struct work w = { .a = arena_open(MIB), .now = 1000 };
    assert_int_equal(work_write(h->s, &w, put_note, &p), E_INVALID);
    assert_true(str_eq(w.why, S("no such day")));
    assert_false(w.broken);
    assert_int_equal(w.queries, 1);
    p.how = DIES;
    assert_int_equal(work_write(h->s, &w, put_note, &p), E_PEER);
    assert_true(w.broken && w.why.n > 0);
    arena_close(w.a);
}

static err wrong_sql(struct ctx *c, void *arg)
{
    switch (*(int *)arg) {
    case 0: (void)db_int(c, 0, SQL("SELECT nothing FROM nowhere")); break;
    case 1: (void)db_int(c, 0, SQL("SELECT $1+$2"), I(1)); break;
    case 2: (void)db_int(c, 0, SQL("SELECT 1"), I(1)); break;
    case 3:
        EACH (r, c,
              SQL("INSERT INTO note(key, who, turn, words) VALUES(5,5,5,'x') RETURNING key")) {}
        break;
    default: return OK;
    }
    return OK;
}

static void wrong_statements_die_and_readers_cannot_write(void **state)
{
    for (int i = 0; i < 4; i++) assert_int_equal(read_(*state, wrong_sql, &i), E_PEER);
    assert_int_equal(keys_sum(*state), 0);
}

static err try_some(struct tx *t, void *arg)
{
    (void)arg;
    struct plan well = { 1, WELL }, bad = { 2, FAILS }, last = { 4, WELL };
    TRY(work_try(t, put_note, &well));
    assert_int_equal(work_try(t, put_note, &bad), E_INVALID);
    return work_try(t, put_note, &last);
}

static err try_and_die(struct tx *t, void *arg)
{
    (void)arg;
    struct plan well = { 8, WELL }, bad = { 16, BREAKS };
    TRY(work_try(t, put_note, &well));
    return work_try(t, put_note, &bad);
}

static void an_attempt_is_undone_by_itself(void **state)
{
    assert_int_equal(write_(*state, try_some, NULL), OK);
    assert_int_equal(write_(*state, try_and_die, NULL), E_PEER);
    assert_int_equal(keys_sum(*state), 5);
}

/* ---- many at once -------------------------------------------------------- */

enum { HANDS = 16, TURNS = 50 };
struct hand {
    struct house *h;
    int who;
    int bad; /* pieces that came back with the wrong answer */
};

static err take_turn(struct tx *t, void *arg)
{
    int64_t *at = arg; /* who, turn */
    db_do(t,
          SQL("INSERT INTO note(key, who, turn, words)"
              " SELECT coalesce(max(key), 0)+1, $1, $2, 'turn' FROM note"),
          I(at[0]), I(at[1]));
    if (at[1] % 10 == 3) return (fail)(&t->c, E_CONFLICT, "not this one");
    if (at[1] % 10 == 7) die(&t->c, "on purpose");
    return OK;
}

static void *take_turns(void *arg)
{
    struct hand *hand = arg;
    for (int64_t turn = 0; turn < TURNS; turn++) {
        int64_t at[] = { hand->who, turn };
        err want = turn % 10 == 3 ? E_CONFLICT : turn % 10 == 7 ? E_PEER : OK;
        hand->bad += write_(hand->h, take_turn, at) != want;
    }
    return NULL;
}

static err see_turns(struct ctx *c, void *arg)
{
    (void)arg;
    int n = 0;
    int64_t last[HANDS];
    for (int i = 0; i < HANDS; i++) last[i] = -1;
    EACH (r, c, SQL("SELECT key, who, turn FROM note ORDER BY key LIMIT 2000")) {
        int64_t who = row_int(&r, 1), turn = row_int(&r, 2);
        assert_int_equal(row_int(&r, 0), ++n);
        assert_true(turn > last[who] && turn % 10 != 3 && turn % 10 != 7);
        last[who] = turn;
    }
    assert_int_equal(n, HANDS * TURNS * 8 / 10);
    return OK;
}

static void many_write_at_once_and_all_is_there_once(void **state)
{
    struct house *h = *state;
    pthread_t threads[HANDS];
    struct hand hands[HANDS];
    close_store(h);
    open_store(h, true);
    for (int i = 0; i < HANDS; i++) {
        hands[i] = (struct hand){ h, i, 0 };
        assert_int_equal(pthread_create(&threads[i], NULL, take_turns, &hands[i]), 0);
    }
    for (int i = 0; i < HANDS; i++) pthread_join(threads[i], NULL);
    for (int i = 0; i < HANDS; i++) assert_int_equal(hands[i].bad, 0);
    assert_int_equal(read_(h, see_turns, NULL), OK);
}

static err write_meanwhile(struct ctx *c, void *arg)
{
    struct house *h = arg;
    struct plan p = { 1000, WELL };
    int64_t before = db_int(c, -1, SQL("SELECT count(*) FROM note"));
    assert_int_equal(write_(h, put_note, &p), OK);
    assert_int_equal(db_int(c, -1, SQL("SELECT count(*) FROM note")), before);
    return OK;
}

static void a_reader_sees_one_moment(void **state)
{
    struct plan p = { 1, WELL };
    assert_int_equal(write_(*state, put_note, &p), OK);
    assert_int_equal(read_(*state, write_meanwhile, *state), OK);
    assert_int_equal(keys_sum(*state), 1001);
}

/* ---- time ---------------------------------------------------------------- */

static err never_ends(struct ctx *c, void *arg)
{
    (void)arg;
    (void)db_int(c, 0,
                 SQL("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n)"
                     " SELECT count(*) FROM n WHERE i<0"));
    return OK;
}

static void a_statement_has_its_time_and_no_more(void **state)
{
    struct house *h = *state;
    struct arena *a = arena_open(MIB);
    struct str why = S("");
    struct store_opts o = { .where = str_c(h->where), .readers = 1, .patience_ms = 60 };
    struct store *s = store_open(a, &o, NULL, &why);
    struct work w = { .a = a, .now = 1 };
    assert_non_null(s);
    assert_int_equal(work_read(s, &w, never_ends, NULL), E_PEER);
    assert_true(w.broken);
    store_close(s);
    arena_close(a);
    assert_int_equal(keys_sum(h), 0);
}

/* ---- links that break ---------------------------------------------------- */

static err cut_once(struct ctx *c, void *arg)
{
    int *times = arg;
    if ((*times)++ == 0) {
        if (db_engine(c) != ENGINE_POSTGRES)
            c->db->again = c->db->lost = true, die(c, "link broken, on purpose");
        (void)db_int(c, 0, SQL("SELECT pg_terminate_backend(pg_backend_pid())"));
    }
    return OK;
}

static err write_and_cut(struct tx *t, void *arg)
{
    struct plan p = { 1, WELL };
    TRY(put_note(t, &p));
    return cut_once(&t->c, arg);
}

static void a_broken_link_is_tried_again_on_a_new_one(void **state)
{
    int reads = 0, writes = 0;
    assert_int_equal(read_(*state, cut_once, &reads), OK);
    assert_int_equal(reads, 2);
    assert_int_equal(write_(*state, write_and_cut, &writes), OK);
    assert_int_equal(writes, 2);
    assert_int_equal(keys_sum(*state), 1);
}

static bool mark_once(struct db *db, int64_t number, const char *end)
{
    const char *why = "";
    struct mark m = { 42, number };
    bool before = false;
    assert_true(db->drv->begin(db, &m, &before, &why));
    assert_true(db->drv->script(db, end, &why));
    return before;
}

/* What a commit left behind tells whether it went through, when its answer was lost. */
static void a_commit_is_known_by_its_mark(void **state)
{
    struct house *h = *state;
    struct arena *a = arena_open(MIB);
    struct str why = S("");
    if (!h->remote) { /* SQLite loses no answers */
        arena_close(a);
        return;
    }
    for (int i = 0; i < 2; i++) { /* on the next connection, too */
        struct db *db = db_open(a, str_c(h->where), DB_WRITE, &why);
        assert_non_null(db);
        assert_false(mark_once(db, 10 * i + 1, "ROLLBACK"));
        assert_false(mark_once(db, 10 * i + 1, "COMMIT"));
        db_close(db);
        db = db_open(a, str_c(h->where), DB_WRITE, &why);
        assert_true(mark_once(db, 10 * i + 1, "ROLLBACK"));
        assert_true(mark_once(db, 10 * i + 1, "COMMIT"));
        assert_true(mark_once(db, 10 * i + 1, "COMMIT"));
        assert_false(mark_once(db, 10 * i + 2, "COMMIT"));
        db_close(db);
    }
    arena_close(a);
}

/* ---- schemas ------------------------------------------------------------- */

static void steps_run_once_and_newer_houses_are_refused(void **state)
{
    struct house *h = *state;
    struct arena *a = arena_open(MIB);
    struct str why = S("");
    static const char third[] =
        "-- version 1\nBROKEN;\n-- version 2\nBROKEN;\n-- version 3\n"
        "--sqlite:CREATE TABLE engine(key {key}, name TEXT) {strict};\n"
        "--pg:CREATE TABLE engine(key {key}, name VARCHAR);\n"
        "INSERT INTO engine VALUES(1, 'it''s'); INSERT INTO note VALUES(3, 3, 3, 'c');\n";
    static const char bad[] =
        "-- version 1\nCREATE TABLE half(key {key});\nCREATE TABLE half(key {key});\n";
    const struct schema grown[] = { { "test", third } }, old[] = { { "test", tables } };
    const struct schema broken[] = { { "bad", bad } };
    assert_int_equal(migrate(h->s, a, grown, 1, &why), OK);
    assert_int_equal(migrate(h->s, a, grown, 1, &why), OK);
    assert_int_equal(keys_sum(h), 3);
    assert_int_equal(migrate(h->s, a, old, 1, &why), E_CONFLICT);
    assert_true(str_find(why, S("newer Snug (test 3)")) > 0);
    assert_int_equal(migrate(h->s, a, broken, 1, &why), E_PEER);
    static const char good[] = "-- version 1\nCREATE TABLE half(key {key});\n";
    const struct schema mended[] = { { "bad", good } };
    assert_int_equal(migrate(h->s, a, mended, 1, &why), OK);
    arena_close(a);
}

static void what_cannot_be_opened_says_so(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct str where[] = { S("/nowhere/at/all/house.db"), S("postgresql:///x?host=/nowhere#house"),
                           S("postgresql:///x#no-such;name") };
    for (int i = 0; i < COUNT(where); i++) {
        struct store_opts o = { .where = where[i] };
        struct str why = S("");
        assert_null(store_open(a, &o, NULL, &why));
        assert_true(why.n > 10);
    }
    arena_close(a);
}

#define ON_A_HOUSE(f) cmocka_unit_test_setup_teardown(f, new_house, no_house)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_A_HOUSE(values_come_back_as_they_went),
        ON_A_HOUSE(expressions_read_alike),
        ON_A_HOUSE(rows_are_released_on_every_way_out),
        ON_A_HOUSE(a_piece_that_fails_leaves_nothing),
        ON_A_HOUSE(the_viewer_is_told_why),
        ON_A_HOUSE(wrong_statements_die_and_readers_cannot_write),
        ON_A_HOUSE(an_attempt_is_undone_by_itself),
        ON_A_HOUSE(many_write_at_once_and_all_is_there_once),
        ON_A_HOUSE(a_reader_sees_one_moment),
        ON_A_HOUSE(a_statement_has_its_time_and_no_more),
        ON_A_HOUSE(a_broken_link_is_tried_again_on_a_new_one),
        ON_A_HOUSE(a_commit_is_known_by_its_mark),
        ON_A_HOUSE(steps_run_once_and_newer_houses_are_refused),
        cmocka_unit_test(what_cannot_be_opened_says_so),
    };
    int bad = cmocka_run_group_tests_name("store on SQLite", tests, NULL, NULL);
    remote = getenv("SNUG_TEST_PG") != NULL;
    if (remote) bad += cmocka_run_group_tests_name("store on PostgreSQL", tests, NULL, NULL);
    return bad;
}
