/* SPDX-License-Identifier: GPL-3.0-or-later
 * db_pg.c - storage on PostgreSQL; the one file that includes libpq.
 *
 * Every call is asynchronous with a deadline; past it the connection is thrown away, never
 * cancelled: a cancelled commit reports success without being safe. Parameters go in binary,
 * answers come as text. */
#include "kit/store/driver.h"

#include "kit/base/date.h"

#include <libpq-fe.h>
#include <poll.h>
#include <stdlib.h>

enum { CACHE = 2048, OPEN = 32, SCHEMA = 63 };
enum { OID_INT8 = 20, OID_TEXT = 25, OID_BYTEA = 17, OID_FLOAT8 = 701 };

/* One prepared statement per literal and kinds of its values: the type of a NULL is left to the
 * server. */
struct slot {
    const char *text;
    uint64_t kinds;
    int number;
};
struct pg {
    struct db db;
    PGconn *h;
    bool writes;
    struct slot cache[CACHE];
    int n;
    PGresult *open[OPEN]; /* answers being read, oldest first */
    int n_open;
    int room; /* values that fit into the five below */
    const char **values;
    int *lengths, *formats;
    Oid *types;
    uint64_t *numbers; /* big-endian */
    char why[256];
};

static struct pg *of(struct ctx *c) { return (struct pg *)c->db; }

/* ---- waiting ------------------------------------------------------------- */

/* The link broke: try again on another. Past the deadline that is for the caller to say. */
static PGresult *give_up(struct pg *d, const char *why, bool again)
{
    snprintf(d->why, sizeof d->why, "%s", why);
    d->db.lost = true;
    d->db.again = again;
    return NULL;
}

/* Sends what waits and reads until an answer is whole; false past the deadline or when the link
 * broke. */
static bool ready(struct pg *d, int64_t until_us)
{
    for (;;) {
        int unsent = PQflush(d->h);
        if (unsent < 0) return false;
        if (!unsent && !PQisBusy(d->h)) return true;
        int64_t left_us = until_us - clock_us();
        if (left_us <= 0) return false;
        struct pollfd p = { .fd = PQsocket(d->h),
                            .events = (short)(POLLIN | (unsent ? POLLOUT : 0)) };
        if (poll(&p, 1, (int)(left_us / 1000 + 1)) > 0 && !PQconsumeInput(d->h)) return false;
    }
}

static bool good(const PGresult *r)
{
    ExecStatusType is = PQresultStatus(r);
    return is == PGRES_COMMAND_OK || is == PGRES_TUPLES_OK || is == PGRES_EMPTY_QUERY;
}

/* Classes of failure by SQLSTATE. The detail of a message quotes values: it is left out. */
static void note_failure(struct pg *d, const PGresult *r)
{
    const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
    const char *message = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
    struct str s = str_c(state);
    bool broken = PQstatus(d->h) == CONNECTION_BAD || !state || str_begins(s, S("080"));
    /* read-only: to a writer it says that the primary is another one now */
    bool moved = str_begins(s, S("57P")) || (d->writes && str_eq(s, S("25006")));
    d->db.lost = d->db.lost || broken || moved;
    d->db.again = d->db.lost || str_begins(s, S("40"));
    snprintf(d->why, sizeof d->why, "%s %s", state ? state : "link", message ? message : "broken");
}

/* The answer to what was sent, or NULL with what note_failure() and give_up() leave. Of several
 * statements: the last answer, or the first that failed. */
static PGresult *answer(struct pg *d, bool sent)
{
    PGresult *last = NULL, *r;
    int64_t until_us = clock_us() + d->db.patience_ms * (int64_t)1000;
    d->db.again = false;
    if (!sent) return give_up(d, "link broken", true);
    while (ready(d, until_us)) {
        r = PQgetResult(d->h);
        if (!r && last && good(last)) return last;
        if (!r) {
            if (last) note_failure(d, last);
            else give_up(d, "no answer", true);
            PQclear(last);
            return NULL;
        }
        if (last && !good(last)) {
            PQclear(r);
        } else {
            PQclear(last);
            last = r;
        }
    }
    PQclear(last);
    bool broken = PQstatus(d->h) == CONNECTION_BAD;
    return give_up(d, broken ? "link broken" : "no answer in time", broken);
}

static NORETURN void refuse(struct ctx *c, struct sql q)
{
    die(c, "%s in: %s", of(c)->why, q.text);
}

/* ---- statements ---------------------------------------------------------- */

static void make_room(struct pg *d, int n)
{
    if (n <= d->room) return;
    d->room = MAX(64, n * 2);
    size_t room = (size_t)d->room;
    d->values = realloc(d->values, room * sizeof *d->values);
    d->lengths = realloc(d->lengths, room * sizeof *d->lengths);
    d->formats = realloc(d->formats, room * sizeof *d->formats);
    d->types = realloc(d->types, room * sizeof *d->types);
    d->numbers = realloc(d->numbers, room * sizeof *d->numbers);
    if (!d->values || !d->lengths || !d->formats || !d->types || !d->numbers) abort();
}

static void put_bits(struct pg *d, int i, uint64_t bits)
{
    d->numbers[i] = __builtin_bswap64(bits);
    d->values[i] = (const char *)&d->numbers[i];
    d->lengths[i] = 8;
}

static void put_value(struct pg *d, int i, const struct val *v)
{
    static const Oid types[] = {
        [V_INT] = OID_INT8, [V_REAL] = OID_FLOAT8, [V_TEXT] = OID_TEXT, [V_BLOB] = OID_BYTEA
    };
    uint64_t bits;
    d->types[i] = types[v->kind];
    d->formats[i] = 1;
    d->lengths[i] = 0;
    d->values[i] = NULL;
    if (v->kind == V_INT) put_bits(d, i, (uint64_t)v->i);
    if (v->kind == V_REAL) memcpy(&bits, &v->r, sizeof bits), put_bits(d, i, bits);
    if (v->kind != V_TEXT && v->kind != V_BLOB) return;
    d->values[i] = v->s.p ? v->s.p : "";
    d->lengths[i] = (int)v->s.n;
}

/* Lays the values out for libpq; how many, and *kinds, a fingerprint of their types. */
static int put_values(struct pg *d, const struct val *v, uint64_t *kinds)
{
    int n = 0;
    while (v[n + 1].kind != V_END) n++;
    make_room(d, n);
    *kinds = 0xcbf29ce484222325u;
    for (int i = 0; i < n; i++) {
        put_value(d, i, &v[i + 1]);
        *kinds = (*kinds ^ v[i + 1].kind) * 0x100000001b3u;
    }
    return n;
}

/* How many parameters the text has; a $ between quotes is no parameter. */
static int params_of(const char *text)
{
    int most = 0;
    bool quoted = false;
    for (const char *p = text; *p; p++) {
        quoted ^= *p == '\'';
        if (!quoted && *p == '$') most = MAX(most, (int)strtol(p + 1, NULL, 10));
    }
    return most;
}

static void prepared(struct ctx *c, struct sql q, uint64_t kinds, int n, char name[16])
{
    struct pg *d = of(c);
    size_t at = (((uintptr_t)q.text ^ kinds) * 0x9E3779B97F4A7C15u) >> 53;
    while (d->cache[at].text && (d->cache[at].text != q.text || d->cache[at].kinds != kinds))
        at = (at + 1) % CACHE;
    struct slot *s = &d->cache[at];
    snprintf(name, 16, "s%d", s->text ? s->number : d->n);
    if (s->text) return;
    if (d->n == CACHE - 1) die(c, "statement cache is full");
    if (params_of(q.text) != n) die(c, "%d values for: %s", n, q.text);
    PGresult *r = answer(d, PQsendPrepare(d->h, name, q.text, n, d->types));
    if (!r) refuse(c, q);
    PQclear(r);
    *s = (struct slot){ q.text, kinds, d->n++ };
}

static PGresult *ask(struct ctx *c, struct sql q, const struct val *v)
{
    struct pg *d = of(c);
    uint64_t kinds;
    char name[16];
    int n = put_values(d, v, &kinds);
    prepared(c, q, kinds, n, name);
    PGresult *r =
        answer(d, PQsendQueryPrepared(d->h, name, n, d->values, d->lengths, d->formats, 0));
    if (!r) refuse(c, q);
    return r;
}

static void start(struct ctx *c, struct sql q, const struct val *v, struct rows *out)
{
    struct pg *d = of(c);
    if (d->n_open == OPEN) die(c, "queries nested too deep: %s", q.text);
    PGresult *r = ask(c, q, v);
    d->open[d->n_open++] = r;
    out->st = r;
    out->at = -1;
    out->n = PQntuples(r);
}

static void done(struct rows *r)
{
    struct pg *d = of(r->c);
    for (int i = d->n_open - 1; i >= 0; i--) {
        if (d->open[i] != r->st) continue;
        memmove(&d->open[i], &d->open[i + 1], sizeof d->open[0] * (size_t)(d->n_open - i - 1));
        d->n_open--;
        PQclear(r->st);
        break;
    }
    r->st = NULL;
}

static bool next(struct rows *r)
{
    if (!r->st) return false;
    if (++r->at < r->n) return true;
    done(r);
    return false;
}

static int64_t run(struct ctx *c, struct sql q, const struct val *v)
{
    int64_t touched = 0;
    PGresult *r = ask(c, q, v);
    if (!str_int(str_c(PQcmdTuples(r)), &touched)) touched = 0;
    PQclear(r);
    return touched;
}

/* ---- values -------------------------------------------------------------- */

static bool is_null(struct rows *r, int col)
{
    return col >= PQnfields(r->st) || PQgetisnull(r->st, r->at, col);
}

static struct str field(struct rows *r, int col)
{
    if (is_null(r, col)) return (struct str){ 0 };
    return (struct str){ PQgetvalue(r->st, r->at, col), PQgetlength(r->st, r->at, col) };
}

static double get_real(struct rows *r, int col)
{
    struct str s = field(r, col);
    return s.n ? (*s.p == 't' ? 1 : strtod(s.p, NULL)) : 0; /* libpq ends each value with a NUL */
}

static int64_t get_int(struct rows *r, int col)
{
    struct str s = field(r, col);
    int64_t i;
    if (str_int(s, &i)) return i;
    double real = get_real(r, col); /* a boolean, a fraction */
    return real >= 0x1p63 ? INT64_MAX : real <= -0x1p63 ? INT64_MIN : (int64_t)real;
}

static int nibble(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

static struct str get_bytes(struct rows *r, int col, bool text)
{
    (void)text;
    struct str s = field(r, col);
    if (!s.p || PQftype(r->st, col) != OID_BYTEA) return str_dup(r->c->a, s);
    s = str_from(s, 2); /* \x */
    char *p = NEW(r->c->a, char, s.n / 2 + 1);
    for (ptrdiff_t i = 0; i < s.n / 2; i++)
        p[i] = (char)(nibble(s.p[2 * i]) << 4 | nibble(s.p[2 * i + 1]));
    return (struct str){ p, s.n / 2 };
}

/* ---- connection ---------------------------------------------------------- */

static PGresult *plain(struct pg *d, const char *sql) { return answer(d, PQsendQuery(d->h, sql)); }

static bool script(struct db *db, const char *sql, const char **why)
{
    struct pg *d = (struct pg *)db;
    PGresult *r = plain(d, sql);
    if (!r) *why = d->why;
    /* COMMIT of a spoiled transaction answers ROLLBACK without an error */
    bool undone =
        r && str_begins(str_c(sql), S("COMMIT")) && str_eq(str_c(PQcmdStatus(r)), S("ROLLBACK"));
    if (undone) *why = "the transaction was spoiled";
    PQclear(r);
    return r && !undone;
}

static bool rollback(struct db *db, const char **why) { return script(db, "ROLLBACK", why); }

/* The server goes on with what a lost connection had asked: it has a limit of its own, behind ours,
 * so that what it says then is never heard, least of all of a commit.
 *
 * Several processes may write one house: one at a time, as the log is one chain. The mark is a
 * row of the process, changed by each commit; when it stands there already, that commit went
 * through, and changing the row again makes this one wait for the standby as well. */
static bool begin(struct db *db, const struct mark *m, bool *before, const char **why)
{
    struct pg *d = (struct pg *)db;
    char sql[640];
    *before = false;
    if (!m) {
        snprintf(sql, sizeof sql,
                 "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;"
                 "SET LOCAL statement_timeout=%d",
                 d->db.patience_ms + 1000);
        return script(db, sql, why);
    }
    snprintf(sql, sizeof sql,
             "BEGIN; SET LOCAL statement_timeout=%d; SELECT "
             "pg_advisory_xact_lock(hashtext(current_schema())::bigint);"
             "INSERT INTO store_writer AS w(writer, mark, again, at)"
             " VALUES(%" PRId64 ", %" PRId64 ", 0, extract(epoch FROM now())::bigint)"
             " ON CONFLICT(writer) DO UPDATE SET mark=excluded.mark, at=excluded.at,"
             " again=CASE WHEN w.mark=excluded.mark THEN w.again+1 ELSE 0 END RETURNING again",
             2 * d->db.patience_ms, m->writer, m->number);
    PGresult *r = plain(d, sql);
    if (!r) return *why = d->why, false;
    *before = PQntuples(r) == 1 && strcmp(PQgetvalue(r, 0, 0), "0") != 0;
    PQclear(r);
    return true;
}

static void reset(struct db *db)
{
    struct pg *d = (struct pg *)db;
    while (d->n_open) PQclear(d->open[--d->n_open]);
}

static void close_(struct db *db)
{
    struct pg *d = (struct pg *)db;
    reset(db);
    PQfinish(d->h);
    free(d->values), free(d->lengths), free(d->formats), free(d->types), free(d->numbers);
    free(d);
}

/* Rows that nobody can see any more give their room back, to be written over. */
static bool scrub(struct db *db, const char **why)
{
    struct pg *d = (struct pg *)db;
    PGresult *tables =
        plain(d, "SELECT 'VACUUM ' || quote_ident(tablename) FROM pg_tables WHERE "
                 "schemaname=current_schema() AND tablename<>'store_writer' ORDER BY tablename");
    bool ok = tables != NULL;
    for (int i = 0; ok && i < PQntuples(tables); i++)
        ok = script(db, PQgetvalue(tables, i, 0), why);
    if (!tables) *why = d->why;
    PQclear(tables);
    return ok;
}

static const struct driver pg_driver = {
    .engine = ENGINE_POSTGRES,
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
    .rollback = rollback,
    .begin = begin,
    .reset = reset,
    .scrub = scrub,
};

static void quiet(void *unused, const PGresult *notice) { (void)unused, (void)notice; }

/* The fragment of the address names the schema of the house. */
static bool split_schema(struct str *url, struct str *schema)
{
    ptrdiff_t at = str_rchr(*url, '#');
    *schema = at < 0 ? S("snug") : str_from(*url, at + 1);
    if (at >= 0) *url = str_upto(*url, at);
    for (ptrdiff_t i = 0; i < schema->n; i++) {
        char c = schema->p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '_'))
            return false;
    }
    return schema->n > 0 && schema->n <= SCHEMA;
}

static bool make_schema(struct pg *d, struct arena *a, struct str schema)
{
    PGresult *r =
        plain(d, str_z(a, str_fmt(a, "SELECT to_regclass('\"%.*s\".store_writer') IS NULL",
                                  STR(schema))));
    bool missing = r && strcmp(PQgetvalue(r, 0, 0), "t") == 0, well = r != NULL;
    PQclear(r);
    if (!missing) return well;
    r = plain(
        d,
        str_z(a,
              str_fmt(a,
                      "BEGIN; SELECT pg_advisory_xact_lock(hashtext('%.*s')::bigint);"
                      "CREATE SCHEMA IF NOT EXISTS \"%.*s\";"
                      "CREATE TABLE IF NOT EXISTS \"%.*s\".store_writer(writer BIGINT PRIMARY KEY,"
                      " mark BIGINT NOT NULL, again BIGINT NOT NULL, at BIGINT NOT NULL); COMMIT",
                      STR(schema), STR(schema), STR(schema))));
    PQclear(r);
    return r != NULL;
}

static bool settle(struct pg *d, struct arena *a, enum db_mode mode, struct str schema)
{
    if (mode == DB_WRITE && !make_schema(d, a, schema)) return false;
    /* a dead client must not hold the house's lock for good */
    PGresult *r = plain(
        d,
        str_z(a, str_fmt(a,
                         "SET client_min_messages=error; SET jit=off; SET bytea_output=hex;"
                         "SET extra_float_digits=1; SET idle_in_transaction_session_timeout=60000;"
                         "SET default_transaction_read_only=%s; SET search_path=\"%.*s\"",
                         mode == DB_READ ? "on" : "off", STR(schema))));
    PQclear(r);
    if (!r || mode == DB_READ) return r != NULL;
    r = plain(d, "DELETE FROM store_writer WHERE at < extract(epoch FROM now())::bigint - 604800");
    PQclear(r); /* of processes long gone; a refusal here harms nothing */
    return !d->db.lost;
}

struct db *db_pg_open(struct arena *a, struct str url, enum db_mode mode, struct str *why)
{
    struct str schema;
    if (!split_schema(&url, &schema)) {
        *why =
            str_fmt(a,
                    "the schema behind # may have letters, digits and underscores only, at most %d",
                    SCHEMA);
        return NULL;
    }
    struct pg *d = calloc(1, sizeof *d);
    if (!d) abort();
    d->db.drv = &pg_driver;
    d->writes = mode == DB_WRITE;
    d->db.patience_ms = mode == DB_WRITE ? PATIENCE_WRITE_MS : PATIENCE_READ_MS;
    /* what stands before dbname can be said otherwise by the address */
    const char *const words[] = { "connect_timeout",
                                  "tcp_user_timeout",
                                  "application_name",
                                  "target_session_attrs",
                                  "dbname",
                                  "client_encoding",
                                  NULL };
    const char *const values[] = {
        "2", "3000", "snug", mode == DB_WRITE ? "read-write" : "any", str_z(a, url), "UTF8", NULL
    };
    d->h = PQconnectdbParams(words, values, 1);
    PQsetNoticeReceiver(d->h, quiet, NULL);
    if (PQstatus(d->h) == CONNECTION_OK && PQsetnonblocking(d->h, 1) == 0 &&
        settle(d, a, mode, schema))
        return &d->db;
    *why = str_fmt(a, "the house's database can't be opened: %s",
                   d->why[0] ? d->why : PQerrorMessage(d->h));
    close_(&d->db);
    return NULL;
}
