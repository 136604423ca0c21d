/* SPDX-License-Identifier: GPL-3.0-or-later
 * me_web.c - what the house keeps of somebody, as they see it: reading, and taking it along. */
#include "facts/receipt.h"
#include "people/card.h"
#include "people/link.h"
#include "today/me_html.h"

static page_fn show_held, show_grant, show_card, show_json, show_mbox, show_receipt;

const struct route me_routes[] = {
    PAGE("/me", NEED_REGULAR, me_show, "everything this house keeps about you"),
    PAGE("/me/facts/:fact", NEED_REGULAR, me_show_fact, "one thing that is noted about you"),
    PAGE("/me/grants/:grant", NEED_REGULAR, show_grant, "something you are asked to agree to"),
    PAGE("/me/held", NEED_REGULAR, show_held, "every record that has to do with you, counted"),
    PAGE("/me/receipts/:event", NEED_REGULAR, show_receipt,
         "a signed receipt of what you agreed to"),
    PAGE("/me/take", NEED_REGULAR, me_show_take, "take what is kept about you with you"),
    PAGE("/me/take/card.vcf", NEED_REGULAR, show_card, "your card, for an address book"),
    PAGE("/me/take/all.json", NEED_REGULAR, show_json, "all of it, for a program"),
    PAGE("/me/take/letters.mbox", NEED_REGULAR, show_mbox, "the letters you wrote"),
    PAGE("/me/forget", NEED_REGULAR, me_show_forget, "what goes when the house forgets you"),
    { 0 },
};

const struct str me_next[2] = { S_INIT("!take"), S_INIT("!forget") };

err me_show(struct ctx *c, struct page *p)
{
    struct me_view v = { .signed_in = session_list(c, c->viewer).n, .seen_by = fact_choices(c) };
    struct terms t;
    me_read(c, &v.me);
    v.terms = terms_of(c, c->viewer);
    v.takes_along = v.terms.n && terms_read(v.terms, &t) && t.takes_along;
    page_title(p, "About you");
    me_page_html(&p->out, c, p, &v);
    return OK;
}

err me_show_fact(struct ctx *c, struct page *p)
{
    struct me_fact f;
    struct fact_choices seen_by = fact_choices(c);
    TRY(me_fact(c, page_id(p, "fact"), &f));
    page_title(p, "About you");
    me_fact_page_html(&p->out, c, p, &f, &seen_by);
    return OK;
}

static err show_grant(struct ctx *c, struct page *p)
{
    struct me_grant g;
    TRY(me_grant(c, page_id(p, "grant"), &g));
    page_title(p, "May we?");
    me_grant_page_html(&p->out, c, p, &g);
    return OK;
}

static err show_held(struct ctx *c, struct page *p)
{
    struct me_helds all;
    me_held(c, false, &all);
    page_title(p, "Every record, counted");
    me_held_html(&p->out, &all);
    return OK;
}

static err show_receipt(struct ctx *c, struct page *p)
{
    struct str receipt;
    id event = page_id(p, "event");
    struct event step;
    bool own = log_get(c, event, &step) == OK && step.kind == EVENT_GRANT_SAID &&
               person_real(c, step.other) == c->viewer;
    if (!own) return fail(c, E_NOTFOUND, "There is no such receipt of yours.");
    TRY(receipt_get(c, event, &receipt));
    page_download(p, str_fmt(p->a, "receipt-%" PRId64 ".json", event), S("application/json"),
                  receipt);
    return OK;
}

/* ---- taking it along ----------------------------------------------------------- */

err me_show_take(struct ctx *c, struct page *p)
{
    page_title(p, "Take it with you");
    struct me_taking t = { .fresh = link_fresh(c, page_guest(p), c->viewer, me_next[ME_TAKE]),
                           .address = person_mail(c, c->viewer) };
    if (t.fresh) t.n = talk_own_stretches(c, t.last, ME_STRETCHES);
    me_take_html(&p->out, p, &t);
    return OK;
}

static err show_card(struct ctx *c, struct page *p)
{
    struct buf card = { .a = p->a };
    struct person who;
    TRY(person_get(c, c->viewer, &who));
    card_write(c, &card, &who);
    page_download(p, S("me.vcf"), S("text/vcard; charset=utf-8"), buf_str(&card));
    return OK;
}

/* A session that was left open must not be enough to carry everything away. */
static err need_letter(struct ctx *c, struct page *p)
{
    if (link_fresh(c, page_guest(p), c->viewer, me_next[ME_TAKE])) return OK;
    return fail(c, E_DENIED,
                "For this a second letter is needed, and the last one is used up or too old. Go to "
                "“Take it with you” and ask for one.");
}

static err show_json(struct ctx *c, struct page *p)
{
    struct me m;
    TRY(need_letter(c, p));
    me_read(c, &m);
    page_download(p, S("me.json"), S("application/json"), me_json(c, &m));
    return OK;
}

static err show_mbox(struct ctx *c, struct page *p)
{
    TRY(need_letter(c, p));
    page_download(p, S("letters.mbox"), S("application/mbox"),
                  talk_own_mbox(c, form_int(p, "after", 0), form_int(p, "last", 0)));
    return OK;
}

/* ---- being forgotten --------------------------------------------------------------- */

err me_show_forget(struct ctx *c, struct page *p)
{
    struct me_leave l = { .address = person_mail(c, c->viewer) };
    err e = erase_person_plan(c, c->viewer, &l.plan);
    if (e == E_INVALID) l.why_not = c->why;
    else TRY(e);
    page_title(p, "Forget me");
    me_forget_html(&p->out, p, &l);
    return OK;
}
