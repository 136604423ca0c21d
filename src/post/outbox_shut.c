/* SPDX-License-Identifier: GPL-3.0-or-later
 * outbox_shut.c - what came back, and the addresses that are shut for it. */
#include "kit/base/pack.h"
#include "post/outbox.h"

enum { REC_HANDLE = 1, REC_WHAT, REC_MESSAGE, REC_SAID };
enum { SOFT_MOST = 5, SOFT_DAYS = 14, SAID_BYTES = 500 };

/* ---- what is reported --------------------------------------------------------- */

bool outbox_went_to(struct ctx *c, id message, int64_t handle)
{
    return db_int(c, 0, SQL("SELECT 1 FROM outbox WHERE handle=$1 AND message=$2 LIMIT 1"),
                  I(handle), I(message)) != 0;
}

static id whose(struct ctx *c, int64_t handle)
{
    return db_int(c, 0, SQL("SELECT person FROM handle WHERE key=$1"), I(handle));
}

void outbox_report(struct tx *t, const struct outbox_report *r)
{
    struct ctx *c = &t->c;
    struct buf data = { .a = c->a };
    id person = whose(c, r->handle);
    struct str said = str_upto(r->said, SAID_BYTES);
    rec_int(&data, REC_HANDLE, r->handle);
    rec_int(&data, REC_WHAT, r->what);
    rec_int(&data, REC_MESSAGE, r->message);
    rec_str(&data, REC_SAID, said);
    db_do(t, SQL("UPDATE outbox SET state=$1, said=$2 WHERE message=$3 AND handle=$4 AND state=$5"),
          I(OUTBOX_RETURNED), T(said), I(r->message), I(r->handle), I(OUTBOX_HANDED));
    log_note(t, (struct event){
                    .kind = EVENT_ADDRESS_RETURNED, .subject = person, .data = buf_str(&data) });
    struct person who;
    bool told = person && person_get(c, person, &who) == OK && who.mute;
    if (r->what == RETURN_COMPLAINT && person && !told &&
        person_set_mark(t, person, MARK_MUTE, 1) != OK)
        die(c, "nobody of that handle");
}

err outbox_open(struct tx *t, int64_t handle)
{
    struct ctx *c = &t->c;
    struct buf data = { .a = c->a };
    if (!db_int(c, 0, SQL("SELECT 1 FROM address_shut WHERE handle=$1"), I(handle)))
        return fail(c, E_NOTFOUND, "This address is not held back.");
    rec_int(&data, REC_HANDLE, handle);
    log_append(t, (struct event){ .kind = EVENT_ADDRESS_OPENED,
                                  .subject = whose(c, handle),
                                  .data = buf_str(&data) });
    return OK;
}

/* ---- what events do ------------------------------------------------------------- */

struct record {
    int64_t handle;
    outbox_return what;
    id message;
    struct str said;
};

static struct record record_of(struct str data)
{
    struct record r = { .said = S("") };
    for (struct field f; rec_next(&data, &f);) switch (f.tag) {
        case REC_HANDLE: r.handle = field_int(f); break;
        case REC_WHAT: r.what = (outbox_return)field_int(f); break;
        case REC_MESSAGE: r.message = field_int(f); break;
        case REC_SAID: r.said = f.value; break;
        }
    return r;
}

static void returned(struct tx *t, const struct event *e)
{
    struct record r = record_of(e->data);
    db_do(t,
          SQL("INSERT INTO returned(event, message, handle, what, at, said) VALUES($1, $2, $3, $4, "
              "$5, $6)"),
          I(e->id), I(r.message), I(r.handle), I(r.what), I(e->at), T(r.said));
    bool shut = r.what == RETURN_GONE;
    if (r.what == RETURN_SOFT)
        shut = db_int(&t->c, 0,
                      SQL("SELECT count(*) FROM returned WHERE handle=$1 AND at>$2 AND what=$3"),
                      I(r.handle), I(e->at - SOFT_DAYS * DAY), I(RETURN_SOFT)) >= SOFT_MOST;
    if (shut)
        db_do(t,
              SQL("INSERT INTO address_shut(handle, event, at, said) VALUES($1, $2, $3, $4) ON "
                  "CONFLICT(handle) DO NOTHING"),
              I(r.handle), I(e->id), I(e->at), T(r.said));
}

/* It is counted anew from here. */
static void opened(struct tx *t, const struct event *e)
{
    struct record r = record_of(e->data);
    db_do(t, SQL("DELETE FROM address_shut WHERE handle=$1"), I(r.handle));
    db_do(t, SQL("DELETE FROM returned WHERE handle=$1 AND what IN($2, $3)"), I(r.handle),
          I(RETURN_SOFT), I(RETURN_GONE));
}

static void erased(struct tx *t, const struct event *x)
{
    struct erasure e;
    erasure_read(t->c.a, x->data, &e);
    for (int i = 0; i < e.n_messages; i++) {
        db_do(t, SQL("DELETE FROM outbox WHERE message=$1"), I(e.messages[i]));
        db_do(t, SQL("DELETE FROM outbox_copy WHERE message=$1"), I(e.messages[i]));
    }
    for (int i = 0; i < e.n_handles; i++) {
        db_do(t, SQL("DELETE FROM outbox WHERE handle=$1"), I(e.handles[i]));
        db_do(t, SQL("DELETE FROM returned WHERE handle=$1"), I(e.handles[i]));
        db_do(t, SQL("DELETE FROM address_shut WHERE handle=$1"), I(e.handles[i]));
    }
}

static void outbox_apply(struct tx *t, const struct event *e)
{
    switch (e->kind) {
    case EVENT_ADDRESS_RETURNED: returned(t, e); break;
    case EVENT_ADDRESS_OPENED: opened(t, e); break;
    case EVENT_ERASED: erased(t, e); break;
    }
}

/* The server's sentence goes: it may name them. */
static bool outbox_left(struct tx *t, const struct event *x, const struct erasure *e,
                        struct buf *out)
{
    (void)t, (void)e;
    if (x->kind != EVENT_ADDRESS_RETURNED && x->kind != EVENT_ADDRESS_OPENED) return false;
    struct record r = record_of(x->data);
    rec_int(out, REC_HANDLE, r.handle);
    rec_int(out, REC_WHAT, r.what);
    rec_int(out, REC_MESSAGE, r.message);
    return true;
}

/* ---- for pages -------------------------------------------------------------------- */

void outbox_shut_list(struct ctx *c, id person, int max, struct outbox_shuts *out)
{
    *out = (struct outbox_shuts){ NEW(c->a, struct outbox_shut, max), 0 };
    EACH (
        r, c,
        SQL("SELECT a.handle, a.at, a.said, coalesce(h.shown, ''), coalesce(p.id, 0), "
            "coalesce(p.name, '') FROM address_shut a JOIN handle h ON h.key=a.handle JOIN "
            "person p ON p.id=h.person WHERE p.id=$1 OR ($1=0 AND EXISTS(SELECT 1 FROM returned x "
            "JOIN sight s ON s.message=x.message AND s.who=$2 WHERE x.event=a.event)) ORDER BY "
            "a.at DESC, a.handle LIMIT $3 /* scan */"),
        I(person), I(c->viewer), I(max))
        out->at[out->n++] = (struct outbox_shut){ .handle = row_int(&r, 0),
                                                  .at = row_int(&r, 1),
                                                  .said = row_str(&r, 2),
                                                  .address = row_str(&r, 3),
                                                  .person = row_int(&r, 4),
                                                  .name = row_str(&r, 5) };
}

static const char schema[] =
#include "post/outbox_sql.inc"
    ;
static const struct derived derived[] = {
    { "returned", "iiiiis", SQL("DELETE FROM returned"),
      SQL("SELECT event, message, handle, what, at, said FROM returned ORDER BY event /* scan "
          "*/") },
    { "address_shut", "iiis", SQL("DELETE FROM address_shut"),
      SQL("SELECT handle, event, at, said FROM address_shut ORDER BY handle /* scan */") },
};
const struct concept outbox_concept = { .name = "outbox",
                                        .schema = schema,
                                        .derived = derived,
                                        .n_derived = COUNT(derived),
                                        .apply = outbox_apply,
                                        .left = outbox_left };
