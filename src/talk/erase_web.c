/* SPDX-License-Identifier: GPL-3.0-or-later
 * erase_web.c - asking once more before something is erased, and erasing it. */
#include "talk/erase_html.h"

static page_fn show_message, show_person;
static deed_fn do_message, do_person;

const struct route erase_routes[] = {
    PAGE("/talk/:message/erase", NEED_KEEPER, show_message, "what goes when a message is erased"),
    DEED("/talk/:message/erase", NEED_KEEPER, do_message,
         "erase a message for good: its words, its files, its bytes"),
    PAGE("/people/:who/erase", NEED_OWNER, show_person, "what goes when a person is erased"),
    DEED("/people/:who/erase", NEED_OWNER, do_person,
         "erase a person for good, with all they wrote"),
    { 0 },
};

static void show(struct page *p, const struct erase_plan *plan, struct url deed, struct url back)
{
    struct str lines[ERASE_SENTENCES];
    int n = erase_say(p->a, plan, lines, ERASE_SENTENCES);
    page_title(p, "Erase for good?");
    erase_page_html(&p->out, p, plan, lines, n, deed, back);
}

static err show_message(struct ctx *c, struct page *p)
{
    struct erase_plan plan;
    id message = page_id(p, "message");
    TRY(erase_message_plan(c, message, &plan));
    show(p, &plan, url_to(p->a, "/talk/%" PRId64 "/erase", message),
         url_to(p->a, "/talk/%" PRId64 "#m%" PRId64, message, message));
    return OK;
}

static err show_person(struct ctx *c, struct page *p)
{
    struct erase_plan plan;
    id who = page_id(p, "who");
    err e = erase_person_plan(c, who, &plan);
    if (e == E_INVALID) {
        page_title(p, "Not to be erased");
        erase_not_html(&p->out, c->why, url_to(p->a, "/people/%" PRId64, who));
        return OK;
    }
    TRY(e);
    show(p, &plan, url_to(p->a, "/people/%" PRId64 "/erase", who),
         url_to(p->a, "/people/%" PRId64, who));
    return OK;
}

static err carry_out(struct tx *t, struct page *p, struct erase_plan *plan)
{
    erase_reason why = erase_reason_of(form_str(p, "reason"));
    if (!why) return fail(&t->c, E_INVALID, "Please say why it is erased.");
    return erase_do(t, plan, why);
}

static err do_message(struct tx *t, struct page *p)
{
    struct erase_plan plan;
    id message = page_id(p, "message");
    page_again(p, show_message);
    TRY(erase_message_plan(&t->c, message, &plan));
    TRY(carry_out(t, p, &plan));
    page_notice(p, "The message is erased.");
    page_go(p, url_to(p->a, "/talk/%" PRId64 "#m%" PRId64, message, message));
    return OK;
}

static err do_person(struct tx *t, struct page *p)
{
    struct erase_plan plan;
    page_again(p, show_person);
    TRY(erase_person_plan(&t->c, page_id(p, "who"), &plan));
    TRY(carry_out(t, p, &plan));
    page_notice(p, "The person is erased.");
    page_go(p, URL("/people"));
    return OK;
}
