/* SPDX-License-Identifier: GPL-3.0-or-later
 * fact_view_web.c - facts in the words of a page. */
#include "facts/fact_web.h"
#include "kit/base/date.h"
#include "kit/base/text.h"

enum { FACTS = 200 };

/* ---- in words ------------------------------------------------------------------ */

/* Names and audiences repeat from line to line: each is read once. */
struct reader {
    struct ctx *c;
    struct known {
        int64_t key;
        struct str words;
    } * names, *audiences;
    int n_names, n_audiences;
    bool owner;
};

static struct reader reader_of(struct ctx *c, int lines)
{
    return (struct reader){ .c = c,
                            .names = NEW(c->a, struct known, 2 * lines + 1),
                            .audiences = NEW(c->a, struct known, lines + 1),
                            .owner = keeper_role_of(c, c->viewer) == KEEPER_OWNER };
}

static struct str name_of(struct reader *r, id who)
{
    struct person p;
    if (who == r->c->viewer) return S("you");
    for (int i = 0; i < r->n_names; i++)
        if (r->names[i].key == who) return r->names[i].words;
    struct str name = who && person_get(r->c, who, &p) == OK ? p.name : S("somebody");
    r->names[r->n_names++] = (struct known){ who, name };
    return name;
}

static struct str seen_by(struct reader *r, int64_t audience)
{
    struct ctx *c = r->c;
    struct audience who;
    for (int i = 0; i < r->n_audiences; i++)
        if (r->audiences[i].key == audience) return r->audiences[i].words;
    audience_read(c, audience, &who);
    bool one = who.n_any == 1 && !who.n_none;
    struct str says = one && who.any[0].kind == PARTY_PERSON && who.any[0].who == c->viewer
                          ? S("only you see it")
                      : one && who.any[0].kind == PARTY_KEEPERS
                          ? S("everybody who keeps this house sees it")
                          : str_fmt(c->a, "seen by %.*s", STR(audience_words(c, audience)));
    r->audiences[r->n_audiences++] = (struct known){ audience, says };
    return says;
}

static struct str from_words(struct reader *r, const struct fact *f)
{
    struct ctx *c = r->c;
    struct str day = date_people(c->a, f->noticed_at, c->offset_s), by = name_of(r, f->recorder);
    switch (f->origin) {
    case FACT_TOLD:
        if (f->recorder == f->person) return str_fmt(c->a, "said by them on %.*s", STR(day));
        if (!f->recorder) return str_fmt(c->a, "told the house on %.*s", STR(day));
        return str_fmt(c->a, "told %.*s on %.*s", STR(by), STR(day));
    case FACT_INTRODUCED:
        if (f->introducer == f->recorder)
            return str_fmt(c->a, "noticed by %.*s on %.*s", STR(by), STR(day));
        return str_fmt(c->a, "told %.*s by %.*s on %.*s", STR(by), STR(name_of(r, f->introducer)),
                       STR(day));
    case FACT_OBSERVED:
        return str_fmt(c->a, "noticed by %.*s in a letter, %.*s", STR(by), STR(day));
    case FACT_IMPORTED: return str_fmt(c->a, "brought in by %.*s on %.*s", STR(by), STR(day));
    case FACT_PUBLIC: return str_fmt(c->a, "stood on their own page on %.*s", STR(day));
    case FACT_RECEIVED: return str_fmt(c->a, "from another house, %.*s", STR(day));
    }
    return S("");
}

static struct str state_words(struct ctx *c, const struct fact *f)
{
    switch (f->state) {
    case FACT_PROPOSED:
        if (f->asked_at)
            return str_fmt(c->a, "asked %.*s",
                           STR(date_ago(c->a, f->asked_at, c->now, c->offset_s)));
        return S("not from them");
    case FACT_HELD: return f->speakable ? S("") : S("not from them");
    case FACT_CONFIRMED: return f->speakable ? S("") : S("noticed");
    case FACT_DISPUTED: return S("in doubt");
    case FACT_RESTRICTED: return S("they say it is wrong");
    case FACT_WITHDRAWN:
    case FACT_ERASED: break;
    }
    return S("");
}

/* fact_may_change() of a fact that the viewer sees. */
static bool may_change(const struct reader *r, const struct fact *f)
{
    id viewer = r->c->viewer;
    return viewer && (r->owner || f->person == viewer || f->recorder == viewer);
}

static void read_line(struct reader *r, const struct fact *f, struct fact_line *out)
{
    struct ctx *c = r->c;
    *out = (struct fact_line){ .fact = *f,
                               .state = state_words(c, f),
                               .from = from_words(r, f),
                               .seen = seen_by(r, f->audience),
                               .source = fact_source_words(c, f),
                               .change = may_change(r, f) };
    out->says = f->value.n      ? fact_words(c, f)
                : out->source.n ? str_fmt(c->a, "“%.*s”", STR(text_short(c->a, out->source, 160)))
                                : S("something in a letter that you may not read");
    if (!f->value.n) out->source = S("");
    out->until =
        str_fmt(c->a, "kept until %.*s", STR(date_people(c->a, f->expires_at, c->offset_s)));
}

void fact_line_read(struct ctx *c, const struct fact *f, struct fact_line *out)
{
    struct reader r = reader_of(c, 1);
    read_line(&r, f, out);
}

/* ---- the list -------------------------------------------------------------------- */

static bool is_over(struct ctx *c, const struct fact *f)
{
    return f->valid_to && f->valid_to <= c->now;
}

/* What that one followed, and what that followed: "drank beer, until 1998". Each is told once. */
static struct str before_of(struct ctx *c, const struct facts *m, const struct fact *f, bool *told)
{
    struct buf o = { .a = c->a };
    for (id last = f->supersedes; last;) {
        int at = -1;
        for (int i = 0; i < m->n && at < 0; i++)
            if (m->at[i].id == last && !told[i]) at = i;
        if (at < 0) break;
        told[at] = true;
        if (o.n) buf_add(&o, S("; "));
        buf_add(&o, fact_words(c, &m->at[at]));
        last = m->at[at].supersedes;
    }
    return buf_str(&o);
}

static struct fact_lines *group_of(struct fact_view *v, const struct fact *f)
{
    if (f->state == FACT_DISPUTED || f->state == FACT_RESTRICTED) return &v->doubted;
    return f->speakable ? &v->spoken : &v->asked;
}

void fact_view(struct ctx *c, const struct person *who, struct fact_view *v)
{
    struct facts m;
    *v = (struct fact_view){ .who = *who,
                             .first_name = person_first_name(who->name),
                             .now = c->now,
                             .today = date_day(c->a, c->now + DAY, c->offset_s) };
    fact_list(c, &(struct fact_query){ .person = who->id, .history = true, .max = FACTS }, &m);
    struct fact_lines *const lists[] = { &v->spoken, &v->asked, &v->doubted, &v->over };
    for (int i = 0; i < COUNT(lists); i++) lists[i]->at = NEW(c->a, struct fact_line, m.n + 1);
    struct reader r = reader_of(c, m.n);
    bool *told = NEW(c->a, bool, m.n + 1);
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < m.n; i++) {
            if (is_over(c, &m.at[i]) != (pass == 1) || told[i]) continue;
            struct fact_lines *to = pass ? &v->over : group_of(v, &m.at[i]);
            struct fact_line *l = &to->at[to->n++];
            read_line(&r, &m.at[i], l);
            l->before = before_of(c, &m, &m.at[i], told);
        }
}

/* ---- before acting ----------------------------------------------------------------- */

/* What whoever writes to somebody, or serves them, has to know first; in this order. */
static const struct str minded[] = { S_INIT("allergy"),  S_INIT("diet"),  S_INIT("dislikes"),
                                     S_INIT("contact"),  S_INIT("wants"), S_INIT("delivery"),
                                     S_INIT("language"), S_INIT("likes"), S_INIT("usual"),
                                     S_INIT("minor") };

/* "call me mornings", "do not ask about the shop", also where nobody chose a kind. */
static bool is_wish(struct arena *a, const struct fact *f)
{
    static const struct str words[] = { S_INIT("do not"), S_INIT("don't"),  S_INIT("never"),
                                        S_INIT("no "),    S_INIT("please"), S_INIT("only "),
                                        S_INIT("call "),  S_INIT("ask ") };
    struct str said = text_fold(a, f->value);
    for (int i = 0; i < COUNT(words) && str_eq(f->key, S("note")); i++)
        if (str_begins(said, words[i])) return true;
    return false;
}

static bool is_minded(struct arena *a, const struct fact *f, int k)
{
    if (f->state == FACT_RESTRICTED || !f->value.n) return false;
    return k < COUNT(minded) ? str_eq(f->key, minded[k]) : is_wish(a, f);
}

/* False: nothing is to be told of them. */
static bool mind_of(struct ctx *c, const struct person *who, struct fact_mind *out)
{
    struct facts m;
    *out = (struct fact_mind){ .who = *who, .mark = person_mark_words(c, who) };
    fact_list(c, &(struct fact_query){ .person = who->id, .max = FACTS }, &m);
    for (int k = 0; k <= COUNT(minded); k++)
        for (int i = 0; i < m.n && out->n_wants < FACT_WISHES; i++) {
            const struct fact *f = &m.at[i];
            if (is_minded(c->a, f, k))
                out->wants[out->n_wants++] =
                    (struct fact_wish){ fact_words(c, f), f->state, f->speakable };
        }
    return out->mark.n || out->n_wants;
}

static bool was_asked(struct fact_minds *m, id person)
{
    for (int i = 0; i < m->n_asked; i++)
        if (m->asked[i] == person) return true;
    if (m->n_asked < FACT_MINDS_ASKED) m->asked[m->n_asked++] = person;
    return false;
}

void fact_mind_also(struct ctx *c, struct fact_minds *m, id person)
{
    struct person who;
    if (!person || m->n == FACT_MINDS || was_asked(m, person)) return;
    if (person_get(c, person, &who) != OK || who.id == c->viewer) return;
    for (int i = 0; i < m->n; i++)
        if (m->at[i].who.id == who.id) return;
    m->n += mind_of(c, &who, &m->at[m->n]);
}
