/* SPDX-License-Identifier: GPL-3.0-or-later
 * db.h - the one door to storage: literal SQL, typed values, for-loop rows.
 * One text for SQLite and PostgreSQL: $1 parameters, BIGINT, ON CONFLICT, RETURNING. */
#pragma once
#include "kit/base/ctx.h"

struct sql {
    const char *text;
};
#define SQL(lit)                                                                                   \
    ((struct sql){ "" lit "" }) /* only a literal compiles; its address is the cache key */

struct val {
    enum { V_START, V_END, V_NULL, V_INT, V_REAL, V_TEXT, V_BLOB } kind;
    int64_t i;
    double r;
    struct str s;
};
#define I(x)        ((struct val){ .kind = V_INT, .i = (x) })
#define R(x)        ((struct val){ .kind = V_REAL, .r = (x) })
#define T(x)        ((struct val){ .kind = V_TEXT, .s = (x) })
#define B(x)        ((struct val){ .kind = V_BLOB, .s = (x) })
#define NUL         ((struct val){ .kind = V_NULL })
#define I_OR_NUL(x) ((struct val){ .kind = (x) != 0 ? V_INT : V_NULL, .i = (x) })
#define VALS(...)   ((const struct val[]){ { .kind = V_START }, ##__VA_ARGS__, { .kind = V_END } })

/* A piece of writing work. Made only by work_write(): a page has none, so that
 * a GET can't write. Reading functions take &t->c. */
struct tx {
    struct ctx c;
    struct arena *a; /* of the whole piece of work */
    struct memo *memos;
};
/* Memory of this piece of work for one part of the program, which names it by the address of
 * something of its own: zeroed when first asked for, and again after work_try() took something
 * back. end, if not NULL, is called before the work is committed and before each work_try(), to
 * write what must not stand in memory alone. */
void *tx_memo(struct tx *, const void *name, ptrdiff_t size, void (*end)(struct tx *, void *));

struct rows {
    struct ctx *c;
    void *st;
    int at, n; /* PostgreSQL: place in the result */
};
struct rows db_rows_(struct ctx *, struct sql, const struct val *);
bool rows_next(struct rows *);
void rows_done(struct rows *);
int64_t row_int(struct rows *, int col); /* NULL is 0 */
bool row_bool(struct rows *, int col);
double row_real(struct rows *, int col);
struct str row_str(struct rows *, int col);  /* copied into the arena */
struct str row_blob(struct rows *, int col); /* copied into the arena */
bool row_null(struct rows *, int col);

/* for (each row r of the answer); released on break, return and die(). Every list
 * has a LIMIT; no query inside the EACH of another. */
#define EACH(r, ctx_, q, ...)                                                                      \
    for (struct rows r                                                                             \
         __attribute__((cleanup(rows_done))) = db_rows_((ctx_), (q), VALS(__VA_ARGS__));           \
         rows_next(&r);)

/* The first number of the first row, or otherwise. */
int64_t db_int_(struct ctx *, int64_t otherwise, struct sql, const struct val *);
#define db_int(ctx_, otherwise, q, ...) db_int_((ctx_), (otherwise), (q), VALS(__VA_ARGS__))

/* Runs one statement that writes; how many rows it touched. A constraint that refuses is
 * a fault of the caller and dies: ask first, or write ON CONFLICT. */
int64_t db_do_(struct tx *, struct sql, const struct val *);
#define db_do(t, q, ...) db_do_((t), (q), VALS(__VA_ARGS__))
/* INSERT ... RETURNING id: that id, or 0 when ON CONFLICT DO NOTHING did nothing. */
int64_t db_new_(struct tx *, struct sql, const struct val *);
#define db_new(t, q, ...) db_new_((t), (q), VALS(__VA_ARGS__))

/* ---- for kit/store, app and tests only ---------------------------------- */

typedef enum { ENGINE_SQLITE, ENGINE_POSTGRES } engine;
engine db_engine(const struct ctx *);
enum db_mode { DB_READ, DB_WRITE };
/* Opens "FILE", ":memory:" or "postgresql://..."; NULL with *why (in a) when it can't. */
struct db *db_open(struct arena *a, struct str where, enum db_mode, struct str *why);
void db_close(struct db *);
