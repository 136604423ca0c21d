/* SPDX-License-Identifier: GPL-3.0-or-later
 * db.c - one door, two engines. */
#include "kit/store/driver.h"

struct db *db_open(struct arena *a, struct str where, enum db_mode mode, struct str *why)
{
    if (str_begins(where, S("postgresql://")) || str_begins(where, S("postgres://")))
        return db_pg_open(a, where, mode, why);
    return db_sqlite_open(a, where, mode, why);
}

void db_close(struct db *d)
{
    if (d) d->drv->close(d);
}

engine db_engine(const struct ctx *c) { return c->db->drv->engine; }

struct rows db_rows_(struct ctx *c, struct sql q, const struct val *v)
{
    struct rows r = { .c = c };
    c->queries++;
    c->db->drv->start(c, q, v, &r);
    return r;
}

bool rows_next(struct rows *r) { return r->c->db->drv->next(r); }

void rows_done(struct rows *r)
{
    if (r->st) r->c->db->drv->done(r);
    r->st = NULL;
}

int64_t row_int(struct rows *r, int col) { return r->c->db->drv->get_int(r, col); }
bool row_bool(struct rows *r, int col) { return r->c->db->drv->get_int(r, col) != 0; }
double row_real(struct rows *r, int col) { return r->c->db->drv->get_real(r, col); }
struct str row_str(struct rows *r, int col) { return r->c->db->drv->get_bytes(r, col, true); }
struct str row_blob(struct rows *r, int col) { return r->c->db->drv->get_bytes(r, col, false); }
bool row_null(struct rows *r, int col) { return r->c->db->drv->is_null(r, col); }

int64_t db_int_(struct ctx *c, int64_t otherwise, struct sql q, const struct val *v)
{
    struct rows r __attribute__((cleanup(rows_done))) = db_rows_(c, q, v);
    return rows_next(&r) ? row_int(&r, 0) : otherwise;
}

int64_t db_do_(struct tx *t, struct sql q, const struct val *v)
{
    t->c.queries++;
    return t->c.db->drv->run(&t->c, q, v);
}

int64_t db_new_(struct tx *t, struct sql q, const struct val *v)
{
    struct rows r __attribute__((cleanup(rows_done))) = db_rows_(&t->c, q, v);
    int64_t got = rows_next(&r) ? row_int(&r, 0) : 0;
    while (rows_next(&r)) {}
    return got;
}
