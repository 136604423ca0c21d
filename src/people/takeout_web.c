/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "people/takeout_web.h"

#include "people/takeout_html.h"

enum { SHOWN = 50 };

static err takeout_page(struct ctx *c, struct page *p)
{
    struct takeouts list;
    takeout_list(c, SHOWN, &list);
    page_title(p, "Copies of the house");
    takeout_list_html(&p->out, p, c, &list);
    return OK;
}

static err ask(struct tx *t, struct page *p)
{
    takeout_format format;
    page_again(p, takeout_page);
    if (!takeout_format_of(form_str(p, "format"), &format))
        return fail(&t->c, E_INVALID, "Please choose what the copy is to be.");
    takeout_ask(t, takeout_forms[format].word);
    page_notice(p, "Asked for. Nothing leaves the house yet.");
    page_go(p, URL("/takeout"));
    return OK;
}

static err agree(struct tx *t, struct page *p)
{
    TRY(takeout_agree(t, page_id(p, "takeout")));
    page_notice(p, "You agreed.");
    page_go(p, URL("/takeout"));
    return OK;
}

static err stop(struct tx *t, struct page *p)
{
    TRY(takeout_stop(t, page_id(p, "takeout")));
    page_notice(p, "Stopped: nothing leaves the house.");
    page_go(p, URL("/takeout"));
    return OK;
}

const struct route takeout_routes[] = {
    PAGE("/takeout", NEED_OWNER, takeout_page,
         "who took a copy of the whole house, and who wants one"),
    DEED("/takeout", NEED_OWNER, ask, "ask for a copy of the whole house"),
    DEED("/takeout/:takeout/agree", NEED_OWNER, agree, "say yes to a copy that was asked for"),
    DEED("/takeout/:takeout/stop", NEED_OWNER, stop, "stop a copy that was asked for"),
    { 0 },
};
