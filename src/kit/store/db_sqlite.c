/* SPDX-License-Identifier: GPL-3.0-or-later
 * db_sqlite.c - storage on SQLite; the one file that includes it. */
#include "kit/store/backup.h"
#include "kit/store/driver.h"

#include "kit/base/date.h"

#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>

enum {
    CACHE = 1024
}; /* open addressing by the literal's address; well above the number of literals */
struct slot {
    const char *text;
    sqlite3_stmt *st;
    int params;
    uint16_t *place; /* of $1, $2 ...; NULL when they appear in order */
    bool busy;
};
struct sqlite {
    struct db db;
    sqlite3 *h;
    struct slot cache[CACHE];
    int n;
    int ticks; /* of the progress handler within one step */
    int64_t since_us;
};
enum { TICK = 50000 }; /* instructions of SQLite's machine: about a millisecond */

static struct sqlite *of(struct ctx *c) { return (struct sqlite *)c->db; }

/* SQLite says FULL only of some writes; of others that the system gave ENOSPC. */
static enum disk disk_of(sqlite3 *h, int code)
{
    if (code == SQLITE_FULL) return DISK_FULL;
    if (code != SQLITE_IOERR && code != SQLITE_CANTOPEN) return DISK_WELL;
    if (sqlite3_system_errno(h) == ENOSPC) return DISK_FULL;
    int more = sqlite3_extended_errcode(h);
    return more == SQLITE_IOERR_FSYNC || more == SQLITE_IOERR_DIR_FSYNC ? DISK_UNSURE : DISK_FAILS;
}

static void note_failure(struct sqlite *d)
{
    int code = sqlite3_errcode(d->h) & 0xff;
    d->db.again = code == SQLITE_BUSY || code == SQLITE_LOCKED;
    d->db.disk = disk_of(d->h, code);
}

static NORETURN void refuse(struct ctx *c, const char *text)
{
    struct sqlite *d = of(c);
    note_failure(d);
    die(c, "%s in: %s", sqlite3_errmsg(d->h), text);
}

static sqlite3_stmt *prepare(struct ctx *c, const char *text, unsigned flags)
{
    sqlite3_stmt *st = NULL;
    if (sqlite3_prepare_v3(of(c)->h, text, -1, flags, &st, NULL) != SQLITE_OK) refuse(c, text);
    return st;
}

/* To SQLite $2 is a name, numbered by order of appearance. */
static int number_of(sqlite3_stmt *st, int at)
{
    const char *name = sqlite3_bind_parameter_name(st, at);
    int got = 0;
    for (const char *p = name ? name + 1 : ""; *p >= '0' && *p <= '9'; p++)
        got = got * 10 + (*p - '0');
    return got;
}

static void map_params(struct ctx *c, struct slot *s)
{
    bool in_order = true;
    s->params = sqlite3_bind_parameter_count(s->st);
    for (int at = 1; at <= s->params; at++) {
        int n = number_of(s->st, at);
        if (n < 1 || n > s->params) die(c, "parameters with gaps in: %s", s->text);
        in_order = in_order && n == at;
    }
    if (in_order) return;
    s->place = calloc((size_t)s->params + 1, sizeof *s->place);
    if (!s->place) abort();
    for (int at = 1; at <= s->params; at++) s->place[number_of(s->st, at)] = (uint16_t)at;
}

/* The literal's address is the key: SQL() makes that sound. One that is in use further up
 * gets a place of its own behind it. */
static struct slot *statement(struct ctx *c, struct sql q)
{
    struct sqlite *d = of(c);
    size_t at = ((uintptr_t)q.text * 0x9E3779B97F4A7C15u) >> 54;
    while (d->cache[at].text && (d->cache[at].text != q.text || d->cache[at].busy))
        at = (at + 1) % CACHE;
    struct slot *s = &d->cache[at];
    if (s->text) return s;
    if (d->n == CACHE - 1) die(c, "statement cache is full");
    sqlite3_stmt *st = prepare(c, q.text, SQLITE_PREPARE_PERSISTENT);
    *s = (struct slot){ .text = q.text, .st = st };
    d->n++;
    map_params(c, s);
    return s;
}

static void done(struct rows *r)
{
    struct slot *s = r->st;
    sqlite3_reset(s->st);
    s->busy = false;
    r->st = NULL;
}

/* Every parameter gets its value, so that nothing borrowed by the last use is ever read. */
static void bind_all(struct ctx *c, struct slot *slot, const struct val *v)
{
    sqlite3_stmt *st = slot->st;
    int i = 1;
    for (; v[i].kind != V_END; i++) {
        if (i > slot->params) die(c, "no $%d in: %s", i, slot->text);
        int at = slot->place ? slot->place[i] : i, rc = SQLITE_OK;
        const char *p = v[i].s.p ? v[i].s.p : "";
        switch (v[i].kind) {
        case V_NULL: rc = sqlite3_bind_null(st, at); break;
        case V_INT: rc = sqlite3_bind_int64(st, at, v[i].i); break;
        case V_REAL: rc = sqlite3_bind_double(st, at, v[i].r); break;
        case V_TEXT:
            rc = sqlite3_bind_text64(st, at, p, (sqlite3_uint64)v[i].s.n, SQLITE_STATIC,
                                     SQLITE_UTF8);
            break;
        case V_BLOB:
            rc = sqlite3_bind_blob64(st, at, p, (sqlite3_uint64)v[i].s.n, SQLITE_STATIC);
            break;
        case V_START:
        case V_END: break;
        }
        if (rc != SQLITE_OK) refuse(c, slot->text); /* out of memory would bind NULL */
    }
    if (i <= slot->params) die(c, "no value for $%d in: %s", i, slot->text);
}

static void start(struct ctx *c, struct sql q, const struct val *v, struct rows *out)
{
    struct slot *s = statement(c, q);
    bind_all(c, s, v);
    s->busy = true;
    out->st = s;
}

static sqlite3_stmt *row(struct rows *r) { return ((struct slot *)r->st)->st; }

static bool next(struct rows *r)
{
    if (!r->st) return false;
    of(r->c)->ticks = 0;
    int rc = sqlite3_step(row(r));
    if (rc == SQLITE_ROW) return true;
    if (rc != SQLITE_DONE) refuse(r->c, ((struct slot *)r->st)->text);
    done(r);
    return false;
}

static int64_t get_int(struct rows *r, int col) { return sqlite3_column_int64(row(r), col); }
static double get_real(struct rows *r, int col) { return sqlite3_column_double(row(r), col); }
static bool is_null(struct rows *r, int col)
{
    return sqlite3_column_type(row(r), col) == SQLITE_NULL;
}

static struct str get_bytes(struct rows *r, int col, bool text)
{
    const void *p =
        text ? (const void *)sqlite3_column_text(row(r), col) : sqlite3_column_blob(row(r), col);
    return str_dup(r->c->a, (struct str){ p, sqlite3_column_bytes(row(r), col) });
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
    d->ticks = 0;
    int rc = sqlite3_exec(d->h, sql, NULL, NULL, NULL);
    db->again = false;
    if (rc == SQLITE_OK) return true;
    note_failure(d);
    *why = sqlite3_errmsg(d->h);
    return false;
}

/* A commit that failed left nothing behind here: no mark is needed. */
static bool begin(struct db *db, const struct mark *m, bool *before, const char **why)
{
    *before = false;
    return script(db, m ? "BEGIN IMMEDIATE" : "BEGIN", why);
}

/* A commit that failed may have ended the transaction by itself. */
static bool rollback(struct db *db, const char **why)
{
    return sqlite3_get_autocommit(((struct sqlite *)db)->h) || script(db, "ROLLBACK", why);
}

static void reset(struct db *db)
{
    struct sqlite *d = (struct sqlite *)db;
    for (int i = 0; i < CACHE; i++) {
        if (!d->cache[i].busy) continue;
        sqlite3_reset(d->cache[i].st);
        d->cache[i].busy = false;
    }
}

static void close_(struct db *db)
{
    struct sqlite *d = (struct sqlite *)db;
    for (int i = 0; i < CACHE; i++) {
        sqlite3_finalize(d->cache[i].st);
        free(d->cache[i].place);
    }
    sqlite3_close_v2(d->h);
    free(d);
}

/* Asked every so many instructions: has this step had its time? */
static int overdue(void *arg)
{
    struct sqlite *d = arg;
    int64_t now = clock_us();
    if (d->ticks++ == 0) d->since_us = now;
    return now - d->since_us > d->db.patience_ms * (int64_t)1000;
}

/* ---- what PostgreSQL has and SQLite lacks -------------------------------- */

static bool above(sqlite3_value *x, sqlite3_value *y)
{
    int kx = sqlite3_value_type(x), ky = sqlite3_value_type(y);
    if (kx == SQLITE_INTEGER && ky == SQLITE_INTEGER)
        return sqlite3_value_int64(x) > sqlite3_value_int64(y);
    if (kx == SQLITE_TEXT && ky == SQLITE_TEXT) {
        struct str a = { (const char *)sqlite3_value_text(x), sqlite3_value_bytes(x) };
        return str_cmp(a, (struct str){ (const char *)sqlite3_value_text(y),
                                        sqlite3_value_bytes(y) }) > 0;
    }
    return sqlite3_value_double(x) > sqlite3_value_double(y);
}

static void best(sqlite3_context *x, int n, sqlite3_value **v, bool most)
{
    sqlite3_value *got = NULL;
    for (int i = 0; i < n; i++) {
        if (sqlite3_value_type(v[i]) == SQLITE_NULL) continue;
        if (!got || (most ? above(v[i], got) : above(got, v[i]))) got = v[i];
    }
    if (got) sqlite3_result_value(x, got);
}

static void greatest(sqlite3_context *x, int n, sqlite3_value **v) { best(x, n, v, true); }
static void least(sqlite3_context *x, int n, sqlite3_value **v) { best(x, n, v, false); }

struct joined {
    sqlite3_str *text;
};

static void join_step(sqlite3_context *x, int n, sqlite3_value **v)
{
    struct joined *j = sqlite3_aggregate_context(x, sizeof *j);
    (void)n;
    if (!j || sqlite3_value_type(v[0]) == SQLITE_NULL) return;
    if (!j->text) j->text = sqlite3_str_new(sqlite3_context_db_handle(x));
    else
        sqlite3_str_append(j->text, (const char *)sqlite3_value_text(v[1]),
                           sqlite3_value_bytes(v[1]));
    sqlite3_str_append(j->text, (const char *)sqlite3_value_text(v[0]), sqlite3_value_bytes(v[0]));
}

static void join_end(sqlite3_context *x)
{
    struct joined *j = sqlite3_aggregate_context(x, 0);
    if (!j || !j->text) return; /* of nothing: NULL */
    int n = sqlite3_str_length(j->text), rc = sqlite3_str_errcode(j->text);
    char *text = sqlite3_str_finish(j->text);
    if (rc == SQLITE_OK) sqlite3_result_text(x, text ? text : sqlite3_mprintf(""), n, sqlite3_free);
    else sqlite3_free(text), sqlite3_result_error_code(x, rc);
}

static void octets(sqlite3_context *x, int n, sqlite3_value **v)
{
    (void)n;
    if (sqlite3_value_type(v[0]) != SQLITE_NULL) sqlite3_result_int64(x, sqlite3_value_bytes(v[0]));
}

static int by_bytes(void *unused, int an, const void *a, int bn, const void *b)
{
    (void)unused;
    return str_cmp((struct str){ a, an }, (struct str){ b, bn });
}

/* SQLite cuts the write-ahead log off without a sync: a power cut would bring back what stood in
 * it. */
static bool sync_log(sqlite3 *h)
{
    sqlite3_file *f = NULL;
    int rc = sqlite3_file_control(h, "main", SQLITE_FCNTL_JOURNAL_POINTER, &f);
    return rc == SQLITE_OK && f && f->pMethods &&
           f->pMethods->xSync(f, SQLITE_SYNC_NORMAL) == SQLITE_OK;
}

/* secure_delete has overwritten what was deleted; older pages stand in the write-ahead log until
 * all of it is copied back and cut off, for which nobody may still be reading them. */
static bool scrub(struct db *db, const char **why)
{
    struct sqlite *d = (struct sqlite *)db;
    sqlite3_stmt *st = NULL;
    d->ticks = 0;
    bool ok =
        sqlite3_prepare_v2(d->h, "PRAGMA wal_checkpoint(TRUNCATE)", -1, &st, NULL) == SQLITE_OK &&
        sqlite3_step(st) == SQLITE_ROW && sqlite3_column_int(st, 0) == 0;
    if (sqlite3_finalize(st) != SQLITE_OK) *why = sqlite3_errmsg(d->h);
    else if (!ok) *why = "somebody is still reading what was there before";
    else if (!(ok = sync_log(d->h))) *why = "the write-ahead log can't be synced";
    return ok;
}

static const struct driver sqlite_driver = {
    .engine = ENGINE_SQLITE,
    .close = close_,
    .start = start,
    .next = next,
    .done = done,
    .get_int = get_int,
    .get_real = get_real,
    .get_bytes = get_bytes,
    .is_null = is_null,
    .run = run,
    .script = script,
    .begin = begin,
    .rollback = rollback,
    .reset = reset,
    .scrub = scrub,
};

static bool add_functions(sqlite3 *h)
{
    int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    return sqlite3_create_function(h, "greatest", -1, flags, NULL, greatest, NULL, NULL) ==
               SQLITE_OK &&
           sqlite3_create_function(h, "least", -1, flags, NULL, least, NULL, NULL) == SQLITE_OK &&
           sqlite3_create_function(h, "octet_length", 1, flags, NULL, octets, NULL, NULL) ==
               SQLITE_OK &&
           sqlite3_create_function(h, "string_agg", 2, flags, NULL, NULL, join_step, join_end) ==
               SQLITE_OK &&
           sqlite3_create_collation(h, "C", SQLITE_UTF8, NULL, by_bytes) == SQLITE_OK;
}

static bool settle(struct sqlite *d, enum db_mode mode)
{
    const char *why,
        *common =
            "PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; PRAGMA case_sensitive_like=ON;"
            "PRAGMA temp_store=MEMORY; PRAGMA secure_delete=ON;";
    const char *writer =
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=16000;"
        "PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-32000;";
    const char *reader =
        "PRAGMA query_only=ON; PRAGMA cache_size=-4000; PRAGMA mmap_size=268435456;";
    sqlite3_busy_timeout(d->h, 5000);
    sqlite3_db_config(d->h, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(d->h, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(d->h, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    sqlite3_progress_handler(d->h, TICK, overdue, d);
    return add_functions(d->h) && script(&d->db, common, &why) &&
           script(&d->db, mode == DB_WRITE ? writer : reader, &why);
}

static pthread_once_t configured = PTHREAD_ONCE_INIT;

/* Nobody asks SQLite how much memory it has, and counting takes a lock each time. */
static void configure(void) { (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

struct db *db_sqlite_open(struct arena *a, struct str path, enum db_mode mode, struct str *why)
{
    struct sqlite *d = calloc(1, sizeof *d);
    if (!d) abort();
    pthread_once(&configured, configure);
    d->db.drv = &sqlite_driver;
    d->db.patience_ms = mode == DB_WRITE ? PATIENCE_WRITE_MS : PATIENCE_READ_MS;
    int flags =
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (mode == DB_WRITE ? SQLITE_OPEN_CREATE : 0);
    int rc = sqlite3_open_v2(str_z(a, path), &d->h, flags, NULL);
    if (rc == SQLITE_OK && settle(d, mode)) return &d->db;
    note_failure(d);
    *why = str_fmt(a, "the house's database can't be opened: %s%s",
                   d->db.disk == DISK_FULL ? "the disk is full" : sqlite3_errmsg(d->h),
                   d->db.disk == DISK_FAILS ? " (is the disk full?)" : "");
    close_(&d->db);
    return NULL;
}

/* ---- backup -------------------------------------------------------------- */

static bool copy_is_sound(sqlite3 *h)
{
    sqlite3_stmt *st = NULL;
    bool ok = sqlite3_prepare_v2(h, "PRAGMA integrity_check(1)", -1, &st, NULL) == SQLITE_OK &&
              sqlite3_step(st) == SQLITE_ROW &&
              strcmp((const char *)sqlite3_column_text(st, 0), "ok") == 0;
    sqlite3_finalize(st);
    return ok;
}

static int copy_pages(sqlite3 *in, sqlite3 *out, const atomic_bool *stop)
{
    enum { PAGES = 4096 };
    int rc = sqlite3_exec(in, "BEGIN; SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL);
    if (rc != SQLITE_OK) return rc;
    sqlite3_backup *b = sqlite3_backup_init(out, "main", in, "main");
    if (!b) return sqlite3_errcode(out);
    do rc = sqlite3_backup_step(b, PAGES); /* of the snapshot that BEGIN holds */
    while (rc == SQLITE_OK && !(stop && atomic_load(stop)));
    int ended = sqlite3_backup_finish(b);
    return rc == SQLITE_DONE ? ended : rc == SQLITE_OK ? SQLITE_INTERRUPT : rc;
}

static int make_sole(sqlite3 *h)
{
    return sqlite3_exec(h, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL);
}

err backup_sqlite(struct arena *a, struct str from, struct str to, const atomic_bool *stop,
                  struct str *why)
{
    enum { WAIT_MS = 30000 };
    sqlite3 *in = NULL, *out = NULL;
    int rc = sqlite3_open_v2(str_z(a, from), &in, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
    if (rc == SQLITE_OK) {
        sqlite3_busy_timeout(in, WAIT_MS);
        rc =
            sqlite3_open_v2(str_z(a, to), &out,
                            SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
    }
    if (rc == SQLITE_OK) rc = copy_pages(in, out, stop);
    if (rc == SQLITE_OK) rc = make_sole(out);
    bool ok = rc == SQLITE_OK && copy_is_sound(out);
    if (!ok)
        *why = str_fmt(a, "the copy could not be made: %s",
                       rc == SQLITE_OK ? "it does not read back as it was written"
                                       : sqlite3_errstr(rc));
    sqlite3_close(in);
    sqlite3_close(out);
    return ok ? OK : E_PEER;
}

err backup_sole(struct arena *a, struct str path, struct str *why)
{
    sqlite3 *h = NULL;
    int rc = sqlite3_open_v2(str_z(a, path), &h, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (rc == SQLITE_OK) rc = make_sole(h);
    sqlite3_close(h);
    if (rc == SQLITE_OK) return OK;
    *why = str_fmt(a, "%.*s: %s", STR(path), sqlite3_errstr(rc));
    return rc == SQLITE_BUSY || rc == SQLITE_LOCKED ? E_CONFLICT : E_PEER;
}
