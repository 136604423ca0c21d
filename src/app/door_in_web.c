/* SPDX-License-Identifier: GPL-3.0-or-later
 * door_in_web.c - coming in by a link: for those who take part here without working here. */
#include "app/door.h"
#include "app/door_in_html.h"
#include "circles/circle.h"
#include "people/link_web.h"
#include "people/people_mail.h"
#include "talk/notice.h"
#include "talk/participant.h"

/* ---- asking ---------------------------------------------------------------- */

static err ask_page(struct ctx *c, struct page *p)
{
    (void)c;
    p->bare = true;
    page_title(p, "Come in as a guest");
    door_in_ask_html(&p->out, p, form_str(p, "next"));
    return OK;
}

/* Keepers have a password: a letter alone lets nobody into what they may read. */
static id guest_of(struct ctx *c, struct str uri)
{
    id who = person_of_uri(c, uri);
    return door_regular(c, who) ? who : 0;
}

static err send_link(struct tx *t, struct page *p, const struct link_asked *asked,
                     struct str address)
{
    struct ctx *c = &t->c;
    struct house house;
    struct person who;
    TRY(person_get(c, asked->person, &who));
    house_get(c, &house);
    struct notice_letter n = {
        .name = who.name,
        .address = address,
        .asked = true, /* also who wants no letters wants to come in and see what is kept */
        .subject = str_fmt(c->a, "Your way into %.*s", STR(house.name)),
        .text =
            str_fmt(c->a,
                    "Hello %.*s,\n\nsomebody, most likely you, asked to come into %.*s with "
                    "this address.\nThis link works once, within ten minutes:\n\n%.*s/in/by/"
                    "%.*s\n\nYou did not ask? Then do nothing, and nothing happens.\n",
                    STR(who.name), STR(house.name), STR(web_house_of(p)->origin), STR(asked->token))
    };
    return notice_send(t, &n);
}

static err ask(struct tx *t, struct page *p)
{
    struct ctx *c = &t->c;
    struct str address;
    struct meeting typed;
    page_again(p, ask_page);
    TRY(form_need(c, p, "address", "your mail address", 320, &address));
    if (!meeting_typed(c->a, address, &typed))
        return fail(c, E_INVALID, "This is no mail address.");
    if (!notice_possible(c)) /* the same for known and unknown */
        return fail(c, E_INVALID, "This house can't send letters yet. Please tell its keeper.");
    struct link_asked asked =
        link_ask(t, page_guest(p), guest_of(c, typed.uri), url_inside(c->a, form_str(p, "next")).s);
    if (asked.person) TRY(send_link(t, p, &asked, typed.shown));
    page_go(p, URL("/in/asked"));
    return OK;
}

static err asked_page(struct ctx *c, struct page *p)
{
    p->bare = true;
    page_title(p, "Look into your mail");
    door_in_asked_html(&p->out, link_code(c, page_guest(p)));
    return OK;
}

/* ---- opening ---------------------------------------------------------------- */

/* A link that was asked for to do one thing is no way in; and who was erased, or works here by now,
 * does not come in by a letter of before. */
static err way_in(struct ctx *c, struct page *p, struct link *out)
{
    TRY(link_look(c, page_var(p, "token"), page_guest(p), out));
    return str_begins(out->next, S("!")) || !door_regular(c, out->person) ? link_gone(c) : OK;
}

static err link_page(struct ctx *c, struct page *p)
{
    struct link l;
    TRY(way_in(c, p, &l));
    p->bare = true;
    page_title(p, "Come in");
    door_in_link_html(&p->out, p, page_var(p, "token"), l.here);
    return OK;
}

static err come_in(struct tx *t, struct page *p)
{
    struct link l;
    TRY(way_in(&t->c, p, &l));
    TRY(link_open(t, p, url_to(p->a, "/in/by/%.*s", STR(page_var(p, "token"))), &l));
    if (!l.person) return OK;
    page_sign_in(t, p, l.person, SESSION_BY_LINK);
    page_go(p, l.next.n > 1                       ? url_inside(p->a, l.next)
               : talk_takes_part(&t->c, l.person) ? URL("/with")
                                                  : URL("/me"));
    return OK;
}

const struct route door_in_routes[] = {
    PAGE("/in", NEED_NOBODY, ask_page, "come in by a link that a letter brings"),
    DEED("/in", NEED_NOBODY, ask, "ask for that letter"),
    PAGE("/in/asked", NEED_NOBODY, asked_page,
         "the code to type when the letter is opened elsewhere"),
    PAGE("/in/by/:token*", NEED_LINK, link_page, "what the letter leads to"),
    DEED("/in/by/:token*", NEED_LINK, come_in, "come in"),
    { 0 },
};
