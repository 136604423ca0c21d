/* SPDX-License-Identifier: GPL-3.0-or-later
 * morning_web.c - Today goes out as a letter. */
#include "talk/notice.h"
#include "today/morning.h"
#include "today/today_web.h"

struct step {
    id keeper;
    struct str origin, address;
    struct person who;
    struct today page;
};

static err find_due(struct ctx *c, void *arg)
{
    ((struct step *)arg)->keeper = morning_due(c);
    return OK;
}

static err read_page(struct ctx *c, void *arg)
{
    struct step *s = arg;
    TRY(person_get(c, s->keeper, &s->who));
    s->address = person_mail(c, s->keeper);
    today_read(c, &s->page);
    return OK;
}

/* A house that can't send any more doesn't try all day. */
static err write_letter(struct tx *t, void *arg)
{
    struct step *s = arg;
    struct ctx *c = &t->c;
    if (!morning_done(t, s->keeper) || !s->address.n || !notice_possible(c)) return OK;
    struct today_letter l;
    today_letter(c->a, &s->page, s->origin, &l);
    struct notice_letter n = { .keeper = s->keeper,
                               .name = s->who.name,
                               .address = s->address,
                               .stop = STOP_MORNING,
                               .subject = l.subject,
                               .text = str_fmt(c->a,
                                               "%.*s\n-- \nAt another hour, or no more: "
                                               "%.*s/settings\n",
                                               STR(l.text), STR(s->origin)),
                               .html = l.html };
    return notice_send(t, &n);
}

bool morning_step(struct store *store, struct arena *a, struct str origin)
{
    struct step s = { .origin = origin };
    struct work finding = { .a = a };
    if (work_read(store, &finding, find_due, &s) != OK || !s.keeper) return false;
    struct work reading = { .a = a, .viewer = s.keeper }, writing = reading;
    return work_read(store, &reading, read_page, &s) == OK &&
           work_write(store, &writing, write_letter, &s) == OK;
}
