/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "people/link_web.h"

err link_open(struct tx *t, struct page *p, struct url again, struct link *out)
{
    struct str code = form_str(p, "code");
    TRY(link_use(t, page_var(p, "token"), page_guest(p), code, out));
    if (out->person) return OK;
    page_notice(p, code.n ? "That is another code." : "Please type the code.");
    page_go(p, again);
    return OK;
}
