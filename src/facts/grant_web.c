/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "facts/grant_web.h"

#include "facts/grant_html.h"
#include "facts/receipt.h"
#include "kit/base/date.h"
#include "kit/base/text.h"
#include "people/look_web.h"

enum { SHOWN = 50, STEPS = 20 };

static page_fn show_agreed, show_receipt;
static deed_fn do_agree, do_said, do_let_go;

const struct route grant_routes[] = {
    PAGE("/people/:who/agreed", NEED_KEEPER, show_agreed,
         "what somebody agreed to, and asking them for a yes"),
    DEED("/people/:who/agreed", NEED_KEEPER, do_agree,
         "ask somebody for a yes, or note that they gave it"),
    PAGE("/agreed/:grant/receipt", NEED_KEEPER, show_receipt,
         "the signed receipt of what somebody agreed to"),
    DEED("/agreed/:grant/said", NEED_KEEPER, do_said,
         "note what somebody said to it: yes, no, longer, or not any more"),
    DEED("/agreed/:grant/let-go", NEED_KEEPER, do_let_go,
         "let go of what somebody agreed to, and of all that rests on it"),
    { 0 },
};

static struct url place_of(struct page *p, id person)
{
    return url_to(p->a, "/people/%" PRId64 "/agreed", person);
}

/* ---- reading -------------------------------------------------------------------- */

static const char *step_verb(grant_state s)
{
    switch (s) {
    case GRANT_REQUESTED: return "asked";
    case GRANT_GIVEN: return "yes";
    case GRANT_RENEWED: return "yes again";
    case GRANT_DEFERRED: return "not now";
    case GRANT_REFUSED: return "no";
    case GRANT_WITHDRAWN: return "taken back";
    case GRANT_REVOKED: return "let go";
    case GRANT_EXPIRED: return "over";
    case GRANT_INVALIDATED: return "void";
    case GRANT_UNKNOWN: break;
    }
    return "unknown";
}

static struct str step_how(struct ctx *c, const struct grant_step_line *l)
{
    struct person by;
    struct str name = l->actor && person_get(c, l->actor, &by) == OK ? by.name : S("");
    switch (l->way) {
    case GRANT_BY_WORD: return str_fmt(c->a, ", said to %.*s", STR(name));
    case GRANT_BY_PAPER: return str_fmt(c->a, ", on paper, kept by %.*s", STR(name));
    case GRANT_BY_MAIL: return S(", by mail");
    case GRANT_BY_CLOCK: return S(", its time was up");
    case GRANT_BY_PAGE: break;
    }
    if (l->state == GRANT_REQUESTED || l->state == GRANT_REVOKED)
        return str_fmt(c->a, " by %.*s", STR(name));
    return S(", on their page");
}

static struct str steps_of(struct ctx *c, id grant)
{
    struct grant_chain chain;
    struct buf o = { .a = c->a };
    grant_chain(c, grant, STEPS, &chain);
    for (int i = 0; i < chain.n; i++)
        buf_fmt(&o, "%s%s%.*s on %.*s", i ? "; " : "", step_verb(chain.at[i].state),
                STR(step_how(c, &chain.at[i])),
                STR(date_people(c->a, chain.at[i].at, c->offset_s)));
    return buf_str(&o);
}

static err show_agreed(struct ctx *c, struct page *p)
{
    struct grants m;
    struct grant_view v = { .n = 0 };
    TRY(person_get(c, page_id(p, "who"), &v.who));
    look_page(c, p, v.who.id, LOOK_FACTS);
    grant_list(c, v.who.id, SHOWN, &m);
    v.first_name = person_first_name(v.who.name);
    v.minor = fact_minor(c, v.who.id);
    v.seen_by = fact_choices(c);
    v.at = NEW(c->a, struct grant_line, m.n + 1);
    for (int i = 0; i < m.n; i++)
        v.at[v.n++] = (struct grant_line){ .grant = m.at[i],
                                           .what = grant_words(c, &m.at[i]),
                                           .lasts = grant_lasts(c->a, &m.at[i]),
                                           .until = date_people(c->a, m.at[i].until, c->offset_s),
                                           .seen = audience_words(c, m.at[i].audience),
                                           .steps = steps_of(c, m.at[i].id),
                                           .open = grant_open(m.at[i].state) };
    page_title(p, "What %.*s agreed to", STR(v.who.name));
    agreed_page_html(&p->out, c, p, &v);
    return OK;
}

static err show_receipt(struct ctx *c, struct page *p)
{
    struct str receipt;
    id event;
    TRY(receipt_last(c, page_id(p, "grant"), &event, &receipt));
    page_download(p, str_fmt(p->a, "receipt-%" PRId64 ".json", event), S("application/json"),
                  receipt);
    return OK;
}

/* ---- asking, and noting ----------------------------------------------------------- */

static bool ticked(struct page *p, struct str field)
{
    return form_str(p, str_z(p->a, field)).n > 0;
}

static unsigned purposes_ticked(struct page *p)
{
    unsigned all = 0;
    for (int i = 1; i <= PURPOSE_LAST; i++)
        if (ticked(p, str_fmt(p->a, "for-%d", i))) all |= PURPOSE(i);
    return all;
}

/* Sensitive kinds make the agreement one about those: it takes nothing else in. */
static err keys_ticked(struct ctx *c, struct page *p, struct grant_new *g)
{
    struct buf o = { .a = c->a };
    int n, special = 0, plain = 0;
    const struct fact_key *keys = fact_keys(&n);
    for (int i = 0; i < n; i++) {
        if (!ticked(p, str_fmt(p->a, "key-%.*s", STR(keys[i].word)))) continue;
        buf_fmt(&o, "%s%.*s", o.n ? " " : "", STR(keys[i].word));
        if (keys[i].class == FACT_SPECIAL) special++;
        else plain++;
    }
    if (special && plain)
        return fail(c, E_INVALID,
                    "What is about health or belief is agreed to on its own. Please ask for the "
                    "other kinds apart.");
    g->keys = buf_str(&o);
    g->special = special > 0;
    return OK;
}

static err typed(struct ctx *c, struct page *p, struct grant_new *g)
{
    g->purposes = purposes_ticked(p);
    g->days = (int)form_int(p, "days", 0);
    g->language = form_str(p, "language");
    g->parent = ticked(p, S("parent"));
    TRY(keys_ticked(c, p, g));
    return fact_choice_typed(c, form_str(p, "seen"), &g->audience);
}

/* Asked for the same once already, and not answered. */
static err check_once(struct ctx *c, const struct grant_new *g)
{
    struct grants m;
    grant_list(c, g->person, SHOWN, &m);
    for (int i = 0; i < m.n; i++)
        if (grant_open(m.at[i].state) && m.at[i].purposes == g->purposes &&
            str_eq(str_trim(m.at[i].keys), g->keys))
            return fail(c, E_CONFLICT, "They have been asked for that, and have not answered yet.");
    return OK;
}

static err do_agree(struct tx *t, struct page *p)
{
    struct ctx *c = &t->c;
    struct grant_new g = { .person = page_id(p, "who"), .way = GRANT_BY_WORD };
    struct str how = form_str(p, "how");
    id grant;
    page_again(p, show_agreed);
    TRY(typed(c, p, &g));
    if (str_eq(how, S("word")) || str_eq(how, S("paper"))) {
        if (str_eq(how, S("paper"))) g.way = GRANT_BY_PAPER;
        TRY(grant_give(t, &g, &grant));
        page_notice(p, g.special ? "Noted. It holds once they say so on their page as well."
                                 : "Noted. They find it on their page, with a receipt.");
        page_undo(p, url_to(p->a, "/agreed/%" PRId64 "/let-go", grant), "Undo");
        page_go(p, place_of(p, g.person));
        return OK;
    }
    g.way = GRANT_BY_PAGE;
    TRY(check_once(c, &g));
    TRY(grant_request(t, &g, &grant));
    page_notice(p, "Asked: it stands on their page. The letter that tells them is below.");
    page_go(p, url_to(p->a, "/agreed/%" PRId64 "/ask", grant));
    return OK;
}

static err do_said(struct tx *t, struct page *p)
{
    static const struct {
        struct str word;
        grant_state to;
        const char *notice;
    } all[] = {
        { S_INIT("yes"), GRANT_GIVEN, "Noted: they said yes." },
        { S_INIT("no"), GRANT_REFUSED, "Noted: they said no. Nothing else changes." },
        { S_INIT("longer"), GRANT_RENEWED, "Noted: it holds for as long again." },
        { S_INIT("back"), GRANT_WITHDRAWN, "Taken back. What rested on it alone is gone." },
    };
    struct grant g;
    struct str said = form_str(p, "said");
    TRY(grant_get(&t->c, page_id(p, "grant"), &g));
    page_go(p, place_of(p, g.person));
    for (int i = 0; i < COUNT(all); i++) {
        if (!str_eq(said, all[i].word)) continue;
        TRY(grant_step(t, g.id, all[i].to, GRANT_BY_WORD));
        page_notice(p, "%s", all[i].notice);
        return OK;
    }
    return fail(&t->c, E_INVALID, "Please choose what they said.");
}

static err do_let_go(struct tx *t, struct page *p)
{
    struct grant g;
    TRY(grant_get(&t->c, page_id(p, "grant"), &g));
    TRY(grant_step(t, g.id, GRANT_REVOKED, GRANT_BY_PAGE));
    page_notice(p, "Let go. What rested on it alone is gone.");
    page_go(p, place_of(p, g.person));
    return OK;
}
