/* SPDX-License-Identifier: GPL-3.0-or-later
 * with_web.c - the conversations of somebody who takes part without working here: what was passed
 * to them, and nothing of how the house keeps it. */
#include "people/takeout.h"
#include "talk/circle_web.h"
#include "talk/participant.h"
#include "talk/talk_web.h"
#include "talk/with_html.h"

enum { LIST_PAGE = 40 };

static err show_list(struct ctx *c, struct page *p)
{
    struct talk_lines m;
    struct url older = { S("") };
    talk_list(c, 0, false, form_int(p, "before", 0), LIST_PAGE, &m);
    if (m.n == LIST_PAGE) older = url_to(c->a, "/with?before=%" PRId64, m.at[m.n - 1].last_at);
    page_title(p, "Conversations with you");
    with_list_html(&p->out, c, &m, older, takeout_last(c));
    return OK;
}

static err show_one(struct ctx *c, struct page *p)
{
    struct thread t;
    struct participant mine;
    if (talk_circle_elsewhere(c, p, page_id(p, "message"))) return OK;
    TRY(talk_thread(c, page_id(p, "message"), &t));
    page_title(p, "%.*s", STR(t.subject));
    with_thread_html(&p->out, c, p, &t, talk_own_part(c, t.asked, &mine));
    return OK;
}

static err do_say(struct tx *t, struct page *p)
{
    id message = page_id(p, "message"), said;
    struct str words;
    struct message m;
    TRY(talk_message(&t->c, message, &m));
    page_again(p, show_one);
    TRY(form_need(&t->c, p, "words", "what you want to say", TALK_SAY_BYTES, &words));
    TRY(talk_say(t, message, words, &said));
    page_notice(p, "Said. Everybody who takes part gets it.");
    page_go(p, url_to(p->a, "/with/%" PRId64 "#m%" PRId64, said, said));
    return OK;
}

static err do_leave(struct tx *t, struct page *p)
{
    struct message m;
    struct participant mine;
    TRY(talk_message(&t->c, page_id(p, "message"), &m));
    if (!talk_own_part(&t->c, m.id, &mine))
        return fail(&t->c, E_CONFLICT, "You do not take part in this conversation any more.");
    TRY(talk_part(t, mine.event));
    page_notice(p, "You get nothing more of it. What you were given stays here.");
    page_go(p, URL("/with"));
    return OK;
}

const struct route with_routes[] = {
    PAGE("/with", NEED_REGULAR, show_list, "the conversations you take part in, as a guest"),
    PAGE("/with/:message", NEED_REGULAR, show_one, "one of them"),
    HOOK("GET", "/with/:message/files/:path*", NEED_REGULAR, talk_give_file,
         "a file that came with a message in it"),
    DEED("/with/:message", NEED_REGULAR, do_say, "say something in it"),
    DEED("/with/:message/leave", NEED_REGULAR, do_leave, "leave a conversation"),
    { 0 },
};
