/* SPDX-License-Identifier: GPL-3.0-or-later
 * log.c - appending, the chain, replaying. */
#include "kit/base/hash.h"
#include "kit/base/pack.h"
#include "log/chain.h"

enum { SALT = 16, CHUNK = 500 };

static const struct concept *const *wired;
static int n_wired;

void log_wire(const struct concept *const *concepts, int n)
{
    wired = concepts;
    n_wired = n;
}

const struct concept *const *log_wired(int *n)
{
    *n = n_wired;
    return wired;
}

const char *event_word(int kind)
{
    switch (kind) {
#define X(number, name, word)                                                                      \
    case number: return word;
        EVENT_KINDS(X)
#undef X
    default: return "unknown";
    }
}

int event_kind_of(struct str s)
{
#define X(number, name, word)                                                                      \
    if (str_eq(s, S(word))) return number;
    EVENT_KINDS(X)
#undef X
    return 0;
}

/* ---- the chain ----------------------------------------------------------- */

void chain_sum(struct str salt, struct str data, struct str body, uint8_t out[HASH_BYTES])
{
    struct hasher h;
    hasher_start(&h);
    hasher_int(&h, salt.n);
    hasher_add(&h, salt);
    hasher_int(&h, data.n);
    hasher_add(&h, data);
    hasher_add(&h, body);
    hasher_end(&h, out);
}

static void link_of(struct str before, const struct event *e, const uint8_t sum[HASH_BYTES],
                    uint8_t out[HASH_BYTES])
{
    struct hasher h;
    hasher_start(&h);
    hasher_add(&h, before);
    const int64_t skeleton[] = { e->id,      e->at,    e->seen,    e->actor, e->kind,
                                 e->subject, e->other, e->channel, e->ext };
    hasher_ints(&h, skeleton, COUNT(skeleton));
    hasher_add(&h, (struct str){ (const char *)sum, HASH_BYTES });
    hasher_end(&h, out);
}

/* ---- appending ----------------------------------------------------------- */

static void apply(struct tx *t, const struct event *e)
{
    for (int i = 0; i < n_wired; i++)
        if (wired[i]->apply) wired[i]->apply(t, e);
}

/* The end of the chain, read once in a piece of work: while it lasts nobody else writes. */
struct head {
    bool known;
    id last;
    uint8_t chain[HASH_BYTES];
};

static struct head *head_of(struct tx *t)
{
    struct head *h = tx_memo(t, &wired, sizeof *h, NULL);
    if (h->known) return h;
    h->known = true;
    EACH (r, &t->c, SQL("SELECT id, chain FROM event ORDER BY id DESC LIMIT 1")) {
        h->last = row_int(&r, 0);
        struct str chain = row_blob(&r, 1);
        memcpy(h->chain, chain.p, (size_t)MIN(chain.n, HASH_BYTES));
    }
    return h;
}

id log_note(struct tx *t, struct event e)
{
    struct ctx *c = &t->c;
    struct head *h = head_of(t);
    uint8_t sum[HASH_BYTES];
    char salt[SALT];
    e.id = h->last + 1;
    e.seen = c->now;
    if (!e.at) e.at = c->now;
    if (!e.actor) e.actor = c->viewer;
    random_bytes(salt, sizeof salt);
    struct str packed = e.packed.n ? e.packed : pack_bytes(c->a, PACK_RECORD, e.data);
    chain_sum((struct str){ salt, SALT }, packed, e.body ? body_name(t, e.body) : S(""), sum);
    link_of((struct str){ (char *)h->chain, h->last ? HASH_BYTES : 0 }, &e, sum, h->chain);
    h->last = e.id;
    db_do(t,
          SQL("INSERT INTO event(id, at, seen, actor, kind, subject, other, channel, ext, body, "
              "data, salt, chain)"
              " VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"),
          I(e.id), I(e.at), I(e.seen), I(e.actor), I(e.kind), I(e.subject), I(e.other),
          I(e.channel), I_OR_NUL(e.ext), I_OR_NUL(e.body), B(packed),
          B(((struct str){ salt, SALT })), B(((struct str){ (char *)h->chain, HASH_BYTES })));
    apply(t, &e);
    return e.id;
}

/* From the last concept to the first: later ones make earlier ones dirty, never the other way. */
void log_settle(struct tx *t)
{
    log_shelve(t);
    for (int i = n_wired - 1; i >= 0; i--)
        if (wired[i]->settle) wired[i]->settle(t);
}

id log_append(struct tx *t, struct event e)
{
    id done = log_note(t, e);
    log_settle(t);
    return done;
}

id log_end(struct ctx *c) { return db_int(c, 0, SQL("SELECT coalesce(max(id), 0) FROM event")); }

struct str log_head(struct ctx *c)
{
    struct str chain = S("");
    EACH (r, c, SQL("SELECT chain FROM event ORDER BY id DESC LIMIT 1")) chain = row_blob(&r, 0);
    return hash_hex(c->a, chain);
}

id log_find(struct ctx *c, int64_t ext)
{
    return db_int(c, 0, SQL("SELECT id FROM event WHERE ext=$1"), I(ext));
}

/* Columns of every SELECT that reads whole events. */
#define EVENT_COLUMNS "id, at, seen, actor, kind, subject, other, channel, ext, body, data"
static struct event event_row(struct rows *r)
{
    struct event e = { .id = row_int(r, 0),
                       .at = row_int(r, 1),
                       .seen = row_int(r, 2),
                       .actor = row_int(r, 3),
                       .kind = (int)row_int(r, 4),
                       .subject = row_int(r, 5),
                       .other = row_int(r, 6),
                       .channel = (channel)row_int(r, 7),
                       .ext = row_int(r, 8),
                       .body = row_int(r, 9) };
    struct str packed = row_blob(r, 10);
    if (packed.n && !unpack_bytes(r->c->a, packed, LOG_DATA_MOST, &e.data))
        die(r->c, "event %" PRId64 " is damaged", e.id);
    return e;
}

err log_get(struct ctx *c, id event, struct event *out)
{
    bool found = false;
    EACH (r, c, SQL("SELECT " EVENT_COLUMNS " FROM event WHERE id=$1"), I(event)) {
        *out = event_row(&r);
        found = true;
    }
    return found ? OK : fail(c, E_NOTFOUND, "there is no event %" PRId64, event);
}

err log_last(struct ctx *c, int kind, id other, struct event *out)
{
    id event =
        db_int(c, 0,
               SQL("SELECT id FROM event WHERE kind=$1 AND other=$2 ORDER BY id DESC LIMIT 1"),
               I(kind), I(other));
    return log_get(c, event, out);
}

/* ---- care ---------------------------------------------------------------- */

/* Events after `from`, at most CHUNK of them, into the arena. */
static int chunk(struct ctx *c, id from, struct event *out)
{
    int n = 0;
    EACH (r, c, SQL("SELECT " EVENT_COLUMNS " FROM event WHERE id>$1 ORDER BY id LIMIT $2"),
          I(from), I(CHUNK))
        out[n++] = event_row(&r);
    return n;
}

static void empty(struct tx *t, const struct concept *k)
{
    for (int i = 0; i < k->n_derived; i++) db_do_(t, k->derived[i].empty, VALS());
    if (k->reset) k->reset(t);
}

err log_rebuild(struct tx *t, void *unused)
{
    (void)unused;
    struct arena *whole = t->c.a, *round = arena_child(whole);
    db_do(t, SQL("DELETE FROM dirty WHERE what<>$1 /* scan */"), I(DIRTY_FILES));
    for (int i = n_wired - 1; i >= 0; i--) empty(t, wired[i]);
    struct event *list = NEW(whole, struct event, CHUNK);
    id last = 0;
    t->c.a = round;
    for (int n; (n = chunk(&t->c, last, list)) > 0; arena_clear(round)) {
        for (int i = 0; i < n; i++) apply(t, &list[i]);
        last = list[n - 1].id;
        log_settle(t);
    }
    t->c.a = whole;
    arena_close(round);
    return OK;
}

/* Of what was erased the sum is kept; a body may stay, when only a name went. */
static bool sum_matches(struct ctx *c, const struct event *e, struct str packed, struct str salt,
                        struct str stored, bool deep, uint8_t sum[HASH_BYTES])
{
    struct str hash = e->body ? body_hash(c, e->body) : S(""), bytes;
    if (salt.n) chain_sum(salt, packed, hash, sum);
    else if (stored.n == HASH_BYTES) memcpy(sum, stored.p, HASH_BYTES);
    else return false;
    if (!deep || !e->body) return true;
    return log_body(c, e->body, PTRDIFF_MAX / 4, &bytes) == OK && str_eq(log_name(c, bytes), hash);
}

struct link {
    struct event e;
    struct str packed, salt, sum, chain;
};

static int links(struct ctx *c, id from, struct link *out)
{
    int n = 0;
    EACH (r, c,
          SQL("SELECT id, at, seen, actor, kind, subject, other, channel, ext, body, data, salt, "
              "sum, chain"
              " FROM event WHERE id>$1 ORDER BY id LIMIT $2"),
          I(from), I(CHUNK))
        out[n++] = (struct link){ .e = { .id = row_int(&r, 0),
                                         .at = row_int(&r, 1),
                                         .seen = row_int(&r, 2),
                                         .actor = row_int(&r, 3),
                                         .kind = (int)row_int(&r, 4),
                                         .subject = row_int(&r, 5),
                                         .other = row_int(&r, 6),
                                         .channel = (channel)row_int(&r, 7),
                                         .ext = row_int(&r, 8),
                                         .body = row_int(&r, 9) },
                                  .packed = row_blob(&r, 10),
                                  .salt = row_blob(&r, 11),
                                  .sum = row_blob(&r, 12),
                                  .chain = row_blob(&r, 13) };
    return n;
}

void log_verify(struct ctx *c, bool deep, struct log_check *out)
{
    struct arena *whole = c->a, *round = arena_child(whole);
    struct link *list = NEW(whole, struct link, CHUNK);
    uint8_t sum[HASH_BYTES], chain[HASH_BYTES] = { 0 };
    *out = (struct log_check){
        .bodies = db_int(c, 0, SQL("SELECT count(*) FROM blob WHERE size>=0 /* scan */"))
    };
    id last = 0;
    c->a = round;
    for (int n; !out->broken && (n = links(c, last, list)) > 0; arena_clear(round))
        for (int i = 0; i < n && !out->broken; i++) {
            struct link *l = &list[i];
            struct str before = last ? (struct str){ (char *)chain, HASH_BYTES } : S("");
            bool fits =
                l->e.id == last + 1 && sum_matches(c, &l->e, l->packed, l->salt, l->sum, deep, sum);
            link_of(before, &l->e, sum, chain);
            if (!fits || !str_eq(l->chain, (struct str){ (char *)chain, HASH_BYTES }))
                out->broken = l->e.id;
            last = l->e.id;
            out->events++;
            out->erased += !l->salt.n;
        }
    c->a = whole;
    arena_close(round);
}

static void hash_row(struct hasher *h, struct rows *r, const char *columns)
{
    for (int i = 0; columns[i]; i++) {
        struct str s = columns[i] == 's'   ? row_str(r, i)
                       : columns[i] == 'b' ? row_blob(r, i)
                                           : S("");
        double real = columns[i] == 'r' ? row_real(r, i) : 0;
        int64_t bits = 0;
        memcpy(&bits, &real, sizeof bits);
        hasher_int(h, row_null(r, i));
        hasher_int(h, columns[i] == 'i' ? row_int(r, i) : columns[i] == 'r' ? bits : s.n);
        hasher_add(h, s);
    }
}

struct str log_digest(struct ctx *c)
{
    struct buf o = { .a = c->a };
    for (int i = 0; i < n_wired; i++)
        for (int k = 0; k < wired[i]->n_derived; k++) {
            const struct derived *d = &wired[i]->derived[k];
            struct arena *whole = c->a, *round = arena_child(whole);
            struct hasher h;
            uint8_t sum[HASH_BYTES];
            int64_t n = 0;
            hasher_start(&h);
            c->a = round;
            for (struct rows r __attribute__((cleanup(rows_done))) = db_rows_(c, d->rows, VALS());
                 rows_next(&r); n++) {
                hash_row(&h, &r, d->columns);
                if (n % 1000 == 999) arena_clear(round);
            }
            c->a = whole;
            arena_close(round);
            hasher_end(&h, sum);
            struct str hex = hash_hex(c->a, (struct str){ (char *)sum, 16 });
            buf_fmt(&o, "%s %" PRId64 " %.*s\n", d->table, n, STR(hex));
        }
    return buf_str(&o);
}

static const char schema[] =
#include "log/log_sql.inc"
    ;
static const struct derived derived[] = {
    { "erased", "iii", SQL("DELETE FROM erased"),
      SQL("SELECT key, at, back FROM erased ORDER BY key /* scan */") },
};
const struct concept log_concept = { .name = "log",
                                     .schema = schema,
                                     .derived = derived,
                                     .n_derived = COUNT(derived),
                                     .apply = erasure_apply };
