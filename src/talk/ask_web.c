/* SPDX-License-Identifier: GPL-3.0-or-later
 * ask_web.c - a letter that asks, looked at, changed or sent. */
#include "talk/ask_web.h"

#include "kit/web/markdown.h"
#include "talk/ask_html.h"

static page_fn show_ask, show_may_we;
static deed_fn do_ask, do_may_we;

const struct route ask_routes[] = {
    PAGE("/facts/:fact/ask", NEED_KEEPER, show_ask,
         "the letter that asks somebody whether it is right what is noted"),
    DEED("/facts/:fact/ask", NEED_KEEPER, do_ask, "send that letter, or change it first"),
    PAGE("/agreed/:grant/ask", NEED_KEEPER, show_may_we, "the letter that asks somebody for a yes"),
    DEED("/agreed/:grant/ask", NEED_KEEPER, do_may_we, "send that letter, or change it first"),
    { 0 },
};

/* made: of the letter; when it could not be written, c->why says why. */
static err view_of(struct ctx *c, id person, err made, const struct draft *d, struct ask_view *out)
{
    *out = (struct ask_view){ .why = c->why };
    if (made == OK) {
        out->letter = d;
        out->preview = markdown_html(c->a, d->words);
    }
    return person_get(c, person, &out->who);
}

static err show_ask(struct ctx *c, struct page *p)
{
    struct fact f;
    struct ask_view v;
    struct draft d;
    TRY(fact_get(c, page_id(p, "fact"), &f));
    err e = ask_letter(c, f.id, &d);
    if (e == E_NOTFOUND) return e;
    TRY(view_of(c, f.person, e, &d, &v));
    v.of = url_to(p->a, "/facts/%" PRId64, f.id);
    v.send = url_to(p->a, "/facts/%" PRId64 "/ask", f.id);
    v.of_words = S("What is noted");
    v.lede = S("What they answer, with a button of their page or with the first word of a letter, "
               "is noted by itself.");
    page_title(p, "Ask %.*s", STR(v.who.name));
    ask_page_html(&p->out, p, &v);
    return OK;
}

static err show_may_we(struct ctx *c, struct page *p)
{
    struct grant g;
    struct ask_view v;
    struct draft d;
    TRY(grant_get(c, page_id(p, "grant"), &g));
    TRY(view_of(c, g.person, ask_grant_letter(c, g.id, &d), &d, &v));
    v.of = url_to(p->a, "/people/%" PRId64 "/agreed", g.person);
    v.send = url_to(p->a, "/agreed/%" PRId64 "/ask", g.id);
    v.of_words = S("What they agreed to");
    v.lede = S("Yes and no are buttons of their own page; what they answer is noted by itself. "
               "Until then it stays a no.");
    page_title(p, "Ask %.*s", STR(v.who.name));
    ask_page_html(&p->out, p, &v);
    return OK;
}

/* To be changed, or on its way: then back to what it asks about. */
static void send_off(struct tx *t, struct page *p, id draft, struct str words, struct url back)
{
    struct ctx *c = &t->c;
    int64_t due = c->now + draft_rules.undo_s;
    page_go(p, url_to(p->a, "/talk/drafts/%" PRId64, draft));
    if (str_eq(form_str(p, "act"), S("change"))) return;
    if (draft_send(t, draft, markdown_html(c->a, words).s, due) != OK) {
        draft_refuse(t, draft, c->why);
        return;
    }
    page_notice(p, "Going out %.*s.", STR(draft_when(c, due)));
    page_undo(p, url_to(p->a, "/talk/drafts/%" PRId64 "/undo", draft), "Undo");
    page_go(p, back);
}

static err do_ask(struct tx *t, struct page *p)
{
    struct ctx *c = &t->c;
    struct draft d;
    id fact = page_id(p, "fact"), draft;
    page_again(p, show_ask);
    TRY(ask_letter(c, fact, &d));
    d.name = draft_new_name(c->a);
    TRY(draft_save(t, &d, &draft));
    draft_asks(t, draft, fact);
    send_off(t, p, draft, d.words, url_to(p->a, "/facts/%" PRId64, fact));
    return OK;
}

static err do_may_we(struct tx *t, struct page *p)
{
    struct ctx *c = &t->c;
    struct grant g;
    struct draft d;
    id draft;
    page_again(p, show_may_we);
    TRY(grant_get(c, page_id(p, "grant"), &g));
    TRY(ask_grant_letter(c, g.id, &d));
    d.name = draft_new_name(c->a);
    TRY(draft_save(t, &d, &draft));
    send_off(t, p, draft, d.words, url_to(p->a, "/people/%" PRId64 "/agreed", g.person));
    return OK;
}
