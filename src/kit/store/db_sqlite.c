/* SPDX-License-Identifier: GPL-3.0-or-later
 * db_sqlite.c - storage on SQLite; the one file that includes it. */
#include "kit/store/driver.h"

#include <sqlite3.h>
#include <stdlib.h>

enum { CACHE = 1024 }; /* open addressing by the literal's address; well above the number of literals */
struct slot {
    const char *text;
    sqlite3_stmt *st;
};
struct sqlite {
    struct db db;
    sqlite3 *h;
    struct slot cache[CACHE];
    int n;
};

static struct sqlite *of(struct ctx *c) { return (struct sqlite *)c->db; }

static NORETURN void refuse(struct ctx *c, const char *text)
{
    struct sqlite *d = of(c);
    int code = sqlite3_errcode(d->h);
    d->db.again = code == SQLITE_BUSY || code == SQLITE_LOCKED;
    die(c, "%s in: %s", sqlite3_errmsg(d->h), text);
}

static sqlite3_stmt *prepare(struct ctx *c, const char *text, unsigned flags)
{
    sqlite3_stmt *st = NULL;
    if (sqlite3_prepare_v3(of(c)->h, text, -1, flags, &st, NULL) != SQLITE_OK) refuse(c, text);
    return st;
}

/* The literal's address is the key: SQL() makes that sound. */
static sqlite3_stmt *statement(struct ctx *c, struct sql q, int *once)
{
    struct sqlite *d = of(c);
    size_t at = ((uintptr_t)q.text * 0x9E3779B97F4A7C15u) >> 54;
    while (d->cache[at].text && d->cache[at].text != q.text) at = (at + 1) % CACHE;
    struct slot *s = &d->cache[at];
    if (s->st && !sqlite3_stmt_busy(s->st)) return s->st;
    if (s->st) return *once = 1, prepare(c, q.text, 0); /* in use further up: one for this time */
    if (d->n == CACHE - 1) die(c, "statement cache is full");
    s->st = prepare(c, q.text, SQLITE_PREPARE_PERSISTENT);
    s->text = q.text;
    d->n++;
    return s->st;
}

static void done(struct rows *r)
{
    sqlite3_reset(r->st);
    sqlite3_clear_bindings(r->st);
    if (r->n) sqlite3_finalize(r->st);
    r->st = NULL;
}

/* To SQLite $2 is a name, numbered by order of appearance: find each by its name. */
static int place(sqlite3_stmt *st, int number)
{
    for (int i = 0, n = sqlite3_bind_parameter_count(st); i < n; i++) {
        int at = (number - 1 + i) % n + 1; /* mostly the first try */
        const char *name = sqlite3_bind_parameter_name(st, at);
        int got = 0;
        for (const char *p = name ? name + 1 : ""; *p; p++) got = got * 10 + (*p - '0');
        if (got == number) return at;
    }
    return 0;
}

static void bind_all(struct ctx *c, sqlite3_stmt *st, struct sql q, const struct val *v)
{
    for (int i = 1; v[i].kind != V_END; i++) {
        int at = place(st, i), rc = SQLITE_OK;
        if (!at) die(c, "no $%d in: %s", i, q.text);
        const char *p = v[i].s.p ? v[i].s.p : "";
        switch (v[i].kind) {
        case V_NULL: rc = sqlite3_bind_null(st, at); break;
        case V_INT: rc = sqlite3_bind_int64(st, at, v[i].i); break;
        case V_REAL: rc = sqlite3_bind_double(st, at, v[i].r); break;
        case V_TEXT: rc = sqlite3_bind_text64(st, at, p, (sqlite3_uint64)v[i].s.n, SQLITE_STATIC, SQLITE_UTF8); break;
        case V_BLOB: rc = sqlite3_bind_blob64(st, at, p, (sqlite3_uint64)v[i].s.n, SQLITE_STATIC); break;
        case V_START:
        case V_END: break;
        }
        if (rc != SQLITE_OK) refuse(c, q.text); /* out of memory would bind NULL */
    }
}

static void start(struct ctx *c, struct sql q, const struct val *v, struct rows *out)
{
    out->st = statement(c, q, &out->n);
    bind_all(c, out->st, q, v);
}

static bool next(struct rows *r)
{
    if (!r->st) return false;
    int rc = sqlite3_step(r->st);
    if (rc == SQLITE_ROW) return true;
    if (rc != SQLITE_DONE) refuse(r->c, sqlite3_sql(r->st));
    done(r);
    return false;
}

static int64_t get_int(struct rows *r, int col) { return sqlite3_column_int64(r->st, col); }
static double get_real(struct rows *r, int col) { return sqlite3_column_double(r->st, col); }
static bool is_null(struct rows *r, int col) { return sqlite3_column_type(r->st, col) == SQLITE_NULL; }

static struct str get_bytes(struct rows *r, int col, bool text)
{
    const void *p = text ? (const void *)sqlite3_column_text(r->st, col) : sqlite3_column_blob(r->st, col);
    return str_dup(r->c->a, (struct str){ p, sqlite3_column_bytes(r->st, col) });
}

static int64_t run(struct ctx *c, struct sql q, const struct val *v)
{
    struct rows r __attribute__((cleanup(rows_done))) = { .c = c };
    start(c, q, v, &r);
    while (next(&r)) {}
    return sqlite3_changes64(of(c)->h);
}

static bool script(struct db *db, const char *sql, const char **why)
{
    struct sqlite *d = (struct sqlite *)db;
    int rc = sqlite3_exec(d->h, sql, NULL, NULL, NULL);
    db->again = rc == SQLITE_BUSY || rc == SQLITE_LOCKED;
    if (rc != SQLITE_OK) *why = sqlite3_errmsg(d->h);
    return rc == SQLITE_OK;
}

static void reset(struct db *db)
{
    struct sqlite *d = (struct sqlite *)db;
    for (sqlite3_stmt *st = NULL, *after; (st = sqlite3_next_stmt(d->h, st)) != NULL; st = after) {
        after = st;
        sqlite3_reset(st);
        sqlite3_clear_bindings(st);
    }
}

static void close_(struct db *db)
{
    struct sqlite *d = (struct sqlite *)db;
    for (int i = 0; i < CACHE; i++) sqlite3_finalize(d->cache[i].st);
    sqlite3_close_v2(d->h);
    free(d);
}

/* ---- what PostgreSQL has and SQLite lacks -------------------------------- */

static void best(sqlite3_context *x, int n, sqlite3_value **v, int sign)
{
    sqlite3_value *most = NULL;
    for (int i = 0; i < n; i++) {
        if (sqlite3_value_type(v[i]) == SQLITE_NULL) continue;
        bool real = sqlite3_value_numeric_type(v[i]) == SQLITE_FLOAT;
        if (!most) most = v[i];
        else if (real ? (sqlite3_value_double(v[i]) - sqlite3_value_double(most)) * sign > 0
                      : (sqlite3_value_int64(v[i]) > sqlite3_value_int64(most)) == (sign > 0) &&
                            sqlite3_value_int64(v[i]) != sqlite3_value_int64(most))
            most = v[i];
    }
    if (most) sqlite3_result_value(x, most);
}

static void greatest(sqlite3_context *x, int n, sqlite3_value **v) { best(x, n, v, 1); }
static void least(sqlite3_context *x, int n, sqlite3_value **v) { best(x, n, v, -1); }

static int by_bytes(void *unused, int an, const void *a, int bn, const void *b)
{
    (void)unused;
    return str_cmp((struct str){ a, an }, (struct str){ b, bn });
}

static const struct driver sqlite_driver = {
    .engine = ENGINE_SQLITE, .close = close_, .start = start, .next = next, .done = done,
    .get_int = get_int, .get_real = get_real, .get_bytes = get_bytes, .is_null = is_null,
    .run = run, .script = script, .reset = reset,
};

static bool settle(struct sqlite *d, enum db_mode mode)
{
    const char *why, *common = "PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; PRAGMA case_sensitive_like=ON;"
                               "PRAGMA temp_store=MEMORY; PRAGMA secure_delete=ON;";
    const char *writer = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=4000;"
                         "PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-32000;";
    const char *reader = "PRAGMA query_only=ON; PRAGMA cache_size=-4000;";
    sqlite3_busy_timeout(d->h, 5000);
    sqlite3_db_config(d->h, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(d->h, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(d->h, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    return sqlite3_create_function(d->h, "greatest", -1, flags, NULL, greatest, NULL, NULL) == SQLITE_OK &&
           sqlite3_create_function(d->h, "least", -1, flags, NULL, least, NULL, NULL) == SQLITE_OK &&
           sqlite3_create_collation(d->h, "C", SQLITE_UTF8, NULL, by_bytes) == SQLITE_OK &&
           script(&d->db, common, &why) && script(&d->db, mode == DB_WRITE ? writer : reader, &why);
}

struct db *db_sqlite_open(struct arena *a, struct str path, enum db_mode mode, struct str *why)
{
    struct sqlite *d = calloc(1, sizeof *d);
    if (!d) abort();
    d->db.drv = &sqlite_driver;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (mode == DB_WRITE ? SQLITE_OPEN_CREATE : 0);
    int rc = sqlite3_open_v2(str_z(a, path), &d->h, flags, NULL);
    if (rc == SQLITE_OK && settle(d, mode)) return &d->db;
    *why = str_fmt(a, "the house's database can't be opened: %s", sqlite3_errmsg(d->h));
    close_(&d->db);
    return NULL;
}
