/* SPDX-License-Identifier: GPL-3.0-or-later
 * erase.c - what erasing leaves of people: numbers and keyed hashes, so that nobody else is given
 * their number, who was said to be one stays so, and an import doesn't make them again. */
#include "kit/base/hash.h"
#include "kit/base/pack.h"
#include "people/people_log.h"

enum { HANDLES_MOST = 10000 };

/* ---- records ------------------------------------------------------------- */

/* Does that word go? Those of others stay; what only this meeting says goes with its handle. */
static bool word_goes(struct ctx *c, int64_t key, bool with_handle, const int64_t *handles, int n)
{
    if (!key) return false;
    if (erasure_has(handles, n, key)) return true;
    return with_handle && !db_int(c, 0, SQL("SELECT 1 FROM handle WHERE key=$1"), I(key));
}

bool meeting_strip(struct ctx *c, struct meeting *m, const int64_t *handles, int n)
{
    int64_t key = m->uri.n ? meeting_key(c, m) : 0,
            base = m->base_uri.n ? hash_name(c->secret, m->base_uri) : 0,
            domain = m->domain.n ? handle_of_domain(c, m->domain) : 0;
    bool goes = key && erasure_has(handles, n, key),
         base_goes = word_goes(c, base, goes, handles, n),
         domain_goes = word_goes(c, domain, goes, handles, n);
    if (goes) {
        m->key = key;
        m->uri = m->shown = m->name = S("");
        m->own = false;
    }
    if (base_goes) {
        m->base_key = base == key || base == m->key ? 0 : base;
        m->base_uri = S("");
    }
    if (domain_goes) {
        m->domain_key = domain;
        m->domain = S("");
    }
    return goes || base_goes || domain_goes;
}

bool person_goes(struct ctx *c, id person, const struct erasure *e)
{
    bool any = false, all = true;
    EACH (r, c, SQL("SELECT key FROM handle WHERE person=$1 ORDER BY key LIMIT $2"), I(person),
          I(HANDLES_MOST)) {
        any = true;
        all = all && erasure_has(e->handles, e->n_handles, row_int(&r, 0));
    }
    return any && all;
}

/* Of a card that was taken back only the order of things: whom it found or made. */
static void card_emptied(struct ctx *c, const struct event *x, struct buf *out)
{
    struct str rest = x->data;
    for (struct field f; rec_next(&rest, &f);) switch (f.tag) {
        case REC_MEETING: {
            struct meeting m = meeting_of(f.value), bare = { .kind = m.kind };
            bare.key = meeting_key(c, &m);
            bare.base_key = m.base_uri.n ? hash_name(c->secret, m.base_uri) : m.base_key;
            if (bare.base_key == bare.key) bare.base_key = 0;
            bare.domain_key = m.domain.n ? handle_of_domain(c, m.domain) : m.domain_key;
            meeting_put(out, REC_MEETING, &bare);
            break;
        }
        case REC_ORG: rec_int(out, REC_ORG_KEY, card_org_key(c, f.value)); break;
        case REC_KIND:
        case REC_SOURCE:
        case REC_ORG_KEY: rec_str(out, f.tag, f.value); break;
        }
}

static void card_left(struct ctx *c, const struct event *x, const struct erasure *e,
                      struct buf *out)
{
    struct str rest = x->data;
    id who = db_int(c, 0, SQL("SELECT person FROM card WHERE event=$1"), I(x->id));
    bool goes = person_goes(c, person_real(c, who), e);
    for (struct field f; rec_next(&rest, &f);) {
        int64_t org = f.tag == REC_ORG ? card_org_key(c, f.value) : 0;
        struct meeting m;
        switch (f.tag) {
        case REC_MEETING:
            m = meeting_of(f.value);
            meeting_strip(c, &m, e->handles, e->n_handles);
            meeting_put(out, REC_MEETING, &m);
            break;
        case REC_ORG:
            if (erasure_has(e->handles, e->n_handles, org)) rec_int(out, REC_ORG_KEY, org);
            else rec_str(out, REC_ORG, f.value);
            break;
        case REC_NAME:
        case REC_MARK:
        case REC_VALUE:
            if (!goes) rec_str(out, f.tag, f.value);
            break;
        default: rec_str(out, f.tag, f.value);
        }
    }
}

bool person_left(struct tx *t, const struct event *x, const struct erasure *e, struct buf *out)
{
    if (x->kind == EVENT_PERSON_CARD && erasure_has(e->messages, e->n_messages, x->id))
        card_emptied(&t->c, x, out);
    else if (x->kind == EVENT_PERSON_CARD) card_left(&t->c, x, e, out);
    return x->kind == EVENT_PERSON_CARD || x->kind == EVENT_PERSON_NAMED ||
           x->kind == EVENT_PERSON_MARKED;
}

/* ---- tables -------------------------------------------------------------- */

static void forget_cards(struct tx *t, id who)
{
    db_do(t,
          SQL("DELETE FROM card_handle WHERE event IN(SELECT event FROM card WHERE person=$1) /* "
              "scan */"),
          I(who));
    db_do(t, SQL("DELETE FROM card WHERE person=$1 /* scan */"), I(who));
}

/* Also of those who became one with them, and with those. */
static void forget_names(struct tx *t, id who)
{
    person_call(t, who, S(""));
    for (id next = 0;
         (next =
              db_int(&t->c, 0,
                     SQL("SELECT id FROM person WHERE merged=$1 AND merged<>0 AND id>$2 ORDER BY "
                         "id LIMIT 1"),
                     I(who), I(next)));) {
        db_do(t, SQL("UPDATE person SET org=0 WHERE id=$1"), I(next));
        forget_names(t, next);
    }
}

/* The row stays, as with a card that was taken back: a number is given once. */
static void forget_person(struct tx *t, id who)
{
    forget_names(t, who);
    db_do(t,
          SQL("UPDATE person SET kind=$1, named=0, kinded=0, org=0, ours=0, met=0, merged=-1, "
              "left_at=0, dead_at=0, mute=0, paused=0, engine_off=0 WHERE id=$2"),
          I(PERSON_HUMAN), I(who));
    db_do(t, SQL("DELETE FROM apart WHERE a=$1 OR b=$1 /* scan */"), I(who));
    db_do(t, SQL("DELETE FROM stopped WHERE person=$1"), I(who));
    db_do(t, SQL("DELETE FROM look WHERE person=$1"), I(who));
    forget_cards(t, who);
}

void person_erased(struct tx *t, const struct event *x)
{
    struct ctx *c = &t->c;
    struct erasure e;
    erasure_read(c->a, x->data, &e);
    for (int i = 0; i < e.n_handles; i++) {
        struct str uri = S("");
        EACH (r, c, SQL("SELECT uri FROM handle WHERE key=$1"), I(e.handles[i]))
            uri = row_str(&r, 0);
        handle_parts(t, e.handles[i], uri, false);
        db_do(t, SQL("DELETE FROM handle_name WHERE handle=$1"), I(e.handles[i]));
        db_do(t,
              SQL("UPDATE handle SET uri=CASE WHEN uri LIKE 'domain:%' THEN 'domain:' ELSE '' END, "
                  "shown='', domain='' WHERE key=$1"),
              I(e.handles[i]));
    }
    for (int i = 0; i < e.n_handles; i++) {
        id who = db_int(c, 0, SQL("SELECT person FROM handle WHERE key=$1"), I(e.handles[i]));
        if (!who ||
            db_int(c, 0, SQL("SELECT 1 FROM handle WHERE person=$1 AND shown<>'' LIMIT 1"), I(who)))
            continue;
        forget_person(t, who);
    }
}
