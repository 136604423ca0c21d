/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "today/me.h"

#include "facts/receipt.h"
#include "kit/base/date.h"
#include "people/keeper.h"

#include <stdlib.h>

/* ---- facts --------------------------------------------------------------------- */

static struct str name_of(struct ctx *c, id who)
{
    struct person p;
    return who && person_get(c, who, &p) == OK ? p.name : S("the house");
}

static struct str state_words(const struct fact *f)
{
    switch (f->state) {
    case FACT_PROPOSED: return S("nobody acts on it: you have not said that it is right");
    case FACT_HELD: return S("kept as it came; you have not said that it is right");
    case FACT_CONFIRMED: return S("right, by your own word");
    case FACT_DISPUTED: return S("doubted here; you have not said that it is right");
    case FACT_RESTRICTED: return S("you said that it is wrong: hidden, and used for nothing");
    case FACT_WITHDRAWN:
    case FACT_ERASED: break;
    }
    return S("");
}

static struct str basis_words(struct str basis)
{
    if (str_eq(basis, S(BASIS_CONSENT))) return S("you said yes");
    if (str_eq(basis, S(BASIS_EXPLICIT))) return S("you said yes to this in so many words");
    if (str_eq(basis, S(BASIS_CONTRACT))) return S("what you asked for can't be done without it");
    if (str_eq(basis, S(BASIS_LAW))) return S("the law wants it kept");
    return S("the house weighed its interest against yours; you may object");
}

/* Who said it of them is told by the letter, if that is theirs, and by nothing else. */
static struct str origin_words(struct ctx *c, const struct fact *f)
{
    struct str by = f->recorder == c->viewer ? S("you") : name_of(c, f->recorder),
               day = date_people(c->a, f->recorded_at, c->offset_s);
    bool own = f->recorder == c->viewer;
    switch (f->origin) {
    case FACT_TOLD:
        return own ? str_fmt(c->a, "You wrote it here on %.*s.", STR(day))
                   : str_fmt(c->a, "You said so; %.*s wrote it down on %.*s.", STR(by), STR(day));
    case FACT_INTRODUCED:
        return str_fmt(c->a, "Somebody else said so; %.*s wrote it down on %.*s.", STR(by),
                       STR(day));
    case FACT_OBSERVED:
        return str_fmt(c->a, "%.*s marked it in a letter on %.*s.", STR(by), STR(day));
    case FACT_IMPORTED:
        return str_fmt(c->a, "It came with an address book that %.*s brought on %.*s.", STR(by),
                       STR(day));
    case FACT_PUBLIC:
        return str_fmt(c->a, "It stands on a page of yours, where %.*s read it on %.*s.", STR(by),
                       STR(day));
    case FACT_RECEIVED: return str_fmt(c->a, "Another house passed it on on %.*s.", STR(day));
    }
    return S("");
}

static struct me_fact fact_of(struct ctx *c, const struct fact *f)
{
    struct me_fact m = { .fact = *f,
                         .from = origin_words(c, f),
                         .state = state_words(f),
                         .purposes = fact_purposes_words(c->a, f->purposes),
                         .basis = basis_words(f->basis),
                         .audience = audience_words(c, f->audience) };
    if (f->source && f->span_n) m.source = talk_own_words(c, f->source, f->span_at, f->span_n);
    m.says = f->value.n ? fact_words(c, f) : m.source;
    if (!m.says.n) m.says = S("something in a letter of somebody else");
    if (f->assessment) (void)fact_weighing(c, f->assessment, &m.weighed);
    return m;
}

err me_fact(struct ctx *c, id fact, struct me_fact *out)
{
    struct fact f;
    if (fact_get(c, fact, &f) != OK || f.person != c->viewer)
        return fail(c, E_NOTFOUND, "There is no such thing about you (any more).");
    *out = fact_of(c, &f);
    return OK;
}

static void read_facts(struct ctx *c, struct me_facts *out)
{
    struct facts list;
    fact_list(c, &(struct fact_query){ .person = c->viewer, .history = true, .max = ME_FACTS },
              &list);
    *out = (struct me_facts){ .at = NEW(c->a, struct me_fact, MAX(list.n, 1)) };
    for (int i = 0; i < list.n; i++) out->at[out->n++] = fact_of(c, &list.at[i]);
}

/* ---- what they said yes to --------------------------------------------------------- */

static struct me_grant grant_of(struct ctx *c, const struct grant *g)
{
    struct me_grant m = { .grant = *g,
                          .what = grant_words(c, g),
                          .audience = audience_words(c, g->audience) };
    struct str unused;
    if (receipt_last(c, g->id, &m.receipt, &unused) != OK) m.receipt = 0;
    m.open = grant_open(g->state) || (g->special && !g->seen && grant_permits(g->state));
    return m;
}

err me_grant(struct ctx *c, id grant, struct me_grant *out)
{
    struct grant g;
    if (grant_get(c, grant, &g) != OK || g.person != c->viewer)
        return fail(c, E_NOTFOUND, "There is no such agreement of yours.");
    *out = grant_of(c, &g);
    return OK;
}

/* A yes to everything of one purpose is what the buttons say; all others stand in the list. */
static bool is_plain(const struct grant *g)
{
    return g->permits && !g->special && !str_trim(g->keys).n;
}

static void read_grants(struct ctx *c, struct me *m)
{
    struct grants list;
    grant_list(c, c->viewer, ME_GRANTS, &list);
    m->asked = NEW(c->a, struct me_grant, MAX(list.n, 1));
    m->given = NEW(c->a, struct me_grant, MAX(list.n, 1));
    for (int i = 0; i < list.n; i++) {
        struct me_grant g = grant_of(c, &list.at[i]);
        if (g.open) m->asked[m->n_asked++] = g;
        else m->given[m->n_given++] = g;
    }
    for (int p = 1; p <= PURPOSE_LAST; p++) {
        struct me_consent *k = &m->consents[p - 1];
        *k = (struct me_consent){ .purpose = (fact_purpose)p,
                                  .words = fact_purpose_words((fact_purpose)p) };
        for (int i = 0; i < m->n_given && !k->grant.id; i++)
            if (is_plain(&m->given[i].grant) && (m->given[i].grant.purposes & PURPOSE(p)))
                k->grant = m->given[i].grant, k->receipt = m->given[i].receipt;
    }
}

/* ---- ties ----------------------------------------------------------------------------- */

static int by_name(const void *x, const void *y)
{
    const struct me_tie *a = x, *b = y;
    int d = str_cmp(a->name, b->name);
    return d ? d : (a->other > b->other) - (a->other < b->other);
}

static struct me_tie tie_of_own(struct ctx *c, const struct tie_owns *all, const struct tie_own *o)
{
    int64_t first = ((int64_t)o->line.first + TIE_EPOCH_DAY) * DAY, last = tie_last(&o->line);
    struct str words = tie_own_say(c, all, o);
    int days = o->line.days;
    return (struct me_tie){
        .other = o->other,
        .name = o->name,
        .words = words.n ? words : S("You have been in touch; more is not said of it."),
        .rests =
            str_fmt(c->a,
                    "It rests on %d %s on which one of you wrote to the other, the first on "
                    "%.*s, the last %.*s.",
                    days, days == 1 ? "day" : "days", STR(date_people(c->a, first, c->offset_s)),
                    STR(date_ago(c->a, last, c->now, c->offset_s)))
    };
}

/* By name: an order by closeness would say who stands nearest. */
static void read_ties(struct ctx *c, struct me *m)
{
    struct talk_fresh fresh;
    struct tie_owns all;
    talk_fresh(c, &fresh);
    tie_layers_of(c, c->viewer, &all);
    all.stale_days = fresh.stale_days;
    m->ties = NEW(c->a, struct me_tie, MAX(all.n, 1));
    for (int i = 0; i < all.n; i++) m->ties[m->n_ties++] = tie_of_own(c, &all, &all.at[i]);
    qsort(m->ties, (size_t)m->n_ties, sizeof *m->ties, by_name);
    m->n_ties = MIN(m->n_ties, ME_TIES);
}

/* ---- how they came here --------------------------------------------------------------------- */

static void read_ways(struct ctx *c, struct me *m)
{
    id by = 0;
    int64_t at = 0;
    m->stranger_on =
        db_int(c, 0, SQL("SELECT goes_at FROM stranger WHERE person=$1"), I(c->viewer));
    EACH (r, c,
          SQL("SELECT e.actor, e.at FROM card k JOIN event e ON e.id=k.event WHERE k.person=$1 "
              "ORDER BY k.event DESC LIMIT 1 /* scan */"),
          I(c->viewer)) {
        by = row_int(&r, 0);
        at = row_int(&r, 1);
    }
    if (at)
        m->card = str_fmt(c->a, "You stand in an address book that %.*s brought on %.*s.",
                          STR(name_of(c, by)), STR(date_people(c->a, at, c->offset_s)));
    m->told_at = db_int(c, 0,
                        SQL("SELECT min(o.at) FROM handle h JOIN objection o ON o.handle=h.key "
                            "WHERE h.person=$1"),
                        I(c->viewer));
}

/* ---- all of it ---------------------------------------------------------------------------- */

void me_read(struct ctx *c, struct me *m)
{
    struct house house;
    struct person_lines merged;
    *m = (struct me){ .now = c->now };
    if (person_get(c, c->viewer, &m->who) != OK) die(c, "the viewer is nobody");
    house_get(c, &house);
    m->house = house.name;
    m->keeper = keeper_role_of(c, c->viewer) != 0;
    person_merged_into(c, c->viewer, &merged);
    m->merged = merged.n > 0;
    read_facts(c, &m->facts);
    read_grants(c, m);
    read_ties(c, m);
    talk_own_talks(c, ME_TALKS, &m->talks);
    talk_own_waits(c, ME_WAITS, &m->waits);
    look_list(c, c->viewer, ME_LOOKS, &m->looks);
    person_handles(c, c->viewer, &m->handles);
    person_names(c, c->viewer, ME_NAMES, &m->names);
    outbox_shut_list(c, c->viewer, ME_SHUT, &m->shut);
    read_ways(c, m);
}
