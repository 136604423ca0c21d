/* SPDX-License-Identifier: GPL-3.0-or-later
 * me_letter_web.c - what a session alone must not do: taking all along and being forgotten want a
 * second letter, just sent and just opened. And the way in for who has no address: on paper. */
#include "kit/web/web.h"
#include "people/link_web.h"
#include "people/look.h"
#include "talk/notice.h"
#include "today/me_html.h"

static page_fn show_link, show_paper;
static deed_fn ask_take, ask_forget, do_link, do_paper, make_paper;

const struct route me_letter_routes[] = {
    DEED("/me/take", NEED_REGULAR, ask_take, "ask for the letter that lets you take all of it"),
    DEED("/me/forget", NEED_REGULAR, ask_forget, "ask for the letter that has you forgotten"),
    PAGE("/me/by/:token*", NEED_LINK, show_link, "what such a letter leads to"),
    DEED("/me/by/:token*", NEED_LINK, do_link, "do what that letter is for"),
    PAGE("/in/paper", NEED_NOBODY, show_paper, "come in by a code on paper"),
    DEED("/in/paper", NEED_NOBODY, do_paper, "come in by it"),
    DEED("/people/:who/paper", NEED_KEEPER, make_paper,
         "make a code on paper for somebody without an address"),
    { 0 },
};

/* ---- asking for the letter ------------------------------------------------------- */

static struct str letter_text(struct ctx *c, struct page *p, me_errand errand, struct str house,
                              struct str token)
{
    struct str what = errand == ME_TAKE ? S("take everything along that it keeps about you")
                                        : S("be forgotten, for good");
    return str_fmt(c->a,
                   "Hello,\n\nsomebody, most likely you, is signed in at %.*s as you and wants to "
                   "%.*s.\nIf that is so, go on here. The link works once, within ten minutes:\n\n"
                   "%.*s/me/by/%.*s\n\nYou did not ask? Then do nothing: nothing happens. You may "
                   "want to sign other browsers out, at %.*s/settings/devices.\n",
                   STR(house), STR(what), STR(web_house_of(p)->origin), STR(token),
                   STR(web_house_of(p)->origin));
}

static err send_letter(struct tx *t, struct page *p, me_errand errand)
{
    struct ctx *c = &t->c;
    struct house house;
    struct person who;
    struct str address = person_mail(c, c->viewer);
    TRY(person_get(c, c->viewer, &who));
    house_get(c, &house);
    if (!address.n)
        return fail(c, E_INVALID,
                    "This house has no mail address of yours. Please ask those who keep it.");
    if (!notice_possible(c))
        return fail(c, E_INVALID, "This house can't send letters yet. Please tell its keeper.");
    struct link_asked asked = link_ask(t, page_guest(p), c->viewer, me_next[errand]);
    if (!asked.person)
        return fail(c, E_INVALID,
                    "That were many letters within an hour. Please try again in an hour.");
    struct notice_letter n = {
        .name = who.name,
        .address = address,
        .subject = errand == ME_TAKE
                       ? str_fmt(c->a, "All that %.*s keeps about you", STR(house.name))
                       : str_fmt(c->a, "To be forgotten by %.*s", STR(house.name)),
        .text = letter_text(c, p, errand, house.name, asked.token),
        .asked = true
    };
    return notice_send(t, &n);
}

static err ask_take(struct tx *t, struct page *p)
{
    page_again(p, me_show_take);
    TRY(send_letter(t, p, ME_TAKE));
    page_notice(p, "A letter is on its way. Its link works once, within ten minutes.");
    page_go(p, URL("/in/asked"));
    return OK;
}

static err ask_forget(struct tx *t, struct page *p)
{
    struct erase_plan plan;
    page_again(p, me_show_forget);
    TRY(erase_person_plan(&t->c, t->c.viewer, &plan)); /* or why it can't be */
    TRY(send_letter(t, p, ME_FORGET));
    page_notice(p, "A letter is on its way. Nothing is forgotten before you open it.");
    page_go(p, URL("/in/asked"));
    return OK;
}

/* ---- opening it -------------------------------------------------------------------- */

static err errand_of(struct ctx *c, const struct link *l, id viewer, me_errand *out)
{
    bool take = str_eq(l->next, me_next[ME_TAKE]), forget = str_eq(l->next, me_next[ME_FORGET]);
    if (!take && !forget) return link_gone(c);
    if (viewer && viewer != l->person)
        return fail(c, E_DENIED, "Somebody else is signed in here. Sign out first.");
    *out = take ? ME_TAKE : ME_FORGET;
    return OK;
}

static err show_link(struct ctx *c, struct page *p)
{
    struct link l;
    struct house house;
    me_errand errand = ME_TAKE;
    TRY(link_look(c, page_var(p, "token"), page_guest(p), &l));
    TRY(errand_of(c, &l, p->session.id ? p->viewer : 0, &errand));
    house_get(c, &house);
    p->bare = true;
    page_title(p, errand == ME_TAKE ? "Take it with you" : "Forget me");
    me_link_html(&p->out, p, house.name, errand, l.here);
    return OK;
}

static err forget_all(struct tx *t, struct page *p, id who)
{
    struct erase_plan plan;
    t->c.viewer = who; /* the letter proves who asks, also where nobody is signed in */
    TRY(erase_person_plan(&t->c, who, &plan));
    TRY(erase_do(t, &plan, ERASE_ASKED));
    if (p->session.id) page_sign_out(t, p);
    (void)session_end_all(t, who, 0);
    page_notice(p, "You are forgotten here. Go well.");
    page_go(p, URL("/in"));
    return OK;
}

static err do_link(struct tx *t, struct page *p)
{
    struct ctx *c = &t->c;
    struct link l;
    me_errand errand = ME_TAKE;
    id viewer = p->session.id ? p->viewer : 0;
    TRY(link_look(c, page_var(p, "token"), page_guest(p), &l));
    TRY(errand_of(c, &l, viewer, &errand));
    if (!viewer && keeper_role_of(c, l.person)) /* a letter alone is no password */
        return fail(c, E_DENIED, "You work in this house. Sign in first, then open the letter.");
    TRY(link_open(t, p, url_to(p->a, "/me/by/%.*s", STR(page_var(p, "token"))), &l));
    if (!l.person) return OK;
    if (errand == ME_FORGET) return forget_all(t, p, l.person);
    if (!p->session.id) page_sign_in(t, p, l.person, SESSION_BY_LINK);
    page_go(p, URL("/me/take"));
    return OK;
}

/* ---- on paper ------------------------------------------------------------------------- */

static err make_paper(struct tx *t, struct page *p)
{
    struct ctx *c = &t->c;
    struct person who;
    TRY(person_get(c, page_id(p, "who"), &who));
    if (person_mail(c, who.id).n)
        return fail(c, E_CONFLICT, "They have a mail address, and come in by that: at /me.");
    if (!person_may_come_in(c, who.id) || keeper_role_of(c, who.id))
        return fail(c, E_CONFLICT, "There is no page of theirs to come in to.");
    look_note(t, who.id, LOOK_PAPER);
    page_title(p, "A code on paper");
    me_paper_made_html(&p->out, &who, link_paper(t, who.id), web_house_of(p)->origin);
    return OK;
}

static err show_paper(struct ctx *c, struct page *p)
{
    (void)c;
    p->bare = true;
    page_title(p, "Come in by a code");
    me_paper_html(&p->out, p);
    return OK;
}

static err do_paper(struct tx *t, struct page *p)
{
    struct str typed;
    page_again(p, show_paper);
    TRY(form_need(&t->c, p, "code", "the code", 40, &typed));
    id who = link_paper_use(t, typed);
    if (!who || !person_may_come_in(&t->c, who) || keeper_role_of(&t->c, who))
        return fail(&t->c, E_INVALID,
                    "That code is used, too old, or another one. Please ask for a new one.");
    page_sign_in(t, p, who, SESSION_BY_LINK);
    page_go(p, URL("/me"));
    return OK;
}
