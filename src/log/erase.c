/* SPDX-License-Identifier: GPL-3.0-or-later
 * erase.c - the one way in which words leave the log. */
#include "kit/base/pack.h"
#include "log/chain.h"

#include <stdlib.h>

enum { R_REASON = 1, R_AT, R_PERSON, R_MESSAGE, R_HANDLE, R_NEVER }; /* numbers are for ever */

struct ledger log_ledger;

/* ---- the record ---------------------------------------------------------- */

struct str erasure_write(struct arena *a, const struct erasure *e)
{
    struct buf o = { .a = a };
    rec_int(&o, R_REASON, e->reason);
    rec_int(&o, R_AT, e->at);
    if (e->person) rec_int(&o, R_PERSON, e->person);
    for (int i = 0; i < e->n_messages; i++) rec_int(&o, R_MESSAGE, e->messages[i]);
    for (int i = 0; i < e->n_handles; i++) rec_int(&o, R_HANDLE, e->handles[i]);
    for (int i = 0; i < e->n_never; i++) rec_int(&o, R_NEVER, e->never[i]);
    return buf_str(&o);
}

void erasure_read(struct arena *a, struct str record, struct erasure *out)
{
    ptrdiff_t most = record.n / 2 + 1; /* a field takes two bytes at the least */
    *out = (struct erasure){ .messages = NEW(a, id, most),
                             .handles = NEW(a, int64_t, most),
                             .never = NEW(a, int64_t, most) };
    for (struct field f; rec_next(&record, &f);) switch (f.tag) {
        case R_REASON: out->reason = (erase_reason)field_int(f); break;
        case R_AT: out->at = field_int(f); break;
        case R_PERSON: out->person = field_int(f); break;
        case R_MESSAGE: out->messages[out->n_messages++] = field_int(f); break;
        case R_HANDLE: out->handles[out->n_handles++] = field_int(f); break;
        case R_NEVER: out->never[out->n_never++] = field_int(f); break;
        }
    out->message = !out->person && out->n_messages ? out->messages[0] : 0;
}

static int by_number(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return (a > b) - (a < b);
}

bool erasure_has(const int64_t *ascending, int n, int64_t key)
{
    return n && bsearch(&key, ascending, (size_t)n, sizeof key, by_number) != NULL;
}

/* ---- what is known of it afterwards -------------------------------------- */

int64_t erasure_of(struct ctx *c, int64_t key)
{
    return db_int(c, 0, SQL("SELECT at FROM erased WHERE key=$1 AND back=0"), I(key));
}

bool erasure_any(struct tx *t)
{
    struct answer {
        bool asked, any;
    } *known = tx_memo(t, &erasure_any, sizeof *known, NULL);
    if (!known->asked) known->any = db_int(&t->c, 0, SQL("SELECT 1 FROM erased LIMIT 1"));
    known->asked = true;
    return known->any;
}

void erasure_over(struct tx *t, int64_t key)
{
    db_do(t, SQL("UPDATE erased SET back=1 WHERE key=$1"), I(key));
}

bool erasure_known(struct ctx *c, const struct erasure *e)
{
    for (int i = 0; i < e->n_never; i++)
        if (!db_int(c, 0, SQL("SELECT 1 FROM erased WHERE key=$1"), I(e->never[i]))) return false;
    return true;
}

void erasure_apply(struct tx *t, const struct event *e)
{
    struct erasure all;
    if (e->kind != EVENT_ERASED) return;
    erasure_read(t->c.a, e->data, &all);
    for (int i = 0; i < all.n_never; i++)
        db_do(t,
              SQL("INSERT INTO erased(key, at, back) VALUES($1, $2, 0) ON CONFLICT(key) DO UPDATE "
                  "SET at=excluded.at, back=0"),
              I(all.never[i]), I(e->at));
}

/* ---- bodies -------------------------------------------------------------- */

int64_t body_key(struct ctx *c, id event)
{
    struct str hash = S("");
    EACH (r, c, SQL("SELECT b.hash FROM event e JOIN blob b ON b.id=e.body WHERE e.id=$1"),
          I(event))
        hash = row_blob(&r, 0);
    return hash.n ? hash_name(c->secret, hash) : 0;
}

void body_erase(struct tx *t, const id *bodies, int n)
{
    if (!n) return;
    id *go = NEW(t->c.a, id, n);
    memcpy(go, bodies, (size_t)n * sizeof *go);
    qsort(go, (size_t)n, sizeof *go, by_number);
    bool *stays = NEW(t->c.a, bool, n);
    EACH (r, &t->c, SQL("SELECT body FROM event WHERE body IS NOT NULL /* scan */")) {
        id used = row_int(&r, 0);
        id *at = bsearch(&used, go, (size_t)n, sizeof *go, by_number);
        if (at) stays[at - go] = true;
    }
    for (int i = 0; i < n; i++)
        if (!stays[i]) body_empty(t, go[i]);
}

/* ---- the deed ------------------------------------------------------------ */

static struct str left_of(struct tx *t, const struct concept *const *all, int n,
                          const struct event *x, const struct erasure *e)
{
    struct buf out = { .a = t->c.a };
    for (int i = 0; i < n; i++)
        if (all[i]->left && all[i]->left(t, x, e, &out)) break;
    return buf_str(&out);
}

static void forget(struct tx *t, id event, struct str left, bool body)
{
    uint8_t sum[HASH_BYTES];
    struct str data = S(""), salt = S(""), kept = S("");
    id named = 0;
    EACH (r, &t->c, SQL("SELECT data, salt, sum, body FROM event WHERE id=$1"), I(event)) {
        data = row_blob(&r, 0);
        salt = row_blob(&r, 1);
        kept = row_blob(&r, 2);
        named = row_int(&r, 3);
    }
    if (salt.n) {
        chain_sum(salt, data, named ? body_hash(&t->c, named) : S(""), sum);
        kept = (struct str){ (char *)sum, HASH_BYTES };
    }
    db_do(t, SQL("UPDATE event SET data=$1, salt=NULL, sum=$2, body=$3 WHERE id=$4"),
          B(pack_bytes(t->c.a, PACK_RECORD, left)), B(kept), I_OR_NUL(body ? 0 : named), I(event));
}

err log_erase(struct tx *t, const struct erasure *e, const id *events, int n)
{
    int wired;
    const struct concept *const *all = log_wired(&wired);
    struct arena *whole = t->c.a, *round = arena_child(whole);
    struct erasure done = *e;
    if (!done.at) done.at = t->c.now;
    struct str record = erasure_write(whole, &done);
    if (log_ledger.add && e->n_never) TRY(log_ledger.add(log_ledger.arg, &t->c, &done, record));
    t->c.a = round;
    for (int i = 0; i < n; i++, arena_clear(round)) {
        struct event x;
        if (log_get(&t->c, events[i], &x) != OK) die(&t->c, "no event %" PRId64, events[i]);
        forget(t, x.id, left_of(t, all, wired, &x, e),
               erasure_has(e->messages, e->n_messages, x.id));
    }
    t->c.a = whole;
    arena_close(round);
    log_append(t, (struct event){ .kind = EVENT_ERASED,
                                  .at = done.at,
                                  .subject = e->message,
                                  .other = e->person,
                                  .data = record });
    log_dirty(t, DIRTY_FILES, 0, 0);
    return log_scrub(t, NULL);
}

bool log_scrub_due(struct ctx *c)
{
    return db_int(c, 0, SQL("SELECT 1 FROM dirty WHERE what=$1"), I(DIRTY_FILES)) != 0;
}

err log_scrub(struct tx *t, void *unused)
{
    (void)unused;
    work_scrub(t);
    return OK;
}

err log_scrubbed(struct tx *t, void *unused)
{
    struct dirt d;
    (void)unused;
    (void)log_take_dirty(t, DIRTY_FILES, &d, 1);
    return OK;
}
