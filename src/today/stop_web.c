/* SPDX-License-Identifier: GPL-3.0-or-later
 * stop_web.c - where List-Unsubscribe leads. Programs open every link of a letter, so that looking
 * changes nothing; what acts is a button, or the one click of a mail program (RFC 8058), which
 * comes without cookie or form and must not be sent elsewhere. */
#include "kit/web/web.h"
#include "talk/stop.h"
#include "today/morning.h"
#include "today/stop_html.h"
#include "today/today_web.h"

static bool is_done(struct ctx *c, const struct stop *s)
{
    struct person who;
    if (s->scope == STOP_MORNING) return morning_hour(c, s->person) == MORNING_NEVER;
    return person_get(c, s->person, &who) != OK || who.mute;
}

static err show_stop(struct ctx *c, struct page *p)
{
    struct house house;
    struct stop s;
    TRY(stop_find(c, page_var(p, "token"), &s));
    house_get(c, &house);
    p->bare = true;
    page_title(p, "No more letters");
    stop_page_html(&p->out, p, house.name, page_var(p, "token"), &s, is_done(c, &s));
    return OK;
}

static err stop(struct tx *t, struct page *p)
{
    struct ctx *c = &t->c;
    struct stop s;
    TRY(stop_find(c, page_var(p, "token"), &s));
    if (s.scope == STOP_HOUSE) return (void)person_stop(t, s.person), OK;
    id viewer = c->viewer;
    c->viewer = s.person; /* whose letter it is */
    err e = morning_set(t, MORNING_NEVER);
    c->viewer = viewer;
    return e;
}

static err do_stop(struct tx *t, struct page *p)
{
    TRY(stop(t, p));
    page_go(p, url_to(p->a, "/stop/%.*s", STR(page_var(p, "token"))));
    return OK;
}

static err stop_work(struct tx *t, void *arg) { return stop(t, arg); }

static err one_click(struct page *p)
{
    struct str why;
    TRY(page_write(p, stop_work, p, &why));
    page_answer(p, 200, S("text/plain; charset=utf-8"),
                S("It is done: no more of these letters.\n"));
    return OK;
}

const struct route stop_routes[] = {
    PAGE("/stop/:token*", NEED_LINK, show_stop, "where a letter says how to get no more of them"),
    HOOK("POST", "/stop/:token*", NEED_LINK, one_click,
         "the same by one click in a mail program (List-Unsubscribe-Post)"),
    DEED("/stop/:token*/now", NEED_LINK, do_stop, "get no more letters"),
    { 0 },
};
