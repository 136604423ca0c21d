/* SPDX-License-Identifier: GPL-3.0-or-later
 * ask_web.c - a letter that asks, looked at, changed or sent. */
#include "talk/ask_web.h"

#include "kit/web/markdown.h"
#include "talk/ask_html.h"

static page_fn show_ask;
static deed_fn do_ask;

const struct route ask_routes[] = {
    PAGE("/facts/:fact/ask", NEED_KEEPER, show_ask,
         "the letter that asks somebody whether it is right what is noted"),
    DEED("/facts/:fact/ask", NEED_KEEPER, do_ask, "send that letter, or change it first"),
    { 0 },
};

static err show_ask(struct ctx *c, struct page *p)
{
    struct fact f;
    struct person who;
    struct draft d;
    TRY(fact_get(c, page_id(p, "fact"), &f));
    TRY(person_get(c, f.person, &who));
    err e = ask_letter(c, f.id, &d);
    if (e == E_NOTFOUND) return e;
    page_title(p, "Ask %.*s", STR(who.name));
    ask_page_html(&p->out, p, f.id, &who, e == OK ? &d : NULL, c->why,
                  e == OK ? markdown_html(c->a, d.words) : (struct html){ S("") });
    return OK;
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
    page_go(p, url_to(p->a, "/talk/drafts/%" PRId64, draft));
    if (str_eq(form_str(p, "act"), S("change"))) return OK;
    int64_t due = c->now + draft_rules.undo_s;
    if (draft_send(t, draft, markdown_html(c->a, d.words).s, due) != OK) {
        draft_refuse(t, draft, c->why);
        return OK;
    }
    page_notice(p, "Going out %.*s.", STR(draft_when(c, due)));
    page_undo(p, url_to(p->a, "/talk/drafts/%" PRId64 "/undo", draft), "Undo");
    page_go(p, url_to(p->a, "/facts/%" PRId64, fact));
    return OK;
}
