/* SPDX-License-Identifier: GPL-3.0-or-later
 * audience.c - who something is for: as numbers, as persons, as words. */
#include "kit/base/hash.h"
#include "kit/base/pack.h"
#include "may/may.h"

#include <stdlib.h>

enum { NOT = 16, BATCH = 200, KEEPERS_MOST = 10000 };

/* ---- as numbers ------------------------------------------------------------ */

static int by_kind(const void *x, const void *y)
{
    const struct party *a = x, *b = y;
    if (a->kind != b->kind) return a->kind < b->kind ? -1 : 1;
    return (a->who > b->who) - (a->who < b->who);
}

/* In order, each once. */
static int in_order(struct arena *a, const struct party *parts, int n, struct party **out)
{
    int kept = 0;
    struct party *p = NEW(a, struct party, MAX(n, 1));
    if (n) memcpy(p, parts, (size_t)n * sizeof *p);
    qsort(p, (size_t)n, sizeof *p, by_kind);
    for (int i = 0; i < n; i++)
        if (!kept || by_kind(&p[kept - 1], &p[i])) p[kept++] = p[i];
    *out = p;
    return kept;
}

void audience_put(struct buf *o, int tag, const struct audience *who)
{
    struct buf in = { .a = o->a };
    struct party *p;
    int n = in_order(o->a, who->any, who->n_any, &p);
    for (int i = 0; i < n; i++) rec_int(&in, (int)p[i].kind, p[i].who);
    n = in_order(o->a, who->none, who->n_none, &p);
    for (int i = 0; i < n; i++) rec_int(&in, NOT + (int)p[i].kind, p[i].who);
    rec_str(o, tag, buf_str(&in));
}

void audience_of(struct arena *a, struct str record, struct audience *out)
{
    struct party *any = NEW(a, struct party, AUDIENCE_PARTS_MOST),
                 *none = NEW(a, struct party, AUDIENCE_PARTS_MOST);
    *out = (struct audience){ .any = any, .none = none };
    for (struct field f; rec_next(&record, &f);) {
        bool no = f.tag > NOT;
        int *n = no ? &out->n_none : &out->n_any;
        if (*n == AUDIENCE_PARTS_MOST) continue;
        (no ? none : any)[(*n)++] =
            (struct party){ (party_kind)(no ? f.tag - NOT : f.tag), field_int(f) };
    }
}

static bool part_fits(struct ctx *c, struct party p)
{
    switch (p.kind) {
    case PARTY_PERSON: return p.who > 0 && person_real(c, p.who) > 0;
    case PARTY_CIRCLE: return db_int(c, 0, SQL("SELECT 1 FROM circle WHERE id=$1"), I(p.who)) != 0;
    case PARTY_KEEPERS:
    case PARTY_PUBLIC: return p.who == 0;
    }
    return false;
}

struct audience audience_keepers(void)
{
    static const struct party keepers = { PARTY_KEEPERS, 0 };
    return (struct audience){ .any = &keepers, .n_any = 1 };
}

err audience_check(struct ctx *c, const struct audience *who)
{
    if (who->n_any < 1) return fail(c, E_INVALID, "please say who may see it");
    if (who->n_any > AUDIENCE_PARTS_MOST || who->n_none > AUDIENCE_PARTS_MOST)
        return fail(c, E_INVALID, "please name at most %d people and circles", AUDIENCE_PARTS_MOST);
    for (int i = 0; i < who->n_any + who->n_none; i++)
        if (!part_fits(c, i < who->n_any ? who->any[i] : who->none[i - who->n_any]))
            return fail(c, E_INVALID, "somebody who should see it is not known here");
    return OK;
}

static void write_parts(struct buf *text, const char *sign, const struct party *p, int n)
{
    for (int i = 0; i < n; i++)
        buf_fmt(text, "%s%s%d:%" PRId64, text->n ? " " : "", sign, (int)p[i].kind, p[i].who);
}

static void keep_parts(struct tx *t, int64_t key, int yes, const struct party *p, int n)
{
    for (int i = 0; i < n; i++)
        db_do(t, SQL("INSERT INTO audience_part(audience, yes, kind, who) VALUES($1, $2, $3, $4)"),
              I(key), I(yes), I(p[i].kind), I(p[i].who));
}

int64_t audience_keep(struct tx *t, const struct audience *who)
{
    struct arena *a = t->c.a;
    struct buf text = { .a = a };
    struct party *any, *none;
    int n_any = in_order(a, who->any, who->n_any, &any),
        n_none = in_order(a, who->none, who->n_none, &none);
    write_parts(&text, "", any, n_any);
    write_parts(&text, "-", none, n_none);
    int64_t key = hash_name(t->c.secret, buf_str(&text));
    if (!db_do(t, SQL("INSERT INTO audience(key, text) VALUES($1, $2) ON CONFLICT(key) DO NOTHING"),
               I(key), T(buf_str(&text))))
        return key;
    keep_parts(t, key, 1, any, n_any);
    keep_parts(t, key, 0, none, n_none);
    log_dirty(t, DIRTY_REACH, key, 0);
    return key;
}

void audience_read(struct ctx *c, int64_t key, struct audience *out)
{
    struct party *any = NEW(c->a, struct party, AUDIENCE_PARTS_MOST),
                 *none = NEW(c->a, struct party, AUDIENCE_PARTS_MOST);
    *out = (struct audience){ .any = any, .none = none };
    EACH (r, c,
          SQL("SELECT yes, kind, who FROM audience_part WHERE audience=$1 ORDER BY yes, kind, who "
              "LIMIT $2"),
          I(key), I(2 * AUDIENCE_PARTS_MOST)) {
        struct party p = { (party_kind)row_int(&r, 1), row_int(&r, 2) };
        if (row_bool(&r, 0)) any[out->n_any++] = p;
        else none[out->n_none++] = p;
    }
}

/* ---- as persons ------------------------------------------------------------ */

struct people {
    id *at;
    int n;
};

static void add_rows(struct people *out, struct rows *r) { out->at[out->n++] = row_int(r, 0); }

/* As they are today. Who was erased keeps their number, which nobody signs in with until they are
 * met anew. */
static void follow(struct ctx *c, struct people *p)
{
    for (int i = 0; i < p->n; i++)
        for (id into;
             (into = db_int(c, 0, SQL("SELECT merged FROM person WHERE id=$1 AND merged>0"),
                            I(p->at[i])));)
            p->at[i] = into;
}

static bool has_left(struct ctx *c, id person)
{
    return db_int(c, 0, SQL("SELECT 1 FROM keeper WHERE person=$1 AND gone<>0"), I(person)) != 0;
}

static void people_of(struct ctx *c, struct party p, bool yes, struct people *out)
{
    int most = p.kind == PARTY_KEEPERS  ? KEEPERS_MOST
               : p.kind == PARTY_CIRCLE ? CIRCLE_MEMBERS_MOST
                                        : 1;
    *out = (struct people){ .at = NEW(c->a, id, most) };
    switch (p.kind) {
    case PARTY_PERSON:
        out->at[out->n++] = p.who;
        follow(c, out);
        if (yes && has_left(c, out->at[0])) out->n = 0;
        break;
    case PARTY_CIRCLE:
        EACH (r, c,
              SQL("SELECT who FROM circle_member WHERE circle=$1 AND until=0 ORDER BY person "
                  "LIMIT $2"),
              I(p.who), I(most))
            add_rows(out, &r);
        break;
    case PARTY_KEEPERS:
        EACH (r, c,
              SQL("SELECT person FROM keeper WHERE gone=0 ORDER BY person LIMIT $1 /* scan */"),
              I(most))
            add_rows(out, &r);
        follow(c, out);
        break;
    case PARTY_PUBLIC: out->at[out->n++] = 0; break;
    }
}

static void resolve_yes(struct tx *t, int64_t key, struct party p)
{
    struct people who;
    people_of(&t->c, p, true, &who);
    for (int i = 0; i < who.n; i++)
        db_do(t,
              SQL("INSERT INTO reach(audience, who, yes) VALUES($1, $2, 1) ON CONFLICT(audience, "
                  "who) DO NOTHING"),
              I(key), I(who.at[i]));
}

static void resolve_no(struct tx *t, int64_t key, struct party p, bool everybody)
{
    struct people who;
    people_of(&t->c, p, false, &who);
    if (p.kind == PARTY_PUBLIC) db_do(t, SQL("DELETE FROM reach WHERE audience=$1"), I(key));
    for (int i = 0; i < who.n && p.kind != PARTY_PUBLIC; i++)
        if (everybody)
            db_do(t,
                  SQL("INSERT INTO reach(audience, who, yes) VALUES($1, $2, 0) ON "
                      "CONFLICT(audience, who) DO UPDATE SET yes=0"),
                  I(key), I(who.at[i]));
        else db_do(t, SQL("DELETE FROM reach WHERE audience=$1 AND who=$2"), I(key), I(who.at[i]));
}

static void resolve(struct tx *t, int64_t key)
{
    struct audience all;
    audience_read(&t->c, key, &all);
    db_do(t, SQL("DELETE FROM reach WHERE audience=$1"), I(key));
    for (int i = 0; i < all.n_any; i++) resolve_yes(t, key, all.any[i]);
    bool everybody =
        db_int(&t->c, 0, SQL("SELECT 1 FROM reach WHERE audience=$1 AND who=0"), I(key)) != 0;
    for (int i = 0; i < all.n_none; i++) resolve_no(t, key, all.none[i], everybody);
}

void may_settle(struct tx *t)
{
    struct dirt d[BATCH];
    struct arena *whole = t->c.a, *round = arena_child(whole);
    for (int n; (n = log_take_dirty(t, DIRTY_REACH, d, BATCH)) > 0;)
        for (int i = 0; i < n; i++, arena_clear(round)) {
            t->c.a = round;
            resolve(t, d[i].x);
            t->c.a = whole;
        }
    arena_close(round);
}

bool audience_reaches(struct ctx *c, int64_t key, id who)
{
    return db_int(c, 0, SQL("SELECT 1 FROM audience x WHERE x.key=$1 AND " REACHED("x.key", "$2")),
                  I(key), I(who)) != 0;
}

/* ---- as words -------------------------------------------------------------- */

static struct str part_words(struct ctx *c, struct party p)
{
    struct person who;
    struct str name;
    switch (p.kind) {
    case PARTY_PERSON:
        if (p.who == c->viewer) return S("you");
        return person_real(c, p.who) > 0 && person_get(c, p.who, &who) == OK
                   ? who.name
                   : S("somebody who was forgotten");
    case PARTY_CIRCLE:
        name = circle_name(c, p.who);
        return name.n ? str_fmt(c->a, "the circle %.*s", STR(name)) : S("a circle");
    case PARTY_KEEPERS: return S("everybody who keeps this house");
    case PARTY_PUBLIC: return S("anybody");
    }
    return S("");
}

static void list_words(struct ctx *c, struct buf *out, const struct party *p, int n)
{
    for (int i = 0; i < n; i++) {
        if (i) buf_add(out, i + 1 == n ? S(" and ") : S(", "));
        buf_add(out, part_words(c, p[i]));
    }
}

struct str audience_words(struct ctx *c, int64_t key)
{
    struct audience all;
    struct buf out = { .a = c->a };
    audience_read(c, key, &all);
    if (!all.n_any) return S("nobody");
    list_words(c, &out, all.any, all.n_any);
    if (all.n_none) buf_add(&out, S(", but not "));
    list_words(c, &out, all.none, all.n_none);
    return buf_str(&out);
}
