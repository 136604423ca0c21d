/* SPDX-License-Identifier: GPL-3.0-or-later
 * fact_web.c - noting in one line, and what keepers do about a fact afterwards. */
#include "facts/fact_web.h"

#include "facts/fact_html.h"
#include "facts/fact_log.h"
#include "kit/base/date.h"
#include "kit/base/text.h"
#include "people/look_web.h"

static page_fn show_facts, show_fact;
static deed_fn do_note, do_right, do_doubt, do_change, do_share, do_unsay, do_withdraw, do_forget;

const struct route fact_routes[] = {
    PAGE("/people/:who/facts", NEED_KEEPER, show_facts,
         "all that is noted of somebody, and what was so once"),
    DEED("/people/:who/facts", NEED_KEEPER, do_note, "note something about somebody in one line"),
    PAGE("/facts/:fact", NEED_KEEPER, show_fact,
         "one fact: where it is from, who sees it, until when it is kept"),
    DEED("/facts/:fact/right", NEED_KEEPER, do_right, "note that they said it is right"),
    DEED("/facts/:fact/doubt", NEED_KEEPER, do_doubt, "say that a fact may be wrong"),
    DEED("/facts/:fact/change", NEED_KEEPER, do_change,
         "note how it is by now, or what it should have said"),
    DEED("/facts/:fact/share", NEED_KEEPER, do_share, "choose who may see a fact"),
    DEED("/facts/:fact/unsay", NEED_KEEPER, do_unsay, "take back what you last said of a fact"),
    DEED("/facts/:fact/withdraw", NEED_KEEPER, do_withdraw, "take back what you noted by mistake"),
    DEED("/facts/:fact/forget", NEED_KEEPER, do_forget, "have a fact forgotten, its words as well"),
    { 0 },
};

static struct url place_of(struct page *p, id fact)
{
    return url_to(p->a, "/facts/%" PRId64, fact);
}

static struct url list_of(struct page *p, id person)
{
    return url_to(p->a, "/people/%" PRId64 "#facts", person);
}

/* ---- pages --------------------------------------------------------------------- */

/* While it is typed: how the line is understood. */
static void show_guess(struct ctx *c, struct page *p, struct str line)
{
    struct fact_guess g = fact_guess_as(c->a, query_str(p, "key"), line);
    struct fact f = { .key = g.key,
                      .value = g.value,
                      .type = FACT_TEXT,
                      .valid_from = g.valid_from,
                      .valid_to = g.valid_to };
    const struct fact_key *k = fact_key_of(g.key);
    if (k) f.type = k->type;
    fact_guess_html(&p->out, k ? k->label : S(""), g.value.n ? fact_words(c, &f) : S(""),
                    fact_special_word(c->a, line), k && k->class == FACT_SPECIAL);
}

static err show_facts(struct ctx *c, struct page *p)
{
    struct person who;
    struct fact_view v;
    TRY(person_get(c, page_id(p, "who"), &who));
    if (p->piece && query_str(p, "words").n) {
        show_guess(c, p, query_str(p, "words"));
        return OK;
    }
    look_page(c, p, who.id, LOOK_FACTS);
    fact_view(c, &who, &v);
    struct fact_choices m = fact_choices(c);
    page_title(p, "What is noted of %.*s", STR(who.name));
    facts_page_html(&p->out, c, p, &v, &m);
    return OK;
}

static struct str basis_words(struct str basis)
{
    static const struct {
        struct str basis, says;
    } all[] = {
        { S_INIT(BASIS_CONSENT), S_INIT("they agreed to it") },
        { S_INIT(BASIS_CONTRACT), S_INIT("it is needed for what they asked for") },
        { S_INIT(BASIS_LAW), S_INIT("the law asks for it") },
        { S_INIT(BASIS_INTEREST), S_INIT("weighed: who comes here wants to be known here") },
        { S_INIT(BASIS_EXPLICIT), S_INIT("they agreed to it in so many words") },
    };
    for (int i = 0; i < COUNT(all); i++)
        if (str_eq(basis, all[i].basis)) return all[i].says;
    return S("");
}

static err show_fact(struct ctx *c, struct page *p)
{
    struct fact_whole w = { .now = c->now };
    struct fact f;
    struct fact_view v;
    TRY(fact_get(c, page_id(p, "fact"), &f));
    TRY(person_get(c, f.person, &w.who));
    look_page(c, p, w.who.id, LOOK_FACTS);
    fact_view(c, &w.who, &v);
    const struct fact_lines *const lists[] = { &v.spoken, &v.asked, &v.doubted, &v.over };
    for (int i = 0; i < COUNT(lists); i++)
        for (int k = 0; k < lists[i]->n; k++)
            if (lists[i]->at[k].fact.id == f.id) w.line = lists[i]->at[k];
    if (!w.line.fact.id) fact_line_read(c, &f, &w.line);
    const struct fact_key *k = fact_key_of(f.key);
    w.label = k ? k->label : S("");
    w.purposes = fact_purposes_words(c->a, f.purposes);
    w.basis = basis_words(f.basis);
    w.seen_by = fact_choices(c);
    page_title(p, "%.*s: %.*s", STR(w.who.name), STR(w.line.says));
    fact_page_html(&p->out, c, p, &w);
    return OK;
}

int fact_hits_of(struct ctx *c, const struct facts *m, struct fact_hit **out)
{
    struct fact_hit *hits = *out = NEW(c->a, struct fact_hit, m->n + 1);
    int n = 0;
    for (int i = 0; i < m->n; i++)
        if (person_get(c, m->at[i].person, &hits[n].who) == OK)
            hits[n++].says = fact_words(c, &m->at[i]);
    return n;
}

void fact_found(struct ctx *c, struct str words, struct buf *out)
{
    enum { FOUND = 20 };
    struct facts m;
    struct fact_hit *hits;
    fact_find(c, words, FOUND, &m);
    int n = fact_hits_of(c, &m, &hits);
    if (n) fact_hits_html(out, c->a, hits, n);
}

/* ---- noting --------------------------------------------------------------------- */

/* The one human that those words name. */
static err named(struct ctx *c, struct str name, id *out)
{
    struct person_lines m;
    if (!name.n) return fail(c, E_INVALID, "Please say who told you.");
    person_find(c, &(struct person_query){ .words = name, .after = S(""), .max = 20 }, &m);
    id exact = 0;
    int n = 0;
    for (int i = 0; i < m.n; i++)
        if (str_eq(text_fold(c->a, m.at[i].name), text_fold(c->a, name))) {
            exact = m.at[i].id;
            n++;
        }
    if (n != 1 && m.n != 1)
        return fail(c, E_INVALID,
                    "Nobody, or more than one, is called %.*s here. Write them as the house knows "
                    "them.",
                    STR(name));
    *out = n == 1 ? exact : m.at[0].id;
    return OK;
}

/* Said by them, by somebody else, or seen by who notes it: then that is who says so. */
static err origin_typed(struct ctx *c, struct page *p, struct fact_new *f)
{
    struct str how = form_str(p, "how");
    f->origin = FACT_INTRODUCED;
    f->heard = str_eq(form_str(p, "heard"), S("mail")) ? CHANNEL_MAIL : CHANNEL_COUNTER;
    if (str_eq(how, S("other"))) return named(c, form_str(p, "whom"), &f->introducer);
    if (str_eq(how, S("noticed"))) f->introducer = c->viewer;
    else f->origin = FACT_TOLD;
    return OK;
}

static err day_typed(struct ctx *c, struct page *p, const char *field, int64_t *out)
{
    struct str typed = form_str(p, field);
    *out = 0;
    if (!typed.n) return OK;
    if (!date_parse_iso(typed, out, NULL))
        return fail(c, E_INVALID, "Please write the day as 2027-05-03.");
    *out -= c->offset_s;
    return OK;
}

static err do_note(struct tx *t, struct page *p)
{
    struct ctx *c = &t->c;
    struct fact_new f = { .person = page_id(p, "who") };
    struct str line;
    struct fact made;
    id fact;
    page_again(p, show_facts);
    TRY(form_need(c, p, "words", "what you want to note", FACT_VALUE_MOST, &line));
    struct fact_guess g = fact_guess_as(c->a, form_str(p, "key"), text_oneline(c->a, line));
    f.key = g.key;
    f.value = g.value;
    f.valid_from = g.valid_from;
    f.valid_to = g.valid_to;
    TRY(origin_typed(c, p, &f));
    TRY(day_typed(c, p, "until", &f.expires_at));
    if (f.origin == FACT_TOLD) TRY(fact_choice_typed(c, form_str(p, "seen"), &f.audience));
    TRY(fact_note(t, &f, &fact));
    log_settle(t);
    TRY(fact_get(c, fact, &made));
    const struct fact_key *k = fact_key_of(made.key);
    page_notice(p, "Noted under “%.*s”: %.*s.", STR(k ? k->label : made.key),
                STR(fact_words(c, &made)));
    page_undo(p, url_to(p->a, "/facts/%" PRId64 "/withdraw", fact), "Undo");
    page_go(p, list_of(p, made.person));
    return OK;
}

/* ---- afterwards ------------------------------------------------------------------ */

static err begin(struct ctx *c, struct page *p, struct fact *out)
{
    TRY(fact_get(c, page_id(p, "fact"), out));
    page_go(p, place_of(p, out->id));
    return OK;
}

static void can_unsay(struct page *p, id fact)
{
    page_undo(p, url_to(p->a, "/facts/%" PRId64 "/unsay", fact), "Undo");
}

static err do_right(struct tx *t, struct page *p)
{
    struct fact f;
    page_again(p, show_fact);
    TRY(begin(&t->c, p, &f));
    bool mail = str_eq(form_str(p, "said"), S("mail"));
    TRY(fact_right(t, f.id, mail ? CHANNEL_MAIL : CHANNEL_COUNTER));
    page_notice(p, "They said that it is right: you may speak of it.");
    if (f.state != FACT_CONFIRMED) can_unsay(p, f.id);
    return OK;
}

static err do_doubt(struct tx *t, struct page *p)
{
    struct fact f;
    page_again(p, show_fact);
    TRY(begin(&t->c, p, &f));
    TRY(fact_wrong(t, f.id));
    page_notice(p, "It stands as doubtful, and nobody speaks of it.");
    if (f.state < FACT_DISPUTED) can_unsay(p, f.id);
    return OK;
}

/* It is otherwise by now, and was so until today; or it was noted wrongly, and never was so. */
static err do_change(struct tx *t, struct page *p)
{
    struct ctx *c = &t->c;
    struct fact f;
    struct str line;
    id made;
    bool slip = str_eq(form_str(p, "why"), S("slip"));
    page_again(p, show_fact);
    TRY(begin(c, p, &f));
    if (!fact_may_change(c, f.id))
        return fail(c, E_NOTFOUND, "there is no such fact that you could change");
    TRY(form_need(c, p, "words", "how it is", FACT_VALUE_MOST, &line));
    struct fact_guess g = fact_guess_as(c->a, f.key, text_oneline(c->a, line));
    struct fact_new n = { .person = f.person,
                          .key = f.key,
                          .value = g.value,
                          .purposes = f.purposes,
                          .class = f.class,
                          .valid_from = g.valid_from,
                          .valid_to = g.valid_to,
                          .minor = f.minor,
                          .supersedes = slip ? f.supersedes : f.id };
    TRY(origin_typed(c, p, &n));
    if (n.origin == FACT_TOLD) audience_read(c, f.audience, &n.audience);
    TRY(fact_note(t, &n, &made));
    if (slip) TRY(fact_forget(t, f.id));
    page_notice(p, slip ? "Corrected: what stood there is gone."
                        : "Noted: it was so, and is otherwise now.");
    if (!slip) page_undo(p, url_to(p->a, "/facts/%" PRId64 "/withdraw", made), "Undo");
    page_go(p, place_of(p, made));
    return OK;
}

static err do_share(struct tx *t, struct page *p)
{
    struct ctx *c = &t->c;
    struct fact f;
    struct audience seen;
    page_again(p, show_fact);
    TRY(begin(c, p, &f));
    TRY(fact_choice_typed(c, form_str(p, "seen"), &seen));
    TRY(fact_share(t, f.id, &seen));
    log_settle(t);
    bool still = may(c, MAY_SEE, THING_FACT, f.id);
    page_notice(p, still ? "Now it is for %.*s." : "Now it is for %.*s, and no more for you.",
                STR(audience_words(c, db_int(c, 0, SQL("SELECT audience FROM fact WHERE id=$1"),
                                             I(f.id)))));
    can_unsay(p, f.id);
    if (!still) page_go(p, list_of(p, f.person));
    return OK;
}

static err do_unsay(struct tx *t, struct page *p)
{
    struct fact f;
    TRY(begin(&t->c, p, &f));
    TRY(fact_unsay(t, f.id));
    page_notice(p, "Taken back.");
    return OK;
}

/* An owner may let go what they may not see. */
static id person_of(struct ctx *c, id fact)
{
    return db_int(c, 0, SQL("SELECT person FROM fact WHERE id=$1"), I(fact));
}

static err do_withdraw(struct tx *t, struct page *p)
{
    id fact = page_id(p, "fact"), person = person_of(&t->c, fact);
    TRY(fact_withdraw(t, fact));
    page_notice(p, "Taken back: nothing of it is kept.");
    page_go(p, list_of(p, person));
    return OK;
}

static err do_forget(struct tx *t, struct page *p)
{
    id fact = page_id(p, "fact"), person = person_of(&t->c, fact);
    page_again(p, show_fact);
    TRY(fact_forget(t, fact));
    page_notice(p, "Forgotten: its words are gone from everywhere.");
    page_go(p, list_of(p, person));
    return OK;
}
