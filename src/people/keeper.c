/* SPDX-License-Identifier: GPL-3.0-or-later
 * keeper.c - the house, its keepers and their addresses. */
#include "people/keeper.h"

#include "kit/base/hash.h"
#include "kit/base/pack.h"
#include "kit/base/text.h"
#include "people/people_log.h"
#include "people/second.h"

/* ---- records ------------------------------------------------------------- */

enum {
    M_URI = 1,
    M_SHOWN,
    M_BASE,
    M_NAME,
    M_DOMAIN,
    M_KIND,
    M_OWN,
    M_AT,
    M_KEY,
    M_BASE_KEY,
    M_DOMAIN_KEY
};

void meeting_put(struct buf *o, int tag, const struct meeting *m)
{
    struct buf in = { .a = o->a };
    if (m->uri.n || !m->key) rec_str(&in, M_URI, m->uri);
    if (!str_eq(m->shown, str_from(m->uri, 7))) rec_str(&in, M_SHOWN, m->shown);
    if (m->base_uri.n && !str_eq(m->base_uri, m->uri)) rec_str(&in, M_BASE, m->base_uri);
    if (m->name.n) rec_str(&in, M_NAME, m->name);
    if (m->domain.n) rec_str(&in, M_DOMAIN, m->domain);
    if (m->kind != PERSON_HUMAN) rec_int(&in, M_KIND, m->kind);
    if (m->own) rec_int(&in, M_OWN, 1);
    if (m->at) rec_int(&in, M_AT, m->at);
    if (m->key) rec_int(&in, M_KEY, m->key);
    if (m->base_key) rec_int(&in, M_BASE_KEY, m->base_key);
    if (m->domain_key) rec_int(&in, M_DOMAIN_KEY, m->domain_key);
    rec_str(o, tag, buf_str(&in));
}

struct meeting meeting_of(struct str record)
{
    struct meeting m = { .kind = PERSON_HUMAN };
    for (struct field f; rec_next(&record, &f);) switch (f.tag) {
        case M_URI: m.uri = f.value; break;
        case M_SHOWN: m.shown = f.value; break;
        case M_BASE: m.base_uri = f.value; break;
        case M_NAME: m.name = f.value; break;
        case M_DOMAIN: m.domain = f.value; break;
        case M_KIND: m.kind = (person_kind)field_int(f); break;
        case M_OWN: m.own = field_int(f); break;
        case M_AT: m.at = field_int(f); break;
        case M_KEY: m.key = field_int(f); break;
        case M_BASE_KEY: m.base_key = field_int(f); break;
        case M_DOMAIN_KEY: m.domain_key = field_int(f); break;
        }
    if (!m.shown.n) m.shown = str_from(m.uri, 7); /* without mailto: */
    return m;
}

/* ---- reading ------------------------------------------------------------- */

void house_get(struct ctx *c, struct house *out)
{
    *out = (struct house){ .name = S("") };
    EACH (r, c, SQL("SELECT name, founded, sample FROM house WHERE id=1"))
        *out = (struct house){ row_str(&r, 0), row_int(&r, 1), row_bool(&r, 2) };
}

bool keeper_was(struct ctx *c, id person)
{
    return db_int(c, 0, SQL("SELECT 1 FROM keeper WHERE person=$1 AND gone<>0"), I(person)) != 0;
}

keeper_role keeper_role_of(struct ctx *c, id person)
{
    return (keeper_role)db_int(c, 0, SQL("SELECT role FROM keeper WHERE person=$1 AND gone=0"),
                               I(person));
}

id keeper_first(struct ctx *c)
{
    return db_int(c, 0,
                  SQL("SELECT person FROM keeper WHERE gone=0 ORDER BY role DESC, person LIMIT 1 "
                      "/* scan */"));
}

void keeper_list(struct ctx *c, struct keepers *out)
{
    enum { MOST = 1000 };
    *out = (struct keepers){ NEW(c->a, struct keeper, MOST), 0 };
    EACH (r, c,
          SQL("SELECT k.person, p.name, k.role, a.person FROM keeper k JOIN person p ON "
              "p.id=k.person LEFT JOIN account a"
              " ON a.person=k.person WHERE k.gone=0 ORDER BY k.role DESC, k.person LIMIT $1 /* "
              "scan */"),
          I(MOST))
        out->at[out->n++] = (struct keeper){ row_int(&r, 0), row_str(&r, 1),
                                             (keeper_role)row_int(&r, 2), !row_null(&r, 3) };
}

bool keeper_any_account(struct ctx *c)
{
    return db_int(c, 0,
                  SQL("SELECT 1 FROM account a JOIN keeper k ON k.person=a.person WHERE k.gone=0 "
                      "LIMIT 1 /* scan */")) != 0;
}

keeper_role keeper_signed_in(struct ctx *c, id person, bool *owes)
{
    keeper_role role = 0;
    EACH (
        r, c,
        SQL("SELECT k.role, n.id, s.keeper FROM keeper k LEFT JOIN second_rule n ON n.id=1 LEFT "
            "JOIN second_step s ON s.keeper=k.person AND s.since>0 WHERE k.person=$1 AND k.gone=0"),
        I(person)) {
        role = (keeper_role)row_int(&r, 0);
        *owes = !row_null(&r, 1) && row_null(&r, 2);
    }
    return role;
}

struct str keeper_at_door(struct ctx *c, struct str uri, id *who)
{
    struct str hash = S("");
    *who = 0;
    EACH (r, c,
          SQL("SELECT k.person, a.password FROM handle h JOIN keeper k ON k.person=h.person AND "
              "k.gone=0 JOIN account a ON a.person=k.person WHERE h.key=$1 AND h.uri=$2"),
          I(hash_name(c->secret, uri)), T(uri)) {
        *who = row_int(&r, 0);
        hash = row_str(&r, 1);
    }
    return hash;
}

struct str keeper_password(struct ctx *c, id person)
{
    struct str hash = S("");
    EACH (r, c, SQL("SELECT password FROM account WHERE person=$1"), I(person))
        hash = row_str(&r, 0);
    return hash;
}

/* ---- deeds --------------------------------------------------------------- */

err house_found(struct tx *t, struct str name, bool sample)
{
    name = text_oneline(t->c.a, name);
    if (!name.n || name.n > 200)
        return fail(&t->c, E_INVALID, "please give the house a name of 1 to 200 letters");
    struct buf data = { .a = t->c.a };
    rec_str(&data, REC_NAME, name);
    rec_int(&data, REC_SAMPLE, sample);
    log_append(t, (struct event){ .kind = EVENT_HOUSE_FOUNDED, .data = buf_str(&data) });
    return OK;
}

err keeper_join(struct tx *t, const struct keeper_new *k, id *out)
{
    struct ctx *c = &t->c;
    struct buf data = { .a = c->a };
    bool human = false;
    for (int i = 0; i < k->n; i++) {
        human = human || k->addresses[i].kind == PERSON_HUMAN;
        id has = person_of_uri(c, k->addresses[i].uri);
        if (has && keeper_role_of(c, has))
            return fail(c, E_CONFLICT, "%.*s already belongs to a keeper",
                        STR(k->addresses[i].shown));
    }
    if (!k->n) return fail(c, E_INVALID, "please give at least one mail address");
    if (k->name.n) rec_str(&data, REC_NAME, text_oneline(c->a, k->name));
    rec_int(&data, REC_ROLE, k->role);
    for (int i = 0; i < k->n; i++) {
        struct meeting m = k->addresses[i];
        if (!human && i == 0) m.kind = PERSON_HUMAN; /* a house of one that has only hello@ */
        meeting_put(&data, REC_MEETING, &m);
    }
    /* the person's number is known once the event is applied: found by the first address */
    log_append(t, (struct event){ .kind = EVENT_KEEPER_JOINED, .data = buf_str(&data) });
    for (int i = 0; i < k->n; i++)
        if (k->addresses[i].kind == PERSON_HUMAN || !human) {
            *out = person_of_uri(c, k->addresses[i].uri);
            break;
        }
    return OK;
}

id keeper_holder(struct ctx *c, id keeper)
{
    enum { GENERATIONS = 20 };
    for (int i = 0; keeper && i < GENERATIONS && !keeper_role_of(c, keeper); i++)
        keeper = db_int(c, 0, SQL("SELECT heir FROM heir WHERE keeper=$1"), I(keeper));
    return keeper && keeper_role_of(c, keeper) ? keeper : 0;
}

/* Who stays, owners first. */
static id first_but(struct ctx *c, id person)
{
    return db_int(c, 0,
                  SQL("SELECT person FROM keeper WHERE gone=0 AND person<>$1 ORDER BY role DESC, "
                      "person LIMIT 1 /* scan */"),
                  I(person));
}

err keeper_leave(struct tx *t, id person, id heir, id *heir_out)
{
    if (!keeper_role_of(&t->c, person))
        return fail(&t->c, E_NOTFOUND, "this is not a keeper of the house");
    bool other =
        db_int(
            &t->c, 0,
            SQL("SELECT count(*) FROM keeper WHERE gone=0 AND role=$1 AND person<>$2 /* scan */"),
            I(KEEPER_OWNER), I(person)) > 0;
    if (!other && keeper_role_of(&t->c, person) == KEEPER_OWNER)
        return fail(&t->c, E_CONFLICT,
                    "the last owner can't leave: make another keeper an owner first");
    if (heir && (heir == person || !keeper_role_of(&t->c, heir)))
        return fail(&t->c, E_INVALID, "what they held can only go to another keeper of the house");
    if (!heir) heir = first_but(&t->c, person);
    log_append(t, (struct event){ .kind = EVENT_KEEPER_LEFT, .subject = person, .other = heir });
    if (heir_out) *heir_out = heir;
    return OK;
}

void keeper_set_password(struct tx *t, id person, struct str hash)
{
    db_do(
        t,
        SQL("INSERT INTO account(person, password, changed) VALUES($1, $2, $3) ON CONFLICT(person)"
            " DO UPDATE SET password=excluded.password, changed=excluded.changed"),
        I(person), T(hash), I(t->c.now));
}

void keeper_forget_password(struct tx *t, id person)
{
    db_do(t, SQL("DELETE FROM account WHERE person=$1"), I(person));
    (void)second_forget(t, person);
    db_do(t, SQL("DELETE FROM morning WHERE keeper=$1"), I(person));
}

/* ---- what events do ------------------------------------------------------ */

static void adopt_domain(struct tx *t, struct str domain)
{
    if (!domain.n) return;
    db_do(t, SQL("INSERT INTO house_domain(domain) VALUES($1) ON CONFLICT(domain) DO NOTHING"),
          T(domain));
    db_do(t,
          SQL("UPDATE person SET ours=1 WHERE id IN (SELECT person FROM handle WHERE domain=$1 AND "
              "domain<>'')"),
          T(domain));
}

static void joined(struct tx *t, const struct event *e)
{
    struct str rest = e->data, name = S("");
    id who = 0;
    keeper_role role = KEEPER_PLAIN;
    for (struct field f; rec_next(&rest, &f);) {
        if (f.tag == REC_NAME) name = f.value;
        if (f.tag == REC_ROLE) role = (keeper_role)field_int(f);
        if (f.tag != REC_MEETING) continue;
        struct meeting m = meeting_of(f.value);
        if (m.kind == PERSON_HUMAN) m.name = name; /* a door keeps its own */
        adopt_domain(t, m.domain);
        struct met met = person_meet(t, &m);
        db_do(t, SQL("UPDATE person SET ours=1 WHERE id=$1"), I(met.person));
        if (m.kind != PERSON_HUMAN) continue;
        if (!who) who = met.person;
        else if (met.person != who)
            db_do(t, SQL("UPDATE handle SET person=$1 WHERE person=$2"), I(who), I(met.person));
        if (met.person != who)
            db_do(t, SQL("UPDATE person SET merged=$1 WHERE id=$2"), I(who), I(met.person));
    }
    if (!who) return;
    if (name.n) {
        person_call(t, who, name);
        db_do(t, SQL("UPDATE person SET named=1 WHERE id=$1"), I(who));
    }
    db_do(t, SQL("UPDATE person SET kind=$1, met=1 WHERE id=$2"), I(PERSON_HUMAN), I(who));
    db_do(t,
          SQL("INSERT INTO keeper(person, role, joined, gone) VALUES($1, $2, $3, 0) ON "
              "CONFLICT(person)"
              " DO UPDATE SET role=excluded.role, gone=0"),
          I(who), I(role), I(e->at));
    db_do(t, SQL("DELETE FROM heir WHERE keeper=$1"), I(who)); /* they are back */
}

static void founded(struct tx *t, const struct event *e)
{
    struct str rest = e->data, name = S("");
    bool sample = false;
    for (struct field f; rec_next(&rest, &f);) {
        if (f.tag == REC_NAME) name = f.value;
        if (f.tag == REC_SAMPLE) sample = field_int(f);
    }
    db_do(t,
          SQL("INSERT INTO house(id, name, founded, sample) VALUES(1, $1, $2, $3) ON CONFLICT(id)"
              " DO UPDATE SET name=excluded.name, sample=excluded.sample"),
          T(name), I(e->at), I(sample));
}

void keeper_apply(struct tx *t, const struct event *e)
{
    switch (e->kind) {
    case EVENT_HOUSE_FOUNDED: founded(t, e); break;
    case EVENT_KEEPER_JOINED: joined(t, e); break;
    case EVENT_KEEPER_LEFT:
        db_do(t, SQL("UPDATE keeper SET gone=$1 WHERE person=$2"), I(e->at), I(e->subject));
        if (e->other)
            db_do(t,
                  SQL("INSERT INTO heir(keeper, heir) VALUES($1, $2) ON CONFLICT(keeper) DO UPDATE "
                      "SET heir=excluded.heir"),
                  I(e->subject), I(e->other));
        break;
    }
}
