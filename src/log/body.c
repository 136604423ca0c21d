/* SPDX-License-Identifier: GPL-3.0-or-later
 * body.c - bytes kept once. Most are short: on shelves they lie close, where rows of their own
 * would leave a part of each page empty. A shelf is written once, at the end of the piece of work
 * that filled it, and changes only when something on it is erased. */
#include "kit/base/pack.h"
#include "log/chain.h"

enum { SHELF = 32 * KIB, SHELF_BODIES = 512 };

/* What this piece of work keeps. */
struct keeping {
    id body;                    /* number given last; 0: not asked yet */
    id named;                   /* the body kept last: the event that has it comes next */
    char name[BODY_HASH_BYTES]; /* its own */
    id shelf;                   /* number given last */
    id open, first;             /* the shelf being filled and the first body on it; 0: none */
    char *bytes;
    ptrdiff_t n;
};

static void put_shelf(struct tx *t, id shelf, struct str bytes)
{
    db_do(t, SQL("INSERT INTO shelf(id, bytes) VALUES($1, $2)"), I(shelf), B(bytes));
}

static void close_shelf(struct tx *t, void *memory)
{
    struct keeping *k = memory;
    if (k->open) put_shelf(t, k->open, (struct str){ k->bytes, k->n });
    k->open = k->first = k->n = 0;
}

static struct keeping *keeping_of(struct tx *t)
{
    return tx_memo(t, &keeping_of, sizeof(struct keeping), close_shelf);
}

void log_shelve(struct tx *t) { close_shelf(t, keeping_of(t)); }

struct str log_name(struct ctx *c, struct str bytes) { return hash_body(c->secret, c->a, bytes); }

body_state body_known(struct ctx *c, struct str name)
{
    if (db_int(c, 0, SQL("SELECT id FROM blob WHERE hash=$1"), B(name))) return BODY_KEPT;
    return erasure_of(c, hash_name(c->secret, name)) ? BODY_ERASED : BODY_NEW;
}

static void open_shelf(struct tx *t, struct keeping *k)
{
    if (!k->bytes) k->bytes = NEW(t->a, char, SHELF);
    k->open = ++k->shelf;
    k->first = k->body;
}

/* A large one has a shelf of its own. */
static void shelve(struct tx *t, struct keeping *k, struct str packed)
{
    if (packed.n > SHELF / 2) {
        put_shelf(t, ++k->shelf, packed);
        return;
    }
    if (!k->open) open_shelf(t, k);
    memcpy(k->bytes + k->n, packed.p, (size_t)packed.n);
    k->n += packed.n;
}

id log_keep(struct tx *t, struct str name, int64_t size, struct str packed)
{
    struct keeping *k = keeping_of(t);
    bool large = packed.n > SHELF / 2;
    if (!k->body) {
        k->body = db_int(&t->c, 0, SQL("SELECT coalesce(max(id), 0) FROM blob"));
        k->shelf = db_int(&t->c, 0, SQL("SELECT coalesce(max(id), 0) FROM shelf"));
    }
    if (!large && (k->n + packed.n > SHELF || k->body + 1 - k->first >= SHELF_BODIES))
        close_shelf(t, k);
    if (!db_do(t,
               SQL("INSERT INTO blob(id, hash, size, shelf, at, room) VALUES($1, $2, $3, $4, $5, "
                   "$6) ON CONFLICT(hash) DO NOTHING"),
               I(k->body + 1), B(name), I(size), I(large || !k->open ? k->shelf + 1 : k->open),
               I(large ? 0 : k->n), I(packed.n)))
        return 0;
    k->named = ++k->body;
    memcpy(k->name, name.p, sizeof k->name);
    shelve(t, k, packed);
    return k->body;
}

struct str body_hash(struct ctx *c, id body)
{
    struct str hash = S("");
    EACH (r, c, SQL("SELECT hash FROM blob WHERE id=$1"), I(body)) hash = row_blob(&r, 0);
    return hash;
}

struct str body_name(struct tx *t, id body)
{
    struct keeping *k = keeping_of(t);
    if (body == k->named) return (struct str){ k->name, BODY_HASH_BYTES };
    return body_hash(&t->c, body);
}

/* ---- reading ------------------------------------------------------------- */

static bool packed_body(struct ctx *c, id body, struct str *packed, int64_t *size)
{
    bool found = false;
    EACH (r, c,
          SQL("SELECT substr(k.bytes, CAST(b.at + 1 AS INTEGER), CAST(b.room AS INTEGER)), b.size "
              "FROM blob b JOIN shelf k ON k.id=b.shelf WHERE b.id=$1"),
          I(body)) {
        *packed = row_blob(&r, 0);
        *size = row_int(&r, 1);
        found = true;
    }
    return found;
}

err log_body(struct ctx *c, id body, ptrdiff_t limit, struct str *out)
{
    struct str packed, all;
    int64_t size;
    if (!packed_body(c, body, &packed, &size))
        return fail(c, E_NOTFOUND, "these words are not kept any more");
    if (!unpack_bytes(c->a, packed, limit, &all) || all.n < size)
        return fail(c, E_NOTFOUND, "this is too large to show, or damaged");
    *out = str_from(all, all.n - size);
    return OK;
}

err log_body_head(struct ctx *c, id body, ptrdiff_t want, struct str *out)
{
    struct str packed;
    int64_t size;
    if (!packed_body(c, body, &packed, &size))
        return fail(c, E_NOTFOUND, "these words are not kept any more");
    if (!unpack_head(c->a, packed, want, out))
        return fail(c, E_NOTFOUND, "these words are damaged");
    return OK;
}

/* ---- erasing ------------------------------------------------------------- */

/* What stands behind it on the shelf moves up, so that not even its length is left. */
static void take_off_shelf(struct tx *t, id body, id shelf, ptrdiff_t at, ptrdiff_t room)
{
    struct str bytes = S("");
    struct buf left = { .a = t->c.a };
    EACH (r, &t->c, SQL("SELECT bytes FROM shelf WHERE id=$1"), I(shelf)) bytes = row_blob(&r, 0);
    buf_add(&left, str_upto(bytes, at));
    buf_add(&left, str_from(bytes, at + room));
    if (left.n) db_do(t, SQL("UPDATE shelf SET bytes=$1 WHERE id=$2"), B(buf_str(&left)), I(shelf));
    else db_do(t, SQL("DELETE FROM shelf WHERE id=$1"), I(shelf));
    db_do(t, SQL("UPDATE blob SET at=at-$1 WHERE id>$2 AND id<$3 AND shelf=$4"), I(room), I(body),
          I(body + SHELF_BODIES), I(shelf));
}

/* The row stays: to delete it the engine would look for its number in every event. */
void body_empty(struct tx *t, id body)
{
    char nobody[BODY_HASH_BYTES];
    id shelf = 0;
    ptrdiff_t at = 0, room = 0;
    EACH (r, &t->c, SQL("SELECT shelf, at, room FROM blob WHERE id=$1"), I(body)) {
        shelf = row_int(&r, 0);
        at = row_int(&r, 1);
        room = row_int(&r, 2);
    }
    if (shelf) take_off_shelf(t, body, shelf, at, room);
    random_bytes(nobody, sizeof nobody);
    db_do(t, SQL("UPDATE blob SET hash=$1, size=-1, shelf=0, at=0, room=0 WHERE id=$2"),
          B(((struct str){ nobody, sizeof nobody })), I(body));
}
