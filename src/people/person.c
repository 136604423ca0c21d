/* SPDX-License-Identifier: GPL-3.0-or-later
 * person.c - finding, making, showing persons. */
#include "people/person.h"

#include "kit/base/hash.h"
#include "kit/base/text.h"
#include "people/people_log.h"

const char *person_kind_word(person_kind k)
{
    static const char *const words[] = { "unknown", "person", "organisation",
                                         "role",    "list",   "machine" };
    return k >= PERSON_HUMAN && k <= PERSON_MACHINE ? words[k] : words[0];
}

person_kind person_kind_of(struct str word)
{
    for (int k = PERSON_HUMAN; k <= PERSON_MACHINE; k++)
        if (str_eq(word, str_c(person_kind_word((person_kind)k)))) return (person_kind)k;
    return 0;
}

id person_real(struct ctx *c, id person)
{
    for (int i = 0; i < MERGES_MOST; i++) {
        id into = db_int(c, 0, SQL("SELECT merged FROM person WHERE id=$1"), I(person));
        if (!into) break;
        person = into;
    }
    return person;
}

err person_get(struct ctx *c, id who, struct person *out)
{
    bool found = false;
    who = person_real(c, who);
    EACH (r, c,
          SQL("SELECT p.kind, p.name, p.org, p.ours, p.met, p.left_at, p.dead_at, p.paused, "
              "p.mute, p.engine_off,"
              " o.name FROM person p LEFT JOIN person o ON o.id=p.org WHERE p.id=$1"),
          I(who)) {
        *out = (struct person){ .id = who,
                                .kind = (person_kind)row_int(&r, 0),
                                .name = row_str(&r, 1),
                                .org = row_int(&r, 2),
                                .ours = row_bool(&r, 3),
                                .met = row_bool(&r, 4),
                                .left_at = row_int(&r, 5),
                                .dead_at = row_int(&r, 6),
                                .paused = row_int(&r, 7),
                                .mute = row_bool(&r, 8),
                                .engine_off = row_bool(&r, 9),
                                .org_name = row_str(&r, 10) };
        found = true;
    }
    return found ? OK : fail(c, E_NOTFOUND, "nobody with number %" PRId64 " is known here", who);
}

bool person_may_be_written(const struct person *p, int64_t now)
{
    return !p->dead_at && !p->left_at && !p->mute && p->paused <= now && p->kind != PERSON_MACHINE;
}

void person_handles(struct ctx *c, id person, struct handles *out)
{
    *out = (struct handles){ NEW(c->a, struct handle, 50), 0 };
    EACH (r, c, SQL("SELECT key, uri, shown FROM handle WHERE person=$1 ORDER BY uri LIMIT 50"),
          I(person))
        out->at[out->n++] = (struct handle){ row_int(&r, 0), row_str(&r, 1), row_str(&r, 2) };
}

const struct handle *handle_mail(const struct handles *l)
{
    for (int i = 0; i < l->n; i++)
        if (str_begins(l->at[i].uri, S("mailto:"))) return &l->at[i];
    return NULL;
}

struct str person_mail(struct ctx *c, id person)
{
    struct handles list;
    person_handles(c, person, &list);
    const struct handle *mail = handle_mail(&list);
    return mail ? mail->shown : S("");
}

id person_of_uri(struct ctx *c, struct str uri)
{
    return db_int(c, 0, SQL("SELECT person FROM handle WHERE key=$1"),
                  I(hash_name(c->secret, uri)));
}

bool person_may_come_in(struct ctx *c, id person)
{
    return db_int(c, 0,
                  SQL("SELECT 1 FROM person p WHERE p.id=$1 AND p.merged=0 AND p.kind IN($2, $3) "
                      "AND EXISTS(SELECT 1 FROM handle h WHERE h.person=p.id AND h.shown<>'') AND "
                      "NOT EXISTS(SELECT 1 FROM keeper k WHERE k.person=p.id AND k.gone<>0)"),
                  I(person), I(PERSON_HUMAN), I(PERSON_ROLE)) != 0;
}

/* ---- making -------------------------------------------------------------- */

static bool is_our_domain(struct ctx *c, struct str domain)
{
    return domain.n && db_int(c, 0, SQL("SELECT 1 FROM house_domain WHERE domain=$1"), T(domain));
}

static id new_row(struct tx *t, person_kind kind, struct str name, struct str fold, id org,
                  bool ours, id merged)
{
    id who = db_int(&t->c, 1, SQL("SELECT coalesce(max(id), 0) + 1 FROM person"));
    db_do(t,
          SQL("INSERT INTO person(id, kind, name, fold, named, kinded, org, ours, met, merged, "
              "left_at, dead_at, mute,"
              " paused, engine_off) VALUES($1, $2, $3, $4, 0, 0, $5, $6, 0, $7, 0, 0, 0, 0, 0)"),
          I(who), I(kind), T(name), T(fold), I(org), I(ours), I(merged));
    return who;
}

static id new_person(struct tx *t, person_kind kind, struct str name, id org, bool ours)
{
    struct str fold = text_fold(t->c.a, name);
    id who = new_row(t, kind, name, fold, org, ours, 0);
    person_parts(t, who, fold);
    return who;
}

static void new_handle(struct tx *t, int64_t key, struct str uri, struct str shown, id person,
                       struct str domain)
{
    db_do(t, SQL("INSERT INTO handle(key, uri, shown, person, domain) VALUES($1, $2, $3, $4, $5)"),
          I(key), T(uri), T(shown), I(person), T(domain));
    handle_parts(t, key, uri, true);
}

static id org_of(struct tx *t, const struct meeting *m)
{
    if (!m->domain.n && !m->domain_key) return 0;
    struct meeting org = { .uri = str_fmt(t->c.a, "domain:%.*s", STR(m->domain)),
                           .shown = m->domain,
                           .key = m->domain_key,
                           .name = m->domain,
                           .kind = PERSON_ORG };
    return person_meet(t, &org).person;
}

int64_t handle_of_domain(struct ctx *c, struct str domain)
{
    return hash_name(c->secret, str_fmt(c->a, "domain:%.*s", STR(domain)));
}

int64_t meeting_key(struct ctx *c, const struct meeting *m)
{
    return m->key ? m->key : hash_name(c->secret, m->uri);
}

/* What to call somebody of whom only the address is known. */
static struct str bare_name(struct str shown)
{
    ptrdiff_t at = str_rchr(shown, '@');
    return at > 0 ? str_upto(shown, at) : shown;
}

static struct met make(struct tx *t, const struct meeting *m, int64_t key)
{
    struct str domain = m->kind == PERSON_ORG ? m->shown : m->domain;
    bool ours = is_our_domain(&t->c, domain),
         tagged = m->base_key || (m->base_uri.n && !str_eq(m->base_uri, m->uri));
    id who = 0;
    if (tagged) {
        struct meeting base = *m;
        base.uri = base.base_uri;
        base.key = base.base_key;
        base.base_key = 0;
        base.shown = m->base_uri.n > 7 ? str_from(m->base_uri, 7) : m->shown; /* without mailto: */
        base.base_uri = S("");
        base.own = false;
        who = person_meet(t, &base).person;
    } else {
        id org = m->kind == PERSON_HUMAN || m->kind == PERSON_ROLE ? org_of(t, m) : 0;
        who = new_person(t, m->kind, m->name.n ? m->name : bare_name(m->shown), org, ours);
    }
    new_handle(t, key, m->uri, m->shown, who, m->domain);
    return (struct met){ key, who, ours };
}

static void note_name(struct tx *t, const struct meeting *m, const struct met *met)
{
    db_do(t,
          SQL("INSERT INTO handle_name(handle, name, n, last_at) VALUES($1, $2, 1, $3) ON "
              "CONFLICT(handle, name)"
              " DO UPDATE SET n=handle_name.n+1, last_at=greatest(handle_name.last_at, "
              "excluded.last_at)"),
          I(met->handle), T(m->name), I(m->at));
    log_dirty(t, DIRTY_PERSON, met->person, 0);
}

/* Whom the last mails of this piece of work met: lists and long Cc lines name the same few. */
enum { RECENT = 1024 };
struct recent {
    bool any;
    struct met at[RECENT]; /* by handle */
};
static struct recent *recent_of(struct tx *t)
{
    return tx_memo(t, &recent_of, sizeof(struct recent), NULL);
}

void person_forget(struct tx *t)
{
    struct recent *r = recent_of(t);
    if (r->any) *r = (struct recent){ 0 };
}

/* With an address that bears a tag comes the plain one, if its words are gone. */
static void base_comes_back(struct tx *t, const struct meeting *m)
{
    if (!m->base_uri.n || str_eq(m->base_uri, m->uri)) return;
    struct meeting base = *m;
    base.uri = m->base_uri;
    base.shown = str_from(m->base_uri, 7); /* without mailto: */
    base.base_uri = S("");
    base.own = false;
    if (db_int(&t->c, 0, SQL("SELECT 1 FROM handle WHERE key=$1 AND shown=''"),
               I(meeting_key(&t->c, &base))))
        (void)person_meet(t, &base);
}

/* Whose words were erased comes back with those of today; a person of no words is one again. */
static void come_back(struct tx *t, const struct meeting *m, struct met *met)
{
    struct ctx *c = &t->c;
    struct str name = m->name.n ? m->name : bare_name(m->shown);
    base_comes_back(t, m); /* first: it names them */
    id org = m->kind == PERSON_HUMAN || m->kind == PERSON_ROLE ? org_of(t, m) : 0;
    met->ours = is_our_domain(c, m->kind == PERSON_ORG ? m->shown : m->domain);
    bool again = db_do(
        t,
        SQL("UPDATE person SET kind=CASE WHEN kinded=1 THEN kind ELSE $1 + 0 END, org=$2, ours=$3, "
            "merged=0 WHERE id=$4 AND (merged=-1 OR merged=0 AND NOT EXISTS(SELECT 1 FROM handle h "
            "WHERE h.person=person.id AND h.shown<>''))"),
        I(m->kind), I(org), I(met->ours), I(met->person));
    db_do(t, SQL("UPDATE handle SET uri=$1, shown=$2, domain=$3 WHERE key=$4"), T(m->uri),
          T(m->shown), T(m->domain), I(met->handle));
    handle_parts(t, met->handle, m->uri, true);
    if (again && db_int(c, 0, SQL("SELECT 1 FROM person WHERE id=$1 AND named=0"), I(met->person)))
        person_call(t, met->person, name);
    erasure_over(t, met->handle);
}

id person_face(struct tx *t, struct str name, struct str uri)
{
    enum { NOBODYS = -2 }; /* what it was merged into: all lists leave it out */
    id who = new_row(t, PERSON_HUMAN, name, text_fold(t->c.a, name), 0, false, NOBODYS);
    db_do(t, SQL("INSERT INTO handle(key, uri, shown, person, domain) VALUES($1, $2, $2, $3, '')"),
          I(hash_name(t->c.secret, uri)), T(uri), I(who));
    return who;
}

struct met person_meet(struct tx *t, const struct meeting *m)
{
    struct met met = { .handle = meeting_key(&t->c, m) };
    bool wordless = false;
    struct recent *r = recent_of(t);
    struct met *known = &r->at[(uint64_t)met.handle % RECENT];
    if (known->handle == met.handle) met = *known;
    else
        EACH (row, &t->c,
              SQL("SELECT person, ours, shown FROM handle JOIN person ON id=person WHERE key=$1"),
              I(met.handle)) {
            met.person = row_int(&row, 0);
            met.ours = row_bool(&row, 1);
            wordless = !row_str(&row, 2).n;
        }
    if (!met.person) met = make(t, m, met.handle);
    else if (wordless && m->shown.n) come_back(t, m, &met);
    if (m->own && m->name.n) note_name(t, m, &met);
    if (wordless && !m->shown.n) return met; /* known by its key only: that may change */
    r->any = true;
    return *known = met;
}

bool person_open(struct tx *t, id person)
{
    return db_do(t, SQL("UPDATE person SET met=2 WHERE id=$1 AND met<>2"), I(person)) > 0;
}

/* ---- lists --------------------------------------------------------------- */

static void add_line(struct person_lines *out, struct rows *r)
{
    out->at[out->n++] = (struct person_line){ .id = row_int(r, 0),
                                              .kind = (person_kind)row_int(r, 1),
                                              .name = row_str(r, 2),
                                              .org_name = row_str(r, 3),
                                              .handle = row_str(r, 4),
                                              .ours = row_bool(r, 5),
                                              .met = row_bool(r, 6),
                                              .dead = row_int(r, 7) != 0,
                                              .gone = row_int(r, 8) != 0,
                                              .mute = row_bool(r, 9),
                                              .paused = row_int(r, 10),
                                              .fold = row_str(r, 11) };
}

static struct person_lines *no_lines(struct ctx *c, int max, struct person_lines *out)
{
    *out = (struct person_lines){ NEW(c->a, struct person_line, MAX(max, 1)), 0 };
    return out;
}

#define LINE_COLUMNS                                                                               \
    "p.id, p.kind, p.name, coalesce(o.name, ''), coalesce((SELECT h.shown FROM handle h WHERE "    \
    "h.person=p.id"                                                                                \
    " ORDER BY h.key LIMIT 1), ''), p.ours, p.met, p.dead_at, p.left_at, p.mute, p.paused, p.fold"

static void find_all(struct ctx *c, const struct person_query *q, person_kind kind,
                     struct person_lines *out)
{
    EACH (r, c,
          SQL("SELECT " LINE_COLUMNS " FROM person p LEFT JOIN person o ON o.id=p.org"
              " WHERE p.kind=$1 AND p.merged=0 AND (p.met>=$2 OR p.ours=1) AND (p.fold, p.id)>($3, "
              "$4)"
              " ORDER BY p.fold, p.id LIMIT $5 /* scan */"),
          I(kind), I(q->met_only), T(q->after), I(q->after_id), I(q->max))
        add_line(out, &r);
}

/* The text behind every text that begins with s, for a range over an index by bytes. */
static struct str range_end(struct arena *a, struct str s)
{
    return str_fmt(a, "%.*s\xF4\x8F\xBF\xBF", STR(s));
}

static bool among(const struct person_lines *m, id who)
{
    for (int i = 0; i < m->n; i++)
        if (m->at[i].id == who) return true;
    return false;
}

static void add_new(struct person_lines *out, struct rows *r, int max)
{
    if (out->n < max && !among(out, row_int(r, 0))) add_line(out, r);
}

#define LINE_FROM                                                                                  \
    " FROM person p LEFT JOIN person o ON o.id=p.org WHERE p.merged=0 AND (p.kind=$1 OR $1=0)"
#define LINE_ORDER " ORDER BY p.met DESC, p.fold, p.id LIMIT "

/* Names that begin so, then names with a word that does, then addresses: each is asked for only
 * when there is room left. */
static void find_words(struct ctx *c, struct str words, person_kind kind, int max,
                       struct person_lines *out)
{
    struct str end = range_end(c->a, words);
    EACH (r, c,
          SQL("SELECT " LINE_COLUMNS LINE_FROM " AND p.fold>=$2 AND p.fold<$3" LINE_ORDER "$4"),
          I(kind), T(words), T(end), I(max))
        add_new(out, &r, max);
    if (out->n < max)
        EACH (r, c,
              SQL("SELECT " LINE_COLUMNS LINE_FROM " AND p.id IN(SELECT n.person FROM name_part n "
                  "WHERE n.part>=$2 AND n.part<$3)" LINE_ORDER "$4"),
              I(kind), T(words), T(end), I(max))
            add_new(out, &r, max);
    if (out->n < max)
        EACH (r, c,
              SQL("SELECT " LINE_COLUMNS LINE_FROM " AND p.id IN(SELECT h.person FROM address_part "
                  "n JOIN handle h ON h.key=n.handle WHERE n.part>=$2 AND n.part<$3)" LINE_ORDER
                  "$4"),
              I(kind), T(words), T(end), I(max))
            add_new(out, &r, max);
}

void person_find(struct ctx *c, const struct person_query *q, struct person_lines *out)
{
    struct str words = text_fold(c->a, str_trim(q->words));
    no_lines(c, q->max, out);
    if (words.n) find_words(c, words, q->kind, q->max, out);
    else find_all(c, q, q->kind ? q->kind : PERSON_HUMAN, out);
}

#define PAIR_COLUMNS                                                                               \
    "a.id, b.id, a.name, (SELECT h.shown FROM handle h WHERE h.person=a.id ORDER BY h.key LIMIT "  \
    "1),"                                                                                          \
    " (SELECT h.shown FROM handle h WHERE h.person=b.id ORDER BY h.key LIMIT 1), CASE WHEN "       \
    "a.org=b.org THEN coalesce(o.name, '') ELSE '' END"
#define PAIR_RULE                                                                                  \
    " a.kind=1 AND b.kind=1 AND a.merged=0 AND b.merged=0 AND a.fold LIKE '% %'"                   \
    " AND NOT EXISTS(SELECT 1 FROM apart x WHERE x.a=least(a.id, b.id) AND x.b=greatest(a.id, "    \
    "b.id))"

static void add_pair(struct person_pairs *out, struct rows *r)
{
    out->at[out->n++] = (struct person_pair){ row_int(r, 0), row_int(r, 1), row_str(r, 2),
                                              row_str(r, 3), row_str(r, 4), row_str(r, 5) };
}

void person_alike(struct ctx *c, id only, int max, struct person_pairs *out)
{
    *out = (struct person_pairs){ NEW(c->a, struct person_pair, MAX(max, 1)), 0 };
    if (only)
        EACH (r, c,
              SQL("SELECT " PAIR_COLUMNS " FROM person a JOIN person b ON b.fold=a.fold AND "
                  "b.id<>a.id LEFT JOIN person o ON o.id=a.org"
                  " WHERE a.id=$1 AND" PAIR_RULE " ORDER BY b.id LIMIT $2"),
              I(only), I(max))
            add_pair(out, &r);
    else
        EACH (r, c,
              SQL("SELECT " PAIR_COLUMNS " FROM namesake d CROSS JOIN person a CROSS JOIN person b "
                  "LEFT JOIN person o ON o.id=a.org"
                  " WHERE d.n>1 AND a.fold=d.fold AND b.fold=a.fold AND b.id>a.id AND" PAIR_RULE
                  " ORDER BY d.fold, a.id, b.id LIMIT $1 /* scan */"),
              I(max))
            add_pair(out, &r);
}

void person_merged_into(struct ctx *c, id person, struct person_lines *out)
{
    enum { MOST = 50 };
    no_lines(c, MOST, out);
    EACH (
        r, c,
        SQL("SELECT id, kind, name FROM person WHERE merged=$1 AND merged<>0 ORDER BY id LIMIT $2"),
        I(person), I(MOST))
        out->at[out->n++] = (struct person_line){ .id = row_int(&r, 0),
                                                  .kind = (person_kind)row_int(&r, 1),
                                                  .name = row_str(&r, 2) };
}

void person_of_org(struct ctx *c, id org, int max, struct person_lines *out)
{
    no_lines(c, max, out);
    EACH (r, c,
          SQL("SELECT " LINE_COLUMNS " FROM person p LEFT JOIN person o ON o.id=p.org WHERE "
              "p.org=$1 AND p.org<>0 AND p.merged=0"
              " ORDER BY p.met DESC, p.kind, p.fold, p.id LIMIT $2"),
          I(org), I(max))
        add_line(out, &r);
}

void person_names(struct ctx *c, id person, int max, struct person_names *out)
{
    *out = (struct person_names){ NEW(c->a, struct person_name_used, MAX(max, 1)), 0 };
    EACH (r, c,
          SQL("SELECT n.name, sum(n.n), max(n.last_at) FROM handle h JOIN handle_name n ON "
              "n.handle=h.key WHERE h.person=$1"
              " GROUP BY n.name ORDER BY sum(n.n) DESC, n.name LIMIT $2"),
          I(person), I(max))
        out->at[out->n++] =
            (struct person_name_used){ row_str(&r, 0), row_int(&r, 1), row_int(&r, 2) };
}

int person_alike_count(struct ctx *c, int most)
{
    return (int)db_int(c, 0,
                       SQL("SELECT count(*) FROM (SELECT a.id FROM namesake d CROSS JOIN person a "
                           "WHERE d.n>1 AND a.fold=d.fold AND "
                           "a.met>0 AND a.kind=1 AND a.merged=0 AND"
                           " EXISTS(SELECT 1 FROM person b WHERE b.fold=a.fold AND b.id<>a.id AND "
                           "b.kind=1 AND b.merged=0 AND"
                           " (b.met=0 OR b.id>a.id) AND NOT EXISTS(SELECT 1 FROM apart x WHERE "
                           "x.a=least(a.id, b.id)"
                           " AND x.b=greatest(a.id, b.id))) LIMIT $1) found /* scan */"),
                       I(most));
}
