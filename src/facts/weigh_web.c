/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "facts/weigh_web.h"

#include "facts/weigh_html.h"

static page_fn show_why;
static deed_fn do_weigh;

const struct route fact_weigh_routes[] = {
    PAGE("/settings/why", NEED_OWNER, show_why,
         "why the house may keep what nobody said yes to, in its own words"),
    DEED("/settings/why", NEED_OWNER, do_weigh, "say why, for one purpose, from now on"),
    { 0 },
};

static err show_why(struct ctx *c, struct page *p)
{
    struct weigh_view v;
    for (int i = PURPOSE_CARE; i <= PURPOSE_LAST; i++) {
        int64_t number = fact_weighed(c, (fact_purpose)i);
        v.own[i] = number > 0;
        if (!fact_weighing(c, number, &v.of[i])) return fail(c, E_NOTFOUND, "It is not there.");
    }
    page_title(p, "Why it may be kept");
    weigh_page_html(&p->out, p, &v);
    return OK;
}

static err do_weigh(struct tx *t, struct page *p)
{
    struct ctx *c = &t->c;
    fact_purpose purpose = (fact_purpose)form_int(p, "purpose", 0);
    struct fact_weighing w;
    page_again(p, show_why);
    TRY(form_need(c, p, "interest", "the interest", FACT_WEIGHING_MOST, &w.interest));
    TRY(form_need(c, p, "necessity", "why it is needed", FACT_WEIGHING_MOST, &w.necessity));
    TRY(form_need(c, p, "balance", "what they may expect", FACT_WEIGHING_MOST, &w.balance));
    TRY(fact_weigh(t, purpose, &w));
    page_notice(p,
                "Kept. What is noted from now on rests on these words; what stands already keeps "
                "the words it was noted by.");
    page_go(p, url_to(p->a, "/settings/why#p%d", (int)purpose));
    return OK;
}
