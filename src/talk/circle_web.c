/* SPDX-License-Identifier: GPL-3.0-or-later
 * circle_web.c - the page of a circle, and asking somebody in. */
#include "talk/circle_web.h"

#include "kit/web/web.h"
#include "talk/circle_html.h"
#include "talk/notice.h"

enum { TOLD = 50, LINES = 60 };

static struct url place(struct page *p, id circle)
{
    return url_to(p->a, "/circles/%" PRId64, circle);
}

static struct url place_of(struct page *p, id circle, id message)
{
    return url_to(p->a, "/circles/%" PRId64 "/talk/%" PRId64 "#m%" PRId64, circle, message,
                  message);
}

bool talk_circle_elsewhere(struct ctx *c, struct page *p, id message)
{
    id circle = may_see(c, message) ? talk_circle_of(c, message) : 0;
    if (circle) page_go(p, place_of(p, circle, message));
    return circle != 0;
}

static err load(struct ctx *c, struct page *p, struct circle_view *v)
{
    *v = (struct circle_view){ .keeper = p->role >= ROLE_KEEPER };
    TRY(circle_get(c, page_id(p, "circle"), &v->circle));
    if (circle_seat(c, v->circle.id, &v->own)) return OK;
    return v->keeper ? OK : fail(c, E_NOTFOUND, "You are in no circle of that number.");
}

static err show(struct ctx *c, struct page *p)
{
    struct circle_view v;
    struct mailbox box;
    struct facts told;
    TRY(load(c, p, &v));
    page_title(p, "%.*s", STR(v.circle.name));
    if (!v.own.face) {
        talk_circle_outside_html(&p->out, &v.circle);
        return OK;
    }
    circle_members(c, v.circle.id, &v.seats);
    circle_links(c, v.circle.id, &v.links);
    talk_circle_list(c, v.circle.id, LINES, &v.lines);
    v.post = talk_circle_post(c, &box);
    v.address = v.post ? box.address : S("");
    fact_in_circle(c, v.circle.id, TOLD, &told);
    v.n_told = fact_hits_of(c, &told, &v.told);
    v.quiet = talk_circle_quiet(c, v.circle.id);
    talk_circle_page_html(&p->out, c, p, &v);
    return OK;
}

static err show_talk(struct ctx *c, struct page *p)
{
    struct circle_view v;
    struct thread t;
    id message = page_id(p, "message");
    TRY(load(c, p, &v));
    TRY(talk_thread(c, message, &t));
    if (talk_circle_of(c, message) != v.circle.id)
        return fail(c, E_NOTFOUND, "there is no such message, or it is not yours to read");
    /* what others joined to it was not said here */
    int n = 0;
    for (int i = 0; i < t.n; i++)
        if (talk_circle_of(c, t.at[i].m->id) == v.circle.id) t.at[n++] = t.at[i];
    t.n = n;
    if (n) t.subject = t.at[0].m->subject;
    page_title(p, "%.*s", STR(t.subject));
    talk_circle_thread_html(&p->out, c, p, &v, &t);
    return OK;
}

/* Before anything that was typed is looked at. */
static err sits(struct ctx *c, struct page *p)
{
    struct circle_seat own;
    if (circle_seat(c, page_id(p, "circle"), &own)) return OK;
    return fail(c, E_NOTFOUND, "You are in no circle of that number.");
}

static err say(struct tx *t, struct page *p, struct talk_circle_words *w)
{
    id message;
    TRY(form_need(&t->c, p, "words", "what you want to say", TALK_SAY_BYTES, &w->words));
    TRY(talk_circle_say(t, w, &message));
    page_notice(p, "Said. Everybody in the circle gets it, and nobody else.");
    page_go(p, place_of(p, w->circle, message));
    return OK;
}

static err do_begin(struct tx *t, struct page *p)
{
    struct talk_circle_words w = { .circle = page_id(p, "circle") };
    TRY(sits(&t->c, p));
    page_again(p, show);
    TRY(form_need(&t->c, p, "subject", "what it is about", 200, &w.subject));
    return say(t, p, &w);
}

static err do_answer(struct tx *t, struct page *p)
{
    struct talk_circle_words w = { .circle = page_id(p, "circle"),
                                   .about = page_id(p, "message"),
                                   .subject = S("") };
    struct message about;
    TRY(sits(&t->c, p));
    TRY(talk_message(&t->c, w.about, &about));
    page_again(p, show_talk);
    return say(t, p, &w);
}

/* ---- asking somebody in ------------------------------------------------------ */

static err send_invitation(struct tx *t, const struct circle *k, const struct circle_seat *own,
                           const struct meeting *whom, struct str link)
{
    struct ctx *c = &t->c;
    struct house house;
    house_get(c, &house);
    struct notice_letter n = {
        .name = whom->name,
        .address = whom->shown,
        .subject = str_fmt(c->a, "%.*s asks you into a circle", STR(own->name)),
        .text = str_fmt(c->a,
                        "Hello%s%.*s,\n\n%.*s asks you into the circle \"%.*s\" at %.*s:\n%.*s\n\n"
                        "A circle is a few people, all equal; what is said in it stays there.\n"
                        "This link works once, for seven days:\n\n%.*s\n\nYou do not want to? "
                        "Then do nothing, and nothing happens.\n",
                        whom->name.n ? " " : "", STR(whom->name), STR(own->name), STR(k->name),
                        STR(house.name), STR(k->why), STR(link))
    };
    return notice_send(t, &n);
}

static err do_invite(struct tx *t, struct page *p)
{
    struct ctx *c = &t->c;
    struct circle_view v;
    struct meeting whom;
    struct str token, link, address = form_str(p, "address");
    TRY(load(c, p, &v));
    page_again(p, show);
    if (address.n) {
        TRY(talk_typed(c, address, form_str(p, "name"), &whom));
        if (!notice_possible(c))
            return fail(c, E_INVALID,
                        "This house can't send letters yet. Make a link instead, and hand it on.");
    }
    TRY(circle_invite(t, v.circle.id, address.n ? &whom : NULL, &token));
    link = str_fmt(c->a, "%.*s/circles/join/%.*s", STR(web_house_of(p)->origin), STR(token));
    if (address.n) {
        TRY(send_invitation(t, &v.circle, &v.own, &whom, link));
        page_notice(p, "A letter with a link is on its way. It works once, for seven days.");
        page_go(p, place(p, v.circle.id));
        return OK;
    }
    page_title(p, "An invitation");
    page_header(p, S("Cache-Control"), S("no-store"));
    talk_circle_link_html(&p->out, &v.circle, link);
    return OK;
}

const struct route talk_circle_routes[] = {
    PAGE("/circles/:circle", NEED_REGULAR, show, "a circle: who sits in it, what is said"),
    DEED("/circles/:circle", NEED_REGULAR, do_begin, "begin to talk about something in it"),
    PAGE("/circles/:circle/talk/:message", NEED_REGULAR, show_talk, "what was said of one thing"),
    DEED("/circles/:circle/talk/:message", NEED_REGULAR, do_answer, "answer there"),
    DEED("/circles/:circle/invite", NEED_REGULAR, do_invite, "ask somebody in"),
    { 0 },
};
