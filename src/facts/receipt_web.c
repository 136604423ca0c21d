/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "facts/receipt_web.h"

static page_fn show_keys, show_notice;
const struct route receipt_routes[] = {
    PAGE("/.well-known/snug-keys.json", NEED_NOBODY, show_keys,
         "the keys that receipts of this house are signed with"),
    PAGE("/notice", NEED_NOBODY, show_notice,
         "the words that people agree to, as receipts name them"),
    { 0 },
};

static err show_keys(struct ctx *c, struct page *p)
{
    (void)c;
    page_answer(p, 200, S("application/json"), receipt_keys());
    return OK;
}

static err show_notice(struct ctx *c, struct page *p)
{
    page_answer(p, 200, S("text/plain; charset=utf-8"),
                grant_notice(c->a, query_str(p, "language")));
    return OK;
}
