/* SPDX-License-Identifier: GPL-3.0-or-later
 * fact.c - noting a fact: what is missing is filled in by its origin, or refused with a word. */
#include "facts/fact_log.h"
#include "kit/base/date.h"
#include "kit/base/hash.h"
#include "kit/base/pack.h"
#include "kit/base/text.h"

enum { ADULT_YEARS = 16 };

/* ---- what each origin brings ------------------------------------------------ */

static const struct by_origin {
    fact_state born;
    int days;
} by_origin[] = {
    [FACT_TOLD] = { FACT_CONFIRMED, FACT_TOLD_DAYS },
    [FACT_INTRODUCED] = { FACT_PROPOSED, FACT_PROPOSED_DAYS },
    [FACT_OBSERVED] = { FACT_PROPOSED, FACT_PROPOSED_DAYS },
    [FACT_IMPORTED] = { FACT_HELD, FACT_IMPORTED_DAYS },
    [FACT_PUBLIC] = { FACT_HELD, FACT_PUBLIC_DAYS },
    [FACT_RECEIVED] = { FACT_HELD, FACT_TOLD_DAYS },
};

/* Who heard it; what is public anyway the house; what a person writes on their own page, nobody
 * but whom they choose. */
static struct audience audience_by_origin(struct ctx *c, const struct fact_new *f, id person)
{
    struct party *one = NEW(c->a, struct party, 1);
    if (f->origin == FACT_PUBLIC || !c->viewer) return audience_keepers();
    if (c->viewer == person || f->origin == FACT_RECEIVED) return (struct audience){ .n_any = 0 };
    *one = (struct party){ PARTY_PERSON, c->viewer };
    return (struct audience){ .any = one, .n_any = 1 };
}

static bool among(struct party p, const struct party *list, int n)
{
    for (int i = 0; i < n; i++)
        if (list[i].kind == p.kind && list[i].who == p.who) return true;
    return false;
}

bool fact_within(const struct audience *inner, const struct audience *outer)
{
    for (int i = 0; i < inner->n_any; i++)
        if (!among(inner->any[i], outer->any, outer->n_any)) return false;
    for (int i = 0; i < outer->n_none; i++)
        if (!among(outer->none[i], inner->none, inner->n_none)) return false;
    return true;
}

/* ---- under age -------------------------------------------------------------- */

/* 2013-05-03: are there ADULT_YEARS between that and now? */
static bool is_young(struct ctx *c, struct str born)
{
    int64_t from;
    if (born.n != 10 || !date_parse_iso(born, &from, NULL)) return false;
    struct civil d = date_civil(from, 0);
    d.year += ADULT_YEARS;
    return date_seconds(d, 0) > c->now;
}

bool fact_minor(struct ctx *c, id person)
{
    bool young = false;
    EACH (r, c,
          SQL("SELECT key, value FROM fact WHERE person=$1 AND key IN('minor', 'birthday') AND "
              "state<$2 AND valid_to=0 ORDER BY id LIMIT 20"),
          I(person_real(c, person)), I(FACT_DISPUTED))
        young = young || str_eq(row_str(&r, 0), S("minor")) || is_young(c, row_str(&r, 1));
    return young;
}

/* ---- what is refused --------------------------------------------------------- */

static err check_who(struct ctx *c, const struct person *p)
{
    if (c->viewer && c->viewer != p->id && !keeper_role_of(c, c->viewer))
        return fail(c, E_DENIED, "only they themselves, or who keeps the house, can note that");
    return OK;
}

static err check_value(struct ctx *c, const struct fact_new *f, const struct fact_key *k,
                       struct str *value)
{
    int64_t n;
    *value = str_trim(text_utf8(c->a, f->value));
    if (f->origin == FACT_OBSERVED) {
        if (value->n || f->source <= 0 || f->span_at < 0 || f->span_n <= 0)
            return fail(c, E_INVALID, "what was noticed is kept as a place in a message");
        return OK;
    }
    if (!value->n || value->n > FACT_VALUE_MOST)
        return fail(c, E_INVALID, "please write 1 to %d letters", FACT_VALUE_MOST);
    bool yearless = value->n == 7 && str_begins(*value, S("--")) &&
                    date_parse_iso(str_fmt(c->a, "2000-%.*s", STR(str_from(*value, 2))), &n, NULL);
    if (k->type == FACT_DATE && !yearless && !date_parse_iso(*value, &n, NULL))
        return fail(c, E_INVALID, "please write the day as 1970-05-03, or --05-03 without a year");
    return OK;
}

static err check_origin(struct ctx *c, const struct fact_new *f, id person)
{
    if (f->origin < FACT_TOLD || f->origin > FACT_RECEIVED)
        return fail(c, E_INVALID, "please say where you know it from");
    if (f->origin == FACT_INTRODUCED && (f->introducer <= 0 || f->introducer == person))
        return fail(c, E_INVALID, "please say who told you that about them");
    if (f->supersedes &&
        db_int(c, 0, SQL("SELECT person FROM fact WHERE id=$1"), I(f->supersedes)) != person)
        return fail(c, E_INVALID, "what it follows is not noted of them (any more)");
    return OK;
}

/* What a fact rests on, once it is settled. */
struct ground {
    fact_class class;
    unsigned purposes;
    struct str basis;
    struct grant grant; /* number 0: on none */
    int64_t assessment;
    bool minor;
};

static err check_class(struct ctx *c, const struct fact_new *f, const struct fact_key *k,
                       struct str value, struct ground *g)
{
    g->class = MAX(k->class, f->class);
    struct str word = fact_special_word(c->a, value);
    if (word.n && g->class != FACT_SPECIAL && !str_eq(f->basis, S(BASIS_EXPLICIT)))
        return fail(c, E_INVALID,
                    "\"%.*s...\" sounds like health, belief or the like: that is kept only if they "
                    "agreed to it in so many words",
                    STR(word));
    if (g->class != FACT_SPECIAL && str_eq(f->basis, S(BASIS_EXPLICIT))) g->class = FACT_SPECIAL;
    return OK;
}

/* Of the first of several purposes: the others are its kin. */
static int64_t weighed_for(struct ctx *c, unsigned purposes)
{
    for (int p = PURPOSE_CARE; p <= PURPOSE_LAST; p++)
        if (purposes & PURPOSE(p)) return fact_weighed(c, (fact_purpose)p);
    return 0;
}

static err check_grant(struct ctx *c, const struct fact_new *f, id person, id grant,
                       struct ground *g)
{
    struct str why = g->class == FACT_SPECIAL
                         ? S("this is kept only if they agreed to it themselves, in so many words")
                     : g->minor ? S("they are under age: this is kept only if a parent agreed")
                                : S("they did not agree to that, or do no more");
    struct grant *k = &g->grant;
    if (!grant || grant_get(c, grant, k) != OK || k->person != person || !k->permits ||
        (k->purposes & g->purposes) != g->purposes || k->special != (g->class == FACT_SPECIAL) ||
        (k->keys.n && str_find(k->keys, str_fmt(c->a, " %.*s ", STR(f->key))) < 0) ||
        (g->minor && !k->parent))
        return fail(c, E_INVALID, "%.*s", STR(why));
    return OK;
}

static err settle_ground(struct ctx *c, const struct fact_new *f, const struct fact_key *k,
                         id person, struct ground *g)
{
    g->purposes = f->purposes ? f->purposes : k->purposes;
    if (g->purposes >= PURPOSE(PURPOSE_LAST + 1))
        return fail(c, E_INVALID, "please say what it is for");
    g->minor = f->minor || str_eq(f->key, S("minor")) || fact_minor(c, person) ||
               (str_eq(f->key, S("birthday")) && is_young(c, str_trim(f->value)));
    if (g->minor && f->origin != FACT_TOLD)
        return fail(c, E_INVALID, "of somebody under age only what was told is kept");
    g->basis = f->basis;
    id grant = f->grant ? f->grant : grant_covering(c, person, f->key, g->purposes);
    if (!g->basis.n) {
        bool must = g->class == FACT_SPECIAL || g->minor || f->grant,
             can = f->origin == FACT_TOLD && grant;
        g->basis = g->class == FACT_SPECIAL ? S(BASIS_EXPLICIT)
                   : must || can            ? S(BASIS_CONSENT)
                                            : S(BASIS_INTEREST);
    }
    bool consent = str_eq(g->basis, S(BASIS_CONSENT)), told = str_eq(g->basis, S(BASIS_EXPLICIT)),
         interest = str_eq(g->basis, S(BASIS_INTEREST));
    if (!consent && !told && !interest && !str_eq(g->basis, S(BASIS_CONTRACT)) &&
        !str_eq(g->basis, S(BASIS_LAW)))
        return fail(c, E_INVALID, "the law knows no such reason to keep it");
    if (g->class == FACT_SPECIAL && !told)
        return fail(c, E_INVALID,
                    "this is kept only if they agreed to it themselves, in so many words");
    if (consent || told || g->minor) TRY(check_grant(c, f, person, grant, g));
    g->assessment = interest ? weighed_for(c, g->purposes) : 0;
    return OK;
}

static err settle_audience(struct ctx *c, const struct fact_new *f, id person,
                           const struct ground *g, struct audience *out)
{
    struct audience own = f->audience.n_any ? f->audience : audience_by_origin(c, f, person);
    if (g->grant.id) {
        struct audience agreed;
        audience_read(c, g->grant.audience, &agreed);
        if (!f->audience.n_any) own = agreed;
        else if (c->viewer != person && !fact_within(&own, &agreed))
            return fail(c, E_INVALID, "they agreed that fewer people see it");
    }
    *out = own;
    return audience_check(c, out);
}

/* ---- noting ------------------------------------------------------------------ */

static struct str record(struct ctx *c, const struct fact_new *f, const struct fact_key *k,
                         struct str value, const struct ground *g, const struct audience *who,
                         int64_t expires)
{
    struct buf d = { .a = c->a };
    const struct {
        int tag;
        int64_t value;
    } numbers[] = { { FACT_REC_TYPE, k->type },
                    { FACT_REC_ORIGIN, f->origin },
                    { FACT_REC_SOURCE, f->source },
                    { FACT_REC_SPAN_AT, f->span_at },
                    { FACT_REC_SPAN_N, f->span_n },
                    { FACT_REC_INTRODUCER, f->introducer },
                    { FACT_REC_PURPOSES, g->purposes },
                    { FACT_REC_GRANT, g->grant.id },
                    { FACT_REC_ASSESSMENT, g->assessment },
                    { FACT_REC_CLASS, g->class },
                    { FACT_REC_MINOR, g->minor },
                    { FACT_REC_FROM, f->valid_from },
                    { FACT_REC_TO, f->valid_to },
                    { FACT_REC_EXPIRES, expires },
                    { FACT_REC_STATE, by_origin[f->origin].born } };
    rec_str(&d, FACT_REC_KEY, k->word);
    rec_str(&d, FACT_REC_VALUE, value);
    rec_str(&d, FACT_REC_BASIS, g->basis);
    audience_put(&d, FACT_REC_AUDIENCE, who);
    for (int i = 0; i < COUNT(numbers); i++)
        if (numbers[i].value) rec_int(&d, numbers[i].tag, numbers[i].value);
    return buf_str(&d);
}

/* A name by which a backup from before knows it again. */
static int64_t random_name(void)
{
    int64_t n = 0;
    while (!n) random_bytes(&n, sizeof n);
    return n;
}

err fact_note(struct tx *t, const struct fact_new *f, id *out)
{
    struct ctx *c = &t->c;
    struct person p;
    struct str value;
    struct ground g = { .class = 0 };
    struct audience who;
    const struct fact_key *k = fact_key_of(f->key);
    TRY(person_get(c, f->person, &p));
    TRY(check_who(c, &p));
    if (!k) return fail(c, E_INVALID, "please choose what kind of fact it is");
    TRY(check_origin(c, f, p.id));
    TRY(check_value(c, f, k, &value));
    TRY(check_class(c, f, k, value, &g));
    TRY(settle_ground(c, f, k, p.id, &g));
    TRY(settle_audience(c, f, p.id, &g, &who));
    int64_t most = c->now + (int64_t)by_origin[f->origin].days * DAY,
            expires = f->expires_at ? f->expires_at : most;
    if (expires <= c->now || expires > most)
        return fail(c, E_INVALID, "it can be kept from tomorrow to %d days from now",
                    by_origin[f->origin].days);
    if (f->valid_to && f->valid_to < f->valid_from)
        return fail(c, E_INVALID, "it can't have ended before it began");
    *out = log_append(t, (struct event){ .kind = EVENT_FACT_NOTED,
                                         .subject = p.id,
                                         .other = f->supersedes,
                                         .channel = f->heard,
                                         .ext = random_name(),
                                         .data = record(c, f, k, value, &g, &who, expires) });
    return OK;
}
