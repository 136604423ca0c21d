/* SPDX-License-Identifier: GPL-3.0-or-later
 * circle_web.c - the list of circles, making one, coming in by a link, leaving. */
#include "circles/circle_web.h"

#include "circles/circle_html.h"

static struct url place(struct page *p, id circle)
{
    return url_to(p->a, "/circles/%" PRId64, circle);
}

static err show_list(struct ctx *c, struct page *p)
{
    struct circles mine, told;
    circles_mine(c, &mine);
    circles_told(c, &told);
    page_title(p, "Circles");
    circle_list_html(&p->out, p, &mine, &told);
    return OK;
}

static err show_new(struct ctx *c, struct page *p)
{
    (void)c;
    page_title(p, "A new circle");
    circle_new_html(&p->out, p, p->role >= ROLE_KEEPER);
    return OK;
}

static err do_make(struct tx *t, struct page *p)
{
    struct circle_new n = { .size = (int)form_int(p, "size", CIRCLE_SIZE),
                            .cards = form_on(p, "cards"),
                            .told = form_on(p, "told") };
    id circle;
    page_again(p, show_new);
    TRY(form_need(&t->c, p, "name", "a name", CIRCLE_NAME_MOST, &n.name));
    TRY(form_need(&t->c, p, "why", "what it is for", CIRCLE_WHY_MOST, &n.why));
    TRY(circle_make(t, &n, &circle));
    page_notice(p, "There it is. Now ask somebody in.");
    page_go(p, place(p, circle));
    return OK;
}

static err show_change(struct ctx *c, struct page *p)
{
    struct circle k;
    struct circle_seat own;
    TRY(circle_get(c, page_id(p, "circle"), &k));
    if (!circle_seat(c, k.id, &own)) return fail(c, E_NOTFOUND, "You are in no such circle.");
    page_title(p, "%.*s", STR(k.name));
    circle_change_html(&p->out, p, &k);
    return OK;
}

static err do_change(struct tx *t, struct page *p)
{
    struct str name, why;
    struct circle_seat own;
    if (!circle_seat(&t->c, page_id(p, "circle"), &own))
        return fail(&t->c, E_NOTFOUND, "You are in no such circle.");
    page_again(p, show_change);
    TRY(form_need(&t->c, p, "name", "a name", CIRCLE_NAME_MOST, &name));
    TRY(form_need(&t->c, p, "why", "what it is for", CIRCLE_WHY_MOST, &why));
    TRY(circle_change(t, page_id(p, "circle"), name, why));
    page_notice(p, "Everybody in it sees that from now on.");
    page_go(p, place(p, page_id(p, "circle")));
    return OK;
}

static err do_way(struct tx *t, struct page *p)
{
    bool mail = str_eq(form_str(p, "way"), S("mail"));
    TRY(circle_way(t, page_id(p, "circle"), mail ? CHANNEL_MAIL : CHANNEL_WEB));
    page_notice(p, mail ? "You get letters from now on." : "You read it here from now on.");
    page_go(p, place(p, page_id(p, "circle")));
    return OK;
}

static err show_leave(struct ctx *c, struct page *p)
{
    struct circle k;
    struct circle_seat own;
    TRY(circle_get(c, page_id(p, "circle"), &k));
    if (!circle_seat(c, k.id, &own)) return fail(c, E_NOTFOUND, "You are in no such circle.");
    page_title(p, "Leave %.*s", STR(k.name));
    circle_leave_html(&p->out, p, &k, &own);
    return OK;
}

static err do_leave(struct tx *t, struct page *p)
{
    TRY(circle_leave(t, page_id(p, "circle")));
    page_notice(p, "You have left. To come back, somebody in it has to ask you.");
    page_go(p, URL("/circles"));
    return OK;
}

static err do_uninvite(struct tx *t, struct page *p)
{
    TRY(circle_uninvite(t, page_id(p, "event")));
    page_notice(p, "That link leads nowhere any more.");
    page_go(p, URL("/circles"));
    return OK;
}

/* ---- by a link ------------------------------------------------------------------ */

static err show_join(struct ctx *c, struct page *p)
{
    struct circle k;
    TRY(circle_by_link(c, page_var(p, "token"), &k));
    p->bare = true;
    page_title(p, "You are asked in");
    page_header(p, S("X-Robots-Tag"), S("noindex"));
    circle_join_html(&p->out, p, &k, page_var(p, "token"), circle_has(c, k.id, c->viewer));
    return OK;
}

static err do_join(struct tx *t, struct page *p)
{
    struct circle k;
    struct circle_entry e = { .token = page_var(p, "token"),
                              .mask = form_on(p, "masked") ? form_str(p, "mask") : S(""),
                              .way = CHANNEL_WEB };
    id circle;
    TRY(circle_by_link(&t->c, e.token, &k));
    page_again(p, show_join);
    if (!p->viewer) return fail(&t->c, E_INVALID, "Please come in first: the button below.");
    if (form_on(p, "masked") && !e.mask.n) return fail(&t->c, E_INVALID, "A mask wants a name.");
    TRY(circle_join(t, &e, &circle));
    page_notice(p, "Welcome. You see what is said from now on.");
    page_go(p, place(p, circle));
    return OK;
}

const struct route circle_routes[] = {
    PAGE("/circles", NEED_REGULAR, show_list, "the circles you are in"),
    PAGE("/circles/new", NEED_REGULAR, show_new, "make a circle"),
    DEED("/circles/new", NEED_REGULAR, do_make, "make it"),
    PAGE("/circles/:circle/change", NEED_REGULAR, show_change, "another name or why for a circle"),
    DEED("/circles/:circle/change", NEED_REGULAR, do_change, "say so"),
    DEED("/circles/:circle/way", NEED_REGULAR, do_way, "read a circle by mail or in the browser"),
    PAGE("/circles/:circle/leave", NEED_REGULAR, show_leave, "what leaving a circle means"),
    DEED("/circles/:circle/leave", NEED_REGULAR, do_leave, "leave a circle"),
    DEED("/circles/links/:event/back", NEED_REGULAR, do_uninvite, "take an invitation back"),
    PAGE("/circles/join/:token*", NEED_LINK, show_join, "what an invitation leads to"),
    DEED("/circles/join/:token*", NEED_LINK, do_join, "come into a circle"),
    { 0 },
};
