/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "people/look_web.h"

struct looked {
    id person;
    look_kind kind;
};

static err note(struct tx *t, void *arg)
{
    const struct looked *l = arg;
    look_note(t, l->person, l->kind);
    return OK;
}

void look_page(struct ctx *c, struct page *p, id person, look_kind kind)
{
    if (!p->session.id || !look_due(c, person, kind))
        return; /* nobody signed in: the invented house */
    struct looked *l = NEW(p->a, struct looked, 1);
    *l = (struct looked){ person, kind };
    page_after(p, note, l);
}
