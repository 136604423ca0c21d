/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "talk/stranger.h"
#include "talk/stranger_html.h"

static err show(struct ctx *c, struct page *p)
{
    struct strangers m;
    stranger_list(c, STRANGER_LIST, &m);
    page_title(p, "Known only from others’ mail");
    strangers_html(&p->out, c, p, &m);
    return OK;
}

const struct route stranger_routes[] = {
    PAGE("/people/strangers", NEED_KEEPER, show,
         "who is known only from the mail of others, and when they are forgotten"),
    { 0 },
};
